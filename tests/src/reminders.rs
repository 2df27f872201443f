//! Reminders: 24 hours and one hour before a session, once each, never for one that is not to be.

use crate::{
    harness::{App, flow},
    input::quiet_flow,
    scenes::{PASSWORD, Person},
};
use domain::Instant;
use jiff::SignedDuration;
use serde_json::json;

const REMINDER: &str = "Reminder: ";

impl App {
    pub async fn pass(&self, time: SignedDuration) {
        self.local.clock.advance(time).unwrap();
        self.local.pump.run_due().await;
    }

    pub fn now(&self) -> Instant {
        app::Clock::now(&*self.local.clock)
    }

    /// Moves the time to so long before an instant, and does what is due.
    pub async fn pass_until(&self, before: SignedDuration, at: Instant) {
        self.pass(at.since(self.now()) - before).await;
    }

    pub fn reminders(&self, to: &str) -> usize {
        self.local.inbox.mails(Some(to), Some(REMINDER)).len()
    }

    /// A confirmed session that starts at this wall-clock time of a date: its mentee and booking.
    async fn session_at(&self, name: &str, starts_at: Instant) -> (Person, String) {
        let admin = self.admin().await;
        let mentee = self.paid_mentee(name, "growth").await;
        let local = starts_at.timestamp().to_zoned(jiff::tz::TimeZone::get("Asia/Kolkata").unwrap());
        let end = &local + SignedDuration::from_mins(30);
        let show = |time: &jiff::Zoned, format: &str| time.strftime(format).to_string();
        let body =
            json!({ "date": show(&local, "%Y-%m-%d"), "start_time": show(&local, "%H:%M"), "end_time": show(&end, "%H:%M") });
        let slot = self.post("/api/admin/time-slots", &admin, body).await.ok()["id"].as_str().unwrap().to_owned();
        let booking = self.book(&mentee, &self.company().await, &[&slot]).await;
        let mentor = self.mentor_id(&admin).await;
        self.confirm(&admin, &booking, &mentor, &slot).await.ok();
        (mentee, booking)
    }
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
const SECOND: SignedDuration = SignedDuration::from_secs(1);

#[tokio::test]
async fn both_are_reminded_a_day_and_an_hour_before_once_each() {
    flow(async |app| {
        // Ten past midnight in Kolkata, so that both reminders fall on the day before.
        let starts_at = at("2099-03-01T18:40:00Z");
        app.pass_until(DAY + DAY, starts_at).await;
        let (mentee, _) = app.session_at("midnight", starts_at).await;
        app.pass_until(DAY + SECOND, starts_at).await;
        assert_eq!(app.reminders(&mentee.email), 0, "not a second early");
        app.pass(SECOND).await;
        assert_eq!((app.reminders(&mentee.email), app.reminders("mentor@codementee.com")), (1, 1));
        app.pass_until(HOUR + SECOND, starts_at).await;
        assert_eq!(app.reminders(&mentee.email), 1, "once");
        app.pass(SECOND).await;
        assert_eq!((app.reminders(&mentee.email), app.reminders("mentor@codementee.com")), (2, 2));
        let mail = app.local.inbox.mails(Some(&mentee.email), Some(REMINDER)).remove(0);
        assert!(mail.subject.contains("2099-03-02 at 00:10"), "{}", mail.subject);
        assert!(mail.text.contains("https://meet.google.com/"), "{}", mail.text);
        app.pass(DAY).await;
        assert_eq!(app.reminders(&mentee.email), 2);
        assert!(app.due("remind").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_session_booked_half_an_hour_ahead_needs_no_reminder() {
    flow(async |app| {
        let starts_at = at("2099-03-01T10:30:00Z");
        app.pass_until(SignedDuration::from_mins(30), starts_at).await;
        let (mentee, _) = app.session_at("sudden", starts_at).await;
        assert!(app.due("remind").await.is_empty());
        app.pass(HOUR).await;
        assert_eq!(app.reminders(&mentee.email), 0);
    })
    .await;
}

#[tokio::test]
async fn a_session_booked_some_hours_ahead_gets_the_last_reminder_only() {
    flow(async |app| {
        let starts_at = at("2099-03-01T10:30:00Z");
        app.pass_until(HOUR * 3, starts_at).await;
        let (mentee, _) = app.session_at("soon", starts_at).await;
        assert_eq!(app.due("remind").await.len(), 1);
        app.pass_until(HOUR, starts_at).await;
        assert_eq!(app.reminders(&mentee.email), 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_reminded_of_what_was_called_off_or_moved() {
    flow(async |app| {
        let starts_at = at("2099-03-01T10:30:00Z");
        app.pass_until(DAY * 3, starts_at).await;
        let (cancelled, booking) = app.session_at("called-off", starts_at).await;
        app.post(&format!("/api/mentee/booking-requests/{booking}/cancel"), &cancelled.token, json!({})).await.ok();
        let (moved, booking) = app.session_at("moved", starts_at).await;
        let later = json!({ "date": "2099-03-03", "start_time": "16:00", "end_time": "17:00" });
        let later = app.post("/api/admin/time-slots", &app.admin().await, later).await.ok()["id"].as_str().unwrap().to_owned();
        app.reschedule("mentee", &moved.token, &booking, &[&later]).await.ok();
        app.pass_until(DAY, starts_at).await;
        app.pass_until(HOUR, starts_at).await;
        assert_eq!((app.reminders(&cancelled.email), app.reminders(&moved.email)), (0, 0));
        app.pass_until(DAY, at("2099-03-03T10:30:00Z")).await;
        assert_eq!((app.reminders(&cancelled.email), app.reminders(&moved.email)), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_waits_too_long_is_not_sent_for_a_session_called_off_meanwhile() {
    quiet_flow(async |app| {
        let starts_at = at("2099-03-01T10:30:00Z");
        app.pass_until(DAY * 2, starts_at).await;
        let (mentee, booking) = app.session_at("meanwhile", starts_at).await;
        app.local.clock.advance(starts_at.since(app.now()) - DAY).unwrap();
        // The scheduler tells that it fell due; before the notifier hears of it, the session is called off.
        run_scheduler(app).await;
        let mentee_token = app.login(&mentee.email, PASSWORD).await.ok()["access_token"].as_str().unwrap().to_owned();
        app.post(&format!("/api/mentee/booking-requests/{booking}/cancel"), &mentee_token, json!({})).await.ok();
        app.drain().await;
        assert_eq!(app.published("ReminderFellDue"), 1);
        assert_eq!(app.reminders(&mentee.email), 0);
    })
    .await;
}

async fn run_scheduler(app: &App) {
    workers::scheduler::Scheduler::new(&app.local.platform).unwrap().run().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn schedulers_at_once_remind_once() {
    flow(async |app| {
        let starts_at = at("2099-03-01T10:30:00Z");
        app.pass_until(DAY * 2, starts_at).await;
        let (mentee, _) = app.session_at("rivals", starts_at).await;
        app.local.clock.advance(starts_at.since(app.now()) - DAY).unwrap();
        futures::future::join_all((0..6).map(|_| run_scheduler(app))).await;
        app.drain().await;
        assert_eq!((app.published("ReminderFellDue"), app.reminders(&mentee.email)), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_scheduler_that_slept_reminds_of_what_is_still_ahead() {
    flow(async |app| {
        let starts_at = at("2099-03-01T10:30:00Z");
        app.pass_until(DAY * 2, starts_at).await;
        let (mentee, _) = app.session_at("slept", starts_at).await;
        // Nothing ran until half an hour before: the last reminder takes the place of both.
        app.pass_until(SignedDuration::from_mins(30), starts_at).await;
        assert_eq!(app.reminders(&mentee.email), 1);
        assert!(app.local.inbox.mails(Some(&mentee.email), Some(REMINDER))[0].text.contains("within the hour"));
    })
    .await;
}
