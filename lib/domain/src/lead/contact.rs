use crate::text::{Email, Line, PersonName, Prose};
use serde::{Deserialize, Serialize};

/// How to reach somebody, and what he wrote. It exists in the clear only while a request is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub name: PersonName,
    pub email: Email,
    pub phone: Line<30>,
    pub message: Prose<2000>,
}

/// The same, each field sealed for its lead and place; what the table holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedContact {
    /// Names the key that opens it.
    pub key_id: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub message: String,
}
