//! Figures: counters that the projector keeps, one event at a time.

use crate::{
    PageRequest, Store, StoreError,
    change::Change,
    keys::{self, REVENUE_MONTH_PREFIX, REVENUE_PLAN_PREFIX},
    ledger::done_item,
    page::List,
    transaction::{Transaction, done},
};
use domain::{
    EventId, Instant, Paise, Product,
    catalog::PlanId,
    figures::{Counter, Counts, Sale},
};
use serde::Deserialize;

/// What one event adds to the figures.
#[derive(Debug, Clone)]
pub struct Projection {
    pub counters: Vec<Counter>,
    /// What was sold, and the month that it counts to, like `2026-02`.
    pub sale: Option<(Sale, String)>,
}

/// What a plan brought in since the beginning.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SoldOfPlan {
    pub plan_id: PlanId,
    pub orders: u64,
    pub amount: Paise,
}

/// What a month brought in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SoldInMonth {
    pub month: String,
    pub orders: u64,
    pub amount: Paise,
}

impl Store {
    /// Adds an event to its product's figures and marks it as counted, in one transaction. False when it was counted
    /// before.
    pub async fn project(
        &self,
        product: Product,
        event: EventId,
        consumer: &str,
        projection: &Projection,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.create(self, done_item(event, consumer, now)?, ());
        let counted = projection.counters.iter().fold(Change::default(), |change, counter| change.count(counter.as_str(), 1));
        tx.update(self, &keys::stats(product), &counted, ());
        if let Some((sale, month)) = &projection.sale {
            let sold = || Change::default().count("orders", 1).count("amount", sale.amount.get());
            tx.update(self, &keys::revenue_of_plan(product, &sale.plan_id), &sold().set("plan_id", &sale.plan_id), ());
            tx.update(self, &keys::revenue_of_month(product, month), &sold().set("month", month), ());
        }
        done(tx.commit(self).await)
    }

    /// The counts of a product.
    pub async fn counts(&self, product: Product) -> Result<Counts, StoreError> {
        Ok(self.get(&keys::stats(product)).await?.unwrap_or_default())
    }

    /// What each plan brought in.
    pub async fn revenue_by_plan(&self, product: Product) -> Result<Vec<SoldOfPlan>, StoreError> {
        let list = List::of_table(keys::revenue(product)).starting_with(REVENUE_PLAN_PREFIX);
        Ok(self.page(list, PageRequest::first(1000)).await?.items)
    }

    /// What the latest months brought in in which there was anything, the latest first.
    pub async fn revenue_by_month(&self, product: Product, months: u32) -> Result<Vec<SoldInMonth>, StoreError> {
        let list = List::of_table(keys::revenue(product)).starting_with(REVENUE_MONTH_PREFIX).newest_first();
        Ok(self.page(list, PageRequest::first(months)).await?.items)
    }
}
