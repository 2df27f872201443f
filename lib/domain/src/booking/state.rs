use super::{Booking, Party, RequestedSlot};
use crate::{
    AccountId, Instant, MockId, SlotId,
    account::Role,
    interview::{Mock, MockStatus},
    link::FreeLink,
    slot::Slot,
};
use serde::{Deserialize, Serialize};

/// Where a booking stands. Codementee shows the three cancelled ones as `cancelled`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingStatus {
    Pending,
    Confirmed,
    CancelledByMentee,
    CancelledByMentor,
    CancelledByAdmin,
}

impl BookingStatus {
    /// Whether anything may still happen to it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed)
    }
}

/// In which role somebody cancels.
pub type CancelledBy = Role;

impl From<CancelledBy> for BookingStatus {
    fn from(by: CancelledBy) -> Self {
        match by {
            Role::Mentee => Self::CancelledByMentee,
            Role::Mentor => Self::CancelledByMentor,
            Role::Admin => Self::CancelledByAdmin,
        }
    }
}

/// Why a booking cannot be confirmed as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfirmRefused {
    #[error("the booking is no longer pending")]
    NotPending,
    #[error("the slot is none of those asked for")]
    SlotNotAsked,
    #[error("the slot has begun")]
    SlotPast,
}

/// A booking and its mock as they are once confirmed.
#[derive(Debug, Clone)]
pub struct Confirmation {
    pub booking: Booking,
    pub mock: Mock,
    pub slot: RequestedSlot,
}

/// Why a confirmed booking cannot go to another slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefused {
    #[error("the session is no longer ahead")]
    NotScheduled,
    #[error("the session has that slot already")]
    SameSlot,
    #[error("the slot cannot be had")]
    SlotUnavailable,
    #[error("the slot belongs to another mentor")]
    SlotOfAnotherMentor,
}

/// A confirmed booking and its mock, before and after they go to another slot.
#[derive(Debug, Clone)]
pub struct Move {
    pub before: Booking,
    pub mock_before: Mock,
    pub booking: Booking,
    pub mock: Mock,
    pub left: RequestedSlot,
    pub slot: RequestedSlot,
}

impl Move {
    /// The same move with another link of the pool, since the session's own has gone back to it.
    pub fn with_link(self, link: FreeLink) -> Self {
        let booking = Booking { meeting_link: Some(link.link.clone()), meet_link_id: Some(link.id), ..self.booking };
        let mock = Mock { meet_link: Some(link.link), meet_link_id: Some(link.id), ..self.mock };
        Self { booking, mock, ..self }
    }
}

impl Booking {
    /// The asked-for slot that a confirmation names.
    pub fn slot_to_confirm(&self, slot_id: SlotId, now: Instant) -> Result<RequestedSlot, ConfirmRefused> {
        if self.status != BookingStatus::Pending {
            return Err(ConfirmRefused::NotPending);
        }
        let slot = self.preferred_slots.iter().find(|slot| slot.id == slot_id).ok_or(ConfirmRefused::SlotNotAsked)?;
        if slot.time.starts_at <= now {
            return Err(ConfirmRefused::SlotPast);
        }
        Ok(slot.clone())
    }

    /// The booking confirmed for a slot, a mentor and a link, with the mock that comes of it.
    ///
    /// Only the store's transaction makes it true; this says what it writes.
    pub fn confirmed(
        &self,
        slot: RequestedSlot,
        mentor: Party,
        link: FreeLink,
        by: AccountId,
        mock_id: MockId,
        now: Instant,
    ) -> Confirmation {
        let booking = Self {
            status: BookingStatus::Confirmed,
            mentor: Some(mentor.clone()),
            confirmed_slot: Some(slot.clone()),
            meeting_link: Some(link.link.clone()),
            meet_link_id: Some(link.id),
            mock_id: Some(mock_id),
            confirmed_by: Some(by),
            confirmed_at: Some(now),
            ..self.clone()
        };
        let mock = Mock {
            id: mock_id,
            product: self.product,
            mentee: self.mentee.clone(),
            mentor,
            company_name: self.company_name.clone(),
            time: slot.time.clone(),
            meet_link: Some(link.link),
            meet_link_id: Some(link.id),
            status: MockStatus::Scheduled,
            booking_id: Some(self.id),
            created_at: now,
        };
        Confirmation { booking, mock, slot }
    }

    /// A pending booking with other slots to choose from.
    pub fn asking_for(&self, slots: Vec<RequestedSlot>) -> Self {
        Self { preferred_slots: slots, calendar_sequence: self.calendar_sequence + 1, ..self.clone() }
    }

    /// A confirmed booking and its mock in another slot. Mentor, mentee and link stay as they are.
    pub fn moved(&self, mock: &Mock, slot: &Slot, now: Instant) -> Result<Move, MoveRefused> {
        let left = self.confirmed_slot.clone().ok_or(MoveRefused::NotScheduled)?;
        if self.status != BookingStatus::Confirmed || mock.status != MockStatus::Scheduled {
            return Err(MoveRefused::NotScheduled);
        }
        if left.id == slot.id {
            return Err(MoveRefused::SameSlot);
        }
        let interview_type = self.interview.as_ref().map(|interview| interview.interview_type);
        if !slot.is_open(now) || !slot.fits(interview_type) {
            return Err(MoveRefused::SlotUnavailable);
        }
        if slot.mentor_id.is_some_and(|owner| owner != mock.mentor.id) {
            return Err(MoveRefused::SlotOfAnotherMentor);
        }
        let slot = RequestedSlot::from(slot);
        Ok(Move {
            before: self.clone(),
            mock_before: mock.clone(),
            booking: Self { confirmed_slot: Some(slot.clone()), calendar_sequence: self.calendar_sequence + 1, ..self.clone() },
            mock: Mock { time: slot.time.clone(), ..mock.clone() },
            left,
            slot,
        })
    }

    /// The booking as cancelled by somebody in a role; None when nothing is open any more.
    pub fn cancelled(&self, by: CancelledBy, now: Instant) -> Option<Self> {
        self.status.is_open().then(|| Self {
            status: by.into(),
            cancelled_at: Some(now),
            calendar_sequence: self.calendar_sequence + 1,
            ..self.clone()
        })
    }
}
