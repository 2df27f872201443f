//! States, labels and approval: what each lets a person do.

use super::tokens::part;
use crate::{
    input::{quiet_flow, unchanged},
    scenes::PASSWORD,
};
use serde_json::json;

#[tokio::test]
async fn a_paused_mentee_reads_but_neither_books_nor_pays() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let paid = app.paid_mentee("paid", "growth").await;
        let free = app.free_mentee("free").await;
        let company = app.company().await;
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let request = json!({ "company_id": company, "slot_ids": [slot] });
        app.put(&format!("/api/admin/mentee/{}/status", paid.id), &admin, json!({ "status": "Paused" })).await.ok();
        app.put(&format!("/api/admin/mentees/{}/status", free.id), &admin, json!({ "status": "paused" })).await.ok();
        for mentee in [&paid, &free] {
            assert_eq!(app.get("/api/auth/me", &mentee.token).await.ok()["status"], "Paused");
            for list in ["/api/mentee/booking-requests", "/api/mentee/mocks", "/api/mentee/feedbacks", "/api/mocks"] {
                assert_eq!(app.get(list, &mentee.token).await.ok(), json!([]));
            }
            unchanged(app, async || {
                let refused = app.post("/api/mentee/booking-request", &mentee.token, request.clone()).await;
                refused.refused(403, "ACCOUNT_PAUSED");
                let order = json!({ "plan_id": "growth" });
                app.post("/api/payment/create-order", &mentee.token, order).await.refused(403, "ACCOUNT_PAUSED");
                let visitor = json!({ "plan_id": "growth", "name": "Somebody", "email": mentee.email });
                app.post_public("/api/payment/create-order", visitor).await.refused(400, "EMAIL_TAKEN");
            })
            .await;
            assert_eq!(app.login(&mentee.email, PASSWORD).await.ok()["user"]["status"], "Paused");
        }
        app.put(&format!("/api/admin/mentee/{}/status", paid.id), &admin, json!({ "status": "Active" })).await.ok();
        app.put(&format!("/api/admin/mentees/{}/status", free.id), &admin, json!({ "status": " ACTIVE " })).await.ok();
        assert_eq!(app.get("/api/auth/me", &free.token).await.ok()["status"], "Free");
        app.book(&paid, &company, &[&slot]).await;
        app.order(Some(&free.token), json!({ "plan_id": "growth" })).await;
    })
    .await;
}

#[tokio::test]
async fn an_inactive_mentee_is_out_at_once() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let mentee = app.paid_mentee("leaver", "growth").await;
        app.set_status(&admin, &mentee.id, "Inactive").await.ok();
        for path in ["/api/auth/me", "/api/mentee/mocks", "/api/mocks"] {
            app.get(path, &mentee.token).await.refused(401, "INVALID_TOKEN");
        }
        app.post("/api/payment/create-order", &mentee.token, json!({ "plan_id": "growth" })).await.refused(401, "INVALID_TOKEN");
        unchanged(app, async || {
            app.login(&mentee.email, PASSWORD).await.refused(403, "ACCOUNT_INACTIVE");
            app.login(&mentee.email, "wrong-password").await.refused(401, "INVALID_CREDENTIALS");
        })
        .await;
        let body = json!({ "name": "Once More", "email": mentee.email, "password": PASSWORD });
        app.post_public("/api/auth/register-free", body).await.refused(400, "EMAIL_TAKEN");
        let users = app.get("/api/admin/mentees", &admin).await.ok();
        assert!(users.as_array().unwrap().iter().any(|user| user["id"] == mentee.id && user["status"] == "inactive"), "{users}");
        app.set_status(&admin, &mentee.id, "active").await.ok();
        assert_eq!(app.login(&mentee.email, PASSWORD).await.ok()["user"]["status"], "Active");
    })
    .await;
}

