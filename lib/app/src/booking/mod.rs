//! Asking for a session, confirming it, putting it off, calling it off.

mod cancel;
mod confirm;
mod due;
mod pool;
mod request;
mod reschedule;

use crate::Context;
use domain::{
    AccountId, BookingId, Span,
    account::Role,
    booking::{Booking, BookingStatus},
};
pub use due::LINK_GRACE;
pub(crate) use due::{falls_due, release_of};
use store::{BookingsWanted, Page, PageRequest, Store, StoreError};

/// Between reading a booking and writing it somebody may move it; after so many times we give up.
const ROUNDS: u32 = 4;

/// Why a booking did not move.
#[derive(Debug, thiserror::Error)]
pub enum BookingError {
    #[error("the member is paused")]
    Paused,
    #[error("a paid plan is needed")]
    TierRequired,
    #[error("the plan's mock interviews are used up")]
    QuotaExceeded,
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("a slot cannot be asked for")]
    SlotUnavailable,
    #[error("the slot is none of those asked for")]
    SlotNotAsked,
    #[error("the slot belongs to another mentor")]
    SlotOfAnotherMentor,
    #[error("the mentor is not approved")]
    MentorUnavailable,
    #[error("the booking is no longer pending")]
    NotPending,
    #[error("the slot was taken")]
    SlotTaken,
    #[error("the mentor has another session then")]
    MentorBusy,
    #[error("the mentee has another session then")]
    MenteeBusy,
    #[error("no meet link is free")]
    NoMeetLink,
    #[error("the session has begun")]
    SessionStarted,
    #[error("the booking is closed")]
    NotOpen,
    #[error("a session takes one slot")]
    OneSlotOnly,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use cases of bookings.
#[derive(Debug, Clone)]
pub struct Bookings {
    store: Store,
}

/// Which of a mentor's bookings are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusFilter {
    All,
    Pending,
    Confirmed,
    Cancelled,
}

impl StatusFilter {
    fn test(self) -> Option<fn(BookingStatus) -> bool> {
        match self {
            Self::All => None,
            Self::Pending => Some(|status| status == BookingStatus::Pending),
            Self::Confirmed => Some(|status| status == BookingStatus::Confirmed),
            Self::Cancelled => Some(|status| !status.is_open()),
        }
    }

    fn statuses(self) -> &'static [BookingStatus] {
        use BookingStatus::{CancelledByAdmin, CancelledByMentee, CancelledByMentor, Confirmed, Pending};
        match self {
            Self::All => &[],
            Self::Pending => &[Pending],
            Self::Confirmed => &[Confirmed],
            Self::Cancelled => &[CancelledByMentee, CancelledByMentor, CancelledByAdmin],
        }
    }

    fn status(self) -> Option<BookingStatus> {
        match self {
            Self::All => None,
            Self::Pending => Some(BookingStatus::Pending),
            Self::Confirmed => Some(BookingStatus::Confirmed),
            // Every cancelled one stands in the same range.
            Self::Cancelled => Some(BookingStatus::CancelledByAdmin),
        }
    }
}

/// Which of all bookings are looked for.
#[derive(Debug, Clone, Copy)]
pub struct BookingSearch {
    pub status: StatusFilter,
    pub mentor: Option<AccountId>,
    pub mentee: Option<AccountId>,
    /// When they were asked for.
    pub made: Span,
}

impl Bookings {
    /// Bookings in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// A booking that concerns somebody in a role: an admin any, mentee and assigned mentor their own. Nobody else
    /// learns that it exists.
    async fn concerning(&self, cx: &Context, by: AccountId, role: Role, id: BookingId) -> Result<Booking, BookingError> {
        let may = |booking: &Booking| match role {
            Role::Admin => true,
            Role::Mentor => booking.mentor.as_ref().is_some_and(|mentor| mentor.id == by),
            Role::Mentee => booking.mentee.id == by,
        };
        let booking = self.store.booking(cx.product, id).await?;
        let booking = booking.filter(may).ok_or(BookingError::NotFound("booking request"))?;
        let started = booking.confirmed_slot.as_ref().is_some_and(|slot| slot.time.starts_at <= cx.now);
        if started && booking.status.is_open() && role != Role::Admin {
            return Err(BookingError::SessionStarted);
        }
        Ok(booking)
    }

    /// Everybody's bookings, or those that are looked for, newest first.
    pub async fn all(&self, cx: &Context, search: &BookingSearch, page: PageRequest) -> Result<Page<Booking>, BookingError> {
        let BookingSearch { status, mentor, mentee, made } = *search;
        let wanted = BookingsWanted { statuses: status.statuses(), mentor, mentee, made };
        Ok(self.store.bookings(cx.product, &wanted, page).await?)
    }

    /// A mentee's bookings, newest first.
    pub async fn of_mentee(
        &self,
        cx: &Context,
        mentee: AccountId,
        filter: StatusFilter,
        page: PageRequest,
    ) -> Result<Page<Booking>, BookingError> {
        Ok(self.store.bookings_of_mentee(cx.product, mentee, filter.test(), page).await?)
    }

    /// A mentor's bookings, newest first within each status.
    pub async fn of_mentor(
        &self,
        cx: &Context,
        mentor: AccountId,
        filter: StatusFilter,
        page: PageRequest,
    ) -> Result<Page<Booking>, BookingError> {
        Ok(self.store.bookings_of_mentor(cx.product, mentor, filter.status(), page).await?)
    }
}

fn kept_changing() -> BookingError {
    StoreError::Busy("the booking kept changing".to_owned()).into()
}
