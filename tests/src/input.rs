//! Bad input, on every route that takes any: refused in one shape, never by a 5xx, and nothing is written.

use crate::{
    calls::{Answer, read},
    harness::{App, flow_with},
    openapi::operations,
    scenes::{PASSWORD, feedback},
};
use aws_sdk_dynamodb::types::AttributeValue;
use futures::future::join_all;
use jiff::SignedDuration;
use local::{Options, standins::razorpay::RazorpayPayment};
use reqwest::{Body, Method};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::{Read, Write},
    net::TcpStream,
};

/// An id of nothing.
pub const NOTHING: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// The largest body.
const LIMIT: usize = 256 * 1024;

/// A flow of very many requests: nothing runs beside them unless the flow says so.
pub async fn quiet_flow(test: impl AsyncFnOnce(&App)) {
    flow_with(Options { background: false, ..Options::in_memory() }, test).await;
}

/// One signed-in person of each role.
pub struct Tokens {
    pub admin: String,
    pub mentor: String,
    pub mentee: String,
}

impl Tokens {
    pub async fn new(app: &App) -> Self {
        Self { admin: app.admin().await, mentor: app.mentor().await, mentee: app.demo_login("mentee@codementee.com").await }
    }

    /// The token of a role; nobody's for anything else.
    pub fn of(&self, role: &str) -> Option<&str> {
        match role {
            "admin" => Some(&self.admin),
            "mentor" => Some(&self.mentor),
            "mentee" => Some(&self.mentee),
            _ => None,
        }
    }
}

/// Sends a body as it is, and checks what every answer must have.
pub async fn ask(app: &App, method: Method, path: &str, token: Option<&str>, body: impl Into<Body>) -> Answer {
    let mut request = app.http.request(method.clone(), format!("{}{path}", app.local.url)).body(body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = read(request).await;
    check(&answer, &format!("{method} {path}"));
    answer
}

/// Every answer carries a request id and the security headers, none is a 5xx, and every refusal has the one shape.
fn check(answer: &Answer, asked: &str) {
    const HEADERS: [(&str, &str); 4] = [
        ("x-frame-options", "SAMEORIGIN"),
        ("x-content-type-options", "nosniff"),
        ("x-xss-protection", "1; mode=block"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ];
    for (name, value) in HEADERS {
        assert_eq!(answer.headers.get(name).and_then(|found| found.to_str().ok()), Some(value), "{asked}: {name}");
    }
    assert!(answer.headers.get("x-request-id").is_some_and(|id| id.len() >= 8), "{asked}: no request id");
    assert!(answer.status < 500, "{asked}: {} {}", answer.status, answer.body);
    if answer.status >= 400 {
        let text = |name: &str| answer.body[name].as_str().filter(|text| !text.is_empty());
        assert!(text("detail").is_some() && text("code").is_some(), "{asked}: {} {}", answer.status, answer.body);
        assert!(text("timestamp").is_some_and(|at| at.ends_with('Z')), "{asked}: {}", answer.body);
    }
}

type Table = BTreeMap<(String, String), HashMap<String, AttributeValue>>;

/// The whole table but for sessions, and for counters of requests, which count refused ones too.
async fn table(app: &App) -> Table {
    app.drain().await;
    let text = |item: &HashMap<String, AttributeValue>, name: &str| item[name].as_s().unwrap().clone();
    let items = app.items("").await.into_iter().map(|item| ((text(&item, "pk"), text(&item, "sk")), item));
    items.filter(|((pk, sk), _)| !sk.starts_with("SESSION#") && !pk.starts_with("RATE#")).collect()
}

/// Runs what must leave the table as it was.
pub async fn unchanged(app: &App, refused: impl AsyncFnOnce()) {
    let before = table(app).await;
    refused().await;
    let after = table(app).await;
    assert_eq!(before.len(), after.len(), "items");
    let changed: Vec<_> = after.iter().filter(|(key, item)| before.get(*key) != Some(*item)).collect();
    assert!(changed.is_empty(), "changed: {changed:?}");
}

/// A route that reads a JSON body, a body that it understands, and what its fields must be.
struct Form {
    method: Method,
    path: String,
    who: &'static str,
    body: Value,
    required: &'static [&'static str],
    /// Optional, but never null.
    not_null: &'static [&'static str],
    /// Texts, with the most characters that they may have.
    longest: &'static [(&'static str, usize)],
}

impl Form {
    fn post(who: &'static str, path: &str, body: Value, required: &'static [&'static str]) -> Self {
        Self { method: Method::POST, path: path.to_owned(), who, body, required, not_null: &[], longest: &[] }
    }

    fn put(path: &str, body: Value, required: &'static [&'static str]) -> Self {
        Self { method: Method::PUT, ..Self::post("admin", path, body, required) }
    }

    /// The body with a field set to something else.
    fn with(&self, field: &str, value: Value) -> Value {
        let mut body = self.body.clone();
        body[field] = value;
        body
    }

    /// The body with some of its fields.
    fn only(&self, keep: impl Fn(&str) -> bool) -> Value {
        self.body.as_object().unwrap().iter().filter(|(field, _)| keep(field)).map(|(k, v)| (k.clone(), v.clone())).collect()
    }

