//! What falls due with a session.

use domain::{
    Instant,
    interview::{Mock, Reminder},
};
use jiff::SignedDuration;
use store::{DueTask, DueWork};

/// A session's link goes back to the pool so long after the session's end.
pub const LINK_GRACE: SignedDuration = SignedDuration::from_mins(60);

/// Its link goes back an hour after the end.
pub(crate) fn release_of(mock: &Mock) -> Vec<DueWork> {
    let (Some(link_id), Some(booking_id)) = (mock.meet_link_id, mock.booking_id) else { return Vec::new() };
    let task = DueTask::ReleaseLink { product: mock.product, link_id, booking_id, mock_id: mock.id };
    vec![DueWork { at: mock.time.ends_at.plus(LINK_GRACE), task }]
}

/// All that falls due with a session that is agreed on now: its link, and the reminders that are still ahead. A session
/// that is moved or called off leaves its reminders where they are: they find that it is not to be at that time.
pub(crate) fn falls_due(mock: &Mock, now: Instant) -> Vec<DueWork> {
    let starts_at = mock.time.starts_at;
    let reminders = Reminder::ALL.map(|reminder| DueWork {
        at: reminder.due_at(starts_at),
        task: DueTask::Remind { product: mock.product, mock_id: mock.id, starts_at, reminder },
    });
    let ahead = reminders.into_iter().filter(|work| work.at > now);
    release_of(mock).into_iter().chain(ahead).collect()
}
