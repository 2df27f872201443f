//! Accounts: registering, signing in and out, states, roles, mailed links.

use crate::{
    calls::{Answer, read},
    harness::App,
    input::{NOTHING, Tokens, quiet_flow, unchanged},
    openapi::operations,
    scenes::{PASSWORD, Person, feedback},
};
use app::tokens::{FaceClaims, JwtKeys};
use domain::{Product, account::Session, text::Email};
use futures::future::join_all;
use jiff::SignedDuration;
use local::Options;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What must be in no answer.
fn check_no_secrets(app: &App, asked: &str, text: &str) {
    for secret in ["password_hash", "$2b$", "$2y$", PASSWORD, &app.local.demo_password] {
        assert!(!text.contains(secret), "{asked} tells {secret}: {text}");
    }
}

/// The names of an object's fields.
fn fields(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// An answer but for its time.
fn timeless(mut body: Value) -> Value {
    body.as_object_mut().unwrap().remove("timestamp");
    body
}

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
fn part(token: &str, n: usize) -> Value {
    serde_json::from_slice(&from_base64url(token.split('.').nth(n).unwrap())).unwrap()
}

impl App {
    /// Asks who one is, with any Authorization header.
    async fn me_with(&self, authorization: &str) -> Answer {
        read(self.http.get(format!("{}/api/auth/me", self.local.url)).header("authorization", authorization)).await
    }

    /// An admin sets a mentee's status.
    async fn set_status(&self, admin: &str, mentee: &str, status: &str) -> Answer {
        self.put(&format!("/api/admin/mentees/{mentee}/status"), admin, json!({ "status": status })).await
    }

    /// The tokens of the set-password links that were mailed to an address, newest first.
    async fn mailed_tokens(&self, email: &str) -> Vec<String> {
        self.drain().await;
        let start = format!("{}/api/auth/set-password?token=", self.local.url);
        let token = |text: &str| text.split(&start).nth(1)?.split_whitespace().next().map(str::to_owned);
        self.local.inbox.mails(Some(email), None).iter().filter_map(|mail| token(&mail.text)).collect()
    }

    async fn set_password(&self, token: &str, password: &str) -> Answer {
        self.post_public("/api/auth/set-password", json!({ "token": token, "password": password })).await
    }
}

#[tokio::test]
async fn registering_and_signing_in_answer_what_clients_read() {
    const USER: [&str; 14] = [
        "id",
        "name",
        "email",
        "role",
        "status",
        "mentor_id",
        "plan_id",
        "plan_name",
        "plan_expires_at",
        "verification_status",
        "current_role",
        "target_role",
        "created_at",
        "updated_at",
    ];
    quiet_flow(async |app| {
        // Whatever else a form says of a person is not his to say.
        let claimed = json!({
            "name": "  Vera One ", "email": " Vera@Example.COM ", "password": PASSWORD, "role": "Mentee", "id": NOTHING,
            "status": "Active", "plan_id": "growth", "roles": ["admin"], "is_admin": true, "verification": "APPROVED",
            "email_proven": true, "mentor_id": NOTHING, "plan": { "plan_id": "growth" }, "password_hash": "x",
        });
        let registered = app.post_public("/api/auth/register", claimed.clone()).await.ok();
        assert_eq!(registered, json!({ "message": "User created successfully" }));
        let signed_in = app.login("VERA@example.com ", PASSWORD).await.ok();
        assert_eq!(fields(&signed_in), BTreeSet::from(["access_token", "message", "success", "token_type", "user"]));
        let user = &signed_in["user"];
        assert_eq!(fields(user), BTreeSet::from(USER));
        let shown = json!([user["name"], user["email"], user["role"], user["status"], user["plan_id"], user["mentor_id"]]);
        assert_eq!(shown, json!(["Vera One", "vera@example.com", "mentee", "Free", null, null]));
        assert_ne!(user["id"], NOTHING);
        let token = signed_in["access_token"].as_str().unwrap();
        assert_eq!(&app.get("/api/auth/me", token).await.ok(), user);

        let claims = part(token, 1);
        assert_eq!(part(token, 0)["alg"], "HS256");
        let told = json!([claims["user_id"], claims["email"], claims["role"], claims["status"], claims["plan_id"]]);
        assert_eq!(told, json!([user["id"], "vera@example.com", "mentee", "Free", null]));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 24 * 3600);
        assert_eq!((&claims["sub"], &claims["aud"]), (&user["id"], &json!("codementee")));

        let mut free = claimed;
        (free["email"], free["role"]) = (json!("free.form@example.com"), Value::Null);
        let free = app.post_public("/api/auth/register-free", free).await.ok();
        let user = &free["user"];
        assert_eq!(fields(user), BTreeSet::from(USER));
        let shown = json!([free["token_type"], user["role"], user["status"], user["plan_id"], user["plan_name"]]);
        assert_eq!(shown, json!(["bearer", "mentee", "Free", null, "Free Tier"]));
        app.get("/api/auth/me", free["access_token"].as_str().unwrap()).await.ok();
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some("vera@example.com"), Some("Welcome")).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn registering_makes_no_admin_and_nobody_twice() {
    quiet_flow(async |app| {
        app.free_mentee("first").await;
        let form = |name: &str, email: &str, password: &str, role: &str| {
            json!({ "name": name, "email": email, "password": password, "role": role })
        };
        let good = |role: &str| form("Ada Lovelace", "ada@example.com", PASSWORD, role);
        unchanged(app, async || {
            for path in ["/api/auth/register", "/api/auth/register-free"] {
                for role in ["admin", "Admin", "ADMIN", " aDmIn "] {
                    app.post_public(path, good(role)).await.refused(403, "ADMIN_REGISTRATION_CLOSED");
                }
                for role in ["root", "mentee,admin", "superadmin"] {
                    let refused = app.post_public(path, good(role)).await.refused(422, "VALIDATION_FAILED");
                    assert!(refused["errors"]["role"].is_array(), "{refused}");
                }
                for (body, field, sentence) in [
                    (form("Ada", "ada@example.com", "1234567", "mentee"), "password", "Password must be at least 8 characters"),
                    (form("Ada", "ada@example.com", &"ä".repeat(37), "mentee"), "password", "Password must be at most 72 bytes"),
                    (form(" J ", "ada@example.com", PASSWORD, "mentee"), "name", "Name must be at least 2 characters"),
                    (form("", "ada@example.com", PASSWORD, "mentee"), "name", "Name must be at least 2 characters"),
                    (form("Ada", "ada@example", PASSWORD, "mentee"), "email", "Enter a valid e-mail address"),
                    (form("Ada", "Ada <ada@example.com>", PASSWORD, "mentee"), "email", "Enter a valid e-mail address"),
                    (form("Ada", "a@b.com\nbcc:c@d.com", PASSWORD, "mentee"), "email", "Enter a valid e-mail address"),
                ] {
                    let refused = app.post_public(path, body).await.refused(422, "VALIDATION_FAILED");
                    assert_eq!((&refused["detail"], &refused["errors"][field][0]), (&json!(sentence), &json!(sentence)));
                }
                for email in ["first@example.com", "FIRST@example.com", " First@Example.Com "] {
                    let refused = app.post_public(path, form("Ada", email, PASSWORD, "mentee")).await.refused(400, "EMAIL_TAKEN");
                    assert_eq!(refused["detail"], "Email already registered");
                }
            }
            let refused = app.post_public("/api/auth/register-free", good("mentor")).await.refused(422, "VALIDATION_FAILED");
            assert!(refused["errors"]["role"].is_array(), "{refused}");
        })
        .await;
        let longest = form("Jo", "jo@example.com", &"ä".repeat(36), "");
        app.post_public("/api/auth/register", longest).await.ok();
        app.login("jo@example.com", &"ä".repeat(36)).await.ok();
        app.login("jo@example.com", &"ä".repeat(37)).await.refused(401, "INVALID_CREDENTIALS");
    })
    .await;
}

#[tokio::test]
async fn a_failed_sign_in_tells_nothing_of_the_address() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let body = json!({ "name": "Without Password", "email": "without@example.com" });
        app.post("/api/admin/mentors", &admin, body).await.ok();
        let gone = app.free_mentee("gone").await;
        app.set_status(&admin, &gone.id, "inactive").await.ok();
        let mut bodies = BTreeSet::new();
        for (email, password) in [
            ("admin@codementee.com", "wrong-password"),
            ("nobody@example.com", "wrong-password"),
            ("without@example.com", "wrong-password"),
            ("without@example.com", ""),
            ("gone@example.com", "wrong-password"),
            ("admin@codementee.com", ""),
            ("admin@codementee.com", "nothing\u{0}after"),
            ("nobody@example.com", &"x".repeat(5000)),
        ] {
            let refused = app.login(email, password).await;
            assert_eq!(refused.headers["www-authenticate"], "Bearer");
            bodies.insert(timeless(refused.refused(401, "INVALID_CREDENTIALS")).to_string());
        }
        assert_eq!(bodies.len(), 1, "{bodies:?}");
    })
    .await;
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

