//! Putting off: slots, calendars, mock, link and invitations follow together.

use crate::{
    harness::{App, flow},
    scenes::{PASSWORD, Person},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

impl App {
    /// Moves a booking in a role.
    pub async fn reschedule(&self, role: &str, token: &str, booking: &str, slots: &[&str]) -> crate::calls::Answer {
        let body = json!({ "slot_ids": slots });
        match role {
            "mentee" => self.post(&format!("/api/mentee/booking-requests/{booking}/reschedule"), token, body).await,
            "mentor" => self.post(&format!("/api/mentor/booking-requests/{booking}/reschedule"), token, body).await,
            _ => self.post(&format!("/api/admin/booking-requests/{booking}/reschedule"), token, body).await,
        }
    }

    /// What a slot is to the admin.
    async fn slot_status(&self, admin: &str, id: &str) -> Value {
        let slots = self.get("/api/admin/time-slots", admin).await.ok();
        slots.as_array().unwrap().iter().find(|slot| slot["id"] == id).unwrap()["status"].clone()
    }

    /// How many quarter hours of people's calendars are taken.
    async fn guards(&self) -> usize {
        self.held_quarters("codementee#CALENDAR#").await.len()
    }
}

#[tokio::test]
async fn a_mentee_moves_a_confirmed_session() {
    flow(async |app| {
        let admin = app.admin().await;
        let (mentee, booking, old) = app.confirmed_session("mover").await;
        // Half an hour later, so that both times share two quarters for each person.
        let new = app.add_slot(&admin, 20, 630, 60).await;
        let before = app.get("/api/mocks", &mentee.token).await.ok()[0].clone();
        let moved = app.reschedule("mentee", &mentee.token, &booking, &[&new]).await.ok();
        assert_eq!((&moved["status"], &moved["confirmed_slot"]["id"]), (&json!("confirmed"), &json!(new)));
        assert_eq!(moved["meeting_link"], before["meet_link"], "the room stays");
        assert_eq!(app.slot_status(&admin, &old).await, "available");
        assert_eq!(app.slot_status(&admin, &new).await, "booked");
        assert_eq!(app.guards().await, 8, "an hour of two people");
        let mock = app.get("/api/mocks", &mentee.token).await.ok()[0].clone();
        assert_eq!(mock["id"], before["id"]);
        assert_ne!(mock["scheduled_at"], before["scheduled_at"]);
        let ends_at = domain::Instant::parse(mock["ends_at"].as_str().unwrap()).unwrap();
        let due = app.due("release_link").await;
        let at: Vec<_> = due.iter().map(|work| work["at"].as_s().unwrap().as_str()).collect();
        assert_eq!(at, [ends_at.plus(SignedDuration::from_hours(1)).to_string()], "its link goes back after the new end");

        app.drain().await;
        for reader in [mentee.email.as_str(), "mentor@codementee.com"] {
            let mail = app.local.inbox.mails(Some(reader), Some("New time")).remove(0);
            let invitation = mail.attachments.iter().find(|attachment| attachment.name == "invite.ics").unwrap();
            assert!(invitation.content.contains("METHOD:REQUEST") && invitation.content.contains("SEQUENCE:1"));
            assert!(invitation.content.contains(&format!("UID:{booking}@codementee")), "the same session");
        }
        // The old slot is anybody's again, the new one nobody's.
        let other = app.paid_mentee("other", "growth").await;
        let company = app.company().await;
        app.book(&other, &company, &[&old]).await;
        let body = json!({ "company_id": company, "slot_ids": [new] });
        app.post("/api/mentee/booking-request", &other.token, body).await.refused(409, "SLOT_UNAVAILABLE");
        // Called off afterwards, its invitation goes with a higher sequence, and nothing stays behind.
        app.post(&format!("/api/mentee/booking-requests/{booking}/cancel"), &mentee.token, json!({})).await.ok();
        app.drain().await;
        let mail = app.local.inbox.mails(Some(&mentee.email), Some("Cancelled")).remove(0);
        assert!(mail.attachments[0].content.contains("SEQUENCE:2"));
        assert_eq!(app.guards().await, 0);
        assert_eq!(app.slot_status(&admin, &new).await, "available");
    })
    .await;
}

#[tokio::test]
async fn each_role_moves_what_concerns_it() {
    flow(async |app| {
        let admin = app.admin().await;
        let mentor = app.mentor().await;
        let (mentee, booking, old) = app.confirmed_session("shared").await;
        let stranger = app.paid_mentee("stranger", "growth").await;
        let mut slots = Vec::new();
        for n in 0..3 {
            slots.push(app.add_slot(&admin, 25 + n, 600, 60).await);
        }
        app.reschedule("mentee", &stranger.token, &booking, &[&slots[0]]).await.refused(404, "NOT_FOUND");
        app.reschedule("admin", &mentee.token, &booking, &[&slots[0]]).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        app.reschedule("mentee", &mentee.token, &booking, &[&old]).await.refused(400, "INVALID_SLOT");
        app.reschedule("mentee", &mentee.token, &booking, &[&slots[0], &slots[1]]).await.refused(422, "VALIDATION_FAILED");
        app.reschedule("mentee", &mentee.token, &booking, &[]).await.refused(422, "VALIDATION_FAILED");
        let unknown = "00000000-0000-7000-8000-000000000000";
        app.reschedule("mentee", &mentee.token, &booking, &[unknown]).await.refused(409, "SLOT_UNAVAILABLE");
        for ((role, token), slot) in [("mentee", &mentee.token), ("mentor", &mentor), ("admin", &admin)].iter().zip(&slots) {
            app.reschedule(role, token, &booking, &[slot]).await.ok();
        }
        app.drain().await;
        let invitations = app.local.inbox.mails(Some(&mentee.email), Some("New time"));
        let sequences: Vec<_> = invitations
            .iter()
            .map(|mail| mail.attachments[0].content.lines().find(|line| line.starts_with("SEQUENCE")).unwrap().to_owned())
            .collect();
        assert_eq!(sequences, ["SEQUENCE:3", "SEQUENCE:2", "SEQUENCE:1"], "newest first");
        assert_eq!(app.guards().await, 8);
    })
    .await;
}

#[tokio::test]
async fn a_pending_request_gets_other_slots() {
    flow(async |app| {
        let admin = app.admin().await;
        let mentee = app.paid_mentee("undecided", "growth").await;
        let mentor = app.mentor_id(&admin).await;
        app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": mentee.id, "mentor_id": mentor })).await.ok();
        let (first, second) = (app.add_slot(&admin, 20, 600, 60).await, app.add_slot(&admin, 21, 600, 60).await);
        let booking = app.book(&mentee, &app.company().await, &[&first]).await;
        let asked = app.reschedule("mentee", &mentee.token, &booking, &[&second]).await.ok();
        assert_eq!((&asked["status"], &asked["preferred_slots"][0]["id"]), (&json!("pending"), &json!(second)));
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some("mentor@codementee.com"), Some("Other slots")).len(), 1);
        assert!(app.local.inbox.mails(Some(&mentee.email), Some("Other slots")).is_empty(), "he asked for it himself");
        let body = json!({ "booking_request_id": booking, "confirmed_slot_id": first });
        app.post("/api/mentor/confirm-booking", &app.mentor().await, body).await.refused(400, "INVALID_SLOT");
        let body = json!({ "booking_request_id": booking, "confirmed_slot_id": second });
        app.post("/api/mentor/confirm-booking", &app.mentor().await, body).await.ok();
        // The quota was taken once: two of three are left.
        for _ in 0..2 {
            app.book(&mentee, &app.company().await, &[&first]).await;
        }
        let body = json!({ "company_id": app.company().await, "slot_ids": [first] });
        app.post("/api/mentee/booking-request", &mentee.token, body).await.refused(403, "QUOTA_EXCEEDED");
    })
    .await;
}

