//! Sealing: text that clients or the table hold for us, which nobody else can read, make up, alter or use elsewhere.

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use gateways::settings::{SettingError, Settings};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::sync::Arc;

const NONCE: usize = 12;

/// AES-256-GCM under one key, derived from a secret for one use.
#[derive(Clone)]
pub(crate) struct Cipher(Arc<Aes256Gcm>);

impl Cipher {
    pub(crate) fn derived(purpose: &str, secret: &SecretString) -> Self {
        let key = Sha256::digest([b"seal:", purpose.as_bytes(), b":", secret.expose_secret().as_bytes()].concat());
        Self(Arc::new(Aes256Gcm::new(&<[u8; 32]>::from(key).into())))
    }

    /// Seals a text for a place: it opens only there. Fails for texts of 64 GB and more only.
    pub(crate) fn seal(&self, place: &str, text: &[u8]) -> Option<String> {
        let nonce: [u8; NONCE] = rand::random();
        let sealed = self.0.encrypt(&nonce.into(), Payload { msg: text, aad: place.as_bytes() }).ok()?;
        Some(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    pub(crate) fn open(&self, place: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        self.0.decrypt(&(*nonce).into(), Payload { msg: sealed, aad: place.as_bytes() }).ok()
    }
}

/// Seals under keys derived from `JWT_SECRET`; what the previous secret sealed is still opened.
#[derive(Clone)]
pub struct Sealer {
    current: Cipher,
    previous: Option<Cipher>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    /// A sealer for one use, so that nothing sealed for another opens here.
    pub fn from_settings(settings: &Settings, purpose: &str) -> Result<Self, SettingError> {
        let cipher = |secret: &SecretString| Cipher::derived(purpose, secret);
        let previous = settings.optional_secret("JWT_SECRET_PREVIOUS")?;
        Ok(Self { current: cipher(&settings.secret("JWT_SECRET")?), previous: previous.as_ref().map(cipher) })
    }

    /// Seals a text for a place: it opens only there.
    pub fn seal(&self, place: &str, text: &[u8]) -> String {
        self.current.seal(place, text).unwrap_or_default()
    }

    /// What was sealed for a place.
    pub fn open(&self, place: &str, sealed: &str) -> Option<Vec<u8>> {
        self.current.open(place, sealed).or_else(|| self.previous.as_ref()?.open(place, sealed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(pairs: &[(&str, &str)], purpose: &str) -> Sealer {
        Sealer::from_settings(&Settings::from_values(pairs.iter().copied()), purpose).unwrap()
    }

    #[test]
    fn a_sealed_text_opens_only_at_its_place_unaltered_and_for_its_purpose() {
        let secret = [("JWT_SECRET", "0123456789abcdef")];
        let ours = sealer(&secret, "cursor");
        let sealed = ours.seal("/api/mocks", b"mentee 7");
        assert_eq!(ours.open("/api/mocks", &sealed).as_deref(), Some(&b"mentee 7"[..]));
        assert_eq!(ours.open("/api/feedbacks", &sealed), None);
        assert_eq!(sealer(&secret, "idempotency").open("/api/mocks", &sealed), None);
        for bad in ["", "AAAA", &sealed[1..], &format!("{sealed}A"), "ß"] {
            assert_eq!(ours.open("/api/mocks", bad), None, "{bad}");
        }
        assert!(!URL_SAFE_NO_PAD.decode(&sealed).unwrap().windows(6).any(|part| part == b"mentee"));
        assert_ne!(ours.seal("/api/mocks", b"mentee 7"), sealed);
    }

    #[test]
    fn what_the_previous_secret_sealed_still_opens() {
        let sealed = sealer(&[("JWT_SECRET", "0123456789abcdef")], "cursor").seal("/", b"text");
        let rotated = sealer(&[("JWT_SECRET", "fedcba9876543210"), ("JWT_SECRET_PREVIOUS", "0123456789abcdef")], "cursor");
        assert!(rotated.open("/", &sealed).is_some());
        assert!(sealer(&[("JWT_SECRET", "fedcba9876543210")], "cursor").open("/", &sealed).is_none());
    }
}
