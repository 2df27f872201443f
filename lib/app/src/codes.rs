//! One-time codes: six digits mailed to an address, which prove that its owner reads it (hole 3).
//!
//! Asking for one is to tell nobody whether the address is known. So a face only counts the wish and tells of it by an
//! event; whoever handles that makes the code and mails it.

use crate::{
    Context,
    limits::{LimitError, Limits, MAILED_SECRET, MAILED_SECRETS_OF_SOURCE, REDEEMING},
};
use domain::{Instant, Product, account::CodePurpose, text::Email};
use gateways::settings::{SettingError, Settings};
use jiff::SignedDuration;
use secrecy::SecretString;
use store::{Store, StoreError};

/// A code is good for so long …
pub const CODE_LASTS: SignedDuration = SignedDuration::from_mins(10);
/// … and so many tries.
const TRIES: u32 = 5;

/// A code as it goes into the mail; never stored or printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// The digits, for the mail.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

/// Why a code was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// Wrong, late, used, or never made: one answer for all of these.
    #[error("the code is wrong or late")]
    Wrong,
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use cases of one-time codes.
#[derive(Debug, Clone)]
pub struct Codes {
    store: Store,
    limits: Limits,
    pepper: Pepper,
}

/// The secrets that key the hashes: the present one, and the one before it during a rotation.
#[derive(Debug, Clone)]
struct Pepper {
    current: SecretString,
    previous: Option<SecretString>,
}

impl Codes {
    /// Codes in a store. Their hashes are keyed by `JWT_SECRET`: without it a copy of the table opens nothing.
    pub fn from_settings(store: Store, settings: &Settings) -> Result<Self, SettingError> {
        let pepper =
            Pepper { current: settings.secret("JWT_SECRET")?, previous: settings.optional_secret("JWT_SECRET_PREVIOUS")? };
        Ok(Self { limits: Limits::new(store.clone()), store, pepper })
    }

    /// Counts a wish for a code; the face then tells of it by an event.
    pub async fn allow(&self, cx: &Context, email: &Email) -> Result<(), CodeError> {
        self.limits.take_from_source(cx, MAILED_SECRETS_OF_SOURCE).await?;
        Ok(self.limits.take(cx, MAILED_SECRET, &format!("address:{email}")).await?)
    }

    /// Makes a code for an address, in place of any earlier one.
    pub async fn make(&self, product: Product, purpose: CodePurpose, email: &Email, now: Instant) -> Result<Code, CodeError> {
        let code = Code(format!("{:06}", rand::random_range(0..1_000_000)));
        let hash = hash(&self.pepper.current, product, purpose, email, &code.0);
        self.store.put_code(product, purpose, email, &hash, TRIES, now.plus(CODE_LASTS)).await?;
        Ok(code)
    }

    /// Uses a code up.
    pub async fn redeem(&self, cx: &Context, purpose: CodePurpose, email: &Email, code: &str) -> Result<(), CodeError> {
        self.limits.take_from_source(cx, REDEEMING).await?;
        self.limits.take(cx, REDEEMING, &format!("address:{email}")).await?;
        let secrets = [Some(&self.pepper.current), self.pepper.previous.as_ref()].into_iter().flatten();
        let hashes: Vec<_> = secrets.map(|secret| hash(secret, cx.product, purpose, email, code.trim())).collect();
        let right = self.store.redeem_code(cx.product, purpose, email, &hashes, cx.now).await?;
        right.then_some(()).ok_or(CodeError::Wrong)
    }
}

fn hash(secret: &SecretString, product: Product, purpose: CodePurpose, email: &Email, code: &str) -> String {
    let text = format!("code|{product}|{}|{email}|{code}", purpose.as_str());
    gateways::signature::sign(secret, text.as_bytes())
}