#[tokio::test]
async fn a_request_without_a_mentor_tells_the_admins_again() {
    flow(async |app| {
        let admin = app.admin().await;
        let mentee = app.paid_mentee("unassigned", "growth").await;
        let (first, second) = (app.add_slot(&admin, 20, 600, 60).await, app.add_slot(&admin, 21, 600, 60).await);
        let booking = app.book(&mentee, &app.company().await, &[&first]).await;
        app.reschedule("mentee", &mentee.token, &booking, &[&second]).await.ok();
        app.reschedule("admin", &admin, &booking, &[&first]).await.ok();
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some("admin@codementee.com"), Some("waits for a mentor")).len(), 2);
        assert_eq!(app.local.inbox.mails(Some(&mentee.email), Some("Other slots")).len(), 1, "by the admin");
    })
    .await;
}

async fn busy_at(app: &App, admin: &str, person: &Person, slot: &str) {
    let booking = app.book(person, &app.company().await, &[slot]).await;
    let mentor = app.mentor_id(admin).await;
    app.confirm(admin, &booking, &mentor, slot).await.ok();
}

#[tokio::test]
async fn nobody_is_moved_into_another_session() {
    flow(async |app| {
        let admin = app.admin().await;
        let (mentee, booking, _) = app.confirmed_session("full").await;
        let other = app.paid_mentee("beside", "growth").await;
        let taken = app.add_slot(&admin, 22, 600, 60).await;
        busy_at(app, &admin, &other, &taken).await;
        app.reschedule("mentee", &mentee.token, &booking, &[&taken]).await.refused(409, "SLOT_UNAVAILABLE");
        // Another slot that overlaps the mentor's other session by a quarter.
        let beside = app.add_slot(&admin, 22, 645, 60).await;
        app.reschedule("mentee", &mentee.token, &booking, &[&beside]).await.refused(409, "MENTOR_BUSY");
        // The mentee's own other session, with another mentor.
        let body = json!({ "name": "Second Mentor", "email": "second@codementee.com", "password": PASSWORD });
        app.post("/api/admin/mentors", &admin, body).await.ok();
        let mentors = app.get("/api/admin/mentors", &admin).await.ok();
        let second =
            mentors.as_array().unwrap().iter().find(|mentor| mentor["email"] == "second@codementee.com").unwrap().clone();
        let evening = app.add_slot(&admin, 22, 900, 60).await;
        let both = app.book(&mentee, &app.company().await, &[&evening]).await;
        app.confirm(&admin, &both, second["id"].as_str().unwrap(), &evening).await.ok();
        let beside = app.add_slot(&admin, 22, 945, 60).await;
        app.reschedule("mentee", &mentee.token, &booking, &[&beside]).await.refused(409, "MENTEE_BUSY");
        // A slot that is the second mentor's own.
        let own = json!({ "date": "2099-01-01", "start_time": "10:00", "end_time": "11:00", "mentor_id": second["id"] });
        let own = app.post("/api/admin/time-slots", &admin, own).await.ok()["id"].as_str().unwrap().to_owned();
        app.reschedule("mentee", &mentee.token, &booking, &[&own]).await.refused(409, "SLOT_OF_ANOTHER_MENTOR");
        assert_eq!(app.guards().await, 24, "nothing was half-written");
    })
    .await;
}

