//! Events from the bus, as queues hand them to consumers: in batches, of which each message can fail alone.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::event::Event;
use serde::Deserialize;
use tracing::Instrument;

/// What EventBridge puts into a queue, as far as it is read.
#[derive(Deserialize)]
struct Envelope {
    detail: Event,
}

/// Hands each event of a batch to a consumer and answers which messages failed; the queue gives only those again,
/// and puts what keeps failing aside.
pub async fn consume<F, E>(batch: SqsEvent, consumer: impl Fn(Event) -> F) -> SqsBatchResponse
where
    F: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    let mut answer = SqsBatchResponse::default();
    for message in batch.records {
        let id = message.message_id.unwrap_or_default();
        let event = match serde_json::from_str::<Envelope>(message.body.as_deref().unwrap_or_default()) {
            Ok(Envelope { detail }) => detail,
            Err(error) => {
                tracing::error!(message.id = id, %error, "a message is no event of ours");
                answer.add_failure(id);
                continue;
            }
        };
        // All that is logged about an event carries the id of the request that caused it.
        let request_id = event.request_id.clone().unwrap_or_default();
        let span = tracing::info_span!("event", request.id = request_id, event.id = %event.id, event.name = event.name());
        // Boxed, since what a consumer does nests too deep for the compiler otherwise.
        if let Err(error) = Box::pin(consumer(event)).instrument(span.clone()).await {
            span.in_scope(|| tracing::error!(message.id = id, %error, "an event was not consumed"));
            answer.add_failure(id);
        }
    }
    answer
}
