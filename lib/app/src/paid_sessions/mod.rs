//! Sessions that mentees pay for: booking, claims of payment, attendance, and what mentors earn by them.

mod book;
mod due;
mod earn;
mod manage;
#[cfg(feature = "payment")]
mod purchase;

pub use book::Wanted;
pub(crate) use due::{end, lapse};
pub use earn::{Decision, EarnError, Earnings, PAGE, PAGES, Since, Statement};
pub(crate) use manage::call_off_of_leaver;
pub use manage::{Attendance, Own};
#[cfg(feature = "payment")]
pub use purchase::{Bought, SessionPurchaseError, SessionPurchases};

use crate::{
    Context,
    limits::{LimitError, Limits},
    mentorship::{Mentorship, MentorshipError, session_reminders},
};
#[cfg(feature = "payment")]
use domain::payment::{Order, Purpose};
use domain::{
    Instant, InvalidField, Zone,
    account::Role,
    mentorship::{ATTENDANCE_CLOSES, AttendanceKeys, MoveRefused, PaidBy, PaidMove, SessionBooking, SessionMove},
};
use rand::seq::IndexedRandom;
use store::{DueTask, DueWork, SessionPaid, Store, StoreError};

/// Between reading a thing and writing it somebody may change it; after so many times we give up.
const ROUNDS: u32 = 8;

/// Why something about a paid session was not done.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error("the mentor has set no price")]
    NoRate,
    #[error("the mentee named no payment")]
    NoClaim,
    #[error("too many sessions of his wait for their payments to be found")]
    TooManyClaims,
    #[error("the payment counts for another session")]
    PaymentUsed,
    #[error("that is not the key of the other side")]
    WrongKey(Role),
    #[error(transparent)]
    Mentorship(#[from] MentorshipError),
}

impl From<StoreError> for SessionError {
    fn from(error: StoreError) -> Self {
        Self::Mentorship(error.into())
    }
}

impl From<LimitError> for SessionError {
    fn from(error: LimitError) -> Self {
        Self::Mentorship(error.into())
    }
}

impl From<MoveRefused> for SessionError {
    fn from(refused: MoveRefused) -> Self {
        Self::Mentorship(refused.into())
    }
}

impl From<InvalidField> for SessionError {
    fn from(invalid: InvalidField) -> Self {
        Self::Mentorship(invalid.into())
    }
}

fn kept_changing() -> SessionError {
    StoreError::Busy("a session kept changing".to_owned()).into()
}

fn not_found() -> SessionError {
    MentorshipError::NotFound("session").into()
}

/// The use cases of paid sessions, but for the checkout.
#[derive(Debug, Clone)]
pub struct PaidSessions {
    store: Store,
    limits: Limits,
    mentorship: Mentorship,
    zone: Zone,
}

impl PaidSessions {
    /// Paid sessions in a store. Times without an offset are those of the zone.
    pub fn new(store: Store, mentorship: Mentorship, zone: Zone) -> Self {
        Self { limits: Limits::new(store.clone()), store, mentorship, zone }
    }

    /// The zone by which clients tell times.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }
}

/// A session that is paid for, as it was read.
#[derive(Debug)]
pub(crate) struct SessionGoods {
    pub session: SessionBooking,
    /// Whether its two had none before.
    pub first: bool,
}

#[cfg(feature = "payment")]
impl SessionGoods {
    /// What an order pays for; nothing when it is for something else, or the session is gone. One read, two when the order
    /// does not say whose session it is.
    pub async fn of(store: &Store, order: &Order) -> Result<Option<Self>, StoreError> {
        let Purpose::Session { session_id, mentor_id } = order.purpose else { return Ok(None) };
        let session = store.session_booking(order.product, session_id);
        let (Some(mentor), Some(mentee)) = (mentor_id, order.payer.account_id) else {
            return match session.await? {
                Some(session) => Self::read(store, session).await.map(Some),
                None => Ok(None),
            };
        };
        let (session, known) = store.together(session, store.student(order.product, mentor, mentee)).await;
        let first = known?.is_none();
        Ok(session?.map(|session| Self { session, first }))
    }
}

impl SessionGoods {
    /// A session that was read, with what else decides about paying for it.
    pub async fn read(store: &Store, session: SessionBooking) -> Result<Self, StoreError> {
        let first = store.student(session.product, session.mentor.id, session.mentee.id).await?.is_none();
        Ok(Self { session, first })
    }
}

/// What a payment makes of a session, with all that goes with it.
pub(crate) fn agreed(cx: &Context, goods: SessionGoods, paid: PaidBy) -> Result<SessionPaid, MoveRefused> {
    let SessionGoods { session: before, first } = goods;
    let after = before.moved(&SessionMove::Paid(PaidMove::Pay(paid)), cx.now)?;
    let keys = AttendanceKeys { mentor: attendance_key(), mentee: attendance_key() };
    let due = agreed_due(&after, cx.now);
    Ok(SessionPaid { before, after, first, keys, due })
}

/// What falls due about a session that is agreed on for its time.
fn agreed_due(session: &SessionBooking, now: Instant) -> Vec<DueWork> {
    let (product, session_id) = (session.product, session.id);
    let task = DueTask::EndSession { product, session_id, starts_at: session.time.starts_at };
    let ends = [session.time.ends_at, session.time.ends_at.plus(ATTENDANCE_CLOSES)];
    let ends = ends.map(|at| DueWork { at, task: task.clone() });
    session_reminders(session, now).into_iter().chain(ends).collect()
}

/// Eight signs that are read out and typed without mistakes: 40 bits.
fn attendance_key() -> String {
    const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut rng = rand::rng();
    (0..8).filter_map(|_| SIGNS.choose(&mut rng)).map(|sign| char::from(*sign)).collect()
}
