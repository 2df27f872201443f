//! The queues between the bus and its consumers, which outlive every kill: a message that is taken is hidden for a
//! while, comes again unless it is deleted, and is put aside after five times. Now and then one comes twice, and in
//! another order, as it may on AWS.

use domain::Instant;
use gateways::queue::ATTEMPTS;
use jiff::SignedDuration;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// A queue's consumer, and for how many seconds a message that was taken is hidden, as `template.yaml` has it.
pub const CONSUMERS: [(&str, i64); 3] = [("settlement", 180), ("notifier", 360), ("projector", 180)];
const BATCH: usize = 10;
/// How often a message comes twice.
const TWICE: f64 = 0.05;

#[derive(Debug, Clone)]
struct Message {
    id: String,
    body: String,
    receives: u32,
    visible_at: Instant,
}

#[derive(Debug)]
struct Kept {
    queues: BTreeMap<&'static str, Vec<Message>>,
    dead: Vec<(&'static str, Message)>,
    rng: StdRng,
    made: u64,
    twice: u64,
    given_up: u64,
}

/// All queues.
#[derive(Debug)]
pub struct Queues(Mutex<Kept>);

impl Queues {
    pub fn new(seed: u64) -> Self {
        let queues = CONSUMERS.iter().map(|(name, _)| (*name, Vec::new())).collect();
        let rng = StdRng::seed_from_u64(seed);
        Self(Mutex::new(Kept { queues, dead: Vec::new(), rng, made: 0, twice: 0, given_up: 0 }))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a message in.
    pub fn push(&self, consumer: &str, body: &str) {
        let mut kept = self.kept();
        let copies = if kept.rng.random_bool(TWICE) { 2 } else { 1 };
        kept.twice += copies - 1;
        for _ in 0..copies {
            kept.made += 1;
            let message =
                Message { id: format!("m{}", kept.made), body: body.to_owned(), receives: 0, visible_at: Instant::long_ago() };
            if let Some(queue) = kept.queues.get_mut(consumer) {
                queue.push(message);
            }
        }
    }

    /// Some messages of a consumer, as Lambda would hand them over; hidden from now on.
    pub fn take(&self, consumer: &'static str, now: Instant) -> Option<(Vec<String>, Value)> {
        let hidden = CONSUMERS.iter().find(|(name, _)| *name == consumer).map_or(180, |(_, seconds)| *seconds);
        let mut kept = self.kept();
        let Kept { queues, dead, rng, given_up, .. } = &mut *kept;
        let queue = queues.get_mut(consumer)?;
        let (spent, alive) =
            std::mem::take(queue).into_iter().partition(|message| message.receives >= ATTEMPTS && message.visible_at <= now);
        *queue = alive;
        let spent: Vec<Message> = spent;
        *given_up += u64::try_from(spent.len()).unwrap_or(0);
        dead.extend(spent.into_iter().map(|message| (consumer, message)));
        queue.shuffle(rng);
        let mut records = Vec::new();
        let mut ids = Vec::new();
        for message in queue.iter_mut().filter(|message| message.visible_at <= now).take(BATCH) {
            message.receives += 1;
            message.visible_at = now.plus(SignedDuration::from_secs(hidden));
            ids.push(message.id.clone());
            let attributes = json!({ "ApproximateReceiveCount": message.receives.to_string() });
            records.push(json!({ "messageId": message.id, "body": message.body, "attributes": attributes }));
        }
        (!records.is_empty()).then(|| (ids, json!({ "Records": records })))
    }

    /// Deletes what was consumed.
    pub fn delete(&self, consumer: &str, ids: &[String]) {
        if let Some(queue) = self.kept().queues.get_mut(consumer) {
            queue.retain(|message| !ids.contains(&message.id));
        }
    }

    /// How many messages wait, hidden ones too.
    pub fn waiting(&self) -> usize {
        self.kept().queues.values().map(Vec::len).sum()
    }

    /// Puts what was put aside back, as an operator does once the trouble is over; how much that was.
    pub fn redrive(&self) -> usize {
        let mut kept = self.kept();
        let dead = std::mem::take(&mut kept.dead);
        let count = dead.len();
        for (consumer, message) in dead {
            if let Some(queue) = kept.queues.get_mut(consumer) {
                queue.push(Message { receives: 0, visible_at: Instant::long_ago(), ..message });
            }
        }
        count
    }

    /// How many messages came twice, and how many were ever put aside.
    pub fn figures(&self) -> (u64, u64) {
        let kept = self.kept();
        (kept.twice, kept.given_up)
    }
}
