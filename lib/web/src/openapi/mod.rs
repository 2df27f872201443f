//! OpenAPI documents, read off the handlers' own signatures: a caller type tells the roles, a body type the fields, an
//! answer type what comes back.
//!
//! Only a test and whoever writes the committed document build one. A function's router names none of this, so that
//! nothing of it is linked there.

mod document;
pub mod lenient;
mod operation;
mod parts;
mod schemas;

pub use document::{Clash, Document};
pub use operation::Operation;
pub use parts::{Described, Part, Reply};
