use crate::{
    Item, Store, StoreError,
    item::{index_attributes, read, text},
    keys::{self, Index, Key, PK, SK},
};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Span;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// How much of a list is wanted, and from where on.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// 1 to 1000.
    pub limit: u32,
    pub after: Option<Position>,
}

impl PageRequest {
    /// The first so many.
    pub fn first(limit: u32) -> Self {
        Self { limit, after: None }
    }
}

/// A place in a list, after which the next page starts. Not for clients' eyes: the web layer seals it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position(BTreeMap<String, String>);

impl Position {
    /// The table's partition in which the place is, for a list that goes over several.
    pub(crate) fn partition(&self) -> Option<&str> {
        self.0.get(PK).map(String::as_str)
    }

    /// Whether it is a place in a list of an index, for a list that goes over several.
    pub(crate) fn is_in(&self, index: Index) -> bool {
        self.0.contains_key(index.attributes().0)
    }

    /// The place of an item of the table.
    pub(crate) fn of(key: &Key) -> Self {
        Self([(PK.to_owned(), key.pk.clone()), (SK.to_owned(), key.sk.clone())].into())
    }
}

/// A page of a list; never more than one query page of the table.
#[derive(Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<Position>,
}

impl<T> Page<T> {
    /// The same page of something made of each thing.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

/// One partition of the table or of an index, read in order.
pub(crate) struct List {
    index: Option<Index>,
    partition: String,
    range: Range,
    newest_first: bool,
}

enum Range {
    Whole,
    StartsWith(String),
    From(String),
    UpTo(String),
    Between(String, String),
}

impl List {
    pub(crate) fn of_table(partition: String) -> Self {
        Self { index: None, partition, range: Range::Whole, newest_first: false }
    }

    pub(crate) fn of_index(index: Index, partition: String) -> Self {
        Self { index: Some(index), ..Self::of_table(partition) }
    }

    pub(crate) fn newest_first(self) -> Self {
        Self { newest_first: true, ..self }
    }

    pub(crate) fn starting_with(self, prefix: impl Into<String>) -> Self {
        Self { range: Range::StartsWith(prefix.into()), ..self }
    }

    pub(crate) fn from(self, sort_key: String) -> Self {
        Self { range: Range::From(sort_key), ..self }
    }

    pub(crate) fn up_to(self, sort_key: String) -> Self {
        Self { range: Range::UpTo(sort_key), ..self }
    }

    pub(crate) fn between(self, start: String, end: String) -> Self {
        Self { range: Range::Between(start, end), ..self }
    }

    /// What stands in a span, in a list whose sort keys are an instant behind a prefix.
    pub(crate) fn within(self, prefix: &str, span: Span) -> Self {
        if span != Span::default() {
            let (start, end) = keys::within(prefix, span);
            return self.between(start, end);
        }
        if prefix.is_empty() { self } else { self.starting_with(prefix) }
    }

    /// Whether a position lies within the range; DynamoDB refuses one outside.
    fn admits(&self, position: &BTreeMap<String, String>) -> bool {
        let sort_key = position.get(self.index.map_or(SK, |index| index.attributes().1));
        sort_key.is_some_and(|sort_key| match &self.range {
            Range::Whole => true,
            Range::StartsWith(prefix) => sort_key.starts_with(prefix),
            Range::From(start) => sort_key >= start,
            Range::UpTo(end) => sort_key <= end,
            Range::Between(start, end) => (start..=end).contains(&sort_key),
        })
    }

    /// The condition, with the values of `:sk` and `:end` in it.
    fn condition(&self) -> (String, Vec<(&'static str, String)>) {
        let (pk, sk) = self.index.map_or((PK, SK), Index::attributes);
        match &self.range {
            Range::Whole => (format!("{pk} = :pk"), vec![]),
            Range::StartsWith(prefix) => (format!("{pk} = :pk AND begins_with({sk}, :sk)"), vec![(":sk", prefix.clone())]),
            Range::From(start) => (format!("{pk} = :pk AND {sk} >= :sk"), vec![(":sk", start.clone())]),
            Range::UpTo(end) => (format!("{pk} = :pk AND {sk} <= :sk"), vec![(":sk", end.clone())]),
            Range::Between(start, end) => {
                (format!("{pk} = :pk AND {sk} BETWEEN :sk AND :end"), vec![(":sk", start.clone()), (":end", end.clone())])
            }
        }
    }
}

impl Store {
    /// Reads a page. The table is read strongly consistent; an index cannot be.
    pub(crate) async fn page<T: DeserializeOwned>(&self, list: List, request: PageRequest) -> Result<Page<T>, StoreError> {
        let (items, next) = self.query(&list, &request).await?;
        Ok(Page { items: items.into_iter().map(read).collect::<Result<_, _>>()?, next })
    }

    /// Reads a page of what a test lets through: only one query page is read, so the answer may be short and still
    /// have more behind it.
    pub(crate) async fn page_where<T: DeserializeOwned>(
        &self,
        list: List,
        request: PageRequest,
        keep: impl Fn(&T) -> bool,
    ) -> Result<Page<T>, StoreError> {
        // A few times what is wanted: enough for a page of most filters, and never a costly read for a small page.
        let read_at_most = request.limit.saturating_mul(4).min(1000);
        let (items, next) = self.query(&list, &PageRequest { limit: read_at_most, after: request.after }).await?;
        let mut kept = Vec::new();
        for item in items {
            let position = position_of(&item, list.index);
            let value: T = read(item)?;
            if !keep(&value) {
                continue;
            }
            kept.push(value);
            if kept.len() >= request.limit as usize {
                return Ok(Page { items: kept, next: position });
            }
        }
        Ok(Page { items: kept, next })
    }

    /// Reads the raw items of one query page.
    pub(crate) async fn query(&self, list: &List, request: &PageRequest) -> Result<(Vec<Item>, Option<Position>), StoreError> {
        let (condition, sort_keys) = list.condition();
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .set_index_name(list.index.map(|index| index.name().to_owned()))
            .consistent_read(list.index.is_none())
            .key_condition_expression(condition)
            .expression_attribute_values(":pk", AttributeValue::S(list.partition.clone()))
            .scan_index_forward(!list.newest_first)
            .limit(i32::try_from(request.limit).unwrap_or(i32::MAX));
        for (name, sort_key) in sort_keys {
            query = query.expression_attribute_values(name, AttributeValue::S(sort_key));
        }
        if let Some(Position(attributes)) = &request.after {
            let partition = list.index.map_or(PK, |index| index.attributes().0);
            if attributes.get(partition) != Some(&list.partition) || !list.admits(attributes) {
                return Err(StoreError::WrongList);
            }
            let start = attributes.iter().map(|(name, value)| (name.clone(), AttributeValue::S(value.clone())));
            query = query.set_exclusive_start_key(Some(start.collect()));
        }
        let answer = query.send().await?;
        let next = answer.last_evaluated_key.and_then(|key| position_of(&key, list.index));
        Ok((answer.items.unwrap_or_default(), next))
    }
}

fn position_of(item: &Item, index: Option<Index>) -> Option<Position> {
    let names = index_attributes(index);
    names.into_iter().map(|name| Some((name.to_owned(), text(item, name)?.to_owned()))).collect::<Option<_>>().map(Position)
}
