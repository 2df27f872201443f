//! Counts events into figures.

use app::{Clock, Platform, figures::Projector as Counting};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::event::Event;
use gateways::{queue::consume, settings::SettingError};
use std::sync::Arc;
use store::StoreError;

pub use app::figures::HANDLED;

/// The consumer.
#[derive(Debug, Clone)]
pub struct Projector {
    counting: Counting,
    clock: Arc<dyn Clock>,
}

impl Projector {
    /// A projector into the platform's table; months are those of `PLATFORM_ZONE`.
    pub fn new(platform: &Platform) -> Result<Self, SettingError> {
        let counting = Counting::new(platform.store.clone(), platform.zone()?);
        Ok(Self { counting, clock: platform.clock.clone() })
    }

    /// Counts a batch; answers which messages failed.
    pub async fn handle(&self, batch: SqsEvent) -> SqsBatchResponse {
        consume(batch, |event, _| self.count(event)).await
    }

    async fn count(&self, event: Event) -> Result<(), StoreError> {
        self.counting.apply(&event, self.clock.now()).await
    }
}
