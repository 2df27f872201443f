//! Ids of nothing, in paths and bodies.

use super::{NOTHING, Tokens, ask, quiet_flow, unchanged};
use crate::scenes::feedback;
use local::standins::razorpay::RazorpayPayment;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_body_that_names_what_is_not_there_is_refused() {
    quiet_flow(async |app| {
        let tokens = Tokens::new(app).await;
        let company = app.company().await;
        let slot = &app.get_public("/api/available-slots?limit=1").await.ok()[0]["id"];
        let (mentor, admin) = (&app.mentor_id(&tokens.admin).await, &tokens.admin);
        let mentee = &app.get("/api/auth/me", &tokens.mentee).await.ok()["id"];
        let payment = RazorpayPayment {
            id: "pay_nothing".to_owned(),
            order_id: "order_nothing".to_owned(),
            amount: 100,
            currency: "INR".to_owned(),
            status: "captured".to_owned(),
            method: "upi".to_owned(),
            created_at: 0,
        };
        let word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        let mut forged = word.clone();
        forged["razorpay_signature"] = "0".repeat(64).into();
        let at = "2090-01-01T10:00:00Z";
        let day = json!({ "date": "2090-01-01", "start_time": "10:00", "end_time": "11:00", "mentor_id": NOTHING });
        let refusals = [
            ("mentee", "/api/mentee/booking-request", json!({ "company_id": NOTHING, "slot_ids": [slot] }), 404, "NOT_FOUND"),
            ("mentee", "/api/mentee/booking-request", json!({ "company_id": slot, "slot_ids": [slot] }), 404, "NOT_FOUND"),
            (
                "mentee",
                "/api/mentee/booking-request",
                json!({ "company_id": company, "slot_ids": [slot, NOTHING] }),
                409,
                "SLOT_UNAVAILABLE",
            ),
            ("mentor", "/api/mentor/feedback", feedback(&json!({ "id": NOTHING })), 404, "NOT_FOUND"),
            ("admin", "/api/admin/assign-mentor", json!({ "mentee_id": NOTHING, "mentor_id": mentor }), 404, "NOT_FOUND"),
            ("admin", "/api/admin/assign-mentor", json!({ "mentee_id": mentor, "mentor_id": mentor }), 404, "NOT_FOUND"),
            (
                "admin",
                "/api/admin/assign-mentor",
                json!({ "mentee_id": mentee, "mentor_id": NOTHING }),
                409,
                "MENTOR_UNAVAILABLE",
            ),
            ("admin", "/api/admin/assign-mentor", json!({ "mentee_id": mentee, "mentor_id": mentee }), 409, "MENTOR_UNAVAILABLE"),
            ("admin", "/api/mocks", json!({ "mentee_id": NOTHING, "mentor_id": mentor, "scheduled_at": at }), 404, "NOT_FOUND"),
            ("admin", "/api/mocks", json!({ "mentee_id": mentee, "mentor_id": NOTHING, "scheduled_at": at }), 404, "NOT_FOUND"),
            ("admin", "/api/mocks", json!({ "mentee_id": mentor, "mentor_id": mentee, "scheduled_at": at }), 404, "NOT_FOUND"),
            ("admin", "/api/admin/time-slots", day, 409, "MENTOR_UNAVAILABLE"),
            ("mentee", "/api/payment/create-order", json!({ "plan_id": "nothing" }), 400, "INVALID_PLAN"),
            ("mentee", "/api/payment/create-order", json!({ "plan_id": "<script>" }), 400, "INVALID_PLAN"),
            ("mentee", "/api/payment/create-order", json!({ "plan_id": "growth", "email": "x@y.com" }), 400, "EMAIL_MISMATCH"),
            ("mentor", "/api/payment/create-order", json!({ "plan_id": "growth" }), 403, "INSUFFICIENT_PERMISSIONS"),
            ("", "/api/payment/verify", word, 404, "NOT_FOUND"),
            ("", "/api/payment/verify", forged, 400, "PAYMENT_VERIFICATION_FAILED"),
        ];
        unchanged(app, async || {
            for (who, path, body, status, code) in refusals {
                ask(app, Method::POST, path, tokens.of(who), body.to_string()).await.refused(status, code);
            }
            let mentee_as_mentor = format!("/api/admin/mentors/{}/verification", mentee.as_str().unwrap());
            app.put(&mentee_as_mentor, admin, json!({ "status": "APPROVED" })).await.refused(404, "NOT_FOUND");
            let mentor_as_mentee = format!("/api/admin/mentees/{mentor}/status");
            app.put(&mentor_as_mentee, admin, json!({ "status": "paused" })).await.refused(404, "NOT_FOUND");
        })
        .await;
    })
    .await;
}
