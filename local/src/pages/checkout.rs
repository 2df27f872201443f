//! The test checkout: pays an order or lets it fail, and sends the webhooks that tell of it, well-behaved or not.

use super::{fields_of, page, parse, pretty, refuse, refuse_to, wants_page};
use crate::{
    server::Shared,
    standins::razorpay::{CheckoutAnswer, PayOptions, RazorpayOrder, RazorpayPayment, RazorpayRefund, Webhook},
};
use askama::Template;
use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use triggers::{Kind, Override, Trigger, random_seed};

const UNKNOWN: &str = "There is no such order; take razorpay_order_id from the answer of create-order.";
const ORDERS: usize = 30;

#[derive(Template)]
#[template(path = "checkout.html")]
struct CheckoutPage {
    order: RazorpayOrder,
    payments: Vec<RazorpayPayment>,
    refunds: Vec<RazorpayRefund>,
    kinds: [Kind; 5],
    /// What was just done.
    done: Option<Done>,
}

struct Done {
    sentence: String,
    /// What the browser would hand to `verify`.
    word: Option<String>,
    seed: Option<u64>,
    sent: Vec<Told>,
}

/// A webhook and what was answered to it.
#[derive(Debug, Serialize)]
struct Told {
    event: String,
    event_id: String,
    status: Option<u16>,
    answer: String,
}

impl Told {
    fn is_taken(&self) -> bool {
        self.status.is_some_and(|status| status < 300)
    }
}

fn show_order(shared: &Shared, order: RazorpayOrder, done: Option<Done>) -> Response {
    let payments = shared.provider.payments_of(&order.id);
    let refunds = payments.iter().flat_map(|payment| shared.provider.refunds_of(&payment.id)).collect();
    page(&CheckoutPage { order, payments, refunds, kinds: Kind::ALL, done })
}

#[derive(Template)]
#[template(path = "orders.html")]
struct OrdersPage {
    orders: Vec<RazorpayOrder>,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    id: String,
}

/// The latest orders, or the one that was typed.
pub(super) async fn find(State(shared): State<Shared>, Query(Wanted { id }): Query<Wanted>, headers: HeaderMap) -> Response {
    let id = id.trim();
    if !id.is_empty() {
        return match shared.provider.order(id) {
            Some(order) => Redirect::to(&format!("/_local/checkout/{}", order.id)).into_response(),
            None => refuse_to(&headers, StatusCode::NOT_FOUND, UNKNOWN),
        };
    }
    let mut orders = shared.provider.orders();
    orders.truncate(ORDERS);
    page(&OrdersPage { orders })
}

pub(super) async fn show(State(shared): State<Shared>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    match shared.provider.order(&id) {
        Some(order) => show_order(&shared, order, None),
        None => refuse_to(&headers, StatusCode::NOT_FOUND, UNKNOWN),
    }
}

pub(super) async fn pay(State(shared): State<Shared>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let options: PayOptions = match parse(&body) {
        Ok(options) => options,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error),
    };
    let payment = shared.provider.pay(&id, &options);
    finish(&shared, payment, options.webhook != Some(false), &headers).await
}

pub(super) async fn fail(State(shared): State<Shared>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    finish(&shared, shared.provider.fail(&id), true, &headers).await
}

async fn finish(shared: &Shared, payment: Option<RazorpayPayment>, tell: bool, headers: &HeaderMap) -> Response {
    let Some(payment) = payment else { return refuse_to(headers, StatusCode::NOT_FOUND, UNKNOWN) };
    let webhooks = if tell { shared.provider.webhooks_of(&payment) } else { Vec::new() };
    let sent = send(shared, &webhooks).await;
    for told in sent.iter().filter(|told| !told.is_taken()) {
        tracing::error!(status = told.status, "a webhook was not taken");
    }
    let word: CheckoutAnswer = shared.provider.checkout_answer(&payment);
    let Some(order) = shared.provider.order(&payment.order_id).filter(|_| wants_page(headers)) else {
        return Json(word).into_response();
    };
    let failed = payment.status == "failed";
    let sentence = if failed { "The payment failed; it can be tried again." } else { "Paid." };
    let done = Done { sentence: sentence.to_owned(), word: (!failed).then(|| pretty(&word)), seed: None, sent };
    show_order(shared, order, Some(done))
}

