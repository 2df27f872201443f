//! What opens a protected route, and for how long.

use crate::{
    calls::{Answer, read},
    harness::App,
    input::quiet_flow,
};
use app::tokens::{FaceClaims, JwtKeys};
use domain::{Product, account::Session, text::Email};
use jiff::SignedDuration;
use local::Options;
use reqwest::Method;
use serde_json::{Value, json};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn to_base64url(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - group.len()));
        text.extend((0..=group.len()).map(|n| char::from(ALPHABET[bits >> (18 - 6 * n) & 63])));
    }
    text
}

fn from_base64url(text: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut filled) = (Vec::new(), 0u32, 0);
    for letter in text.bytes() {
        bits = bits << 6 | u32::try_from(ALPHABET.iter().position(|known| *known == letter).unwrap()).unwrap();
        filled += 6;
        if filled >= 8 {
            filled -= 8;
            bytes.push((bits >> filled & 255) as u8);
        }
    }
    bytes
}

/// One of a token's three parts as JSON.
pub fn part(token: &str, n: usize) -> Value {
    serde_json::from_slice(&from_base64url(token.split('.').nth(n).unwrap())).unwrap()
}

impl App {
    /// Asks who one is, with any Authorization header.
    async fn me_with(&self, authorization: &str) -> Answer {
        read(self.http.get(format!("{}/api/auth/me", self.local.url)).header("authorization", authorization)).await
    }
}

/// A token of another server's key.
async fn foreign_token() -> String {
    let options = Options { background: false, ..Options::in_memory() };
    let other = App { local: local::start(options).await.unwrap(), http: reqwest::Client::new() };
    other.admin().await
}

#[tokio::test]
async fn only_a_token_of_a_session_of_ours_opens_anything() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let refused = app.get_public("/api/auth/me").await;
        assert_eq!(refused.headers["www-authenticate"], "Bearer");
        assert_eq!(refused.refused(401, "NOT_AUTHENTICATED")["detail"], "Not authenticated");
        for scheme in ["Bearer", "bearer", "Token", "TOKEN"] {
            assert_eq!(app.me_with(&format!("{scheme} {admin}")).await.ok()["role"], "admin");
        }

        let parts: Vec<_> = admin.split('.').collect();
        let mut header = part(&admin, 0);
        header["alg"] = json!("none");
        let none = to_base64url(header.to_string().as_bytes());
        header["alg"] = json!("HS512");
        let other_algorithm = to_base64url(header.to_string().as_bytes());
        let mentee = app.free_mentee("climber").await.token;
        let mut claims = part(&mentee, 1);
        claims["role"] = json!("admin");
        let raised = to_base64url(claims.to_string().as_bytes());
        let [his_header, his_claims, his_signature] = *mentee.split('.').collect::<Vec<_>>() else { panic!("{mentee}") };

        // Signed with the right key, but never signed in; and signed in at another product.
        let platform = &app.local.platform;
        let keys = JwtKeys::from_settings(&platform.settings).unwrap();
        let (now, email) = (platform.clock.now(), Email::parse("admin@codementee.com").unwrap());
        let (account, _) = platform.store.account_by_email(&email, Product::Codementee).await.unwrap().unwrap();
        let session = |product, id| {
            let expires_at = now.plus(SignedDuration::from_hours(24));
            Session { id, account_id: account.id, product, created_at: now, expires_at }
        };
        let issue = |session: &Session| {
            let face = FaceClaims { role: "admin".to_owned(), status: "active".to_owned(), plan_id: None };
            keys.issue(session, &account, face, now).unwrap()
        };
        let elsewhere = session(Product::Mansa, app::new_id(now));
        let hash = account.password_hash.as_ref().unwrap();
        assert!(platform.store.open_session_by_password(&elsewhere, hash).await.unwrap());

        for authorization in [
            String::new(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            "Bearer garbage".to_owned(),
            "Bearer a.b.c".to_owned(),
            format!("Basic {admin}"),
            admin.clone(),
            format!("Bearer {admin} {admin}"),
            format!("Bearer {admin}x"),
            format!("Bearer {}.{}.", parts[0], parts[1]),
            format!("Bearer {none}.{}.", parts[1]),
            format!("Bearer {none}.{}.{}", parts[1], parts[2]),
            format!("Bearer {other_algorithm}.{}.{}", parts[1], parts[2]),
            format!("Bearer {his_header}.{raised}.{his_signature}"),
            format!("Bearer {}.{}.{his_signature}", parts[0], parts[1]),
            format!("Bearer {}.{his_claims}.{}", parts[0], parts[2]),
            format!("Bearer {}", foreign_token().await),
            format!("Bearer {}", issue(&session(Product::Codementee, app::new_id(now)))),
            format!("Bearer {}", issue(&elsewhere)),
            format!("Bearer {}", issue(&session(Product::Codementee, elsewhere.id))),
        ] {
            let refused = app.me_with(&authorization).await.refused(401, "INVALID_TOKEN");
            assert_eq!(refused["detail"], "Invalid token", "{authorization}");
        }
        app.get("/api/auth/me", &mentee).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_token_ends_at_logout_or_after_a_day() {
    quiet_flow(async |app| {
        let (first, second) = (app.admin().await, app.admin().await);
        app.call(Method::POST, "/api/auth/logout", Some(&first), None).await.ok();
        for path in ["/api/auth/me", "/api/admin/users"] {
            app.get(path, &first).await.refused(401, "INVALID_TOKEN");
        }
        app.call(Method::POST, "/api/auth/logout", Some(&first), None).await.refused(401, "INVALID_TOKEN");
        app.get("/api/auth/me", &second).await.ok();

        app.local.clock.advance(SignedDuration::from_mins(23 * 60 + 55)).unwrap();
        app.get("/api/auth/me", &second).await.ok();
        app.local.clock.advance(SignedDuration::from_mins(65)).unwrap();
        for path in ["/api/auth/me", "/api/admin/users", "/api/mentee/mocks"] {
            assert_eq!(app.get(path, &second).await.refused(401, "TOKEN_EXPIRED")["detail"], "Token expired");
        }
        // What is public asks for no token, and so minds none.
        app.get("/api/companies", &second).await.ok();
        app.get("/api/available-slots", "garbage").await.ok();
        let body = json!({ "email": "admin@codementee.com", "password": app.local.demo_password });
        let fresh = app.post("/api/auth/login", &second, body).await.ok();
        app.get("/api/auth/me", fresh["access_token"].as_str().unwrap()).await.ok();
        // Who sends a token pays in its name or not at all.
        app.post("/api/payment/create-order", &second, json!({ "plan_id": "growth" })).await.refused(401, "TOKEN_EXPIRED");
    })
    .await;
}
