//! The main road, walked by itself: `cargo run -- demo`.

use crate::{Local, Options, StartError, start};
use serde_json::{Value, json};

/// Why the demo stopped.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("{0}")]
    Start(#[from] StartError),
    #[error("step {step}: {why}")]
    Failed { step: u32, why: String },
}

struct Walker {
    local: Local,
    http: reqwest::Client,
    step: u32,
}

type Step<T> = Result<T, DemoError>;

/// Walks the road on a server of its own, in memory, and prints each step.
pub async fn run() -> Result<(), DemoError> {
    let local = start(Options::in_memory()).await?;
    println!("The main road, on a server of its own at {}\n", local.url);
    let mut walker = Walker { local, http: reqwest::Client::new(), step: 0 };
    let mentee = walker.register().await?;
    let (company, slot) = walker.look_around().await?;
    walker.buy(&mentee).await?;
    let booking = walker.book(&mentee, &company, &slot).await?;
    let admin = walker.log_in("admin@codementee.com").await?;
    walker.confirm(&admin, &booking, &slot).await?;
    walker.read_mail().await?;
    walker.give_feedback(&mentee).await?;
    walker.check_pool(&admin).await?;
    println!("Done: {} steps, all as they should be.", walker.step);
    Ok(())
}

impl Walker {
    fn fail<T>(&self, why: impl Into<String>) -> Step<T> {
        Err(DemoError::Failed { step: self.step, why: why.into() })
    }

    fn expect(&self, holds: bool, what: &str) -> Step<()> {
        if holds { Ok(()) } else { self.fail(format!("expected that {what}")) }
    }

    fn title(&mut self, title: &str) {
        self.step += 1;
        println!("── {}. {title}", self.step);
    }

    async fn call(&self, method: &str, path: &str, token: Option<&str>, body: Option<Value>) -> Step<Value> {
        let url = format!("{}{path}", self.local.url);
        let mut request = self.http.request(http::Method::from_bytes(method.as_bytes()).unwrap_or_default(), url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        println!("   {method} {path}");
        if let Some(body) = &body {
            println!("     {}", readable(body));
            request = request.json(body);
        }
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => return self.fail(error.to_string()),
        };
        let status = answer.status();
        let answer: Value = answer.json().await.unwrap_or_default();
        println!("   → {}\n     {}\n", status.as_u16(), readable(&answer));
        if status.is_success() { Ok(answer) } else { self.fail(format!("{method} {path} answered {status}")) }
    }

    fn text(&self, answer: &Value, pointer: &str) -> Step<String> {
        match answer.pointer(pointer).and_then(Value::as_str) {
            Some(text) => Ok(text.to_owned()),
            None => self.fail(format!("the answer has no {pointer}")),
        }
    }

    async fn register(&mut self) -> Step<String> {
        self.title("Nina registers for free");
        let body = json!({ "name": "Nina New", "email": "nina@example.com", "password": "nina-nina" });
        let answer = self.call("POST", "/api/auth/register-free", None, Some(body)).await?;
        self.expect(answer["user"]["status"] == "Free", "she is on the free tier")?;
        self.text(&answer, "/access_token")
    }

    async fn look_around(&mut self) -> Step<(String, String)> {
        self.title("She looks at companies, plans and slots");
        let companies = self.call("GET", "/api/companies", None, None).await?;
        let plans = self.call("GET", "/api/pricing-plans", None, None).await?;
        let slots = self.call("GET", "/api/available-slots?interview_type=coding", None, None).await?;
        self.expect(plans.as_array().is_some_and(|plans| plans.len() == 3), "three plans are on offer")?;
        Ok((self.text(&companies, "/0/id")?, self.text(&slots, "/0/id")?))
    }

    async fn buy(&mut self, mentee: &str) -> Step<()> {
        self.title("She orders the growth plan");
        let order = self.call("POST", "/api/payment/create-order", Some(mentee), Some(json!({ "plan_id": "growth" }))).await?;
        let order = self.text(&order, "/razorpay_order_id")?;
        self.title("She pays; Razorpay tells us by webhook, her browser too");
        let paid = self.call("POST", &format!("/_local/checkout/{order}/pay"), None, None).await?;
        let verified = self.call("POST", "/api/payment/verify", Some(mentee), Some(paid)).await?;
        self.expect(verified["success"] == true, "the payment is verified")?;
        self.title("Her tier is upgraded");
        let me = self.call("GET", "/api/auth/me", Some(mentee), None).await?;
        self.expect(me["status"] == "Active" && me["plan_id"] == "growth", "she is active on the growth plan")
    }

