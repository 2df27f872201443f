//! Audit: who changed what, written in the same transaction as the change (hole 33).

use crate::{AuditId, Instant, Product, event::Actor};
use serde::{Deserialize, Serialize};

/// One admin write or money move.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuditRecord {
    pub id: AuditId,
    pub product: Product,
    pub actor: Actor,
    /// What was done, as `noun.verb`, like `meet_link.released`.
    pub action: String,
    /// Whom or what it was done to, as `noun:id`.
    pub subject: String,
    /// The state before, without secrets.
    pub before: Option<serde_json::Value>,
    /// The state after, without secrets.
    pub after: Option<serde_json::Value>,
    pub request_id: Option<String>,
    pub at: Instant,
}
