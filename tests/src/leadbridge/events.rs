//! Events: who may offer them, what may be edited, who sees them.

use super::PHONE;
use crate::harness::flow;
use jiff::SignedDuration;
use serde_json::{Value, json};

#[tokio::test]
async fn only_an_approved_mentor_offers_and_only_his_events_are_seen() {
    flow(async |app| {
        let mentor = app.bridge_pending_mentor("petra").await;
        app.bridge_post("/mentor/events", &mentor.token, app.event_body(5)).await.refused(403, "MENTOR_NOT_APPROVED");
        app.verify_bridge_mentor(&mentor, "APPROVED").await;
        let event = app.offer_event(&mentor, 5).await;
        let full = app.offer_event(&mentor, 1).await;
        app.verified_lead("vera", &full).await;
        let path = format!("/leadbridge/api/events/{event}");
        app.get_public(&path).await.ok();

        app.verify_bridge_mentor(&mentor, "REJECTED").await;
        app.get_public(&path).await.refused(404, "NOT_FOUND");
        let listed = app.get_public("/leadbridge/api/events").await.ok();
        assert!(!listed.to_string().contains(&event));
        let user = app.bridge_user("ulla").await;
        app.try_to_book(&user, &event, PHONE).await.refused(404, "NOT_FOUND");
        // That one of his has no place left is not to be learnt either.
        app.try_to_book(&user, &full, PHONE).await.refused(404, "NOT_FOUND");
        // Whoever was rejected asks anew by his profile.
        let profile = async || app.bridge_get("/mentor/profile", &mentor.token).await.ok();
        assert_eq!(profile().await["verification_status"], "REJECTED");
        app.bridge_put("/mentor/profile", &mentor.token, json!({})).await.refused(400, "NOTHING_TO_CHANGE");
        let body = json!({ "bio": "Twenty years of databases", "expertise": ["SQL", ""], "verification_status": "APPROVED" });
        assert_eq!(app.bridge_put("/mentor/profile", &mentor.token, body).await.ok()["message"], "Profile updated");
        let now = profile().await;
        assert_eq!((&now["verification_status"], &now["expertise"]), (&json!("PENDING"), &json!(["SQL"])));
        let waiting = app.bridge_get("/admin/mentors?verification_status=pending", &app.bridge_admin().await).await.ok();
        let found = waiting.as_array().unwrap().iter().find(|one| one["mentor_id"] == now["mentor_id"]).unwrap();
        assert_eq!(found["bio"], "Twenty years of databases");
        app.verify_bridge_mentor(&mentor, "APPROVED").await;
        let shown = app.get_public(&path).await.ok();
        assert_eq!((&shown["mentor_bio"], &shown["mentor_expertise"]), (&json!("Twenty years of databases"), &json!(["SQL"])));
    })
    .await;
}

#[tokio::test]
async fn an_event_keeps_the_places_that_are_booked() {
    flow(async |app| {
        let mentor = app.bridge_mentor("milo").await;
        let event = app.offer_event(&mentor, 3).await;
        let path = format!("/mentor/events/{event}");
        for name in ["ann", "bob"] {
            app.verified_lead(name, &event).await;
        }
        app.bridge_put(&path, &mentor.token, json!({ "available_slots": 1 })).await.refused(409, "PLACES_BOOKED");
        app.delete(&format!("/leadbridge/api{path}"), &mentor.token).await.refused(409, "PLACES_BOOKED");
        // What the client's form sends back unchanged changes nothing.
        let own = app.bridge_get("/mentor/events", &mentor.token).await.ok()[0].clone();
        assert_eq!((&own["available_slots"], &own["booked_slots"], &own["remaining_slots"]), (&json!(3), &json!(2), &json!(1)));
        app.bridge_put(&path, &mentor.token, own).await.ok();
        app.bridge_put(&path, &mentor.token, json!({ "available_slots": 2, "title": "Full House" })).await.ok();
        let shown = app.get_public(&format!("/leadbridge/api/events/{event}")).await.ok();
        assert_eq!((&shown["available_slots"], &shown["title"]), (&json!(0), &json!("Full House")));
        let late = app.bridge_user("cleo").await;
        app.try_to_book(&late, &event, PHONE).await.refused(409, "EVENT_FULL");

        let other = app.demo_mentor().await;
        app.bridge_put(&path, &other.token, json!({ "title": "Mine" })).await.refused(404, "NOT_FOUND");
        app.delete(&format!("/leadbridge/api{path}"), &other.token).await.refused(404, "NOT_FOUND");
        let empty = app.offer_event(&mentor, 1).await;
        let gone = app.delete(&format!("/leadbridge/api/mentor/events/{empty}"), &mentor.token).await.ok();
        assert_eq!(gone["message"], "Event deleted");
        app.get_public(&format!("/leadbridge/api/events/{empty}")).await.refused(404, "NOT_FOUND");
    })
    .await;
}

