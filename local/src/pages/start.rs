//! The start page, the clock, and the settings with which others join this server.

use super::{page, parse, refuse, wants_page};
use crate::{ACCOUNTS, ASPIREX_ACCOUNTS, LEADBRIDGE_ACCOUNTS, server::Shared};
use app::Clock;
use askama::Template;
use axum::{
    Json,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{Instant, account::Role};
use http::{HeaderMap, StatusCode, header};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage<'a> {
    url: &'a str,
    now: Instant,
    password: &'a str,
    accounts: Vec<(&'static str, &'static str, Role, &'static str)>,
}

pub(super) async fn show_start(State(shared): State<Shared>) -> Response {
    let accounts = [&ACCOUNTS[..], &LEADBRIDGE_ACCOUNTS, &ASPIREX_ACCOUNTS].concat();
    page(&StartPage { url: &shared.url, now: shared.clock.now(), password: &shared.demo_password, accounts })
}

/// The settings with which whoever runs on this machine joins the server's table and stand-ins, secrets among them. A
/// page of elsewhere whose name was made to lead here names itself as the host, and gets nothing.
pub(super) async fn show_environment(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !["127.0.0.1", "localhost", "[::1]"].contains(&name) {
        return refuse(StatusCode::FORBIDDEN, "This is for this machine alone.");
    }
    Json(shared.environment).into_response()
}

#[derive(Template)]
#[template(path = "clock.html")]
struct ClockPage {
    now: Instant,
    offset: String,
}

pub(super) async fn show_clock(State(shared): State<Shared>, headers: HeaderMap) -> Response {
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
pub(super) async fn move_clock(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
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
