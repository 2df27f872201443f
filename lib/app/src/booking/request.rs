use super::{BookingError, Bookings};
use crate::Context;
use domain::{
    account::{Allowance, Member, Membership},
    booking::{Booking, BookingRequest, BookingStatus, Party, RequestedSlot},
    event::Detail,
    slot::Slot,
};
use store::{CreateRefused, TxError};

impl Bookings {
    /// A mentee asks for a session. His plan's quota is taken in the same transaction; slots stay open to others
    /// until one is confirmed.
    pub async fn request(&self, cx: &Context, mentee: &Member, request: BookingRequest) -> Result<Booking, BookingError> {
        mentee.must_be_active().map_err(|_| BookingError::Paused)?;
        let plan = mentee.membership.running_plan(cx.now).ok_or(BookingError::TierRequired)?;
        let allowance = plan.left.mock_interviews;
        if allowance == Allowance::Count(0) {
            return Err(BookingError::QuotaExceeded);
        }
        let mentor_id = mentee.membership.mentor_id;
        let found = self.store.booking_context(cx.product, request.company_id, &request.slot_ids, mentor_id).await?;
        let company = found.company.ok_or(BookingError::NotFound("company"))?;
        let interview_type = request.interview.as_ref().map(|interview| interview.interview_type);
        let open = |slot: &Slot| slot.is_open(cx.now) && slot.fits(interview_type);
        if found.slots.len() != request.slot_ids.len() || !found.slots.iter().all(open) {
            return Err(BookingError::SlotUnavailable);
        }
        // A slot that belongs to another mentor can only be confirmed by him, so the admins must look.
        let can_confirm = |mentor: &Membership| {
            mentor.can_mentor() && found.slots.iter().all(|slot| slot.mentor_id.is_none_or(|owner| owner == mentor.account_id))
        };
        let booking = Booking {
            id: cx.id(),
            product: cx.product,
            mentee: Party::from(&mentee.membership),
            mentor: found.mentor.as_ref().filter(|mentor| can_confirm(mentor)).map(Party::from),
            company_id: company.id,
            company_name: company.name,
            interview: request.interview,
            specific_topics: request.specific_topics,
            additional_notes: request.additional_notes,
            preferred_slots: found.slots.iter().map(RequestedSlot::from).collect(),
            status: BookingStatus::Pending,
            charged: matches!(allowance, Allowance::Count(_)),
            confirmed_slot: None,
            meeting_link: None,
            meet_link_id: None,
            mock_id: None,
            confirmed_by: None,
            confirmed_at: None,
            cancelled_at: None,
            calendar_sequence: 0,
            created_at: cx.now,
        };
        let event = cx.event(Detail::BookingRequested { booking: Box::new(booking.clone()) });
        match self.store.create_booking(&booking, allowance, &cx.record(event)).await {
            Ok(()) => Ok(booking),
            Err(TxError::Refused(CreateRefused)) => Err(BookingError::QuotaExceeded),
            Err(TxError::Store(error)) => Err(error.into()),
        }
    }
}
