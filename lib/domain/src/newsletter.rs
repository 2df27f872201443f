//! The newsletter: who asked for it and proved his address.

use crate::{Instant, Product, text::Email};
use serde::{Deserialize, Serialize};

/// Somebody who gets the newsletter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    pub email: Email,
    pub product: Product,
    pub subscribed_at: Instant,
}

/// What a mailed link about the newsletter is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewsletterLink {
    /// Proves the address and begins the subscription; once, within three days.
    Confirm,
    /// Ends it; once, whenever.
    Unsubscribe,
}

impl NewsletterLink {
    /// The name in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Unsubscribe => "unsubscribe",
        }
    }
}
