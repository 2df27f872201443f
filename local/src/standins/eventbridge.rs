//! EventBridge and the queues behind its rules: takes events, hands them to the consumers in batches, gives failed
//! ones again, and puts aside what keeps failing.

use crate::{
    recorder::{Happened, Recorder, StepKind},
    write_whole,
};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use domain::Instant;
use futures::future::BoxFuture;
use gateways::queue::ATTEMPTS;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

const BATCH: usize = 10;

/// An event that came over the bus.
#[derive(Debug, Clone, Serialize)]
pub struct BusEvent {
    pub source: String,
    pub detail_type: String,
    pub detail: Value,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Message {
    consumer: String,
    id: String,
    body: String,
    receives: u32,
}

type Handler = Arc<dyn Fn(SqsEvent) -> BoxFuture<'static, SqsBatchResponse> + Send + Sync>;

/// A rule with its queue and the function behind it.
#[derive(Clone)]
pub struct Consumer {
    name: &'static str,
    detail_types: &'static [&'static str],
    handler: Handler,
}

impl std::fmt::Debug for Consumer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Consumer").field("name", &self.name).field("detail_types", &self.detail_types).finish_non_exhaustive()
    }
}

impl Consumer {
    /// A consumer of the events of these names.
    pub fn new(
        name: &'static str,
        detail_types: &'static [&'static str],
        handler: impl Fn(SqsEvent) -> BoxFuture<'static, SqsBatchResponse> + Send + Sync + 'static,
    ) -> Self {
        Self { name, detail_types, handler: Arc::new(handler) }
    }
}

#[derive(Default)]
struct Kept {
    events: Vec<BusEvent>,
    queues: Vec<(Consumer, VecDeque<Message>)>,
    dead: Vec<(&'static str, String)>,
    refusals: usize,
}

/// The bus.
#[derive(Clone, Default)]
pub struct EventBridge {
    kept: Arc<Mutex<Kept>>,
    /// Where queued messages wait too, so that a kill loses none that the bus has taken.
    folder: Option<PathBuf>,
    recorder: Option<Recorder>,
}

impl std::fmt::Debug for EventBridge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EventBridge")
    }
}

