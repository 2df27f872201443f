//! Razorpay's entities, with the traps of the real ones: `notes` as an empty list, nulls.

use rand::distr::{Alphanumeric, SampleString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A new id as Razorpay makes them: `order_…`, `pay_…`, `rfnd_…`.
pub fn random_id(prefix: &str) -> String {
    format!("{prefix}_{}", Alphanumeric.sample_string(&mut rand::rng(), 14))
}

/// An order as Razorpay has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    pub id: String,
    /// In paise.
    pub amount: u64,
    pub currency: String,
    pub receipt: Option<String>,
    pub status: String,
    /// In seconds since 1970, as all of Razorpay's times.
    pub created_at: i64,
}

impl Order {
    /// The order entity.
    pub fn entity(&self) -> Value {
        let paid = if self.status == "paid" { self.amount } else { 0 };
        json!({
            "id": self.id, "entity": "order", "amount": self.amount, "amount_paid": paid, "amount_due": self.amount - paid,
            "currency": self.currency, "receipt": self.receipt, "status": self.status,
            "attempts": u8::from(self.status != "created"), "notes": [], "created_at": self.created_at,
        })
    }
}

/// A payment as Razorpay has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payment {
    pub id: String,
    pub order_id: String,
    /// In paise.
    pub amount: u64,
    pub currency: String,
    pub status: String,
    /// How it was paid: `upi`, `card`, `netbanking` or `wallet`.
    #[serde(default = "usual_method")]
    pub method: String,
    pub created_at: i64,
}

fn usual_method() -> String {
    "upi".to_owned()
}

impl Payment {
    /// A new payment of an order.
    pub fn of(order_id: &str, amount: u64, currency: &str, status: &str, created_at: i64) -> Self {
        let (order_id, currency, status) = (order_id.to_owned(), currency.to_owned(), status.to_owned());
        Self { id: random_id("pay"), order_id, amount, currency, status, method: usual_method(), created_at }
    }

    /// The payment entity, with what belongs to its method.
    pub fn entity(&self) -> Value {
        let of_method = match self.method.as_str() {
            "card" => json!({ "card_id": random_id("card"), "card": { "network": "Visa", "type": "credit", "last4": "1111" } }),
            "netbanking" => json!({ "bank": "HDFC" }),
            "wallet" => json!({ "wallet": "paytm" }),
            _ => json!({ "vpa": "payer@upi" }),
        };
        let mut entity = self.common();
        if let (Some(entity), Value::Object(more)) = (entity.as_object_mut(), of_method) {
            entity.extend(more);
        }
        entity
    }

    fn common(&self) -> Value {
        let refunded = self.status == "refunded";
        let failed = (self.status == "failed").then_some("BAD_REQUEST_ERROR");
        json!({
            "id": self.id, "entity": "payment", "amount": self.amount, "currency": self.currency, "status": self.status,
            "order_id": self.order_id, "method": self.method, "captured": self.status == "captured" || refunded,
            "amount_refunded": if refunded { self.amount } else { 0 }, "refund_status": refunded.then_some("full"),
            "notes": [], "fee": null, "tax": null, "error_code": failed, "email": "payer@example.com",
            "contact": "+919999999999", "created_at": self.created_at,
        })
    }
}

/// A refund as Razorpay has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refund {
    pub id: String,
    pub payment_id: String,
    /// In paise.
    pub amount: u64,
    pub currency: String,
    pub receipt: Option<String>,
    pub created_at: i64,
}

impl Refund {
    /// A new refund of a payment in full.
    pub fn of(payment: &Payment, receipt: Option<String>, created_at: i64) -> Self {
        let (payment_id, amount, currency) = (payment.id.clone(), payment.amount, payment.currency.clone());
        Self { id: random_id("rfnd"), payment_id, amount, currency, receipt, created_at }
    }

    /// The refund entity.
    pub fn entity(&self) -> Value {
        json!({
            "id": self.id, "entity": "refund", "amount": self.amount, "currency": self.currency,
            "payment_id": self.payment_id, "receipt": self.receipt, "status": "processed", "notes": [],
            "speed_processed": "normal", "created_at": self.created_at,
        })
    }
}
