//! The documented envelope (F-32), for clients that ask for it: `{data, message, user_tier, timestamp}`.

use crate::shapes::tier;
use app::Clock;
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use domain::Instant;
use http::{HeaderValue, header};
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use std::sync::Arc;
use web::SeenCaller;

const ENVELOPE: &str = "application/vnd.codementee.envelope+json";

#[derive(Serialize)]
struct Envelope<'a> {
    data: &'a RawValue,
    message: String,
    user_tier: &'static str,
    timestamp: Instant,
}

/// Wraps the JSON of a success when the request accepts the envelope; errors have one shape for everybody.
pub(crate) async fn envelope(State(clock): State<Arc<dyn Clock>>, mut request: Request, next: Next) -> Response {
    let accepted = request.headers().get_all(header::ACCEPT).iter().filter_map(|accept| accept.to_str().ok());
    let asked = accepted.flat_map(|accept| accept.split(',')).any(|kind| kind.split(';').next().map(str::trim) == Some(ENVELOPE));
    if !asked {
        return next.run(request).await;
    }
    let caller = SeenCaller::default();
    request.extensions_mut().insert(caller.clone());
    let response = next.run(request).await;
    let json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == b"application/json");
    if !response.status().is_success() || !json {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else { return Response::from_parts(parts, Body::empty()) };
    let now = clock.now();
    let user_tier = caller.membership().map_or("Free", |membership| tier(&membership, now));
    let Some(wrapped) = wrap(&bytes, user_tier, now) else { return Response::from_parts(parts, Body::from(bytes)) };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(ENVELOPE));
    parts.headers.append(header::VARY, HeaderValue::from_static("accept"));
    Response::from_parts(parts, Body::from(wrapped))
}

fn wrap(bytes: &[u8], user_tier: &'static str, timestamp: Instant) -> Option<Vec<u8>> {
    let data: &RawValue = serde_json::from_slice(bytes).ok()?;
    let value: Value = serde_json::from_slice(bytes).ok()?;
    // The answer's own sentence, where it has one.
    let message = value.get("message").and_then(Value::as_str).unwrap_or("Success").to_owned();
    serde_json::to_vec(&Envelope { data, message, user_tier, timestamp }).ok()
}
