//! People's calendars: an item for each quarter hour that a session holds. Whoever puts the item has the time.

use crate::{
    PageRequest, Store, StoreError,
    change::Change,
    item::{item, text, until},
    keys::{self, SK},
    page::List,
    transaction::Transaction,
};
use domain::{AccountId, Instant, Product, interview::Mock, mentorship::SessionBooking};
use jiff::SignedDuration;
use std::collections::BTreeSet;

const GUARDS_STAY: SignedDuration = SignedDuration::from_hours(24);

#[derive(serde::Serialize)]
struct Guard {
    holder: uuid::Uuid,
}

/// What holds time in calendars.
pub(crate) struct Hold {
    product: Product,
    holder: uuid::Uuid,
    ends_at: Instant,
}

impl From<&Mock> for Hold {
    fn from(mock: &Mock) -> Self {
        Self { product: mock.product, holder: mock.id.uuid(), ends_at: mock.time.ends_at }
    }
}

impl From<&SessionBooking> for Hold {
    fn from(session: &SessionBooking) -> Self {
        Self { product: session.product, holder: session.id.uuid(), ends_at: session.time.ends_at }
    }
}

impl<E: Clone> Transaction<E> {
    /// Takes quarter hours in a person's calendar.
    pub(crate) fn take_quarters(
        &mut self,
        store: &Store,
        person: AccountId,
        hold: &Hold,
        quarters: impl IntoIterator<Item = Instant>,
        busy: E,
    ) -> Result<(), StoreError> {
        for quarter in quarters {
            let guard = item(&keys::quarter_hour(hold.product, person, quarter), &[], &Guard { holder: hold.holder })?;
            self.create(store, until(guard, hold.ends_at.plus(GUARDS_STAY)), busy.clone());
        }
        Ok(())
    }

    /// Frees quarter hours in a person's calendar.
    pub(crate) fn free_quarters(
        &mut self,
        store: &Store,
        person: AccountId,
        hold: &Hold,
        quarters: impl IntoIterator<Item = Instant>,
        moved: E,
    ) {
        for quarter in quarters {
            // The table may have dropped the guard of a past session, and somebody else's must stay.
            let own = Change::default().when_missing_or("holder", "=", &hold.holder);
            self.delete(store, &keys::quarter_hour(hold.product, person, quarter), &own, Some(moved.clone()));
        }
    }
}

impl Store {
    /// The quarter hours that are held in a person's calendar from an instant on until before another one. A query for
    /// each thousand.
    pub async fn held_quarters(
        &self,
        product: Product,
        person: AccountId,
        (from, until): (Instant, Instant),
    ) -> Result<BTreeSet<Instant>, StoreError> {
        let mut held = BTreeSet::new();
        let mut page = PageRequest::first(1000);
        loop {
            let list = List::of_table(keys::calendar(product, person)).between(from.to_string(), until.to_string());
            let (items, next) = self.query(&list, &page).await?;
            held.extend(items.iter().filter_map(|item| Instant::parse(text(item, SK)?).ok()).filter(|at| *at < until));
            let Some(next) = next else { return Ok(held) };
            page.after = Some(next);
        }
    }
}
