//! Transactions that meet: DynamoDB refuses one that names an item which another one is writing. The embedded table never
//! does, so this stands before it when asked to. A transaction is under way for a fixed time from when it came, and not for
//! as long as the embedded table takes, which does all of them one after the other.

use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

#[derive(Debug, Default)]
struct State {
    /// How long a transaction is under way; none when they do not meet.
    lasting: Option<Duration>,
    /// Until when an item is being written.
    under_way: HashMap<String, Instant>,
    met: usize,
}

/// The items that transactions under way name.
#[derive(Debug, Clone, Default)]
pub(super) struct Collisions(Arc<Mutex<State>>);

/// It names an item that another transaction is writing: which of its steps do.
#[derive(Debug)]
pub(super) struct Met(pub Vec<bool>);

impl Collisions {
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn begin(&self, lasting: Duration) {
        self.with(|state| state.lasting = Some(lasting));
    }

    /// How many transactions met another one so far.
    pub fn met(&self) -> usize {
        self.with(|state| state.met)
    }

    /// Lets a transaction through, unless it meets another one.
    pub fn enter(&self, request: &Value) -> Result<(), Met> {
        let Some(lasting) = self.with(|state| state.lasting) else { return Ok(()) };
        let items: Vec<String> = request["TransactItems"].as_array().into_iter().flatten().map(named).collect();
        self.with(|state| {
            let now = Instant::now();
            let meets: Vec<bool> = items.iter().map(|item| state.under_way.get(item).is_some_and(|until| *until > now)).collect();
            if meets.contains(&true) {
                state.met += 1;
                return Err(Met(meets));
            }
            state.under_way.extend(items.into_iter().map(|item| (item, now + lasting)));
            Ok(())
        })
    }
}

/// The key of the item that a step names.
fn named(step: &Value) -> String {
    let keyed = ["Update", "Delete", "ConditionCheck"].iter().map(|kind| &step[kind]["Key"]);
    let key = keyed.chain([&step["Put"]["Item"]]).find(|key| key.is_object());
    key.map(|key| format!("{} {}", key["pk"]["S"], key["sk"]["S"])).unwrap_or_default()
}
