//! Everything that the table holds, read past the proxies when nothing is under way any more.

use super::rules::RULES;
use crate::world::{Failure, World};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Instant;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// An item, as JSON.
pub type Item = Value;

/// All items, by what they are.
#[derive(Debug)]
pub struct Things {
    pub all: Vec<Item>,
    pub now: Instant,
}

/// An attribute as text; empty when it is not there.
pub fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item[name].as_str().unwrap_or_default()
}

/// An attribute as a number; 0 when it is not there.
pub fn number(item: &Item, name: &str) -> u64 {
    item[name].as_u64().unwrap_or(0)
}

/// JSON has no bytes, and those that there are at the top of an item are ids.
fn in_text(mut item: HashMap<String, AttributeValue>) -> HashMap<String, AttributeValue> {
    for value in item.values_mut() {
        if let AttributeValue::B(bytes) = value
            && let Ok(id) = uuid::Uuid::from_slice(bytes.as_ref())
        {
            *value = AttributeValue::S(id.to_string());
        }
    }
    item
}

impl Things {
    pub async fn read(world: &World) -> Result<Self, Failure> {
        let client = world.local.platform.aws.dynamodb();
        let mut pages = client.scan().table_name("platform").consistent_read(true).into_paginator().items().send();
        let mut all = Vec::new();
        while let Some(item) = pages.next().await {
            all.push(serde_dynamo::from_item(in_text(item?))?);
        }
        Ok(Self { all, now: world.now() })
    }

    /// Those whose partition begins so.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Item> {
        self.all.iter().filter(move |item| text(item, "pk").starts_with(prefix))
    }

    /// Those of a sort key, whose partition begins so.
    pub fn of<'a>(&'a self, prefix: &'a str, sk: &'a str) -> impl Iterator<Item = &'a Item> {
        self.under(prefix).filter(move |item| text(item, "sk") == sk)
    }

    pub fn bookings(&self) -> impl Iterator<Item = &Item> {
        self.of("codementee#BOOKING#", "BOOKING")
    }

    pub fn mocks(&self) -> impl Iterator<Item = &Item> {
        self.of("codementee#MOCK#", "MOCK")
    }

    pub fn orders(&self) -> impl Iterator<Item = &Item> {
        self.of("ORDER#", "ORDER")
    }

    pub fn leads(&self) -> impl Iterator<Item = &Item> {
        self.of("leadbridge#LEAD#", "LEAD")
    }

    /// AspireX's.
    pub fn paid_sessions(&self) -> impl Iterator<Item = &Item> {
        self.of("aspirex#SESSION#", "SESSION")
    }

    /// The events that were written with changes, webhooks' too.
    pub fn events(&self) -> impl Iterator<Item = (&Item, &Value)> {
        self.under("EVENT#").chain(self.under("WEBHOOK#")).map(|item| (item, &item["event"]))
    }

    /// Items by an attribute.
    pub fn by<'a>(items: impl Iterator<Item = &'a Item>, name: &str) -> BTreeMap<&'a str, &'a Item> {
        items.map(|item| (text(item, name), item)).collect()
    }
}

/// What must hold and does not.
#[derive(Debug)]
pub struct Findings {
    pub found: Vec<(&'static str, String)>,
    /// How many things each rule was held against; every rule is in it, whether or not there was anything.
    pub looked_at: BTreeMap<&'static str, u64>,
}

impl Default for Findings {
    fn default() -> Self {
        Self { found: Vec::new(), looked_at: RULES.iter().map(|rule| (*rule, 0)).collect() }
    }
}

impl Findings {
    /// Holds a rule against a thing.
    pub fn check(&mut self, rule: &'static str, holds: bool, what: impl FnOnce() -> String) {
        *self.looked_at.entry(rule).or_default() += 1;
        if !holds {
            self.found.push((rule, what()));
        }
    }
}
