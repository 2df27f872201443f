//! `POST /api/payment/webhook`, the same behind every face: verify, store raw, answer 200.

use app::{Clock, Platform, webhooks::Webhooks};
use axum::{Json, Router, body::Bytes, extract::State};
use gateways::settings::SettingError;
use http::HeaderMap;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use web::{Answer, Routes, about};

/// What the handler calls.
#[derive(Debug, Clone)]
pub struct Deps {
    webhooks: Webhooks,
    clock: Arc<dyn Clock>,
}

/// The webhook's route.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    let webhooks = Webhooks::from_settings(platform.store.clone(), &platform.settings)?;
    let deps = Deps { webhooks, clock: platform.clock.clone() };
    Ok(routes(Router::new()).with_state(deps))
}

/// The webhook's list of routes.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    let about = about("Take in a webhook of Razorpay's, signed in `X-Razorpay-Signature`").bad_request(&["INVALID_SIGNATURE"]);
    routes.post("/api/payment/webhook", about, receive_webhook)
}

#[derive(Serialize, ToSchema)]
struct Received {
    status: &'static str,
}

async fn receive_webhook(State(deps): State<Deps>, headers: HeaderMap, body: Bytes) -> Answer<Json<Received>> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let signature = text("x-razorpay-signature").unwrap_or_default();
    deps.webhooks.receive(deps.clock.now(), signature, text("x-razorpay-event-id"), &body).await?;
    Ok(Json(Received { status: "ok" }))
}
