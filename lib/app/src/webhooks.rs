//! Taking in Razorpay's webhooks: verify, keep raw, answer. Applying them is [`crate::settlement`]'s.

use crate::new_id;
use domain::{
    Instant,
    event::{Actor, Detail, Event},
};
use gateways::{
    settings::{SettingError, Settings},
    signature,
};
use secrecy::SecretString;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::{Store, StoreError, StoredWebhook};

/// Why a webhook was not taken.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    #[error("the signature is missing or wrong")]
    BadSignature,
    #[error("the body is no event of Razorpay's")]
    BadBody,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use case of taking webhooks in.
#[derive(Debug, Clone)]
pub struct Webhooks {
    store: Store,
    secrets: Arc<Vec<SecretString>>,
}

/// A webhook as it comes in.
#[derive(Debug)]
pub struct Incoming<'a> {
    pub signature: &'a str,
    /// Razorpay's id of the event; not signed.
    pub event_id: Option<&'a str>,
    /// The raw bytes, which are what is signed.
    pub body: &'a [u8],
    pub request_id: Option<String>,
}

#[derive(Deserialize)]
struct Envelope {
    event: String,
}

impl Webhooks {
    /// `RAZORPAY_WEBHOOK_SECRET` and, during a rotation, `RAZORPAY_WEBHOOK_SECRET_PREVIOUS`.
    pub fn from_settings(store: Store, settings: &Settings) -> Result<Self, SettingError> {
        let mut secrets = vec![settings.secret("RAZORPAY_WEBHOOK_SECRET")?];
        secrets.extend(settings.optional_secret("RAZORPAY_WEBHOOK_SECRET_PREVIOUS")?);
        Ok(Self { store, secrets: Arc::new(secrets) })
    }

    /// Takes in a webhook. The signature is checked over the raw bytes before anything is read; a webhook that
    /// came before is taken silently.
    pub async fn receive(&self, now: Instant, incoming: Incoming<'_>) -> Result<(), WebhookError> {
        let Incoming { signature, event_id, body, request_id } = incoming;
        let secrets: Vec<&SecretString> = self.secrets.iter().collect();
        if !signature::verify(&secrets, body, signature) {
            return Err(WebhookError::BadSignature);
        }
        let text = std::str::from_utf8(body).map_err(|_| WebhookError::BadBody)?;
        let Envelope { event: name } = serde_json::from_str(text).map_err(|_| WebhookError::BadBody)?;
        let webhook = StoredWebhook { id: stored_id(event_id, body), body: text.to_owned() };
        let detail = Detail::RazorpayWebhookReceived { webhook_id: webhook.id.clone(), event: name };
        let event = Event::new(new_id(now), None, Actor::System, now, detail).caused_by(request_id);
        if !self.store.add_webhook(&webhook, &event).await? {
            tracing::info!(webhook.id = webhook.id, "a webhook came again");
        }
        Ok(())
    }
}

/// The header's event id is not signed, so the body's hash is part of the id: a replayed body under another's id
/// cannot keep that other one out.
fn stored_id(event_id: Option<&str>, body: &[u8]) -> String {
    let hash = hex::encode(&Sha256::digest(body)[..16]);
    let safe =
        |id: &&str| !id.is_empty() && id.len() <= 64 && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    format!("{}-{hash}", event_id.filter(safe).unwrap_or("unnamed"))
}
