//! What only an operator reads with his own rights: the whole outbox, events and webhooks as they are kept.

use crate::{
    Item, Page, PageRequest, Position, Store, StoreError, StoredWebhook,
    item::{read, text},
    keys::{self, Index, OUTBOX_SHARDS},
    page::List,
    table::take,
};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{EventId, Instant, event::Event};
use futures::future::try_join_all;
use serde::Deserialize;

/// An event as it is kept.
#[derive(Debug, Clone, Deserialize)]
pub struct KeptEvent {
    pub event: Event,
    pub published_at: Option<Instant>,
}

/// A webhook as it is kept, with the event that tells of it.
#[derive(Debug, Clone, Deserialize)]
pub struct KeptWebhook {
    #[serde(flatten)]
    pub webhook: StoredWebhook,
    pub event: Event,
    pub published_at: Option<Instant>,
}

/// How much of the outbox waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    pub events: usize,
    /// Since when the oldest of them waits.
    pub oldest: Option<Instant>,
}

/// The table is read in so many parts at once.
const SEGMENTS: i32 = 4;
/// An index page is as long as it may be.
const PAGE: u32 = 1000;

impl Store {
    /// How many events wait to be published, and since when. Reads the whole outbox index.
    pub async fn waiting(&self) -> Result<Waiting, StoreError> {
        let shards = try_join_all((0..OUTBOX_SHARDS).map(|shard| async move {
            let list = List::of_index(Index::Outbox, keys::outbox_shard(shard));
            let (mut found, mut after): (Waiting, Option<Position>) = Default::default();
            loop {
                let (items, next) = self.query(&list, &PageRequest { limit: PAGE, after }).await?;
                found.oldest = found.oldest.or_else(|| items.first().and_then(waiting_since));
                found.events += items.len();
                after = next;
                if after.is_none() {
                    return Ok::<_, StoreError>(found);
                }
            }
        }));
        let shards = shards.await?;
        let oldest = shards.iter().filter_map(|shard| shard.oldest).min();
        Ok(Waiting { events: shards.iter().map(|shard| shard.events).sum(), oldest })
    }

    /// Events by their ids; what is not there is not in the answer.
    pub async fn kept_events(&self, ids: &[EventId]) -> Result<Vec<KeptEvent>, StoreError> {
        let wanted: Vec<_> = ids.iter().map(|id| keys::event(*id)).collect();
        let mut found = self.batch_get(&wanted).await?;
        wanted.iter().filter_map(|key| take(&mut found, key).transpose()).collect()
    }

    /// The events that happened from an instant up to another, oldest first. This reads the whole table: events have no
    /// list, since nothing but an operator ever asks for them, and a list would cost each of them a write.
    pub async fn scan_events(&self, from: Instant, until: Instant) -> Result<Vec<KeptEvent>, StoreError> {
        let parts = (0..SEGMENTS).map(|segment| self.scan_segment(segment, from, until));
        let items = try_join_all(parts).await?.into_iter().flatten();
        let mut events = items.map(read::<KeptEvent>).collect::<Result<Vec<_>, _>>()?;
        events.sort_by_key(|kept| (kept.event.occurred_at, kept.event.id));
        Ok(events)
    }

    async fn scan_segment(&self, segment: i32, from: Instant, until: Instant) -> Result<Vec<Item>, StoreError> {
        let value = |text: String| AttributeValue::S(text);
        let scan = self.client.scan().table_name(&self.table).segment(segment).total_segments(SEGMENTS);
        let scan = scan
            .filter_expression("begins_with(pk, :events) AND #event.#at BETWEEN :from AND :until")
            .expression_attribute_names("#event", "event")
            .expression_attribute_names("#at", "occurred_at")
            .expression_attribute_values(":events", value(keys::EVENT_PREFIX.to_owned()))
            .expression_attribute_values(":from", value(from.to_string()))
            .expression_attribute_values(":until", value(until.to_string()));
        let mut pages = scan.into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(item) = pages.next().await {
            found.push(item?);
        }
        Ok(found)
    }

    /// The webhooks of a day of UTC, newest first.
    pub async fn webhooks_of_day(&self, day: &str, page: PageRequest) -> Result<Page<KeptWebhook>, StoreError> {
        self.page(List::of_index(Index::All, keys::webhooks_of_day(day)).newest_first(), page).await
    }

    /// A webhook with the event that tells of it.
    pub async fn kept_webhook(&self, id: &str) -> Result<Option<KeptWebhook>, StoreError> {
        self.get(&keys::webhook(id)).await
    }
}

/// Entries of the outbox sort by when the event happened.
fn waiting_since(item: &Item) -> Option<Instant> {
    let (at, _) = text(item, Index::Outbox.attributes().1)?.split_once('#')?;
    Instant::parse(at).ok()
}
