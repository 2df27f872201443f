//! How a product's site stands, as its admins say.

use crate::{AccountId, Instant, text::Prose};
use serde::{Deserialize, Serialize};

/// Whether the site is closed for maintenance, and what visitors are told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SiteStatus {
    pub maintenance_mode: bool,
    pub message: Prose<500>,
    /// None while no admin has said anything.
    pub updated_at: Option<Instant>,
    pub updated_by: Option<AccountId>,
    #[serde(default)]
    pub rev: u64,
}
