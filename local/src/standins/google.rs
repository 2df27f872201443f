//! A stand-in for Google's sign-in: a page on which anybody says who he is, the exchange of its codes, and the keys that
//! its ID tokens are signed by. Its key stands here for everybody to read, so its word is worth nothing anywhere else.

use crate::MovableClock;
use app::Clock;
use axum::{
    Json, Router,
    extract::{Query, State},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The client that the local server is to it.
pub const CLIENT_ID: &str = "local.apps.googleusercontent.com";
/// That client's secret.
pub const CLIENT_SECRET: &str = "local-google-client-secret";

/// The key's parts: the private key as DER, the modulus in base64.
const KEY: &[u8] = include_bytes!("google/key.der");
const MODULUS: &str = include_str!("google/key.n");
const EXPONENT: &str = "AQAB";

/// What a browser asked with.
#[derive(Debug, Clone, Deserialize)]
struct Asked {
    client_id: String,
    redirect_uri: String,
    state: String,
    nonce: String,
    code_challenge: String,
    code_challenge_method: String,
    /// Who the person says he is, once he has said so.
    email: Option<String>,
}

#[derive(Debug)]
struct Inner {
    down: bool,
    key_id: String,
    /// How often its keys were asked for.
    asked_for_keys: usize,
    codes: HashMap<String, Asked>,
}

/// The stand-in.
#[derive(Debug, Clone)]
pub struct Google {
    clock: Arc<MovableClock>,
    inner: Arc<Mutex<Inner>>,
}

impl Google {
    /// A stand-in by this clock.
    pub fn new(clock: Arc<MovableClock>) -> Self {
        let inner = Inner { down: false, key_id: "first".to_owned(), asked_for_keys: 0, codes: HashMap::new() };
        Self { clock, inner: Arc::new(Mutex::new(inner)) }
    }

    fn with<T>(&self, f: impl FnOnce(&mut Inner) -> T) -> T {
        f(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes it down, or brings it back.
    pub fn set_down(&self, down: bool) {
        self.with(|inner| inner.down = down);
    }

    /// Gives its key another name, as when keys are rotated.
    pub fn rotate(&self, key_id: &str) {
        self.with(|inner| inner.key_id = key_id.to_owned());
    }

    /// How often its keys were asked for.
    pub fn asked_for_keys(&self) -> usize {
        self.with(|inner| inner.asked_for_keys)
    }

    /// What a good ID token says of the owner of an address.
    pub fn claims(&self, email: &str) -> Value {
        let now = self.clock.now().epoch_seconds();
        let name = email.split('@').next().unwrap_or_default().replace('.', " ");
        json!({
            "iss": "https://accounts.google.com", "aud": CLIENT_ID, "sub": subject(email), "email": email,
            "email_verified": true, "name": name, "picture": "https://example.com/picture.png", "iat": now, "exp": now + 3600,
        })
    }

    /// An ID token that says this, signed by the key.
    pub fn id_token(&self, claims: &Value) -> String {
        let key_id = self.with(|inner| inner.key_id.clone());
        let header = Header { kid: Some(key_id), ..Header::new(Algorithm::RS256) };
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_rsa_der(KEY)).unwrap_or_default()
    }
}

/// What never changes of a person: here it is made of the address.
fn subject(email: &str) -> String {
    hex(&Sha256::digest(email.to_lowercase().as_bytes())[..10])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Its routes.
pub fn router(google: Google) -> Router {
    let routes = Router::new().route("/auth", get(ask)).route("/token", post(exchange)).route("/keys", get(keys));
    routes.with_state(google)
}

/// The page, or what comes of it.
async fn ask(State(google): State<Google>, Query(asked): Query<Asked>) -> Response {
    if asked.client_id != CLIENT_ID || asked.code_challenge_method != "S256" {
        return (StatusCode::BAD_REQUEST, "this client is not known, or asks without PKCE").into_response();
    }
    if asked.email.as_deref().is_none_or(|email| !email.contains('@')) {
        return Html(page(&asked)).into_response();
    }
    let code = uuid::Uuid::new_v4().to_string();
    let back =
        form_urlencoded::Serializer::new(String::new()).append_pair("code", &code).append_pair("state", &asked.state).finish();
    let address = format!("{}?{back}", asked.redirect_uri);
    google.with(|inner| inner.codes.insert(code, asked));
    Redirect::to(&address).into_response()
}

fn page(asked: &Asked) -> String {
    let fields = [
        ("client_id", &asked.client_id),
        ("redirect_uri", &asked.redirect_uri),
        ("state", &asked.state),
        ("nonce", &asked.nonce),
        ("code_challenge", &asked.code_challenge),
        ("code_challenge_method", &asked.code_challenge_method),
    ];
    let escaped = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let hidden: String =
        fields.iter().map(|(name, value)| format!("<input type=hidden name={name} value=\"{}\">", escaped(value))).collect();
    format!(
        "<!doctype html><title>Sign in</title><h1>A stand-in for Google</h1><form>{hidden}\
         <label>Who are you? <input name=email type=email required></label> <button>Continue</button></form>"
    )
}

/// The form in which a code is exchanged.
struct Exchange {
    code: String,
    code_verifier: String,
    client_id: String,
    client_secret: String,
    redirect_uri: String,
    grant_type: String,
}

impl Exchange {
    fn read(form: &str) -> Option<Self> {
        let mut fields: HashMap<String, String> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let mut take = |name: &str| fields.remove(name);
        Some(Self {
            code: take("code")?,
            code_verifier: take("code_verifier")?,
            client_id: take("client_id")?,
            client_secret: take("client_secret")?,
            redirect_uri: take("redirect_uri")?,
            grant_type: take("grant_type")?,
        })
    }
}

async fn exchange(State(google): State<Google>, form: String) -> Result<Json<Value>, StatusCode> {
    let form = Exchange::read(&form).ok_or(StatusCode::BAD_REQUEST)?;
    let (down, asked) = google.with(|inner| (inner.down, inner.codes.remove(&form.code)));
    if down {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let asked = asked.ok_or(StatusCode::BAD_REQUEST)?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form.code_verifier.as_bytes()));
    let client = form.client_id == CLIENT_ID && form.client_secret == CLIENT_SECRET;
    let same = form.redirect_uri == asked.redirect_uri && challenge == asked.code_challenge;
    if !client || !same || form.grant_type != "authorization_code" {
        return Err(StatusCode::BAD_REQUEST);
    }
    let mut claims = google.claims(&asked.email.unwrap_or_default());
    claims["nonce"] = asked.nonce.into();
    let id_token = google.id_token(&claims);
    Ok(Json(json!({ "access_token": "not-used", "token_type": "Bearer", "expires_in": 3600, "id_token": id_token })))
}

async fn keys(State(google): State<Google>) -> Result<Json<Value>, StatusCode> {
    let (down, key_id) = google.with(|inner| {
        inner.asked_for_keys += 1;
        (inner.down, inner.key_id.clone())
    });
    if down {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let key = json!({ "kid": key_id, "kty": "RSA", "alg": "RS256", "use": "sig", "n": MODULUS.trim(), "e": EXPONENT });
    Ok(Json(json!({ "keys": [key] })))
}
