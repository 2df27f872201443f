use crate::Context;
use domain::{Instant, Product, SessionBookingId, event::Detail, interview::Reminder, mentorship::SessionBooking};
use store::{DueTask, DueWork, Record, Store, StoreError};

/// The reminders of a session that is agreed on now, as far as they are still ahead. One that is called off leaves them
/// where they are: they find that it is not to be.
pub(super) fn reminders(session: &SessionBooking, now: Instant) -> Vec<DueWork> {
    let starts_at = session.time.starts_at;
    let remind = |reminder: Reminder| DueWork {
        at: reminder.due_at(starts_at),
        task: DueTask::RemindOfSession { product: session.product, session_id: session.id, starts_at, reminder },
    };
    Reminder::ALL.map(remind).into_iter().filter(|work| work.at > now).collect()
}

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