impl EventBridge {
    /// A bus whose queues are kept in a folder, if there is one.
    pub fn new(folder: Option<PathBuf>) -> std::io::Result<Self> {
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder)?;
        }
        Ok(Self { kept: Arc::default(), folder, recorder: None })
    }

    /// The same bus, telling a recorder of events and of what consumers made of them.
    pub(crate) fn recorded(self, recorder: Option<Recorder>) -> Self {
        Self { recorder, ..self }
    }

    fn record(&self, kind: StepKind, title: String, detail: Value) {
        if let Some(recorder) = &self.recorder {
            recorder.record(Happened::new(kind, title, detail));
        }
    }

    fn state(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, message: &Message) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(format!("{}.json", message.id)))
    }

    fn keep(&self, message: &Message) -> std::io::Result<()> {
        let Some(file) = self.file(message) else { return Ok(()) };
        write_whole(&file, &serde_json::to_vec(message)?)
    }

    fn forget(&self, message: &Message) {
        if let Some(file) = self.file(message)
            && let Err(error) = std::fs::remove_file(file)
        {
            tracing::error!(%error, "a delivered message could not be forgotten");
        }
    }

    fn waiting(&self, consumer: &str) -> VecDeque<Message> {
        let entries = self.folder.as_ref().and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
        let read = |entry: std::fs::DirEntry| serde_json::from_slice::<Message>(&std::fs::read(entry.path()).ok()?).ok();
        entries.filter_map(read).filter(|message| message.consumer == consumer).collect()
    }

    /// Adds a rule. What waited for it when the server was last stopped is in its queue.
    pub fn subscribe(&self, consumer: Consumer) {
        let waiting = self.waiting(consumer.name);
        self.state().queues.push((consumer, waiting));
    }

    /// The events seen since the start, newest first.
    pub fn events(&self) -> Vec<BusEvent> {
        self.state().events.iter().rev().cloned().collect()
    }

    /// What was put aside: consumer and message.
    pub fn dead_letters(&self) -> Vec<(&'static str, String)> {
        self.state().dead.clone()
    }

    /// Makes the bus refuse the next so many entries.
    pub fn refuse_next(&self, entries: usize) {
        self.state().refusals = entries;
    }

    /// Puts an event on the bus again, as an operator's replay would.
    pub fn replay(&self, event: &BusEvent) -> std::io::Result<()> {
        self.put(event.clone())
    }

    /// Takes an event, as from another service of AWS.
    pub(crate) fn put(&self, event: BusEvent) -> std::io::Result<()> {
        let id = uuid::Uuid::new_v4().to_string();
        let envelope = json!({
            "version": "0", "id": id, "detail-type": event.detail_type, "source": event.source, "account": "000000000000",
            "region": "ap-south-1", "resources": [], "detail": event.detail,
        });
        self.record(StepKind::Event, event.detail_type.clone(), event.detail.clone());
        let mut state = self.state();
        for (consumer, queue) in &mut state.queues {
            if consumer.detail_types.contains(&event.detail_type.as_str()) {
                let id = uuid::Uuid::new_v4().to_string();
                let message = Message { consumer: consumer.name.to_owned(), id, body: envelope.to_string(), receives: 0 };
                self.keep(&message)?;
                queue.push_back(message);
            }
        }
        state.events.push(event);
        Ok(())
    }

    fn take_batch(&self) -> Option<(Consumer, Vec<Message>)> {
        let mut state = self.state();
        let (consumer, queue) = state.queues.iter_mut().find(|(_, queue)| !queue.is_empty())?;
        let batch = queue.drain(..queue.len().min(BATCH)).collect();
        Some((consumer.clone(), batch))
    }

    fn give_again(&self, consumer: &Consumer, mut message: Message) {
        message.receives += 1;
        let mut state = self.state();
        if message.receives >= ATTEMPTS {
            self.forget(&message);
            state.dead.push((consumer.name, message.body));
        } else if let Some((_, queue)) = state.queues.iter_mut().find(|(other, _)| other.name == consumer.name) {
            queue.push_back(message);
        }
    }

    fn record_delivery(&self, consumer: &Consumer, message: &Message, failed: bool, began: Option<Instant>) {
        let envelope: Value = serde_json::from_str(&message.body).unwrap_or_default();
        let name = envelope["detail-type"].as_str().unwrap_or("an event");
        let detail = json!({
            "consumer": consumer.name, "event": name, "event_id": envelope["detail"]["id"], "attempt": message.receives + 1,
            "failed": failed, "request_id": envelope["detail"]["request_id"],
        });
        let outcome = if failed { " → failed" } else { "" };
        if let Some(recorder) = &self.recorder {
            let title = format!("{name} to the {}{outcome}", consumer.name);
            let happened = Happened::new(StepKind::Delivery, title, detail).naming(message.body.clone());
            recorder.record(Happened { began, ..happened });
        }
    }

    /// Hands out what is queued until every queue is empty; true when there was anything.
    pub async fn deliver(&self) -> bool {
        let mut any = false;
        while let Some((consumer, messages)) = self.take_batch() {
            any = true;
            let record = |message: &Message| {
                let attributes = json!({ "ApproximateReceiveCount": (message.receives + 1).to_string() });
                json!({ "messageId": message.id, "body": message.body, "attributes": attributes })
            };
            let records: Vec<Value> = messages.iter().map(record).collect();
            let batch = serde_json::from_value::<SqsEvent>(json!({ "Records": records })).unwrap_or_default();
            let began = self.recorder.as_ref().map(Recorder::now);
            let answer = (consumer.handler)(batch).await;
            let failed =
                |message: &Message| answer.batch_item_failures.iter().any(|failure| failure.item_identifier == message.id);
            for message in messages {
                self.record_delivery(&consumer, &message, failed(&message), began);
                if failed(&message) {
                    self.give_again(&consumer, message);
                } else {
                    self.forget(&message);
                }
            }
        }
        any
    }
}

/// The part of EventBridge's API that is used.
pub fn router(bus: EventBridge) -> Router {
    Router::new().route("/", post(put_events)).with_state(bus)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    source: String,
    detail_type: String,
    detail: String,
}

/// PutEvents takes no more at once.
const MOST_ENTRIES: usize = 10;
const MOST_BYTES: usize = 256 * 1024;

fn invalid(sentence: &str) -> Response {
    let body = json!({ "__type": "ValidationException", "message": sentence });
    (StatusCode::BAD_REQUEST, [("x-amzn-errortype", "ValidationException")], Json(body)).into_response()
}

async fn put_events(State(bus): State<EventBridge>, body: axum::body::Bytes) -> Response {
    let Ok(PutEvents { entries }) = serde_json::from_slice(&body) else { return invalid("The request cannot be read.") };
    let bytes: usize = entries.iter().map(|entry| entry.source.len() + entry.detail_type.len() + entry.detail.len()).sum();
    if entries.len() > MOST_ENTRIES || bytes > MOST_BYTES {
        return invalid("The entries are too many or too large.");
    }
    let mut answers = Vec::with_capacity(entries.len());
    for entry in entries {
        let refused = {
            let mut state = bus.state();
            let refused = state.refusals > 0;
            state.refusals = state.refusals.saturating_sub(1);
            refused
        };
        let detail = serde_json::from_str(&entry.detail).ok().filter(|_| !refused);
        let event = detail.map(|detail| BusEvent { source: entry.source, detail_type: entry.detail_type, detail });
        answers.push(match event.map(|event| bus.put(event)) {
            Some(Ok(())) => json!({ "EventId": uuid::Uuid::new_v4().to_string() }),
            Some(Err(_)) | None => json!({ "ErrorCode": "InternalException", "ErrorMessage": "The entry was refused." }),
        });
    }
    let failed = answers.iter().filter(|answer| answer.get("ErrorCode").is_some()).count();
    Json(json!({ "FailedEntryCount": failed, "Entries": answers })).into_response()
}
