//! What admins see going on: a line for each event that concerns mentors and their sessions.

use crate::{
    AccountId, EventId, Instant, Product,
    event::{Detail, Event},
};
use serde::{Deserialize, Serialize};

/// What kind of line it is, in the admin client's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    MentorApplication,
    BookingCreated,
    BookingCompleted,
    ReviewSubmitted,
}

/// A line. It names people by their ids alone, so that who has left is named no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    pub id: EventId,
    pub product: Product,
    pub kind: ActivityKind,
    pub account_id: AccountId,
    /// The mentor of a session.
    pub mentor_id: Option<AccountId>,
    /// The date of a session.
    pub date: Option<String>,
    pub stars: Option<u8>,
    pub at: Instant,
}

impl Activity {
    /// The line that an event makes, if it makes one.
    pub fn of(event: &Event) -> Option<Self> {
        // Nobody reads them at other products.
        let product = event.product.filter(|product| *product == Product::Mansa)?;
        let (kind, account_id, session) = match &event.detail {
            Detail::MentorProfileMade { account_id, .. } => (ActivityKind::MentorApplication, *account_id, None),
            Detail::MentorshipRequested { session } => (ActivityKind::BookingCreated, session.mentee.id, Some(session)),
            Detail::MentorshipCompleted { session } => (ActivityKind::BookingCompleted, session.mentor.id, Some(session)),
            Detail::MentorshipRated { session } => (ActivityKind::ReviewSubmitted, session.mentee.id, Some(session)),
            _ => return None,
        };
        Some(Self {
            id: event.id,
            product,
            kind,
            account_id,
            mentor_id: session.map(|session| session.mentor.id),
            date: session.map(|session| session.time.date.clone()),
            stars: session.and_then(|session| session.rating).map(|stars| stars.get()),
            at: event.occurred_at,
        })
    }
}
