//! What the scheduler does about a reminder that falls due.

use crate::Context;
use domain::{Instant, Product, SessionBookingId, event::Detail, interview::Reminder, mentorship::SessionBooking};
use store::{DueWork, Record, Store, StoreError};

/// Tells that a session draws near, if it is still to be; true when the reminder was forgotten with it.
pub(crate) async fn remind(
    store: &Store,
    work: &DueWork,
    (product, id): (Product, SessionBookingId),
    (starts_at, reminder): (Instant, Reminder),
    now: Instant,
) -> Result<bool, StoreError> {
    let session = store.session_booking(product, id).await?;
    let ahead = |session: &SessionBooking| session.is_ahead_at(starts_at) && reminder.is_timely(starts_at, now);
    let Some(session) = session.filter(ahead) else { return Ok(false) };
    let event = Detail::MentorshipReminderFellDue { session: Box::new(session.clone()), reminder };
    let event = Context::system(product, now).event(event);
    store.remind_of_session(work, &session, &Record::event(event)).await
}
