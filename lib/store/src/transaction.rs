use crate::{
    Item, Store, StoreError,
    change::Change,
    item::key_attributes,
    keys::{Key, PK},
    table::back_off,
};
use aws_sdk_dynamodb::{
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput},
    types::{CancellationReason, ConditionCheck, Delete, Put, TransactWriteItem, Update},
};

/// How often a transaction is tried again when it met another one or was throttled.
pub const ATTEMPTS: u32 = 20;

/// Why a transaction did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TxError<E> {
    /// A condition did not hold; nothing was written.
    #[error("refused")]
    Refused(E),
    #[error(transparent)]
    Store(StoreError),
}

impl<E> From<StoreError> for TxError<E> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Writes that happen together or not at all. Each condition has the error that its failure means; when several
/// fail, the one added first is told.
pub(crate) struct Transaction<E> {
    steps: Vec<Result<TransactWriteItem, StoreError>>,
    refusals: Vec<Refusal<E>>,
}

/// What a step's failed condition means.
#[derive(Debug, Clone)]
enum Refusal<E> {
    /// It has no condition.
    Never,
    Named(E),
    /// Another run has taken this one's place.
    Overtaken,
}

impl<E: Clone> Transaction<E> {
    pub fn new() -> Self {
        Self { steps: Vec::new(), refusals: Vec::new() }
    }

    fn step(&mut self, step: Result<TransactWriteItem, StoreError>, refusal: Option<E>) {
        self.steps.push(step);
        self.refusals.push(refusal.map_or(Refusal::Never, Refusal::Named));
    }

    /// Changes an item under conditions that fail only when another run has taken this one's place.
    pub fn fence(&mut self, store: &Store, key: &Key, change: &Change) {
        self.steps.push(update_step(store, key, change));
        self.refusals.push(Refusal::Overtaken);
    }

    /// Writes an item that must not exist yet.
    pub fn create(&mut self, store: &Store, item: Item, refusal: E) {
        self.put_when(store, item, &Change::default().when_missing(PK), Some(refusal));
    }

    /// Writes an item whatever was there; for keys that are new by nature.
    pub fn put(&mut self, store: &Store, item: Item) {
        self.put_when(store, item, &Change::default(), None);
    }

    /// Writes an item over one that meets a condition.
    pub fn replace(&mut self, store: &Store, item: Item, condition: &Change, refusal: E) {
        self.put_when(store, item, condition, Some(refusal));
    }

    fn put_when(&mut self, store: &Store, item: Item, condition: &Change, refusal: Option<E>) {
        let put = Put::builder()
            .table_name(&store.table)
            .set_item(Some(item))
            .set_condition_expression(condition.condition_expression())
            .set_expression_attribute_names(condition.names())
            .set_expression_attribute_values(condition.values())
            .build();
        let step = condition.sound().and(put.map_err(failed)).map(|put| TransactWriteItem::builder().put(put).build());
        self.step(step, refusal);
    }

    /// Changes an item under the change's conditions.
    pub fn update(&mut self, store: &Store, key: &Key, change: &Change, refusal: E) {
        self.step(update_step(store, key, change), Some(refusal));
    }

    /// Deletes an item under conditions.
    pub fn delete(&mut self, store: &Store, key: &Key, condition: &Change, refusal: Option<E>) {
        let delete = Delete::builder()
            .table_name(&store.table)
            .set_key(Some(key_attributes(key)))
            .set_condition_expression(condition.condition_expression())
            .set_expression_attribute_names(condition.names())
            .set_expression_attribute_values(condition.values())
            .build();
        let step =
            condition.sound().and(delete.map_err(failed)).map(|delete| TransactWriteItem::builder().delete(delete).build());
        self.step(step, refusal);
    }

    /// Requires a condition of an item that is not written.
    pub fn check(&mut self, store: &Store, key: &Key, condition: &Change, refusal: E) {
        let check = ConditionCheck::builder()
            .table_name(&store.table)
            .set_key(Some(key_attributes(key)))
            .set_condition_expression(condition.condition_expression())
            .set_expression_attribute_names(condition.names())
            .set_expression_attribute_values(condition.values())
            .build();
        let step =
            condition.sound().and(check.map_err(failed)).map(|check| TransactWriteItem::builder().condition_check(check).build());
        self.step(step, Some(refusal));
    }