#[tokio::test]
async fn a_label_is_for_the_admin_s_eyes() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let mentee = app.free_mentee("labelled").await;
        let seen_by_admin = async || {
            let mut seen = Vec::new();
            for list in ["/api/admin/mentees", "/api/admin/users"] {
                let users = app.get(list, &admin).await.ok();
                let user = users.as_array().unwrap().iter().find(|user| user["id"] == mentee.id).unwrap().clone();
                seen.push(user["status"].as_str().unwrap().to_owned());
            }
            seen
        };
        for (word, shown) in [
            ("Applied", "Applied"),
            ("INTERVIEWED", "Interviewed"),
            (" upgraded ", "Upgraded"),
            ("applied", "Applied"),
            ("Active", "Free"),
            ("Interviewed", "Interviewed"),
            ("Paused", "Paused"),
            ("active", "Free"),
        ] {
            app.set_status(&admin, &mentee.id, word).await.ok();
            assert_eq!(seen_by_admin().await, [shown; 2], "{word}");
            let own = if shown == "Paused" { "Paused" } else { "Free" };
            assert_eq!(app.get("/api/auth/me", &mentee.token).await.ok()["status"], own, "{word}");
            let signed_in = app.login_later(&mentee.email, PASSWORD).await.ok();
            assert_eq!(signed_in["user"]["status"], own, "{word}");
            assert_eq!(part(signed_in["access_token"].as_str().unwrap(), 1)["status"], own, "{word}");
        }
        unchanged(app, async || {
            for word in ["", "Hired", "admin", "Free", "Active; Paused", "activ\u{e9}"] {
                let refused = app.set_status(&admin, &mentee.id, word).await.refused(422, "VALIDATION_FAILED");
                assert!(refused["errors"]["status"].is_array(), "{word}: {refused}");
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_mentor_who_registered_himself_waits_for_approval() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let body = json!({ "name": "Max Mentor", "email": "max@example.com", "password": PASSWORD, "role": "mentor" });
        app.post_public("/api/auth/register", body).await.ok();
        let signed_in = app.login("max@example.com", PASSWORD).await.ok();
        let user = &signed_in["user"];
        assert_eq!(json!([user["role"], user["status"], user["verification_status"]]), json!(["mentor", "active", "PENDING"]));
        let (mentor, id) = (signed_in["access_token"].as_str().unwrap(), user["id"].as_str().unwrap());
        assert_eq!(app.get("/api/mentor/mentees", mentor).await.ok(), json!([]));

        let mentee = app.paid_mentee("apprentice", "growth").await;
        let company = app.company().await;
        let (slot, later) = (app.add_slot(&admin, 20, 600, 60).await, app.add_slot(&admin, 21, 600, 60).await);
        let early = app.book(&mentee, &company, &[&slot]).await;
        let assign = json!({ "mentee_id": mentee.id, "mentor_id": id });
        let mock = json!({ "mentee_id": mentee.id, "mentor_id": id, "scheduled_at": "2090-01-01T10:00:00Z" });
        let own_slot = json!({ "date": "2090-01-01", "start_time": "10:00", "end_time": "11:00", "mentor_id": id });
        let verification = format!("/api/admin/mentors/{id}/verification");
        let shut_out = async || {
            unchanged(app, async || {
                app.post("/api/admin/assign-mentor", &admin, assign.clone()).await.refused(409, "MENTOR_UNAVAILABLE");
                app.confirm(&admin, &early, id, &slot).await.refused(409, "MENTOR_UNAVAILABLE");
                app.post("/api/mocks", &admin, mock.clone()).await.refused(409, "MENTOR_UNAVAILABLE");
                app.post("/api/admin/time-slots", &admin, own_slot.clone()).await.refused(409, "MENTOR_UNAVAILABLE");
                let body = json!({ "booking_request_id": early, "confirmed_slot_id": slot });
                app.post("/api/mentor/confirm-booking", mentor, body).await.refused(404, "NOT_FOUND");
                let order = json!({ "plan_id": "growth" });
                app.post("/api/payment/create-order", mentor, order).await.refused(403, "INSUFFICIENT_PERMISSIONS");
            })
            .await;
        };
        shut_out().await;
        app.put(&verification, &admin, json!({ "status": "REJECTED" })).await.ok();
        shut_out().await;
        app.put(&verification, &admin, json!({ "status": "Fine" })).await.refused(422, "VALIDATION_FAILED");

        let approved = app.put(&verification, &admin, json!({ "status": "APPROVED" })).await.ok();
        assert_eq!(approved["verification_status"], "APPROVED");
        app.post("/api/admin/assign-mentor", &admin, assign).await.ok();
        assert_eq!(app.get("/api/mentor/mentees", mentor).await.ok()[0]["id"], json!(mentee.id));
        assert_eq!(app.get("/api/auth/me", &mentee.token).await.ok()["mentor_id"], id);
        let booking = app.book(&mentee, &company, &[&later]).await;
        assert_eq!(app.get("/api/mentor/booking-requests", mentor).await.ok()[0]["id"], json!(booking));
        let confirm = json!({ "booking_request_id": booking, "confirmed_slot_id": later });
        app.put(&verification, &admin, json!({ "status": "PENDING" })).await.ok();
        app.post("/api/mentor/confirm-booking", mentor, confirm.clone()).await.refused(409, "MENTOR_UNAVAILABLE");
        app.put(&verification, &admin, json!({ "status": "APPROVED" })).await.ok();
        app.post("/api/mentor/confirm-booking", mentor, confirm).await.ok();

        // Taken away again, he sees nobody.
        app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": mentee.id, "mentor_id": "" })).await.ok();
        assert_eq!(app.get("/api/mentor/mentees", mentor).await.ok(), json!([]));
    })
    .await;
}
