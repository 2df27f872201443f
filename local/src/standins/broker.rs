//! A stand-in for the broker that signs people in with Google: a session id that is an address after `google:` stands for
//! its owner, any other for nobody. Tests have it fail.

use axum::{Json, Router, extract::State, response::IntoResponse, routing::get};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// The stand-in.
#[derive(Debug, Clone, Default)]
pub struct Broker(Arc<AtomicBool>);

impl Broker {
    /// Takes it down, or brings it back.
    pub fn set_down(&self, down: bool) {
        self.0.store(down, Ordering::Relaxed);
    }

    /// The session id under which it knows somebody.
    pub fn session_of(email: &str) -> String {
        format!("google:{email}")
    }
}

/// Its one route.
pub fn router(broker: Broker) -> Router {
    Router::new().route("/auth/v1/env/oauth/session-data", get(show)).with_state(broker)
}

async fn show(State(Broker(down)): State<Broker>, headers: HeaderMap) -> Result<Json<Value>, impl IntoResponse> {
    if down.load(Ordering::Relaxed) {
        return Err((StatusCode::INTERNAL_SERVER_ERROR, "down"));
    }
    let session = headers.get("x-session-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let Some(email) = session.strip_prefix("google:").filter(|email| email.contains('@')) else {
        return Err((StatusCode::NOT_FOUND, "no such session"));
    };
    let name = email.split('@').next().unwrap_or_default().replace('.', " ");
    let picture = "https://example.com/picture.png";
    Ok(Json(json!({ "id": session, "email": email, "name": name, "picture": picture, "session_token": "not-ours" })))
}
