use crate::{
    StoreError,
    keys::{Entry, Index, Key, PK, SK, TTL},
};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Instant;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::HashMap;

/// An item as DynamoDB has it.
pub type Item = HashMap<String, AttributeValue>;

/// A value with its key and its places in the indexes, as it goes into the table.
pub(crate) fn item<T: Serialize>(key: &Key, entries: &[Entry], value: &T) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(value)?;
    drop_nulls(&mut item);
    item.extend(key_attributes(key));
    for entry in entries {
        let (pk, sk) = entry.index.attributes();
        item.insert(pk.to_owned(), AttributeValue::S(entry.pk.clone()));
        item.insert(sk.to_owned(), AttributeValue::S(entry.sk.clone()));
    }
    Ok(item)
}

/// Absent and null are the same to us; storing no nulls keeps items small, which is what writing costs by, and
/// conditions simple.
fn drop_nulls(item: &mut Item) {
    item.retain(|_, value| !value.is_null());
    for value in item.values_mut() {
        if let AttributeValue::M(inner) = value {
            drop_nulls(inner);
        }
    }
}

/// The two attributes of a key.
pub(crate) fn key_attributes(key: &Key) -> Item {
    HashMap::from([(PK.to_owned(), AttributeValue::S(key.pk.clone())), (SK.to_owned(), AttributeValue::S(key.sk.clone()))])
}

/// The same item, to be dropped by the table some time after an instant.
pub(crate) fn until(mut item: Item, at: Instant) -> Item {
    item.insert(TTL.to_owned(), AttributeValue::N(at.epoch_seconds().to_string()));
    item
}

/// Reads a value out of an item.
pub(crate) fn read<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    Ok(serde_dynamo::from_item(item)?)
}

/// An attribute that must be text, such as one of a key.
pub(crate) fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// The key of an item.
pub(crate) fn key_of(item: &Item) -> Option<Key> {
    Some(Key { pk: text(item, PK)?.to_owned(), sk: text(item, SK)?.to_owned() })
}

/// The attribute names that place an item in an index.
pub(crate) fn index_attributes(index: Option<Index>) -> Vec<&'static str> {
    let mut names = vec![PK, SK];
    if let Some((pk, sk)) = index.map(Index::attributes) {
        names.extend([pk, sk]);
    }
    names
}
