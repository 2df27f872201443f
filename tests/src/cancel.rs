//! Calling off: everything that hung on a booking comes loose together.

use crate::{
    harness::{App, flow},
    scenes::feedback,
};
use futures::future::join_all;
use jiff::SignedDuration;
use serde_json::json;

async fn check_all_loose(app: &App) {
    assert!(app.held_quarters("codementee#CALENDAR#").await.is_empty(), "calendars are free");
    assert!(app.due("release_link").await.is_empty(), "nothing is due");
    assert!(app.items("codementee#LINK#").await.iter().all(|link| link["status"].as_s().unwrap() == "available"));
    assert!(app.items("codementee#SLOT#").await.iter().all(|slot| slot["status"].as_s().unwrap() == "available"));
}

#[tokio::test]
async fn a_mentee_cancels_and_may_ask_again() {
    flow(async |app| {
        let (mentee, booking, slot) = app.confirmed_session("fickle").await;
        let path = format!("/api/mentee/booking-requests/{booking}/cancel");
        let cancelled = app.post(&path, &mentee.token, json!({})).await.ok();
        assert_eq!(cancelled["status"], "cancelled");
        assert!(cancelled["meeting_link"].is_null(), "the room may be somebody else's by now");
        check_all_loose(app).await;
        app.post(&path, &mentee.token, json!({})).await.refused(409, "BOOKING_NOT_OPEN");
        assert_eq!(app.get("/api/mocks", &mentee.token).await.ok()[0]["status"], "cancelled");
        app.drain().await;
        for reader in [mentee.email.as_str(), "mentor@codementee.com"] {
            let mail = app.local.inbox.mails(Some(reader), Some("Cancelled")).remove(0);
            let invitation = mail.attachments.iter().find(|attachment| attachment.name == "invite.ics").unwrap();
            assert!(invitation.content.contains("METHOD:CANCEL") && invitation.content.contains("SEQUENCE:1"));
            assert!(invitation.content.contains(&format!("UID:{booking}@codementee")), "the same session");
        }
        // Three of three mock interviews are left, and the slot is open again.
        let company = app.company().await;
        for _ in 0..3 {
            app.book(&mentee, &company, &[&slot]).await;
        }
        let body = json!({ "company_id": company, "slot_ids": [slot] });
        app.post("/api/mentee/booking-request", &mentee.token, body).await.refused(403, "QUOTA_EXCEEDED");
    })
    .await;
}

#[tokio::test]
async fn a_pending_request_is_cancelled_by_whom_it_concerns() {
    flow(async |app| {
        let admin = app.admin().await;
        let (mentee, stranger) = (app.paid_mentee("one", "growth").await, app.paid_mentee("other", "growth").await);
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let booking = app.book(&mentee, &app.company().await, &[&slot]).await;
        let path = |role: &str| format!("/api/{role}/booking-requests/{booking}/cancel");
        app.post(&path("mentee"), &stranger.token, json!({})).await.refused(404, "NOT_FOUND");
        app.post(&path("mentor"), &app.mentor().await, json!({})).await.refused(404, "NOT_FOUND");
        app.post(&path("admin"), &mentee.token, json!({})).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        app.post(&path("admin"), &admin, json!({})).await.ok();
        check_all_loose(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_has_begun_is_only_the_admins_to_cancel() {
    flow(async |app| {
        let (mentee, booking, _) = app.confirmed_session("tardy").await;
        app.local.clock.advance(SignedDuration::from_hours(24 * 21)).unwrap();
        let mentee = app.login(&mentee.email, crate::scenes::PASSWORD).await.ok()["access_token"].as_str().unwrap().to_owned();
        let path = |role: &str| format!("/api/{role}/booking-requests/{booking}/cancel");
        app.post(&path("mentee"), &mentee, json!({})).await.refused(409, "SESSION_STARTED");
        app.post(&path("mentor"), &app.mentor().await, json!({})).await.refused(409, "SESSION_STARTED");
        app.post(&path("admin"), &app.admin().await, json!({})).await.ok();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_and_completing_at_once_leaves_one_truth() {
    flow(async |app| {
        let admin = app.admin().await;
        for round in 0..6 {
            let mentee = app.paid_mentee(&format!("torn{round}"), "growth").await;
            let slot = app.add_slot(&admin, 30 + round, 600, 60).await;
            let booking = app.book(&mentee, &app.company().await, &[&slot]).await;
            let mentor = app.mentor_id(&admin).await;
            let mock = app.confirm(&admin, &booking, &mentor, &slot).await.ok()["mock_id"].as_str().unwrap().to_owned();
            let path = format!("/api/mocks/{mock}/status");
            let status = |word: &str| app.put(&path, &admin, json!({ "status": word }));
            let answers = join_all(["cancelled", "completed", "cancelled", "completed"].map(status)).await;
            assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "one wins: {answers:?}");
            assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 409), "{answers:?}");
        }
        app.drain().await;
        assert_eq!(app.published("MeetLinkReleased"), 6, "each link went back once");
    })
    .await;
}

#[tokio::test]
async fn an_arranged_mock_takes_the_same_calendar() {
    flow(async |app| {
        let (mentee, _, _) = app.confirmed_session("planned").await;
        let admin = app.admin().await;
        let mentor = app.mentor_id(&admin).await;
        let booked = app.get("/api/admin/mocks", &admin).await.ok()[0]["scheduled_at"].as_str().unwrap().to_owned();
        let at = |text: &str| json!({ "mentee_id": mentee.id, "mentor_id": mentor, "scheduled_at": text, "meet_link": "" });
        app.post("/api/mocks", &admin, at(&booked)).await.refused(409, "MENTOR_BUSY");
        let later = domain::Instant::parse(&booked).unwrap().plus(SignedDuration::from_hours(1)).to_string();
        let mock = app.post("/api/mocks", &admin, at(&later)).await.ok();
        assert_eq!((&mock["status"], &mock["meet_link"]), (&json!("scheduled"), &json!(null)));
        app.post("/api/mocks", &admin, at(&later)).await.refused(409, "MENTOR_BUSY");
        app.post("/api/mocks", &admin, at("2020-01-01T10:00:00Z")).await.refused(422, "VALIDATION_FAILED");

        let id = mock["id"].as_str().unwrap();
        app.put(&format!("/api/mocks/{id}/status"), &mentee.token, json!({ "status": "cancelled" }))
            .await
            .refused(403, "INSUFFICIENT_PERMISSIONS");
        app.put(&format!("/api/mocks/{id}/status"), &app.mentor().await, json!({ "status": "cancelled" })).await.ok();
        app.post("/api/mocks", &admin, at(&later)).await.ok();
        app.post("/api/mentor/feedback", &app.mentor().await, feedback(&mock)).await.refused(409, "MOCK_NOT_SCHEDULED");
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some(&mentee.email), Some("scheduled")).len(), 2);
    })
    .await;
}
