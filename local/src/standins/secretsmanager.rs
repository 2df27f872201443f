//! A stand-in for Secrets Manager: `GetSecretValue`, and secrets that a test can change.

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The secrets, by ARN.
#[derive(Debug, Clone, Default)]
pub struct SecretsManager(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    secrets: HashMap<String, Value>,
    asked: usize,
}

impl SecretsManager {
    /// Keeps a secret: a JSON object of strings.
    pub fn put(&self, arn: &str, secret: Value) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).secrets.insert(arn.to_owned(), secret);
    }

    /// Forgets a secret; asking for it fails from now on.
    pub fn remove(&self, arn: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).secrets.remove(arn);
    }

    /// How often it was asked for secrets.
    pub fn asked(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).asked
    }
}

/// The API.
pub fn router(secrets: SecretsManager) -> Router {
    Router::new().route("/", post(answer)).with_state(secrets)
}

async fn answer(State(secrets): State<SecretsManager>, headers: HeaderMap, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    if target != "secretsmanager.GetSecretValue" {
        return (StatusCode::BAD_REQUEST, Json(json!({ "__type": "UnknownOperationException" }))).into_response();
    }
    let mut kept = secrets.0.lock().unwrap_or_else(PoisonError::into_inner);
    kept.asked += 1;
    let arn = request["SecretId"].as_str().unwrap_or_default();
    match kept.secrets.get(arn) {
        Some(secret) => Json(json!({ "ARN": arn, "Name": arn, "SecretString": secret.to_string() })).into_response(),
        None => {
            let error =
                json!({ "__type": "ResourceNotFoundException", "Message": "Secrets Manager can't find the specified secret." });
            (StatusCode::BAD_REQUEST, Json(error)).into_response()
        }
    }
}
