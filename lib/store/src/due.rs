//! Due work: things to do at an instant, written with the change that makes them due.

use crate::{
    Item, PageRequest, Store, StoreError,
    change::Change,
    item::{item, key_of, read},
    keys::{self, DUE_SHARDS, Key, Lane},
    page::List,
    transaction::{Transaction, never},
};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{BookingId, Instant, LinkId, MockId, OrderId, Product, payment::RazorpayOrderId};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DueTask {
    /// Give a link back whose session has ended.
    ReleaseLink { product: Product, link_id: LinkId, booking_id: BookingId, mock_id: MockId },
    /// Ask Razorpay about an order whose payment nobody told of.
    ReconcileOrder { order_id: OrderId, razorpay_order_id: RazorpayOrderId },
}

impl DueTask {
    fn kind(&self) -> &'static str {
        match self {
            Self::ReleaseLink { .. } => "release_link",
            Self::ReconcileOrder { .. } => "reconcile_order",
        }
    }

    fn lane(&self) -> Lane {
        match self {
            Self::ReleaseLink { .. } => Lane::Table,
            Self::ReconcileOrder { .. } => Lane::Razorpay,
        }
    }

    fn subject(&self) -> uuid::Uuid {
        match self {
            Self::ReleaseLink { mock_id, .. } => mock_id.uuid(),
            Self::ReconcileOrder { order_id, .. } => order_id.uuid(),
        }
    }
}

/// A thing to do, not before its instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueWork {
    pub at: Instant,
    #[serde(flatten)]
    pub task: DueTask,
}

impl DueWork {
    fn key(&self) -> Key {
        keys::due(self.task.lane(), self.at, self.task.kind(), self.task.subject())
    }
}

impl<E: Clone> Transaction<E> {
    pub(crate) fn add_due(&mut self, store: &Store, due: &[DueWork]) -> Result<(), StoreError> {
        for work in due {
            self.put(store, item(&work.key(), &[], work)?);
        }
        Ok(())
    }

    pub(crate) fn drop_due(&mut self, store: &Store, due: &[DueWork]) {
        for work in due {
            self.delete(store, &work.key(), &Change::default(), None);
        }
    }
}

impl Store {
    /// Up to 100 things of each partition of a lane that are due, the longest waiting first.
    pub async fn due(&self, lane: Lane, now: Instant) -> Result<Vec<DueWork>, StoreError> {
        let shards = (0..DUE_SHARDS).map(|shard| async move {
            let list = List::of_table(keys::due_shard(lane, shard)).up_to(keys::starting_after(now));
            self.query(&list, &PageRequest::first(100)).await
        });
        let mut due = Vec::new();
        for item in try_join_all(shards).await?.into_iter().flat_map(|(items, _)| items) {
            match read::<DueWork>(item.clone()) {
                Ok(work) => due.push(work),
                Err(error) => {
                    tracing::error!(%error, "due work cannot be read and was set aside");
                    self.set_aside(item).await?;
                }
            }
        }
        due.sort_by_key(|work| work.at);
        Ok(due)
    }

    /// Moves a thing that cannot be read to where nobody looks for work, so that it keeps no other from being done.
    async fn set_aside(&self, mut item: Item) -> Result<(), StoreError> {
        let Some(key) = key_of(&item) else { return Ok(()) };
        item.insert(keys::PK.to_owned(), AttributeValue::S(keys::due_aside()));
        let mut tx: Transaction<()> = Transaction::new();
        tx.delete(self, &key, &Change::default(), None);
        tx.put(self, item);
        tx.commit(self).await.map_err(never)
    }

    /// Puts a thing off to a later instant.
    pub async fn put_off_due(&self, work: &DueWork, at: Instant) -> Result<(), StoreError> {
        let later = DueWork { at, task: work.task.clone() };
        if later.key() == work.key() {
            return Ok(());
        }
        let mut tx: Transaction<()> = Transaction::new();
        tx.drop_due(self, std::slice::from_ref(work));
        tx.add_due(self, &[later])?;
        tx.commit(self).await.map_err(never)
    }

    /// Forgets a thing that was done.
    pub async fn finish_due(&self, work: &DueWork) -> Result<(), StoreError> {
        self.delete(&work.key()).await
    }
}
