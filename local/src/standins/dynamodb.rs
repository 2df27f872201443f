//! The table's engine: an embedded DynamoDB, and before it, when asked for, a meter that counts requests and units
//! and can answer with the faults that the engine never has (conflicts, throttling), and that tells the recorder of writes.

use super::collisions::{Collisions, Met};
use crate::{
    Data, StartError,
    recorder::{Recorder, record_write},
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
    routing::any,
};
use dynoxide::Database;
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Opens the database of a data folder, or one in memory.
pub(crate) fn open(data: &Data) -> Result<Database, StartError> {
    let opened = match data {
        Data::InMemory => Database::memory(),
        Data::Folder(folder) => Database::new(&folder.join("table.sqlite").to_string_lossy()),
    };
    opened.map_err(|error| StartError::new(format!("The table could not be opened: {error}.")))
}

/// One request to the table and what it consumed.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct Metered {
    pub operation: String,
    pub read_units: f64,
    pub write_units: f64,
}

/// A fault to be answered instead of asking the engine.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The transaction met another one: every item's reason is `TransactionConflict`.
    Conflict,
    /// Too many requests.
    Throttled,
    /// The engine does the work, but the answer is lost.
    AnswerLost,
}

#[derive(Debug, Default)]
struct Counts {
    requests: Vec<Metered>,
    faults: VecDeque<(String, Fault)>,
}

/// The meter before the engine.
#[derive(Debug, Clone)]
pub struct Meter {
    counts: Arc<Mutex<Counts>>,
    collisions: Collisions,
    engine: String,
    http: reqwest::Client,
    /// Whether requests are counted; nobody takes the counts otherwise.
    counting: bool,
    recorder: Option<Recorder>,
}

impl Meter {
    pub(crate) fn new(engine: String, counting: bool, recorder: Option<Recorder>) -> Self {
        Self {
            counts: Arc::default(),
            collisions: Collisions::default(),
            engine,
            http: reqwest::Client::new(),
            counting,
            recorder,
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The requests since the last call.
    pub fn take(&self) -> Vec<Metered> {
        std::mem::take(&mut self.counts().requests)
    }

    /// Answers the next request of an operation (`TransactWriteItems` …) with a fault.
    pub fn fail_next(&self, operation: &str, fault: Fault) {
        self.counts().faults.push_back((operation.to_owned(), fault));
    }

    /// Faults that no request has met yet.
    pub fn faults_left(&self) -> usize {
        self.counts().faults.len()
    }

    /// From now on transactions that name an item which another one is writing are refused with `TransactionConflict`, as
    /// DynamoDB does; each is under way for this long.
    pub fn let_transactions_meet(&self, lasting: Duration) {
        self.collisions.begin(lasting);
    }

    /// How many transactions were refused because they met another one.
    pub fn transactions_met(&self) -> usize {
        self.collisions.met()
    }

    fn fault_for(&self, operation: &str) -> Option<Fault> {
        let mut counts = self.counts();
        let position = counts.faults.iter().position(|(of, _)| of == operation)?;
        counts.faults.remove(position).map(|(_, fault)| fault)
    }

    fn count(&self, operation: &str, answer: &Value) {
        let consumed = match &answer["ConsumedCapacity"] {
            Value::Array(tables) => tables.clone(),
            Value::Object(table) => vec![Value::Object(table.clone())],
            _ => Vec::new(),
        };
        let units: f64 = consumed.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum();
        let reads = matches!(operation, "GetItem" | "BatchGetItem" | "Query");
        let (read_units, write_units) = if reads { (units, 0.0) } else { (0.0, units) };
        self.counts().requests.push(Metered { operation: operation.to_owned(), read_units, write_units });
    }
}

pub(crate) fn metered(meter: Meter) -> Router {
    Router::new().fallback(any(forward)).with_state(meter)
}

fn aws_error(kind: &str, body: Value) -> Response {
    let mut body = body;
    body["__type"] = format!("com.amazonaws.dynamodb.v20120810#{kind}").into();
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], body.to_string()).into_response()
}

/// The transaction met another one at these of its steps.
fn conflict(steps: &[bool]) -> Response {
    let reason = |met: &bool| match met {
        true => json!({ "Code": "TransactionConflict", "Message": "Transaction is ongoing for the item" }),
        false => json!({ "Code": "None" }),
    };
    let reasons: Vec<Value> = steps.iter().map(reason).collect();
    let message = "Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]";
    aws_error("TransactionCanceledException", json!({ "Message": message, "CancellationReasons": reasons }))
}

async fn forward(State(meter): State<Meter>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default().to_owned();
    let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
    let mut request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let fault = meter.fault_for(&operation);
    match fault {
        Some(Fault::Conflict) => {
            return conflict(&vec![true; request["TransactItems"].as_array().map_or(0, Vec::len)]);
        }
        Some(Fault::Throttled) => {
            return aws_error("ThrottlingException", json!({ "message": "Rate of requests exceeds the allowed throughput." }));
        }
        Some(Fault::AnswerLost) | None => {}
    }
    if let Err(Met(steps)) = meter.collisions.enter(&request) {
        return conflict(&steps);
    }
    if operation.contains("Item") || operation == "Query" {
        request["ReturnConsumedCapacity"] = "TOTAL".into();
    }
    let kept = |name: &&http::HeaderName| *name == header::AUTHORIZATION || name.as_str().starts_with("x-amz-");
    let mut forwarded = meter.http.post(&meter.engine).header(header::CONTENT_TYPE, "application/x-amz-json-1.0");
    for name in headers.keys().filter(kept) {
        forwarded = forwarded.header(name, &headers[name]);
    }
    let sent = forwarded.body(request.to_string()).send().await;
    let Ok(answer) = sent else { return StatusCode::BAD_GATEWAY.into_response() };
    let status = answer.status();
    let bytes = answer.bytes().await.unwrap_or_default();
    let answered: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    if meter.counting {
        meter.count(&operation, &answered);
    }
    if let Some(recorder) = &meter.recorder {
        record_write(recorder, &operation, &request, status.is_success(), &answered);
    }
    if matches!(fault, Some(Fault::AnswerLost)) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], bytes).into_response()
}
