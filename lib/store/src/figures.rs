//! Figures: counters that the projector keeps, one event at a time.

use crate::{
    PageRequest, Store, StoreError,
    change::Change,
    keys::{self, COUNTED_COMPANY_PREFIX, COUNTED_MONTH_PREFIX, REVENUE_MONTH_PREFIX, REVENUE_PLAN_PREFIX},
    ledger::done_item,
    page::List,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, CompanyId, EventId, Instant, Paise, Product,
    catalog::PlanId,
    figures::{Counts, Growth, Sale},
    text::Line,
};
use serde::Deserialize;

/// What one event adds to the figures.
#[derive(Debug, Clone)]
pub struct Projection {
    pub counters: Vec<Growth>,
    /// The month that it counts to, like `2026-02`.
    pub month: String,
    /// What was sold.
    pub sale: Option<Sale>,
    /// What was refunded, and the month in which it was sold.
    pub refund: Option<(Sale, String)>,
    /// Whom it counts for by himself, each person once.
    pub people: Vec<(AccountId, Vec<Growth>)>,
    /// The company that was asked for, and its name.
    pub company: Option<(CompanyId, Line<100>)>,
    /// The areas of expertise under which one mentor more is listed, and one less.
    pub areas: (Vec<String>, Vec<String>),
}

/// What came in, without what went back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "Sums")]
pub struct Takings {
    pub orders: u64,
    pub amount: Paise,
}

/// As it is kept: sums that only grow, so that it does not matter which event is counted first.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Sums {
    orders: u64,
    amount: u64,
    refunds: u64,
    refunded: u64,
}

impl From<Sums> for Takings {
    fn from(sums: Sums) -> Self {
        let Sums { orders, amount, refunds, refunded } = sums;
        Self { orders: orders.saturating_sub(refunds), amount: Paise::new(amount.saturating_sub(refunded)) }
    }
}

/// What a plan brought in since the beginning.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SoldOfPlan {
    pub plan_id: PlanId,
    #[serde(flatten)]
    pub takings: Takings,
}

/// What a month brought in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SoldInMonth {
    pub month: String,
    #[serde(flatten)]
    pub takings: Takings,
}

/// The counts of a month.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MonthCounts {
    pub month: String,
    #[serde(flatten)]
    pub counts: Counts,
}

/// What a plan brought in in a month.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SoldOfPlanInMonth {
    pub month: String,
    pub plan_id: PlanId,
    #[serde(flatten)]
    pub takings: Takings,
}

/// How often a company was asked for, and what it was called at last.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CompanyRequests {
    pub company_id: CompanyId,
    pub name: Line<100>,
    pub requests: u64,
}

fn growing(counters: &[Growth]) -> Change {
    counters.iter().fold(Change::default(), |change, (counter, by)| change.count(counter.as_str(), *by))
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
        let Projection { counters, month, sale, refund, people, company, areas } = projection;
        if !counters.is_empty() {
            tx.update(self, &keys::stats(product), &growing(counters), ());
            tx.update(self, &keys::counts_of_month(product, month), &growing(counters).set("month", month), ());
        }
        for (areas, counter) in [(&areas.0, "listed"), (&areas.1, "unlisted")] {
            for area in areas {
                tx.update(self, &keys::counts_of_area(product, area), &Change::default().count(counter, 1), ());
            }
        }
        for (person, counters) in people {
            tx.update(self, &keys::counts_of_person(product, *person), &growing(counters), ());
        }
        if let Some(sale) = sale {
            self.take_in(&mut tx, product, month, sale, ["orders", "amount"]);
        }
        if let Some((sale, sold_in)) = refund {
            self.take_in(&mut tx, product, sold_in, sale, ["refunds", "refunded"]);
        }
        if let Some((id, name)) = company {
            let requests = Change::default().count("requests", 1).set("company_id", id).set("name", name);
            tx.update(self, &keys::requests_for_company(product, *id), &requests, ());
        }
        done(tx.commit(self).await)
    }

    /// Counts a sale, or its refund, to the sums of these names: of its plan, of the month of the sale, and of both.
    fn take_in(&self, tx: &mut Transaction<()>, product: Product, month: &str, sale: &Sale, [number, amount]: [&str; 2]) {
        let plan = &sale.plan_id;
        let grown = || Change::default().count(number, 1).count(amount, sale.amount.get());
        tx.update(self, &keys::revenue_of_plan(product, plan), &grown().set("plan_id", plan), ());
        tx.update(self, &keys::revenue_of_month(product, month), &grown().set("month", &month), ());
        let both = grown().set("plan_id", plan).set("month", &month);
        tx.update(self, &keys::revenue_of_month_and_plan(product, month, plan), &both, ());
    }

    /// The counts of a product.
    pub async fn counts(&self, product: Product) -> Result<Counts, StoreError> {
        Ok(self.get(&keys::stats(product)).await?.unwrap_or_default())
    }

    /// The counts of one person.
    pub async fn counts_of_person(&self, product: Product, person: AccountId) -> Result<Counts, StoreError> {
        Ok(self.get(&keys::counts_of_person(product, person)).await?.unwrap_or_default())
    }

    /// The counts of the latest months in which there was anything, the latest first.
    pub async fn counts_by_month(&self, product: Product, months: u32) -> Result<Vec<MonthCounts>, StoreError> {
        let list = List::of_table(keys::analytics(product)).starting_with(COUNTED_MONTH_PREFIX).newest_first();
        Ok(self.page(list, PageRequest::first(months)).await?.items)
    }

    /// What each plan brought in in each month of a stretch of months, the earliest first.
    pub async fn revenue_by_month_and_plan(
        &self,
        product: Product,
        from: &str,
        to: &str,
    ) -> Result<Vec<SoldOfPlanInMonth>, StoreError> {
        let (from, to) = keys::sold_in_months(from, to);
        Ok(self.page(List::of_table(keys::analytics(product)).between(from, to), PageRequest::first(1000)).await?.items)
    }

    /// How often each company was asked for, the most wanted first.
    pub async fn requests_by_company(&self, product: Product) -> Result<Vec<CompanyRequests>, StoreError> {
        let list = List::of_table(keys::analytics(product)).starting_with(COUNTED_COMPANY_PREFIX);
        let mut companies = self.page::<CompanyRequests>(list, PageRequest::first(1000)).await?.items;
        companies.sort_by(|a, b| (b.requests, &a.company_id).cmp(&(a.requests, &b.company_id)));
        Ok(companies)
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
