//! Razorpay: orders, payments, and the webhooks that tell of them, signed as the real ones are.

use crate::write_whole;
use app::Clock;
use axum::{
    Json, Router,
    extract::{Path, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use gateways::signature::sign;
use http::{StatusCode, header::AUTHORIZATION};
use rand::distr::{Alphanumeric, SampleString};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// An order as Razorpay has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RazorpayOrder {
    pub id: String,
    pub amount: u64,
    pub currency: String,
    pub receipt: Option<String>,
    pub status: String,
    pub created_at: i64,
}

/// A payment as Razorpay has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RazorpayPayment {
    pub id: String,
    pub order_id: String,
    pub amount: u64,
    pub currency: String,
    pub status: String,
    pub created_at: i64,
}

impl RazorpayPayment {
    /// The payment entity, with the traps of the real one: `notes` as an empty list, nulls.
    fn entity(&self) -> Value {
        json!({
            "id": self.id, "entity": "payment", "amount": self.amount, "currency": self.currency, "status": self.status,
            "order_id": self.order_id, "method": "upi", "captured": self.status == "captured", "notes": [], "fee": null,
            "tax": null, "error_code": null, "email": "payer@example.com", "contact": "+919999999999", "created_at": self.created_at,
        })
    }
}

/// What a checkout answers to the browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckoutAnswer {
    pub razorpay_order_id: String,
    pub razorpay_payment_id: String,
    pub razorpay_signature: String,
}

/// How a payment goes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PayOptions {
    /// Another amount than the order's, in paise.
    pub amount: Option<u64>,
    /// Another currency than the order's.
    pub currency: Option<String>,
    /// Whether the webhooks are sent; they are unless this is false.
    pub webhook: Option<bool>,
}

/// A webhook ready to be sent.
#[derive(Debug, Clone)]
pub struct Webhook {
    pub event_id: String,
    pub body: String,
    pub signature: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Books {
    orders: BTreeMap<String, RazorpayOrder>,
    payments: BTreeMap<String, RazorpayPayment>,
}

/// The payment provider.
#[derive(Debug, Clone)]
pub struct Provider {
    books: Arc<Mutex<Books>>,
    file: Option<PathBuf>,
    clock: Arc<dyn Clock>,
    key_id: String,
    key_secret: SecretString,
    webhook_secret: SecretString,
    down: Arc<AtomicBool>,
}

fn random_id(prefix: &str) -> String {
    format!("{prefix}_{}", Alphanumeric.sample_string(&mut rand::rng(), 14))
}

impl Provider {
    /// A provider with these keys, whose books are kept in a file if there is one.
    pub fn new(clock: Arc<dyn Clock>, file: Option<PathBuf>, keys: (String, SecretString, SecretString)) -> Self {
        let kept = file.as_ref().and_then(|file| std::fs::read(file).ok());
        let books: Books = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let (key_id, key_secret, webhook_secret) = keys;
        Self { books: Arc::new(Mutex::new(books)), file, clock, key_id, key_secret, webhook_secret, down: Arc::default() }
    }

    /// Takes the API out of service, or puts it back.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write<T>(&self, change: impl FnOnce(&mut Books) -> T) -> T {
        let mut books = self.books();
        let answer = change(&mut books);
        if let Some(file) = &self.file
            && let Ok(bytes) = serde_json::to_vec(&*books)
            && let Err(error) = write_whole(file, &bytes)
        {
            tracing::error!(%error, "the stand-in's books could not be kept");
        }
        answer
    }

    /// An order.
    pub fn order(&self, id: &str) -> Option<RazorpayOrder> {
        self.books().orders.get(id).cloned()
    }

    /// Pays an order, captured at once; None for an unknown order.
    pub fn pay(&self, order_id: &str, options: &PayOptions) -> Option<RazorpayPayment> {
        self.attempt(order_id, options, "captured")
    }

    /// Lets the payment of an order fail; None for an unknown order.
    pub fn fail(&self, order_id: &str) -> Option<RazorpayPayment> {
        self.attempt(order_id, &PayOptions::default(), "failed")
    }

    /// Pays an order whose money is promised but not yet taken; None for an unknown order.
    pub fn authorize(&self, order_id: &str) -> Option<RazorpayPayment> {
        self.attempt(order_id, &PayOptions::default(), "authorized")
    }

    /// Takes the money of an authorised payment; None for an unknown one.
    pub fn capture(&self, payment_id: &str) -> Option<RazorpayPayment> {
        self.write(|books| {
            let payment = books.payments.get_mut(payment_id)?;
            payment.status = "captured".to_owned();
            if let Some(order) = books.orders.get_mut(&payment.order_id) {
                order.status = "paid".to_owned();
            }
            Some(payment.clone())
        })
    }

