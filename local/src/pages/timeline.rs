//! Everything about one booking, order or session in order of time.

use super::{page, pretty, refuse_to, time_of};
use crate::{
    recorder::{Step, StepKind, Subject},
    server::Shared,
};
use askama::Template;
use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    BookingId, Instant, MockId, Product,
    payment::{Order, OrderName},
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Store, StoreError};

const SUBJECTS: usize = 40;
const REQUESTS: usize = 40;
const OFF: &str = "This server does not remember what happens.";

struct Shown {
    number: u64,
    at: Instant,
    time: String,
    kind: StepKind,
    title: String,
    request_id: Option<String>,
    /// The mail that was sent, to be opened.
    mail: Option<String>,
    json: String,
}

impl From<Step> for Shown {
    fn from(step: Step) -> Self {
        let mail = step.detail.get("mail").and_then(Value::as_str).filter(|_| step.kind == StepKind::Mail).map(str::to_owned);
        let (time, json) = (time_of(step.at), pretty(&step.detail));
        Self {
            number: step.number,
            at: step.at,
            time,
            kind: step.kind,
            title: step.title,
            request_id: step.request_id,
            mail,
            json,
        }
    }
}

#[derive(Template)]
#[template(path = "recent.html")]
struct RecentPage {
    subjects: Vec<(Subject, String)>,
    requests: Vec<Shown>,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    id: String,
}

pub(super) async fn show_recent(
    State(shared): State<Shared>,
    Query(Wanted { id }): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let id = id.trim();
    if !id.is_empty() {
        let safe: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        return Redirect::to(&format!("/_local/timeline/{safe}")).into_response();
    }
    let Some(recorder) = &shared.recorder else { return refuse_to(&headers, StatusCode::NOT_FOUND, OFF) };
    let subjects = recorder.subjects(SUBJECTS).into_iter().map(|subject| {
        let time = time_of(subject.last);
        (subject, time)
    });
    let requests = recorder.latest(StepKind::Request, REQUESTS).into_iter().map(Shown::from).collect();
    page(&RecentPage { subjects: subjects.collect(), requests })
}

#[derive(Template)]
#[template(path = "timeline.html")]
struct TimelinePage<'a> {
    id: &'a str,
    also: &'a [String],
    order: Option<&'a str>,
    steps: Vec<Shown>,
}

pub(super) async fn show_timeline(State(shared): State<Shared>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let (id, as_json) = name.strip_suffix(".json").map_or((name.as_str(), false), |id| (id, true));
    // LeadBridge shows its ids with what they are of before them: `lead_…`.
    let bare = id.split_once('_').map(|(_, bare)| bare).filter(|bare| bare.len() == 36 && bare.contains('-'));
    let id = bare.unwrap_or(id);
    let programs = HeaderMap::new();
    let headers = if as_json { &programs } else { &headers };
    let Some(recorder) = &shared.recorder else { return refuse_to(headers, StatusCode::NOT_FOUND, OFF) };
    let ids = match all_names(&shared.store, id).await {
        Ok(ids) => ids,
        Err(error) => return refuse_to(headers, StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    };
    let steps = recorder.about(&ids);
    if steps.is_empty() {
        let sentence = format!("Nothing has happened to {id} since this server started.");
        return refuse_to(headers, StatusCode::NOT_FOUND, &sentence);
    }
    let also = &ids[1..];
    if as_json {
        return Json(json!({ "id": id, "also": also, "steps": steps })).into_response();
    }
    let order = ids.iter().find(|id| id.starts_with("order_")).map(String::as_str);
    page(&TimelinePage { id, also, order, steps: steps.into_iter().map(Shown::from).collect() })
}

/// The id itself, and others by which the same thing goes: an order's at Razorpay and its payment's, a booking's session.
async fn all_names(store: &Store, id: &str) -> Result<Vec<String>, StoreError> {
    let mut names = vec![id.to_owned()];
    for product in Product::ALL {
        if let Some(order) = order(store, product, id).await? {
            let payment = order.razorpay_payment_id.map(|payment| payment.to_string());
            names.extend([order.id.to_string(), order.razorpay_order_id.to_string()].into_iter().chain(payment));
        }
        if let Ok(booking) = id.parse::<BookingId>()
            && let Some(booking) = store.booking(product, booking).await?
        {
            names.extend(booking.mock_id.map(|mock| mock.to_string()));
        }
        if let Ok(mock) = id.parse::<MockId>()
            && let Some(mock) = store.mock(product, mock).await?
        {
            names.extend(mock.booking_id.map(|booking| booking.to_string()));
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    Ok(names)
}

async fn order(store: &Store, product: Product, id: &str) -> Result<Option<Order>, StoreError> {
    match id.parse() {
        Ok(OrderName::Ours(id)) => store.order_by_id(product, id).await,
        Ok(OrderName::Razorpay(id)) => Ok(store.order(&id).await?.filter(|order| order.product == product)),
        Err(_) => Ok(None),
    }
}
