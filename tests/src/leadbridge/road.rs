//! The main road: an event, a booking, the verdict, the purchase, the contact.

use super::PHONE;
use crate::harness::flow;
use serde_json::{Value, json};

#[tokio::test]
async fn a_lead_is_booked_verified_bought_and_only_then_known() {
    flow(async |app| {
        let (mentor, user) = (app.bridge_mentor("rita").await, app.bridge_user("ugo").await);
        let event = app.offer_event(&mentor, 15).await;
        let shown = app.get_public(&format!("/leadbridge/api/events/{event}")).await.ok();
        assert_eq!((&shown["available_slots"], &shown["price_per_lead"]), (&json!(15), &json!(500)));
        assert_eq!((&shown["mentor_name"], &shown["mentor_expertise"]), (&json!("Person rita"), &json!([])));

        let answer = app.try_to_book(&user, &event, PHONE).await.ok();
        assert_eq!(answer["message"], "Booking successful");
        let lead = answer["lead_id"].as_str().unwrap();
        assert!(lead.starts_with("lead_") && event.starts_with("event_"));
        let booking = &app.bridge_get("/user/bookings", &user.token).await.ok()[0];
        assert_eq!((&booking["status"], &booking["verification_status"]), (&json!("VERIFIED"), &json!("AUTO_VERIFIED")));
        assert_eq!(booking["event_title"], "Databases by Example");

        let mut seen = app.lead_in("/mentor/leads", &mentor.token, lead).await;
        for hidden in ["name", "email", "phone", "message", "user_id"] {
            assert_eq!(seen[hidden], Value::Null, "{hidden} stays hidden");
        }
        let order = app.try_to_order(&mentor, lead).await.ok();
        assert_eq!((&order["amount"], &order["currency"]), (&json!(50_000), &json!("INR")));
        assert!(order["order_id"].as_str().unwrap().starts_with("order_") && order["key"].is_string());
        let payment = app.pay(order["order_id"].as_str().unwrap());
        let verified = app.verify_lead_payment(&mentor, &payment).await.ok();
        assert_eq!(verified["message"], "Payment verified");
        seen = app.lead_in("/mentor/leads", &mentor.token, lead).await;
        assert_eq!(seen, verified["lead"]);
        assert_eq!((&seen["status"], &seen["name"]), (&json!("PURCHASED"), &json!("Zelda Quillfeather")));
        assert_eq!((&seen["email"], &seen["phone"]), (&json!("ugo@example.com"), &json!(PHONE)));
        assert_eq!(app.bridge_get("/user/bookings", &user.token).await.ok()[0]["status"], "PURCHASED");

        app.drain().await;
        let admin = app.bridge_admin().await;
        let figures = app.bridge_get("/admin/analytics", &admin).await.ok();
        let wanted = json!({
            "total_users": 6, "total_mentors": 3, "total_events": 3, "total_leads": 1, "verified_leads": 1,
            "purchased_leads": 1, "total_revenue": 500,
        });
        assert_eq!(figures, wanted);
        let stats = app.bridge_get("/mentor/stats", &mentor.token).await.ok();
        assert_eq!(
            (&stats["total_events"], &stats["purchased_leads"], &stats["total_revenue"]),
            (&json!(1), &json!(1), &json!(500))
        );
        let payment = &app.bridge_get("/admin/payments?status=completed", &admin).await.ok()[0];
        assert_eq!(
            (&payment["status"], &payment["amount"], &payment["lead_id"]),
            (&json!("COMPLETED"), &json!(500), &json!(lead))
        );
        let of_admin = app.lead_in("/admin/leads?status=PURCHASED", &admin, lead).await;
        assert_eq!((&of_admin["name"], &of_admin["payment_id"]), (&json!("Zelda Quillfeather"), &payment["payment_id"]));
    })
    .await;
}

