//! Publishes the events that wait in the outbox.

use app::{
    Clock, Platform,
    outbox::{Outbox, SweepError, Swept},
};
use gateways::{bus::Bus, settings::SettingError};
use jiff::SignedDuration;
use std::sync::Arc;

/// The sweeper.
#[derive(Debug, Clone)]
pub struct Sweeper {
    outbox: Outbox,
    clock: Arc<dyn Clock>,
    min_age: SignedDuration,
}

/// A run ends after so many batches, well within the function's time; the next one goes on.
const BATCHES: usize = 50;

impl Sweeper {
    /// A sweeper to the bus `EVENT_BUS_NAME` of events that have waited `min_age` or longer.
    pub fn new(platform: &Platform, min_age: SignedDuration) -> Result<Self, SettingError> {
        let bus = Bus::new(platform.aws.eventbridge(), platform.settings.required("EVENT_BUS_NAME")?);
        Ok(Self { outbox: Outbox::new(platform.store.clone(), bus), clock: platform.clock.clone(), min_age })
    }

    /// Publishes what waits, until nothing does.
    pub async fn run(&self) -> Result<Swept, SweepError> {
        let mut total = Swept::default();
        for _ in 0..BATCHES {
            let now = self.clock.now();
            let swept = self.outbox.sweep(now.plus(-self.min_age), now).await?;
            total.published += swept.published;
            total.refused += swept.refused;
            if swept.published == 0 {
                break;
            }
        }
        Ok(total)
    }
}
