use super::{BookingError, Bookings, ROUNDS, falls_due, kept_changing, pool::FreeLinks, release_of};
use crate::Context;
use domain::{
    BookingId, SlotId,
    account::{Member, Role},
    booking::{Booking, BookingStatus, Move, MoveRefused as NotMovable, RequestedSlot},
    event::Detail,
    slot::Slot,
};
use store::{MoveRefused, Record, TxError};

impl Bookings {
    /// Puts a booking off or brings it forward, in a role: mentee and assigned mentor their own until it begins, an
    /// admin any. A pending one gets other slots to choose from; a confirmed one goes to one other slot, and slots,
    /// calendars, mock and link follow in the same transaction. The quota stays as it is.
    pub async fn reschedule(
        &self,
        cx: &Context,
        by: &Member,
        role: Role,
        id: BookingId,
        slots: &[SlotId],
    ) -> Result<Booking, BookingError> {
        by.must_be_active().map_err(|_| BookingError::Paused)?;
        for _ in 0..ROUNDS {
            let booking = self.concerning(cx, by.id(), role, id).await?;
            let moved = match booking.status {
                BookingStatus::Pending => self.ask_anew(cx, role, &booking, slots).await?,
                BookingStatus::Confirmed => self.move_session(cx, role, &booking, slots).await?,
                _ => return Err(BookingError::NotOpen),
            };
            if let Some(moved) = moved {
                return Ok(moved);
            }
        }
        Err(kept_changing())
    }

    /// None when the booking is no longer as it was read.
    async fn ask_anew(
        &self,
        cx: &Context,
        role: Role,
        booking: &Booking,
        slots: &[SlotId],
    ) -> Result<Option<Booking>, BookingError> {
        let found = self.store.slots_by_id(cx.product, slots).await?;
        let interview_type = booking.interview.as_ref().map(|interview| interview.interview_type);
        let open = |slot: &Slot| slot.is_open(cx.now) && slot.fits(interview_type);
        if found.len() != slots.len() || !found.iter().all(open) {
            return Err(BookingError::SlotUnavailable);
        }
        // Only its own mentor can confirm a slot that belongs to one.
        let foreign =
            |slot: &Slot| booking.mentor.as_ref().is_some_and(|mentor| slot.mentor_id.is_some_and(|owner| owner != mentor.id));
        if found.iter().any(foreign) {
            return Err(BookingError::SlotOfAnotherMentor);
        }
        let asked = booking.asking_for(found.iter().map(RequestedSlot::from).collect());
        let record = rescheduled_record(cx, role, booking, &asked);
        Ok(self.store.ask_anew(booking, &asked, &record).await?.then_some(asked))
    }

    /// None when booking, mock or link are no longer as they were read.
    async fn move_session(
        &self,
        cx: &Context,
        role: Role,
        booking: &Booking,
        slots: &[SlotId],
    ) -> Result<Option<Booking>, BookingError> {
        let [slot] = slots else { return Err(BookingError::OneSlotOnly) };
        let Some(mock) = booking.mock_id else { return Err(BookingError::NotOpen) };
        let mock = self.store.mock(cx.product, mock).await?.ok_or(BookingError::NotOpen)?;
        let slot = self.store.slot(cx.product, *slot).await?.ok_or(BookingError::SlotUnavailable)?;
        let moving = booking.moved(&mock, &slot, cx.now)?;
        // A mentor may have been shut out since, and either may have left.
        let mentor = self.store.membership(cx.product, mock.mentor.id).await?;
        if !mentor.is_some_and(|mentor| mentor.value.can_mentor()) {
            return Err(BookingError::MentorUnavailable);
        }
        if self.store.membership(cx.product, mock.mentee.id).await?.is_none() {
            return Err(BookingError::NotOpen);
        }
        if self.store.held_link(cx.product, booking.meet_link_id, Some(booking.id)).await?.is_some() {
            return match self.commit_move(cx, role, &moving, false).await {
                Ok(()) => Ok(Some(moving.booking)),
                Err(TxError::Refused(MoveRefused::Changed)) => Ok(None),
                Err(TxError::Refused(refused)) => Err(refused.into()),
                Err(TxError::Store(error)) => Err(error.into()),
            };
        }
        // The link has gone back to the pool, and somebody else may sit in that room.
        let mut links = FreeLinks::new();
        loop {
            let moving = moving.clone().with_link(links.next(&self.store, cx).await?);
            match self.commit_move(cx, role, &moving, true).await {
                Ok(()) => return Ok(Some(moving.booking)),
                Err(TxError::Refused(MoveRefused::LinkTaken)) => {}
                Err(TxError::Refused(MoveRefused::Changed)) => return Ok(None),
                Err(TxError::Refused(refused)) => return Err(refused.into()),
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
    }

    async fn commit_move(&self, cx: &Context, role: Role, moving: &Move, claim: bool) -> Result<(), TxError<MoveRefused>> {
        let record = rescheduled_record(cx, role, &moving.before, &moving.booking);
        let due = (release_of(&moving.mock_before), falls_due(&moving.mock, cx.now));
        self.store.move_booking(moving, claim, cx.now, (&due.0, &due.1), &record).await
    }
}

fn rescheduled_record(cx: &Context, role: Role, before: &Booking, after: &Booking) -> Record {
    let from = before.confirmed_slot.clone();
    let record = cx.record(cx.event(Detail::BookingRescheduled { booking: Box::new(after.clone()), from, by: role }));
    if role != Role::Admin {
        return record;
    }
    let slots = |booking: &Booking| {
        let asked = || booking.preferred_slots.iter().map(|slot| slot.id).collect();
        booking.confirmed_slot.as_ref().map_or_else(asked, |slot| vec![slot.id])
    };
    let subject = format!("booking:{}", after.id);
    record.audited(cx.audit("booking.rescheduled", subject, Some(&slots(before)), Some(&slots(after))))
}

impl From<NotMovable> for BookingError {
    fn from(refused: NotMovable) -> Self {
        match refused {
            NotMovable::NotScheduled => Self::NotOpen,
            NotMovable::SameSlot => Self::SlotNotAsked,
            NotMovable::SlotUnavailable => Self::SlotUnavailable,
            NotMovable::SlotOfAnotherMentor => Self::SlotOfAnotherMentor,
        }
    }
}

impl From<MoveRefused> for BookingError {
    fn from(refused: MoveRefused) -> Self {
        match refused {
            MoveRefused::SlotTaken => Self::SlotTaken,
            MoveRefused::MentorBusy => Self::MentorBusy,
            MoveRefused::MenteeBusy => Self::MenteeBusy,
            // Whoever meets these reads again, or tries the next link.
            MoveRefused::Changed => kept_changing(),
            MoveRefused::LinkTaken => Self::NoMeetLink,
        }
    }
}
