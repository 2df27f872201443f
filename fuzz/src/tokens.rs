//! Tokens: a forged one never passes, and one that is read is read as what it is.

use crate::text::{Change, Text};
use app::tokens::{FaceClaims, JwtKeys, MailToken, OpaqueKind, OpaqueToken};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bolero::TypeGenerator;
use domain::{
    AccountId, Instant, Product,
    account::{Account, Session},
    text::{Email, PersonName},
};
use gateways::settings::Settings;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::sync::LazyLock;

static KEYS: LazyLock<JwtKeys> = LazyLock::new(|| {
    let secrets = [("JWT_SECRET", "0123456789abcdef"), ("JWT_SECRET_PREVIOUS", "fedcba9876543210")];
    JwtKeys::from_settings(&Settings::from_values(secrets)).unwrap()
});
static NOW: LazyLock<Instant> = LazyLock::new(|| Instant::parse("2026-02-01T10:00:00Z").unwrap());

const KINDS: [OpaqueKind; 4] = [OpaqueKind::SetPassword, OpaqueKind::ChangeEmail, OpaqueKind::Session, OpaqueKind::Ticket];

fn account(id: u128) -> Account {
    Account::new(
        AccountId::from(uuid::Uuid::from_u128(id)),
        Email::parse("a@example.com").unwrap(),
        PersonName::parse("Ada").unwrap(),
        None,
        *NOW,
    )
}

fn issued(session: &Session, account: &Account) -> String {
    let face = FaceClaims { role: "mentee".to_owned(), status: "Free".to_owned(), plan_id: None };
    KEYS.issue(session, account, face, *NOW).unwrap()
}

#[derive(Debug, TypeGenerator)]
struct Jwt {
    id: u128,
    #[generator(0..Product::ALL.len())]
    made_at: usize,
    #[generator(0..Product::ALL.len())]
    used_at: usize,
    change: Change,
    /// Which of its three parts the change is made to; the whole from 3 on.
    #[generator(0..4usize)]
    part: usize,
    hours: u8,
    forged: Forged,
}

/// A header and claims of a forger's, who knows the key's name and has seen a token.
#[derive(Debug, TypeGenerator)]
struct Forged {
    #[generator(0..4usize)]
    algorithm: usize,
    secret: Text,
    claim: Text,
    #[generator(0..8usize)]
    which: usize,
}

impl Jwt {
    fn changed(&self, token: &str) -> String {
        let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        match parts.get_mut(self.part) {
            Some(part) => *part = self.change.of(part),
            None => return self.change.of(token),
        }
        parts.join(".")
    }
}

fn part(token: &str, number: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(number).unwrap()).unwrap()).unwrap()
}

impl Forged {
    /// The same token with another claim, signed by whatever the forger has.
    fn of(&self, token: &str) -> String {
        let mut claims = part(token, 1);
        let name = ["aud", "sub", "exp", "typ", "sid", "iss", "user_id", "jti"][self.which];
        claims[name] = json!(self.claim.to_string());
        let kid = part(token, 0)["kid"].as_str().map(str::to_owned);
        let Some(algorithm) = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512].get(self.algorithm) else {
            let header = json!({ "alg": "none", "typ": "JWT", "kid": kid });
            return format!("{}.{}.", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
        };
        let header = Header { kid, ..Header::new(*algorithm) };
        // Not our secret, whatever the forger guesses.
        let secret = format!("not {}", self.secret);
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    }
}

#[test]
fn a_session_token_passes_unaltered_in_time_and_at_its_product_alone() {
    bolero::check!().with_type::<Jwt>().for_each(|case| {
        let (made_at, used_at) = (Product::ALL[case.made_at], Product::ALL[case.used_at]);
        let account = account(case.id);
        let session = Session::fixed(uuid::Uuid::from_u128(!case.id).into(), account.id, made_at, *NOW);
        let token = issued(&session, &account);
        let sent = case.changed(&token);
        let now = NOW.plus(hours(case.hours));
        let good = sent == token && made_at == used_at && now < session.expires_at;
        assert_eq!(KEYS.verify(&sent, used_at, now).ok(), good.then_some((account.id, session.id)), "{sent}");
        assert!(KEYS.verify_refresh(&sent, used_at, now).is_err(), "{sent}");
        let refresh = KEYS.issue_refresh(&session, uuid::Uuid::from_u128(case.id), *NOW).unwrap();
        let sent = case.changed(&refresh);
        let good = sent == refresh && made_at == used_at && now < session.expires_at;
        assert_eq!(KEYS.verify_refresh(&sent, used_at, now).is_ok(), good, "{sent}");
        assert!(KEYS.verify(&sent, used_at, now).is_err(), "{sent}");
        for forged in [case.forged.of(&token), case.forged.of(&refresh)] {
            assert!(KEYS.verify(&forged, used_at, now).is_err(), "{forged}");
            assert!(KEYS.verify_refresh(&forged, used_at, now).is_err(), "{forged}");
        }
    });
}

fn hours(hours: u8) -> jiff::SignedDuration {
    jiff::SignedDuration::from_hours(i64::from(hours))
}

#[derive(Debug, TypeGenerator)]
struct Opaque {
    id: u128,
    #[generator(0..KINDS.len())]
    kind: usize,
    #[generator(0..KINDS.len())]
    read_as: usize,
    change: Change,
    address: Text,
}

#[test]
fn an_opaque_token_is_read_as_what_it_is() {
    bolero::check!().with_type::<Opaque>().for_each(|case| {
        let token = OpaqueToken::new(KINDS[case.kind], uuid::Uuid::from_u128(case.id).into());
        let sent = case.change.of(&token.reveal());
        if let Some(read) = OpaqueToken::parse(KINDS[case.read_as], &sent) {
            assert_eq!(read.reveal(), sent.trim());
            let others = KINDS.iter().enumerate().filter(|(kind, _)| *kind != case.read_as);
            others.for_each(|(_, kind)| assert_eq!(OpaqueToken::parse(*kind, &sent), None, "{sent:?}"));
            // Another secret is another token to the table.
            let same = read.account_id == token.account_id && read.hash() == token.hash();
            assert_eq!(same, read == token && case.kind == case.read_as, "{sent:?}");
        } else {
            assert!(sent != token.reveal() || case.kind != case.read_as, "{sent:?}");
        }
        mailed(case);
    });
}

fn mailed(case: &Opaque) {
    let email = Email::parse(&format!("{}@example.com", case.address)).or_else(|_| Email::parse("a@example.com")).unwrap();
    let token = MailToken::new(email);
    let sent = case.change.of(&token.reveal());
    let read = MailToken::parse(&sent);
    if sent == token.reveal() {
        assert_eq!(read, Some(token), "{sent:?}");
    } else if let Some(read) = read {
        assert!(read.reveal() == sent.trim() && (read != token || sent.trim() == token.reveal()), "{sent:?}");
    }
}
