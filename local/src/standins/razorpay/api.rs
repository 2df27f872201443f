//! The part of Razorpay's API that is used.

use super::Provider;
use crate::recorder::{Happened, StepKind};
use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Path, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, Method, StatusCode, header::AUTHORIZATION};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use triggers::{Order, Payment, Refund, random_id};

/// Its routes.
pub fn router(provider: Provider) -> Router {
    Router::new()
        .route("/v1/orders", post(create_order))
        .route("/v1/orders/{id}", get(show_order))
        .route("/v1/orders/{id}/payments", get(list_payments))
        .route("/v1/payments/{id}", get(show_payment))
        .route("/v1/payments/{id}/refund", post(create_refund))
        .route("/v1/payments/{id}/refunds", get(list_refunds))
        .layer(from_fn_with_state(provider.clone(), authenticate))
        .with_state(provider)
}

fn refused(status: StatusCode, description: &str) -> Response {
    (status, Json(json!({ "error": { "code": "BAD_REQUEST_ERROR", "description": description } }))).into_response()
}

async fn authenticate(State(provider): State<Provider>, request: Request, next: Next) -> Response {
    if provider.down.load(Ordering::SeqCst) {
        return refused(StatusCode::BAD_GATEWAY, "The server is down");
    }
    let expected = STANDARD.encode(format!("{}:{}", provider.key_id, provider.key_secret.expose_secret()));
    let given = request.headers().get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    if given != Some(&format!("Basic {expected}")) {
        return refused(StatusCode::UNAUTHORIZED, "Authentication failed");
    }
    let writes = request.method() == Method::POST;
    let path = request.uri().path().to_owned();
    let answer = next.run(request).await;
    let answer = if writes { recorded(&provider, &path, answer).await } else { answer };
    if writes && provider.loses_answers.load(Ordering::SeqCst) {
        return refused(StatusCode::GATEWAY_TIMEOUT, "The answer was lost");
    }
    answer
}

/// Remembers what the platform had Razorpay do.
async fn recorded(provider: &Provider, path: &str, answer: Response) -> Response {
    let Some(recorder) = &provider.recorder else { return answer };
    let (parts, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let entity: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let title = format!("POST {path} → {}", parts.status.as_u16());
    recorder.record(Happened::new(StepKind::Razorpay, title, json!({ "status": parts.status.as_u16(), "answer": entity })));
    Response::from_parts(parts, Body::from(bytes))
}

#[derive(Deserialize)]
struct CreateOrder {
    amount: u64,
    currency: String,
    receipt: Option<String>,
    #[serde(default)]
    unique_receipt: bool,
}

async fn create_order(State(provider): State<Provider>, Json(request): Json<CreateOrder>) -> Response {
    if request.amount < 100 {
        return refused(StatusCode::BAD_REQUEST, "Order amount less than minimum amount allowed");
    }
    if request.receipt.as_ref().is_some_and(|receipt| receipt.len() > 40) {
        return refused(StatusCode::BAD_REQUEST, "receipt: the length must be no more than 40.");
    }
    let created_at = provider.clock.now().epoch_seconds();
    let order = provider.write(|books| {
        let same = |order: &&Order| request.unique_receipt && order.receipt.is_some() && order.receipt == request.receipt;
        if let Some(order) = books.orders.values().find(same) {
            return order.clone();
        }
        let CreateOrder { amount, currency, receipt, .. } = request;
        let order = Order { id: random_id("order"), amount, currency, receipt, status: "created".to_owned(), created_at };
        books.orders.insert(order.id.clone(), order.clone());
        order
    });
    Json(order.entity()).into_response()
}

fn unknown() -> Response {
    refused(StatusCode::NOT_FOUND, "The id provided does not exist")
}

fn collection(items: Vec<Value>) -> Response {
    Json(json!({ "entity": "collection", "count": items.len(), "items": items })).into_response()
}

async fn show_order(State(provider): State<Provider>, Path(id): Path<String>) -> Response {
    provider.order(&id).map_or_else(unknown, |order| Json(order.entity()).into_response())
}

async fn list_payments(State(provider): State<Provider>, Path(id): Path<String>) -> Response {
    if provider.order(&id).is_none() {
        return unknown();
    }
    collection(provider.payments_of(&id).iter().map(Payment::entity).collect())
}

async fn show_payment(State(provider): State<Provider>, Path(id): Path<String>) -> Response {
    provider.payment(&id).map_or_else(unknown, |payment| Json(payment.entity()).into_response())
}

#[derive(Deserialize)]
struct CreateRefund {
    amount: Option<u64>,
    receipt: Option<String>,
}

async fn create_refund(
    State(provider): State<Provider>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(request): Json<CreateRefund>,
) -> Response {
    let Some(payment) = provider.payment(&id) else { return unknown() };
    if request.amount.is_some_and(|amount| amount != payment.amount) {
        return refused(StatusCode::BAD_REQUEST, "Only refunds in full are stood in for");
    }
    let key = headers.get("x-refund-idempotency").and_then(|key| key.to_str().ok());
    let allowed = |key: &&str| key.len() >= 10 && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let own = random_id("key");
    match key {
        Some(key) if !allowed(&key) => refused(StatusCode::BAD_REQUEST, "The idempotency key is invalid"),
        key => match provider.refund(&id, key.unwrap_or(&own), request.receipt) {
            Ok(refund) => Json(refund.entity()).into_response(),
            Err(why) => refused(StatusCode::BAD_REQUEST, why),
        },
    }
}

async fn list_refunds(State(provider): State<Provider>, Path(id): Path<String>) -> Response {
    if provider.payment(&id).is_none() {
        return unknown();
    }
    collection(provider.refunds_of(&id).iter().map(Refund::entity).collect())
}
