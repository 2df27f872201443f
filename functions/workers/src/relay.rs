//! Publishes events as the table's stream tells of them.

use app::{Clock, Platform, outbox::Outbox};
use aws_lambda_events::event::{
    dynamodb::{Event as StreamEvent, EventRecord},
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use domain::EventId;
use gateways::{bus::Bus, settings::SettingError};
use std::{collections::HashSet, sync::Arc};
use store::Unpublished;

/// The relay.
#[derive(Debug, Clone)]
pub struct Relay {
    outbox: Outbox,
    clock: Arc<dyn Clock>,
}

impl Relay {
    /// A relay to the bus `EVENT_BUS_NAME`.
    pub fn new(platform: &Platform) -> Result<Self, SettingError> {
        let bus = Bus::new(platform.aws.eventbridge(), platform.settings.required("EVENT_BUS_NAME")?);
        Ok(Self { outbox: Outbox::new(platform.store.clone(), bus), clock: platform.clock.clone() })
    }

    /// Publishes a batch of records; answers which of them failed, by their sequence numbers. Lambda gives the batch
    /// again from the lowest of them on.
    pub async fn handle(&self, batch: StreamEvent) -> DynamoDbEventResponse {
        let told: Vec<(String, Unpublished)> = batch.records.into_iter().filter_map(event_of).collect();
        let events: Vec<Unpublished> = told.iter().map(|(_, event)| event.clone()).collect();
        let done = match self.outbox.relay(events, self.clock.now()).await {
            Ok(done) => done,
            Err(error) => {
                tracing::error!(%error, "the stream's events were not published");
                HashSet::<EventId>::new()
            }
        };
        let mut answer = DynamoDbEventResponse::default();
        for (sequence_number, _) in told.into_iter().filter(|(_, told)| !done.contains(&told.event.id)) {
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(sequence_number);
            answer.batch_item_failures.push(failure);
        }
        answer
    }
}

/// The event that a record tells of, with the record's sequence number. Whatever is no new event passes. So does
/// what cannot be read: given again it would stop its shard, and the sweeper sets it aside.
fn event_of(record: EventRecord) -> Option<(String, Unpublished)> {
    if record.event_name != "INSERT" {
        return None;
    }
    let sequence_number = record.change.sequence_number.unwrap_or_default();
    match Unpublished::from_stream(record.change.new_image) {
        Ok(event) => event.map(|event| (sequence_number, event)),
        Err(error) => {
            tracing::error!(record.sequence_number = sequence_number, %error, "a record of the stream cannot be read");
            None
        }
    }
}
