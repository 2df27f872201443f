//! Doing what is due.

use crate::Context;
use domain::{
    Instant,
    event::{Detail, ReleaseCause},
};
use store::{DueTask, DueWork, Record, Store, StoreError};

/// The use case of doing what is due.
#[derive(Debug, Clone)]
pub struct Scheduler {
    store: Store,
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ran {
    pub done: usize,
    /// Things that failed and stay due.
    pub failed: usize,
}

impl Scheduler {
    /// The scheduler of a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Does what is due, each thing by itself: one that fails stays due and keeps no other from being done.
    pub async fn run(&self, now: Instant) -> Result<Ran, StoreError> {
        let mut ran = Ran::default();
        for work in self.store.due(now).await? {
            match self.act(&work, now).await {
                Ok(()) => ran.done += 1,
                Err(error) => {
                    ran.failed += 1;
                    tracing::error!(due.at = %work.at, due.task = ?work.task, %error, "due work failed");
                }
            }
        }
        Ok(ran)
    }

    async fn act(&self, work: &DueWork, now: Instant) -> Result<(), StoreError> {
        match &work.task {
            DueTask::ReleaseLink { product, link_id, booking_id, .. } => {
                let cx = Context::system(*product, now);
                // A link that the booking no longer holds was given back before; then this is done already.
                if let Some(held) = self.store.held_link(*product, Some(*link_id), Some(*booking_id)).await? {
                    let cause = ReleaseCause::SessionEnded;
                    let event = cx.event(Detail::MeetLinkReleased { link_id: *link_id, booking_id: Some(*booking_id), cause });
                    self.store.release_link(*product, &held, &Record::event(event)).await?;
                }
            }
        }
        self.store.finish_due(work).await
    }
}
