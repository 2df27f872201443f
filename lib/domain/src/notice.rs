//! Notices that people read in the product itself, for the same occasions as mails.

use crate::{AccountId, EventId, Instant, Product, event::Event};
use serde::{Deserialize, Serialize};

/// A notice to one member about one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InAppNotice {
    /// The event's id: a member has at most one notice of an event.
    pub id: EventId,
    pub product: Product,
    pub account_id: AccountId,
    /// The event's name in lower case, like `booking_confirmed`.
    pub kind: String,
    pub title: String,
    pub message: String,
    /// Where the web client shows more of it, as a path.
    pub link: Option<String>,
    pub created_at: Instant,
    pub read_at: Option<Instant>,
}

/// What notices of an event are called: `BookingConfirmed` is `booking_confirmed`.
pub fn kind_of(event: &Event) -> String {
    let mut kind = String::new();
    for letter in event.name().chars() {
        if letter.is_uppercase() && !kind.is_empty() {
            kind.push('_');
        }
        kind.extend(letter.to_lowercase());
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Actor, Detail};

    #[test]
    fn a_kind_is_the_event_s_name_in_lower_case() {
        let id = uuid::Uuid::nil();
        let detail = Detail::PasswordResetRequested { email: crate::text::Email::parse("jane@example.com").unwrap() };
        let at = Instant::parse("2026-01-01T00:00:00Z").unwrap();
        let event = Event::new(id.into(), Some(Product::Codementee), Actor::System, at, detail);
        assert_eq!(kind_of(&event), "password_reset_requested");
    }
}
