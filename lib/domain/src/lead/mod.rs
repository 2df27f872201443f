//! Leads: somebody's interest in a public event, which its mentor may buy once it is verified.

mod check;
mod contact;
mod state;

pub use check::{Doubt, doubts};
pub use contact::{Contact, SealedContact};
pub use state::{Lead, LeadOrder, LeadStatus, LeadVerification, MoveRefused, Verdict, VerificationLog};