#[tokio::test]
async fn events_are_found_by_words_category_and_time() {
    flow(async |app| {
        let titles = async |query: &str| {
            let found = app.get_public(&format!("/leadbridge/api/events{query}")).await.ok();
            found.as_array().unwrap().iter().map(|event| event["title"].clone()).collect::<Vec<Value>>()
        };
        let (architect, scaling) = (json!("From Developer to Architect"), json!("Scaling Web Services"));
        assert_eq!(titles("").await, [architect.clone(), scaling.clone()], "the earliest first");
        assert_eq!(titles("?search=LOAD").await, std::slice::from_ref(&scaling));
        assert_eq!(titles("?category=career").await, std::slice::from_ref(&architect));
        assert!(titles("?category=career&search=load").await.is_empty() && titles("?filter=past").await.is_empty());
        let event = app.demo_event().await;
        app.local.clock.advance(SignedDuration::from_hours(24 * 8)).unwrap();
        assert_eq!(titles("").await, [scaling]);
        assert_eq!(titles("?filter=past").await, [architect]);
        let user = app.bridge_user("tardy").await;
        app.try_to_book(&user, &event, PHONE).await.refused(409, "EVENT_STARTED");
        app.get_public("/leadbridge/api/events?filter=soon").await.refused(422, "VALIDATION_FAILED");
    })
    .await;
}

#[tokio::test]
async fn what_an_event_may_not_be_is_refused() {
    flow(async |app| {
        let mentor = app.demo_mentor().await;
        for (field, bad) in [
            ("title", json!(" ")),
            ("category", json!("")),
            ("event_datetime", json!("2020-01-01T10:00:00Z")),
            ("event_datetime", json!("tomorrow")),
            ("duration", json!(0)),
            ("duration", json!(1441)),
            ("available_slots", json!(0)),
            ("available_slots", json!(-1)),
            ("price_per_lead", json!(0)),
            ("price_per_lead", json!(1.005)),
            ("price_per_lead", json!("500")),
        ] {
            let mut body = app.event_body(5);
            body[field] = bad.clone();
            let refused = app.bridge_post("/mentor/events", &mentor.token, body).await.refused(422, "VALIDATION_FAILED");
            assert!(refused["errors"].get(field).is_some(), "{field} {bad}: {refused}");
        }
        // An instant without an offset is one of UTC; half rupees are money.
        let mut body = app.event_body(5);
        body["event_datetime"] = "2090-01-01T10:00:00".into();
        body["price_per_lead"] = 499.5.into();
        assert_eq!(app.bridge_post("/mentor/events", &mentor.token, body).await.status, 201);
        let own = app.bridge_get("/mentor/events", &mentor.token).await.ok()[0].clone();
        assert_eq!((&own["event_datetime"], &own["price_per_lead"]), (&json!("2090-01-01T10:00:00.000Z"), &json!(499.5)));
    })
    .await;
}

#[tokio::test]
async fn an_admin_manages_members_and_never_himself() {
    flow(async |app| {
        let (admin, user) = (app.bridge_admin().await, app.bridge_user("manny").await);
        let path = format!("/admin/users/user_{}", user.id);
        let changed = app.bridge_put(&path, &admin, json!({ "name": "Manny Renamed", "role": "mentor" })).await.ok();
        assert_eq!((&changed["name"], &changed["role"]), (&json!("Manny Renamed"), &json!("MENTOR")));
        assert_eq!(changed["verification_status"], "PENDING");
        assert_eq!(app.bridge_get("/auth/me", &user.token).await.ok()["role"], "MENTOR", "at once");
        let mentors = app.bridge_get("/admin/users?role=mentor", &admin).await.ok();
        assert!(mentors.to_string().contains("Manny Renamed"));
        app.bridge_put(&path, &admin, json!({ "status": "inactive" })).await.ok();
        app.bridge_get("/auth/me", &user.token).await.refused(401, "INVALID_TOKEN");
        let me = app.bridge_get("/auth/me", &admin).await.ok();
        let path = format!("/admin/users/{}", me["user_id"].as_str().unwrap());
        app.bridge_put(&path, &admin, json!({ "role": "USER" })).await.refused(409, "NOT_ONESELF");
        app.drain().await;
        let figures = app.bridge_get("/admin/analytics", &admin).await.ok();
        assert_eq!((&figures["total_users"], &figures["total_mentors"]), (&json!(5), &json!(3)));
    })
    .await;
}
