//! Notes that people keep for themselves.

use crate::{
    AccountId, Instant, NoteId, Product,
    account::Role,
    text::{Line, Prose},
};
use serde::{Deserialize, Serialize};

/// A note. A mentor who is a student too keeps his notes apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub id: NoteId,
    pub product: Product,
    pub account_id: AccountId,
    /// In which role it was written.
    pub role: Role,
    pub title: Line<200>,
    pub content: Prose<10000>,
    pub created_at: Instant,
}
