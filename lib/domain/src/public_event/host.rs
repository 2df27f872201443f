use crate::{
    AccountId, Instant, Product,
    text::{Line, Prose},
};
use serde::{Deserialize, Serialize};

/// What a mentor says of himself to those who look at his events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HostProfile {
    pub account_id: AccountId,
    pub product: Product,
    #[serde(default)]
    pub bio: Prose<2000>,
    #[serde(default)]
    pub expertise: Vec<Line<60>>,
    #[serde(default)]
    pub experience: Prose<1000>,
    pub updated_at: Instant,
}

/// What of it changes; what is missing stays as it is.
#[derive(Debug, Clone, Default)]
pub struct HostChange {
    pub bio: Option<Prose<2000>>,
    pub expertise: Option<Vec<Line<60>>>,
    pub experience: Option<Prose<1000>>,
}

impl HostChange {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.bio.is_none() && self.expertise.is_none() && self.experience.is_none()
    }
}

impl HostProfile {
    /// The profile of somebody who has said nothing yet.
    pub fn empty(account_id: AccountId, product: Product, now: Instant) -> Self {
        let (bio, expertise, experience) = (Prose::default(), Vec::new(), Prose::default());
        Self { account_id, product, bio, expertise, experience, updated_at: now }
    }

    /// The profile after a change.
    pub fn changed(self, change: HostChange, now: Instant) -> Self {
        let HostChange { bio, expertise, experience } = change;
        Self {
            bio: bio.unwrap_or(self.bio),
            expertise: expertise.unwrap_or(self.expertise),
            experience: experience.unwrap_or(self.experience),
            updated_at: now,
            ..self
        }
    }
}
