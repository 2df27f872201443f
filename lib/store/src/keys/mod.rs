//! Every key of the table, built from typed values. No module outside this folder writes a key string.
//!
//! All names are `<product>#<THING>#<id>` but for what belongs to no product: accounts, orders (a webhook does
//! not say whose they are), events, webhooks, due work, the ledger, and what holds requests apart.

mod accounts;
mod ai;
mod bookings;
mod catalog;
mod chat;
mod community;
mod directory;
mod earnings;
mod figures;
mod leads;
mod links;
mod mentorship;
mod money;
mod notices;
mod numbers;
mod people;
mod platform;
mod refunds;

use domain::{Instant, Span};

pub use accounts::*;
pub use ai::*;
pub use bookings::*;
pub use catalog::*;
pub use chat::*;
pub use community::*;
pub use directory::*;
pub use earnings::*;
pub use figures::*;
pub use leads::*;
pub use links::*;
pub use mentorship::*;
pub use money::*;
pub use notices::*;
pub use numbers::*;
pub use people::*;
pub use platform::*;
pub use refunds::*;

/// Attribute names of the table's key.
pub const PK: &str = "pk";
/// Sort key.
pub const SK: &str = "sk";
/// Time to live, in seconds since 1970.
pub const TTL: &str = "ttl";

/// Free meet links are spread over so many partitions, so that confirmations seldom meet.
pub const POOL_SHARDS: u8 = 4;
/// Unpublished events are spread over so many partitions of their index.
pub const OUTBOX_SHARDS: u8 = 16;
/// Due work is spread over so many partitions.
pub const DUE_SHARDS: u8 = 4;

/// The key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub pk: String,
    pub sk: String,
}

impl Key {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }
}

/// An index of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// All things of a kind in one product.
    All,
    /// What belongs to one person or is open: a mentee's things, an author's, members by role, open slots.
    Own,
    /// What belongs to one mentor; to one category of posts, which have no mentor; and a payer's orders.
    Mentor,
    /// Events not published yet; keys only, and empty most of the time.
    Outbox,
}

impl Index {
    /// Every index.
    pub const ALL: [Self; 4] = [Self::All, Self::Own, Self::Mentor, Self::Outbox];

    /// The index's name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Own => "own",
            Self::Mentor => "mentor",
            Self::Outbox => "outbox",
        }
    }

    /// The attribute names of its partition and sort key.
    pub fn attributes(self) -> (&'static str, &'static str) {
        match self {
            Self::All => ("all_pk", "all_sk"),
            Self::Own => ("own_pk", "own_sk"),
            Self::Mentor => ("mentor_pk", "mentor_sk"),
            Self::Outbox => ("outbox_pk", "outbox_sk"),
        }
    }
}

/// Where an item stands in an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub index: Index,
    pub pk: String,
    pub sk: String,
}

fn entry(index: Index, pk: String, sk: String) -> Entry {
    Entry { index, pk, sk }
}

/// The sort key from which on things start after an instant.
pub fn starting_after(at: Instant) -> String {
    // '$' sorts behind '#', so that what starts at this very instant is not included.
    format!("{at}$")
}

/// The first and the last sort key of what stands in a span, where sort keys are an instant, or a prefix and an
/// instant, and then an id.
pub fn within(prefix: &str, span: Span) -> (String, String) {
    // Instants begin with a digit. What stands at the very end of the span has an id behind it, and so sorts later.
    let from = span.from.map_or("0".to_owned(), |from| from.to_string());
    let until = span.until.map_or("~".to_owned(), |until| until.to_string());
    (format!("{prefix}{from}"), format!("{prefix}{until}"))
}

fn shard_of(id: uuid::Uuid, shards: u8) -> u8 {
    // The last byte of a UUID v7 is random.
    id.as_bytes()[15] % shards
}
