//! Publishing again what was published before: every consumer stands it.

use domain::{EventId, Instant};
use gateways::bus::Bus;
use jiff::SignedDuration;
use std::collections::HashSet;
use store::KeptEvent;

/// Ledger entries live longer than this, so that nothing younger is done twice.
pub const REPLAYABLE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What came of a replay.
#[derive(Debug, Default)]
pub struct Replayed {
    /// On the bus again.
    pub published: HashSet<EventId>,
    /// Too old: what was done about them may be forgotten.
    pub too_old: HashSet<EventId>,
    /// Why the bus was asked no further.
    pub failed: Option<String>,
}

/// Publishes events once more, but none that is older than the consumers remember.
pub async fn replay(bus: &Bus, events: &[KeptEvent], now: Instant) -> Replayed {
    let (old, young): (Vec<_>, Vec<_>) =
        events.iter().map(|kept| &kept.event).partition(|event| now.since(event.occurred_at) > REPLAYABLE);
    let young: Vec<_> = young.into_iter().cloned().collect();
    let published = bus.publish(&young).await;
    let too_old = old.iter().map(|event| event.id).collect();
    Replayed { published: published.taken, too_old, failed: published.failed.map(|error| error.to_string()) }
}
