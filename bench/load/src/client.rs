//! One of those who ask.

use crate::{
    Result,
    stage::{self, Person, Stage, text},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Read(&'static str),
    Book,
    Confirm,
}

impl Kind {
    /// As reports have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read(_) => "read",
            Self::Book => "booking",
            Self::Confirm => "confirmation",
        }
    }
}

const ME: Kind = Kind::Read("/api/auth/me");
const BOOKINGS: Kind = Kind::Read("/api/mentee/booking-requests");
const COMPANIES: Kind = Kind::Read("/api/companies");

/// Seven reads, two bookings, one confirmation.
const ROUND: [Kind; 10] = [Kind::Book, ME, BOOKINGS, COMPANIES, ME, Kind::Book, BOOKINGS, Kind::Confirm, COMPANIES, ME];

/// How many requests a round has.
pub const REQUESTS_A_ROUND: usize = ROUND.len();

/// How many slots a round takes.
pub const BOOKINGS_A_ROUND: usize = 2;

/// How an answer came.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    pub kind: Kind,
    pub took: Duration,
    pub good: bool,
}

/// A mentee, and the admin who confirms what he asks for.
pub struct Client<'a> {
    pub answers: Vec<Answer>,
    url: &'a str,
    stage: &'a Stage,
    person: Person,
    pending: VecDeque<(String, String)>,
    /// Where in the round he begins, so that not all book at once.
    turn: usize,
    /// How long he thinks before each request, on average.
    think: Duration,
}

impl<'a> Client<'a> {
    /// A client who has not asked for anything.
    pub fn new(url: &'a str, stage: &'a Stage, person: Person, number: usize, think: f64) -> Self {
        let think = Duration::try_from_secs_f64(think).unwrap_or_default();
        Self { answers: Vec::new(), url, stage, person, pending: VecDeque::new(), turn: number, think }
    }

    /// Goes so many times through the round.
    pub async fn go(&mut self, rounds: usize) -> Result<()> {
        for _ in 0..rounds * REQUESTS_A_ROUND {
            let kind = ROUND[self.turn % ROUND.len()];
            self.turn += 1;
            tokio::time::sleep(self.think.mul_f64(2.0 * rand::random::<f64>())).await;
            self.ask(kind).await?;
        }
        Ok(())
    }

    async fn ask(&mut self, kind: Kind) -> Result<()> {
        match kind {
            Kind::Read(path) => {
                self.send(kind, Method::GET, path, None).await;
            }
            Kind::Book => {
                let slot = self.person.slots.pop().ok_or("there are too few slots")?;
                let body = json!({ "company_id": self.stage.company, "slot_ids": [&slot], "specific_topics": ["Graphs"] });
                if let Some(booking) = self.send(kind, Method::POST, "/api/mentee/booking-request", Some(&body)).await {
                    self.pending.push_back((text(&booking, "/id")?, slot));
                }
            }
            Kind::Confirm => {
                // Whoever begins with it has asked for nothing yet, and reads.
                let Some((booking, slot)) = self.pending.pop_front() else {
                    self.send(ME, Method::GET, "/api/auth/me", None).await;
                    return Ok(());
                };
                let mentor = &self.person.mentor;
                let body = json!({ "booking_request_id": booking, "mentor_id": mentor, "confirmed_slot_id": slot });
                self.send(kind, Method::POST, "/api/admin/confirm-booking", Some(&body)).await;
            }
        }
        Ok(())
    }

    async fn send(&mut self, kind: Kind, method: Method, path: &str, body: Option<&Value>) -> Option<Value> {
        let token = if kind == Kind::Confirm { &self.stage.admin } else { &self.person.token };
        let call = stage::call(&self.stage.http, method, format!("{}{path}", self.url), token, body);
        let (answer, body) = answered(kind, call).await;
        self.answers.push(answer);
        body
    }
}

/// Waits for an answer, with a clock beside it.
pub async fn answered(kind: Kind, call: impl Future<Output = Result<Value>>) -> (Answer, Option<Value>) {
    let began = Instant::now();
    let answer = call.await;
    let good = answer.is_ok();
    let took = began.elapsed();
    (Answer { kind, took, good }, answer.inspect_err(|error| eprintln!("{error}")).ok())
}
