//! LeadBridge: events, leads and their purchase, over HTTP.

mod broker;
mod browser;
mod care;
mod events;
mod lead_model;
mod money;
mod races;
mod reads;
mod road;
mod secrecy;
mod words;

use crate::{
    calls::{Answer, read},
    harness::App,
    scenes::PASSWORD,
};
use domain::{Instant, Product, text::Email};
use jiff::SignedDuration;
use local::standins::razorpay::RazorpayPayment;
use reqwest::Method;
use serde_json::{Value, json};

/// A page of the client's.
pub const PAGE: &str = "http://localhost:5174";

/// Somebody with a session here.
#[derive(Debug, Clone)]
pub struct Member {
    /// What the cookie holds; good in a header too.
    pub token: String,
    /// Without the word before it.
    pub id: String,
    pub email: String,
}

/// An id without the word before it.
pub fn bare(id: &str) -> String {
    id.rsplit('_').next().unwrap().to_owned()
}

/// The session cookie that an answer sets, as `name=value`.
pub fn cookie_of(answer: &Answer) -> Option<String> {
    let set = answer.headers.get("set-cookie")?.to_str().ok()?;
    set.split(';').next().map(str::to_owned)
}

fn token_of(answer: &Answer) -> String {
    cookie_of(answer).unwrap().split_once('=').unwrap().1.to_owned()
}

