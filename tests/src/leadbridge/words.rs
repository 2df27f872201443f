//! What answers say to the letter, and what none of them says.

use super::PHONE;
use crate::harness::flow;
use serde_json::json;

#[tokio::test]
async fn what_was_done_is_said_in_the_documented_words() {
    flow(async |app| {
        let (mentor, admin) = (app.bridge_pending_mentor("wanda").await, app.bridge_admin().await);
        let approve = format!("/admin/mentors/mentor_{}/verify", mentor.id);
        let verified = app.bridge_put(&approve, &admin, json!({ "status": "APPROVED" })).await.ok();
        let profile = app.bridge_put("/mentor/profile", &mentor.token, json!({ "bio": "Words" })).await.ok();
        let created = app.bridge_post("/mentor/events", &mentor.token, app.event_body(3)).await;
        let event = created.body["event_id"].as_str().unwrap().to_owned();
        let path = format!("/mentor/events/{event}");
        let updated = app.bridge_put(&path, &mentor.token, json!({ "title": "Other Words" })).await.ok();
        let user = app.bridge_user("walter").await;
        let booked = app.try_to_book(&user, &event, "no number").await.ok();
        let decided = app.decide_lead(booked["lead_id"].as_str().unwrap(), "VERIFIED").await.ok();
        let empty = app.offer_event(&mentor, 1).await;
        let deleted = app.delete(&format!("/leadbridge/api/mentor/events/{empty}"), &mentor.token).await.ok();
        let out = app.bridge_post("/auth/logout", &user.token, json!({})).await.ok();
        let said =
            [verified, profile, created.body, updated, booked, decided, deleted, out].map(|answer| answer["message"].clone());
        let documented = [
            "Mentor verification updated",
            "Profile updated",
            "Event created",
            "Event updated",
            "Booking successful",
            "Lead verification updated",
            "Event deleted",
            "Logged out",
        ];
        assert_eq!(said, documented.map(|word| json!(word)));
    })
    .await;
}

#[tokio::test]
async fn no_answer_has_what_is_only_the_table_s() {
    flow(async |app| {
        let (mentor, event, admin) = (app.demo_mentor().await, app.demo_event().await, app.bridge_admin().await);
        let user = app.bridge_user("bare").await;
        let lead = app.book_event(&user, &event, PHONE).await;
        let payment = app.pay(&app.order_lead(&mentor, &lead).await);
        app.verify_lead_payment(&mentor, &payment).await.ok();
        let mut answers = vec![app.get_public("/leadbridge/api/events").await.ok()];
        for path in ["/admin/users", "/admin/mentors", "/admin/leads", "/admin/payments", "/admin/verification-logs"] {
            answers.push(app.bridge_get(path, &admin).await.ok());
        }
        for path in ["/mentor/profile", "/mentor/events", "/mentor/leads", "/auth/me", "/auth/export"] {
            answers.push(app.bridge_get(path, &mentor.token).await.ok());
        }
        for path in ["/user/bookings", "/auth/me", "/auth/export"] {
            answers.push(app.bridge_get(path, &user.token).await.ok());
        }
        for answer in answers {
            let text = answer.to_string();
            assert!(text.len() > 20, "there is something to look at: {text}");
            for secret in ["\"_id\"", "password_hash", "\"pk\"", "\"sk\"", "$2b$", "key_id", "\"rev\"", "session_token"] {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
    })
    .await;
}
