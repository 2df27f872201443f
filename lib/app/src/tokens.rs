//! Tokens: JWTs that carry a session, and opaque ones that open a session or set a password.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    AccountId, Instant, Product, SessionId,
    account::{Account, Session},
    text::Email,
};
use gateways::settings::{SettingError, Settings};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const ISSUER: &str = "platform";

/// Why a token is worth nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("no token of ours for this product")]
    Invalid,
    #[error("the token has expired")]
    Expired,
}

/// What a face says of its member in a token (F-37). Clients may read it; nothing is ever decided by it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FaceClaims {
    pub role: String,
    pub status: String,
    pub plan_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    user_id: AccountId,
    email: String,
    #[serde(flatten)]
    face: FaceClaims,
    iat: i64,
    exp: i64,
    sub: AccountId,
    iss: String,
    aud: String,
    jti: String,
    sid: SessionId,
    typ: String,
}

/// A refresh token's claims: which family it renews, and its own id, whose hash the family keeps.
#[derive(Debug, Serialize, Deserialize)]
struct RefreshClaims {
    iat: i64,
    exp: i64,
    sub: AccountId,
    iss: String,
    aud: String,
    jti: uuid::Uuid,
    sid: SessionId,
    typ: String,
}

/// A refresh token as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refresh {
    pub account_id: AccountId,
    pub session_id: SessionId,
    /// What the family keeps of it.
    pub hash: String,
}

struct Key {
    id: String,
    encode: EncodingKey,
    decode: DecodingKey,
}

impl Key {
    fn new(secret: &SecretString) -> Self {
        let bytes = secret.expose_secret().as_bytes();
        // The id tells keys apart during a rotation and nothing about the key.
        let id = hex::encode(&Sha256::digest([b"kid:", bytes].concat())[..6]);
        Self { id, encode: EncodingKey::from_secret(bytes), decode: DecodingKey::from_secret(bytes) }
    }
}

/// The keys of our JWTs: the one that signs, and the one before it during a rotation.
pub struct JwtKeys {
    current: Key,
    previous: Option<Key>,
}

impl std::fmt::Debug for JwtKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JwtKeys({})", self.current.id)
    }
}

impl JwtKeys {
    /// `JWT_SECRET` and, during a rotation, `JWT_SECRET_PREVIOUS`.
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingError> {
        let previous = settings.optional_secret("JWT_SECRET_PREVIOUS")?;
        Ok(Self { current: Key::new(&settings.secret("JWT_SECRET")?), previous: previous.as_ref().map(Key::new) })
    }

    /// A token for a session of fixed length, good until the session ends.
    pub fn issue(&self, session: &Session, account: &Account, face: FaceClaims, now: Instant) -> Result<String, TokenError> {
        if session.is_sliding() {
            return Err(TokenError::Invalid);
        }
        let claims = Claims {
            user_id: account.id,
            email: account.email.to_string(),
            face,
            iat: now.epoch_seconds(),
            exp: if session.refresh.is_some() { session.access_until(now) } else { session.expires_at }.epoch_seconds(),
            sub: account.id,
            iss: ISSUER.to_owned(),
            aud: session.product.to_string(),
            jti: session.id.to_string(),
            sid: session.id,
            typ: "access".to_owned(),
        };
        self.sign(&claims)
    }

    fn sign(&self, claims: &impl Serialize) -> Result<String, TokenError> {
        let header = Header { kid: Some(self.current.id.clone()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, claims, &self.current.encode).map_err(|_| TokenError::Invalid)
    }

    /// A refresh token of a family, good as long as the family keeps the hash of its id.
    pub fn issue_refresh(&self, session: &Session, jti: uuid::Uuid, now: Instant) -> Result<String, TokenError> {
        let (iss, aud, typ) = (ISSUER.to_owned(), session.product.to_string(), "refresh".to_owned());
        let (iat, exp) = (now.epoch_seconds(), session.expires_at.epoch_seconds());
        self.sign(&RefreshClaims { iat, exp, sub: session.account_id, iss, aud, jti, sid: session.id, typ })
    }

    /// Whose session a token carries at a product.
    pub fn verify(&self, token: &str, product: Product, now: Instant) -> Result<(AccountId, SessionId), TokenError> {
        let claims: Claims = self.read(token, product)?;
        if claims.typ != "access" {
            return Err(TokenError::Invalid);
        }
        if claims.exp <= now.epoch_seconds() {
            return Err(TokenError::Expired);
        }
        Ok((claims.sub, claims.sid))
    }

    /// Which family a refresh token renews at a product.
    pub fn verify_refresh(&self, token: &str, product: Product, now: Instant) -> Result<Refresh, TokenError> {
        let claims: RefreshClaims = self.read(token, product)?;
        if claims.typ != "refresh" {
            return Err(TokenError::Invalid);
        }
        if claims.exp <= now.epoch_seconds() {
            return Err(TokenError::Expired);
        }
        Ok(Refresh { account_id: claims.sub, session_id: claims.sid, hash: refresh_hash(claims.jti) })
    }

    fn read<C: serde::de::DeserializeOwned>(&self, token: &str, product: Product) -> Result<C, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        let keys = std::iter::once(&self.current).chain(&self.previous);
        let key = keys.into_iter().find(|key| header.kid.as_deref() == Some(&key.id)).ok_or(TokenError::Invalid)?;
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_audience(&[product.slug()]);
        rules.set_issuer(&[ISSUER]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library reads the machine's clock; ours is passed in.
        rules.validate_exp = false;
        Ok(jsonwebtoken::decode::<C>(token, &key.decode, &rules).map_err(|_| TokenError::Invalid)?.claims)
    }
}

/// What a family keeps of its refresh token.
pub fn refresh_hash(jti: uuid::Uuid) -> String {
    hex::encode(Sha256::digest([b"refresh:", jti.as_bytes().as_slice()].concat()))
}

/// What an opaque token is good for; its prefix says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpaqueKind {
    /// A mailed link to set a password; used once.
    SetPassword,
    /// A mailed link that proves a new address; used once.
    ChangeEmail,
    /// A stored session, in a cookie or an Authorization header.
    Session,
    /// Opens a WebSocket connection; used once.
    Ticket,
}