#[tokio::test]
async fn a_session_that_was_missed_is_moved_by_the_admin_with_a_new_room() {
    flow(async |app| {
        let (mentee, booking, _) = app.confirmed_session("missed").await;
        app.local.clock.advance(SignedDuration::from_hours(24 * 20 + 12)).unwrap();
        app.local.pump.run_due().await;
        assert_eq!(app.published("MeetLinkReleased"), 1);
        let admin = app.admin().await;
        let slot = app.add_slot(&admin, 3, 600, 60).await;
        let mentee = app.login(&mentee.email, PASSWORD).await.ok()["access_token"].as_str().unwrap().to_owned();
        app.reschedule("mentee", &mentee, &booking, &[&slot]).await.refused(409, "SESSION_STARTED");
        let moved = app.reschedule("admin", &admin, &booking, &[&slot]).await.ok();
        let links = app.get("/api/admin/meet-links", &admin).await.ok();
        let held: Vec<_> = links.as_array().unwrap().iter().filter(|link| link["status"] == "in_use").collect();
        assert_eq!(held.len(), 1);
        assert_eq!((&held[0]["link"], &held[0]["current_booking_id"]), (&moved["meeting_link"], &json!(booking)));
        let mock = app.get("/api/mocks", &mentee).await.ok()[0].clone();
        assert_eq!((&mock["meet_link"], &mock["status"]), (&moved["meeting_link"], &json!("scheduled")));
        assert_eq!(app.due("release_link").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rivals_for_a_booking_and_a_slot_leave_one_truth() {
    flow(async |app| {
        let admin = app.admin().await;
        let mentor = app.mentor_id(&admin).await;
        for round in 0..4 {
            let day = 30 + 3 * round;
            let mut sessions = Vec::new();
            for n in 0..2 {
                let mentee = app.paid_mentee(&format!("rival{round}{n}"), "growth").await;
                let slot = app.add_slot(&admin, day + n, 600, 60).await;
                let booking = app.book(&mentee, &app.company().await, &[&slot]).await;
                app.confirm(&admin, &booking, &mentor, &slot).await.ok();
                sessions.push((mentee, booking));
            }
            let wanted = app.add_slot(&admin, day + 2, 600, 60).await;
            let [(one, first), (two, second)] = &sessions[..] else { panic!("two sessions") };
            let cancel = async |mentee: &Person, booking: &str| {
                app.post(&format!("/api/mentee/booking-requests/{booking}/cancel"), &mentee.token, json!({})).await
            };
            let slots = [wanted.as_str()];
            let answers: [_; 4] = tokio::join!(
                app.reschedule("mentee", &one.token, first, &slots),
                app.reschedule("mentee", &two.token, second, &slots),
                cancel(one, first),
                cancel(two, second),
            )
            .into();
            assert!(answers.iter().all(|answer| [200, 400, 409].contains(&answer.status)), "{answers:?}");
            for (mentee, booking) in &sessions {
                let shown = app.get("/api/mentee/booking-requests", &mentee.token).await.ok()[0].clone();
                assert_eq!(
                    (&shown["id"], &shown["status"]),
                    (&json!(booking), &json!("cancelled")),
                    "it can always be called off"
                );
            }
        }
        assert_eq!(app.guards().await, 0);
        assert!(app.due("release_link").await.is_empty());
        assert!(app.items("codementee#SLOT#").await.iter().all(|slot| slot["status"].as_s().unwrap() == "available"));
        assert!(app.items("codementee#LINK#").await.iter().all(|link| link["status"].as_s().unwrap() == "available"));
    })
    .await;
}
