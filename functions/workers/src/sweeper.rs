//! Publishes the events that still wait in the outbox.

use app::{
    Clock, Platform,
    outbox::{Outbox, Swept},
};
use gateways::{
    bus::{Bus, BusError},
    settings::SettingError,
};
use jiff::SignedDuration;
use std::sync::Arc;
use store::StoreError;

/// Why the outbox was not emptied. What was published stays marked; the rest is found again.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error(transparent)]
    Bus(#[from] BusError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The sweeper.
#[derive(Debug, Clone)]
pub struct Sweeper {
    outbox: Outbox,
    clock: Arc<dyn Clock>,
    min_age: SignedDuration,
}

/// A run begins no other batch after so long: the function has 60 s. The next run goes on.
const BUDGET: SignedDuration = SignedDuration::from_secs(30);

impl Sweeper {
    /// A sweeper to the bus `EVENT_BUS_NAME` of events that have waited `min_age` or longer.
    pub fn new(platform: &Platform, min_age: SignedDuration) -> Result<Self, SettingError> {
        let bus = Bus::new(platform.aws.eventbridge(), platform.settings.required("EVENT_BUS_NAME")?);
        Ok(Self { outbox: Outbox::new(platform.store.clone(), bus), clock: platform.clock.clone(), min_age })
    }

    /// Publishes what waits, until nothing does; returns how much that was.
    pub async fn run(&self) -> Result<usize, SweepError> {
        let mut total = Swept::default();
        let began = self.clock.now();
        loop {
            let now = self.clock.now();
            let swept = self.outbox.sweep(now.plus(-self.min_age), now).await?;
            total.published += swept.published;
            total.refused += swept.refused;
            // Of what the last look found: nothing, as a rule.
            total.oldest = swept.oldest;
            total.failed = swept.failed;
            if swept.published == 0 || total.failed.is_some() || self.clock.now().since(began) >= BUDGET {
                break;
            }
        }
        // Before any failure is told: the age matters most when the bus is down. An alarm reads this line.
        let oldest_seconds = total.oldest.map_or(0, |oldest| self.clock.now().since(oldest).as_secs());
        let Swept { published, refused, .. } = total;
        tracing::info!(published, refused, oldest_seconds, "outbox.swept");
        total.failed.map_or(Ok(published), |error| Err(error.into()))
    }
}