    async fn send(&self, app: &App, tokens: &Tokens, body: impl Into<Body>) -> Answer {
        ask(app, self.method.clone(), &self.path, tokens.of(self.who), body).await
    }

    /// Bodies that are wrong in one field, with that field.
    fn wrong(&self) -> Vec<(&str, Value)> {
        let mut wrong = Vec::new();
        for field in self.required {
            wrong.push((*field, self.only(|other| other != *field)));
        }
        for field in self.required.iter().chain(self.not_null) {
            wrong.push((field, self.with(field, Value::Null)));
        }
        for (field, right) in self.body.as_object().unwrap() {
            let others = [json!("\u{7}"), json!(-7.5), json!([[]]), json!({ "a": {} })];
            let others = others.into_iter().filter(|other| std::mem::discriminant(other) != std::mem::discriminant(right));
            wrong.extend(others.map(|other| (field.as_str(), self.with(field, other))));
        }
        for (field, longest) in self.longest {
            wrong.push((field, self.with(field, "ä".repeat(longest + 1).into())));
            wrong.push((field, self.with(field, "bell\u{7}, nothing\u{0}".into())));
        }
        wrong
    }
}

/// Every route that reads a JSON body.
async fn forms(app: &App, tokens: &Tokens) -> Vec<Form> {
    const PERSON: &[&str] = &["name", "email", "password"];
    const PERSON_TEXTS: &[(&str, usize)] = &[("name", 100), ("current_role", 100), ("target_role", 100)];
    let (company, mentor) = (app.company().await, app.mentor_id(&tokens.admin).await);
    let slot = app.get_public("/api/available-slots?limit=1").await.ok()[0]["id"].clone();
    let person = json!({
        "name": "Ada Lovelace", "email": "ada@example.com", "password": PASSWORD, "role": "mentee", "current_role": "SDE",
        "target_role": "SDE 2",
    });
    let login = json!({ "email": "ada@example.com", "password": PASSWORD });
    let booking = json!({
        "company_id": company, "slot_ids": [slot], "interview_type": "coding", "experience_level": "mid",
        "interview_track": "sde2", "specific_topics": ["Arrays"], "additional_notes": "My first",
    });
    let confirmation = json!({ "booking_request_id": NOTHING, "mentor_id": mentor, "confirmed_slot_id": slot });
    let status = json!({ "status": "active" });
    let new_mentor = json!({ "name": "Max Mentor", "email": "max@example.com", "password": PASSWORD });
    let mut forms = vec![
        Form { longest: PERSON_TEXTS, ..Form::post("", "/api/auth/register", person.clone(), PERSON) },
        Form { longest: PERSON_TEXTS, ..Form::post("", "/api/auth/register-free", person, PERSON) },
        Form::post("", "/api/auth/login", login, &["email", "password"]),
        Form::post("", "/api/auth/forgot-password", json!({ "email": "ada@example.com" }), &["email"]),
        Form::post("", "/api/auth/set-password", json!({ "token": "sp", "password": PASSWORD }), &["token", "password"]),
        Form {
            longest: &[("additional_notes", 2000)],
            ..Form::post("mentee", "/api/mentee/booking-request", booking, &["company_id", "slot_ids"])
        },
        Form::post(
            "mentor",
            "/api/mentor/confirm-booking",
            json!({ "booking_request_id": NOTHING, "confirmed_slot_id": slot }),
            &["booking_request_id", "confirmed_slot_id"],
        ),
        Form::post(
            "admin",
            "/api/admin/confirm-booking",
            confirmation,
            &["booking_request_id", "mentor_id", "confirmed_slot_id"],
        ),
        Form::put(&format!("/api/admin/mentees/{NOTHING}/status"), status.clone(), &["status"]),
        Form::put(&format!("/api/admin/mentee/{NOTHING}/status"), status, &["status"]),
        Form { longest: &[("name", 100)], ..Form::post("admin", "/api/admin/mentors", new_mentor, &["name", "email"]) },
        Form::put(&format!("/api/admin/mentors/{NOTHING}/verification"), json!({ "status": "APPROVED" }), &["status"]),
        Form::post("admin", "/api/admin/assign-mentor", json!({ "mentee_id": NOTHING, "mentor_id": mentor }), &["mentee_id"]),
        Form::put(&format!("/api/mocks/{NOTHING}/status"), json!({ "status": "completed" }), &["status"]),
    ];
    forms.extend(feedback_forms());
    forms.extend(catalog_forms(&mentor));
    forms.extend(payment_forms());
    forms
}

fn feedback_forms() -> [Form; 2] {
    const TEXTS: &[(&str, usize)] = &[("strengths", 5000), ("improvements", 5000), ("action_items", 5000)];
    const ALL: &[&str] = &[
        "mock_id",
        "problem_solving",
        "communication",
        "technical_depth",
        "code_quality",
        "overall",
        "strengths",
        "improvements",
        "hireability",
        "action_items",
    ];
    ["/api/mentor/feedback", "/api/feedbacks"].map(|path| {
        let mut body = feedback(&json!({ "id": NOTHING }));
        // It is never read.
        body.as_object_mut().unwrap().remove("mentee_id");
        Form { longest: TEXTS, ..Form::post("mentor", path, body, ALL) }
    })
}

