//! The main road, by an admin's and by the mentor's own confirmation.

use crate::{harness::flow, scenes::feedback};
use serde_json::json;

#[tokio::test]
async fn from_free_registration_to_feedback_by_the_admin() {
    flow(async |app| {
        let nina = app.free_mentee("nina").await;
        let me = app.get("/api/auth/me", &nina.token).await.ok();
        assert_eq!(
            (me["status"].as_str(), me["plan_id"].is_null(), me["plan_name"].as_str()),
            (Some("Free"), true, Some("Free Tier"))
        );
        let company = app.company().await;
        let slots = app.get_public("/api/available-slots?interview_type=coding").await.ok();
        let slot = slots[0]["id"].as_str().unwrap();

        let body = json!({ "company_id": company, "slot_ids": [slot] });
        let refused = app.post("/api/mentee/booking-request", &nina.token, body).await;
        assert_eq!(refused.headers["x-upgrade-url"], "/mentee/book");
        let refused = refused.refused(403, "TIER_UPGRADE_REQUIRED");
        assert_eq!(refused["detail"], "Upgrade required to access this feature");
        assert_eq!(
            (&refused["required_tier"], &refused["current_tier"], &refused["upgrade_url"]),
            (&json!("Active"), &json!("Free"), &json!("/mentee/book"))
        );

        let order = app.order(Some(&nina.token), json!({ "plan_id": "growth", "email": nina.email, "password": "x" })).await;
        let payment = app.pay(&order);
        let verified = app.verify(Some(&nina.token), &payment).await.ok();
        assert_eq!((&verified["success"], &verified["user"]["status"]), (&json!(true), &json!("Active")));
        assert!(verified["access_token"].is_string());

        let booking = app.book(&nina, &company, &[slot]).await;
        let admin = app.admin().await;
        let waiting = app.get("/api/admin/booking-requests?status=pending", &admin).await.ok();
        assert_eq!((&waiting[0]["id"], &waiting[0]["mentor_name"]), (&json!(booking), &json!(null)));
        let mentor_id = app.mentor_id(&admin).await;
        let confirmed = app.confirm(&admin, &booking, &mentor_id, slot).await.ok();
        let link = confirmed["meeting_link"].as_str().unwrap();
        assert!(link.starts_with("https://meet.google.com/"));
        assert_eq!(confirmed["mentor_name"], "John Mentor");
        app.confirm(&admin, &booking, &mentor_id, slot).await.refused(409, "BOOKING_NOT_PENDING");

        let left = app.get_public("/api/available-slots").await.ok();
        assert!(left.as_array().unwrap().iter().all(|open| open["id"] != slot));
        let mock = &app.get("/api/mentee/mocks", &nina.token).await.ok()[0];
        assert_eq!((mock["status"].as_str(), mock["meet_link"].as_str()), (Some("scheduled"), Some(link)));

        let mentor = app.mentor().await;
        app.post("/api/mentor/feedback", &mentor, feedback(mock)).await.ok();
        app.post("/api/feedbacks", &mentor, feedback(mock)).await.refused(409, "FEEDBACK_EXISTS");
        let read = &app.get("/api/mentee/feedbacks", &nina.token).await.ok()[0];
        assert_eq!(
            (&read["overall"], &read["hireability"], &read["mentee_id"]),
            (&json!(4), &json!("Lean No Hire"), &json!(nina.id))
        );
        let links = app.get("/api/admin/meet-links", &admin).await.ok();
        assert!(links.as_array().unwrap().iter().all(|link| link["status"] == "available"), "{links}");
        assert_eq!(app.get("/api/mocks", &nina.token).await.ok()[0]["status"], "completed");
    })
    .await;
}

#[tokio::test]
async fn the_assigned_mentor_confirms_his_own_request_and_no_other() {
    flow(async |app| {
        let jane = app.demo_login("mentee@codementee.com").await;
        let jane = crate::scenes::Person { token: jane, id: String::new(), email: "mentee@codementee.com".to_owned() };
        let (admin, mentor) = (app.admin().await, app.mentor().await);
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let company = app.company().await;
        let booking = app.book(&jane, &company, &[&slot]).await;
        let pending = app.get("/api/mentor/booking-requests", &mentor).await.ok();
        assert_eq!((&pending[0]["id"], &pending[0]["mentee_name"]), (&json!(booking), &json!("Jane Mentee")));

        let stranger = app.paid_mentee("stranger", "foundation").await;
        let foreign = app.book(&stranger, &company, &[&slot]).await;
        let body = json!({ "booking_request_id": foreign, "confirmed_slot_id": slot });
        app.post("/api/mentor/confirm-booking", &mentor, body).await.refused(404, "NOT_FOUND");

        let body = json!({ "booking_request_id": booking, "confirmed_slot_id": slot });
        let confirmed = app.post("/api/mentor/confirm-booking", &mentor, body).await.ok();
        assert!(confirmed["meeting_link"].is_string());
        assert_eq!(app.get("/api/mentor/booking-requests", &mentor).await.ok(), json!([]));
        assert_eq!(app.get("/api/mentor/booking-requests?status=confirmed", &mentor).await.ok()[0]["id"], json!(booking));
        assert_eq!(app.get("/api/mentor/mentees", &mentor).await.ok()[0]["email"], "mentee@codementee.com");
    })
    .await;
}

#[tokio::test]
async fn a_link_goes_back_an_hour_after_the_session_whether_or_not_anybody_says_so() {
    flow(async |app| {
        let (_, booking, _) = app.confirmed_session("late").await;
        let held = app.items("codementee#LINK#").await.iter().filter(|link| link["status"].as_s().unwrap() == "in_use").count();
        assert_eq!(held, 1);
        let booking = app.items(&format!("codementee#BOOKING#{booking}")).await.remove(0);
        let slot = booking["confirmed_slot"].as_m().unwrap();
        let ends_at = domain::Instant::parse(slot["ends_at"].as_s().unwrap()).unwrap();
        let until = |at: domain::Instant| at.since(app::Clock::now(&*app.local.clock));

        app.local.clock.advance(until(ends_at.plus(jiff::SignedDuration::from_mins(59)))).unwrap();
        app.local.pump.run_due().await;
        assert_eq!(app.published("MeetLinkReleased"), 0, "not before the hour is over");
        app.local.clock.advance(jiff::SignedDuration::from_mins(2)).unwrap();
        app.local.pump.run_due().await;
        app.local.pump.run_due().await;
        assert_eq!(app.published("MeetLinkReleased"), 1, "once");
        assert!(app.items("DUE#").await.is_empty(), "what is done is forgotten");
    })
    .await;
}