impl OpaqueKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::SetPassword => "sp",
            Self::ChangeEmail => "ce",
            Self::Session => "st",
            Self::Ticket => "tk",
        }
    }
}

/// An opaque token: `<prefix>_<account id>.<secret>`. Only a hash of kind and secret is ever stored, under
/// the account.
#[derive(Clone, PartialEq, Eq)]
pub struct OpaqueToken {
    kind: OpaqueKind,
    pub account_id: AccountId,
    secret: String,
}

impl std::fmt::Debug for OpaqueToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpaqueToken({:?}, {})", self.kind, self.account_id)
    }
}

impl OpaqueToken {
    /// A new token for an account.
    pub fn new(kind: OpaqueKind, account_id: AccountId) -> Self {
        Self { kind, account_id, secret: URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()) }
    }

    /// Reads what somebody sent as a token of a kind. A token has one spelling.
    pub fn parse(kind: OpaqueKind, text: &str) -> Option<Self> {
        let text = text.trim();
        let (account_id, secret) = text.strip_prefix(kind.prefix())?.strip_prefix('_')?.split_once('.')?;
        let token = Self { kind, account_id: account_id.parse().ok()?, secret: secret.to_owned() };
        (secret.len() == 43 && token.reveal() == text).then_some(token)
    }

    /// The token itself, for its owner.
    pub fn reveal(&self) -> String {
        format!("{}_{}.{}", self.kind.prefix(), self.account_id, self.secret)
    }

    /// Of kind and secret, so that a token which is given out as another kind's is unknown to the table whatever it is
    /// looked for as.
    fn digest(&self) -> [u8; 32] {
        Sha256::digest(format!("{}_{}", self.kind.prefix(), self.secret)).into()
    }

    /// What goes into the table.
    pub fn hash(&self) -> String {
        hex::encode(self.digest())
    }

    /// The id of the session that it opens: half of the hash, so that the id gives nothing away.
    pub fn session_id(&self) -> SessionId {
        let mut id = [0; 16];
        id.copy_from_slice(&self.digest()[..16]);
        uuid::Uuid::from_bytes(id).into()
    }
}

/// A token that is mailed to an address without an account: `nl_<address>.<secret>`, the address in base64. Only the
/// secret's hash is stored, under the address.
#[derive(Clone, PartialEq, Eq)]
pub struct MailToken {
    pub email: Email,
    secret: String,
}

impl std::fmt::Debug for MailToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MailToken(…)")
    }
}