fn catalog_forms(mentor: &str) -> [Form; 6] {
    let company = json!({
        "name": "Initech", "logo_url": "https://example.com/logo.png", "description": "Paper", "category": "service",
        "interview_tracks": ["sde"], "difficulty_levels": ["mid"],
    });
    let slot = json!({
        "date": "2090-01-01", "start_time": "10:00", "end_time": "11:00", "mentor_id": mentor, "interview_types": ["coding"],
    });
    let mock = json!({
        "mentee_id": NOTHING, "mentor_id": mentor, "scheduled_at": "2090-01-01T10:00:00Z",
        "meet_link": "https://meet.google.com/any-room", "company_name": "Amazon",
    });
    let plan = json!({
        "name": "Sprint", "price": 99900, "duration_months": 1, "features": ["One"], "limits": { "mock_interviews": 1 },
        "is_active": true, "is_public": false, "is_popular": false, "display_order": 9,
    });
    let mut new_plan = plan.clone();
    new_plan["plan_id"] = json!("sprint");
    let link = json!({ "link": "https://meet.google.com/new-room-one", "name": "Room 9" });
    [
        Form {
            longest: &[("name", 100), ("description", 1000)],
            ..Form::post("admin", "/api/admin/companies", company, &["name"])
        },
        Form::post("admin", "/api/admin/time-slots", slot, &["date", "start_time", "end_time"]),
        Form { longest: &[("name", 60)], ..Form::post("admin", "/api/admin/meet-links", link, &["link"]) },
        Form {
            longest: &[("company_name", 100)],
            ..Form::post("admin", "/api/mocks", mock, &["mentee_id", "mentor_id", "scheduled_at"])
        },
        Form {
            not_null: &["is_active", "display_order"],
            longest: &[("name", 100)],
            ..Form::post("admin", "/api/admin/pricing-plans", new_plan, &["plan_id", "name", "price", "duration_months"])
        },
        Form {
            not_null: &["is_active", "display_order"],
            longest: &[("name", 100)],
            ..Form::put("/api/admin/pricing-plans/growth", plan, &["name", "price", "duration_months"])
        },
    ]
}

