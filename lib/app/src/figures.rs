//! Figures: how a product stands and what it takes in. Events are counted as they come; nothing is summed up when
//! somebody asks.

use crate::Context;
use domain::{
    Instant, Zone,
    event::Event,
    figures::{Counts, SessionStats, Stats, asked_for, counted, counted_for, listed, refunded, sold},
    payment::Order,
};
use futures::future::{try_join3, try_join4};
use store::{
    CompanyRequests, ENTRIES_LIVE, MonthCounts, PageRequest, Projection, SoldInMonth, SoldOfPlan, SoldOfPlanInMonth, Store,
    StoreError,
};

/// The names of the events that are counted; the bus rule lists the same.
pub const HANDLED: &[&str] = domain::figures::COUNTED;

const CONSUMER: &str = "projector";
/// How many months and paid orders a look at the revenue shows.
const MONTHS: u32 = 12;
const RECENT_ORDERS: u32 = 10;
/// How many of the most wanted companies the analytics show.
const POPULAR: usize = 10;

/// What a product takes in.
#[derive(Debug)]
pub struct Revenue {
    pub by_plan: Vec<SoldOfPlan>,
    /// The latest first.
    pub by_month: Vec<SoldInMonth>,
    /// Paid ones, the latest payment first.
    pub recent_orders: Vec<Order>,
}

/// How the business goes.
#[derive(Debug)]
pub struct Analytics {
    pub counts: Counts,
    pub by_plan: Vec<SoldOfPlan>,
    /// The latest first.
    pub by_month: Vec<Month>,
    /// The most wanted first.
    pub companies: Vec<CompanyRequests>,
}

/// A month of the analytics.
#[derive(Debug)]
pub struct Month {
    pub counted: MonthCounts,
    pub sold: Vec<SoldOfPlanInMonth>,
}

/// The use cases of looking at figures.
#[derive(Debug, Clone)]
pub struct Figures {
    store: Store,
}

impl Figures {
    /// The figures in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// How the product stands.
    pub async fn stats(&self, cx: &Context) -> Result<Stats, StoreError> {
        Ok(self.store.counts(cx.product).await?.into())
    }

    /// How the product stands, and the sessions in its mentors' own time.
    pub async fn session_stats(&self, cx: &Context) -> Result<(Stats, SessionStats), StoreError> {
        let counts = self.store.counts(cx.product).await?;
        Ok((counts.into(), counts.into()))
    }

    /// What the product takes in.
    pub async fn revenue(&self, cx: &Context) -> Result<Revenue, StoreError> {
        let (by_plan, by_month, recent) = try_join3(
            self.store.revenue_by_plan(cx.product),
            self.store.revenue_by_month(cx.product, MONTHS),
            self.store.paid_orders(cx.product, PageRequest::first(RECENT_ORDERS)),
        )
        .await?;
        Ok(Revenue { by_plan, by_month, recent_orders: recent.items })
    }

    /// How the business goes, with its latest twelve months.
    pub async fn analytics(&self, cx: &Context) -> Result<Analytics, StoreError> {
        let (counts, by_plan, months, mut companies) = try_join4(
            self.store.counts(cx.product),
            self.store.revenue_by_plan(cx.product),
            self.store.counts_by_month(cx.product, MONTHS),
            self.store.requests_by_company(cx.product),
        )
        .await?;
        companies.truncate(POPULAR);
        let mut sold = match (months.last(), months.first()) {
            (Some(earliest), Some(latest)) => {
                self.store.revenue_by_month_and_plan(cx.product, &earliest.month, &latest.month).await?
            }
            _ => Vec::new(),
        };
        let of_month = |counted: MonthCounts| {
            let sold = sold.extract_if(.., |sold| sold.month == counted.month).collect();
            Month { counted, sold }
        };
        Ok(Analytics { counts, by_plan, by_month: months.into_iter().map(of_month).collect(), companies })
    }
}

/// The use case of counting.
#[derive(Debug, Clone)]
pub struct Projector {
    store: Store,
    zone: Zone,
}

impl Projector {
    /// A projector into a store; months are those of this zone.
    pub fn new(store: Store, zone: Zone) -> Self {
        Self { store, zone }
    }

    /// Counts an event, once: sums and mark are one transaction. Any number of repetitions in any order end the same.
    pub async fn apply(&self, event: &Event, now: Instant) -> Result<(), StoreError> {
        let Some(product) = event.product else { return Ok(()) };
        let counters = counted(&event.detail);
        let areas = listed(&event.detail);
        if counters.is_empty() && areas.0.is_empty() && areas.1.is_empty() {
            return Ok(());
        }
        if now.since(event.occurred_at) >= ENTRIES_LIVE {
            // Its mark may be gone, so nobody can tell whether it was counted.
            tracing::error!(event.id = %event.id, event.name = event.name(), "an event is too old to be counted");
            return Ok(());
        }
        let projection = Projection {
            counters,
            month: self.zone.month(event.occurred_at),
            sale: sold(&event.detail),
            refund: refunded(&event.detail).map(|(sale, sold_at)| (sale, self.zone.month(sold_at))),
            people: counted_for(&event.detail),
            company: asked_for(&event.detail),
            areas,
        };
        if !self.store.project(product, event.id, CONSUMER, &projection, now).await? {
            tracing::debug!(event.id = %event.id, "an event was counted before");
        }
        Ok(())
    }
}
