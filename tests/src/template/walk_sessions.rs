//! Paid sessions of AspireX: everything that their function does, and the workers behind it.

use super::{
    rights::Stack,
    walk::{DAY, keyed_in_vain},
};
use crate::{aspirex::people::Aspirant, harness::App, scenes::PASSWORD};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;

const API: &str = "/aspirex/api";

/// Asks everything of the group.
pub async fn sessions(stack: &Stack) {
    let app = &stack.app;
    let (mentor, student) = (app.paid_mentor("walked.guide", 80).await, app.student("walked.payer").await);
    let (other, admin) = (app.student("walked.other").await, app.sessions_admin().await);
    keys(app, &mentor, &student).await;
    let begun = app.agreed(&student, &mentor, 3, "10:00").await;
    calling_off(stack, &mentor, &student, &admin).await;
    let found = by_webhook(stack, &mentor, &other, &admin).await;
    looking_around(app, &mentor, &student, &admin).await;
    app.tell(&format!("/mentor/meeting/{begun}/link"), &mentor, json!({ "meeting_link": "https://zoom.us/j/1" })).await.ok();
    let later = json!({ "new_time": format!("{}T20:00", app.day(3)) });
    app.tell(&format!("/mentor/meeting/{begun}/reschedule"), &mentor, later).await.ok();
    stack.work().await;
    meeting(stack, &mentor, &student, &begun).await;
    app.local.clock.advance(DAY * 2).unwrap();
    app.tell(&format!("/admin/sessions/{found}/complete"), &admin, json!({})).await.ok();
    stack.scheduler.run().await.unwrap();
    money(stack, &mentor, &admin).await;
}

/// Those who book and pay may send a key.
async fn keys(app: &App, mentor: &Aspirant, student: &Aspirant) {
    for path in ["book-session", "booking", "verify-payment", "feedback"] {
        keyed_in_vain(app, &format!("{API}/student/{path}"), Some(&student.token), &json!({})).await;
    }
    for path in ["create-order", "verify-payment", "withdrawals"] {
        keyed_in_vain(app, &format!("{API}/mentor/{path}"), Some(&mentor.token), &json!({})).await;
    }
}

/// By each who may; what was paid goes back.
async fn calling_off(stack: &Stack, mentor: &Aspirant, student: &Aspirant, admin: &Aspirant) {
    let app = &stack.app;
    let (session, _) = app.hold(student, mentor, 4, "10:00").await;
    let order = app.tell("/mentor/create-order", mentor, json!({ "session_id": session })).await.ok();
    let word = app.local.provider.checkout_answer(&app.pay(order["order_id"].as_str().unwrap()));
    app.tell("/mentor/verify-payment", mentor, serde_json::to_value(word).unwrap()).await.ok();
    app.tell(&format!("/student/sessions/{session}/cancel"), student, json!({})).await.ok();
    app.local.clock.advance(SignedDuration::from_mins(61)).unwrap();
    let (by_mentor, by_admin) =
        (app.claim(student, mentor, 4, "UPI-0001").await, app.claim(student, mentor, 5, "UPI-0002").await);
    app.tell(&format!("/mentor/sessions/{by_mentor}/settle"), mentor, json!({ "accepted": true })).await.ok();
    app.tell(&format!("/mentor/sessions/{by_mentor}/cancel"), mentor, json!({ "reason": "Ill" })).await.ok();
    app.tell(&format!("/admin/sessions/{by_admin}/cancel"), admin, json!({ "reason": "Closed" })).await.ok();
    stack.scheduler.run().await.unwrap();
    stack.work().await;
}

/// The webhook alone agrees on a session, also on one whose time was free again; and an admin finds a payment.
async fn by_webhook(stack: &Stack, mentor: &Aspirant, other: &Aspirant, admin: &Aspirant) -> String {
    let app = &stack.app;
    for (hour, waits) in [("12:00", 1), ("14:00", 16)] {
        let (_, order) = app.hold(other, mentor, 5, hour).await;
        app.local.clock.advance(SignedDuration::from_mins(waits)).unwrap();
        stack.scheduler.run().await.unwrap();
        let webhook = app.local.provider.webhook("payment.captured", &app.pay(&order));
        app.send_webhook_to("/aspirex", &webhook).await.ok();
        stack.work().await;
    }
    let found = app.claim(other, mentor, 4, "UPI-0003").await;
    app.tell(&format!("/admin/sessions/{found}/settle"), admin, json!({ "accepted": true })).await.ok();
    found
}

async fn looking_around(app: &App, mentor: &Aspirant, student: &Aspirant, admin: &Aspirant) {
    for path in ["/student/sessions", &format!("/student/bookings?mentor_id={}", mentor.number)] {
        app.ask(path, student).await.ok();
    }
    for path in ["sessions", "students", "feedback", "feedback/stats", "earnings", "earnings/export", "withdrawals"] {
        app.ask(&format!("/mentor/{path}"), mentor).await.ok();
    }
    assert_eq!(app.ask("/mentor/earnings/export.csv", mentor).await.status, 200);
    app.ask("/admin/sessions", admin).await.ok();
    app.ask("/admin/withdrawals", admin).await.ok();
}

/// Both come, and the student rates.
async fn meeting(stack: &Stack, mentor: &Aspirant, student: &Aspirant, session: &str) {
    let app = &stack.app;
    let starts = app.meeting("/student/sessions", student, session).await["scheduled_time"].clone();
    let starts = domain::Instant::parse(starts.as_str().unwrap()).unwrap();
    app.local.clock.advance(starts.since(app::Clock::now(&*app.local.clock)) + SignedDuration::from_mins(1)).unwrap();
    let of_mentor = app.own_key("/mentor/sessions", mentor, session).await;
    let of_student = app.own_key("/student/sessions", student, session).await;
    app.attend(student, "student", session, &of_mentor).await.ok();
    app.attend(mentor, "mentor", session, &of_student).await.ok();
    app.ask(&format!("/mentor/meeting/attendance?meeting_id={session}"), student).await.ok();
    let rated = json!({ "meeting_id": session, "rating": 5, "feedback_text": "Clear" });
    assert_eq!(app.tell("/student/feedback", student, rated).await.status, 201);
    app.ask(&format!("/student/feedback/check/{session}"), student).await.ok();
    stack.work().await;
}

/// One withdrawal is paid out, another refused; then the mentor leaves.
async fn money(stack: &Stack, mentor: &Aspirant, admin: &Aspirant) {
    let app = &stack.app;
    let settle = || json!({ "transaction_id": "UTR-7" });
    let all = json!(app.stats(mentor).await["availableBalance"].as_u64().unwrap() - 50);
    // At last all of it: nobody leaves his money behind.
    let wishes = [("settle", settle(), json!(50)), ("refuse", json!({}), json!(50)), ("settle", settle(), all)];
    for (decision, body, amount) in wishes {
        let asked = app.withdraw(mentor, amount).await;
        assert_eq!(asked.status, 201, "{}", asked.body);
        let id = asked.body["withdrawal"]["id"].as_str().unwrap();
        app.tell(&format!("/admin/withdrawals/{id}/{decision}"), admin, body).await.ok();
    }
    stack.work().await;
    let password = json!({ "password": PASSWORD });
    app.aspirex(Method::DELETE, "/auth/me", Some(&mentor.token), Some(password)).await.ok();
    stack.scheduler.run().await.unwrap();
    stack.work().await;
}
