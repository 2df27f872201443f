//! The bus: EventBridge.

use aws_sdk_eventbridge::{
    Client,
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    operation::put_events::PutEventsError,
    types::PutEventsRequestEntry,
};
use domain::{EventId, event::Event};
use std::collections::HashSet;

/// A batch that the bus did not take at all.
#[derive(Debug, thiserror::Error)]
#[error("the bus failed: {0}")]
pub struct BusError(String);

/// What came of publishing.
#[derive(Debug, Default)]
pub struct Published {
    /// What the bus has now.
    pub taken: HashSet<EventId>,
    /// Why it was asked no further; what had been taken before stays taken.
    pub failed: Option<BusError>,
}

/// The event bus.
#[derive(Debug, Clone)]
pub struct Bus {
    client: Client,
    name: String,
}

/// PutEvents takes so many entries at once …
const BATCH: usize = 10;
/// … and so many bytes in all of them together.
const BATCH_BYTES: usize = 256 * 1024;
/// What an entry's time counts, beside its texts.
const TIME_BYTES: usize = 14;

impl Bus {
    /// A bus of this name behind a client.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into() }
    }

    /// The source that our entries carry on the bus.
    pub fn source(event: &Event) -> String {
        event.product.map_or("platform".to_owned(), |product| format!("platform.{product}"))
    }

    /// Publishes events, in batches that PutEvents takes. Its answer names every entry, and an entry can fail alone,
    /// so each one is looked at. A batch that the bus refuses keeps no other from it; one that it does not answer ends
    /// it, since the next would only wait as long.
    pub async fn publish(&self, events: &[Event]) -> Published {
        let mut published = Published::default();
        let mut sized = Vec::with_capacity(events.len());
        for event in events {
            match self.entry(event) {
                Ok(entry) => sized.push((event, size(&entry), entry)),
                Err(error) => tracing::error!(event.id = %event.id, %error, "an event cannot be put on the bus"),
            }
        }
        for batch in batches(sized, |(_, bytes, _)| *bytes) {
            let (events, entries): (Vec<&Event>, Vec<_>) = batch.into_iter().map(|(event, _, entry)| (event, entry)).unzip();
            let answer = match self.client.put_events().set_entries(Some(entries)).send().await {
                Ok(answer) => answer,
                Err(error) if is_refusal(&error) => {
                    let ids: Vec<_> = events.iter().map(|event| event.id.to_string()).collect();
                    tracing::error!(event.ids = ?ids, error = %DisplayErrorContext(error), "the bus refused a batch");
                    continue;
                }
                Err(error) => {
                    published.failed = Some(BusError(DisplayErrorContext(error).to_string()));
                    break;
                }
            };
            for (event, entry) in events.into_iter().zip(answer.entries()) {
                match entry.error_code() {
                    None => {
                        published.taken.insert(event.id);
                    }
                    Some(code) => {
                        tracing::warn!(event.id = %event.id, event.name = event.name(), code, "the bus refused an entry");
                    }
                }
            }
        }
        published
    }

    fn entry(&self, event: &Event) -> Result<PutEventsRequestEntry, serde_json::Error> {
        let detail = serde_json::to_string(event)?;
        let time = aws_sdk_eventbridge::primitives::DateTime::from_millis(event.occurred_at.epoch_millis());
        let entry = PutEventsRequestEntry::builder().event_bus_name(&self.name).source(Self::source(event));
        Ok(entry.detail_type(event.name()).detail(detail).time(time).build())
    }
}

/// Whether the bus says that a batch itself is wrong, such as an entry that is too large. Throttling is a 400 too, and
/// passes.
fn is_refusal(error: &SdkError<PutEventsError>) -> bool {
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    code.is_some_and(|code| code.contains("Validation") || code.contains("EntityTooLarge"))
}

/// How PutEvents counts an entry.
fn size(entry: &PutEventsRequestEntry) -> usize {
    let texts = [entry.source(), entry.detail_type(), entry.detail()];
    TIME_BYTES + texts.into_iter().flatten().map(str::len).sum::<usize>()
}

/// Splits things, in their order, into batches that PutEvents takes. One that is too large by itself stands alone:
/// its refusal touches no other.
fn batches<T>(things: Vec<T>, bytes: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut batches: Vec<Vec<T>> = Vec::new();
    let mut filled = 0;
    for thing in things {
        let more = bytes(&thing);
        match batches.last_mut() {
            Some(last) if last.len() < BATCH && filled + more <= BATCH_BYTES => {
                filled += more;
                last.push(thing);
            }
            _ => {
                filled = more;
                batches.push(vec![thing]);
            }
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(things: &[usize]) -> Vec<Vec<usize>> {
        batches(things.to_vec(), |bytes| *bytes)
    }

    #[test]
    fn a_batch_has_at_most_ten_entries() {
        let found: Vec<usize> = sizes(&[1; 25]).iter().map(Vec::len).collect();
        assert_eq!(found, [10, 10, 5]);
    }

    #[test]
    fn a_batch_has_at_most_256_kb() {
        const KB: usize = 1024;
        assert_eq!(sizes(&[100 * KB, 100 * KB, 56 * KB, 1]), [vec![100 * KB, 100 * KB, 56 * KB], vec![1]]);
        assert_eq!(sizes(&[1, 300 * KB, 1]), [vec![1], vec![300 * KB], vec![1]], "what is too large stands alone");
    }
}
