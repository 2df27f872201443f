//! Publishing the outbox: what the sweeper does in AWS, and the local server right after each write.

use domain::Instant;
use gateways::bus::{Bus, BusError};
use store::{Store, StoreError};

/// Why the outbox was not emptied. What was published stays marked; the rest is found again.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error(transparent)]
    Bus(#[from] BusError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    pub published: usize,
    /// Entries that the bus refused; the next sweep tries them again.
    pub refused: usize,
}

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
    pub async fn sweep(&self, before: Instant, now: Instant) -> Result<Swept, SweepError> {
        let waiting = self.store.unpublished(before).await?;
        let events: Vec<_> = waiting.iter().map(|waiting| waiting.event.clone()).collect();
        let taken = self.bus.publish(&events).await?;
        for published in waiting.iter().filter(|waiting| taken.contains(&waiting.event.id)) {
            self.store.mark_published(published, now).await?;
        }
        Ok(Swept { published: taken.len(), refused: events.len() - taken.len() })
    }
}