    async fn book(&mut self, mentee: &str, company: &str, slot: &str) -> Step<String> {
        self.title("She asks for a mock interview");
        let body = json!({
            "company_id": company, "slot_ids": [slot], "interview_type": "coding", "experience_level": "mid",
            "interview_track": "sde2", "specific_topics": ["Arrays & Strings"], "additional_notes": "My first one",
        });
        let booking = self.call("POST", "/api/mentee/booking-request", Some(mentee), Some(body)).await?;
        self.expect(booking["status"] == "pending", "the request is pending")?;
        self.text(&booking, "/id")
    }

    async fn log_in(&mut self, email: &str) -> Step<String> {
        self.title(&format!("{email} logs in"));
        let body = json!({ "email": email, "password": self.local.demo_password });
        let answer = self.call("POST", "/api/auth/login", None, Some(body)).await?;
        self.text(&answer, "/access_token")
    }

    async fn confirm(&mut self, admin: &str, booking: &str, slot: &str) -> Step<()> {
        self.title("The admin confirms it for John, and a meet link is claimed");
        let mentors = self.call("GET", "/api/admin/mentors", Some(admin), None).await?;
        let mentor = self.text(&mentors, "/0/id")?;
        let body = json!({ "booking_request_id": booking, "mentor_id": mentor, "confirmed_slot_id": slot });
        let confirmed = self.call("POST", "/api/admin/confirm-booking", Some(admin), Some(body)).await?;
        self.expect(confirmed["meeting_link"].is_string(), "there is a meeting link")
    }

    async fn read_mail(&mut self) -> Step<()> {
        for reader in ["nina@example.com", "mentor@codementee.com"] {
            self.title(&format!("{reader} has mail with the link and an invitation"));
            let path = format!("/_local/inbox.json?to={reader}&subject=Confirmed&wait=5s");
            let mails = self.call("GET", &path, None, None).await?;
            let text = self.text(&mails, "/0/text")?;
            self.expect(text.contains("https://meet.google.com/"), "the mail has the link")?;
            let invitation = mails[0]["attachments"].to_string();
            self.expect(invitation.contains("METHOD:REQUEST"), "the mail has a calendar invitation")?;
        }
        Ok(())
    }

    async fn give_feedback(&mut self, mentee: &str) -> Step<()> {
        let mentor = self.log_in("mentor@codementee.com").await?;
        self.title("John gives feedback");
        let mocks = self.call("GET", "/api/mentor/mocks", Some(&mentor), None).await?;
        let body = json!({
            "mock_id": self.text(&mocks, "/0/id")?, "problem_solving": 4, "communication": 5, "technical_depth": 4,
            "code_quality": 3, "overall": 4, "strengths": "Clear thinking", "improvements": "Name the trade-offs",
            "hireability": "Hire", "action_items": "Practise graphs",
        });
        self.call("POST", "/api/mentor/feedback", Some(&mentor), Some(body)).await?;
        self.title("Nina reads it");
        let feedbacks = self.call("GET", "/api/mentee/feedbacks", Some(mentee), None).await?;
        self.expect(feedbacks[0]["overall"] == 4, "the feedback is there")
    }

    async fn check_pool(&mut self, admin: &str) -> Step<()> {
        self.title("The meet link is back in the pool");
        let links = self.call("GET", "/api/admin/meet-links", Some(admin), None).await?;
        let free = links.as_array().is_some_and(|links| links.iter().all(|link| link["status"] == "available"));
        self.expect(free, "every link is available")
    }
}

/// JSON for reading: without what is null or empty, lists by their first entry, long texts cut.
fn readable(value: &Value) -> String {
    let text = serde_json::to_string_pretty(&gist(value)).unwrap_or_default();
    text.replace('\n', "\n     ")
}

fn gist(value: &Value) -> Value {
    const WIDTH: usize = 70;
    match value {
        Value::String(text) => match text.char_indices().nth(WIDTH) {
            Some((end, _)) => format!("{}…", &text[..end]).into(),
            None => value.clone(),
        },
        Value::Array(items) => {
            let more = items.len().saturating_sub(1);
            let rest = (more > 0).then(|| Value::from(format!("… and {more} more")));
            items.iter().take(1).map(gist).chain(rest).collect()
        }
        Value::Object(fields) => {
            let empty = |value: &Value| value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty);
            fields.iter().filter(|(_, value)| !empty(value)).map(|(name, value)| (name.clone(), gist(value))).collect()
        }
        other => other.clone(),
    }
}