impl App {
    /// A request as the client's page sends it: with its origin, and a cookie if it has one.
    pub async fn as_page(&self, method: Method, path: &str, cookie: Option<&str>, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.local.url)).header("origin", PAGE);
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = read(request).await;
        if let Some(operation) = crate::openapi::operation_of(&method, path) {
            crate::openapi::check(&operation, &answer);
        }
        answer
    }

    pub async fn bridge_get(&self, path: &str, token: &str) -> Answer {
        self.get(&format!("/leadbridge/api{path}"), token).await
    }

    pub async fn bridge_post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.post(&format!("/leadbridge/api{path}"), token, body).await
    }

    pub async fn bridge_put(&self, path: &str, token: &str, body: Value) -> Answer {
        self.put(&format!("/leadbridge/api{path}"), token, body).await
    }

    async fn bridge_register(&self, name: &str, role: &str) -> Member {
        let email = format!("{name}@example.com");
        let body = json!({ "name": format!("Person {name}"), "email": email, "password": PASSWORD, "role": role });
        let answer = self.post_public("/leadbridge/api/auth/register", body).await;
        let token = token_of(&answer);
        let id = bare(answer.ok()["user_id"].as_str().unwrap());
        Member { token, id, email }
    }

    /// Registers a user.
    pub async fn bridge_user(&self, name: &str) -> Member {
        self.bridge_register(name, "USER").await
    }

    /// Registers a mentor who waits for approval.
    pub async fn bridge_pending_mentor(&self, name: &str) -> Member {
        self.bridge_register(name, "MENTOR").await
    }

    /// Registers a mentor and lets him in.
    pub async fn bridge_mentor(&self, name: &str) -> Member {
        let mentor = self.bridge_pending_mentor(name).await;
        self.verify_bridge_mentor(&mentor, "APPROVED").await;
        mentor
    }

    pub async fn verify_bridge_mentor(&self, mentor: &Member, status: &str) {
        let path = format!("/admin/mentors/mentor_{}/verify", mentor.id);
        self.bridge_put(&path, &self.bridge_admin().await, json!({ "status": status })).await.ok();
    }

    /// Signs in when signing in is not what is limited; returns the token.
    pub async fn bridge_login_later(&self, email: &str, password: &str) -> String {
        self.local.clock.advance(SignedDuration::from_secs(1)).unwrap();
        let body = json!({ "email": email, "password": password });
        let answer = self.post_public("/leadbridge/api/auth/login", body).await;
        let token = token_of(&answer);
        answer.ok();
        token
    }

    async fn bridge_demo(&self, email: &str) -> String {
        if let Some(token) = self.demo_tokens.lock().unwrap().get(email) {
            return token.clone();
        }
        let token = self.bridge_login_later(email, &self.local.demo_password).await;
        self.demo_tokens.lock().unwrap().insert(email.to_owned(), token.clone());
        token
    }

    pub async fn bridge_admin(&self) -> String {
        self.bridge_demo("admin@leadbridge.com").await
    }

    /// The demo mentor, with his events.
    pub async fn demo_mentor(&self) -> Member {
        let email = Email::parse("mentor@leadbridge.com").unwrap();
        let found = self.local.platform.store.account_by_email(&email, Product::LeadBridge).await.unwrap();
        let id = found.unwrap().0.id.to_string();
        Member { token: self.bridge_demo(email.as_str()).await, id, email: email.to_string() }
    }

    /// The first of the demo events.
    pub async fn demo_event(&self) -> String {
        self.get_public("/leadbridge/api/events").await.ok()[0]["event_id"].as_str().unwrap().to_owned()
    }

    /// Offers an event with so many places.
    pub async fn offer_event(&self, mentor: &Member, places: u32) -> String {
        let answer = self.bridge_post("/mentor/events", &mentor.token, self.event_body(places)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body["event_id"].as_str().unwrap().to_owned()
    }

    /// An event a month ahead.
    pub fn event_body(&self, places: u32) -> Value {
        let now: Instant = app::Clock::now(&*self.local.clock);
        json!({
            "title": "Databases by Example", "description": "Bring a schema.", "category": "Technology",
            "event_datetime": now.plus(SignedDuration::from_hours(24 * 30)).to_string(), "duration": 90,
            "available_slots": places, "price_per_lead": 500,
        })
    }

    /// What a user writes to book.
    pub fn contact(user: &Member, phone: &str) -> Value {
        json!({ "name": "Zelda Quillfeather", "email": user.email, "phone": phone, "message": "Please call me after six" })
    }

    pub async fn try_to_book(&self, user: &Member, event: &str, phone: &str) -> Answer {
        self.bridge_post(&format!("/events/{event}/book"), &user.token, Self::contact(user, phone)).await
    }

    /// Books an event; returns the lead.
    pub async fn book_event(&self, user: &Member, event: &str, phone: &str) -> String {
        self.try_to_book(user, event, phone).await.ok()["lead_id"].as_str().unwrap().to_owned()
    }

    /// A verified lead of an event.
    pub async fn verified_lead(&self, name: &str, event: &str) -> String {
        let user = self.bridge_user(name).await;
        self.book_event(&user, event, PHONE).await
    }

    pub async fn decide_lead(&self, lead: &str, status: &str) -> Answer {
        let path = format!("/admin/leads/{lead}/verify");
        self.bridge_put(&path, &self.bridge_admin().await, json!({ "status": status, "reason": "Looked at" })).await
    }

    pub async fn try_to_order(&self, mentor: &Member, lead: &str) -> Answer {
        self.bridge_post(&format!("/mentor/leads/{lead}/purchase"), &mentor.token, json!({})).await
    }

    /// Orders a lead; returns Razorpay's order.
    pub async fn order_lead(&self, mentor: &Member, lead: &str) -> String {
        self.try_to_order(mentor, lead).await.ok()["order_id"].as_str().unwrap().to_owned()
    }

    /// The browser's word that a lead was paid.
    pub async fn verify_lead_payment(&self, mentor: &Member, payment: &RazorpayPayment) -> Answer {
        let word = serde_json::to_value(self.local.provider.checkout_answer(payment)).unwrap();
        self.bridge_post("/mentor/payment-verify", &mentor.token, word).await
    }

    /// A lead in a list, or null.
    pub async fn lead_in(&self, path: &str, token: &str, lead: &str) -> Value {
        let list = self.bridge_get(path, token).await.ok();
        list.as_array().unwrap().iter().find(|one| one["lead_id"] == lead).cloned().unwrap_or_default()
    }
}

/// An international number.
pub const PHONE: &str = "+91 12345 67890";
