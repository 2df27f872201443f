//! Paid sessions: from the order to the withdrawal.

mod balance;
mod claims;
mod csv;
mod guards;
mod leaving;
mod money;
mod no_show;
mod races;
mod road;

use super::people::Aspirant;
use crate::{calls::Answer, harness::App};
use jiff::{SignedDuration, civil::Date};
use local::standins::razorpay::{PayOptions, RazorpayPayment};
use serde_json::{Value, json};

impl App {
    /// An approved mentor with a price for an hour.
    pub async fn paid_mentor(&self, name: &str, rupees: u64) -> Aspirant {
        let mentor = self.approved_mentor(name).await;
        let details = json!({ "details": { "fees": rupees, "skills": [], "professions": [] } });
        self.ax_put("/mentor/profile/update/", &mentor.token, details).await.ok();
        mentor
    }

    /// The operator's admin.
    pub async fn sessions_admin(&self) -> Aspirant {
        let token = self.aspirex_admin().await;
        Aspirant { token, id: String::new(), number: String::new(), email: "operator@aspirex.example".to_owned() }
    }

    pub async fn ask(&self, path: &str, by: &Aspirant) -> Answer {
        self.get(&format!("/aspirex/api{path}"), &by.token).await
    }

    pub async fn tell(&self, path: &str, by: &Aspirant, body: Value) -> Answer {
        self.post(&format!("/aspirex/api{path}"), &by.token, body).await
    }

    /// Asks for a session so many days and hours (UTC) from now, to be paid at the checkout.
    pub async fn try_session(&self, student: &Aspirant, mentor: &Aspirant, day: i64, hour: &str) -> Answer {
        let at = format!("{}T{hour}:00Z", self.day(day));
        let body = json!({ "mentor_id": mentor.number, "scheduled_at": at, "duration_minutes": 60, "topic": "Careers" });
        self.tell("/student/book-session/", student, body).await
    }

    /// The same, granted: the session and Razorpay's order.
    pub async fn hold(&self, student: &Aspirant, mentor: &Aspirant, day: i64, hour: &str) -> (String, String) {
        let answer = self.try_session(student, mentor, day, hour).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let text = |pointer: &str| answer.body.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        (text("/session/meeting_id"), text("/order/order_id"))
    }

    /// The client's own booking call, with a payment made elsewhere.
    pub async fn try_claim(&self, student: &Aspirant, mentor: &Aspirant, day: i64, transaction: &str) -> Answer {
        let date: Date = self.day(day).parse().unwrap();
        let slot = date.strftime("%A, %a %-d - 9:00 AM").to_string();
        let body = json!({
            "mentor_id": mentor.number, "subject": "Resume", "service": "Career talk", "service_price": 1,
            "service_duration": "45 mins", "time_slot": slot, "day": "Someday", "date": date.to_string(),
            "transaction_id": transaction, "is_paid": true,
        });
        self.tell("/student/booking/", student, body).await
    }

    /// The same, granted: the session's id.
    pub async fn claim(&self, student: &Aspirant, mentor: &Aspirant, day: i64, transaction: &str) -> String {
        let answer = self.try_claim(student, mentor, day, transaction).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body["id"].as_str().unwrap().to_owned()
    }

    pub async fn verify_session(&self, by: &Aspirant, payment: &RazorpayPayment) -> Answer {
        let word = serde_json::to_value(self.local.provider.checkout_answer(payment)).unwrap();
        self.tell("/student/verify-payment/", by, word).await
    }

    /// A session that is paid for.
    pub async fn agreed(&self, student: &Aspirant, mentor: &Aspirant, day: i64, hour: &str) -> String {
        let (session, order) = self.hold(student, mentor, day, hour).await;
        let payment = self.local.provider.pay(&order, &PayOptions::default()).unwrap();
        self.verify_session(student, &payment).await.ok();
        session
    }

    /// A session as one of its people, or an admin, sees it.
    pub async fn meeting(&self, path: &str, by: &Aspirant, session: &str) -> Value {
        let list = self.ask(path, by).await.ok();
        list.as_array().unwrap().iter().find(|one| one["meeting_id"] == session).cloned().unwrap_or_default()
    }

    pub async fn own_key(&self, path: &str, by: &Aspirant, session: &str) -> String {
        self.meeting(path, by, session).await["attendance_key"].as_str().unwrap().to_owned()
    }

    pub async fn attend(&self, by: &Aspirant, role: &str, session: &str, key: &str) -> Answer {
        let body = json!({ "meeting_id": session, "role": role, "attendance_key": key });
        self.tell("/mentor/meeting/attendance/", by, body).await
    }

    pub async fn stats(&self, mentor: &Aspirant) -> Value {
        self.ask("/mentor/earnings/", mentor).await.ok()["stats"].clone()
    }

    pub async fn withdraw(&self, mentor: &Aspirant, rupees: impl Into<Value>) -> Answer {
        let rupees: Value = rupees.into();
        let body = json!({ "amount": rupees, "bank_details": "", "payment_method": "bank_transfer" });
        self.tell("/mentor/withdrawals/", mentor, body).await
    }

    /// Moves the clock to the start of a session.
    pub async fn to_the_start(&self, student: &Aspirant, session: &str) {
        let seen = self.meeting("/student/sessions/", student, session).await;
        let starts = domain::Instant::parse(seen["scheduled_time"].as_str().unwrap()).unwrap();
        self.local.clock.advance(starts.since(app::Clock::now(&*self.local.clock))).unwrap();
    }

    pub fn later(&self, hours: i64) {
        self.local.clock.advance(SignedDuration::from_hours(hours)).unwrap();
    }

    pub async fn run_later(&self, minutes: i64) {
        self.local.clock.advance(SignedDuration::from_mins(minutes)).unwrap();
        self.local.pump.run_due().await;
        self.drain().await;
    }

    /// How many quarter hours people of AspireX hold.
    pub async fn quarters(&self) -> usize {
        self.held_quarters("aspirex#CALENDAR#").await.len()
    }
}
