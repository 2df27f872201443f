//! Bad input, on every route that takes any: refused in one shape, never a 5xx, and nothing is written.

use crate::{
    calls::{Answer, read},
    harness::{App, flow},
    scenes::{PASSWORD, feedback},
};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::SignedDuration;
use local::standins::razorpay::RazorpayPayment;
use reqwest::{Body, Method};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::{Read, Write},
    net::TcpStream,
};

/// An id of nothing.
const NOTHING: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Visitor,
    Admin,
    Mentor,
    Mentee,
}

/// One signed-in person of each role.
struct Tokens {
    admin: String,
    mentor: String,
    mentee: String,
}

impl Tokens {
    async fn new(app: &App) -> Self {
        Self { admin: app.admin().await, mentor: app.mentor().await, mentee: app.demo_login("mentee@codementee.com").await }
    }

    fn of(&self, who: Who) -> Option<&str> {
        match who {
            Who::Visitor => None,
            Who::Admin => Some(&self.admin),
            Who::Mentor => Some(&self.mentor),
            Who::Mentee => Some(&self.mentee),
        }
    }
}

/// Sends a body as it is, and checks what every answer must have.
async fn ask(app: &App, method: Method, path: &str, token: Option<&str>, body: impl Into<Body>) -> Answer {
    let mut request = app.http.request(method.clone(), format!("{}{path}", app.local.url)).body(body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = read(request).await;
    check(&answer, &format!("{method} {path}"));
    answer
}

/// The headers of every answer, and the shape of every refusal.
fn check(answer: &Answer, asked: &str) {
    const HEADERS: [(&str, &str); 4] = [
        ("x-frame-options", "SAMEORIGIN"),
        ("x-content-type-options", "nosniff"),
        ("x-xss-protection", "1; mode=block"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ];
    for (name, value) in HEADERS {
        assert_eq!(answer.headers.get(name).and_then(|value| value.to_str().ok()), Some(value), "{asked}: {name}");
    }
    assert!(answer.headers.get("x-request-id").is_some_and(|id| id.len() >= 8), "{asked} has no request id");
    assert!(answer.status < 500, "{asked}: {} {}", answer.status, answer.body);
    if answer.status >= 400 {
        let text = |name: &str| answer.body[name].as_str().filter(|text| !text.is_empty());
        assert!(text("detail").is_some() && text("code").is_some(), "{asked}: {} {}", answer.status, answer.body);
        assert!(text("timestamp").is_some_and(|at| at.ends_with('Z')), "{asked}: {}", answer.body);
    }
}

/// The whole table but for sessions, in order.
async fn table(app: &App) -> BTreeMap<(String, String), HashMap<String, AttributeValue>> {
    app.drain().await;
    let key = |item: &HashMap<String, AttributeValue>| (item["pk"].as_s().unwrap().clone(), item["sk"].as_s().unwrap().clone());
    let items = app.items("").await.into_iter().map(|item| (key(&item), item));
    items.filter(|((_, sk), _)| !sk.starts_with("SESSION#")).collect()
}

/// Runs what must leave the table as it was.
async fn unchanged(app: &App, refused: impl AsyncFnOnce()) {
    let before = table(app).await;
    refused().await;
    let after = table(app).await;
    let written: Vec<_> = after.iter().filter(|(key, item)| before.get(*key) != Some(*item)).collect();
    assert!(written.is_empty(), "refused requests wrote {written:?}");
    assert_eq!(before.len(), after.len(), "refused requests deleted something");
}

/// A route that reads a body, a body that it would take, and what its fields must be.
struct Form {
    method: Method,
    path: String,
    who: Who,
    body: Value,
    required: &'static [&'static str],
    /// Optional, but never null.
    not_null: &'static [&'static str],
    /// Texts with the most characters that they may have.
    longest: &'static [(&'static str, usize)],
}

