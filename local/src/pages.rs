//! The local server's own pages and their machine-readable twins, under `/_local`.

use crate::{
    ACCOUNTS,
    server::Shared,
    standins::{
        eventbridge::BusEvent,
        razorpay::{CheckoutAnswer, PayOptions, RazorpayOrder, RazorpayPayment},
        ses::ReceivedMail,
    },
};
use app::Clock;
use askama::Template;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use domain::{Instant, account::Role};
use http::{HeaderMap, StatusCode, header};
use jiff::SignedDuration;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) fn router(shared: Shared) -> Router {
    Router::new()
        .route("/", get(show_start))
        .route("/_local/inbox", get(show_inbox))
        .route("/_local/inbox.json", get(list_mails))
        .route("/_local/events", get(show_events))
        .route("/_local/events.json", get(list_events))
        .route("/_local/checkout/{id}", get(show_checkout))
        .route("/_local/checkout/{id}/pay", post(pay))
        .route("/_local/checkout/{id}/fail", post(fail))
        .route("/_local/environment", get(show_environment))
        .route("/_local/dead-letters.json", get(list_dead_letters))
        .route("/_local/clock", get(show_clock).post(move_clock))
        .with_state(shared)
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

fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// A body as JSON or as a form sends it; nothing is the default.
fn parse<T: DeserializeOwned + Default>(body: &Bytes) -> Result<T, String> {
    let body = body.trim_ascii();
    if body.is_empty() {
        return Ok(T::default());
    }
    if body.starts_with(b"{") {
        return serde_json::from_slice(body).map_err(|error| error.to_string());
    }
    let text = String::from_utf8_lossy(body);
    let fields = text.split('&').filter_map(|pair| pair.split_once('='));
    let object: Value =
        fields.map(|(name, value)| (name.to_owned(), Value::String(value.to_owned()))).collect::<serde_json::Map<_, _>>().into();
    serde_json::from_value(object).map_err(|error| error.to_string())
}

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage<'a> {
    url: &'a str,
    now: Instant,
    password: &'a str,
    accounts: [(&'static str, &'static str, Role, &'static str); 4],
}

async fn show_start(State(shared): State<Shared>) -> Response {
    page(&StartPage { url: &shared.url, now: shared.clock.now(), password: &shared.demo_password, accounts: ACCOUNTS })
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct InboxPage {
    mails: Vec<ReceivedMail>,
}

async fn show_inbox(State(shared): State<Shared>) -> Response {
    page(&InboxPage { mails: shared.inbox.mails(None, None) })
}

#[derive(Deserialize)]
struct MailFilter {
    to: Option<String>,
    subject: Option<String>,
    wait: Option<String>,
}

async fn list_mails(State(shared): State<Shared>, Query(filter): Query<MailFilter>) -> Response {
    const LONGEST: Duration = Duration::from_secs(60);
    let (to, subject) = (filter.to.as_deref(), filter.subject.as_deref());
    let mails = match filter.wait.as_deref().map(str::parse::<SignedDuration>) {
        None => shared.inbox.mails(to, subject),
        Some(Ok(wait)) => shared.inbox.wait(to, subject, Duration::try_from(wait).unwrap_or_default().min(LONGEST)).await,
        Some(Err(_)) => return refuse(StatusCode::BAD_REQUEST, "wait is a time like 5s"),
    };
    Json(mails).into_response()
}

#[derive(Template)]
#[template(path = "events.html")]
struct EventsPage {
    events: Vec<(BusEvent, String)>,
    dead: Vec<(&'static str, String)>,
}

async fn show_events(State(shared): State<Shared>) -> Response {
    let pretty = |event: BusEvent| {
        let json = serde_json::to_string_pretty(&event.detail).unwrap_or_default();
        (event, json)
    };
    page(&EventsPage { events: shared.bus.events().into_iter().map(pretty).collect(), dead: shared.bus.dead_letters() })
}

async fn list_events(State(shared): State<Shared>) -> Json<Vec<BusEvent>> {
    Json(shared.bus.events())
}

async fn list_dead_letters(State(shared): State<Shared>) -> Json<Vec<Value>> {
    let dead = shared.bus.dead_letters().into_iter();
    Json(dead.map(|(consumer, message)| json!({ "consumer": consumer, "message": message })).collect())
}

/// The settings with which whoever runs on this machine joins the server's table and stand-ins, secrets among them. A
/// page of elsewhere whose name was made to lead here names itself as the host, and gets nothing.
async fn show_environment(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !["127.0.0.1", "localhost", "[::1]"].contains(&name) {
        return refuse(StatusCode::FORBIDDEN, "This is for this machine alone.");
    }
    Json(shared.environment).into_response()
}

#[derive(Template)]
#[template(path = "checkout.html")]
struct CheckoutPage {
    order: RazorpayOrder,
    answer: Option<String>,
    failed: bool,
}

fn unknown_order() -> Response {
    refuse(StatusCode::NOT_FOUND, "There is no such order; take razorpay_order_id from the answer of create-order.")
}

async fn show_checkout(State(shared): State<Shared>, Path(id): Path<String>) -> Response {
    match shared.provider.order(&id) {
        Some(order) => page(&CheckoutPage { order, answer: None, failed: false }),
        None => unknown_order(),
    }
}

async fn pay(State(shared): State<Shared>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let options: PayOptions = match parse(&body) {
        Ok(options) => options,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error),
    };
    let payment = shared.provider.pay(&id, &options);
    finish(&shared, payment, options.webhook != Some(false), &headers).await
}

async fn fail(State(shared): State<Shared>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    finish(&shared, shared.provider.fail(&id), true, &headers).await
}

async fn finish(shared: &Shared, payment: Option<RazorpayPayment>, tell: bool, headers: &HeaderMap) -> Response {
    let Some(payment) = payment else { return unknown_order() };
    if tell {
        for webhook in shared.provider.webhooks_of(&payment) {
            match shared.webhooks.send(&webhook).await {
                Ok(sent) if sent.is_taken() => {}
                Ok(sent) => tracing::error!(status = sent.status, "a webhook was not taken"),
                Err(error) => tracing::error!(%error, "a webhook was not taken"),
            }
        }
    }
    let answer: CheckoutAnswer = shared.provider.checkout_answer(&payment);
    let Some(order) = shared.provider.order(&payment.order_id).filter(|_| wants_page(headers)) else {
        return Json(answer).into_response();
    };
    let failed = payment.status == "failed";
    page(&CheckoutPage { order, answer: serde_json::to_string_pretty(&answer).ok().filter(|_| !failed), failed })
}

#[derive(Template)]
#[template(path = "clock.html")]
struct ClockPage {
    now: Instant,
    offset: String,
}

async fn show_clock(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let (now, offset) = (shared.clock.now(), shared.clock.offset());
    if wants_page(&headers) {
        return page(&ClockPage { now, offset: format!("{offset:#}") });
    }
    Json(json!({ "now": now, "offset_seconds": offset.as_secs() })).into_response()
}

#[derive(Deserialize, Default)]
struct MoveClock {
    advance: Option<String>,
}

/// Moves the time of the whole platform forward and does what has become due by then.
async fn move_clock(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let by = parse::<MoveClock>(&body).ok().and_then(|body| body.advance).and_then(|text| text.parse::<SignedDuration>().ok());
    let Some(by) = by.filter(|by| by.is_positive() && by.as_hours() <= 24 * 366 * 10) else {
        return refuse(StatusCode::BAD_REQUEST, "advance is a time forward like 25h or 90m, at most ten years");
    };
    if let Err(error) = shared.clock.advance(by) {
        return refuse(StatusCode::INTERNAL_SERVER_ERROR, &format!("The new time could not be kept: {error}"));
    }
    shared.pump.run_due().await;
    show_clock(State(shared), headers).await
}
