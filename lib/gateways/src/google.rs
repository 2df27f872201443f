//! Google's sign-in: where browsers are sent, what a code is exchanged for, and the keys that sign ID tokens.

use crate::{
    http::LateClient,
    settings::{SettingError, Settings},
};
use domain::Instant;
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{collections::HashMap, sync::Arc};
use tokio::sync::Mutex;

/// Keys are asked for again after so long …
const KEYS_KEPT: SignedDuration = SignedDuration::from_hours(1);
/// … and at most so often when a token names one that is not among them, or when Google does not answer.
const ASKED_AT_MOST_EVERY: SignedDuration = SignedDuration::from_secs(30);
/// More than Google ever has at once.
const MOST_KEYS: usize = 20;

/// Why Google was of no help.
#[derive(Debug, thiserror::Error)]
pub enum GoogleError {
    /// It does not take the code.
    #[error("Google does not know the code")]
    UnknownCode,
    /// It is not configured, cannot be reached, or answers something else than documented.
    #[error("Google failed: {0}")]
    Failed(String),
}

/// A public key of Google's: modulus and exponent in base64, as it publishes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoogleKey {
    pub n: String,
    pub e: String,
}

#[derive(Debug, Clone)]
struct Client {
    id: String,
    secret: SecretString,
    redirect_uri: String,
}

#[derive(Debug, Default)]
struct Keys {
    known: HashMap<String, GoogleKey>,
    read_at: Option<Instant>,
    asked_at: Option<Instant>,
}

/// A client of Google's sign-in.
#[derive(Debug, Clone)]
pub struct Google {
    http: LateClient,
    client: Option<Client>,
    auth_url: String,
    token_url: String,
    keys_url: String,
    keys: Arc<Mutex<Keys>>,
}

/// What a browser is sent to Google with.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    pub state: &'a str,
    pub nonce: &'a str,
    /// The SHA-256 of the verifier, in base64.
    pub challenge: &'a str,
}

impl Google {
    /// `GOOGLE_OAUTH2_CLIENT_ID`, `GOOGLE_OAUTH2_CLIENT_SECRET` and `GOOGLE_OAUTH2_REDIRECT_URI`, all or none: without them
    /// nobody signs in this way. `GOOGLE_AUTH_URL`, `GOOGLE_TOKEN_URL` and `GOOGLE_KEYS_URL` are Google's own unless set.
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingError> {
        let url = |name: &str, usual: &str| -> Result<String, SettingError> {
            let url = settings.optional(name).unwrap_or(usual);
            let sound = url.starts_with("https://") || url.starts_with("http://");
            let bad = || SettingError::Bad { name: name.to_owned(), why: "is no http address".to_owned() };
            sound.then(|| url.to_owned()).ok_or_else(bad)
        };
        let client = match settings.optional("GOOGLE_OAUTH2_CLIENT_ID") {
            None => None,
            Some(id) => Some(Client {
                id: id.to_owned(),
                secret: settings.secret("GOOGLE_OAUTH2_CLIENT_SECRET")?,
                redirect_uri: settings.required("GOOGLE_OAUTH2_REDIRECT_URI")?.to_owned(),
            }),
        };
        Ok(Self {
            http: LateClient::default(),
            client,
            auth_url: url("GOOGLE_AUTH_URL", "https://accounts.google.com/o/oauth2/v2/auth")?,
            token_url: url("GOOGLE_TOKEN_URL", "https://oauth2.googleapis.com/token")?,
            keys_url: url("GOOGLE_KEYS_URL", "https://www.googleapis.com/oauth2/v3/certs")?,
            keys: Arc::default(),
        })
    }

    fn client(&self) -> Result<&Client, GoogleError> {
        self.client.as_ref().ok_or_else(|| GoogleError::Failed("it is not configured".to_owned()))
    }

    /// To whom its ID tokens must be addressed.
    pub fn client_id(&self) -> Result<&str, GoogleError> {
        Ok(&self.client()?.id)
    }

    /// Where a browser goes to sign in.
    pub fn address(&self, asking: Asking<'_>) -> Result<String, GoogleError> {
        let client = self.client()?;
        let query = [
            ("response_type", "code"),
            ("client_id", &client.id),
            ("redirect_uri", &client.redirect_uri),
            ("scope", "openid email profile"),
            ("state", asking.state),
            ("nonce", asking.nonce),
            ("code_challenge", asking.challenge),
            ("code_challenge_method", "S256"),
            ("prompt", "select_account"),
        ];
        let failed = |error: String| GoogleError::Failed(error);
        let url = reqwest::Url::parse_with_params(&self.auth_url, query).map_err(|error| failed(error.to_string()))?;
        Ok(url.into())
    }

    /// The ID token that a code stands for.
    pub async fn exchange(&self, code: &str, verifier: &str) -> Result<String, GoogleError> {
        #[derive(Deserialize)]
        struct Exchanged {
            id_token: String,
        }
        let client = self.client()?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", verifier),
            ("client_id", &client.id),
            ("client_secret", client.secret.expose_secret()),
            ("redirect_uri", &client.redirect_uri),
        ];
        let http = self.http.get().map_err(GoogleError::Failed)?;
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = http.post(&self.token_url).header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(form).send().await.map_err(failed)?;
        match answer.status() {
            status if status.is_success() => Ok(answer.json::<Exchanged>().await.map_err(failed)?.id_token),
            reqwest::StatusCode::BAD_REQUEST => Err(GoogleError::UnknownCode),
            status => Err(GoogleError::Failed(format!("status {status}"))),
        }
    }

    /// The key by this id. What was read within the hour counts; an id that is not there is looked for anew, but not at
    /// every request, or strangers could make us ask.
    pub async fn key(&self, id: &str, now: Instant) -> Result<Option<GoogleKey>, GoogleError> {
        let mut keys = self.keys.lock().await;
        let age = |at: Option<Instant>| at.filter(|at| now >= *at).map(|at| now.since(at));
        let fresh = age(keys.read_at).is_some_and(|age| age < KEYS_KEPT);
        let known = keys.known.get(id).cloned();
        if fresh && known.is_some() {
            return Ok(known);
        }
        if age(keys.asked_at).is_some_and(|age| age < ASKED_AT_MOST_EVERY) {
            return if fresh { Ok(None) } else { Err(GoogleError::Failed("its keys could not be read just now".to_owned())) };
        }
        keys.asked_at = Some(now);
        match self.read_keys().await {
            Ok(read) => {
                (keys.known, keys.read_at) = (read, Some(now));
                Ok(keys.known.get(id).cloned())
            }
            Err(error) => Err(error),
        }
    }

    async fn read_keys(&self) -> Result<HashMap<String, GoogleKey>, GoogleError> {
        #[derive(Deserialize)]
        struct Published {
            keys: Vec<Key>,
        }
        #[derive(Deserialize)]
        struct Key {
            kid: Option<String>,
            kty: String,
            n: Option<String>,
            e: Option<String>,
        }
        let http = self.http.get().map_err(GoogleError::Failed)?;
        let answer = http.get(&self.keys_url).send().await.and_then(reqwest::Response::error_for_status).map_err(failed)?;
        let published: Published = answer.json().await.map_err(failed)?;
        let rsa = published.keys.into_iter().filter(|key| key.kty == "RSA").take(MOST_KEYS);
        Ok(rsa.filter_map(|key| Some((key.kid?, GoogleKey { n: key.n?, e: key.e? }))).collect())
    }
}

fn failed(error: reqwest::Error) -> GoogleError {
    GoogleError::Failed(error.without_url().to_string())
}
