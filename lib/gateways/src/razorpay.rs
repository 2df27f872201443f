//! Razorpay's API: orders and payments.

pub use crate::http::install_tls_provider;
use crate::{
    http::LateClient,
    settings::{SettingError, Settings},
};
use domain::{
    OrderId, Paise, RefundId,
    payment::{PaymentEntity, RazorpayOrderId, RazorpayPaymentId},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};

/// Why Razorpay gave no answer to go by.
#[derive(Debug, thiserror::Error)]
pub enum RazorpayError {
    /// It does not know the thing.
    #[error("Razorpay knows no such thing")]
    NotFound,
    /// It will not do that, and says why.
    #[error("Razorpay refused: {0}")]
    Refused(String),
    /// Unreachable, refusing, or answering something else than documented.
    #[error("Razorpay failed: {0}")]
    Failed(String),
}

/// A client of one Razorpay account.
#[derive(Debug, Clone)]
pub struct Razorpay {
    http: LateClient,
    base_url: String,
    key_id: String,
    key_secret: SecretString,
}

#[derive(Deserialize)]
struct Collection {
    items: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct RefundAnswer {
    id: String,
    status: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Refusal {
    error: Reason,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Reason {
    description: String,
}

#[derive(Deserialize)]
struct OrderAnswer {
    id: RazorpayOrderId,
    amount: u64,
}

impl Razorpay {
    /// `RAZORPAY_KEY_ID`, `RAZORPAY_KEY_SECRET` and `RAZORPAY_BASE_URL` (by default Razorpay's own).
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingError> {
        let base_url = settings.optional("RAZORPAY_BASE_URL").unwrap_or("https://api.razorpay.com");
        Ok(Self {
            http: LateClient::default(),
            base_url: base_url.trim_end_matches('/').to_owned(),
            key_id: settings.required("RAZORPAY_KEY_ID")?.to_owned(),
            key_secret: settings.secret("RAZORPAY_KEY_SECRET")?,
        })
    }

    fn http(&self) -> Result<&reqwest::Client, RazorpayError> {
        self.http.get().map_err(RazorpayError::Failed)
    }

    /// The key id, which browsers need.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Makes an order. Our id is its receipt; asked twice, Razorpay answers the same order.
    pub async fn create_order(&self, id: OrderId, amount: Paise) -> Result<RazorpayOrderId, RazorpayError> {
        let body = serde_json::json!({
            "amount": amount.get(),
            "currency": Paise::CURRENCY,
            "receipt": id.to_string(),
            "unique_receipt": true,
            "payment": { "capture": "automatic", "capture_options": { "automatic_expiry_period": 12, "refund_speed": "normal" } },
            "notes": { "order_id": id.to_string() },
        });
        let request = self.http()?.post(format!("{}/v1/orders", self.base_url)).json(&body);
        let order: OrderAnswer = self.answer(request).await?;
        if order.amount != amount.get() {
            return Err(RazorpayError::Failed("an order of another amount was answered".to_owned()));
        }
        Ok(order.id)
    }

    /// A payment as Razorpay has it now.
    pub async fn payment(&self, id: &RazorpayPaymentId) -> Result<PaymentEntity, RazorpayError> {
        self.answer(self.http()?.get(format!("{}/v1/payments/{id}", self.base_url))).await
    }

    /// The payments of an order, as Razorpay has them now. One that cannot be read keeps no other from being seen.
    pub async fn payments_of(&self, order: &RazorpayOrderId) -> Result<Vec<PaymentEntity>, RazorpayError> {
        let Collection { items } = self.answer(self.http()?.get(format!("{}/v1/orders/{order}/payments", self.base_url))).await?;
        let read = |item: serde_json::Value| match PaymentEntity::deserialize(&item) {
            Ok(payment) => Some(payment),
            Err(error) => {
                tracing::warn!(%order, %error, "a payment of an order cannot be read");
                None
            }
        };
        Ok(items.into_iter().filter_map(read).collect())
    }

    /// Has a captured payment paid back in full; answers Razorpay's id of the refund. Asked again, it finds the refund
    /// that there is: a payment never goes back twice.
    pub async fn refund(&self, payment: &RazorpayPaymentId, id: RefundId) -> Result<String, RazorpayError> {
        let address = format!("{}/v1/payments/{payment}", self.base_url);
        let Collection { items } = self.answer(self.http()?.get(format!("{address}/refunds"))).await?;
        let refunds = items.iter().filter_map(|item| RefundAnswer::deserialize(item).ok());
        if let Some(refund) = refunds.into_iter().find(|refund| refund.status.as_deref() != Some("failed")) {
            return Ok(refund.id);
        }
        let body = serde_json::json!({ "speed": "normal", "receipt": id.to_string() });
        let request = self.http()?.post(format!("{address}/refund")).header("X-Refund-Idempotency", id.to_string());
        Ok(self.answer::<RefundAnswer>(request.json(&body)).await?.id)
    }

    /// Whether the checkout of an order signed a payment.
    pub fn signed(&self, order: &RazorpayOrderId, payment: &RazorpayPaymentId, signature: &str) -> bool {
        crate::signature::verify(&[&self.key_secret], format!("{order}|{payment}").as_bytes(), signature)
    }

    async fn answer<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T, RazorpayError> {
        let failed = |error: reqwest::Error| RazorpayError::Failed(error.without_url().to_string());
        let request = request.basic_auth(&self.key_id, Some(self.key_secret.expose_secret()));
        let answer = request.send().await.map_err(failed)?;
        match answer.status() {
            status if status.is_success() => answer.json().await.map_err(failed),
            status if status == reqwest::StatusCode::NOT_FOUND => Err(RazorpayError::NotFound),
            status if status == reqwest::StatusCode::BAD_REQUEST => {
                let refusal: Refusal = answer.json().await.unwrap_or_default();
                Err(RazorpayError::Refused(refusal.error.description))
            }
            status => Err(RazorpayError::Failed(format!("status {status}"))),
        }
    }
}
