//! What opens a protected route, and for how long.

use crate::{
    calls::{Answer, read},
    harness::{App, flow_with},
    input::quiet_flow,
};
use app::tokens::{FaceClaims, JwtKeys};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Product, account::Session, text::Email};
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey};
use local::Options;
use reqwest::{Method, header::HeaderValue};
use serde_json::{Value, json};

/// One of a token's three parts as JSON.
pub fn part(token: &str, n: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(n).unwrap()).unwrap()).unwrap()
}

impl App {
    /// Asks who one is, with any Authorization headers.
    async fn me_with(&self, authorization: &[&[u8]]) -> Answer {
        let mut request = self.http.get(format!("{}/api/auth/me", self.local.url));
        for header in authorization {
            request = request.header("authorization", HeaderValue::from_bytes(header).unwrap());
        }
        read(request).await
    }

    async fn refuses(&self, case: &str, authorization: &str) {
        let answer = self.me_with(&[authorization.as_bytes()]).await;
        assert_eq!((answer.status, &answer.body["detail"]), (401, &json!("Invalid token")), "{case}: {authorization}");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
        answer.refused(401, "INVALID_TOKEN");
    }
}

/// Makes tokens with the server's own secret, right but for one thing.
struct Forger {
    key: EncodingKey,
    header: Value,
    claims: Value,
}

const SECRET: &str = "the-server-s-own-secret";

impl Forger {
    fn of(token: &str) -> Self {
        Self { key: EncodingKey::from_secret(SECRET.as_bytes()), header: part(token, 0), claims: part(token, 1) }
    }

    fn sign(&self, header: &Value, claims: &Value, algorithm: Algorithm) -> String {
        let signed = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &self.key, algorithm).unwrap();
        format!("Bearer {signed}.{signature}")
    }

    /// With something else in the header, or without it.
    fn header(&self, name: &str, value: Option<Value>) -> String {
        self.sign(&with(&self.header, name, value), &self.claims, Algorithm::HS256)
    }

    /// With something else in the claims, or without it.
    fn claim(&self, name: &str, value: Option<Value>) -> String {
        self.sign(&self.header, &with(&self.claims, name, value), Algorithm::HS256)
    }
}

fn with(object: &Value, name: &str, value: Option<Value>) -> Value {
    let mut object = object.clone();
    match value {
        Some(value) => object[name] = value,
        None => drop(object.as_object_mut().unwrap().remove(name)),
    }
    object
}

/// A server whose secret is known.
fn known_secret() -> Options {
    let settings = vec![("JWT_SECRET".to_owned(), SECRET.to_owned())];
    Options { background: false, settings, ..Options::in_memory() }
}

/// A token of another server's key.
async fn foreign_token() -> String {
    let options = Options { background: false, ..Options::in_memory() };
    let other = App::start(options).await;
    other.admin().await
}

