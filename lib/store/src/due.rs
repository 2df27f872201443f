//! Due work: things to do at an instant, written with the change that makes them due.

use crate::{
    Item, PageRequest, Record, Store, StoreError,
    change::Change,
    item::{item, key_of, read},
    keys::{self, DUE_SHARDS, Key, Lane},
    page::List,
    transaction::{Transaction, done, never},
};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    AccountId, AiRunId, BookingId, Instant, LinkId, MockId, OrderId, Product, RefundId, SessionBookingId,
    file::FileKey,
    interview::{Mock, MockStatus, Reminder},
    payment::{RazorpayOrderId, RazorpayPaymentId},
};
use futures::future::try_join_all;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What cannot be read is looked at again so much later.
const UNREAD_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DueTask {
    /// Give a link back whose session has ended.
    ReleaseLink { product: Product, link_id: LinkId, booking_id: BookingId, mock_id: MockId },
    /// Remind whoever takes part in a session that starts at this instant, if it still does.
    Remind { product: Product, mock_id: MockId, starts_at: Instant, reminder: Reminder },
    /// Ask Razorpay about an order whose payment nobody told of.
    ReconcileOrder { order_id: OrderId, razorpay_order_id: RazorpayOrderId },
    /// Have Razorpay pay a payment back.
    Refund { refund_id: RefundId, razorpay_order_id: RazorpayOrderId, payment_id: RazorpayPaymentId },
    /// Give a use of an AI tool back that never came to its end.
    GiveBackAiRun { product: Product, account_id: AccountId, run_id: AiRunId },
    /// Remove what is left of somebody who has left.
    EraseMember { product: Product, account_id: AccountId },
    /// Remind those who take part in a session in a mentor's own time.
    RemindOfSession { product: Product, session_id: SessionBookingId, starts_at: Instant, reminder: Reminder },
    /// Free the time of a session that was not paid.
    LapseSession { product: Product, session_id: SessionBookingId },
    /// Count a session as held that nobody said anything about; there is one at its end, and one a day later.
    EndSession { product: Product, session_id: SessionBookingId, starts_at: Instant },
    /// Remove a file that nothing names.
    DeleteFile { file: FileKey },
}

impl DueTask {
    /// Whether it may take seconds, so that others should not wait behind it.
    pub fn takes_long(&self) -> bool {
        matches!(self, Self::EraseMember { .. })
    }

    fn kind(&self) -> Cow<'static, str> {
        match self {
            Self::ReleaseLink { .. } => "release_link".into(),
            Self::Remind { reminder: Reminder::Day, .. } | Self::RemindOfSession { reminder: Reminder::Day, .. } => {
                "remind_24h".into()
            }
            Self::Remind { reminder: Reminder::Hour, .. } | Self::RemindOfSession { reminder: Reminder::Hour, .. } => {
                "remind_1h".into()
            }
            Self::LapseSession { .. } => "lapse_session".into(),
            Self::EndSession { .. } => "end_session".into(),
            Self::ReconcileOrder { .. } => "reconcile_order".into(),
            Self::Refund { .. } => "refund".into(),
            Self::GiveBackAiRun { .. } => "give_back_ai_run".into(),
            // An account may leave several products at once.
            Self::EraseMember { product, .. } => format!("erase_member#{product}").into(),
            Self::DeleteFile { .. } => "delete_file".into(),
        }
    }

    fn lane(&self) -> Lane {
        match self {
            Self::ReleaseLink { .. }
            | Self::Remind { .. }
            | Self::RemindOfSession { .. }
            | Self::LapseSession { .. }
            | Self::EndSession { .. }
            | Self::GiveBackAiRun { .. }
            | Self::EraseMember { .. } => Lane::Table,
            Self::ReconcileOrder { .. } | Self::Refund { .. } => Lane::Razorpay,
            Self::DeleteFile { .. } => Lane::Files,
        }
    }

    fn subject(&self) -> uuid::Uuid {
        match self {
            Self::ReleaseLink { mock_id, .. } | Self::Remind { mock_id, .. } => mock_id.uuid(),
            Self::ReconcileOrder { order_id, .. } => order_id.uuid(),
            Self::Refund { refund_id, .. } => refund_id.uuid(),
            Self::GiveBackAiRun { run_id, .. } => run_id.uuid(),
            Self::EraseMember { account_id, .. } => account_id.uuid(),
            Self::RemindOfSession { session_id, .. }
            | Self::LapseSession { session_id, .. }
            | Self::EndSession { session_id, .. } => session_id.uuid(),
            Self::DeleteFile { file } => file.id.uuid(),
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
    pub(crate) fn key(&self) -> Key {
        keys::due(self.task.lane(), self.at, &self.task.kind(), self.task.subject())
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
                    tracing::error!(%error, "due work cannot be read");
                    if let Err(error) = self.put_off_unread(item, now.plus(UNREAD_AGAIN)).await {
                        tracing::error!(%error, "due work that cannot be read could not be put off");
                    }
                }
            }
        }
        due.sort_by_key(|work| work.at);
        Ok(due)
    }

    /// Puts off a thing that cannot be read, so that it keeps no other from being done. It stays due: a newer version
    /// may have written it, and that one can do it.
    async fn put_off_unread(&self, mut item: Item, at: Instant) -> Result<(), StoreError> {
        let Some(key) = key_of(&item) else { return Ok(()) };
        let at = at.to_string();
        let rest = key.sk.split_once('#').map_or("", |(_, rest)| rest);
        item.insert(keys::SK.to_owned(), AttributeValue::S(format!("{at}#{rest}")));
        item.insert("at".to_owned(), AttributeValue::S(at));
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

    /// Tells that a session draws near, once: the reminder is forgotten in the same transaction. False when another run
    /// was first, or when the session is not to be at that time any more.
    pub async fn remind(&self, work: &DueWork, mock: &Mock, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.delete(self, &work.key(), &Change::default().when_exists(), Some(()));
        let ahead = Change::default().when("status", &MockStatus::Scheduled).when("starts_at", &mock.time.starts_at);
        tx.check(self, &keys::mock(mock.product, mock.id), &ahead, ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Forgets a thing that was done.
    pub async fn finish_due(&self, work: &DueWork) -> Result<(), StoreError> {
        self.delete(&work.key()).await
    }
}
