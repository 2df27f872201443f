use crate::Webhook;
use std::time::Duration;

/// Razorpay waits no longer for an answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Why a webhook got no answer.
#[derive(Debug, thiserror::Error)]
#[error("no answer: {0}")]
pub struct SendError(String);

/// What was answered to a webhook.
#[derive(Debug, Clone)]
pub struct Sent {
    pub status: u16,
    pub body: String,
}

impl Sent {
    /// Whether Razorpay would count it as delivered.
    pub fn is_taken(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Sends webhooks to one address.
#[derive(Debug, Clone)]
pub struct Sender {
    http: reqwest::Client,
    url: String,
}

impl Sender {
    /// Sends to a webhook's whole address, such as `http://127.0.0.1:3000/api/payment/webhook`.
    pub fn new(url: impl Into<String>) -> Result<Self, SendError> {
        gateways::razorpay::install_tls_provider();
        let http = reqwest::Client::builder().timeout(TIMEOUT).build().map_err(|error| SendError(error.to_string()))?;
        Ok(Self { http, url: url.into() })
    }

    /// Sends a webhook with the headers that Razorpay sends.
    pub async fn send(&self, webhook: &Webhook) -> Result<Sent, SendError> {
        let failed = |error: reqwest::Error| SendError(error.without_url().to_string());
        let request = self
            .http
            .post(&self.url)
            .header("content-type", "application/json")
            .header("x-razorpay-signature", &webhook.signature)
            .header("x-razorpay-event-id", &webhook.event_id)
            .body(webhook.body.clone());
        let answer = request.send().await.map_err(failed)?;
        Ok(Sent { status: answer.status().as_u16(), body: answer.text().await.map_err(failed)? })
    }
}
