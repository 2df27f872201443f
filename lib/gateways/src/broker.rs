//! The broker that signs people in with Google for us: it hands a browser a session id, which we exchange here.

use crate::{
    http::LateClient,
    settings::{SettingError, Settings},
};
use serde::Deserialize;

/// Why the broker named nobody.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// It does not know the session, or has ended it.
    #[error("the broker knows no such session")]
    UnknownSession,
    /// None is configured, it cannot be reached, or it answers something else than documented.
    #[error("the broker failed: {0}")]
    Failed(String),
}

/// Who signed in there. The broker vouches for the address.
#[derive(Debug, Clone, Deserialize)]
pub struct BrokeredPerson {
    pub email: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub picture: Option<String>,
}

/// A client of the broker.
#[derive(Debug, Clone)]
pub struct Broker {
    http: LateClient,
    base_url: Option<String>,
}

impl Broker {
    /// `SESSION_BROKER_URL`; without one nobody can sign in this way.
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingError> {
        let base_url = settings.optional("SESSION_BROKER_URL").map(|url| url.trim_end_matches('/').to_owned());
        match base_url {
            Some(url) if !url.starts_with("https://") && !url.starts_with("http://") => {
                Err(SettingError::Bad { name: "SESSION_BROKER_URL".to_owned(), why: "is no http address".to_owned() })
            }
            base_url => Ok(Self { http: LateClient::default(), base_url }),
        }
    }

    /// Who stands behind a session id.
    pub async fn person(&self, session_id: &str) -> Result<BrokeredPerson, BrokerError> {
        let base_url = self.base_url.as_ref().ok_or_else(|| BrokerError::Failed("none is configured".to_owned()))?;
        // What cannot stand in a header is no session id.
        let session = http_header(session_id).ok_or(BrokerError::UnknownSession)?;
        let failed = |error: reqwest::Error| BrokerError::Failed(error.without_url().to_string());
        let http = self.http.get().map_err(BrokerError::Failed)?;
        let request = http.get(format!("{base_url}/auth/v1/env/oauth/session-data")).header("X-Session-ID", session);
        let answer = request.send().await.map_err(failed)?;
        match answer.status() {
            status if status.is_success() => answer.json().await.map_err(failed),
            status if status.is_client_error() && status != reqwest::StatusCode::TOO_MANY_REQUESTS => {
                Err(BrokerError::UnknownSession)
            }
            status => Err(BrokerError::Failed(format!("status {status}"))),
        }
    }
}

fn http_header(text: &str) -> Option<reqwest::header::HeaderValue> {
    let value = reqwest::header::HeaderValue::from_str(text).ok()?;
    (!text.is_empty() && text.len() <= 512).then_some(value)
}
