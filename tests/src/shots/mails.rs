//! Every kind of mail, as its reader gets it.

use super::{Album, album};
use crate::{
    harness::App,
    scenes::{PASSWORD, Person, feedback},
};
use domain::Instant;
use jiff::SignedDuration;
use local::standins::ses::ReceivedMail;
use reqwest::Method;
use serde_json::json;

impl Album {
    /// The one new mail to somebody: all of its parts.
    async fn mail(&mut self, app: &App, name: &str, to: &str, subject: &str) {
        app.drain().await;
        let mails = app.local.inbox.mails(Some(to), Some(subject));
        assert_eq!(mails.len(), 1, "{name}: mails to {to} with {subject} in their subject");
        self.take(name, &whole(&mails[0]));
    }
}

fn whole(mail: &ReceivedMail) -> String {
    let ReceivedMail { from, to, bcc, subject, text, html, attachments, .. } = mail;
    let mut whole = format!("from: {from}\nto: {}\nbcc: {}\nsubject: {subject}\n", to.join(", "), bcc.join(", "));
    whole += &format!("\n--- text\n{text}\n\n--- html\n{html}\n");
    // An invitation stands in a mail twice: for calendars, and as a file.
    let same = attachments.windows(2).all(|pair| pair[0].content == pair[1].content);
    assert!(same, "{subject}: {attachments:?}");
    whole.extend(attachments.iter().map(|part| format!("\n--- {} {}", part.content_type, part.name)));
    whole.extend(attachments.first().map(|part| format!("\n{}", part.content)));
    let lines = whole.lines().map(|line| line.trim_end_matches('\r'));
    lines.collect::<Vec<_>>().join("\n")
}

async fn registrations(app: &App, album: &mut Album, admin: &str) -> Person {
    let fay = app.free_mentee("fay").await;
    album.mail(app, "welcome-mentee", &fay.email, "Welcome").await;
    let vera = json!({ "name": "Vera One", "email": "vera@example.com", "password": PASSWORD, "role": "mentor" });
    app.post_public("/api/auth/register", vera).await.ok();
    album.mail(app, "welcome-mentor-pending", "vera@example.com", "Welcome").await;
    app.post("/api/admin/mentors", admin, json!({ "name": "Max Made", "email": "max@example.com" })).await.ok();
    album.mail(app, "welcome-mentor-set-password", "max@example.com", "Welcome").await;
    app.post_public("/api/auth/forgot-password", json!({ "email": fay.email })).await.ok();
    album.mail(app, "forgot-password", &fay.email, "Set a new password").await;
    fay
}

async fn purchases(app: &App, album: &mut Album, fay: &Person) {
    let payment = app.pay(&app.order(Some(&fay.token), json!({ "plan_id": "growth" })).await);
    app.verify(Some(&fay.token), &payment).await.ok();
    album.mail(app, "plan-purchased", &fay.email, "plan is active").await;
    let visitor = json!({ "name": "Pia Payer", "email": "pia@example.com", "plan_id": "foundation" });
    let payment = app.pay(&app.order(None, visitor).await);
    app.verify(None, &payment).await.ok();
    album.mail(app, "plan-purchased-new-account", "pia@example.com", "plan is active").await;
}

