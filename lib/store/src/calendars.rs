//! People's calendars: an item for each person and block of four hours of UTC, with an attribute for each quarter hour
//! that is held. Whoever sets the attribute has the time.
//!
//! An item for each quarter hour would cost several times as many writes, and one for a whole day would make sessions meet
//! that have nothing to do with each other.

use crate::{
    PageRequest, Store, StoreError,
    change::Change,
    item::text,
    keys::{self, CALENDAR_BLOCK, SK, TTL},
    page::List,
    transaction::Transaction,
};
use domain::{AccountId, Instant, Product, interview::Mock, mentorship::SessionBooking, time::QUARTER};
use jiff::SignedDuration;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// A block's item goes so long after it began, which is more than a day after its last session.
const BLOCK_STAYS: SignedDuration = SignedDuration::from_hours(36);

/// A holder as the 16 bytes of its id.
struct Holder(uuid::Uuid);

impl Serialize for Holder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0.as_bytes())
    }
}

/// What holds time in calendars.
pub(crate) struct Hold {
    product: Product,
    holder: Holder,
}

impl From<&Mock> for Hold {
    fn from(mock: &Mock) -> Self {
        Self { product: mock.product, holder: Holder(mock.id.uuid()) }
    }
}

impl From<&SessionBooking> for Hold {
    fn from(session: &SessionBooking) -> Self {
        Self { product: session.product, holder: Holder(session.id.uuid()) }
    }
}

/// A quarter hour is taken or freed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Take,
    Free,
}

impl<E: Clone> Transaction<E> {
    /// Takes quarter hours in a person's calendar.
    pub(crate) fn take_quarters(&mut self, store: &Store, person: AccountId, hold: &Hold, quarters: &[Instant], busy: E) {
        self.step_quarters(store, person, hold, quarters.iter().map(|at| (*at, Step::Take)), busy);
    }

    /// Frees quarter hours in a person's calendar.
    pub(crate) fn free_quarters(&mut self, store: &Store, person: AccountId, hold: &Hold, quarters: &[Instant], moved: E) {
        self.step_quarters(store, person, hold, quarters.iter().map(|at| (*at, Step::Free)), moved);
    }

    /// Frees the quarter hours that only the old time had and takes those that only the new one has; what both have in
    /// common stays held. When a block refuses, somebody else has the new time: the old one is lost only with the session
    /// itself, whose own condition comes first.
    pub(crate) fn move_quarters(
        &mut self,
        store: &Store,
        person: AccountId,
        hold: &Hold,
        (was, becomes): (&[Instant], &[Instant]),
        busy: E,
    ) {
        let freed = was.iter().filter(|at| !becomes.contains(at)).map(|at| (*at, Step::Free));
        let taken = becomes.iter().filter(|at| !was.contains(at)).map(|at| (*at, Step::Take));
        self.step_quarters(store, person, hold, freed.chain(taken), busy);
    }

    /// A transaction may name an item once, so all that concerns a block is one update.
    fn step_quarters(
        &mut self,
        store: &Store,
        person: AccountId,
        hold: &Hold,
        steps: impl Iterator<Item = (Instant, Step)>,
        refused: E,
    ) {
        let mut blocks: BTreeMap<Instant, Change> = BTreeMap::new();
        for (at, step) in steps {
            let block = at.floor(CALENDAR_BLOCK);
            let name = quarter_name(block, at);
            // Also when freeing: the table may have dropped the block, and what takes its place must go too.
            let fresh = || Change::default().set(TTL, &block.plus(BLOCK_STAYS).epoch_seconds());
            let change = blocks.remove(&block).unwrap_or_else(fresh);
            let change = match step {
                Step::Take => change.set(&name, &hold.holder).when_missing(&name),
                Step::Free => change.remove(&name).when_missing_or(&name, "=", &hold.holder),
            };
            blocks.insert(block, change);
        }
        for (block, change) in blocks {
            self.update(store, &keys::calendar_block(hold.product, person, block), &change, refused.clone());
        }
    }
}

/// The attribute of a quarter hour: `q0` begins with its block, `q15` is its last.
fn quarter_name(block: Instant, at: Instant) -> String {
    format!("q{}", at.since(block).as_secs() / QUARTER.as_secs())
}

/// The quarter hour of an attribute, if it is one's.
fn quarter_of(block: Instant, name: &str) -> Option<Instant> {
    let number: i32 = name.strip_prefix('q')?.parse().ok()?;
    Some(block.plus(QUARTER * number))
}

impl Store {
    /// The quarter hours that are held in a person's calendar from an instant on until before another one. A query for
    /// each thousand blocks.
    pub async fn held_quarters(
        &self,
        product: Product,
        person: AccountId,
        (from, until): (Instant, Instant),
    ) -> Result<BTreeSet<Instant>, StoreError> {
        let mut held = BTreeSet::new();
        let mut page = PageRequest::first(1000);
        let block = |at| keys::calendar_block(product, person, at).sk;
        loop {
            let list = List::of_table(keys::calendar(product, person)).between(block(from), block(until));
            let (items, next) = self.query(&list, &page).await?;
            for item in &items {
                let Some(block) = text(item, SK).and_then(|block| Instant::parse(block).ok()) else { continue };
                held.extend(item.keys().filter_map(|name| quarter_of(block, name)).filter(|at| *at >= from && *at < until));
            }
            let Some(next) = next else { return Ok(held) };
            page.after = Some(next);
        }
    }
}
