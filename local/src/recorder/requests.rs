//! Requests to the API and webhooks, as they were answered.

use super::{Happened, Recorder, StepKind};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, Method, header};
use serde_json::{Value, json};
use std::time::Instant;

/// Larger webhooks are not looked into.
const LARGEST: usize = 512 * 1024;

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn size(headers: &HeaderMap) -> Option<usize> {
    header(headers, "content-length").and_then(|size| size.parse().ok())
}

/// What Razorpay tells, read from the request of a webhook; the request is whole again afterwards.
async fn webhook_of(request: Request) -> (Request, Value) {
    if size(request.headers()).is_none_or(|size| size > LARGEST) {
        return (request, Value::Null);
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, LARGEST).await.unwrap_or_default();
    let told = json!({
        "event_id": header(&parts.headers, "x-razorpay-event-id"),
        "body": serde_json::from_slice::<Value>(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into()),
    });
    (Request::from_parts(parts, Body::from(bytes)), told)
}

/// Remembers a request of the API and how it was answered. Neither body is kept, but for webhooks and errors: bodies
/// hold passwords and tokens.
pub(crate) async fn record_request(State(recorder): State<Recorder>, request: Request, next: Next) -> Response {
    let (began, started) = (recorder.now(), Instant::now());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let reads = matches!(method, Method::GET | Method::HEAD | Method::OPTIONS);
    let is_webhook = !reads && path.ends_with("/payment/webhook");
    let (mut request, told) = if is_webhook { webhook_of(request).await } else { (request, Value::Null) };
    if !reads {
        // The answer must be read for the ids of what was made.
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    let response = next.run(request).await;
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status();
    let request_id = header(response.headers(), "x-request-id").map(str::to_owned);
    let is_json = header(response.headers(), "content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let (response, answer) = if !reads && is_json { answer_of(response).await } else { (response, String::new()) };
    let mut detail = json!({
        "method": method.as_str(), "path": path, "status": status.as_u16(), "milliseconds": milliseconds, "request_id": request_id,
    });
    if status.is_client_error() || status.is_server_error() {
        detail["answer"] = serde_json::from_str(&answer).unwrap_or_default();
    }
    let (kind, title) = if is_webhook {
        let event = told.pointer("/body/event").and_then(Value::as_str).unwrap_or("no event");
        let title = format!("{event} → {}", status.as_u16());
        detail["webhook"] = told;
        (StepKind::Webhook, title)
    } else {
        (StepKind::Request, format!("{method} {path} → {}", status.as_u16()))
    };
    recorder.record(Happened { reads, began: Some(began), ..Happened::new(kind, title, detail).naming(answer) });
    response
}

async fn answer_of(response: Response) -> (Response, String) {
    let (parts, body) = response.into_parts();
    // What a write answers was made in memory already, and is small.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (Response::from_parts(parts, Body::from(bytes)), text)
}
