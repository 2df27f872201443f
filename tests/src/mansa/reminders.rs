//! Both sides are reminded a day and an hour before, once each, of what is still to be.

use super::{ADMIN, Insider, MENTEE, id};
use crate::harness::{App, flow};
use domain::Instant;
use jiff::SignedDuration;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
const SECOND: SignedDuration = SignedDuration::from_secs(1);
const GUIDE: &str = "guide@example.com";

/// A mentor, a mentee, and when the session of theirs begins.
struct Pair {
    mentor: Insider,
    mentee: Insider,
    day: String,
    starts_at: Instant,
}

impl Pair {
    async fn meet(app: &App, days: i64) -> Self {
        let admin = app.mansa_token(ADMIN).await;
        let mentor = app.open_mentor(&admin, "guide", "UTC").await;
        let mentee = app.enter_mansa(MENTEE).await;
        let day = app.day(days);
        let starts_at = Instant::parse(&format!("{day}T10:00:00Z")).unwrap();
        Self { mentor, mentee, day, starts_at }
    }

    async fn agree(&self, app: &App, start: &str, end: &str) -> String {
        let session = id(&app.ask_session(&self.mentee.token, &self.mentor.id, &self.day, start, end).await.body);
        app.move_session(&self.mentor.token, &session, "confirmed").await.ok();
        session
    }
}

fn told(app: &App) -> (usize, usize) {
    (app.reminders(MENTEE), app.reminders(GUIDE))
}

#[tokio::test]
async fn both_are_reminded_a_day_and_an_hour_before_once_each() {
    flow(async |app| {
        let pair = Pair::meet(app, 3).await;
        pair.agree(app, "10:00", "11:00").await;
        app.pass_until(DAY + SECOND, pair.starts_at).await;
        assert_eq!(told(app), (0, 0), "not a second early");
        app.pass(SECOND).await;
        assert_eq!(told(app), (1, 1));
        for _ in 0..3 {
            app.pass(SECOND).await;
        }
        app.pass_until(HOUR + SECOND, pair.starts_at).await;
        assert_eq!(told(app), (1, 1), "once");
        app.pass(SECOND).await;
        assert_eq!(told(app), (2, 2));
        let mails = app.local.inbox.mails(Some(MENTEE), Some("Reminder: "));
        assert!(mails[0].text.contains("within the hour") && mails[1].text.contains("within a day"));
        assert!(
            mails
                .iter()
                .all(|mail| mail.subject.contains(&format!("{} at 10:00", pair.day)) && mail.text.contains("Person guide"))
        );
        app.pass(DAY).await;
        assert_eq!((told(app), app.published("MentorshipReminderFellDue")), ((2, 2), 2));
        assert!(app.due("remind_of_session").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn nobody_is_reminded_of_a_session_that_is_not_to_be() {
    flow(async |app| {
        let pair = Pair::meet(app, 3).await;
        let (before, between) = (pair.agree(app, "10:00", "10:30").await, pair.agree(app, "10:30", "11:00").await);
        // Whoever is only asked is reminded of nothing.
        app.ask_session(&pair.mentee.token, &pair.mentor.id, &pair.day, "11:00", "11:30").await;
        app.move_session(&pair.mentee.token, &before, "cancelled_by_mentee").await.ok();
        app.pass_until(DAY - HOUR, pair.starts_at).await;
        assert_eq!(told(app), (1, 1), "of the one that still is");
        let mentor = app.enter_mansa(GUIDE).await;
        app.move_session(&mentor.token, &between, "cancelled_by_mentor").await.ok();
        app.pass_until(SECOND, pair.starts_at).await;
        app.pass(DAY).await;
        assert_eq!((told(app), app.published("MentorshipReminderFellDue")), ((1, 1), 1));
        assert!(app.due("remind_of_session").await.is_empty());
    })
    .await;
}
