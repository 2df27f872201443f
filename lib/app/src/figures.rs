//! Figures: how a product stands and what it takes in. Events are counted as they come; nothing is summed up when
//! somebody asks.

use crate::Context;
use domain::{
    Instant, Zone,
    event::Event,
    figures::{Stats, counted, sold},
    payment::Order,
};
use futures::future::try_join3;
use store::{ENTRIES_LIVE, PageRequest, Projection, SoldInMonth, SoldOfPlan, Store, StoreError};

/// The names of the events that are counted; the bus rule lists the same.
pub const HANDLED: &[&str] = domain::figures::COUNTED;

const CONSUMER: &str = "projector";
/// How many months and paid orders a look at the revenue shows.
const MONTHS: u32 = 12;
const RECENT_ORDERS: u32 = 10;

/// What a product takes in.
#[derive(Debug)]
pub struct Revenue {
    pub by_plan: Vec<SoldOfPlan>,
    /// The latest first.
    pub by_month: Vec<SoldInMonth>,
    /// Paid ones, the latest payment first.
    pub recent_orders: Vec<Order>,
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
        if counters.is_empty() {
            return Ok(());
        }
        if now.since(event.occurred_at) >= ENTRIES_LIVE {
            // Its mark may be gone, so nobody can tell whether it was counted.
            tracing::error!(event.id = %event.id, event.name = event.name(), "an event is too old to be counted");
            return Ok(());
        }
        let sale = sold(&event.detail).map(|sale| (sale, self.zone.month(event.occurred_at)));
        let projection = Projection { counters, sale };
        if !self.store.project(product, event.id, CONSUMER, &projection, now).await? {
            tracing::debug!(event.id = %event.id, "an event was counted before");
        }
        Ok(())
    }
}
