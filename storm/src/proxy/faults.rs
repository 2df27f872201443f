//! Which faults there are, and which call meets which.

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde::Serialize;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

/// Whom the platform calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    Table,
    Bus,
    Mail,
    Razorpay,
}

impl Service {
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Bus => "bus",
            Self::Mail => "mail",
            Self::Razorpay => "razorpay",
        }
    }

    /// A bit longer than the platform waits: an attempt at the table or the bus is given up after 1.5 s, SES after 15 s,
    /// Razorpay after 8 s.
    fn too_late(self) -> Duration {
        match self {
            Self::Table | Self::Bus => Duration::from_millis(1700),
            Self::Mail => Duration::from_secs(16),
            Self::Razorpay => Duration::from_secs(9),
        }
    }

    /// Which share of its late replies comes too late, and at most how many in a run: where they take long, a few are
    /// enough to see what comes of them.
    fn often_too_late(self) -> (f64, u64) {
        match self {
            Self::Table | Self::Bus => (0.1, u64::MAX),
            Self::Mail | Self::Razorpay => (0.5, 3),
        }
    }
}

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// It is answered late.
    Delayed,
    /// It is answered when its caller has given up. Some of the late ones are.
    TooLate,
    /// The connection ends before the request took effect.
    DroppedBefore,
    /// It took effect, and the connection ends before the reply.
    ReplyLost,
    /// 500, without effect.
    InternalError,
    /// Throttled, without effect.
    Throttled,
    /// `ProvisionedThroughputExceededException`, without effect.
    ThroughputExceeded,
    /// The transaction met another one: `TransactionConflict` among its cancellation reasons.
    Conflict,
    /// The bus takes some entries and refuses others.
    FailedEntries,
}

impl Fault {
    pub const ALL: [Self; 9] = [
        Self::Delayed,
        Self::TooLate,
        Self::DroppedBefore,
        Self::ReplyLost,
        Self::InternalError,
        Self::Throttled,
        Self::ThroughputExceeded,
        Self::Conflict,
        Self::FailedEntries,
    ];

    /// The head of its column.
    pub fn title(self) -> &'static str {
        match self {
            Self::Delayed => "delayed",
            Self::TooLate => "delayed too long",
            Self::DroppedBefore => "dropped before",
            Self::ReplyLost => "reply lost after the commit",
            Self::InternalError => "500",
            Self::Throttled => "throttled",
            Self::ThroughputExceeded => "throughput exceeded",
            Self::Conflict => "transaction conflict",
            Self::FailedEntries => "failed entries",
        }
    }

    fn of(service: Service, transaction: bool) -> &'static [Self] {
        const COMMON: [Fault; 5] =
            [Fault::Delayed, Fault::DroppedBefore, Fault::ReplyLost, Fault::InternalError, Fault::Throttled];
        const TABLE: [Fault; 6] = [
            Fault::Delayed,
            Fault::DroppedBefore,
            Fault::ReplyLost,
            Fault::InternalError,
            Fault::Throttled,
            Fault::ThroughputExceeded,
        ];
        const TRANSACTION: [Fault; 7] = [
            Fault::Delayed,
            Fault::DroppedBefore,
            Fault::ReplyLost,
            Fault::InternalError,
            Fault::Throttled,
            Fault::ThroughputExceeded,
            Fault::Conflict,
        ];
        // Entries fail alone more often than whole calls, so that the few calls of the bus meet it.
        const BUS: [Fault; 8] = [
            Fault::Delayed,
            Fault::DroppedBefore,
            Fault::ReplyLost,
            Fault::InternalError,
            Fault::Throttled,
            Fault::FailedEntries,
            Fault::FailedEntries,
            Fault::FailedEntries,
        ];
        match (service, transaction) {
            (Service::Table, true) => &TRANSACTION,
            (Service::Table, false) => &TABLE,
            (Service::Bus, _) => &BUS,
            (Service::Mail | Service::Razorpay, _) => &COMMON,
        }
    }
}

/// Random numbers that belong to one call: the seed, its path, and the how many-th of this path it is decide them, not
/// what else is under way.
pub fn numbers(seed: u64, path: &str, nth: u64) -> StdRng {
    let mut hasher = DefaultHasher::new();
    (seed, path, nth).hash(&mut hasher);
    StdRng::seed_from_u64(hasher.finish())
}

/// What a call meets, if anything. A kind of write that never lost a reply yet loses the next one, so that also what is
/// seldom written does.
pub fn decide(rate: f64, rng: &mut StdRng, service: Service, transaction: bool, never_lost: bool) -> Option<Fault> {
    if never_lost && rate > 0.0 {
        return Some(Fault::ReplyLost);
    }
    rng.random_bool(rate).then(|| Fault::of(service, transaction).choose(rng).copied()).flatten()
}

/// How late a reply comes, and whether that is too late. So many of this service's were too late before.
pub fn delay(rng: &mut StdRng, service: Service, before: u64) -> (Duration, bool) {
    let (share, most) = service.often_too_late();
    if rng.random_bool(share) && before < most {
        return (service.too_late(), true);
    }
    (Duration::from_millis(rng.random_range(5..80)), false)
}
