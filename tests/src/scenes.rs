//! People and things that several flows start from.

use crate::harness::App;
use domain::Instant;
use jiff::SignedDuration;
use local::standins::razorpay::{PayOptions, RazorpayPayment};
use serde_json::{Value, json};

/// A registered person.
#[derive(Debug, Clone)]
pub struct Person {
    pub token: String,
    pub id: String,
    pub email: String,
}

pub const PASSWORD: &str = "correct-horse";

impl App {
    /// Registers a free mentee.
    pub async fn free_mentee(&self, name: &str) -> Person {
        let email = format!("{name}@example.com");
        let body = json!({ "name": format!("Mentee {name}"), "email": email, "password": PASSWORD });
        let answer = self.post_public("/api/auth/register-free", body).await.ok();
        let text = |pointer: &str| answer.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        Person { token: text("/access_token"), id: text("/user/id"), email }
    }

    /// Registers a mentee and buys a plan, settled by the browser's word alone.
    pub async fn paid_mentee(&self, name: &str, plan: &str) -> Person {
        let person = self.free_mentee(name).await;
        let order = self.order(Some(&person.token), json!({ "plan_id": plan })).await;
        let payment = self.pay(&order);
        self.verify(Some(&person.token), &payment).await.ok();
        person
    }

    /// Makes an order; returns Razorpay's id.
    pub async fn order(&self, token: Option<&str>, body: Value) -> String {
        let answer = self.call(reqwest::Method::POST, "/api/payment/create-order", token, Some(body)).await.ok();
        answer["razorpay_order_id"].as_str().unwrap().to_owned()
    }

    /// Pays an order at Razorpay, without telling anybody yet.
    pub fn pay(&self, order: &str) -> RazorpayPayment {
        self.local.provider.pay(order, &PayOptions::default()).unwrap()
    }

    /// The browser's word that a payment was made.
    pub async fn verify(&self, token: Option<&str>, payment: &RazorpayPayment) -> crate::calls::Answer {
        let word = serde_json::to_value(self.local.provider.checkout_answer(payment)).unwrap();
        self.call(reqwest::Method::POST, "/api/payment/verify", token, Some(word)).await
    }

    /// Adds a slot of so many minutes, so many minutes after midnight of a day a while ahead.
    pub async fn add_slot(&self, admin: &str, days_ahead: i64, start: i64, minutes: i64) -> String {
        let now: Instant = app::Clock::now(&*self.local.clock);
        let date = now.plus(SignedDuration::from_hours(24 * days_ahead)).timestamp().strftime("%Y-%m-%d").to_string();
        let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
        let body = json!({ "date": date, "start_time": clock(start), "end_time": clock(start + minutes) });
        let slot = self.post("/api/admin/time-slots", admin, body).await.ok();
        slot["id"].as_str().unwrap().to_owned()
    }

    /// Adds meet links beside the three of the demo data.
    pub async fn add_links(&self, admin: &str, count: usize) {
        for n in 0..count {
            let body = json!({ "link": format!("https://meet.google.com/xxx-{n:04}-yyy"), "name": "" });
            self.post("/api/admin/meet-links", admin, body).await.ok();
        }
    }

    /// The first company.
    pub async fn company(&self) -> String {
        self.get_public("/api/companies").await.ok()[0]["id"].as_str().unwrap().to_owned()
    }

    /// The demo mentor's id.
    pub async fn mentor_id(&self, admin: &str) -> String {
        self.get("/api/admin/mentors", admin).await.ok()[0]["id"].as_str().unwrap().to_owned()
    }

    /// Asks for a session in one of some slots.
    pub async fn book(&self, mentee: &Person, company: &str, slots: &[&str]) -> String {
        let body = json!({ "company_id": company, "slot_ids": slots });
        let booking = self.post("/api/mentee/booking-request", &mentee.token, body).await.ok();
        booking["id"].as_str().unwrap().to_owned()
    }

    /// The admin confirms.
    pub async fn confirm(&self, admin: &str, booking: &str, mentor: &str, slot: &str) -> crate::calls::Answer {
        let body = json!({ "booking_request_id": booking, "mentor_id": mentor, "confirmed_slot_id": slot });
        self.post("/api/admin/confirm-booking", admin, body).await
    }

    /// A mentee with a confirmed session: mentee, booking, slot.
    pub async fn confirmed_session(&self, name: &str) -> (Person, String, String) {
        self.confirmed_session_on(name, 20).await
    }

    /// The same, so many days ahead, with the mentor who is first in the list.
    pub async fn confirmed_session_on(&self, name: &str, days_ahead: i64) -> (Person, String, String) {
        let admin = self.admin().await;
        let mentee = self.paid_mentee(name, "growth").await;
        let slot = self.add_slot(&admin, days_ahead, 600, 60).await;
        let booking = self.book(&mentee, &self.company().await, &[&slot]).await;
        let mentor = self.mentor_id(&admin).await;
        self.confirm(&admin, &booking, &mentor, &slot).await.ok();
        (mentee, booking, slot)
    }

    /// One more admin.
    pub async fn another_admin(&self, name: &str) -> Person {
        let person = self.free_mentee(name).await;
        let path = format!("/api/admin/users/{}/admin", person.id);
        self.put(&path, &self.admin().await, json!({ "admin": true })).await.ok();
        person
    }
}

/// A feedback about a mock.
pub fn feedback(mock: &Value) -> Value {
    json!({
        "mock_id": mock["id"], "mentee_id": "00000000-0000-0000-0000-000000000000", "problem_solving": 4, "communication": 5,
        "technical_depth": 0, "code_quality": 3, "overall": 4, "strengths": "Clear thinking", "improvements": "Trade-offs",
        "hireability": "Lean No Hire", "action_items": "Practise graphs",
    })
}
