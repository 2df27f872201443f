//! The local server's own pages and their machine-readable twins, under `/_local`.

mod checkout;
mod events;
mod inbox;
mod start;
mod timeline;

use crate::server::Shared;
use askama::Template;
use axum::{
    Json, Router,
    body::Bytes,
    extract::Request,
    middleware::{Next, from_fn},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;

/// What the pages may load: their own stylesheet and frames, and nothing that anybody else serves. No scripts.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'self'",
);

pub(crate) fn router(shared: Shared) -> Router {
    Router::new()
        .route("/", get(start::show_start))
        .route("/_local/style.css", get(show_style))
        .route("/_local/inbox", get(inbox::show_inbox))
        .route("/_local/inbox.json", get(inbox::list_mails))
        .route("/_local/inbox/{id}", get(inbox::show_mail))
        .route("/_local/inbox/{id}/body", get(inbox::show_body))
        .route("/_local/inbox/{id}/attachments/{n}", get(inbox::download))
        .route("/_local/events", get(events::show_events))
        .route("/_local/events.json", get(events::list_events))
        .route("/_local/dead-letters.json", get(events::list_dead_letters))
        .route("/_local/timeline", get(timeline::show_recent))
        .route("/_local/timeline/{id}", get(timeline::show_timeline))
        .route("/_local/checkout", get(checkout::find))
        .route("/_local/checkout/{id}", get(checkout::show))
        .route("/_local/checkout/{id}/pay", post(checkout::pay))
        .route("/_local/checkout/{id}/fail", post(checkout::fail))
        .route("/_local/checkout/{id}/trigger", post(checkout::trigger))
        .route("/_local/environment", get(start::show_environment))
        .route("/_local/clock", get(start::show_clock).post(start::move_clock))
        .layer(from_fn(guarded))
        .with_state(shared)
}

/// A page that says for itself what it may load is left as it is.
async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(POLICY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

async fn show_style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../../templates/style.css")).into_response()
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

fn refuse(status: StatusCode, sentence: &str) -> Response {
    (status, Json(json!({ "detail": sentence }))).into_response()
}

#[derive(Template)]
#[template(path = "nothing.html")]
struct Nothing<'a> {
    sentence: &'a str,
}

/// The same refusal for a person or for a program.
fn refuse_to(headers: &HeaderMap, status: StatusCode, sentence: &str) -> Response {
    if !wants_page(headers) {
        return refuse(status, sentence);
    }
    (status, page(&Nothing { sentence })).into_response()
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// The fields of a body as a form sends it.
fn fields_of(body: &Bytes) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

/// A body as JSON or as a form sends it; nothing is the default.
fn parse<T: serde::de::DeserializeOwned + Default>(body: &Bytes) -> Result<T, String> {
    let trimmed = body.trim_ascii();
    if trimmed.is_empty() {
        return Ok(T::default());
    }
    if trimmed.starts_with(b"{") {
        return serde_json::from_slice(trimmed).map_err(|error| error.to_string());
    }
    let fields = fields_of(body).into_iter().map(|(name, value)| (name, serde_json::Value::String(value)));
    serde_json::from_value(fields.collect::<serde_json::Map<_, _>>().into()).map_err(|error| error.to_string())
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The time of day, for reading.
fn time_of(at: domain::Instant) -> String {
    at.timestamp().strftime("%H:%M:%S%.3f").to_string()
}