impl MailToken {
    /// A new token for an address.
    pub fn new(email: Email) -> Self {
        Self { email, secret: URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()) }
    }

    /// Reads what somebody sent as one. A token has one spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (address, secret) = text.strip_prefix("nl_")?.split_once('.')?;
        let address = String::from_utf8(URL_SAFE_NO_PAD.decode(address).ok()?).ok()?;
        let token = Self { email: Email::parse(&address).ok()?, secret: secret.to_owned() };
        (secret.len() == 43 && token.reveal() == text).then_some(token)
    }

    /// The token itself, for the mail.
    pub fn reveal(&self) -> String {
        format!("nl_{}.{}", URL_SAFE_NO_PAD.encode(self.email.as_str()), self.secret)
    }

    /// What goes into the table.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.secret.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(pairs: &[(&str, &str)]) -> JwtKeys {
        JwtKeys::from_settings(&Settings::from_values(pairs.iter().copied())).unwrap()
    }

    fn session(product: Product) -> (Session, Account, Instant) {
        let now = Instant::parse("2026-01-01T00:00:00Z").unwrap();
        let id = uuid::Uuid::from_u128(7);
        let session = Session::fixed(id.into(), id.into(), product, now);
        let account = Account {
            id: id.into(),
            email: Email::parse("jane@example.com").unwrap(),
            name: domain::text::PersonName::parse("Jane").unwrap(),
            password_hash: None,
            email_proven: false,
            made_by_order: None,
            created_at: now,
            valid_from: None,
            picture: None,
            google_subject: None,
        };
        (session, account, now)
    }

    fn face() -> FaceClaims {
        FaceClaims { role: "mentee".into(), status: "Free".into(), plan_id: None }
    }

    #[test]
    fn a_token_is_good_at_its_product_until_it_expires() {
        let keys = keys(&[("JWT_SECRET", "0123456789abcdef")]);
        let (session, account, now) = session(Product::Codementee);
        let token = keys.issue(&session, &account, face(), now).unwrap();
        assert_eq!(keys.verify(&token, Product::Codementee, now), Ok((account.id, session.id)));
        assert_eq!(keys.verify(&token, Product::Mansa, now), Err(TokenError::Invalid));
        assert_eq!(keys.verify(&token, Product::Codementee, session.expires_at), Err(TokenError::Expired));
    }

    #[test]
    fn a_rotated_key_still_verifies_and_a_foreign_one_never() {
        let (session, account, now) = session(Product::Codementee);
        let old = keys(&[("JWT_SECRET", "0123456789abcdef")]);
        let token = old.issue(&session, &account, face(), now).unwrap();
        let rotated = keys(&[("JWT_SECRET", "fedcba9876543210"), ("JWT_SECRET_PREVIOUS", "0123456789abcdef")]);
        assert!(rotated.verify(&token, Product::Codementee, now).is_ok());
        let foreign = keys(&[("JWT_SECRET", "fedcba9876543210")]);
        assert_eq!(foreign.verify(&token, Product::Codementee, now), Err(TokenError::Invalid));
    }

    #[test]
    fn an_unsigned_or_altered_token_is_refused() {
        let keys = keys(&[("JWT_SECRET", "0123456789abcdef")]);
        let (session, account, now) = session(Product::Codementee);
        let token = keys.issue(&session, &account, face(), now).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let none = URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"none\",\"typ\":\"JWT\",\"kid\":\"{}\"}}", keys.current.id));
        for bad in [format!("{none}.{}.", parts[1]), format!("{}.{}.AAAA", parts[0], parts[1]), String::new(), "a.b.c".to_owned()]
        {
            assert_eq!(keys.verify(&bad, Product::Codementee, now), Err(TokenError::Invalid), "{bad}");
        }
    }

    #[test]
    fn an_opaque_token_is_read_as_what_it_is_and_as_nothing_else() {
        let token = OpaqueToken::new(OpaqueKind::SetPassword, uuid::Uuid::from_u128(9).into());
        assert_eq!(OpaqueToken::parse(OpaqueKind::SetPassword, &token.reveal()), Some(token.clone()));
        assert_eq!(OpaqueToken::parse(OpaqueKind::Session, &token.reveal()), None);
        for bad in ["", "sp_x.y", "sp_00000000-0000-0000-0000-000000000009.short"] {
            assert_eq!(OpaqueToken::parse(OpaqueKind::SetPassword, bad), None, "{bad}");
        }
        assert!(!token.reveal().contains(&token.hash()[..16]));
        let given_out = OpaqueToken::parse(OpaqueKind::Session, &token.reveal().replacen("sp_", "st_", 1)).unwrap();
        assert!(given_out.hash() != token.hash() && given_out.session_id() != token.session_id(), "under another kind");
    }

    #[test]
    fn a_token_has_one_spelling() {
        let token = OpaqueToken::new(OpaqueKind::Session, uuid::Uuid::from_u128(0xabc).into()).reveal();
        assert_eq!(OpaqueToken::parse(OpaqueKind::Session, &token).map(|token| token.reveal()), Some(token.clone()));
        let simple = token.replacen('-', "", 4);
        for other in [token.replacen("abc", "ABC", 1), simple] {
            assert!(other != token && OpaqueToken::parse(OpaqueKind::Session, &other).is_none(), "{other}");
        }
        let secret = "s".repeat(43);
        let mailed = |address: &str| MailToken::parse(&format!("nl_{}.{secret}", URL_SAFE_NO_PAD.encode(address)));
        assert!(mailed("a@example.com").is_some() && mailed("A@example.com").is_none() && mailed(" a@example.com").is_none());
    }
}
