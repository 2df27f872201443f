//! Idempotency keys: what came of a request, so that sending it again does nothing again.
//!
//! A record is claimed before the request is carried out, marked in the very transaction that carries it out, and
//! completed with the answer. So a request that died half way is known to have been carried out or not, and a run
//! whose lease was taken over can no longer change anything. Orders and payments are not marked: making an order
//! twice costs nobody anything, and a payment is settled once whoever tells of it.

use crate::{
    Item, Store, StoreError,
    change::{Change, Write},
    item::{item, read, until},
    keys,
    transaction::Transaction,
};
use domain::Instant;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// A claimed record: whoever holds it may carry the request out, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    id: String,
    /// Tells this run from one that takes the lease over.
    run: String,
}

/// What is known of a request when it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// Nothing: carry it out.
    First(Once),
    /// The first run is at it.
    InProgress,
    /// The key came with another request.
    Reused,
    /// It was carried out; its answer, as it was kept.
    Answered(String),
    /// It was carried out, but its answer was never kept.
    AnswerLost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Progress {
    Running,
    CarriedOut,
    Answered,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    fingerprint: String,
    run: String,
    progress: Progress,
    /// Until then nobody else may begin: the lease of a running request, the end of a finished one's record.
    held_until: Instant,
    expires_at: Instant,
    answer: Option<String>,
}

impl<E: Clone> Transaction<E> {
    /// Marks in the same transaction that the request was carried out; a run that lost its lease changes nothing.
    pub(crate) fn mark_once(&mut self, store: &Store, once: &Once) {
        let change = Change::default()
            .set("progress", &Progress::CarriedOut)
            .copy("held_until", "expires_at")
            .when("run", &once.run)
            .when("progress", &Progress::Running);
        self.fence(store, &keys::idempotency(&once.id), &change);
    }
}

impl Store {
    /// Claims a request under its id; `fingerprint` is a hash of its body. One write, which answers what is known.
    pub async fn begin_once(
        &self,
        id: &str,
        fingerprint: &str,
        now: Instant,
        lease: SignedDuration,
        kept_for: SignedDuration,
    ) -> Result<Begun, StoreError> {
        let once = Once { id: id.to_owned(), run: uuid::Uuid::new_v4().to_string() };
        let kept = Kept {
            fingerprint: fingerprint.to_owned(),
            run: once.run.clone(),
            progress: Progress::Running,
            held_until: now.plus(lease),
            expires_at: now.plus(kept_for),
            answer: None,
        };
        let new = until(item(&keys::idempotency(id), &[], &kept)?, kept.expires_at);
        let free = Change::default().when_missing_or("held_until", "<=", &now);
        match self.put_or_see(new, &free).await? {
            Write::Done => Ok(Begun::First(once)),
            Write::Refused(known) => begun_before(known, fingerprint, once),
        }
    }

    /// Keeps the answer of a request that was carried out.
    pub async fn keep_answer(&self, once: &Once, answer: &str) -> Result<(), StoreError> {
        let change = Change::default()
            .set("progress", &Progress::Answered)
            .set("answer", &answer)
            .copy("held_until", "expires_at")
            .when("run", &once.run);
        self.change(&keys::idempotency(&once.id), &change).await.map(|_| ())
    }

    /// Forgets a request that was not carried out, so that it may come again.
    pub async fn forget_once(&self, once: &Once) -> Result<(), StoreError> {
        let running = Change::default().when("run", &once.run).when("progress", &Progress::Running);
        self.delete_when(&keys::idempotency(&once.id), &running).await.map(|_| ())
    }
}

fn begun_before(known: Item, fingerprint: &str, once: Once) -> Result<Begun, StoreError> {
    let known: Kept = read(known)?;
    Ok(match (known.progress, known.answer) {
        _ if known.fingerprint != fingerprint => Begun::Reused,
        // Our own claim: the answer to it was lost, and the SDK wrote it once more.
        (Progress::Running, _) if known.run == once.run => Begun::First(once),
        (Progress::Running, _) => Begun::InProgress,
        (Progress::Answered, Some(answer)) => Begun::Answered(answer),
        (Progress::CarriedOut | Progress::Answered, _) => Begun::AnswerLost,
    })
}