#[tokio::test]
async fn a_paused_mentee_reads_but_neither_books_nor_pays() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let paid = app.paid_mentee("paid", "growth").await;
        let free = app.free_mentee("free").await;
        let company = app.company().await;
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let request = json!({ "company_id": company, "slot_ids": [slot] });
        app.put(&format!("/api/admin/mentee/{}/status", paid.id), &admin, json!({ "status": "Paused" })).await.ok();
        app.put(&format!("/api/admin/mentees/{}/status", free.id), &admin, json!({ "status": "paused" })).await.ok();
        for mentee in [&paid, &free] {
            assert_eq!(app.get("/api/auth/me", &mentee.token).await.ok()["status"], "Paused");
            for list in ["/api/mentee/booking-requests", "/api/mentee/mocks", "/api/mentee/feedbacks", "/api/mocks"] {
                assert_eq!(app.get(list, &mentee.token).await.ok(), json!([]));
            }
            unchanged(app, async || {
                let refused = app.post("/api/mentee/booking-request", &mentee.token, request.clone()).await;
                refused.refused(403, "ACCOUNT_PAUSED");
                let order = json!({ "plan_id": "growth" });
                app.post("/api/payment/create-order", &mentee.token, order).await.refused(403, "ACCOUNT_PAUSED");
                let visitor = json!({ "plan_id": "growth", "name": "Somebody", "email": mentee.email });
                app.post_public("/api/payment/create-order", visitor).await.refused(400, "EMAIL_TAKEN");
            })
            .await;
            assert_eq!(app.login(&mentee.email, PASSWORD).await.ok()["user"]["status"], "Paused");
        }
        app.put(&format!("/api/admin/mentee/{}/status", paid.id), &admin, json!({ "status": "Active" })).await.ok();
        app.put(&format!("/api/admin/mentees/{}/status", free.id), &admin, json!({ "status": " ACTIVE " })).await.ok();
        assert_eq!(app.get("/api/auth/me", &free.token).await.ok()["status"], "Free");
        app.book(&paid, &company, &[&slot]).await;
        app.order(Some(&free.token), json!({ "plan_id": "growth" })).await;
    })
    .await;
}

