//! The bus: EventBridge.

use aws_sdk_eventbridge::{Client, error::DisplayErrorContext, types::PutEventsRequestEntry};
use domain::{EventId, event::Event};

/// A batch that the bus did not take at all.
#[derive(Debug, thiserror::Error)]
#[error("the bus failed: {0}")]
pub struct BusError(String);

/// The event bus.
#[derive(Debug, Clone)]
pub struct Bus {
    client: Client,
    name: String,
}

/// PutEvents takes so many entries at once.
const BATCH: usize = 10;

impl Bus {
    /// A bus of this name behind a client.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into() }
    }

    /// The source that our entries carry on the bus.
    pub fn source(event: &Event) -> String {
        event.product.map_or("platform".to_owned(), |product| format!("platform.{product}"))
    }

    /// Publishes events; returns the ids of those that the bus took. The answer names every entry, and an entry
    /// can fail alone, so each one is looked at.
    pub async fn publish(&self, events: &[Event]) -> Result<Vec<EventId>, BusError> {
        let mut taken = Vec::with_capacity(events.len());
        for batch in events.chunks(BATCH) {
            let entries = batch.iter().map(|event| self.entry(event)).collect::<Result<Vec<_>, _>>()?;
            let answer = self.client.put_events().set_entries(Some(entries)).send().await;
            let answer = answer.map_err(|error| BusError(DisplayErrorContext(error).to_string()))?;
            for (event, entry) in batch.iter().zip(answer.entries()) {
                match entry.error_code() {
                    None => taken.push(event.id),
                    Some(code) => {
                        tracing::warn!(event.id = %event.id, event.name = event.name(), code, "the bus refused an entry");
                    }
                }
            }
        }
        Ok(taken)
    }

    fn entry(&self, event: &Event) -> Result<PutEventsRequestEntry, BusError> {
        let detail = serde_json::to_string(event).map_err(|error| BusError(error.to_string()))?;
        let time = aws_sdk_eventbridge::primitives::DateTime::from_millis(event.occurred_at.epoch_millis());
        let entry = PutEventsRequestEntry::builder().event_bus_name(&self.name).source(Self::source(event));
        Ok(entry.detail_type(event.name()).detail(detail).time(time).build())
    }
}
