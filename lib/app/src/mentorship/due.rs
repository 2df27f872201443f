use domain::{Instant, interview::Reminder, mentorship::SessionBooking};
use store::{DueTask, DueWork};

/// The reminders of a session that is agreed on now, as far as they are still ahead. One that is called off leaves them
/// where they are: they find that it is not to be.
pub(crate) fn reminders(session: &SessionBooking, now: Instant) -> Vec<DueWork> {
    let starts_at = session.time.starts_at;
    let remind = |reminder: Reminder| DueWork {
        at: reminder.due_at(starts_at),
        task: DueTask::RemindOfSession { product: session.product, session_id: session.id, starts_at, reminder },
    };
    Reminder::ALL.map(remind).into_iter().filter(|work| work.at > now).collect()
}
