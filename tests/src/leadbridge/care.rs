//! Leaving, and what one may take along.

use super::PHONE;
use crate::{harness::flow, scenes::PASSWORD};
use jiff::SignedDuration;
use serde_json::{Value, json};

#[tokio::test]
async fn whoever_leaves_gives_his_places_back_and_his_contact_is_forgotten() {
    flow(async |app| {
        let (mentor, event, user) = (app.bridge_mentor("stays").await, app.demo_event().await, app.bridge_user("goes").await);
        let own = app.offer_event(&mentor, 5).await;
        let (open, sold) = (app.book_event(&user, &event, PHONE).await, app.book_event(&user, &own, PHONE).await);
        let payment = app.pay(&app.order_lead(&mentor, &sold).await);
        app.verify_lead_payment(&mentor, &payment).await.ok();
        let export = app.bridge_get("/auth/export", &user.token).await.ok();
        assert_eq!((export["bookings"].as_array().unwrap().len(), &export["bookings"][0]["phone"]), (2, &json!(PHONE)));

        app.bridge_post("/auth/delete-account", &user.token, json!({ "password": "wrong-horse" }))
            .await
            .refused(403, "WRONG_PASSWORD");
        app.bridge_post("/auth/delete-account", &user.token, json!({ "password": PASSWORD })).await.ok();
        for _ in 0..3 {
            app.local.clock.advance(SignedDuration::from_hours(1)).unwrap();
            app.local.pump.run_due().await;
        }
        app.drain().await;
        let contacts = app.items("leadbridge#LEAD#").await.into_iter().filter(|item| item.contains_key("contact")).count();
        assert_eq!(contacts, 0);
        assert_eq!(app.get_public("/leadbridge/api/events").await.ok()[0]["available_slots"], 15);
        let admin = app.bridge_admin().await;
        assert_eq!(app.lead_in("/admin/leads", &admin, &open).await["status"], "REJECTED");
        let bought = app.lead_in("/mentor/leads", &mentor.token, &sold).await;
        assert_eq!((&bought["status"], &bought["phone"]), (&json!("PURCHASED"), &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn a_mentor_who_leaves_takes_his_events_along() {
    flow(async |app| {
        let (mentor, user) = (app.bridge_mentor("leaves").await, app.bridge_user("waits").await);
        let event = app.offer_event(&mentor, 5).await;
        app.offer_event(&mentor, 5).await;
        app.book_event(&user, &event, PHONE).await;
        app.bridge_post("/auth/delete-account", &mentor.token, json!({ "password": PASSWORD })).await.ok();
        app.get_public(&format!("/leadbridge/api/events/{event}")).await.refused(404, "NOT_FOUND");
        for _ in 0..3 {
            app.local.clock.advance(SignedDuration::from_hours(1)).unwrap();
            app.local.pump.run_due().await;
        }
        app.drain().await;
        assert_eq!(app.bridge_get("/user/bookings", &user.token).await.ok()[0]["status"], "REJECTED");
        let left = app.items("").await.into_iter().filter(|item| format!("{item:?}").contains(&format!("MENTOR#{}#", mentor.id)));
        assert_eq!(left.count(), 0);
        let figures = app.bridge_get("/admin/analytics", &app.bridge_admin().await).await.ok();
        assert_eq!((&figures["total_events"], &figures["verified_leads"]), (&json!(2), &json!(0)));
        assert_ne!(figures["total_leads"], Value::Null);
    })
    .await;
}
