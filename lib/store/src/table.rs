use crate::{
    Item,
    item::{key_attributes, key_of, read},
    keys::Key,
    together::Round,
};
use aws_sdk_dynamodb::{
    Client,
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    types::{AttributeValue, KeysAndAttributes},
};
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use std::{collections::HashMap, time::Duration};

/// The table.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) client: Client,
    pub(crate) table: String,
}

/// Why the table could not do what it was asked, apart from the rules that intentions name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Throttled or in conflict, still after the bounded retries; asking again later may help.
    #[error("the table is busy: {0}")]
    Busy(String),
    /// No answer in time, or none at all: it may have been done all the same.
    #[error("the table did not answer: {0}")]
    Unanswered(String),
    /// A position of another list was given.
    #[error("the position is of another list")]
    WrongList,
    /// The request's lease ran out and another run has taken it over.
    #[error("another run has taken this one's place")]
    Overtaken,
    /// Anything else: unreachable, misconfigured, an item of an unknown shape.
    #[error("the table failed: {0}")]
    Failed(String),
}

impl From<serde_dynamo::Error> for StoreError {
    fn from(error: serde_dynamo::Error) -> Self {
        Self::Failed(format!("an item has an unknown shape: {error}"))
    }
}

/// So many items are read in one request.
const MOST_AT_ONCE: usize = 100;

const BUSY: [&str; 5] = [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TransactionConflictException",
    "TransactionInProgressException",
];

impl<E, R> From<SdkError<E, R>> for StoreError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    fn from(error: SdkError<E, R>) -> Self {
        let text = DisplayErrorContext(&error).to_string();
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
        match error {
            SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) => Self::Unanswered(text),
            _ if code.is_some_and(|code| BUSY.contains(&code)) => Self::Busy(text),
            _ => Self::Failed(text),
        }
    }
}

/// How a bounded retry waits: doubling, with full jitter.
pub(crate) async fn back_off(attempt: u32) {
    let ceiling = Duration::from_millis(25 << attempt.min(5));
    tokio::time::sleep(ceiling.mul_f64(rand::random())).await;
}

impl Store {
    /// A table of this name behind a client.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// Reads one item, strongly consistent.
    pub(crate) async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        if Round::current().is_some() {
            return take(&mut self.batch_get(std::slice::from_ref(key)).await?, key);
        }
        let request = self.client.get_item().table_name(&self.table).set_key(Some(key_attributes(key))).consistent_read(true);
        request.send().await?.item.map(read).transpose()
    }

    /// Reads items, 100 in a request, strongly consistent; what does not exist is not in the answer.
    pub(crate) async fn batch_get(&self, keys: &[Key]) -> Result<HashMap<Key, Item>, StoreError> {
        match Round::current() {
            Some(round) if !keys.is_empty() => round.read(self, keys).await,
            _ => self.read_batch(keys).await,
        }
    }

    /// The same, whatever else is read at the moment.
    pub(crate) fn read_batch<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Result<HashMap<Key, Item>, StoreError>> {
        // Boxed, since the compiler gives up on futures that are too deep in each other.
        Box::pin(async move {
            let mut found = HashMap::new();
            for some in keys.chunks(MOST_AT_ONCE) {
                self.read_some(some, &mut found).await?;
            }
            Ok(found)
        })
    }

    async fn read_some(&self, keys: &[Key], found: &mut HashMap<Key, Item>) -> Result<(), StoreError> {
        let mut open: Vec<HashMap<String, AttributeValue>> = keys.iter().map(key_attributes).collect();
        for attempt in 0..8 {
            if open.is_empty() {
                return Ok(());
            }
            if attempt > 0 {
                back_off(attempt).await;
            }
            let wanted = KeysAndAttributes::builder().set_keys(Some(open)).consistent_read(true).build();
            let wanted = wanted.map_err(|error| StoreError::Failed(error.to_string()))?;
            let answer = self.client.batch_get_item().request_items(&self.table, wanted).send().await?;
            let items = answer.responses.into_iter().flatten().flat_map(|(_, items)| items);
            found.extend(items.filter_map(|item| Some((key_of(&item)?, item))));
            open = answer.unprocessed_keys.into_iter().flatten().flat_map(|(_, rest)| rest.keys).collect();
        }
        Err(StoreError::Busy("a batch read was never completed".to_owned()))
    }
}

/// Takes one item out of a batch and reads it.
pub(crate) fn take<T: DeserializeOwned>(found: &mut HashMap<Key, Item>, key: &Key) -> Result<Option<T>, StoreError> {
    found.remove(key).map(read).transpose()
}
