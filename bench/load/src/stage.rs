//! What the load needs before it begins: people with a plan and a mentor of their own, slots, and meet links.

use crate::Result;
use futures::{StreamExt, TryStreamExt, stream};
use reqwest::Method;
use serde_json::{Value, json};

/// How many are made beside each other.
const AT_ONCE: usize = 8;
const HOURS_A_DAY: usize = 12;

/// A mentee of the load.
pub struct Person {
    pub token: String,
    pub mentor: String,
    /// At times that are his alone, so that only the server can stand in his way.
    pub slots: Vec<String>,
}

/// The platform, with an admin signed in.
pub struct Stage {
    pub http: reqwest::Client,
    pub admin: String,
    pub company: String,
    platform: String,
}

/// The day of the local server, whose clock nobody moves here.
#[expect(clippy::disallowed_methods, reason = "it is the machine's")]
fn today() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}

/// Sends a request; its answer, if it is a good one.
pub async fn call(http: &reqwest::Client, method: Method, url: String, token: &str, body: Option<&Value>) -> Result<Value> {
    let mut request = http.request(method, &url);
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await?;
    let status = answer.status();
    let bytes = answer.bytes().await?;
    if !status.is_success() {
        return Err(format!("{url} answered {status}: {}", String::from_utf8_lossy(&bytes)).into());
    }
    Ok(serde_json::from_slice(&bytes)?)
}

/// A text of an answer.
pub fn text(answer: &Value, pointer: &str) -> Result<String> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    Ok(found.ok_or_else(|| format!("an answer has no {pointer}: {answer}"))?.to_owned())
}

impl Stage {
    /// Signs the demo admin in and offers a plan with sessions enough.
    pub async fn new(platform: &str, password: &str) -> Result<Self> {
        let http = reqwest::Client::builder().build()?;
        let mut stage = Self { http, admin: String::new(), company: String::new(), platform: platform.to_owned() };
        let login = json!({ "email": "admin@codementee.com", "password": password });
        stage.admin = text(&stage.post("", "/api/auth/login", &login).await?, "/access_token")?;
        let companies = call(&stage.http, Method::GET, format!("{platform}/api/companies"), "", None).await?;
        stage.company = text(&companies, "/0/id")?;
        let plan = json!({
            "plan_id": "load", "name": "Load", "price": 100, "duration_months": 12, "features": [],
            "limits": { "mock_interviews": 10_000, "resume_reviews": 0, "ai_tools": 0 },
        });
        stage.post(&stage.admin, "/api/admin/pricing-plans", &plan).await?;
        Ok(stage)
    }

    async fn post(&self, token: &str, path: &str, body: &Value) -> Result<Value> {
        call(&self.http, Method::POST, format!("{}{path}", self.platform), token, Some(body)).await
    }

    /// So many people, with slots for so many sessions each.
    pub async fn people(&self, count: usize, sessions: usize) -> Result<Vec<Person>> {
        let links = stream::iter((0..count * sessions.div_ceil(2)).map(async |n| {
            let link = json!({ "link": format!("https://meet.google.com/load-{n}"), "name": "" });
            self.post(&self.admin, "/api/admin/meet-links", &link).await
        }));
        links.buffer_unordered(AT_ONCE).try_for_each(async |_| Ok(())).await?;
        stream::iter((0..count).map(|n| self.person(n, sessions))).buffered(AT_ONCE).try_collect().await
    }

    async fn person(&self, number: usize, sessions: usize) -> Result<Person> {
        let register = json!({
            "name": "Ravi Mentee", "email": format!("load-mentee{number}@example.com"), "password": "correct-horse",
        });
        let token = text(&self.post("", "/api/auth/register-free", &register).await?, "/access_token")?;
        let order = self.post(&token, "/api/payment/create-order", &json!({ "plan_id": "load" })).await?;
        let order = text(&order, "/razorpay_order_id")?;
        let paid = self.post("", &format!("/_local/checkout/{order}/pay"), &json!({ "webhook": false })).await?;
        self.post(&token, "/api/payment/verify", &paid).await?;
        let mentor = json!({
            "name": "Asha Mentor", "email": format!("load-mentor{number}@example.com"), "password": "correct-horse",
        });
        let mentor = text(&self.post(&self.admin, "/api/admin/mentors", &mentor).await?, "/id")?;
        let mut slots = Vec::with_capacity(sessions);
        for session in 0..sessions {
            let (day, hour) = (session / HOURS_A_DAY, 8 + session % HOURS_A_DAY);
            let date = today().saturating_add(jiff::Span::new().days(i64::try_from(day)? + 3));
            let slot = json!({
                "date": date.to_string(), "start_time": format!("{hour:02}:00"), "end_time": format!("{:02}:00", hour + 1),
            });
            slots.push(text(&self.post(&self.admin, "/api/admin/time-slots", &slot).await?, "/id")?);
        }
        Ok(Person { token, mentor, slots })
    }
}
