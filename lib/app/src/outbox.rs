//! Publishing the outbox: from the table's stream as events are written, and by the sweeper what that missed. The
//! local server sweeps right after each write.

use domain::{EventId, Instant};
use futures::future::join_all;
use gateways::bus::{Bus, BusError};
use std::collections::HashSet;
use store::{Store, StoreError, Unpublished};

/// What a sweep did.
#[derive(Debug, Default)]
pub struct Swept {
    /// Published and marked.
    pub published: usize,
    /// Entries that the bus refused; the next sweep tries them again.
    pub refused: usize,
    /// When the oldest of the events happened that were found waiting.
    pub oldest: Option<Instant>,
    /// Why the bus was asked no further.
    pub failed: Option<BusError>,
}

/// So many marks are written at the same time.
const AT_ONCE: usize = 16;

/// The use case of publishing.
#[derive(Debug, Clone)]
pub struct Outbox {
    store: Store,
    bus: Bus,
}

impl Outbox {
    /// The outbox of a store, published to a bus.
    pub fn new(store: Store, bus: Bus) -> Self {
        Self { store, bus }
    }

    /// Publishes events that have waited since `before`, up to one batch. A crash between publishing and marking
    /// publishes again, which every consumer stands.
    pub async fn sweep(&self, before: Instant, now: Instant) -> Result<Swept, StoreError> {
        let waiting = self.store.unpublished(before).await?;
        let oldest = waiting.iter().map(|waiting| waiting.event.occurred_at).min();
        let events: Vec<_> = waiting.iter().map(|waiting| waiting.event.clone()).collect();
        let published = self.bus.publish(&events).await;
        let taken: Vec<_> = waiting.iter().filter(|waiting| published.taken.contains(&waiting.event.id)).collect();
        let mut marked = 0;
        for together in taken.chunks(AT_ONCE) {
            marked += join_all(together.iter().map(|taken| self.mark(taken, now))).await.into_iter().filter(|done| *done).count();
        }
        let refused = events.len() - published.taken.len();
        Ok(Swept { published: marked, refused, oldest, failed: published.failed })
    }

    /// Publishes events that the stream told of; answers which of them are on the bus, now or since before.
    ///
    /// The stream repeats everything from the first failed record on, and what it tells late the sweeper has
    /// published. So the items are read first, which costs one request a batch: what no longer waits is left alone.
    pub async fn relay(&self, told: Vec<Unpublished>, now: Instant) -> Result<HashSet<EventId>, StoreError> {
        let waiting = self.store.still_unpublished(&told).await?;
        let mut done: HashSet<EventId> =
            told.iter().filter(|told| !waiting.contains(&told.event.id)).map(|told| told.event.id).collect();
        let open: Vec<&Unpublished> = told.iter().filter(|told| waiting.contains(&told.event.id)).collect();
        let events: Vec<_> = open.iter().map(|open| open.event.clone()).collect();
        let published = self.bus.publish(&events).await;
        if let Some(error) = published.failed {
            tracing::error!(%error, "the bus took no events");
        }
        for taken in open.into_iter().filter(|open| published.taken.contains(&open.event.id)) {
            if self.mark(taken, now).await {
                done.insert(taken.event.id);
            }
        }
        Ok(done)
    }

    /// Marks an event as published; false when that failed. Then the stream or the sweeper publishes it once more,
    /// which every consumer stands.
    async fn mark(&self, taken: &Unpublished, now: Instant) -> bool {
        let marked = self.store.mark_published(taken, now).await;
        if let Err(error) = &marked {
            tracing::error!(event.id = %taken.event.id, %error, "an event was published, but not marked");
        }
        marked.is_ok()
    }
}
