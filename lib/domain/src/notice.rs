//! Notices that people read in the product itself, for the same occasions as mails.

use crate::{
    AccountId, EventId, Instant, Product,
    account::Verification,
    earnings::WithdrawalStatus,
    event::{Detail, Event},
};
use serde::{Deserialize, Serialize};

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum NoticeType {
    #[default]
    Info,
    Success,
    /// Something is not as it was to be.
    Warning,
    /// Something was refused.
    Error,
}

impl NoticeType {
    /// How the notices of something that happened are meant.
    pub fn of(detail: &Detail) -> Self {
        match detail {
            Detail::MentorVerified { to: verdict, .. } | Detail::MentorDecided { verification: verdict, .. } => match verdict {
                Verification::Approved => Self::Success,
                Verification::Pending => Self::Info,
                Verification::Rejected => Self::Error,
            },
            Detail::WithdrawalDecided { status, .. } => match status {
                WithdrawalStatus::Completed => Self::Success,
                WithdrawalStatus::Pending => Self::Info,
                WithdrawalStatus::Rejected => Self::Error,
            },
            Detail::PlanPurchased { .. }
            | Detail::BookingConfirmed { .. }
            | Detail::MentorshipConfirmed { .. }
            | Detail::MentorshipPaid { .. }
            | Detail::MentorshipCompleted { .. }
            | Detail::NewsletterConfirmed { .. } => Self::Success,
            Detail::BookingRescheduled { .. }
            | Detail::BookingCancelled { .. }
            | Detail::MockCancelled { .. }
            | Detail::MentorshipRescheduled { .. }
            | Detail::MentorshipCancelled { .. }
            | Detail::MentorshipRefunded { .. }
            | Detail::PublicEventTakenDown { .. } => Self::Warning,
            _ => Self::Info,
        }
    }
}

/// A notice to one member about one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InAppNotice {
    /// The event's id: a member has at most one notice of an event.
    pub id: EventId,
    pub product: Product,
    pub account_id: AccountId,
    /// The event's name in lower case, like `booking_confirmed`.
    pub kind: String,
    #[serde(default)]
    pub notice_type: NoticeType,
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
    use crate::event::Actor;

    #[test]
    fn a_refusal_is_no_success() {
        let account_id = uuid::Uuid::nil().into();
        let verified = |to| NoticeType::of(&Detail::MentorVerified { account_id, from: Verification::Pending, to });
        assert_eq!(verified(Verification::Approved), NoticeType::Success);
        assert_eq!(verified(Verification::Rejected), NoticeType::Error);
    }

    #[test]
    fn a_kind_is_the_event_s_name_in_lower_case() {
        let id = uuid::Uuid::nil();
        let detail = Detail::PasswordResetRequested { email: crate::text::Email::parse("jane@example.com").unwrap() };
        let at = Instant::parse("2026-01-01T00:00:00Z").unwrap();
        let event = Event::new(id.into(), Some(Product::Codementee), Actor::System, at, detail);
        assert_eq!(kind_of(&event), "password_reset_requested");
    }
}
