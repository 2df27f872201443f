//! A stand-in for Bedrock's Converse. It knows nothing: it fills in the shape that its instructions show, and says of every
//! text that it is a stand-in's. Tests have it fail.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::post,
};
use http::StatusCode;
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// What it does about a request instead of answering as it should.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// It says nothing for so long, then answers as it should.
    Slow(Duration),
    /// It stops in the middle of the answer.
    CutOff,
    /// It says this, as if it were finished.
    Says(String),
    /// It says nothing at all.
    Silent,
    /// Too many requests.
    Throttled,
    /// An error of the service: its status and code.
    Fails(u16, &'static str),
}

/// The stand-in.
#[derive(Debug, Clone, Default)]
pub struct Model(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    troubles: VecDeque<Trouble>,
    requests: Vec<(String, Value)>,
}

impl Model {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Meets the next request with trouble; several wait in a row.
    pub fn trouble_next(&self, trouble: Trouble) {
        self.kept().troubles.push_back(trouble);
    }

    /// Troubles that no request has met yet.
    pub fn troubles_left(&self) -> usize {
        self.kept().troubles.len()
    }

    /// Every request so far: the model's id and the body.
    pub fn requests(&self) -> Vec<(String, Value)> {
        self.kept().requests.clone()
    }
}

/// The API.
pub fn router(model: Model) -> Router {
    Router::new().route("/model/{id}/converse", post(converse)).with_state(model)
}

async fn converse(State(model): State<Model>, Path(id): Path<String>, body: Bytes) -> Response {
    /// Those that a test is not about are not kept for ever.
    const KEPT: usize = 1000;
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = filled(&request).to_string();
    let trouble = {
        let mut kept = model.kept();
        if kept.requests.len() < KEPT {
            kept.requests.push((id, request));
        }
        kept.troubles.pop_front()
    };
    match trouble {
        None => answer(&format!("Here you are:\n{text}"), "end_turn"),
        Some(Trouble::Slow(time)) => {
            tokio::time::sleep(time).await;
            answer(&text, "end_turn")
        }
        Some(Trouble::CutOff) => answer(&text[..text.len() / 2], "max_tokens"),
        Some(Trouble::Says(text)) => answer(&text, "end_turn"),
        Some(Trouble::Silent) => answer("", "end_turn"),
        Some(Trouble::Throttled) => error(429, "ThrottlingException"),
        Some(Trouble::Fails(status, code)) => error(status, code),
    }
}

fn answer(text: &str, stop_reason: &str) -> Response {
    Json(json!({
        "output": { "message": { "role": "assistant", "content": [{ "text": text }] } },
        "stopReason": stop_reason,
        "usage": { "inputTokens": 1, "outputTokens": 1, "totalTokens": 2 },
        "metrics": { "latencyMs": 1 },
    }))
    .into_response()
}

fn error(status: u16, code: &'static str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [("x-amzn-errortype", code)], Json(json!({ "message": "The stand-in was told to fail." }))).into_response()
}

/// The shape in the instructions, with something in every place.
fn filled(request: &Value) -> Value {
    let instructions = request["system"][0]["text"].as_str().unwrap_or_default();
    let beginnings = instructions.match_indices('{').map(|(at, _)| &instructions[at..]);
    let mut shapes =
        beginnings.filter_map(|rest| serde_json::Deserializer::from_str(rest).into_iter::<Value>().next().and_then(Result::ok));
    fill(&shapes.next().unwrap_or_default(), "answer", 1)
}

fn fill(shape: &Value, name: &str, nth: usize) -> Value {
    match shape {
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), fill(field, name, 1))).collect(),
        Value::Array(items) => {
            let item = items.first().unwrap_or(&Value::Null);
            (1..=3).map(|nth| fill(item, name, nth)).collect()
        }
        Value::Number(_) => 70.into(),
        _ => format!("{} {nth}: written by the local stand-in, not by a model", name.replace('_', " ")).into(),
    }
}
