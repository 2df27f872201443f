use super::{BookingError, Bookings, ROUNDS, falls_due, kept_changing, pool::FreeLinks};
use crate::Context;
use domain::{
    AccountId, BookingId, SlotId,
    account::{Member, Role},
    booking::{Booking, ConfirmRefused as NotConfirmable, Confirmation, Party, RequestedSlot},
    event::Detail,
};
use store::{ConfirmRefused, TxError};

/// What is to be confirmed, as it was read.
struct Plan {
    booking: Booking,
    slot: RequestedSlot,
    mentor: Party,
}

impl Bookings {
    /// Confirms a booking: the assigned mentor his own, an admin any. Exactly one of any number of rivals for the
    /// booking, the slot, a link or an hour of somebody's calendar wins; the others change nothing.
    pub async fn confirm(
        &self,
        cx: &Context,
        by: &Member,
        booking_id: BookingId,
        slot_id: SlotId,
        mentor_id: AccountId,
    ) -> Result<Confirmation, BookingError> {
        by.must_be_active().map_err(|_| BookingError::Paused)?;
        for _ in 0..ROUNDS {
            let plan = self.plan(cx, by, booking_id, slot_id, mentor_id).await?;
            if let Some(confirmation) = self.confirm_as_read(cx, by, &plan).await? {
                return Ok(confirmation);
            }
        }
        Err(kept_changing())
    }

    /// Reads what a confirmation needs and decides whether it may be.
    async fn plan(
        &self,
        cx: &Context,
        by: &Member,
        booking_id: BookingId,
        slot_id: SlotId,
        mentor_id: AccountId,
    ) -> Result<Plan, BookingError> {
        let (booking, slot, mentor) = self.store.booking_to_confirm(cx.product, booking_id, slot_id, mentor_id).await?;
        let admin = by.membership.is(Role::Admin);
        let own = |booking: &Booking| booking.mentor.as_ref().is_some_and(|mentor| mentor.id == by.id());
        let booking = booking.filter(|booking| admin || own(booking)).ok_or(BookingError::NotFound("booking request"))?;
        let requested = booking.slot_to_confirm(slot_id, cx.now).map_err(|refused| match refused {
            NotConfirmable::NotPending => BookingError::NotPending,
            NotConfirmable::SlotNotAsked => BookingError::SlotNotAsked,
            NotConfirmable::SlotPast => BookingError::SlotUnavailable,
        })?;
        let mentor = mentor.filter(|member| member.is(Role::Mentor)).ok_or(BookingError::NotFound("mentor"))?;
        if !mentor.can_mentor() {
            return Err(BookingError::MentorUnavailable);
        }
        if slot.as_ref().and_then(|slot| slot.mentor_id).is_some_and(|owner| owner != mentor_id) {
            return Err(BookingError::SlotOfAnotherMentor);
        }
        // One person on both sides would take the same hours twice.
        if mentor_id == booking.mentee.id {
            return Err(BookingError::MentorBusy);
        }
        Ok(Plan { booking, slot: requested, mentor: Party::from(&mentor) })
    }

    /// Tries to confirm with one free link after the other; None when the booking is no longer as it was read.
    async fn confirm_as_read(&self, cx: &Context, by: &Member, plan: &Plan) -> Result<Option<Confirmation>, BookingError> {
        let Plan { booking, slot, mentor } = plan;
        let mut links = FreeLinks::new();
        loop {
            let link = links.next(&self.store, cx).await?;
            let confirmation = booking.confirmed(slot.clone(), mentor.clone(), link, by.id(), cx.id(), cx.now);
            match self.commit(cx, by, &confirmation).await {
                Ok(()) => return Ok(Some(confirmation)),
                Err(TxError::Refused(ConfirmRefused::LinkTaken)) => {}
                Err(TxError::Refused(ConfirmRefused::Changed)) => return Ok(None),
                Err(TxError::Refused(refused)) => return Err(refused.into()),
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
    }

    async fn commit(&self, cx: &Context, by: &Member, confirmation: &Confirmation) -> Result<(), TxError<ConfirmRefused>> {
        let booking = &confirmation.booking;
        let mut record = cx.record(cx.event(Detail::BookingConfirmed { booking: Box::new(booking.clone()) }));
        if by.membership.is(Role::Admin) {
            let mentor = booking.mentor.as_ref().map(|mentor| mentor.id);
            record = record.audited(cx.audit(
                "booking.confirmed",
                format!("booking:{}", booking.id),
                crate::context::NOTHING,
                mentor.as_ref(),
            ));
        }
        self.store.confirm_booking(confirmation, &falls_due(&confirmation.mock, cx.now), &record).await
    }
}

impl From<ConfirmRefused> for BookingError {
    fn from(refused: ConfirmRefused) -> Self {
        match refused {
            ConfirmRefused::SlotTaken => Self::SlotTaken,
            ConfirmRefused::MentorBusy => Self::MentorBusy,
            ConfirmRefused::MenteeBusy => Self::MenteeBusy,
            // Whoever meets these reads again, or tries the next link.
            ConfirmRefused::Changed => kept_changing(),
            ConfirmRefused::LinkTaken => Self::NoMeetLink,
        }
    }
}
