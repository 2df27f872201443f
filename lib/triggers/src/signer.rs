use crate::{Kind, Order, Override, Payment, Refund, random_id};
use gateways::signature::sign;
use secrecy::SecretString;
use serde_json::{Value, json};

/// A webhook ready to be sent.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// What it tells, for people.
    pub event: String,
    /// The header `X-Razorpay-Event-Id`, which the signature does not cover.
    pub event_id: String,
    pub body: String,
    /// The header `X-Razorpay-Signature`.
    pub signature: String,
}

/// Makes webhooks and signs them with a secret.
#[derive(Debug, Clone)]
pub struct Signer {
    secret: SecretString,
}

impl Signer {
    /// Signs with a webhook secret.
    pub fn new(secret: SecretString) -> Self {
        Self { secret }
    }

    /// Any body, signed, under an event id of its own.
    pub fn signed(&self, body: String) -> Webhook {
        let event = serde_json::from_str::<Value>(&body).ok().and_then(|body| Some(body.get("event")?.as_str()?.to_owned()));
        let signature = sign(&self.secret, body.as_bytes());
        Webhook { event: event.unwrap_or_default(), event_id: random_id("evt"), body, signature }
    }

    /// The event of this name about a payment as it stands, at a time in seconds since 1970.
    pub fn event(&self, name: &str, payment: &Payment, at: i64) -> Webhook {
        self.signed(body(name, payment, at).to_string())
    }

    /// The event of a kind about a payment, which then stands as the kind says; with other words where asked for.
    pub fn of_kind(&self, kind: Kind, payment: &Payment, overrides: &[Override], at: i64) -> Webhook {
        let payment = Payment { status: kind.payment_status().to_owned(), ..payment.clone() };
        let mut body = body(kind.name(), &payment, at);
        for change in overrides {
            change.apply(&mut body);
        }
        self.signed(body.to_string())
    }
}

fn body(name: &str, payment: &Payment, at: i64) -> Value {
    let mut payload = json!({ "payment": { "entity": payment.entity() } });
    if name.starts_with("order.") {
        let Payment { order_id, amount, currency, created_at, .. } = payment.clone();
        let order = Order { id: order_id, amount, currency, receipt: None, status: "paid".to_owned(), created_at };
        payload["order"] = json!({ "entity": order.entity() });
    }
    if name.starts_with("refund.") {
        payload["refund"] = json!({ "entity": Refund::of(payment, None, at).entity() });
    }
    let contains: Vec<&String> = payload.as_object().into_iter().flatten().map(|(name, _)| name).collect();
    json!({
        "entity": "event", "account_id": "acc_local", "event": name, "contains": contains, "payload": payload, "created_at": at,
    })
}