#[tokio::test]
async fn a_token_is_refused_for_each_thing_that_is_wrong_with_it() {
    flow_with(known_secret(), async |app| {
        let (admin, mentee) = (app.admin().await, app.free_mentee("climber").await.token);
        let (forger, his) = (Forger::of(&admin), Forger::of(&mentee));
        let control = forger.sign(&forger.header, &forger.claims, Algorithm::HS256);
        assert_eq!(app.me_with(&[control.as_bytes()]).await.ok()["role"], "admin", "the forger knows the secret");
        let without_signature = |header: &str| {
            let [_, claims, signature] = *admin.split('.').collect::<Vec<_>>() else { panic!("{admin}") };
            let header = URL_SAFE_NO_PAD.encode(with(&forger.header, "alg", Some(json!(header))).to_string());
            [
                format!("Bearer {header}.{claims}."),
                format!("Bearer {header}.{claims}"),
                format!("Bearer {header}.{claims}.{signature}"),
            ]
        };
        for algorithm in ["none", "None", "NONE", "nOnE", ""] {
            for token in without_signature(algorithm) {
                app.refuses("unsigned", &token).await;
            }
        }
        for algorithm in ["RS256", "ES256", "PS256", "EdDSA", "HS384", "HS512", "hs256"] {
            app.refuses("another algorithm's name over our signature", &forger.header("alg", Some(json!(algorithm)))).await;
        }
        let really = with(&forger.header, "alg", Some(json!("HS512")));
        app.refuses("really HS512", &forger.sign(&really, &forger.claims, Algorithm::HS512)).await;
        let foreign = Forger { key: EncodingKey::from_secret(b"another-server-s-secret"), ..Forger::of(&admin) };
        app.refuses("a foreign key under our key's id", &foreign.sign(&foreign.header, &foreign.claims, Algorithm::HS256)).await;
        let empty = Forger { key: EncodingKey::from_secret(b""), ..Forger::of(&admin) };
        app.refuses("an empty key", &empty.sign(&empty.header, &empty.claims, Algorithm::HS256)).await;
        app.refuses("another server's token", &format!("Bearer {}", foreign_token().await)).await;

        for kid in [None, Some(json!("")), Some(json!("000000000000")), Some(json!("../../etc/passwd")), Some(json!(7))] {
            app.refuses("key id", &forger.header("kid", kid)).await;
        }
        for (name, wrong) in [
            ("aud", vec![json!("mansa"), json!("leadbridge"), json!(""), json!("CODEMENTEE"), json!(["mansa"])]),
            ("iss", vec![json!("elsewhere"), json!("")]),
            ("typ", vec![json!("refresh"), json!(""), json!("ACCESS")]),
            ("exp", vec![json!("tomorrow"), json!(-1.5), json!(true)]),
            ("sub", vec![his.claims["sub"].clone(), json!("nobody"), json!("")]),
            ("sid", vec![his.claims["sid"].clone(), json!("nothing"), his.claims["sub"].clone()]),
        ] {
            for value in wrong.into_iter().map(Some).chain([None]) {
                app.refuses(&format!("{name} {value:?}"), &forger.claim(name, value)).await;
            }
        }
        // The claims that clients read decide nothing.
        let raised = his.claim("role", Some(json!("admin")));
        assert_eq!(app.me_with(&[raised.as_bytes()]).await.ok()["role"], "mentee");
        app.get("/api/admin/users", raised.trim_start_matches("Bearer ")).await.refused(403, "INSUFFICIENT_PERMISSIONS");
    })
    .await;
}

#[tokio::test]
async fn an_expired_token_says_so_and_only_when_it_was_ours() {
    flow_with(known_secret(), async |app| {
        let admin = app.admin().await;
        let forger = Forger::of(&admin);
        let issued = forger.claims["iat"].as_i64().unwrap();
        for expired in [json!(issued), json!(issued - 1), json!(0)] {
            let answer = app.me_with(&[forger.claim("exp", Some(expired)).as_bytes()]).await;
            assert_eq!(answer.refused(401, "TOKEN_EXPIRED")["detail"], "Token expired");
        }
        let old = with(&forger.claims, "exp", Some(json!(issued)));
        let foreign = Forger { key: EncodingKey::from_secret(b"another-server-s-secret"), ..Forger::of(&admin) };
        app.refuses("expired and foreign", &foreign.sign(&foreign.header, &old, Algorithm::HS256)).await;
        let elsewhere = with(&old, "aud", Some(json!("mansa")));
        app.refuses("expired and another product's", &forger.sign(&forger.header, &elsewhere, Algorithm::HS256)).await;
        // A token that claims to last longer lasts no longer than its session.
        let longer = forger.claim("exp", Some(json!(issued + 7 * 24 * 3600)));
        app.me_with(&[longer.as_bytes()]).await.ok();
        app.local.clock.advance(SignedDuration::from_hours(25)).unwrap();
        let answer = app.me_with(&[longer.as_bytes()]).await;
        assert_eq!(answer.status, 401, "{}", answer.body);
    })
    .await;
}

