//! Reading together: what pieces of work that only read want by key at the same time goes to the table in one request.
//!
//! So a page and whoever asks for it cost no more than the page, although neither knows of the other. The work itself
//! is written as if it were alone.

use crate::{Item, Store, StoreError, keys::Key};
use futures::future::{BoxFuture, join};
use std::{
    collections::{BTreeSet, HashMap},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// What a batch has found.
type Found = HashMap<Key, Item>;

tokio::task_local! {
    static ROUND: Arc<Round>;
}

/// Two pieces of work that read together.
pub(crate) struct Round {
    /// The round of which both are one piece.
    outer: Option<Arc<Self>>,
    state: Mutex<State>,
}

struct State {
    /// How many pieces are not done yet.
    at_work: usize,
    /// What they wait for.
    wishes: Vec<Wish>,
}

struct Wish {
    keys: Vec<Key>,
    answer: oneshot::Sender<Result<Found, StoreError>>,
}

impl Store {
    /// Does two pieces of work side by side. When neither goes on without something that is read by its key, what both
    /// wait for is read in one request. One that is in a query meanwhile is waited for, so both must come to an end by
    /// themselves, and a read that one of them has begun is awaited, not dropped. Neither can write: whether it may might be
    /// what the other finds out.
    pub fn together<A: Future, B: Future>(&self, a: A, b: B) -> impl Future<Output = (A::Output, B::Output)> {
        // Boxed at once: rounds within rounds would be large, and each poll of them deep.
        let (a, b) = (Box::pin(a), Box::pin(b));
        async move {
            let state = Mutex::new(State { at_work: 2, wishes: Vec::new() });
            let round = Arc::new(Round { outer: Round::current(), state });
            join(ROUND.scope(round.clone(), round.piece(self, a)), ROUND.scope(round.clone(), round.piece(self, b))).await
        }
    }

    /// Refuses to write while things are only read together.
    pub(crate) fn may_write(&self) -> Result<(), StoreError> {
        match Round::current() {
            Some(_) => Err(StoreError::Failed("something was to be written where things are only read".to_owned())),
            None => Ok(()),
        }
    }
}

impl Round {
    /// The round that this work is a piece of.
    pub(crate) fn current() -> Option<Arc<Self>> {
        ROUND.try_with(Arc::clone).ok()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn piece<F: Future>(&self, store: &Store, work: F) -> F::Output {
        let output = work.await;
        self.state().at_work -= 1;
        // The other one may have waited for this one alone.
        self.read_if_all_wait(store).await;
        output
    }

    /// Reads these items as soon as the other piece waits too, or is done.
    pub(crate) fn read<'a>(&'a self, store: &'a Store, keys: &'a [Key]) -> BoxFuture<'a, Result<Found, StoreError>> {
        let (answer, found) = oneshot::channel();
        // Boxed, since an outer round reads in the same way.
        Box::pin(async move {
            self.state().wishes.push(Wish { keys: keys.to_vec(), answer });
            self.read_if_all_wait(store).await;
            found.await.unwrap_or_else(|_| Err(StoreError::Failed("a read was given up".to_owned())))
        })
    }

    async fn read_if_all_wait(&self, store: &Store) {
        let wishes = {
            let mut state = self.state();
            if state.wishes.is_empty() || state.wishes.len() < state.at_work {
                return;
            }
            mem::take(&mut state.wishes)
        };
        // A batch may name no key twice.
        let keys: BTreeSet<&Key> = wishes.iter().flat_map(|wish| &wish.keys).collect();
        let keys: Vec<Key> = keys.into_iter().cloned().collect();
        let found = self.read_now(store, &keys).await;
        for Wish { keys, answer } in wishes {
            let own = found.as_ref().map_err(Clone::clone).map(|found| part(found, &keys));
            // Whoever asked may be gone.
            let _ = answer.send(own);
        }
    }

    async fn read_now(&self, store: &Store, keys: &[Key]) -> Result<Found, StoreError> {
        if let Some(outer) = &self.outer {
            return outer.read(store, keys).await;
        }
        store.read_batch(keys).await
    }
}

fn part(found: &Found, keys: &[Key]) -> Found {
    keys.iter().filter_map(|key| Some((key.clone(), found.get(key)?.clone()))).collect()
}
