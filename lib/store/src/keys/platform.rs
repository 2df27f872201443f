//! What keeps the platform going: events, due work, the audit, what holds requests apart.

use super::{DUE_SHARDS, Entry, Index, Key, OUTBOX_SHARDS, entry, shard_of};
use domain::{AuditId, EventId, Instant, Product, text::Email};

/// How often somebody did something lately.
pub fn rate(product: Product, limit: &str, subject: &str) -> Key {
    Key::new(format!("RATE#{product}#{limit}#{subject}"), "RATE")
}

/// What came of a request that carried an idempotency key; `id` is a hash over who asked what under which key.
pub fn idempotency(id: &str) -> Key {
    Key::new(format!("IDEMPOTENCY#{id}"), "IDEMPOTENCY")
}

/// Whether an address gets no mail any more.
pub fn suppressed(email: &Email) -> Key {
    Key::new(format!("SUPPRESSED#{email}"), "SUPPRESSED")
}

/// A domain event.
pub fn event(id: EventId) -> Key {
    Key::new(format!("{EVENT_PREFIX}{id}"), "EVENT")
}

/// The key of every event begins so.
pub const EVENT_PREFIX: &str = "EVENT#";

/// One partition of the unpublished events.
pub fn outbox_shard(shard: u8) -> String {
    format!("OUTBOX#{shard:02}")
}

/// An event's place among the unpublished ones.
pub fn outbox_entry(id: EventId, at: Instant) -> Entry {
    entry(Index::Outbox, outbox_shard(shard_of(id.uuid(), OUTBOX_SHARDS)), format!("{at}#{id}"))
}

/// What one consumer did about one event for one recipient.
pub fn ledger(event: EventId, consumer: &str, recipient: &str) -> Key {
    Key::new(format!("LEDGER#{event}"), format!("{consumer}#{recipient}"))
}

/// Due work that only the table is needed for, and that which others must answer for. Each has partitions of its own,
/// so that what waits for others fills no page of the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    Table,
    Razorpay,
    Files,
}

/// One partition of the due work.
pub fn due_shard(lane: Lane, shard: u8) -> String {
    match lane {
        Lane::Table => format!("DUE#{shard}"),
        Lane::Razorpay => format!("DUE#RAZORPAY#{shard}"),
        Lane::Files => format!("DUE#FILES#{shard}"),
    }
}

/// A thing to do at an instant, for a subject.
pub fn due(lane: Lane, at: Instant, kind: &str, subject: uuid::Uuid) -> Key {
    Key::new(due_shard(lane, shard_of(subject, DUE_SHARDS)), format!("{at}#{kind}#{subject}"))
}

/// The audit records of a day of UTC, like `2026-02-01`.
pub fn audit_day(product: Product, day: &str) -> String {
    format!("{product}#AUDIT#{day}")
}

/// An audit record; a day is one partition.
pub fn audit(product: Product, at: Instant, id: AuditId) -> Key {
    let at = at.to_string();
    Key::new(audit_day(product, &at[..10]), format!("{at}#{id}"))
}