fn payment_forms() -> [Form; 3] {
    const WORD: &[&str] = &["razorpay_order_id", "razorpay_payment_id", "razorpay_signature"];
    let order = json!({
        "plan_id": "growth", "name": "Ada Lovelace", "email": "ada@example.com", "password": PASSWORD, "phone": "+91 98",
        "current_role": "SDE", "target_role": "SDE 2", "timeline": "Soon", "struggle": "Graphs",
    });
    let word = json!({
        "razorpay_order_id": "order_x", "razorpay_payment_id": "pay_x", "razorpay_signature": "00", "order_id": NOTHING,
    });
    [
        Form {
            longest: &[
                ("name", 100),
                ("phone", 30),
                ("current_role", 100),
                ("target_role", 100),
                ("timeline", 200),
                ("struggle", 2000),
            ],
            ..Form::post("", "/api/payment/create-order", order, &["plan_id", "name", "email"])
        },
        Form::post("", "/api/payment/verify", word.clone(), WORD),
        Form::post("", "/api/payment/verify-payment", word, WORD),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_is_checked_and_only_what_is_optional_may_be_missing() {
    quiet_flow(async |app| {
        let tokens = &Tokens::new(app).await;
        let forms = forms(app, tokens).await;
        unchanged(app, async || {
            for form in &forms {
                let answers = form.wrong().into_iter().map(|(field, body)| async move {
                    (field, form.send(app, tokens, body.to_string()).await.refused(422, "VALIDATION_FAILED"), body)
                });
                for (field, refusal, sent) in join_all(answers).await {
                    let errors = refusal["errors"].as_object().unwrap();
                    assert_eq!(errors.values().next().unwrap()[0], refusal["detail"], "{}: {sent}", form.path);
                    let named = errors.keys().all(|name| name.split(['[', '.']).next() == Some(field));
                    assert!(errors.len() == 1 && named, "{} {sent}: {refusal}", form.path);
                }
            }
        })
        .await;
        let odd = app.post_public("/api/auth/login", json!({ "email": { "$ne": null }, "password": "x" })).await;
        assert!(odd.refused(422, "VALIDATION_FAILED")["errors"]["email"].is_array());

        for form in forms {
            let needed = |field: &str| form.required.contains(&field);
            let kept = |field: &str| needed(field) || form.not_null.contains(&field);
            let fields = form.body.as_object().unwrap().iter();
            let nulls: Value =
                fields.map(|(name, value)| (name.clone(), if kept(name) { value.clone() } else { Value::Null })).collect();
            for body in [form.only(needed), nulls] {
                let answer = form.send(app, tokens, body.to_string()).await;
                assert_ne!(answer.status, 422, "{} {body}: {}", form.path, answer.body);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_that_names_what_is_not_there_is_refused() {
    quiet_flow(async |app| {
        let tokens = Tokens::new(app).await;
        let company = app.company().await;
        let slot = &app.get_public("/api/available-slots?limit=1").await.ok()[0]["id"];
        let (mentor, admin) = (&app.mentor_id(&tokens.admin).await, &tokens.admin);
        let mentee = &app.get("/api/auth/me", &tokens.mentee).await.ok()["id"];
        let payment = RazorpayPayment {
            id: "pay_nothing".to_owned(),
            order_id: "order_nothing".to_owned(),
            amount: 100,
            currency: "INR".to_owned(),
            status: "captured".to_owned(),
            created_at: 0,
        };
        let word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        let mut forged = word.clone();
        forged["razorpay_signature"] = "0".repeat(64).into();
        let at = "2090-01-01T10:00:00Z";
        let day = json!({ "date": "2090-01-01", "start_time": "10:00", "end_time": "11:00", "mentor_id": NOTHING });
        let refusals = [
            ("mentee", "/api/mentee/booking-request", json!({ "company_id": NOTHING, "slot_ids": [slot] }), 404, "NOT_FOUND"),
            ("mentee", "/api/mentee/booking-request", json!({ "company_id": slot, "slot_ids": [slot] }), 404, "NOT_FOUND"),
            (
                "mentee",
                "/api/mentee/booking-request",
                json!({ "company_id": company, "slot_ids": [slot, NOTHING] }),
                409,
                "SLOT_UNAVAILABLE",
            ),
            ("mentor", "/api/mentor/feedback", feedback(&json!({ "id": NOTHING })), 404, "NOT_FOUND"),
            ("admin", "/api/admin/assign-mentor", json!({ "mentee_id": NOTHING, "mentor_id": mentor }), 404, "NOT_FOUND"),
            ("admin", "/api/admin/assign-mentor", json!({ "mentee_id": mentor, "mentor_id": mentor }), 404, "NOT_FOUND"),
            (
                "admin",
                "/api/admin/assign-mentor",
                json!({ "mentee_id": mentee, "mentor_id": NOTHING }),
                409,
                "MENTOR_UNAVAILABLE",
            ),
            ("admin", "/api/admin/assign-mentor", json!({ "mentee_id": mentee, "mentor_id": mentee }), 409, "MENTOR_UNAVAILABLE"),
            ("admin", "/api/mocks", json!({ "mentee_id": NOTHING, "mentor_id": mentor, "scheduled_at": at }), 404, "NOT_FOUND"),
            ("admin", "/api/mocks", json!({ "mentee_id": mentee, "mentor_id": NOTHING, "scheduled_at": at }), 404, "NOT_FOUND"),
            ("admin", "/api/mocks", json!({ "mentee_id": mentor, "mentor_id": mentee, "scheduled_at": at }), 404, "NOT_FOUND"),
            ("admin", "/api/admin/time-slots", day, 409, "MENTOR_UNAVAILABLE"),
            ("mentee", "/api/payment/create-order", json!({ "plan_id": "nothing" }), 400, "INVALID_PLAN"),
            ("mentee", "/api/payment/create-order", json!({ "plan_id": "<script>" }), 400, "INVALID_PLAN"),
            ("mentee", "/api/payment/create-order", json!({ "plan_id": "growth", "email": "x@y.com" }), 400, "EMAIL_MISMATCH"),
            ("mentor", "/api/payment/create-order", json!({ "plan_id": "growth" }), 403, "INSUFFICIENT_PERMISSIONS"),
            ("", "/api/payment/verify", word, 404, "NOT_FOUND"),
            ("", "/api/payment/verify", forged, 400, "PAYMENT_VERIFICATION_FAILED"),
        ];
        unchanged(app, async || {
            for (who, path, body, status, code) in refusals {
                ask(app, Method::POST, path, tokens.of(who), body.to_string()).await.refused(status, code);
            }
            let mentee_as_mentor = format!("/api/admin/mentors/{}/verification", mentee.as_str().unwrap());
            app.put(&mentee_as_mentor, admin, json!({ "status": "APPROVED" })).await.refused(404, "NOT_FOUND");
            let mentor_as_mentee = format!("/api/admin/mentees/{mentor}/status");
            app.put(&mentor_as_mentee, admin, json!({ "status": "paused" })).await.refused(404, "NOT_FOUND");
        })
        .await;
    })
    .await;
}

/// Sends a request byte by byte as written, and reads the answer as text.
async fn raw(app: &App, request: Vec<u8>) -> (u16, String) {
    let address = app.local.url.trim_start_matches("http://").to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        // The server may have answered and gone before it was sent everything.
        let _ = stream.write_all(&request);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    });
    let answer = answer.await.unwrap();
    (answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default(), answer)
}

#[tokio::test]
async fn a_body_has_at_most_256_kilobytes() {
    quiet_flow(async |app| {
        let tokens = Tokens::new(app).await;
        let login = json!({ "email": "nobody@example.com", "password": "wrong" }).to_string();
        let padded = |size: usize| format!("{login}{}", " ".repeat(size - login.len()));
        unchanged(app, async || {
            ask(app, Method::POST, "/api/auth/login", None, padded(LIMIT)).await.refused(401, "INVALID_CREDENTIALS");
            let mut paths: BTreeSet<_> =
                forms(app, &tokens).await.into_iter().map(|form| (form.method.to_string(), form.path)).collect();
            paths.insert(("POST".to_owned(), "/api/payment/webhook".to_owned()));
            for (method, path) in paths {
                // Told beforehand, it is not even waited for.
                let head = format!("{method} {path} HTTP/1.1\r\nHost: local\r\nConnection: close\r\n");
                let (status, answer) = raw(app, format!("{head}Content-Length: {}\r\n\r\n", LIMIT + 1).into_bytes()).await;
                assert_eq!(status, 413, "{path}: {answer}");
                assert!(answer.contains("\"code\":\"BODY_TOO_LARGE\"") && answer.contains("\"detail\":\""), "{path}: {answer}");
                assert!(answer.to_lowercase().contains("\r\nx-request-id: "), "{path}: {answer}");
            }
            let head = "POST /api/auth/login HTTP/1.1\r\nHost: local\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
            let chunked = |size: usize| format!("{head}{size:x}\r\n{}\r\n0\r\n\r\n", padded(size)).into_bytes();
            assert_eq!(raw(app, chunked(LIMIT)).await.0, 401, "as large as may be, without being told");
            let (status, answer) = raw(app, chunked(LIMIT + 1)).await;
            assert!(status == 413 && answer.contains("\"code\":\"BODY_TOO_LARGE\""), "{answer}");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_404_and_what_cannot_be_done_405() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let with_id = async |id: &str| {
            let answer = read(app.http.get(format!("{}/api/nothing", app.local.url)).header("x-request-id", id)).await;
            let answered = answer.headers["x-request-id"].to_str().unwrap().to_owned();
            answer.refused(404, "NOT_FOUND");
            answered
        };
        assert_eq!(with_id("client-0001").await, "client-0001");
        for odd in ["", "short", "a b c d e f g h", "<script>alert(1)</script>", &"x".repeat(65)] {
            let id = with_id(odd).await;
            assert!(id != odd && id.len() == 36, "{odd}: {id}");
        }
        for path in
            ["/api/nothing", "/api/auth", "/api/admin", "/api/admin/users/7", "/api//companies", "/API/companies", "/api.json"]
        {
            for method in [Method::GET, Method::POST, Method::DELETE] {
                ask(app, method, path, Some(&admin), "").await.refused(404, "NOT_FOUND");
            }
        }
        let mut known: BTreeMap<String, Vec<Method>> = BTreeMap::new();
        for operation in operations() {
            known.entry(operation.path.to_owned()).or_default().push(operation.method());
        }
        for (path, methods) in known {
            let path = path.replace("{id}", NOTHING);
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                if !methods.contains(&method) {
                    let answer = ask(app, method, &path, Some(&admin), "").await;
                    let allowed = answer.headers["allow"].to_str().unwrap().to_owned();
                    answer.refused(405, "METHOD_NOT_ALLOWED");
                    assert!(methods.iter().all(|method| allowed.contains(method.as_str())), "{path}: {allowed}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_trailing_slash_or_a_prefix_makes_no_difference() {
    quiet_flow(async |app| {
        let tokens = Tokens::new(app).await;
        let strict = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        for operation in operations().into_iter().filter(|operation| operation.method == "get") {
            let path = operation.path.replace("{id}", NOTHING);
            for url in [format!("{path}/"), format!("/codementee{path}//?limit=1")] {
                let mut request = strict.get(format!("{}{url}", app.local.url));
                request = request.bearer_auth(tokens.of(operation.caller()).unwrap_or(&tokens.admin));
                let answer = read(request).await;
                check(&answer, &url);
                let wanted = if path.contains(NOTHING) { 404 } else { 200 };
                assert_eq!(answer.status, wanted, "{url}: {}", answer.body);
            }
        }
        let body = json!({ "email": "admin@codementee.com", "password": app.local.demo_password });
        for path in ["/api/auth/login/", "/codementee/api/auth/login", "/codementee/api/auth/login/"] {
            let answer = read(strict.post(format!("{}{path}", app.local.url)).json(&body)).await;
            check(&answer, path);
            assert!(answer.ok()["access_token"].is_string());
        }
    })
    .await;
}

/// Every list that has pages, with who may see it.
const LISTS: [(&str, &str); 20] = [
    ("", "/api/companies"),
    ("", "/api/public/companies"),
    ("", "/api/available-slots"),
    ("mentee", "/api/mentee/booking-requests"),
    ("mentee", "/api/mentee/mocks"),
    ("mentee", "/api/mentee/feedbacks"),
    ("mentor", "/api/mentor/mentees"),
    ("mentor", "/api/mentor/booking-requests"),
    ("mentor", "/api/mentor/mocks"),
    ("mentor", "/api/mentor/feedbacks"),
    ("mentee", "/api/mocks"),
    ("mentor", "/api/feedbacks"),
    ("admin", "/api/admin/users"),
    ("admin", "/api/admin/mentees"),
    ("admin", "/api/admin/mentors"),
    ("admin", "/api/admin/companies"),
    ("admin", "/api/admin/time-slots"),
    ("admin", "/api/admin/meet-links"),
    ("admin", "/api/admin/booking-requests"),
    ("admin", "/api/admin/orders"),
];

/// A page of a list: the ids, and the cursor of the next page.
async fn page(app: &App, list: &str, query: &str, token: Option<&str>) -> (Vec<String>, Option<String>) {
    let answer = ask(app, Method::GET, &format!("{list}?{query}"), token, "").await;
    let next = answer.headers.get("x-next-cursor").map(|cursor| cursor.to_str().unwrap().to_owned());
    let items = answer.ok();
    (items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect(), next)
}

/// The ids of every item, page by page.
async fn walk(app: &App, list: &str, query: &str, token: Option<&str>, limit: usize) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), String::new());
    loop {
        let (more, next) = page(app, list, &format!("{query}limit={limit}{after}"), token).await;
        assert!(more.len() <= limit && ids.len() < 1000, "{list} gave {} of {limit} after {}", more.len(), ids.len());
        ids.extend(more);
        match next {
            Some(cursor) => after = format!("&cursor={cursor}"),
            None => return ids,
        }
    }
}

#[tokio::test]
async fn walking_a_list_gives_every_item_once() {
    quiet_flow(async |app| {
        let tokens = Tokens::new(app).await;
        for n in 0..7 {
            app.free_mentee(&format!("walker{n}")).await;
        }
        for (who, list, query, count) in [
            ("", "/api/companies", "", 10),
            ("", "/api/companies", "category=unicorn&", 4),
            ("", "/api/available-slots", "", 28),
            ("", "/api/available-slots", "interview_type=hr_round&", 21),
            ("admin", "/api/admin/users", "", 11),
            ("admin", "/api/admin/mentees", "", 9),
            ("admin", "/api/admin/time-slots", "", 28),
            ("admin", "/api/admin/meet-links", "", 3),
        ] {
            let token = tokens.of(who);
            let (all, more) = page(app, list, &format!("{query}limit=1000"), token).await;
            assert_eq!((all.len(), more), (count, None), "{list}");
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), count, "{list}");
            for limit in [3, 4] {
                assert_eq!(walk(app, list, query, token, limit).await, all, "{list} by {limit}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_has_1_to_1000_items_and_a_cursor_of_its_own_list() {
    quiet_flow(async |app| {
        let tokens = Tokens::new(app).await;
        let (_, cursor) = page(app, "/api/companies", "limit=1", None).await;
        let cursor = cursor.unwrap();
        let flipped = if cursor.starts_with('A') { "B" } else { "A" };
        let altered = [
            "x".to_owned(),
            "ß".to_owned(),
            format!("{cursor}A"),
            format!("{flipped}{}", &cursor[1..]),
            format!("{}{}", &cursor[..40], cursor[40..].to_uppercase()),
        ];
        for (who, list) in LISTS {
            let ask_for = async |query: String| ask(app, Method::GET, &format!("{list}?{query}"), tokens.of(who), "").await;
            for limit in ["0", "1001", "abc", "-1", "2.5", "99999999999"] {
                let refused = ask_for(format!("limit={limit}")).await.refused(422, "VALIDATION_FAILED");
                assert!(refused["errors"]["limit"].is_array(), "{list}: {refused}");
            }
            let foreign = Some(&cursor).filter(|_| list != "/api/companies");
            for cursor in altered.iter().chain(foreign) {
                let refused = ask_for(format!("cursor={cursor}")).await.refused(422, "VALIDATION_FAILED");
                assert!(refused["errors"]["cursor"].is_array(), "{list}: {refused}");
            }
            ask_for("limit=1000".to_owned()).await.ok();
        }
        for filter in
            ["/api/companies?category=x", "/api/available-slots?interview_type=x", "/api/admin/booking-requests?status=x"]
        {
            ask(app, Method::GET, filter, Some(&tokens.admin), "").await.refused(422, "VALIDATION_FAILED");
        }
        for from in ["x", "2030-02-30", "-009999-01-01"] {
            let path = format!("/api/admin/time-slots?from={from}");
            ask(app, Method::GET, &path, Some(&tokens.admin), "").await.refused(422, "VALIDATION_FAILED");
        }

        let (stranger, company) = (app.paid_mentee("stranger", "growth").await, app.company().await);
        let slot = app.add_slot(&tokens.admin, 20, 600, 60).await;
        for _ in 0..2 {
            let body = json!({ "company_id": company, "slot_ids": [slot] });
            app.post("/api/mentee/booking-request", &tokens.mentee, body).await.ok();
        }
        let (_, his) = page(app, "/api/mentee/booking-requests", "limit=1", Some(&tokens.mentee)).await;
        let path = format!("/api/mentee/booking-requests?cursor={}", his.unwrap());
        app.get(&path, &tokens.mentee).await.ok();
        app.get(&path, &stranger.token).await.refused(422, "VALIDATION_FAILED");
        let (_, pending) = page(app, "/api/mentor/booking-requests", "limit=1", Some(&tokens.mentor)).await;
        let path = format!("/api/mentor/booking-requests?cursor={}", pending.unwrap());
        app.get(&path, &tokens.mentor).await.ok();
        app.get(&format!("{path}&status=confirmed"), &tokens.mentor).await.refused(422, "VALIDATION_FAILED");
    })
    .await;
}

#[tokio::test]
async fn slots_and_mocks_that_cannot_be_held_are_refused() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let mentor = app.mentor_id(&admin).await;
        let mentee = app.free_mentee("early").await.id;
        let day = |hours: i64| {
            let day = app::Clock::now(&*app.local.clock).plus(SignedDuration::from_hours(hours)).timestamp();
            day.strftime("%Y-%m-%d").to_string()
        };
        let (yesterday, soon) = (day(-30), day(24 * 20));
        let spans = [
            (yesterday.as_str(), "10:00", "11:00"),
            ("2020-02-29", "10:00", "11:00"),
            ("0000-01-01", "10:00", "11:00"),
            ("2090-02-30", "10:00", "11:00"),
            ("2090-13-01", "10:00", "11:00"),
            ("9999-12-31", "10:00", "11:00"),
            ("12090-01-01", "10:00", "11:00"),
            ("01/02/2090", "10:00", "11:00"),
            ("2090-02-01T10:00", "10:00", "11:00"),
            ("", "10:00", "11:00"),
            (soon.as_str(), "11:00", "10:00"),
            (soon.as_str(), "10:00", "10:00"),
            (soon.as_str(), "23:30", "00:30"),
            (soon.as_str(), "10:00", "14:01"),
            (soon.as_str(), "24:00", "25:00"),
            (soon.as_str(), "10:60", "11:00"),
            (soon.as_str(), "10:00:30", "11:00"),
            (soon.as_str(), "10am", "11am"),
            (soon.as_str(), "", ""),
        ];
        unchanged(app, async || {
            for (date, start_time, end_time) in spans {
                let body = json!({ "date": date, "start_time": start_time, "end_time": end_time });
                let refused = app.post("/api/admin/time-slots", &admin, body).await.refused(422, "VALIDATION_FAILED");
                assert_eq!(refused["errors"].as_object().unwrap().len(), 1, "{date} {start_time} {end_time}: {refused}");
            }
            for scheduled_at in ["2020-01-01T10:00:00Z", "2090-01-01T10:00:00", "2090-01-01", "2090-02-30T10:00:00Z", "tomorrow"]
            {
                let body = json!({ "mentee_id": mentee, "mentor_id": mentor, "scheduled_at": scheduled_at });
                let refused = app.post("/api/mocks", &admin, body).await.refused(422, "VALIDATION_FAILED");
                assert!(refused["errors"]["scheduled_at"].is_array(), "{scheduled_at}: {refused}");
            }
            let body = json!({
                "mentee_id": mentee, "mentor_id": mentor, "scheduled_at": "2090-01-01T10:00:00Z",
                "meet_link": "https://example.com/room",
            });
            let refused = app.post("/api/mocks", &admin, body).await.refused(422, "VALIDATION_FAILED");
            assert!(refused["errors"]["meet_link"].is_array(), "{refused}");
        })
        .await;
        let longest = json!({ "date": soon, "start_time": "10:00", "end_time": "14:00" });
        app.post("/api/admin/time-slots", &admin, longest).await.ok();
    })
    .await;
}

#[tokio::test]
async fn only_google_meet_rooms_enter_the_pool_and_each_once() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let add = async |link: &str| app.post("/api/admin/meet-links", &admin, json!({ "link": link, "name": "" })).await;
        unchanged(app, async || {
            for link in [
                "",
                "https://meet.google.com",
                "https://meet.google.com/",
                "https://meet.google.com/ab",
                "http://meet.google.com/abc-defg-xyz",
                "https://zoom.us/j/123456",
                "https://example.com/meet.google.com/abc-defg-xyz",
                "https://meet.google.com.example.com/abc-defg-xyz",
                "https://meet.google.com@example.com/abc-defg-xyz",
                "https://example.com#meet.google.com/abc-defg-xyz",
                "//meet.google.com/abc-defg-xyz",
                "javascript:alert('https://meet.google.com/abc')",
                "https://meet.google.com/abc?authuser=1",
                "https://meet.google.com/abc defg",
                "https://meet.google.com/abc\u{0}defg",
                "https://meet.google.com/ａｂｃ-defg",
                &format!("https://meet.google.com/{}", "x".repeat(101)),
            ] {
                let refused = add(link).await.refused(422, "VALIDATION_FAILED");
                assert!(refused["errors"]["link"].is_array(), "{link}: {refused}");
            }
            for known in [
                "https://meet.google.com/abc-defg-hij",
                " https://meet.google.com/abc-defg-hij/ ",
                "meet.google.com/abc-defg-hij",
            ] {
                let refused = add(known).await.refused(400, "LINK_EXISTS");
                assert_eq!(refused["detail"], "This link already exists");
            }
        })
        .await;
        let answers = join_all((0..8).map(|_| add("https://meet.google.com/one-time-only"))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 7));
        lost.into_iter().for_each(|answer| _ = answer.refused(400, "LINK_EXISTS"));
        // Taken out, it may come back.
        let link = format!("/api/admin/meet-links/{}", won[0].body["id"].as_str().unwrap());
        app.delete(&link, &admin).await.ok();
        app.delete(&link, &admin).await.refused(404, "NOT_FOUND");
        add("https://meet.google.com/one-time-only").await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_request_for_slots_that_cannot_be_asked_for_is_refused() {
    quiet_flow(async |app| {
        let tokens = Tokens::new(app).await;
        let admin = &tokens.admin;
        let (_, _, booked) = app.confirmed_session("first").await;
        let (company, mentor) = (app.company().await, app.mentor_id(admin).await);
        let mut open = Vec::new();
        for n in 0..6 {
            open.push(app.add_slot(admin, 25, 60 * n, 60).await);
        }
        let coding = json!({ "date": "2090-01-01", "start_time": "10:00", "end_time": "11:00", "interview_types": ["coding"] });
        let coding = app.post("/api/admin/time-slots", admin, coding).await.ok()["id"].as_str().unwrap().to_owned();
        let past = app.get_public("/api/available-slots?limit=1").await.ok()[0]["id"].as_str().unwrap().to_owned();
        app.local.clock.advance(SignedDuration::from_hours(36)).unwrap();
        let tokens = Tokens::new(app).await;

        let asked = |slots: &[&String]| json!({ "company_id": company, "slot_ids": slots });
        let of_type = |kind: Value, level: Value, track: Value| {
            let mut body = asked(&[&coding]);
            (body["interview_type"], body["experience_level"], body["interview_track"]) = (kind, level, track);
            body
        };
        let (kind, level, track) = (json!("coding"), json!("mid"), json!("sde2"));
        let invalid = [
            ("slot_ids", asked(&[])),
            ("slot_ids", asked(&open.iter().collect::<Vec<_>>())),
            ("slot_ids", asked(&[&open[0], &open[0]])),
            ("slot_ids", asked(&[&open[0], &open[1], &open[0].to_uppercase()])),
            ("slot_ids", json!({ "company_id": company, "preferred_slots": [] })),
            ("slot_ids", json!({ "company_id": company, "slot_ids": [7] })),
            ("slot_ids", json!({ "company_id": company, "slot_ids": [null] })),
            ("slot_ids", json!({ "company_id": company, "slot_ids": open[0] })),
            ("interview_type", of_type(kind.clone(), Value::Null, Value::Null)),
            ("interview_type", of_type(Value::Null, level.clone(), Value::Null)),
            ("interview_type", of_type(Value::Null, Value::Null, track.clone())),
            ("interview_type", of_type(kind.clone(), level.clone(), Value::Null)),
            ("interview_type", of_type(kind.clone(), Value::Null, track.clone())),
            ("interview_type", of_type(Value::Null, level.clone(), track.clone())),
            ("interview_type", of_type(json!("Coding"), level.clone(), track.clone())),
            ("experience_level", of_type(kind.clone(), json!("expert"), track.clone())),
            ("interview_track", of_type(kind.clone(), level.clone(), json!("a/b"))),
        ];
        let topics = |topics: Value| {
            let mut body = asked(&[&open[0]]);
            body["specific_topics"] = topics;
            ("specific_topics", body)
        };
        let invalid =
            invalid.into_iter().chain([topics(json!(vec!["x"; 31])), topics(json!(["x".repeat(101)])), topics(json!([7]))]);
        let unavailable = [
            asked(&[&booked]),
            asked(&[&past]),
            asked(&[&open[0], &booked]),
            asked(&[&open[0], &past]),
            of_type(json!("behavioral"), level.clone(), track.clone()),
        ];
        let booking = app.post("/api/mentee/booking-request", &tokens.mentee, asked(&[&open[0]])).await.ok();
        let booking = booking["id"].as_str().unwrap();
        unchanged(app, async || {
            for (field, body) in invalid {
                let answer = app.post("/api/mentee/booking-request", &tokens.mentee, body.clone()).await;
                let refused = answer.refused(422, "VALIDATION_FAILED");
                let errors = refused["errors"].as_object().unwrap();
                assert!(errors.keys().all(|name| name.split('[').next() == Some(field)), "{body}: {refused}");
            }
            for body in unavailable {
                app.post("/api/mentee/booking-request", &tokens.mentee, body).await.refused(409, "SLOT_UNAVAILABLE");
            }
            for slot in [&open[1], &booked, &NOTHING.to_owned()] {
                app.confirm(&tokens.admin, booking, &mentor, slot).await.refused(400, "INVALID_SLOT");
            }
        })
        .await;
        app.post("/api/mentee/booking-request", &tokens.mentee, of_type(kind, level, track)).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_score_is_a_whole_number_from_0_to_5() {
    quiet_flow(async |app| {
        app.confirmed_session("scored").await;
        let mentor = app.mentor().await;
        let mock = app.get("/api/mentor/mocks", &mentor).await.ok()[0].clone();
        let wrong = |field: &str, value: Value| {
            let mut body = feedback(&mock);
            body[field] = value;
            body
        };
        unchanged(app, async || {
            for score in ["problem_solving", "communication", "technical_depth", "code_quality", "overall"] {
                for value in [json!(6), json!(-1), json!(2.5), json!(null), json!("4"), json!(true), json!(1e300)] {
                    let answer = app.post("/api/mentor/feedback", &mentor, wrong(score, value)).await;
                    answer.refused(422, "VALIDATION_FAILED");
                }
            }
            for value in [json!("Maybe"), json!("hire"), json!(""), json!(1)] {
                let answer = app.post("/api/feedbacks", &mentor, wrong("hireability", value)).await;
                answer.refused(422, "VALIDATION_FAILED");
            }
        })
        .await;
        app.post("/api/mentor/feedback", &mentor, feedback(&mock)).await.ok();
    })
    .await;
}
