//! Doing what is due.

use crate::{
    Clock, Context,
    booking::LINK_GRACE,
    erasure::{Erasure, ErasureError},
    reconciliation::{Next, ReconcileError, Reconciliation},
    refunding::{Refunding, RefundingError},
};
use domain::{
    Instant, MockId, Product,
    event::{Detail, ReleaseCause},
    interview::{Mock, MockStatus},
};
use gateways::{
    files::{Files, FilesError},
    razorpay::Razorpay,
};
use jiff::SignedDuration;
use std::sync::Arc;
use store::{DueTask, DueWork, Lane, Record, Store, StoreError};

/// A run begins nothing more that takes long or waits for others after so long: the function has 60 s, and one call
/// takes up to 8.
const BUDGET: SignedDuration = SignedDuration::from_secs(30);
/// Nor after so many failures: whoever does not answer now will not answer the next question either.
const FAILURES: usize = 3;

/// What failed is tried again so much later.
const TRY_AGAIN: SignedDuration = SignedDuration::from_mins(5);

/// Why a thing was not done.
#[derive(Debug, thiserror::Error)]
pub enum DueError {
    #[error(transparent)]
    Erase(#[from] ErasureError),
    #[error(transparent)]
    File(#[from] FilesError),
    #[error(transparent)]
    Reconcile(#[from] ReconcileError),
    #[error(transparent)]
    Refund(#[from] RefundingError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use case of doing what is due.
#[derive(Debug, Clone)]
pub struct Scheduler {
    store: Store,
    reconciliation: Reconciliation,
    refunding: Refunding,
    files: Files,
    clock: Arc<dyn Clock>,
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ran {
    pub done: usize,
    /// Things that failed and stay due.
    pub failed: usize,
}

impl Scheduler {
    /// The scheduler of a store, a Razorpay account and a bucket.
    pub fn new(store: Store, (razorpay, files): (Razorpay, Files), clock: Arc<dyn Clock>) -> Self {
        let reconciliation = Reconciliation::new(store.clone(), razorpay.clone());
        Self { reconciliation, refunding: Refunding::new(store.clone(), razorpay), files, store, clock }
    }

    /// Does what is due, each thing by itself: one that fails stays due, a little later, and keeps no other from being
    /// done. What needs only the table comes first, what takes long last of that; then, within bounds, what others must
    /// answer for.
    pub async fn run(&self) -> Result<Ran, StoreError> {
        let began = self.clock.now();
        let mut ran = Ran::default();
        let (long, short): (Vec<_>, Vec<_>) =
            self.store.due(Lane::Table, began).await?.into_iter().partition(|work| work.task.takes_long());
        for work in &short {
            self.attempt(&mut ran, work, began).await;
        }
        for work in &long {
            let now = self.clock.now();
            if now.since(began) > BUDGET {
                break;
            }
            self.attempt(&mut ran, work, now).await;
        }
        for lane in [Lane::Razorpay, Lane::Files] {
            let failed_before = ran.failed;
            for work in self.store.due(lane, began).await? {
                let now = self.clock.now();
                if ran.failed - failed_before >= FAILURES || now.since(began) > BUDGET {
                    break;
                }
                self.attempt(&mut ran, &work, now).await;
            }
        }
        Ok(ran)
    }

    async fn attempt(&self, ran: &mut Ran, work: &DueWork, now: Instant) {
        match self.act(work, now).await {
            Ok(()) => ran.done += 1,
            Err(error) => {
                ran.failed += 1;
                tracing::error!(due.at = %work.at, due.task = ?work.task, %error, "due work failed");
                // Behind the others, so that things which always fail keep none of them from being done.
                if let Err(error) = self.store.put_off_due(work, now.plus(TRY_AGAIN)).await {
                    tracing::error!(due.at = %work.at, due.task = ?work.task, %error, "due work could not be put off");
                }
            }
        }
    }

    /// Whether a session is still to be, or has not been over for long.
    async fn is_put_off(&self, product: Product, mock: MockId, now: Instant) -> Result<bool, StoreError> {
        let mock = self.store.mock(product, mock).await?;
        Ok(mock.is_some_and(|mock| mock.status == MockStatus::Scheduled && mock.time.ends_at.plus(LINK_GRACE) > now))
    }

    async fn act(&self, work: &DueWork, now: Instant) -> Result<(), DueError> {
        match &work.task {
            // A session that was put off since keeps its link: it has due work of its own.
            DueTask::ReleaseLink { product, mock_id, .. } if self.is_put_off(*product, *mock_id, now).await? => {}
            DueTask::ReleaseLink { product, link_id, booking_id, .. } => {
                let cx = Context::system(*product, now);
                // A link that the booking no longer holds was given back before; then this is done already.
                if let Some(held) = self.store.held_link(*product, Some(*link_id), Some(*booking_id)).await? {
                    let cause = ReleaseCause::SessionEnded;
                    let event = cx.event(Detail::MeetLinkReleased { link_id: *link_id, booking_id: Some(*booking_id), cause });
                    self.store.release_link(*product, &held, &Record::event(event)).await?;
                }
            }
            DueTask::Remind { product, mock_id, starts_at, reminder } => {
                let mock = self.store.mock(*product, *mock_id).await?;
                let ahead = |mock: &Mock| mock.is_ahead_at(*starts_at) && reminder.is_timely(*starts_at, now);
                if let Some(mock) = mock.filter(ahead) {
                    let cx = Context::system(*product, now);
                    let event = cx.event(Detail::ReminderFellDue { mock: Box::new(mock.clone()), reminder: *reminder });
                    if self.store.remind(work, &mock, &Record::event(event)).await? {
                        return Ok(());
                    }
                }
            }
            DueTask::RemindOfSession { product, session_id, starts_at, reminder } => {
                let (session, when) = ((*product, *session_id), (*starts_at, *reminder));
                if crate::mentorship::remind(&self.store, work, session, when, now).await? {
                    return Ok(());
                }
            }
            DueTask::LapseSession { product, session_id } => {
                crate::paid_sessions::lapse(&self.store, (*product, *session_id), now).await?;
            }
            DueTask::EndSession { product, session_id, starts_at } => {
                crate::paid_sessions::end(&self.store, (*product, *session_id), *starts_at, now).await?;
            }
            DueTask::ReconcileOrder { razorpay_order_id, .. } => {
                if let Next::Look(at) = self.reconciliation.look(razorpay_order_id, now).await? {
                    return Ok(self.store.put_off_due(work, at).await?);
                }
            }
            DueTask::Refund { razorpay_order_id, payment_id, .. } => {
                if let Next::Look(at) = self.refunding.carry_out(work, razorpay_order_id, payment_id, now).await? {
                    return Ok(self.store.put_off_due(work, at).await?);
                }
            }
            DueTask::GiveBackAiRun { product, account_id, run_id } => {
                crate::ai_runs::give_back(&self.store, *product, *account_id, *run_id, now).await?;
            }
            // One that is gone already is as good.
            DueTask::DeleteFile { file } => self.files.delete(file.as_str(), now).await?,
            DueTask::EraseMember { product, account_id } => {
                if let Some(at) = Erasure::new(self.store.clone()).run(*product, *account_id, now).await? {
                    return Ok(self.store.put_off_due(work, at).await?);
                }
            }
        }
        Ok(self.store.finish_due(work).await?)
    }
}