impl Form {
    fn new(who: Who, method: Method, path: &str, body: Value, required: &'static [&'static str]) -> Self {
        Self { method, path: path.to_owned(), who, body, required, not_null: &[], longest: &[] }
    }

    fn post(who: Who, path: &str, body: Value, required: &'static [&'static str]) -> Self {
        Self::new(who, Method::POST, path, body, required)
    }

    fn longest(self, longest: &'static [(&'static str, usize)]) -> Self {
        Self { longest, ..self }
    }

    fn not_null(self, not_null: &'static [&'static str]) -> Self {
        Self { not_null, ..self }
    }

    /// The body with one field set to something else.
    fn with(&self, field: &str, value: Value) -> Value {
        let mut body = self.body.clone();
        body[field] = value;
        body
    }

    /// The body without one field.
    fn without(&self, field: &str) -> Value {
        let mut body = self.body.clone();
        body.as_object_mut().unwrap().remove(field);
        body
    }

    async fn send(&self, app: &App, tokens: &Tokens, body: impl Into<Body>) -> Answer {
        ask(app, self.method.clone(), &self.path, tokens.of(self.who), body).await
    }
}

/// Every route that reads a JSON body.
async fn forms(app: &App, tokens: &Tokens) -> Vec<Form> {
    use Who::{Admin, Mentee, Mentor, Visitor};
    let (company, mentor) = (app.company().await, app.mentor_id(&tokens.admin).await);
    let slots = app.get_public("/api/available-slots?limit=1").await.ok();
    let slot = slots[0]["id"].as_str().unwrap();
    let registration = || {
        json!({ "name": "Ada Lovelace", "email": "ada@example.com", "password": PASSWORD, "role": "mentee", "current_role": "SDE",
            "target_role": "SDE 2" })
    };
    let plan = |id: Option<&str>| {
        let mut plan = json!({ "name": "Sprint", "price": 99900, "duration_months": 1, "features": ["One"],
            "limits": { "mock_interviews": 1 }, "is_active": true, "is_public": false, "is_popular": false, "display_order": 9 });
        if let Some(id) = id {
            plan["plan_id"] = json!(id);
        }
        plan
    };
    let assessment = feedback(&json!({ "id": NOTHING }));
    let word = json!({ "razorpay_order_id": "order_x", "razorpay_payment_id": "pay_x", "razorpay_signature": "00", "order_id": NOTHING });
    const PERSON: &[(&str, usize)] = &[("name", 100), ("current_role", 100), ("target_role", 100)];
    const SCORES: &[&str] = &[
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
    const PROSE: &[(&str, usize)] = &[("strengths", 5000), ("improvements", 5000), ("action_items", 5000)];
    const WORD: &[&str] = &["razorpay_order_id", "razorpay_payment_id", "razorpay_signature"];
    vec![
        Form::post(Visitor, "/api/auth/register", registration(), &["name", "email", "password"]).longest(PERSON),
        Form::post(Visitor, "/api/auth/register-free", registration(), &["name", "email", "password"]).longest(PERSON),
        Form::post(Visitor, "/api/auth/login", json!({ "email": "ada@example.com", "password": "x" }), &["email", "password"]),
        Form::post(Visitor, "/api/auth/forgot-password", json!({ "email": "ada@example.com" }), &["email"]),
        Form::post(Visitor, "/api/auth/set-password", json!({ "token": "sp", "password": PASSWORD }), &["token", "password"]),
        Form::post(
            Mentee,
            "/api/mentee/booking-request",
            json!({ "company_id": company, "slot_ids": [slot], "interview_type": "coding", "experience_level": "mid",
                "interview_track": "sde2", "specific_topics": ["Arrays"], "additional_notes": "My first" }),
            &["company_id", "slot_ids"],
        )
        .longest(&[("additional_notes", 2000)]),
        Form::post(
            Mentor,
            "/api/mentor/confirm-booking",
            json!({ "booking_request_id": NOTHING, "confirmed_slot_id": slot }),
            &["booking_request_id", "confirmed_slot_id"],
        ),
        Form::post(Mentor, "/api/mentor/feedback", assessment.clone(), SCORES).longest(PROSE),
        Form::post(Mentor, "/api/feedbacks", assessment, SCORES).longest(PROSE),
        Form::post(
            Admin,
            "/api/mocks",
            json!({ "mentee_id": NOTHING, "mentor_id": mentor, "scheduled_at": "2090-01-01T10:00:00Z", "meet_link": "",
                "company_name": "Amazon" }),
            &["mentee_id", "mentor_id", "scheduled_at"],
        )
        .longest(&[("company_name", 100)]),
        Form::new(Admin, Method::PUT, &format!("/api/mocks/{NOTHING}/status"), json!({ "status": "completed" }), &["status"]),
        Form::post(
            Admin,
            "/api/admin/companies",
            json!({ "name": "Initech", "logo_url": "https://x.com/l.png", "description": "Paper", "category": "service",
                "interview_tracks": ["sde"], "difficulty_levels": ["mid"] }),
            &["name"],
        )
        .longest(&[("name", 100), ("description", 1000)]),
        Form::post(
            Admin,
            "/api/admin/time-slots",
            json!({ "date": "2090-01-01", "start_time": "10:00", "end_time": "11:00", "mentor_id": mentor,
                "interview_types": ["coding"] }),
            &["date", "start_time", "end_time"],
        ),
        Form::post(
            Admin,
            "/api/admin/meet-links",
            json!({ "link": "https://meet.google.com/new-room-one", "name": "Room 9" }),
            &["link"],
        )
        .longest(&[("name", 60)]),
        Form::post(
            Admin,
            "/api/admin/pricing-plans",
            plan(Some("sprint")),
            &["plan_id", "name", "price", "duration_months"],
        )
        .longest(&[("name", 100)])
        .not_null(&["is_active", "display_order"]),
        Form::new(
            Admin,
            Method::PUT,
            "/api/admin/pricing-plans/growth",
            plan(None),
            &["name", "price", "duration_months"],
        )
        .longest(&[("name", 100)])
        .not_null(&["is_active", "display_order"]),
        Form::new(Admin, Method::PUT, &format!("/api/admin/mentees/{NOTHING}/status"), json!({ "status": "Active" }), &["status"]),
        Form::new(Admin, Method::PUT, &format!("/api/admin/mentee/{NOTHING}/status"), json!({ "status": "Active" }), &["status"]),
        Form::post(
            Admin,
            "/api/admin/mentors",
            json!({ "name": "Max Mentor", "email": "max@example.com", "password": PASSWORD }),
            &["name", "email"],
        )
        .longest(&[("name", 100)]),
        Form::new(
            Admin,
            Method::PUT,
            &format!("/api/admin/mentors/{NOTHING}/verification"),
            json!({ "status": "APPROVED" }),
            &["status"],
        ),
        Form::post(Admin, "/api/admin/assign-mentor", json!({ "mentee_id": NOTHING, "mentor_id": mentor }), &["mentee_id"]),
        Form::post(
            Admin,
            "/api/admin/confirm-booking",
            json!({ "booking_request_id": NOTHING, "mentor_id": mentor, "confirmed_slot_id": slot }),
            &["booking_request_id", "mentor_id", "confirmed_slot_id"],
        ),
        Form::post(
            Visitor,
            "/api/payment/create-order",
            json!({ "plan_id": "growth", "name": "Ada Lovelace", "email": "ada@example.com", "password": PASSWORD, "phone": "+91 98",
                "current_role": "SDE", "target_role": "SDE 2", "timeline": "Soon", "struggle": "Graphs" }),
            &["plan_id", "name", "email"],
        )
        .longest(&[("name", 100), ("phone", 30), ("current_role", 100), ("target_role", 100), ("timeline", 200), ("struggle", 2000)]),
        Form::post(Visitor, "/api/payment/verify", word.clone(), WORD),
        Form::post(Visitor, "/api/payment/verify-payment", word, WORD),
    ]
}

async fn raw(app: &App, method: &str, path: &str, token: Option<&str>, body: Vec<u8>) -> String {
    let mut request = app.http.request(method.parse().unwrap(), format!("{}{path}", app.local.url)).body(body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let text = answer.text().await.unwrap();
    let allow = headers.get("allow").map(|a| format!(" allow={a:?}")).unwrap_or_default();
    let next = headers.get("x-next-cursor").map(|a| format!(" next={a:?}")).unwrap_or_default();
    format!(
        "{method} {} -> {status}{allow}{next} {}",
        path.chars().take(120).collect::<String>(),
        text.chars().take(260).collect::<String>()
    )
}

#[tokio::test]
async fn probe() {
    let options = local::Options { background: false, ..local::Options::in_memory() };
    crate::harness::flow_with(options, async |app| {
        let tokens = Tokens::new(app).await;
        let a = Some(tokens.admin.as_str());
        let slot = |d: &str, s: &str, e: &str| json!({"date": d, "start_time": s, "end_time": e}).to_string().into_bytes();
        for (d, s, e) in [("9999-12-31", "10:00", "11:00"), ("-0001-01-01", "10:00", "11:00"), ("0000-01-01", "10:00", "11:00"), ("2090-02-30", "10:00", "11:00"),
            ("2090-02-01", "11:00", "10:00"), ("2090-02-01", "10:00", "10:00"), ("2090-02-01", "10:00", "14:01"), ("2090-02-01", "24:00", "25:00"), ("2020-02-01", "10:00", "11:00"), ("2090-2-1", "9:5", "10:00"), ("2090-02-01", "23:30", "24:00"), ("12090-02-01", "10:00", "11:00"), ("99-02-01", "10:00", "11:00"), ("2090-02-01T10", "10:00", "11:00")] {
            println!("{d} {s} {e}: {}", raw(app, "POST", "/api/admin/time-slots", a, slot(d, s, e)).await);
        }
        for path in ["/api/admin/time-slots?from=9999-12-31", "/api/admin/time-slots?from=-009999-01-01", "/api/admin/time-slots?from=-9999-01-01", "/api/admin/time-slots?from=2026-02-30", "/api/admin/time-slots?from=x", "/api/admin/time-slots?from=9999-12-30", "/api/companies?category=x", "/api/companies?category=unicorn&limit=3", "/api/available-slots?interview_type=x", "/api/admin/booking-requests?status=x", "/api/companies?limit=%FF", "/api/companies?limit=+5", "/api/companies?limit=%2B5", "/api/companies?limit=", "/api/companies?cursor=", "/api/companies?limit=5&limit=x", "/api/companies?limit=10", "/api//companies", "//api/companies", "/api/companies//", "/api/companies?", "/api/admin/pricing-plans?limit=0", "/API/companies", "/api/./companies", "/api/%63ompanies"] {
            println!("{}", raw(app, "GET", path, a, vec![]).await);
        }
        let mentor = app.mentor_id(&tokens.admin).await;
        let mentee = app.free_mentee("probe").await;
        for at in ["9999-12-30T21:59:59Z", "9999-12-30T22:00:00Z", "9999-12-31T23:59:59Z", "2090-01-01T10:00:00", "2020-01-01T10:00:00Z", "-009999-01-02T01:59:59Z", "2090-13-01T10:00:00Z", "2090-01-01"] {
            let body = json!({"mentee_id": mentee.id, "mentor_id": mentor, "scheduled_at": at, "meet_link": ""}).to_string();
            println!("{at} {}", raw(app, "POST", "/api/mocks", a, body.into_bytes()).await);
        }
        println!("{}", raw(app, "GET", "/api/mocks", a, vec![]).await);
        // Large things.
        let features: Vec<String> = (0..1200).map(|n| format!("{n:0>199}")).collect();
        let plan = json!({"name": "Big", "price": 100, "duration_months": 1, "features": features}).to_string();
        println!("plan of {}", plan.len());
        for _ in 0..2 { println!("{}", raw(app, "PUT", "/api/admin/pricing-plans/growth", a, plan.clone().into_bytes()).await); }
        let tracks: Vec<String> = (0..5900).map(|n| format!("{n:0>40}")).collect();
        let company = json!({"name": "Big", "interview_tracks": tracks}).to_string();
        println!("company of {}", company.len());
        println!("{}", raw(app, "POST", "/api/admin/companies", a, company.into_bytes()).await);
        let tiny: Vec<&str> = vec!["a"; 60000];
        let company = json!({"name": "Tiny", "interview_tracks": tiny}).to_string();
        println!("{}", raw(app, "POST", "/api/admin/companies", a, company.into_bytes()).await);
        let types: Vec<&str> = vec!["coding"; 20000];
        let body = json!({"date":"2090-01-01","start_time":"10:00","end_time":"11:00","interview_types": types}).to_string();
        println!("{}", raw(app, "POST", "/api/admin/time-slots", a, body.into_bytes()).await);
        for (m, p) in [("DELETE", "/api/companies"), ("PATCH", "/api/auth/login"), ("GET", "/api/auth/login"), ("POST", "/api/auth/me"), ("PUT", "/api/admin/companies"), ("GET", "/api/payment/webhook"), ("POST", "/health"), ("GET", "/api/nothing"), ("HEAD", "/api/companies"), ("OPTIONS", "/api/companies"), ("TRACE", "/api/companies"), ("FOO", "/api/companies")] {
            println!("{}", raw(app, m, p, None, vec![]).await);
        }
        for (p, b) in [("/api/admin/companies", "{\"name\":\"\\ud800\"}"), ("/api/admin/meet-links", "{\"link\":\"https://meet.google.com/ABC-DEFG-HIJ\"}"), ("/api/admin/meet-links", "{\"link\":\"https://MEET.google.com/abc-defg-hij\"}"), ("/api/admin/meet-links", "{\"link\":\"meet.google.com/abc-defg-hij/\"}"),
          ("/api/admin/pricing-plans", "{\"plan_id\":\"my plan\",\"name\":\"X\",\"price\":100,\"duration_months\":1}"), ("/api/admin/pricing-plans", "{\"plan_id\":\"p2\",\"name\":\"X\",\"price\":99,\"duration_months\":1}"), ("/api/admin/pricing-plans", "{\"plan_id\":\"p2\",\"name\":\"X\",\"price\":100.5,\"duration_months\":1}"),("/api/admin/pricing-plans", "{\"plan_id\":\"p2\",\"name\":\"X\",\"price\":100,\"duration_months\":0}"), ("/api/admin/pricing-plans", "{\"plan_id\":\"p3\",\"name\":\"X\",\"price\":100,\"duration_months\":1,\"limits\":{\"mock_interviews\":null}}"), ("/api/admin/pricing-plans", "{\"plan_id\":\"p3\",\"name\":\"X\",\"price\":100,\"duration_months\":1,\"limits\":{\"mock_interviews\":\"many\"}}"), ("/api/admin/pricing-plans", "{\"plan_id\":\"p3\",\"name\":\"X\",\"price\":100,\"duration_months\":1,\"limits\":[1,2,3]}"), ("/api/admin/mentors", "{\"name\":\"Max\",\"email\":\"max@example.com\",\"password\":\"\"}"),
          ("/api/admin/companies", "{\"name\":\"x\",\"category\":{\"product\":null}}"), ("/api/admin/companies", "{\"name\":\"x\",\"category\":{\"a\":null}}"), ("/api/auth/set-password", "[\"sp\",\"xxxxxxxxxxx\"]"), ("/api/admin/companies", "{\"name\":\"x\",\"name\":\"y\"}"), ("/api/admin/pricing-plans", "{\"plan_id\":\"p4\",\"plan_id\":\"p5\",\"name\":\"X\",\"price\":100,\"duration_months\":1}")] {
            println!("{b} {}", raw(app, "POST", p, a, b.into()).await);
        }
        for b in ["{\"email\":\"mentee@codementee.com\",\"password\":\"a\\u0000b\"}", "{\"email\":{},\"password\":\"x\"}", "{\"email\":\"x\",\"password\":\"x\"}"] {
            println!("{b} {}", raw(app, "POST", "/api/auth/login", None, b.into()).await);
        }
        println!("deep {}", raw(app, "POST", "/api/auth/login", None, vec![b'['; 200000]).await);
        println!("{}", raw(app, "DELETE", "/api/admin/companies/%FF", a, vec![]).await);
        println!("{}", raw(app, "DELETE", "/api/admin/companies/%00", a, vec![]).await);
        println!("{}", raw(app, "DELETE", "/api/admin/companies/a%2Fb", a, vec![]).await);
        println!("{}", raw(app, "DELETE", &format!("/api/admin/companies/{}", "x".repeat(9000)), a, vec![]).await);
        println!("{}", raw(app, "DELETE", "/api/admin/companies/", a, vec![]).await);
        println!("{}", raw(app, "PUT", "/api/admin/pricing-plans/a%2Fb", a, b"{\"name\":\"x\",\"price\":100,\"duration_months\":1}".to_vec()).await);
    })
    .await;
}
