//! The outbox: events written with the change they tell of, found again until they are published.

use crate::{
    Item, Once, PageRequest, Store, StoreError,
    change::Change,
    item::{item, key_of, read, until},
    keys::{self, Entry, Index, Key, OUTBOX_SHARDS},
    page::List,
    transaction::Transaction,
};
use domain::{EventId, Instant, audit::AuditRecord, event::Event};
use futures::future::try_join_all;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

const EVENTS_LIVE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What a change leaves behind in its own transaction: the events that tell of it and its audit records.
#[derive(Debug, Clone, Default)]
pub struct Record {
    pub events: Vec<Event>,
    pub audits: Vec<AuditRecord>,
    /// The request that is carried out by this change, when it may be carried out only once.
    pub once: Option<Once>,
}

impl Record {
    /// One event and nothing else.
    pub fn event(event: Event) -> Self {
        Self { events: vec![event], ..Self::default() }
    }

    /// An audit record and nothing else.
    pub fn audit(audit: AuditRecord) -> Self {
        Self::default().audited(audit)
    }

    /// With one more audit record.
    pub fn audited(mut self, audit: AuditRecord) -> Self {
        self.audits.push(audit);
        self
    }

    /// With the request that it carries out.
    pub fn once(self, once: Option<Once>) -> Self {
        Self { once, ..self }
    }
}

/// How an event stands in an item; a webhook's item carries one too.
#[derive(Serialize, Deserialize)]
pub(crate) struct Published {
    pub event: Event,
}

/// An event that waits to be published, with the item it stands in.
#[derive(Debug, Clone)]
pub struct Unpublished {
    pub event: Event,
    pub(crate) key: Key,
}

/// An item as the table's stream tells of it, as far as it concerns the outbox.
#[derive(Deserialize)]
struct Streamed {
    pk: String,
    sk: String,
    outbox_pk: Option<String>,
}

impl Unpublished {
    /// Reads a new item that the stream tells of: None when it carries no event to be published.
    pub fn from_stream(image: serde_dynamo::Item) -> Result<Option<Self>, StoreError> {
        let Streamed { pk, sk, outbox_pk } = serde_dynamo::from_item(image.clone())?;
        if outbox_pk.is_none() {
            return Ok(None);
        }
        let Published { event } = serde_dynamo::from_item(image)?;
        Ok(Some(Self { event, key: Key { pk, sk } }))
    }
}

pub(crate) fn event_entry(event: &Event) -> Entry {
    keys::outbox_entry(event.id, event.occurred_at)
}

pub(crate) fn event_item(event: &Event) -> Result<Item, StoreError> {
    let item = item(&keys::event(event.id), &[event_entry(event)], &Published { event: event.clone() })?;
    Ok(until(item, event.occurred_at.plus(EVENTS_LIVE)))
}

impl<E: Clone> Transaction<E> {
    /// Adds what the change leaves behind.
    pub(crate) fn leave(&mut self, store: &Store, record: &Record) -> Result<(), StoreError> {
        for event in &record.events {
            self.put(store, event_item(event)?);
            self.note_activity(store, event)?;
        }
        for audit in &record.audits {
            self.put(store, item(&keys::audit(audit.product, audit.at, audit.id), &[], audit)?);
        }
        if let Some(once) = &record.once {
            self.mark_once(store, once);
        }
        Ok(())
    }
}

impl Store {
    /// Tells of something that changes nothing else.
    pub async fn publish(&self, event: &Event) -> Result<(), StoreError> {
        self.put_when(event_item(event)?, &Change::default()).await.map(|_| ())
    }

    /// Some of the events that wait since `before` or longer, the oldest of each of the 16 partitions, so that none
    /// is kept waiting by another. An event that cannot be read is told to the log and taken out of the index.
    pub async fn unpublished(&self, before: Instant) -> Result<Vec<Unpublished>, StoreError> {
        // All shards' together fit one batch read.
        const PER_SHARD: u32 = 6;
        let shards = (0..OUTBOX_SHARDS).map(|shard| async move {
            let list = List::of_index(Index::Outbox, keys::outbox_shard(shard)).up_to(keys::starting_after(before));
            self.query(&list, &PageRequest::first(PER_SHARD)).await
        });
        let found = try_join_all(shards).await?.into_iter().flat_map(|(items, _)| items);
        let listed: Vec<Key> = found.filter_map(|item| key_of(&item)).collect();
        let mut events = Vec::with_capacity(listed.len());
        for (key, item) in self.batch_get(&listed).await? {
            // The index lags behind: what was published meanwhile has left it in the table.
            if !item.contains_key(Index::Outbox.attributes().0) {
                continue;
            }
            match read::<Published>(item) {
                Ok(published) => events.push(Unpublished { event: published.event, key }),
                Err(error) => {
                    tracing::error!(event.key = key.pk, %error, "an event cannot be read and was set aside");
                    let aside = Change::default().leave(Index::Outbox).set("set_aside", &true).when_exists();
                    self.change(&key, &aside).await?;
                }
            }
        }
        events.sort_by_key(|waiting| (waiting.event.occurred_at, waiting.event.id));
        Ok(events)
    }

    /// Which of these events still wait to be published, strongly consistent. One request for each 100.
    pub async fn still_unpublished(&self, events: &[Unpublished]) -> Result<HashSet<EventId>, StoreError> {
        // A batch read takes no key twice.
        let by_key: HashMap<&Key, EventId> = events.iter().map(|event| (&event.key, event.event.id)).collect();
        let keys: Vec<Key> = by_key.keys().map(|key| (*key).clone()).collect();
        let found = self.batch_get(&keys).await?;
        let open = found.iter().filter(|(_, item)| item.contains_key(Index::Outbox.attributes().0));
        Ok(open.filter_map(|(key, _)| by_key.get(key)).copied().collect())
    }

    /// Notes that an event is on the bus. Doing it twice is harmless, and what is gone stays gone.
    pub async fn mark_published(&self, published: &Unpublished, at: Instant) -> Result<(), StoreError> {
        let change = Change::default().leave(Index::Outbox).set("published_at", &at).when_exists();
        self.change(&published.key, &change).await.map(|_| ())
    }
}
