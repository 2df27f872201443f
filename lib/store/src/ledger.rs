//! The ledger: what a consumer did about an event, so that seeing the event again does nothing again.

use crate::{
    Item, Store, StoreError,
    change::Change,
    item::{item, until},
    keys,
};
use domain::{EventId, Instant};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// How long an entry is kept; an event that is older cannot be known for done any more.
pub const ENTRIES_LIVE: SignedDuration = SignedDuration::from_hours(120 * 24);
/// A done entry's lease never ends.
pub const DONE_LEASE: &str = "9999-12-31T23:59:59.999Z";

/// Whether a consumer may act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Yes, until the lease ends.
    Granted,
    /// It was done before.
    Done,
    /// Another run is at it; try again later.
    InFlight,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    lease_until: String,
    /// Tells a claim from another one: when its answer is lost, the SDK writes it once more.
    #[serde(default)]
    run: String,
}

/// The mark that a consumer has dealt with an event, for a transaction that does all of it at once.
pub(crate) fn done_item(event: EventId, consumer: &str, now: Instant) -> Result<Item, StoreError> {
    let entry =
        item(&keys::ledger(event, consumer, "all"), &[], &Entry { lease_until: DONE_LEASE.to_owned(), run: String::new() })?;
    Ok(until(entry, now.plus(ENTRIES_LIVE)))
}

impl Store {
    /// Claims an event for a consumer and a recipient. An expired lease may be taken over, which is how a crash
    /// between claim and [`Store::mark_done`] is made good.
    pub async fn claim(
        &self,
        event: EventId,
        consumer: &str,
        recipient: &str,
        now: Instant,
        lease: SignedDuration,
    ) -> Result<Claim, StoreError> {
        let key = keys::ledger(event, consumer, recipient);
        let run = uuid::Uuid::new_v4().to_string();
        let entry = item(&key, &[], &Entry { lease_until: now.plus(lease).to_string(), run: run.clone() })?;
        let free = Change::default().when_missing_or("lease_until", "<", &now);
        if self.put_when(until(entry, now.plus(ENTRIES_LIVE)), &free).await? {
            return Ok(Claim::Granted);
        }
        Ok(match self.get::<Entry>(&key).await? {
            Some(entry) if entry.lease_until == DONE_LEASE => Claim::Done,
            Some(entry) if entry.run == run => Claim::Granted,
            _ => Claim::InFlight,
        })
    }

    /// Marks a claimed event as done for a recipient.
    pub async fn mark_done(&self, event: EventId, consumer: &str, recipient: &str) -> Result<(), StoreError> {
        let change = Change::default().set("lease_until", &DONE_LEASE);
        self.change(&keys::ledger(event, consumer, recipient), &change).await.map(|_| ())
    }

    /// Gives a claim back after a failure, so that the next attempt need not wait for the lease.
    pub async fn give_back(&self, event: EventId, consumer: &str, recipient: &str) -> Result<(), StoreError> {
        self.delete(&keys::ledger(event, consumer, recipient)).await
    }
}
