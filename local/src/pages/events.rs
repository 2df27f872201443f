//! What went over the bus.

use super::{page, pretty};
use crate::{server::Shared, standins::eventbridge::BusEvent};
use askama::Template;
use axum::{Json, extract::State, response::Response};
use serde_json::{Value, json};

#[derive(Template)]
#[template(path = "events.html")]
struct EventsPage {
    events: Vec<ShownEvent>,
    dead: Vec<(&'static str, String)>,
}

struct ShownEvent {
    name: String,
    source: String,
    at: String,
    /// What the timeline of this event is found by.
    about: Option<String>,
    json: String,
}

fn shown(event: BusEvent) -> ShownEvent {
    let text = |name: &str| event.detail.get(name).and_then(Value::as_str).map(str::to_owned);
    let (at, about) = (text("occurred_at").unwrap_or_default(), text("request_id").or_else(|| text("id")));
    ShownEvent { at, about, json: pretty(&event.detail), name: event.detail_type, source: event.source }
}

pub(super) async fn show_events(State(shared): State<Shared>) -> Response {
    let events = shared.bus.events().into_iter().map(shown).collect();
    let readable = |(consumer, body): (&'static str, String)| {
        let json = serde_json::from_str::<Value>(&body).map_or(body, |value| pretty(&value));
        (consumer, json)
    };
    page(&EventsPage { events, dead: shared.bus.dead_letters().into_iter().map(readable).collect() })
}

pub(super) async fn list_events(State(shared): State<Shared>) -> Json<Vec<BusEvent>> {
    Json(shared.bus.events())
}

pub(super) async fn list_dead_letters(State(shared): State<Shared>) -> Json<Vec<Value>> {
    let dead = shared.bus.dead_letters().into_iter();
    Json(dead.map(|(consumer, message)| json!({ "consumer": consumer, "message": message })).collect())
}