#[tokio::test]
async fn what_is_doubtful_waits_for_an_admin_and_every_decision_is_logged() {
    flow(async |app| {
        let mentor = app.demo_mentor().await;
        let event = app.demo_event().await;
        let admin = app.bridge_admin().await;
        let mut leads = Vec::new();
        for (name, email, phone, doubt) in [
            ("dora", "dora@example.com", "12345", "phone_format"),
            ("otto", "somebody.else@example.com", PHONE, "another_address"),
        ] {
            let user = app.bridge_user(name).await;
            let body = json!({ "name": "Careful Person", "email": email, "phone": phone, "message": "" });
            let answer = app.bridge_post(&format!("/events/{event}/book"), &user.token, body).await.ok();
            let lead = answer["lead_id"].as_str().unwrap().to_owned();
            let of_admin = app.lead_in("/admin/leads?status=pending", &admin, &lead).await;
            assert_eq!((&of_admin["status"], &of_admin["review_reasons"]), (&json!("PENDING"), &json!([doubt])));
            assert_eq!(app.lead_in("/mentor/leads", &mentor.token, &lead).await, Value::Null, "not seen before the verdict");
            app.try_to_order(&mentor, &lead).await.refused(409, "LEAD_NOT_VERIFIED");
            leads.push(lead);
        }
        app.decide_lead(&leads[0], "verified").await.ok();
        app.decide_lead(&leads[1], "REJECTED").await.ok();
        let seen = app.lead_in("/mentor/leads", &mentor.token, &leads[0]).await;
        assert_eq!(seen["status"], "VERIFIED");
        assert_eq!(app.lead_in("/mentor/leads", &mentor.token, &leads[1]).await, Value::Null);
        let path = format!("/admin/verification-logs?lead_id={}", leads[0]);
        let log = &app.bridge_get(&path, &admin).await.ok()[0];
        assert_eq!((&log["status"], &log["reason"]), (&json!("VERIFIED"), &json!("Looked at")));
        assert!(log["log_id"].as_str().unwrap().starts_with("log_") && log["verified_by"].as_str().unwrap().starts_with("user_"));

        // The rejected one gave its place back, and its user may book anew; a person's word stays.
        assert_eq!(app.get_public("/leadbridge/api/events").await.ok()[0]["available_slots"], 14);
        for (lead, status) in [(&leads[0], "REJECTED"), (&leads[0], "VERIFIED"), (&leads[1], "VERIFIED"), (&leads[1], "REJECTED")]
        {
            app.decide_lead(lead, status).await.refused(409, "LEAD_DECIDED");
        }
        app.decide_lead(&leads[0], "PURCHASED").await.refused(422, "VALIDATION_FAILED");
        assert_eq!(app.bridge_get("/admin/verification-logs", &admin).await.ok().as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_documents_paths_lead_where_the_client_s_do() {
    flow(async |app| {
        app.get_public("/leadbridge/api").await.ok();
        app.get_public("/leadbridge/api/health").await.ok();
        app.get_public("/leadbridge/health").await.ok();
        app.post_public("/leadbridge/api/payment/webhook", json!({})).await.refused(400, "INVALID_SIGNATURE");
        let (mentor, admin) = (app.bridge_pending_mentor("paula").await, app.bridge_admin().await);
        let body = json!({ "status": "APPROVED", "reason": "Known to us" });
        app.bridge_put(&format!("/admin/mentors/mentor_{}/verify", mentor.id), &admin, body).await.ok();
        let (event, user) = (app.offer_event(&mentor, 3).await, app.bridge_user("ulrike").await);
        let lead = app.book_event(&user, &event, "no number").await;
        app.bridge_put(&format!("/admin/leads/{lead}/verify"), &admin, json!({ "status": "VERIFIED" })).await.ok();
        let payment = app.pay(&app.order_lead(&mentor, &lead).await);
        let word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        let verified = app.bridge_post(&format!("/mentor/leads/{lead}/verify-payment"), &mentor.token, word).await.ok();
        assert_eq!(verified["lead"]["phone"], "no number");
        app.bridge_put(&format!("/admin/users/user_{}", user.id), &admin, json!({ "name": "Ulrike U" })).await.ok();
        app.bridge_post("/auth/logout", &mentor.token, json!({})).await.ok();
        app.bridge_get("/auth/me", &mentor.token).await.refused(401, "INVALID_TOKEN");
        let password = json!({ "password": crate::scenes::PASSWORD });
        app.call(reqwest::Method::DELETE, "/leadbridge/api/auth/me", Some(&user.token), Some(password)).await.ok();
        app.bridge_get("/auth/me", &user.token).await.refused(401, "INVALID_TOKEN");
    })
    .await;
}