#[tokio::test]
async fn a_session_opens_its_own_product_and_only_while_it_is_there() {
    quiet_flow(async |app| {
        app.admin().await;
        let platform = &app.local.platform;
        let keys = JwtKeys::from_settings(&platform.settings).unwrap();
        let (now, email) = (platform.clock.now(), Email::parse("admin@codementee.com").unwrap());
        let (account, _) = platform.store.account_by_email(&email, Product::Codementee).await.unwrap().unwrap();
        let session = |product, id| Session::fixed(id, account.id, product, now);
        let issue = |session: &Session| {
            let face = FaceClaims { role: "admin".to_owned(), status: "active".to_owned(), plan_id: None };
            format!("Bearer {}", keys.issue(session, &account, face, now).unwrap())
        };
        let elsewhere = session(Product::Mansa, app::new_id(now));
        let hash = account.password_hash.as_ref().unwrap();
        assert!(platform.store.open_session_by_password(&elsewhere, hash).await.unwrap());
        app.refuses("never signed in", &issue(&session(Product::Codementee, app::new_id(now)))).await;
        app.refuses("signed in at another product", &issue(&elsewhere)).await;
        app.refuses("its session is another product's", &issue(&session(Product::Codementee, elsewhere.id))).await;
    })
    .await;
}

#[tokio::test]
async fn only_one_well_formed_authorization_header_opens_anything() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let refused = app.get_public("/api/auth/me").await;
        assert_eq!(refused.headers["www-authenticate"], "Bearer");
        assert_eq!(refused.refused(401, "NOT_AUTHENTICATED")["detail"], "Not authenticated");
        for scheme in ["Bearer", "bearer", "Token", "TOKEN", "Bearer  ", "  Bearer"] {
            let answer = app.me_with(&[format!("{scheme} {admin}").as_bytes()]).await;
            assert_eq!(answer.ok()["role"], "admin", "{scheme}");
        }
        let mentee = app.free_mentee("climber").await.token;
        let [header, claims, signature] = *admin.split('.').collect::<Vec<_>>() else { panic!("{admin}") };
        let [his_header, his_claims, his_signature] = *mentee.split('.').collect::<Vec<_>>() else { panic!("{mentee}") };
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("admin@codementee.com:{}", app.local.demo_password));
        for (case, authorization) in [
            ("empty", String::new()),
            ("blank", "   ".to_owned()),
            ("a scheme alone", "Bearer".to_owned()),
            ("a scheme and blanks", "Bearer     ".to_owned()),
            ("garbage", "Bearer garbage".to_owned()),
            ("three letters", "Bearer a.b.c".to_owned()),
            ("dots", "Bearer ..".to_owned()),
            ("null", "Bearer null".to_owned()),
            ("undefined", "Bearer undefined".to_owned()),
            ("very long", format!("Bearer {}", "a".repeat(6000))),
            ("another scheme", format!("Basic {admin}")),
            ("name and password", format!("Basic {basic}")),
            ("two schemes", format!("Bearer Bearer {admin}")),
            ("no scheme", admin.clone()),
            ("no blank", format!("Bearer{admin}")),
            ("a colon", format!("Bearer: {admin}")),
            ("a tab", format!("Bearer\t{admin}")),
            ("quotes", format!("Bearer \"{admin}\"")),
            ("a token twice", format!("Bearer {admin} {admin}")),
            ("two headers as one", format!("Bearer {admin},Bearer {admin}")),
            ("one letter more", format!("Bearer {admin}x")),
            ("one part more", format!("Bearer {admin}.{signature}")),
            ("no signature", format!("Bearer {header}.{claims}.")),
            ("another's signature", format!("Bearer {header}.{claims}.{his_signature}")),
            ("another's claims", format!("Bearer {header}.{his_claims}.{signature}")),
            ("another's header and signature", format!("Bearer {his_header}.{claims}.{his_signature}")),
        ] {
            app.refuses(case, &authorization).await;
        }
        let token = format!("Bearer {admin}");
        let others: [&[u8]; 5] = [token.as_bytes(), b"Bearer garbage", b"Basic eDp5", b"", b"\xff"];
        for other in others {
            for pair in [[token.as_bytes(), other], [other, token.as_bytes()]] {
                let answer = app.me_with(&pair).await;
                assert_eq!(answer.body["detail"], "Invalid token", "two headers: {pair:?}");
                answer.refused(401, "INVALID_TOKEN");
            }
        }
        app.me_with(&[b"Bearer \xff\xfe"]).await.refused(401, "INVALID_TOKEN");
        app.get("/api/auth/me", &mentee).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_token_ends_at_logout_or_after_a_day() {
    quiet_flow(async |app| {
        let (first, second) = (app.fresh_admin().await, app.fresh_admin().await);
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
