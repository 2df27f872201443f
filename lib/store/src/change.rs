use crate::{
    Item, Store, StoreError,
    item::key_attributes,
    keys::{Entry, Index, Key, PK},
    table::back_off,
};
use aws_sdk_dynamodb::{
    operation::{delete_item::DeleteItemError, put_item::PutItemError, update_item::UpdateItemError},
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure},
};
use serde::Serialize;
use std::collections::HashMap;

/// A change of one item, or a condition on it, in DynamoDB's expression language.
#[derive(Debug, Default, Clone)]
pub(crate) struct Change {
    sets: Vec<String>,
    removes: Vec<String>,
    counts: Vec<String>,
    conditions: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
    broken: Option<String>,
}

impl Change {
    fn path(&mut self, attribute: &str) -> String {
        let parts = attribute.split('.').map(|part| {
            let name = format!("#{part}");
            self.names.insert(name.clone(), part.to_owned());
            name
        });
        parts.collect::<Vec<_>>().join(".")
    }

    fn value(&mut self, value: &impl Serialize) -> String {
        let name = format!(":v{}", self.values.len());
        match serde_dynamo::to_attribute_value(value) {
            Ok(value) => {
                self.values.insert(name.clone(), value);
            }
            Err(error) => self.broken = Some(error.to_string()),
        }
        name
    }

    /// Sets an attribute.
    pub fn set(mut self, attribute: &str, value: &impl Serialize) -> Self {
        let set = format!("{} = {}", self.path(attribute), self.value(value));
        self.sets.push(set);
        self
    }

    /// Sets an attribute to the value of another.
    pub fn copy(mut self, attribute: &str, from: &str) -> Self {
        let set = format!("{} = {}", self.path(attribute), self.path(from));
        self.sets.push(set);
        self
    }

    /// Adds to a number, which must exist (may be negative).
    pub fn add(mut self, attribute: &str, by: i64) -> Self {
        let path = self.path(attribute);
        let set = format!("{path} = {path} + {}", self.value(&by));
        self.sets.push(set);
        self
    }

    /// Counts a number up, from 0 where there is none, not even an item.
    pub fn count(mut self, attribute: &str, by: u64) -> Self {
        let count = format!("{} {}", self.path(attribute), self.value(&by));
        self.counts.push(count);
        self
    }

    /// Removes an attribute.
    pub fn remove(mut self, attribute: &str) -> Self {
        let path = self.path(attribute);
        self.removes.push(path);
        self
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty() && self.removes.is_empty() && self.counts.is_empty()
    }

    /// Puts the item into an index, or moves it there.
    pub fn enter(self, entry: &Entry) -> Self {
        let (pk, sk) = entry.index.attributes();
        self.set(pk, &entry.pk).set(sk, &entry.sk)
    }

    /// Takes the item out of an index.
    pub fn leave(self, index: Index) -> Self {
        let (pk, sk) = index.attributes();
        self.remove(pk).remove(sk)
    }

    /// Only when an attribute has a value.
    pub fn when(self, attribute: &str, value: &impl Serialize) -> Self {
        self.compare(attribute, "=", value)
    }

    /// Only when a comparison (`=`, `>`, `<=` …) holds.
    pub fn compare(mut self, attribute: &str, operator: &str, value: &impl Serialize) -> Self {
        let condition = format!("{} {operator} {}", self.path(attribute), self.value(value));
        self.conditions.push(condition);
        self
    }

    /// Only when an attribute has one of some values.
    pub fn when_any(mut self, attribute: &str, values: &[impl Serialize]) -> Self {
        let path = self.path(attribute);
        let values: Vec<_> = values.iter().map(|value| self.value(value)).collect();
        self.conditions.push(format!("{path} IN ({})", values.join(", ")));
        self
    }

    /// Only when a list has a value in it.
    pub fn when_has(mut self, attribute: &str, value: &impl Serialize) -> Self {
        let condition = format!("contains({}, {})", self.path(attribute), self.value(value));
        self.conditions.push(condition);
        self
    }

    /// Only when the item exists.
    pub fn when_exists(mut self) -> Self {
        let path = self.path(PK);
        self.conditions.push(format!("attribute_exists({path})"));
        self
    }

    /// Only when an attribute is missing.
    pub fn when_missing(mut self, attribute: &str) -> Self {
        let path = self.path(attribute);
        self.conditions.push(format!("attribute_not_exists({path})"));
        self
    }

    /// Only when an attribute is missing, or a comparison holds.
    pub fn when_missing_or(mut self, attribute: &str, operator: &str, value: &impl Serialize) -> Self {
        let path = self.path(attribute);
        let condition = format!("(attribute_not_exists({path}) OR {path} {operator} {})", self.value(value));
        self.conditions.push(condition);
        self
    }

    pub(crate) fn update_expression(&self) -> String {
        let part =
            |word: &str, parts: &[String]| if parts.is_empty() { String::new() } else { format!("{word} {} ", parts.join(", ")) };
        let parts = [part("SET", &self.sets), part("REMOVE", &self.removes), part("ADD", &self.counts)];
        parts.concat().trim_end().to_owned()
    }