#[tokio::test]
async fn an_inactive_mentee_is_out_at_once() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let mentee = app.paid_mentee("leaver", "growth").await;
        app.set_status(&admin, &mentee.id, "Inactive").await.ok();
        for path in ["/api/auth/me", "/api/mentee/mocks", "/api/mocks"] {
            app.get(path, &mentee.token).await.refused(401, "INVALID_TOKEN");
        }
        app.post("/api/payment/create-order", &mentee.token, json!({ "plan_id": "growth" })).await.refused(401, "INVALID_TOKEN");
        app.login(&mentee.email, PASSWORD).await.refused(403, "ACCOUNT_INACTIVE");
        app.login(&mentee.email, "wrong-password").await.refused(401, "INVALID_CREDENTIALS");
        let body = json!({ "name": "Once More", "email": mentee.email, "password": PASSWORD });
        app.post_public("/api/auth/register-free", body).await.refused(400, "EMAIL_TAKEN");
        let users = app.get("/api/admin/mentees", &admin).await.ok();
        assert!(users.as_array().unwrap().iter().any(|user| user["id"] == mentee.id && user["status"] == "inactive"), "{users}");
        app.set_status(&admin, &mentee.id, "active").await.ok();
        assert_eq!(app.login(&mentee.email, PASSWORD).await.ok()["user"]["status"], "Active");
    })
    .await;
}

