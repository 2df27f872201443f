//! Webhooks as they came in: kept raw, and told of by the outbox in the same write.

use crate::{
    Store, StoreError,
    change::Change,
    item::item,
    keys::{self, PK},
    outbox::{Published, event_entry},
};
use domain::event::Event;
use serde::{Deserialize, Serialize};

/// A verified webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredWebhook {
    /// The provider's event id with the body's hash: the id alone is not signed.
    pub id: String,
    /// The raw body, as it was signed.
    pub body: String,
}

#[derive(Serialize)]
struct WebhookItem<'a> {
    #[serde(flatten)]
    webhook: &'a StoredWebhook,
    #[serde(flatten)]
    published: Published,
}

impl Store {
    /// Keeps a webhook with its event, in one write; false when it was kept before.
    ///
    /// Kept without end: it is the proof of what was paid.
    pub async fn add_webhook(&self, webhook: &StoredWebhook, event: &Event) -> Result<bool, StoreError> {
        let value = WebhookItem { webhook, published: Published { event: event.clone() } };
        let entries = [event_entry(event), keys::webhook_entry(&webhook.id, event.occurred_at)];
        let item = item(&keys::webhook(&webhook.id), &entries, &value)?;
        self.put_when(item, &Change::default().when_missing(PK)).await
    }

    /// A webhook.
    pub async fn webhook(&self, id: &str) -> Result<Option<StoredWebhook>, StoreError> {
        self.get(&keys::webhook(id)).await
    }
}