    pub(crate) fn condition_expression(&self) -> Option<String> {
        (!self.conditions.is_empty()).then(|| self.conditions.join(" AND "))
    }

    pub(crate) fn names(&self) -> Option<HashMap<String, String>> {
        (!self.names.is_empty()).then(|| self.names.clone())
    }

    pub(crate) fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }

    pub(crate) fn sound(&self) -> Result<(), StoreError> {
        self.broken.clone().map_or(Ok(()), |error| Err(StoreError::Failed(error)))
    }
}

/// What came of a conditional write of one item.
#[derive(Debug)]
pub(crate) enum Write {
    Done,
    /// The conditions did not hold of this item, which is empty when there is none.
    Refused(Item),
}

impl Store {
    /// Changes one item, or answers the item that its conditions do not hold of. That saves a read.
    pub(crate) async fn change_or_see(&self, key: &Key, change: &Change) -> Result<Write, StoreError> {
        self.may_write().and(change.sound())?;
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key_attributes(key)))
            .update_expression(change.update_expression())
            .set_condition_expression(change.condition_expression())
            .set_expression_attribute_names(change.names())
            .set_expression_attribute_values(change.values())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        retried(|| {
            let request = request.clone();
            async move {
                match request.send().await {
                    Ok(_) => Ok(Write::Done),
                    Err(error) => match error.as_service_error() {
                        Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                            Ok(Write::Refused(refused.item.clone().unwrap_or_default()))
                        }
                        _ => Err(error.into()),
                    },
                }
            }
        })
        .await
    }

    /// Counts a number up by one, from 0 where there is none, and answers it.
    pub(crate) async fn count_up(&self, key: &Key, attribute: &str) -> Result<u64, StoreError> {
        let change = Change::default().count(attribute, 1);
        self.may_write().and(change.sound())?;
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key_attributes(key)))
            .update_expression(change.update_expression())
            .set_expression_attribute_names(change.names())
            .set_expression_attribute_values(change.values())
            .return_values(ReturnValue::UpdatedNew);
        let answer = request.send().await?;
        let counted = answer.attributes.as_ref().and_then(|item| item.get(attribute)?.as_n().ok()?.parse().ok());
        counted.ok_or_else(|| StoreError::Failed(format!("{attribute} is no number")))
    }

    /// Writes one item, or answers the item that the conditions do not hold of.
    pub(crate) async fn put_or_see(&self, item: Item, condition: &Change) -> Result<Write, StoreError> {
        self.may_write().and(condition.sound())?;
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .set_condition_expression(condition.condition_expression())
            .set_expression_attribute_names(condition.names())
            .set_expression_attribute_values(condition.values())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        retried(|| {
            let request = request.clone();
            async move {
                match request.send().await {
                    Ok(_) => Ok(Write::Done),
                    Err(error) => match error.as_service_error() {
                        Some(PutItemError::ConditionalCheckFailedException(refused)) => {
                            Ok(Write::Refused(refused.item.clone().unwrap_or_default()))
                        }
                        _ => Err(error.into()),
                    },
                }
            }
        })
        .await
    }

    /// Changes one item; false when its conditions do not hold.
    pub(crate) async fn change(&self, key: &Key, change: &Change) -> Result<bool, StoreError> {
        Ok(matches!(self.change_or_see(key, change).await?, Write::Done))
    }

    /// Writes one item under a condition; false when it does not hold.
    pub(crate) async fn put_when(&self, item: Item, condition: &Change) -> Result<bool, StoreError> {
        Ok(matches!(self.put_or_see(item, condition).await?, Write::Done))
    }

    /// Deletes one item under conditions; false when they do not hold.
    pub(crate) async fn delete_when(&self, key: &Key, condition: &Change) -> Result<bool, StoreError> {
        self.may_write().and(condition.sound())?;
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key_attributes(key)))
            .set_condition_expression(condition.condition_expression())
            .set_expression_attribute_names(condition.names())
            .set_expression_attribute_values(condition.values());
        retried(|| {
            let request = request.clone();
            async move {
                match request.send().await {
                    Ok(_) => Ok(true),
                    Err(error) => match error.as_service_error() {
                        Some(DeleteItemError::ConditionalCheckFailedException(_)) => Ok(false),
                        _ => Err(error.into()),
                    },
                }
            }
        })
        .await
    }

    /// Deletes one item, whether or not it is there.
    pub(crate) async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.delete_when(key, &Change::default()).await.map(|_| ())
    }
}

/// A write of one item that meets a transaction is tried again, a few times.
async fn retried<T, F: Future<Output = Result<T, StoreError>>>(write: impl Fn() -> F) -> Result<T, StoreError> {
    const ATTEMPTS: u32 = 5;
    for attempt in 1..ATTEMPTS {
        // Boxed, since the compiler gives up on futures that are too deep in each other.
        match Box::pin(write()).await {
            Err(StoreError::Busy(_)) => back_off(attempt).await,
            other => return other,
        }
    }
    Box::pin(write()).await
}