async fn sessions(app: &App, album: &mut Album, admin: &str, fay: &Person) {
    let mentor = app.mentor().await;
    let mentor_id = app.get("/api/auth/me", &mentor).await.ok()["id"].as_str().unwrap().to_owned();
    let (first, second) = (app.add_slot(admin, 4, 600, 60).await, app.add_slot(admin, 5, 600, 90).await);
    let request = json!({
        "company_id": app.company().await, "slot_ids": [first, second], "interview_type": "coding", "experience_level": "mid",
        "interview_track": "sde2", "specific_topics": ["Graphs"], "additional_notes": "My first <b>time</b>",
    });
    let ask = async || {
        let booking = app.post("/api/mentee/booking-request", &fay.token, request.clone()).await.ok();
        booking["id"].as_str().unwrap().to_owned()
    };
    let booking = ask().await;
    album.mail(app, "request-to-admin", "admin@codementee.com", "waits for a mentor").await;
    app.post("/api/admin/assign-mentor", admin, json!({ "mentee_id": fay.id, "mentor_id": mentor_id })).await.ok();
    let other = ask().await;
    album.mail(app, "request-to-mentor", "mentor@codementee.com", "New booking request").await;
    app.reschedule("mentee", &fay.token, &other, &[&second]).await.ok();
    album.mail(app, "other-slots-to-mentor", "mentor@codementee.com", "Other slots").await;
    app.confirm(admin, &booking, &mentor_id, &first).await.ok();
    album.mail(app, "confirmed-to-mentee", &fay.email, "Confirmed").await;
    album.mail(app, "confirmed-to-mentor", "mentor@codementee.com", "Confirmed").await;
    let mock = app.get("/api/mentee/mocks", &fay.token).await.ok()[0].clone();
    app.post("/api/mentor/feedback", &mentor, feedback(&mock)).await.ok();
    album.mail(app, "feedback", &fay.email, "eedback").await;
    app.confirm(admin, &other, &mentor_id, &second).await.ok();
    let third = app.add_slot(admin, 6, 600, 90).await;
    app.reschedule("mentor", &mentor, &other, &[&third]).await.ok();
    album.mail(app, "moved-to-mentee", &fay.email, "New time").await;
    let cancel = format!("/api/mentor/booking-requests/{other}/cancel");
    app.call(Method::POST, &cancel, Some(&mentor), None).await.ok();
    album.mail(app, "cancelled-to-mentee", &fay.email, "Cancelled").await;
    album.mail(app, "cancelled-to-mentor", "mentor@codementee.com", "Cancelled").await;

    let mock = json!({
        "mentee_id": fay.id, "mentor_id": mentor_id, "scheduled_at": "2050-02-01T04:30:00Z",
        "meet_link": "https://meet.google.com/own-room-here",
    });
    let mock = app.post("/api/mocks", admin, mock).await.ok();
    album.mail(app, "mock-scheduled", &fay.email, "is scheduled").await;
    let status = format!("/api/mocks/{}/status", mock["id"].as_str().unwrap());
    app.put(&status, admin, json!({ "status": "cancelled" })).await.ok();
    album.mail(app, "mock-cancelled", &fay.email, "A mock interview was cancelled").await;
}

/// Another address, and the last mail.
async fn care(app: &App, album: &mut Album) {
    let (cara, olga) = (app.free_mentee("cara").await, app.free_mentee("olga").await);
    let ask = async |new: &str| {
        let body = json!({ "new_email": new, "password": PASSWORD });
        app.post("/api/auth/change-email", &cara.token, body).await.ok();
    };
    ask("cara.new@example.com").await;
    album.mail(app, "email-change-confirm", "cara.new@example.com", "Confirm your new address").await;
    album.mail(app, "email-change-old", &cara.email, "Another address").await;
    ask(&olga.email).await;
    album.mail(app, "email-change-owner", &olga.email, "was asked for").await;
    let mails = app.local.inbox.mails(Some("cara.new@example.com"), None);
    let token = mails[0].text.split("confirm-email?token=").nth(1).unwrap().split_whitespace().next().unwrap();
    app.post_public("/api/auth/confirm-email", json!({ "token": token })).await.ok();
    album.mail(app, "email-changed-new", "cara.new@example.com", "was changed").await;
    album.mail(app, "email-changed-old", &cara.email, "was changed").await;
    let body = json!({ "password": PASSWORD });
    app.call(Method::DELETE, "/api/auth/me", Some(&olga.token), Some(body)).await.ok();
    album.mail(app, "account-deleted", &olga.email, "is deleted").await;
}

/// Last of all, since time passes.
async fn reminders(app: &App, album: &mut Album, admin: &str, fay: &Person) {
    let slot = app.add_slot(admin, 8, 600, 60).await;
    let booking = app.book(fay, &app.company().await, &[&slot]).await;
    app.confirm(admin, &booking, &app.mentor_id(admin).await, &slot).await.ok();
    let mocks = app.get("/api/mocks", &fay.token).await.ok();
    let mock = mocks.as_array().unwrap().iter().find(|mock| mock["booking_request_id"] == booking.as_str()).unwrap();
    let starts_at = Instant::parse(mock["scheduled_at"].as_str().unwrap()).unwrap();
    for (name, hours) in [("reminder-day", 24), ("reminder-hour", 1)] {
        let now: Instant = app::Clock::now(&*app.local.clock);
        app.local.clock.advance(starts_at.since(now) - SignedDuration::from_hours(hours)).unwrap();
        app.local.pump.run_due().await;
        album.take(name, &whole(&app.local.inbox.mails(Some(&fay.email), Some("Reminder"))[0]));
    }
}

#[tokio::test]
async fn mails_are_as_they_were() {
    album("mail", async |app, album| {
        let admin = app.admin().await;
        let fay = registrations(app, album, &admin).await;
        purchases(app, album, &fay).await;
        sessions(app, album, &admin, &fay).await;
        care(app, album).await;
        reminders(app, album, &admin, &fay).await;
    })
    .await;
}
