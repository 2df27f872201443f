//! What admins make of mentors.

use crate::{harness::flow, scenes::PASSWORD};
use serde_json::json;

#[tokio::test]
async fn a_paused_mentor_reads_and_does_nothing_until_he_is_let_in_again() {
    flow(async |app| {
        let (admin, mentor) = (app.admin().await, app.mentor().await);
        let mentor_id = app.mentor_id(&admin).await;
        let (mentee, company) = (app.paid_mentee("waiting", "growth").await, app.company().await);
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": mentee.id, "mentor_id": mentor_id })).await.ok();
        let booking = app.book(&mentee, &company, &[&slot]).await;
        let path = format!("/api/admin/mentors/{mentor_id}/status");
        let paused = app.put(&path, &admin, json!({ "status": "Paused" })).await.ok();
        assert_eq!((&paused["id"], &paused["status"]), (&json!(mentor_id), &json!("Paused")));

        assert_eq!(app.get("/api/mentor/booking-requests", &mentor).await.ok()[0]["id"], booking.as_str());
        let confirm = json!({ "booking_request_id": booking, "confirmed_slot_id": slot });
        app.post("/api/mentor/confirm-booking", &mentor, confirm.clone()).await.refused(403, "ACCOUNT_PAUSED");
        app.confirm(&admin, &booking, &mentor_id, &slot).await.refused(409, "MENTOR_UNAVAILABLE");
        let assign = json!({ "mentee_id": mentee.id, "mentor_id": mentor_id });
        app.post("/api/admin/assign-mentor", &admin, assign).await.refused(409, "MENTOR_UNAVAILABLE");

        app.put(&path, &admin, json!({ "status": "active" })).await.ok();
        app.post("/api/mentor/confirm-booking", &mentor, confirm).await.ok();
    })
    .await;
}

#[tokio::test]
async fn an_inactive_mentor_is_out_at_once_and_a_mentee_is_no_mentor() {
    flow(async |app| {
        let admin = app.admin().await;
        let body = json!({ "name": "Max Mentor", "email": "max@example.com", "password": PASSWORD });
        let made = app.post("/api/admin/mentors", &admin, body).await.ok();
        let token = app.login("max@example.com", PASSWORD).await.ok()["access_token"].as_str().unwrap().to_owned();
        app.get("/api/mentor/dashboard", &token).await.ok();
        let path = format!("/api/admin/mentors/{}/status", made["id"].as_str().unwrap());
        for label in ["Applied", "Upgraded", "free", ""] {
            app.put(&path, &admin, json!({ "status": label })).await.refused(422, "VALIDATION_FAILED");
        }
        assert_eq!(app.put(&path, &admin, json!({ "status": "INACTIVE" })).await.ok()["status"], "inactive");
        app.get("/api/mentor/dashboard", &token).await.refused(401, "INVALID_TOKEN");
        app.login("max@example.com", PASSWORD).await.refused(403, "ACCOUNT_INACTIVE");

        let mentee = app.free_mentee("no-mentor").await;
        let path = format!("/api/admin/mentors/{}/status", mentee.id);
        app.put(&path, &admin, json!({ "status": "paused" })).await.refused(404, "NOT_FOUND");
        assert_eq!(app.get("/api/auth/me", &mentee.token).await.ok()["status"], "Free");
    })
    .await;
}
