//! Mansa: signing in by a code, mentors, their time, sessions.

mod both;
mod events;
mod guards;
mod mentors;
mod photos;
mod races;
mod reminders;
mod search;
mod sessions;
mod sign_in;
mod time;
mod verdicts;

use crate::{calls::Answer, harness::App};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

pub const MENTOR: &str = "sarah.johnson@example.com";
pub const MENTEE: &str = "mentee@example.com";
pub const ADMIN: &str = "admin@mansa.example";

/// Where mentors and sessions are.
pub const V1: &str = "/mansa/api/v1/mentorship";

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Insider {
    pub token: String,
    pub refresh: String,
    pub id: String,
    pub user: Value,
}

impl Insider {
    /// Whoever was let in with this answer.
    pub fn of(answer: &Value) -> Self {
        let text = |pointer: &str| answer.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        Self { token: text("/access"), refresh: text("/refresh"), id: text("/user/account_id"), user: answer["user"].clone() }
    }
}

impl App {
    /// The code that was mailed last.
    pub fn mailed_code(&self, email: &str) -> Option<String> {
        // The newest stands first.
        let mail = self.local.inbox.mails(Some(email), Some("Your code")).into_iter().next()?;
        let digits = |word: &&str| word.len() == 6 && word.chars().all(|c| c.is_ascii_digit());
        mail.text.split_whitespace().find(digits).map(str::to_owned)
    }

    pub async fn ask_for_code(&self, email: &str) -> Answer {
        self.local.clock.advance(SignedDuration::from_mins(6)).unwrap();
        let answer = self.post_public("/mansa/api/users/email-login/", json!({ "email": email })).await;
        self.drain().await;
        answer
    }

    pub async fn enter_code(&self, email: &str, code: &str) -> Answer {
        self.local.clock.advance(SignedDuration::from_secs(2)).unwrap();
        self.post_public("/mansa/api/users/email-login/", json!({ "email": email, "code": code })).await
    }

    pub async fn enter_mansa(&self, email: &str) -> Insider {
        assert_eq!(self.ask_for_code(email).await.status, 202);
        let code = self.mailed_code(email).unwrap();
        Insider::of(&self.enter_code(email, &code).await.ok())
    }

    pub async fn mansa_token(&self, email: &str) -> String {
        self.enter_mansa(email).await.token
    }

    /// Puts somebody into the directory and signs him in.
    pub async fn insider(&self, admin: &str, name: &str, kind: &str) -> Insider {
        let email = format!("{name}@example.com");
        let body = json!({ "email": email, "name": format!("Person {name}"), "membershiptype": kind });
        self.post("/mansa/api/v1/members/", admin, body).await.ok();
        self.enter_mansa(&email).await
    }

    /// An approved mentor who offers every day from 00:00 to 24:00 in a zone.
    pub async fn open_mentor(&self, admin: &str, name: &str, zone: &str) -> Insider {
        let mentor = self.insider(admin, name, "mentor").await;
        let body = json!({ "bio": "b".repeat(60), "expertise": ["Rust"], "timezone": zone });
        self.patch(&format!("{V1}/mentors/me/"), &mentor.token, body).await.ok();
        self.post(&format!("{V1}/admin/mentors/{}/approve/", mentor.id), admin, json!({})).await.ok();
        let always: Vec<_> =
            (0..7).map(|day| json!({ "day_of_week": day, "start_time": "00:00", "end_time": "24:00" })).collect();
        let answer = self.post(&format!("{V1}/availability/me/"), &mentor.token, json!({ "slots": always })).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        mentor
    }

    pub async fn patch(&self, path: &str, token: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(token), Some(body)).await
    }

    pub async fn ask_session(&self, mentee: &str, mentor: &str, date: &str, start: &str, end: &str) -> Answer {
        let body = json!({ "mentor_id": mentor, "session_date": date, "start_time": start, "end_time": end, "topic": "Rust" });
        self.post(&format!("{V1}/bookings/"), mentee, body).await
    }

    pub async fn move_session(&self, token: &str, id: &str, status: &str) -> Answer {
        self.patch(&format!("{V1}/bookings/{id}/update_status/"), token, json!({ "status": status })).await
    }

    /// A date so many days from now.
    pub fn day(&self, ahead: i64) -> String {
        let now = app::Clock::now(&*self.local.clock);
        now.plus(SignedDuration::from_hours(24 * ahead)).timestamp().strftime("%Y-%m-%d").to_string()
    }

    /// How many quarter hours are held.
    pub async fn held(&self) -> usize {
        self.held_quarters("mansa#CALENDAR#").await.len()
    }
}

pub fn id(answer: &Value) -> String {
    answer["id"].as_str().unwrap().to_owned()
}
