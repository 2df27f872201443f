//! Rate counters: one small item a limit and subject, changed by single conditional writes.
//!
//! A bucket keeps one instant (the time at which it will be full again), a window a ring of the last instants. Both
//! are decided by the write's own condition, so any number of rivals together get no more than the limit.

use crate::{
    Item, Store, StoreError,
    change::{Change, Write},
    keys::{self, TTL},
    transaction::Transaction,
};
use domain::{Instant, Product};
use jiff::SignedDuration;

/// How often something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// Once an interval on average, and up to `burst` times at once.
    Bucket { interval: SignedDuration, burst: u32 },
    /// At most `count` times within any span of this length.
    Window { count: u32, span: SignedDuration },
}

/// What a counter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Go on; it is counted.
    Granted,
    /// Not now; nothing was counted. It may be tried again after this time.
    Limited { wait: SignedDuration },
}

/// A free place of a window, to be taken in the transaction of what is limited: so that what is refused takes none.
#[derive(Debug, Clone)]
pub struct Turn {
    key: keys::Key,
    change: Change,
}

impl<E: Clone> Transaction<E> {
    /// Takes a place that was free when it was read.
    pub(crate) fn take_turn(&mut self, store: &Store, turn: &Turn, taken: E) {
        self.update(store, &turn.key, &turn.change, taken);
    }
}

/// The attribute that holds the instant, in milliseconds since 1970, at which a bucket is full again.
const FULL_AT: &str = "full_at";
/// The attribute that names the place in a window's ring which is written next.
const TURN: &str = "turn";

impl Store {
    /// Counts one use by a subject, if the rate allows it. One write, two when the bucket is not full or the ring's
    /// place must be learned first.
    pub async fn take(
        &self,
        product: Product,
        limit: &str,
        subject: &str,
        rate: Rate,
        now: Instant,
    ) -> Result<Taken, StoreError> {
        let key = keys::rate(product, limit, subject);
        match rate {
            Rate::Bucket { interval, burst } => self.take_from_bucket(&key, interval, burst, now).await,
            Rate::Window { count, span } => self.take_from_window(&key, count.max(1), span, now).await,
        }
    }

    /// The next place of a window, if there is a free one; whoever takes it does so in a transaction of his own. One read.
    pub async fn next_turn(
        &self,
        product: Product,
        limit: &str,
        subject: &str,
        (count, span): (u32, SignedDuration),
        now: Instant,
    ) -> Result<Result<Turn, SignedDuration>, StoreError> {
        let key = keys::rate(product, limit, subject);
        let found = self.batch_get(std::slice::from_ref(&key)).await?.remove(&key).unwrap_or_default();
        let turn = number(&found, TURN).and_then(|turn| u32::try_from(turn).ok()).unwrap_or(0) % count.max(1);
        let since = now.plus(-span).epoch_millis();
        if let Some(at) = number(&found, &format!("at_{turn}")).filter(|at| *at > since) {
            return Ok(Err(SignedDuration::from_millis((at - since).max(1))));
        }
        Ok(Ok(Turn { key, change: turn_taken(turn, count.max(1), span, now) }))
    }

    async fn take_from_bucket(
        &self,
        key: &keys::Key,
        interval: SignedDuration,
        burst: u32,
        now: Instant,
    ) -> Result<Taken, StoreError> {
        let (step, now) = (millis(interval), now.epoch_millis());
        // The bucket has room as long as it is full again no later than this.
        let room = now + step * i64::from(burst.max(1) - 1);
        let gone = |full_at: i64| full_at / 1000 + 60;
        let from_full = Change::default().set(FULL_AT, &(now + step)).set(TTL, &gone(now + step));
        if let Write::Done = self.change_or_see(key, &from_full.when_missing_or(FULL_AT, "<=", &now)).await? {
            return Ok(Taken::Granted);
        }
        let further = Change::default().add(FULL_AT, step).set(TTL, &gone(room + step)).compare(FULL_AT, "<=", &room);
        match self.change_or_see(key, &further).await? {
            Write::Done => Ok(Taken::Granted),
            Write::Refused(item) => {
                let full_at = number(&item, FULL_AT).unwrap_or(now);
                Ok(Taken::Limited { wait: SignedDuration::from_millis((full_at - room).max(1)) })
            }
        }
    }

    async fn take_from_window(
        &self,
        key: &keys::Key,
        count: u32,
        span: SignedDuration,
        now: Instant,
    ) -> Result<Taken, StoreError> {
        let since = now.plus(-span).epoch_millis();
        let mut turn = 0;
        // Every refusal tells whose turn it is; only rivals can move it on meanwhile, each at most once a span.
        for _ in 0..=2 * count {
            let change = turn_taken(turn, count, span, now);
            let Write::Refused(item) = self.change_or_see(key, &change).await? else { return Ok(Taken::Granted) };
            turn = number(&item, TURN).and_then(|turn| u32::try_from(turn).ok()).unwrap_or(0) % count;
            if let Some(at) = number(&item, &format!("at_{turn}")).filter(|at| *at > since) {
                return Ok(Taken::Limited { wait: SignedDuration::from_millis((at - since).max(1)) });
            }
        }
        Err(StoreError::Busy("a rate counter kept changing".to_owned()))
    }
}

/// Takes a place of a window's ring, if it is its turn and free.
fn turn_taken(turn: u32, count: u32, span: SignedDuration, now: Instant) -> Change {
    let (since, now) = (now.plus(-span).epoch_millis(), now.epoch_millis());
    let place = format!("at_{turn}");
    let change = Change::default()
        .set(TURN, &((turn + 1) % count))
        .set(&place, &now)
        .set(TTL, &((now + millis(span)) / 1000 + 60))
        .when_missing_or(&place, "<=", &since);
    if turn == 0 { change.when_missing_or(TURN, "=", &0) } else { change.when(TURN, &turn) }
}

fn millis(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn number(item: &Item, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}
