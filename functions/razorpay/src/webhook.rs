//! `POST /api/payment/webhook`, the same behind every face: verify, store raw, answer 200.

use app::{
    Clock, Platform,
    webhooks::{Incoming, Webhooks},
};
use axum::{Extension, Json, Router, body::Bytes, extract::State};
use gateways::settings::SettingError;
use http::HeaderMap;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use web::{Answer, ErrorStyle, RequestId, Routes, Served, about};

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

/// The webhook as its Lambda function serves it.
pub fn serve(platform: &Platform) -> Result<Served, SettingError> {
    Ok(web::serve(router(platform)?, platform.clock.clone(), ErrorStyle::default()))
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
