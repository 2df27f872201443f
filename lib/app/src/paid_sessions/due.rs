//! What becomes of sessions by themselves.

use crate::Context;
use domain::{
    Instant, Product, SessionBookingId,
    event::Detail,
    mentorship::{PaidMove, SessionMove},
};
use store::{Record, Store, StoreError};

/// Frees the time of a session that was not paid in time. What was paid or called off meanwhile stays as it is.
pub(crate) async fn lapse(store: &Store, (product, id): (Product, SessionBookingId), now: Instant) -> Result<(), StoreError> {
    let Some(before) = store.session_booking(product, id).await? else { return Ok(()) };
    let Ok(after) = before.moved(&SessionMove::Paid(PaidMove::Lapse), now) else { return Ok(()) };
    let event = Context::system(product, now).event(Detail::MentorshipCancelled { session: Box::new(after.clone()) });
    // What changed at this moment was paid, called off or ordered. The last one lapses at the next look.
    if store.move_session(&before, &after, &[], &Record::event(event)).await? {
        return Ok(());
    }
    Err(StoreError::Busy("a session changed while it lapsed".to_owned()))
}

/// Counts a session as held that is over and that nobody ended, or leaves it to an admin.
pub(crate) async fn end(
    store: &Store,
    (product, id): (Product, SessionBookingId),
    starts_at: Instant,
    now: Instant,
) -> Result<(), StoreError> {
    let session = store.session_booking(product, id).await?;
    let Some(before) = session.filter(|session| session.time.starts_at == starts_at) else { return Ok(()) };
    let ends = before.ends_by_itself(now);
    let by = if ends { SessionMove::Complete } else { SessionMove::Paid(PaidMove::LeaveToAdmin) };
    let Ok(after) = before.moved(&by, now) else { return Ok(()) };
    let cx = Context::system(product, now);
    let told = Box::new(after.clone());
    let (detail, action) = match ends {
        true => (Detail::MentorshipCompleted { session: told }, "session_booking.completed"),
        false => (Detail::MentorshipUnattended { session: told }, "session_booking.unattended"),
    };
    let audit = cx.audit(action, format!("session_booking:{id}"), Some(&before.status), Some(&after.status));
    if store.move_session(&before, &after, &[], &cx.record(cx.event(detail)).audited(audit)).await? {
        return Ok(());
    }
    Err(StoreError::Busy("a session changed while it ended".to_owned()))
}
