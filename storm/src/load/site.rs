//! Asking the platform over HTTP, as clients do: a request without an answer, or told to come again, is sent again under
//! the same `Idempotency-Key`. What each request was answered is kept for the checks.

use crate::world::World;
use http::Method;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// One thing asked for: each time that it was sent, with the answer, and what its success must leave behind.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Request ids, with the status that each was answered; None when there was no answer.
    pub sent: Vec<(String, Option<u16>)>,
    /// The event that an answer of success promises.
    pub promises: Option<&'static str>,
}

/// What came back in the end.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// 0 without an answer.
    pub status: u16,
    pub body: Value,
    pub cookie: Option<String>,
}

impl Answer {
    pub fn is_ok(&self) -> bool {
        matches!(self.status, 200 | 201)
    }

    /// A text of the body.
    pub fn text(&self, pointer: &str) -> Option<String> {
        self.body.pointer(pointer)?.as_str().map(str::to_owned)
    }
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    method: Method,
    path: String,
    token: Option<String>,
    body: Option<Value>,
    promises: Option<&'static str>,
    what: &'static str,
    raw: Option<(String, Vec<(&'static str, String)>)>,
}

impl Request {
    pub fn new(what: &'static str, method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), token: None, body: None, promises: None, what, raw: None }
    }

    pub fn post(what: &'static str, path: impl Into<String>, body: Value) -> Self {
        Self { body: Some(body), ..Self::new(what, Method::POST, path) }
    }

    pub fn put(what: &'static str, path: impl Into<String>, body: Value) -> Self {
        Self { body: Some(body), ..Self::new(what, Method::PUT, path) }
    }

    /// With a body.
    pub fn with(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    pub fn by(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    /// Whoever is answered that it is done may rely on this event.
    pub fn promising(self, event: &'static str) -> Self {
        Self { promises: Some(event), ..self }
    }

    /// A body as it is, with headers.
    pub fn raw(self, body: String, headers: Vec<(&'static str, String)>) -> Self {
        Self { raw: Some((body, headers)), ..self }
    }
}

/// The platform, as seen by all clients.
#[derive(Debug, Clone)]
pub struct Site {
    pub world: Arc<World>,
    asked: Arc<Mutex<Vec<Asked>>>,
    answers: Arc<Mutex<BTreeMap<&'static str, BTreeMap<u16, u64>>>>,
    next: Arc<AtomicU64>,
}

/// How often a request is sent in all.
const TRIES: usize = 3;

impl Site {
    pub fn new(world: Arc<World>) -> Self {
        Self { world, asked: Arc::default(), answers: Arc::default(), next: Arc::default() }
    }

    pub fn asked(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often each kind of request was answered what in the end.
    pub fn answers(&self) -> BTreeMap<&'static str, BTreeMap<u16, u64>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub async fn ask(&self, request: Request) -> Answer {
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        let mut asked = Asked { sent: Vec::new(), promises: request.promises };
        let mut answer = Answer::default();
        for attempt in 0..TRIES {
            let id = format!("storm-{number:07}-{attempt}");
            answer = self.send(&request, &id, number).await.unwrap_or_default();
            let status = Some(answer.status).filter(|status| *status != 0);
            asked.sent.push((id, status));
            if status.is_some_and(|status| status < 500 && !in_progress(&answer)) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.asked().push(asked);
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        *answers.entry(request.what).or_default().entry(answer.status).or_default() += 1;
        answer
    }

    async fn send(&self, request: &Request, id: &str, number: u64) -> Option<Answer> {
        let url = self.world.process.url().await;
        let mut sent = self.world.http.request(request.method.clone(), format!("{url}{}", request.path));
        sent = sent.header("x-request-id", id).timeout(Duration::from_secs(30));
        if request.method == Method::POST && request.token.is_some() {
            sent = sent.header("idempotency-key", format!("storm-key-{number}"));
        }
        if let Some(token) = &request.token {
            sent = sent.bearer_auth(token);
        }
        if let Some((body, headers)) = &request.raw {
            for (name, value) in headers {
                sent = sent.header(*name, value);
            }
            sent = sent.body(body.clone());
        } else if let Some(body) = &request.body {
            sent = sent.json(body);
        }
        let answer = sent.send().await.ok()?;
        let status = answer.status().as_u16();
        let cookie = answer.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()?.split_once('=')).map(|(_, value)| value.to_owned());
        let bytes = answer.bytes().await.ok()?;
        Some(Answer { status, body: serde_json::from_slice(&bytes).unwrap_or_default(), cookie })
    }
}

/// The request before, under the same key, is still being carried out.
fn in_progress(answer: &Answer) -> bool {
    answer.status == 409 && answer.body["code"].as_str().is_some_and(|code| code.contains("PROGRESS"))
}
