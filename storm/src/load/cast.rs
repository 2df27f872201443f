//! Who is there, and which things there are to do something with, as far as clients were told of them.

use domain::Instant;
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Somebody with a session.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: String,
    pub email: String,
    pub token: String,
}

/// A booking that was asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    pub id: String,
    pub mentee: Person,
    pub slots: Vec<String>,
}

/// A lead that was made, for the mentor of its event.
#[derive(Debug, Clone)]
pub struct Lead {
    pub id: String,
    pub mentor: Person,
}

/// A mentor of AspireX, with the number by which clients name him.
#[derive(Debug, Clone)]
pub struct Guide {
    pub person: Person,
    pub number: String,
}

/// A session at AspireX, and Razorpay's order for it.
#[derive(Debug, Clone)]
pub struct Meeting {
    pub id: String,
    pub student: Person,
    pub guide: Guide,
    pub starts_at: Instant,
    pub order: Option<String>,
}

/// A session at AspireX with a payment made elsewhere.
#[derive(Debug, Clone)]
pub struct Claim {
    pub id: String,
    pub transaction: String,
}

/// All of it.
#[derive(Debug, Default)]
pub struct Things {
    pub admin: String,
    pub bridge_admin: String,
    pub aspirex_admin: String,
    pub company: String,
    pub mentors: Vec<Person>,
    pub mentees: Vec<Person>,
    pub slots: Vec<String>,
    pub wishes: Vec<Wish>,
    pub hosts: Vec<Person>,
    pub events: Vec<(String, Person)>,
    /// With how many places each event was offered, by its title: also those whose answer was lost.
    pub places: BTreeMap<String, usize>,
    pub leads: Vec<Lead>,
    pub guides: Vec<Guide>,
    pub students: Vec<Person>,
    pub meetings: Vec<Meeting>,
    pub claims: Vec<Claim>,
    pub withdrawals: Vec<String>,
}

/// Shared by all who do something.
#[derive(Debug, Clone, Default)]
pub struct Cast(Arc<Mutex<Things>>);

/// Of many things the latest are the most interesting: older ones have mostly been dealt with.
const LATEST: usize = 30;

/// One of the latest.
pub fn recent<'a, T>(things: &'a [T], rng: &mut StdRng) -> Option<&'a T> {
    if rng.random_bool(0.1) {
        return things.choose(rng);
    }
    things[things.len().saturating_sub(LATEST)..].choose(rng)
}

impl Cast {
    pub fn things(&self) -> MutexGuard<'_, Things> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