    fn attempt(&self, order_id: &str, options: &PayOptions, status: &str) -> Option<RazorpayPayment> {
        let order = self.order(order_id)?;
        let payment = RazorpayPayment {
            id: random_id("pay"),
            order_id: order.id,
            amount: options.amount.unwrap_or(order.amount),
            currency: options.currency.clone().unwrap_or(order.currency),
            status: status.to_owned(),
            created_at: self.clock.now().epoch_seconds(),
        };
        self.write(|books| {
            if let Some(order) = books.orders.get_mut(order_id).filter(|order| order.status != "paid") {
                order.status = if status == "captured" { "paid".to_owned() } else { "attempted".to_owned() };
            }
            books.payments.insert(payment.id.clone(), payment.clone());
        });
        Some(payment)
    }

    /// What the browser's checkout gets for a payment.
    pub fn checkout_answer(&self, payment: &RazorpayPayment) -> CheckoutAnswer {
        let signed = format!("{}|{}", payment.order_id, payment.id);
        CheckoutAnswer {
            razorpay_order_id: payment.order_id.clone(),
            razorpay_payment_id: payment.id.clone(),
            razorpay_signature: sign(&self.key_secret, signed.as_bytes()),
        }
    }

    /// A webhook of an event about a payment, as Razorpay would send it.
    pub fn webhook(&self, event: &str, payment: &RazorpayPayment) -> Webhook {
        let mut payload = json!({ "payment": { "entity": payment.entity() } });
        if event.starts_with("order.") {
            let order =
                json!({ "id": payment.order_id, "entity": "order", "amount": payment.amount, "status": "paid", "notes": [] });
            payload["order"] = json!({ "entity": order });
        }
        let body = json!({
            "entity": "event", "account_id": "acc_local", "event": event, "contains": ["payment"], "payload": payload,
            "created_at": self.clock.now().epoch_seconds(),
        });
        self.signed(body.to_string())
    }

    /// Any body, signed as a webhook.
    pub fn signed(&self, body: String) -> Webhook {
        let signature = sign(&self.webhook_secret, body.as_bytes());
        Webhook { event_id: random_id("evt"), body, signature }
    }

    /// The webhooks that a payment brings about, in Razorpay's order.
    pub fn webhooks_of(&self, payment: &RazorpayPayment) -> Vec<Webhook> {
        let events: &[&str] =
            if payment.status == "captured" { &["payment.captured", "order.paid"] } else { &["payment.failed"] };
        events.iter().map(|event| self.webhook(event, payment)).collect()
    }
}

/// The part of Razorpay's API that is used.
pub fn router(provider: Provider) -> Router {
    Router::new()
        .route("/v1/orders", post(create_order))
        .route("/v1/orders/{id}", get(show_order))
        .route("/v1/orders/{id}/payments", get(list_payments))
        .route("/v1/payments/{id}", get(show_payment))
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
    next.run(request).await
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
        let same = |order: &&RazorpayOrder| request.unique_receipt && order.receipt.is_some() && order.receipt == request.receipt;
        if let Some(order) = books.orders.values().find(same) {
            return order.clone();
        }
        let CreateOrder { amount, currency, receipt, .. } = request;
        let order = RazorpayOrder { id: random_id("order"), amount, currency, receipt, status: "created".to_owned(), created_at };
        books.orders.insert(order.id.clone(), order.clone());
        order
    });
    Json(order).into_response()
}

async fn show_order(State(provider): State<Provider>, Path(id): Path<String>) -> Response {
    provider
        .order(&id)
        .map_or_else(|| refused(StatusCode::NOT_FOUND, "The id provided does not exist"), |order| Json(order).into_response())
}

async fn list_payments(State(provider): State<Provider>, Path(id): Path<String>) -> Response {
    if provider.order(&id).is_none() {
        return refused(StatusCode::NOT_FOUND, "The id provided does not exist");
    }
    let items: Vec<Value> =
        provider.books().payments.values().filter(|payment| payment.order_id == id).map(RazorpayPayment::entity).collect();
    Json(json!({ "entity": "collection", "count": items.len(), "items": items })).into_response()
}

async fn show_payment(State(provider): State<Provider>, Path(id): Path<String>) -> Response {
    let payment = provider.books().payments.get(&id).map(RazorpayPayment::entity);
    payment
        .map_or_else(|| refused(StatusCode::NOT_FOUND, "The id provided does not exist"), |payment| Json(payment).into_response())
}