#[tokio::test]
async fn a_label_is_for_the_admin_s_eyes() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let mentee = app.free_mentee("labelled").await;
        let seen_by_admin = async || {
            let mut seen = Vec::new();
            for list in ["/api/admin/mentees", "/api/admin/users"] {
                let users = app.get(list, &admin).await.ok();
                let user = users.as_array().unwrap().iter().find(|user| user["id"] == mentee.id).unwrap().clone();
                seen.push(user["status"].as_str().unwrap().to_owned());
            }
            seen
        };
        for (word, shown) in [
            ("Applied", "Applied"),
            ("INTERVIEWED", "Interviewed"),
            (" upgraded ", "Upgraded"),
            ("applied", "Applied"),
            ("Active", "Free"),
            ("Interviewed", "Interviewed"),
            ("Paused", "Paused"),
            ("active", "Free"),
        ] {
            app.set_status(&admin, &mentee.id, word).await.ok();
            assert_eq!(seen_by_admin().await, [shown; 2], "{word}");
            let own = if shown == "Paused" { "Paused" } else { "Free" };
            assert_eq!(app.get("/api/auth/me", &mentee.token).await.ok()["status"], own, "{word}");
            let signed_in = app.login(&mentee.email, PASSWORD).await.ok();
            assert_eq!(signed_in["user"]["status"], own, "{word}");
            assert_eq!(part(signed_in["access_token"].as_str().unwrap(), 1)["status"], own, "{word}");
        }
        unchanged(app, async || {
            for word in ["", "Hired", "admin", "Free", "Active; Paused", "activ\u{e9}"] {
                let refused = app.set_status(&admin, &mentee.id, word).await.refused(422, "VALIDATION_FAILED");
                assert!(refused["errors"]["status"].is_array(), "{word}: {refused}");
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_mentor_who_registered_himself_waits_for_approval() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let body = json!({ "name": "Max Mentor", "email": "max@example.com", "password": PASSWORD, "role": "mentor" });
        app.post_public("/api/auth/register", body).await.ok();
        let signed_in = app.login("max@example.com", PASSWORD).await.ok();
        let user = &signed_in["user"];
        assert_eq!(json!([user["role"], user["status"], user["verification_status"]]), json!(["mentor", "active", "PENDING"]));
        let (mentor, id) = (signed_in["access_token"].as_str().unwrap(), user["id"].as_str().unwrap());
        assert_eq!(app.get("/api/mentor/mentees", mentor).await.ok(), json!([]));

        let mentee = app.paid_mentee("apprentice", "growth").await;
        let company = app.company().await;
        let (slot, later) = (app.add_slot(&admin, 20, 600, 60).await, app.add_slot(&admin, 21, 600, 60).await);
        let early = app.book(&mentee, &company, &[&slot]).await;
        let assign = json!({ "mentee_id": mentee.id, "mentor_id": id });
        let mock = json!({ "mentee_id": mentee.id, "mentor_id": id, "scheduled_at": "2090-01-01T10:00:00Z" });
        let own_slot = json!({ "date": "2090-01-01", "start_time": "10:00", "end_time": "11:00", "mentor_id": id });
        let verification = format!("/api/admin/mentors/{id}/verification");
        let shut_out = async || {
            unchanged(app, async || {
                app.post("/api/admin/assign-mentor", &admin, assign.clone()).await.refused(409, "MENTOR_UNAVAILABLE");
                app.confirm(&admin, &early, id, &slot).await.refused(409, "MENTOR_UNAVAILABLE");
                app.post("/api/mocks", &admin, mock.clone()).await.refused(409, "MENTOR_UNAVAILABLE");
                app.post("/api/admin/time-slots", &admin, own_slot.clone()).await.refused(409, "MENTOR_UNAVAILABLE");
                let body = json!({ "booking_request_id": early, "confirmed_slot_id": slot });
                app.post("/api/mentor/confirm-booking", mentor, body).await.refused(404, "NOT_FOUND");
                let order = json!({ "plan_id": "growth" });
                app.post("/api/payment/create-order", mentor, order).await.refused(403, "INSUFFICIENT_PERMISSIONS");
            })
            .await;
        };
        shut_out().await;
        app.put(&verification, &admin, json!({ "status": "REJECTED" })).await.ok();
        shut_out().await;
        app.put(&verification, &admin, json!({ "status": "Fine" })).await.refused(422, "VALIDATION_FAILED");

        let approved = app.put(&verification, &admin, json!({ "status": "APPROVED" })).await.ok();
        assert_eq!(approved["verification_status"], "APPROVED");
        app.post("/api/admin/assign-mentor", &admin, assign).await.ok();
        assert_eq!(app.get("/api/mentor/mentees", mentor).await.ok()[0]["id"], json!(mentee.id));
        assert_eq!(app.get("/api/auth/me", &mentee.token).await.ok()["mentor_id"], id);
        let booking = app.book(&mentee, &company, &[&later]).await;
        assert_eq!(app.get("/api/mentor/booking-requests", mentor).await.ok()[0]["id"], json!(booking));
        let confirm = json!({ "booking_request_id": booking, "confirmed_slot_id": later });
        app.put(&verification, &admin, json!({ "status": "PENDING" })).await.ok();
        app.post("/api/mentor/confirm-booking", mentor, confirm.clone()).await.refused(409, "MENTOR_UNAVAILABLE");
        app.put(&verification, &admin, json!({ "status": "APPROVED" })).await.ok();
        app.post("/api/mentor/confirm-booking", mentor, confirm).await.ok();

        // Taken away again, he sees nobody.
        app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": mentee.id, "mentor_id": "" })).await.ok();
        assert_eq!(app.get("/api/mentor/mentees", mentor).await.ok(), json!([]));
    })
    .await;
}

