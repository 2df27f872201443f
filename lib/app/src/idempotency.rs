//! Idempotency keys: sending a request again does nothing again (decisions: everywhere).
//!
//! The answer is kept sealed under the platform's secret and the client's own key, since it may hold a token; the
//! table alone opens neither.

use crate::seal::Sealer;
use domain::{Instant, Product};
use gateways::settings::{SettingError, Settings};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Begun, Once, Store, StoreError};

/// Longer than any function that books or takes payments may run (15 s).
const LEASE: SignedDuration = SignedDuration::from_secs(40);
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
/// A longer answer is not kept: an item of the table ends at 400 KB.
const LONGEST_ANSWER: usize = 200 * 1024;

/// A request that carries a key.
#[derive(Debug, Clone, Copy)]
pub struct KeyedRequest<'a> {
    pub key: &'a str,
    /// Who asks: an account, or the source of a visitor.
    pub caller: &'a str,
    /// What is asked, as the route's pattern and the actual path.
    pub route: &'a str,
    pub body: &'a [u8],
}

/// An answer to be given again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    pub status: u16,
    pub content_type: Option<String>,
    pub body: String,
}

/// What to do with a keyed request.
#[derive(Debug)]
pub enum Handling {
    /// Carry it out, then tell what came of it.
    CarryOut(Running),
    /// Answer this again.
    Replay(KeptAnswer),
    /// The first one still runs.
    InProgress,
    /// The key came with another body.
    Reused,
    /// It was carried out, but nobody knows the answer any more.
    AnswerLost,
}

/// A request that is being carried out.
#[derive(Debug, Clone)]
pub struct Running {
    /// Goes into the transaction that carries the request out.
    pub once: Once,
    sealed_for: String,
}

/// The use case of keyed requests.
#[derive(Debug, Clone)]
pub struct Idempotency {
    store: Store,
    sealer: Sealer,
}

impl Idempotency {
    /// Records in a store, sealed by a key derived from `JWT_SECRET`.
    pub fn from_settings(store: Store, settings: &Settings) -> Result<Self, SettingError> {
        Ok(Self { store, sealer: Sealer::from_settings(settings, "idempotency")? })
    }

    /// Looks whether a request came before, and claims it if not.
    pub async fn begin(&self, product: Product, now: Instant, request: KeyedRequest<'_>) -> Result<Handling, StoreError> {
        let KeyedRequest { key, caller, route, body } = request;
        let id = hash(&[b"id", product.slug().as_bytes(), caller.as_bytes(), route.as_bytes(), key.as_bytes()]);
        let sealed_for = hash(&[b"seal", id.as_bytes(), key.as_bytes()]);
        // With the key, which is not stored: a body may hold a password, and a bare hash of it could be tried through.
        let fingerprint = hash(&[b"body", key.as_bytes(), body]);
        Ok(match self.store.begin_once(&id, &fingerprint, now, LEASE, KEPT_FOR).await? {
            Begun::First(once) => Handling::CarryOut(Running { once, sealed_for }),
            Begun::InProgress => Handling::InProgress,
            Begun::Reused => Handling::Reused,
            Begun::AnswerLost => Handling::AnswerLost,
            // What a former secret sealed cannot be opened; that it was carried out is known all the same.
            Begun::Answered(sealed) => match self.sealer.open(&sealed_for, &sealed) {
                Some(answer) => serde_json::from_slice(&answer).map_or(Handling::AnswerLost, Handling::Replay),
                None => Handling::AnswerLost,
            },
        })
    }

    /// Keeps the answer of a request that was carried out.
    pub async fn keep(&self, running: &Running, answer: &KeptAnswer) -> Result<(), StoreError> {
        if answer.body.len() > LONGEST_ANSWER {
            return self.forget(running).await;
        }
        let text = serde_json::to_vec(answer).map_err(|error| StoreError::Failed(error.to_string()))?;
        let sealed = self.sealer.seal(&running.sealed_for, &text);
        self.store.keep_answer(&running.once, &sealed).await
    }

    /// Lets a request come again that changed nothing. If it did change something, that stays known.
    pub async fn forget(&self, running: &Running) -> Result<(), StoreError> {
        self.store.forget_once(&running.once).await
    }
}

fn hash(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // With its length, so that no two lists of parts look alike.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_letter_from_one_part_to_the_next_is_another_request() {
        assert_ne!(hash(&[b"ab", b"c"]), hash(&[b"a", b"bc"]));
    }
}
