//! How the platform is asked over HTTP: who calls, what a body may be, how lists and errors look.
//!
//! Status codes live here and nowhere deeper. Nothing here knows a product's fields.

mod body;
mod caller;
mod cursor;
mod error;
mod errors;
mod face;
pub mod lambda;
mod layers;
pub mod logging;
pub mod openapi;
mod page;
mod routes;

pub use body::{Body, BodyOf, PathId, Query};
pub use caller::{AdminOnly, Anyone, Caller, MaybeCaller, MenteeOnly, MentorOnly, RoleRule, Visitor};
pub use cursor::CursorKey;
pub use error::ApiError;
pub use face::Face;
pub use layers::{RequestId, Served, serve};
pub use page::{Complete, HtmlPage, Listed, PageQuery};
pub use routes::{About, Routes, about};

/// What a handler answers.
pub type Answer<T> = Result<T, ApiError>;