    /// Makes it happen, or says why not.
    ///
    /// Meeting another transaction and throttling are tried again with jitter, at most [`ATTEMPTS`] times, always
    /// under the same request token: an answer lost on the way does not make the transaction meet itself.
    pub async fn commit(self, store: &Store) -> Result<(), TxError<E>> {
        store.may_write()?;
        let steps = self.steps.into_iter().collect::<Result<Vec<_>, _>>()?;
        let token = uuid::Uuid::new_v4().to_string();
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                back_off(attempt).await;
            }
            let request =
                store.client.transact_write_items().set_transact_items(Some(steps.clone())).client_request_token(&token);
            match outcome(request.send().await, &self.refusals) {
                Outcome::Done => return Ok(()),
                Outcome::Refused(refusal) => return Err(TxError::Refused(refusal)),
                Outcome::Again => {}
                Outcome::Failed(error) => return Err(TxError::Store(error)),
            }
        }
        Err(TxError::Store(StoreError::Busy(format!("a transaction met others {ATTEMPTS} times"))))
    }
}

fn update_step(store: &Store, key: &Key, change: &Change) -> Result<TransactWriteItem, StoreError> {
    let update = Update::builder()
        .table_name(&store.table)
        .set_key(Some(key_attributes(key)))
        .update_expression(change.update_expression())
        .set_condition_expression(change.condition_expression())
        .set_expression_attribute_names(change.names())
        .set_expression_attribute_values(change.values())
        .build();
    change.sound().and(update.map_err(failed)).map(|update| TransactWriteItem::builder().update(update).build())
}

enum Outcome<E> {
    Done,
    Refused(E),
    Again,
    Failed(StoreError),
}

fn outcome<E: Clone, R>(
    answer: Result<TransactWriteItemsOutput, SdkError<TransactWriteItemsError, R>>,
    refusals: &[Refusal<E>],
) -> Outcome<E>
where
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let Err(error) = answer else { return Outcome::Done };
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled_because(cancelled.cancellation_reasons(), refusals)
                .unwrap_or_else(|| Outcome::Failed(StoreError::Failed(DisplayErrorContext(&error).to_string())))
        }
        Some(TransactWriteItemsError::TransactionInProgressException(_)) => Outcome::Again,
        Some(service)
            if service
                .code()
                .is_some_and(|code| code == "ThrottlingException" || code == "ProvisionedThroughputExceededException") =>
        {
            Outcome::Again
        }
        _ => Outcome::Failed(StoreError::from(error)),
    }
}

/// Reasons stand at the position of the step they speak of.
fn cancelled_because<E: Clone>(reasons: &[CancellationReason], refusals: &[Refusal<E>]) -> Option<Outcome<E>> {
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code().unwrap_or("None")).collect();
    let refused = codes.iter().zip(refusals).find(|(code, _)| **code == "ConditionalCheckFailed");
    if let Some((_, refusal)) = refused {
        return match refusal {
            Refusal::Named(refusal) => Some(Outcome::Refused(refusal.clone())),
            Refusal::Overtaken => Some(Outcome::Failed(StoreError::Overtaken)),
            Refusal::Never => None,
        };
    }
    const PASSING: [&str; 3] = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    codes.iter().any(|code| PASSING.contains(code)).then_some(Outcome::Again)
}

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Failed(error.to_string())
}

/// A transaction without conditions cannot be refused.
pub(crate) fn never(error: TxError<()>) -> StoreError {
    match error {
        TxError::Refused(()) => StoreError::Failed("a transaction without conditions was refused".to_owned()),
        TxError::Store(error) => error,
    }
}

/// Whether the one condition held.
pub(crate) fn done(outcome: Result<(), TxError<()>>) -> Result<bool, StoreError> {
    match outcome {
        Ok(()) => Ok(true),
        Err(TxError::Refused(())) => Ok(false),
        Err(TxError::Store(error)) => Err(error),
    }
}
