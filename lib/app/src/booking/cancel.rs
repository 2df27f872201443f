use super::{BookingError, Bookings, ROUNDS, kept_changing, release_of};
use crate::Context;
use domain::{
    AccountId, BookingId,
    account::{Member, Membership, Role},
    booking::Booking,
    event::{Detail, ReleaseCause},
    interview::MockStatus,
};
use store::{Cancellation, Record, Stored};

impl Bookings {
    /// Calls a booking off, in a role: the mentee and the assigned mentor their own until it begins, an admin any.
    /// Slot, link, calendars, mock and quota follow in the same transaction.
    pub async fn cancel(&self, cx: &Context, by: &Member, role: Role, id: BookingId) -> Result<Booking, BookingError> {
        self.cancel_as(cx, by.id(), role, id).await
    }

    /// The same for somebody who may be no member any more.
    pub(crate) async fn cancel_as(
        &self,
        cx: &Context,
        by: AccountId,
        role: Role,
        id: BookingId,
    ) -> Result<Booking, BookingError> {
        for _ in 0..ROUNDS {
            let booking = self.concerning(cx, by, role, id).await?;
            let Some(cancellation) = self.cancellation(cx, &booking, role).await? else {
                return Err(BookingError::NotOpen);
            };
            let due = cancellation.mock.as_ref().map(release_of).unwrap_or_default();
            let record = cancelled_record(cx, &cancellation, role);
            if self.store.cancel_booking(&cancellation, cx.now, &due, &record).await? {
                return Ok(cancellation.booking);
            }
        }
        Err(kept_changing())
    }

    async fn cancellation(&self, cx: &Context, booking: &Booking, role: Role) -> Result<Option<Cancellation>, BookingError> {
        let Some(cancelled) = booking.cancelled(role, cx.now) else { return Ok(None) };
        let mock = match booking.mock_id {
            Some(mock) => self.store.mock(cx.product, mock).await?,
            None => None,
        };
        if mock.as_ref().is_some_and(|mock| mock.status != MockStatus::Scheduled) {
            return Ok(None);
        }
        let link = self.store.held_link(cx.product, booking.meet_link_id, Some(booking.id)).await?;
        let mentee = self.store.membership(cx.product, booking.mentee.id).await?;
        let takes_back =
            |mentee: &Stored<Membership>| mentee.value.plan.as_ref().is_some_and(|plan| plan.takes_mock_back(booking.created_at));
        let give_back = mentee.filter(|mentee| booking.charged && takes_back(mentee)).map(|mentee| mentee.rev());
        Ok(Some(Cancellation { before: booking.clone(), booking: cancelled, mock, link, give_back }))
    }
}

fn cancelled_record(cx: &Context, cancellation: &Cancellation, role: Role) -> Record {
    let booking = &cancellation.booking;
    let mut events = vec![cx.event(Detail::BookingCancelled { booking: Box::new(booking.clone()) })];
    if let Some(link) = &cancellation.link {
        let (link_id, booking_id) = (link.link.id, Some(booking.id));
        events.push(cx.event(Detail::MeetLinkReleased { link_id, booking_id, cause: ReleaseCause::Cancelled }));
    }
    let subject = format!("booking:{}", booking.id);
    let audit = (role == Role::Admin)
        .then(|| cx.audit("booking.cancelled", subject, Some(&cancellation.before.status), Some(&booking.status)));
    Record { events, audits: audit.into_iter().collect(), once: cx.once.clone() }
}
