//! `POST /api/payment/webhook`, the same behind every face: verify, store raw, answer 200.

use app::{
    Clock, Platform,
    webhooks::{Incoming, Webhooks},
};
use axum::{Extension, Json, Router, body::Bytes, extract::State, routing::post};
use gateways::settings::SettingError;
use http::HeaderMap;
use serde::Serialize;
use std::sync::Arc;
use web::{Answer, ErrorStyle, RequestId, Served};

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

/// The webhook as its Lambda function serves it.
pub fn serve(platform: &Platform) -> Result<Served, SettingError> {
    Ok(web::serve(router(platform)?, platform.clock.clone(), ErrorStyle::default()))
}

#[derive(Serialize)]
struct Received {
    status: &'static str,
}

async fn receive_webhook(
    State(deps): State<Deps>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Received>> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let incoming = Incoming {
        signature: text("x-razorpay-signature").unwrap_or_default(),
        event_id: text("x-razorpay-event-id"),
        body: &body,
        request_id: Some(request_id),
    };
    deps.webhooks.receive(deps.clock.now(), incoming).await?;
    Ok(Json(Received { status: "ok" }))
}