async fn send(shared: &Shared, webhooks: &[Webhook]) -> Vec<Told> {
    let mut told = Vec::with_capacity(webhooks.len());
    for webhook in webhooks {
        let (status, answer) = match shared.webhooks.send(webhook).await {
            Ok(sent) => (Some(sent.status), sent.body),
            Err(error) => (None, error.to_string()),
        };
        told.push(Told { event: webhook.event.clone(), event_id: webhook.event_id.clone(), status, answer });
    }
    told
}

/// The lines of a text in which there is anything.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The switches of a trigger, as a program sends them in JSON.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Switches {
    kind: Option<Kind>,
    /// `amount=100` and the like.
    overrides: Vec<String>,
    duplicate: Option<u32>,
    reorder: bool,
    /// Chooses an order, and so implies `reorder`.
    seed: Option<u64>,
    late_authorised: bool,
    bad_signature: bool,
}

impl Switches {
    fn read(body: &Bytes) -> Result<Self, String> {
        if body.trim_ascii().starts_with(b"{") {
            return serde_json::from_slice(body).map_err(|error| error.to_string());
        }
        let mut switches = Self::default();
        for (name, value) in fields_of(body) {
            let value = value.trim();
            match name.as_str() {
                "kind" => switches.kind = Some(value.parse().map_err(|error: triggers::UnknownKind| error.to_string())?),
                "overrides" => switches.overrides = lines(value),
                "duplicate" if !value.is_empty() => {
                    switches.duplicate = Some(value.parse().map_err(|_| "duplicate is a number")?);
                }
                "seed" if !value.is_empty() => switches.seed = Some(value.parse().map_err(|_| "seed is a whole number")?),
                "reorder" => switches.reorder = true,
                "late_authorised" => switches.late_authorised = true,
                "bad_signature" => switches.bad_signature = true,
                _ => {}
            }
        }
        Ok(switches)
    }

    fn trigger(self) -> Result<Trigger, String> {
        let read = |text: &String| text.parse::<Override>().map_err(|error| error.to_string());
        let overrides = self.overrides.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let reorder = self.seed.or_else(|| self.reorder.then(random_seed));
        Ok(Trigger {
            overrides,
            duplicate: self.duplicate.unwrap_or(1),
            reorder,
            late_authorised: self.late_authorised,
            bad_signature: self.bad_signature,
            ..Trigger::of(self.kind.unwrap_or(Kind::PaymentCaptured))
        })
    }
}

/// What becomes of the order at Razorpay: the furthest that the webhooks tell of. A refund is of the payment that there
/// is, or of a new one.
fn payment_for(shared: &Shared, order: &str, trigger: &Trigger) -> Option<RazorpayPayment> {
    let kinds = trigger.kinds();
    let captured = || shared.provider.payments_of(order).into_iter().find(|payment| payment.status == "captured");
    if kinds.contains(&Kind::RefundProcessed) {
        return captured().or_else(|| shared.provider.pay(order, &PayOptions::default()));
    }
    if kinds.iter().any(|kind| kind.payment_status() == "captured") {
        return shared.provider.pay(order, &PayOptions::default());
    }
    if kinds.contains(&Kind::PaymentAuthorized) {
        return shared.provider.authorize(order);
    }
    shared.provider.fail(order)
}

/// Sends the webhooks of a trigger about a payment of this order.
pub(super) async fn trigger(State(shared): State<Shared>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let trigger = match Switches::read(&body).and_then(Switches::trigger) {
        Ok(trigger) => trigger,
        Err(sentence) => return refuse_to(&headers, StatusCode::BAD_REQUEST, &sentence),
    };
    let Some(payment) = payment_for(&shared, &id, &trigger) else { return refuse_to(&headers, StatusCode::NOT_FOUND, UNKNOWN) };
    let sent = send(&shared, &shared.provider.triggered(&trigger, &payment)).await;
    let word = shared.provider.checkout_answer(&payment);
    let Some(order) = shared.provider.order(&id).filter(|_| wants_page(&headers)) else {
        return Json(json!({ "payment_id": payment.id, "seed": trigger.reorder, "sent": sent, "word": word })).into_response();
    };
    let taken = sent.iter().filter(|told| told.is_taken()).count();
    let sentence = format!("{} sent, {taken} taken.", sent.len());
    show_order(&shared, order, Some(Done { sentence, word: Some(pretty(&word)), seed: trigger.reorder, sent }))
}
