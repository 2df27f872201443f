//! Signing in with Google: by a code that a browser brings from there, or by an ID token that it posts.
//!
//! What counts is the ID token: signed by a key of Google's, for us, in time, about an address that Google has verified.

use crate::{
    Context,
    accounts::SignIn,
    limits::{LimitError, Limits, SIGN_IN},
    tokens::OpaqueToken,
    vouched::{self, VouchedError, VouchedPerson},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Instant, account::Role};
use gateways::google::{Asking, Google, GoogleError};
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::{BegunSignIn, Store, StoreError};

/// Who signs in must be back within this time.
const BEGUN_LASTS: SignedDuration = SignedDuration::from_mins(10);
/// Clocks may differ by so much.
const LEEWAY_SECS: i64 = 60;
/// No ID token is longer.
const LONGEST_TOKEN: usize = 8 * 1024;
const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];

/// Why nobody was signed in with Google.
#[derive(Debug, thiserror::Error)]
pub enum GoogleSignInError {
    /// The ID token is none of Google's for us, or too late.
    #[error("the ID token is not good")]
    BadToken,
    /// The browser that came back is not the one that left, came twice or too late, or its owner said no.
    #[error("the sign-in was not begun here, or is over")]
    NotBegun,
    #[error("the account is inactive")]
    Inactive,
    #[error("Google gave no answer to go by: {0}")]
    Unavailable(String),
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<VouchedError> for GoogleSignInError {
    fn from(error: VouchedError) -> Self {
        match error {
            VouchedError::Unreadable(_) | VouchedError::AnotherPerson => Self::BadToken,
            VouchedError::Inactive => Self::Inactive,
            VouchedError::Store(error) => Self::Store(error),
        }
    }
}

impl From<GoogleError> for GoogleSignInError {
    fn from(error: GoogleError) -> Self {
        match error {
            GoogleError::UnknownCode => Self::NotBegun,
            GoogleError::Failed(why) => Self::Unavailable(why),
        }
    }
}

/// A sign-in that begins: where the browser goes, and what it must bring back.
#[derive(Debug, Clone)]
pub struct Begun {
    pub address: String,
    pub state: String,
    pub expires_at: Instant,
}

/// A finished sign-in, and as what its person asked to come in.
#[derive(Debug)]
pub struct GoogleSignIn {
    pub sign_in: SignIn,
    pub token: OpaqueToken,
    pub role: Role,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    #[serde(default)]
    iat: i64,
    email: Option<String>,
    #[serde(default)]
    email_verified: Flag,
    name: Option<String>,
    picture: Option<String>,
    nonce: Option<String>,
}

/// Google writes it as a word here and there.
#[derive(Default, PartialEq, Eq)]
struct Flag(bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Ok(Self(value == serde_json::Value::Bool(true) || value.as_str() == Some("true")))
    }
}

/// The use cases of signing in with Google.
#[derive(Debug, Clone)]
pub struct GoogleSignIns {
    store: Store,
    limits: Limits,
    google: Google,
}

fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

fn hash_of_state(state: &str) -> String {
    hex::encode(Sha256::digest([b"google state:", state.as_bytes()].concat()))
}

impl GoogleSignIns {
    /// Sign-ins to a store.
    pub fn new(store: Store, google: Google) -> Self {
        Self { limits: Limits::new(store.clone()), store, google }
    }

    /// Begins a sign-in: state, nonce and verifier are new for each, kept under the state's hash, and taken once.
    pub async fn begin(&self, cx: &Context, role: Role) -> Result<Begun, GoogleSignInError> {
        self.limits.take_from_source(cx, SIGN_IN).await?;
        let (state, nonce, verifier) = (random(), random(), random());
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let asking = Asking { state: &state, nonce: &nonce, challenge: &challenge };
        let address = self.google.address(asking)?;
        let expires_at = cx.now.plus(BEGUN_LASTS);
        let begun = BegunSignIn { nonce, verifier, role, expires_at };
        self.store.begin_google_sign_in(cx.product, &hash_of_state(&state), &begun).await?;
        Ok(Begun { address, state, expires_at })
    }

    /// Finishes a sign-in with what the browser brought back.
    pub async fn finish(&self, cx: &Context, state: &str, code: &str) -> Result<GoogleSignIn, GoogleSignInError> {
        self.limits.take_from_source(cx, SIGN_IN).await?;
        let begun = self.store.take_google_sign_in(cx.product, &hash_of_state(state), cx.now).await?;
        let begun = begun.ok_or(GoogleSignInError::NotBegun)?;
        let id_token = self.google.exchange(code, &begun.verifier).await?;
        let person = self.person(&id_token, Some(&begun.nonce), cx.now).await?;
        let (sign_in, token) = vouched::enter(&self.store, cx, &person, begun.role).await?;
        Ok(GoogleSignIn { sign_in, token, role: begun.role })
    }

    /// Signs in by an ID token that a page of the client's had from Google.
    pub async fn verify(&self, cx: &Context, id_token: &str, role: Role) -> Result<GoogleSignIn, GoogleSignInError> {
        self.limits.take_from_source(cx, SIGN_IN).await?;
        let person = self.person(id_token, None, cx.now).await?;
        let (sign_in, token) = vouched::enter(&self.store, cx, &person, role).await?;
        Ok(GoogleSignIn { sign_in, token, role })
    }

    /// Of whom an ID token speaks, if it is good.
    async fn person(&self, id_token: &str, nonce: Option<&str>, now: Instant) -> Result<VouchedPerson, GoogleSignInError> {
        let bad = || GoogleSignInError::BadToken;
        let client_id = self.google.client_id()?.to_owned();
        if id_token.len() > LONGEST_TOKEN {
            return Err(bad());
        }
        let header = jsonwebtoken::decode_header(id_token).map_err(|_| bad())?;
        let id = header.kid.filter(|_| header.alg == Algorithm::RS256).ok_or_else(bad)?;
        let key = self.google.key(&id, now).await?.ok_or_else(bad)?;
        let key = DecodingKey::from_rsa_components(&key.n, &key.e).map_err(|_| bad())?;
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_audience(&[client_id]);
        rules.set_issuer(&ISSUERS);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library reads the machine's clock; ours is passed in.
        rules.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(id_token, &key, &rules).map_err(|_| bad())?.claims;
        let now = now.epoch_seconds();
        let in_time = claims.exp > now - LEEWAY_SECS && claims.iat <= now + LEEWAY_SECS;
        let same = nonce.is_none_or(|nonce| claims.nonce.as_deref() == Some(nonce));
        let email = claims.email.filter(|_| claims.email_verified.0 && in_time && same).ok_or_else(bad)?;
        let person = VouchedPerson::parse(&email, claims.name.as_deref(), claims.picture.as_deref())?;
        Ok(person.known_to_google_as(claims.sub))
    }
}
