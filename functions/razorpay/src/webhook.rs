//! `POST /api/payment/webhook`, the same behind every face: verify, store raw, answer 200.

use app::{Clock, Platform, webhooks::Webhooks};
use axum::{Json, Router, body::Bytes, extract::State, routing::post};
use gateways::settings::SettingError;
use http::HeaderMap;
use serde::Serialize;
use std::sync::Arc;
use web::Answer;

#[derive(Debug, Clone)]
struct Deps {
    webhooks: Webhooks,
    clock: Arc<dyn Clock>,
}

/// The webhook's route.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    let webhooks = Webhooks::from_settings(platform.store.clone(), &platform.settings)?;
    let deps = Deps { webhooks, clock: platform.clock.clone() };
    Ok(Router::new().route("/api/payment/webhook", post(receive_webhook)).with_state(deps))
}

#[derive(Serialize)]
struct Received {
    status: &'static str,
}

async fn receive_webhook(State(deps): State<Deps>, headers: HeaderMap, body: Bytes) -> Answer<Json<Received>> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let signature = text("x-razorpay-signature").unwrap_or_default();
    deps.webhooks.receive(deps.clock.now(), signature, text("x-razorpay-event-id"), &body).await?;
    Ok(Json(Received { status: "ok" }))
}
