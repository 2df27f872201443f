//! Who is there before AspireX's calls are made, and which sessions they have.

use super::Scene;
use domain::account::Role;
use jiff::{SignedDuration, civil::Date};
use reqwest::Method;
use serde_json::json;

impl Scene<'_> {
    /// A student and a mentor, a session that has just begun, and one that is still ahead.
    pub(super) async fn prepare_aspirex(&mut self) {
        let app = self.app;
        let (mentor, student) = (app.paid_mentor("contract.mentor", 80).await, app.student("contract.student").await);
        let meeting = app.agreed(&student, &mentor, 2, "00:00").await;
        let later = app.agreed(&student, &mentor, 6, "10:00").await;
        let mentor_key = app.own_key("/mentor/sessions/", &mentor, &meeting).await;
        let student_key = app.own_key("/student/sessions/", &student, &meeting).await;
        let begins: domain::Instant = {
            let seen = app.meeting("/student/sessions/", &student, &meeting).await;
            domain::Instant::parse(seen["scheduled_time"].as_str().unwrap()).unwrap()
        };
        let until = begins.since(app::Clock::now(&*app.local.clock)) + SignedDuration::from_mins(5);
        app.local.clock.advance(until).unwrap();
        self.answered_request(&student.token).await;
        let date: Date = app.day(5).parse().unwrap();
        let at = |format: &str| date.strftime(format).to_string();
        let names = [
            (
                "google_token",
                app.local.services.google.id_token(&app.local.services.google.claims("contract.google@example.com")),
            ),
            ("student", student.token),
            ("student_number", student.number),
            ("mentor", mentor.token),
            ("mentor_number", mentor.number),
            ("meeting", meeting),
            ("later_meeting", later),
            ("mentor_key", mentor_key),
            ("student_key", student_key),
            ("time_slot", at("%A, %a %-d - 9:00 AM")),
            ("weekday", at("%A")),
            ("slot_date", at("%Y-%m-%d")),
            ("new_time", format!("{}T10:00", app.day(7))),
        ];
        self.names.extend(names.map(|(name, text)| (name.to_owned(), text)));
    }

    /// Something that the student asked and an admin answered.
    async fn answered_request(&self, student: &str) {
        let (app, path) = (self.app, "/chat/customer-service/");
        let admin = app.talker("contract.admin", Role::Admin).await.token;
        let asked = json!({ "subject": "Invoice", "message": "Where is it?" });
        let asked = app.aspirex(Method::POST, path, Some(student), Some(asked)).await;
        let respond = format!("{path}{}/respond/", asked.body["id"].as_str().unwrap());
        let answer = json!({ "response": "In your mail" });
        assert_eq!(app.aspirex(Method::POST, &respond, Some(&admin), Some(answer)).await.status, 201);
    }
}