/// The page behind a mailed link runs its own style and script and nothing else.
async fn check_set_password_page(app: &App, token: &str) {
    let answer = app.http.get(format!("{}/api/auth/set-password?token={token}", app.local.url)).send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((answer.status().as_u16(), header("content-type").as_str()), (200, "text/html; charset=utf-8"));
    // The address has the token in it.
    assert_eq!((header("referrer-policy"), header("cache-control")), ("no-referrer".to_owned(), "no-store".to_owned()));
    let policy = header("content-security-policy");
    let page = answer.text().await.unwrap();
    let directive = |name: &str| policy.split("; ").find_map(|one| one.strip_prefix(name)).unwrap_or_default().trim();
    assert_eq!((directive("default-src"), directive("connect-src")), ("'none'", "'self'"));
    assert_eq!(policy.matches("'sha256-").count(), 2, "{policy}");
    for name in ["style-src", "script-src"] {
        let hash = directive(name).strip_prefix("'sha256-").and_then(|rest| rest.strip_suffix('\'')).unwrap();
        assert_eq!(hash.len(), 44, "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!((page.matches("<style>").count(), page.matches("<script>").count()), (1, 1));
    assert!(![" style=", " onclick=", "src=", "http:", "https:"].iter().any(|foreign| page.contains(foreign)), "{page}");
}

#[tokio::test]
async fn a_mentor_made_by_the_admin_sets_his_password_by_mail() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let with = json!({ "name": "With Password", "email": "With@example.com", "password": PASSWORD });
        let with = app.post("/api/admin/mentors", &admin, with).await.ok();
        assert_eq!(
            json!([with["role"], with["verification_status"], with["email"]]),
            json!(["mentor", "APPROVED", "with@example.com"])
        );
        app.login("with@example.com", PASSWORD).await.ok();
        assert!(app.mailed_tokens("with@example.com").await.is_empty());
        assert_eq!(app.local.inbox.mails(Some("with@example.com"), Some("Welcome")).len(), 1);

        let body = json!({ "name": "Max Mentor", "email": "max@example.com", "password": null });
        let max = app.post("/api/admin/mentors", &admin, body.clone()).await.ok();
        assert_eq!(max["verification_status"], "APPROVED");
        app.post("/api/admin/mentors", &admin, body).await.refused(400, "EMAIL_TAKEN");
        let [token] = &app.mailed_tokens("max@example.com").await[..] else { panic!("one mail has a link") };
        check_set_password_page(app, token).await;
        let (account, secret) = token.split_once('.').unwrap();
        let foreign = format!("sp_{}.{secret}", with["id"].as_str().unwrap());
        unchanged(app, async || {
            for bad in ["", "sp_", account, &format!("{account}."), &format!("{account}.{}", "A".repeat(43)), &foreign] {
                app.set_password(bad, PASSWORD).await.refused(400, "LINK_EXPIRED");
            }
            let refused = app.set_password(token, "1234567").await.refused(422, "VALIDATION_FAILED");
            assert_eq!(refused["detail"], "Password must be at least 8 characters");
        })
        .await;
        app.set_password(token, PASSWORD).await.ok();
        app.set_password(token, "another-password").await.refused(400, "LINK_EXPIRED");
        let mentor = app.login("max@example.com", PASSWORD).await.ok();
        app.get("/api/mentor/mocks", mentor["access_token"].as_str().unwrap()).await.ok();

        let late = json!({ "name": "Late Mentor", "email": "late@example.com" });
        app.post("/api/admin/mentors", &admin, late).await.ok();
        let token = app.mailed_tokens("late@example.com").await.remove(0);
        app.local.clock.advance(SignedDuration::from_hours(73)).unwrap();
        app.set_password(&token, PASSWORD).await.refused(400, "LINK_EXPIRED");
    })
    .await;
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_and_ends_older_sessions() {
    quiet_flow(async |app| {
        let known = app.free_mentee("forgetful").await;
        let other_device = app.login(&known.email, PASSWORD).await.ok();
        let stranger = app.free_mentee("bystander").await;
        app.drain().await;
        let mails = app.local.inbox.mails(None, None).len();
        let forgot = async |email: &str| app.post_public("/api/auth/forgot-password", json!({ "email": email })).await;
        let (told, untold) = (forgot(" FORGETFUL@example.com").await.ok(), forgot("nobody@example.com").await.ok());
        assert_eq!(told, untold);
        let [token] = &app.mailed_tokens(&known.email).await[..] else { panic!("one mail has a link") };
        assert_eq!(app.local.inbox.mails(None, None).len(), mails + 1, "only what is known is mailed");
        assert!(app.items("EMAIL#nobody@example.com").await.is_empty());

        app.get("/api/auth/me", &known.token).await.ok();
        app.set_password(token, "a-new-password").await.ok();
        for old in [&known.token, other_device["access_token"].as_str().unwrap()] {
            app.get("/api/auth/me", old).await.refused(401, "INVALID_TOKEN");
        }
        app.login(&known.email, PASSWORD).await.refused(401, "INVALID_CREDENTIALS");
        app.login(&known.email, "a-new-password").await.ok();
        app.set_password(token, PASSWORD).await.refused(400, "LINK_EXPIRED");
        app.get("/api/auth/me", &stranger.token).await.ok();
        app.login(&stranger.email, PASSWORD).await.ok();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_link_is_used_once_however_many_try() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let body = json!({ "name": "Max Mentor", "email": "max@example.com" });
        app.post("/api/admin/mentors", &admin, body).await.ok();
        let token = &app.mailed_tokens("max@example.com").await.remove(0);
        let passwords: Vec<_> = (0..16).map(|n| format!("password-{n}")).collect();
        let answers = join_all(passwords.iter().map(|password| app.set_password(token, password))).await;
        let mut winners = Vec::new();
        for (password, answer) in passwords.iter().zip(answers) {
            if answer.status == 200 {
                winners.push(password);
            } else {
                answer.refused(400, "LINK_EXPIRED");
            }
        }
        let [winner] = winners[..] else { panic!("{winners:?} all won") };
        for password in &passwords {
            let signed_in = app.login("max@example.com", password).await;
            assert_eq!(signed_in.status, if password == winner { 200 } else { 401 }, "{password}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_another_s_is_not_there() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let (mentee, booking, _) = app.confirmed_session("owner").await;
        let mock = app.get("/api/mentee/mocks", &mentee.token).await.ok()[0].clone();
        let mock_id = mock["id"].as_str().unwrap();
        let body = json!({ "name": "Other Mentor", "email": "other@example.com", "password": PASSWORD });
        app.post("/api/admin/mentors", &admin, body).await.ok();
        let other_mentor = app.login("other@example.com", PASSWORD).await.ok()["access_token"].as_str().unwrap().to_owned();
        let stranger: Person = app.paid_mentee("stranger", "growth").await;
        let status = format!("/api/mocks/{mock_id}/status");
        unchanged(app, async || {
            for (role, token) in [("mentee", &stranger.token), ("mentor", &other_mentor)] {
                let cancel = format!("/api/{role}/booking-requests/{booking}/cancel");
                app.call(Method::POST, &cancel, Some(token), None).await.refused(404, "NOT_FOUND");
                app.put(&status, token, json!({ "status": "completed" })).await.refused(404, "NOT_FOUND");
                for list in ["mocks", "feedbacks", "booking-requests?status=all"] {
                    assert_eq!(app.get(&format!("/api/{role}/{list}"), token).await.ok(), json!([]));
                }
            }
            app.post("/api/mentor/feedback", &other_mentor, feedback(&mock)).await.refused(404, "NOT_FOUND");
            // Not even the mentee says that his session is over.
            app.put(&status, &mentee.token, json!({ "status": "completed" })).await.refused(404, "NOT_FOUND");
        })
        .await;
        app.post("/api/mentor/feedback", &app.mentor().await, feedback(&mock)).await.ok();
        let path = format!("/api/feedbacks/{mock_id}");
        app.get(&path, &mentee.token).await.ok();
        for token in [&stranger.token, &other_mentor] {
            app.get(&path, token).await.refused(404, "NOT_FOUND");
        }
    })
    .await;
}

#[tokio::test]
async fn no_answer_tells_a_password_or_its_hash() {
    quiet_flow(async |app| {
        let (person, ..) = app.confirmed_session("read").await;
        let tokens = Tokens { mentee: person.token, ..Tokens::new(app).await };
        let mock = app.get("/api/mocks", &tokens.mentor).await.ok()[0].clone();
        let new = |email: &str| json!({ "name": "Some Body", "email": email, "password": PASSWORD });
        let writes = [
            ("", "/api/auth/register", new("one@example.com")),
            ("", "/api/auth/register", new("one@example.com")),
            ("", "/api/auth/register-free", new("two@example.com")),
            ("", "/api/auth/login", json!({ "email": "two@example.com", "password": PASSWORD })),
            ("", "/api/auth/login", json!({ "email": "one@example.com", "password": format!("{PASSWORD}!") })),
            ("", "/api/auth/login", json!({ "email": PASSWORD, "password": PASSWORD })),
            ("", "/api/auth/forgot-password", json!({ "email": "two@example.com" })),
            ("", "/api/auth/set-password", json!({ "token": "sp_x.y", "password": PASSWORD })),
            ("admin", "/api/admin/mentors", new("three@example.com")),
            (
                "",
                "/api/payment/create-order",
                json!({
                    "plan_id": "growth", "name": "Some Body", "email": "four@example.com", "password": PASSWORD,
                }),
            ),
            ("mentor", "/api/mentor/feedback", feedback(&mock)),
        ];
        let reads = operations().into_iter().filter(|operation| operation.method == "get").flat_map(|operation| {
            let path = operation.path.replace("{id}", mock["id"].as_str().unwrap());
            operation.callers().into_iter().map(move |caller| (caller, path.clone(), None))
        });
        let writes = writes.into_iter().map(|(who, path, body)| (who, path.to_owned(), Some(body)));
        for (who, path, body) in writes.chain(reads) {
            let url = format!("{}{path}", app.local.url);
            let mut request = if body.is_some() { app.http.post(url) } else { app.http.get(url) };
            if let Some(token) = tokens.of(who) {
                request = request.bearer_auth(token);
            }
            if let Some(body) = &body {
                request = request.json(body);
            }
            let answer = request.send().await.unwrap();
            let (status, headers) = (answer.status().as_u16(), format!("{:?}", answer.headers()));
            assert!(status < 500 && status != 403, "{path}: {status}");
            check_no_secrets(app, &path, &format!("{headers}{}", answer.text().await.unwrap()));
        }
        app.drain().await;
        for mail in app.local.inbox.mails(None, None) {
            check_no_secrets(app, &mail.subject, &format!("{}{}", mail.text, mail.html));
        }
        for event in app.local.bus.events() {
            check_no_secrets(app, &event.detail_type, &event.detail.to_string());
        }
        for item in app.items("codementee#AUDIT").await {
            check_no_secrets(app, "an audit record", &format!("{item:?}"));
        }
    })
    .await;
}
