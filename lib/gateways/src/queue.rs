//! Messages from queues, as Lambda hands them to consumers: in batches, of which each message can fail alone.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::event::Event;
use serde::{Deserialize, de::DeserializeOwned};
use tracing::Instrument;

/// A queue gives a message so often before it puts it aside, as the redrive policies in `template.yaml` have it.
pub const ATTEMPTS: u32 = 5;

/// What EventBridge puts into a queue, as far as it is read.
#[derive(Deserialize)]
struct Envelope {
    detail: Event,
}

/// Hands each event of a batch to a consumer and answers which messages failed; the queue gives only those again,
/// and puts what keeps failing aside. The consumer also hears whether this is the last attempt.
pub async fn consume<F, E>(batch: SqsEvent, consumer: impl Fn(Event, bool) -> F) -> SqsBatchResponse
where
    F: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    let named = |Envelope { detail }: Envelope, last: bool| {
        let (id, name) = (detail.id, detail.name());
        // All that is logged about an event carries the id of the request that caused it.
        let request_id = detail.request_id.clone().unwrap_or_default();
        let span = tracing::info_span!("event", request.id = request_id, event.id = %id, event.name = name);
        let consumed = consumer(detail, last).instrument(span);
        async move { consumed.await.map_err(|error| format!("{name} {id}: {error}")) }
    };
    consume_messages(batch, named).await
}

/// The same for messages of any form.
pub async fn consume_messages<T, F, E>(batch: SqsEvent, consumer: impl Fn(T, bool) -> F) -> SqsBatchResponse
where
    T: DeserializeOwned,
    F: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    let mut answer = SqsBatchResponse::default();
    for message in batch.records {
        let last = is_last_attempt(&message);
        let id = message.message_id.unwrap_or_default();
        match serde_json::from_str(message.body.as_deref().unwrap_or_default()) {
            Ok(value) => {
                // Boxed, since what a consumer does nests too deep for the compiler otherwise.
                if let Err(error) = Box::pin(consumer(value, last)).await {
                    tracing::error!(message.id = id, %error, "a message was not consumed");
                    answer.add_failure(id);
                }
            }
            Err(error) => {
                tracing::error!(message.id = id, %error, "a message cannot be read");
                answer.add_failure(id);
            }
        }
    }
    answer
}

fn is_last_attempt(message: &SqsMessage) -> bool {
    let received = message.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse::<u32>().ok());
    received.is_some_and(|received| received >= ATTEMPTS)
}
