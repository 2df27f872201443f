//! What was paid too late, twice, wrongly, or for a session that was called off.

use crate::harness::flow;
use local::standins::razorpay::PayOptions;
use serde_json::json;

#[tokio::test]
async fn unpaid_time_is_free_again_and_a_late_payment_takes_it_back_if_it_still_is() {
    flow(async |app| {
        let (mentor, slow, quick) = (app.paid_mentor("guide", 80).await, app.student("slow").await, app.student("quick").await);
        let (kept, order) = app.hold(&slow, &mentor, 3, "10:00").await;
        app.try_session(&quick, &mentor, 3, "10:00").await.refused(409, "MENTOR_BUSY");
        app.run_later(16).await;
        assert_eq!(
            (app.quarters().await, app.meeting("/student/sessions/", &slow, &kept).await["status"].clone()),
            (0, json!("cancelled"))
        );
        app.verify_session(&slow, &app.pay(&order)).await.ok();
        assert_eq!(
            (app.quarters().await, app.meeting("/student/sessions/", &slow, &kept).await["status"].clone()),
            (8, json!("scheduled"))
        );

        let (lost, order) = app.hold(&slow, &mentor, 3, "12:00").await;
        app.run_later(16).await;
        let taken = app.agreed(&quick, &mentor, 3, "12:30").await;
        let payment = app.pay(&order);
        app.verify_session(&slow, &payment).await.refused(409, "SESSION_LOST");
        app.verify_session(&slow, &payment).await.refused(409, "SESSION_LOST");
        app.run_later(1).await;
        assert_eq!(app.local.provider.refunds_of(&payment.id).len(), 1);
        assert_eq!(app.meeting("/student/sessions/", &slow, &lost).await["status"], "cancelled");
        assert_eq!(app.meeting("/student/sessions/", &quick, &taken).await["status"], "scheduled");
        assert_eq!((app.published("MentorshipRefunded"), app.published("MentorshipPaid")), (1, 2));
        assert_eq!(app.local.inbox.mails(Some(&slow.email), Some("Your payment went back")).len(), 1);
        // The mentor never heard of what was not paid.
        assert!(app.local.inbox.mails(Some(&mentor.email), Some("Cancelled")).is_empty());
        assert_eq!(app.stats(&mentor).await["pendingEarnings"], 160);
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_goes_back_pays_nothing_when_the_time_is_free_again() {
    flow(async |app| {
        let (mentor, slow, quick) = (app.paid_mentor("guide", 80).await, app.student("slow").await, app.student("quick").await);
        let (lost, order) = app.hold(&slow, &mentor, 3, "12:00").await;
        app.run_later(16).await;
        let taken = app.agreed(&quick, &mentor, 3, "12:30").await;
        let payment = app.pay(&order);
        app.verify_session(&slow, &payment).await.refused(409, "SESSION_LOST");
        app.tell(&format!("/student/sessions/{taken}/cancel/"), &quick, json!({ "reason": "Ill" })).await.ok();
        app.verify_session(&slow, &payment).await.refused(409, "SESSION_LOST");
        app.run_later(1).await;
        let refunds = |id: &str| app.local.provider.refunds_of(id).len();
        assert_eq!(app.meeting("/student/sessions/", &slow, &lost).await["status"], "cancelled");
        assert_eq!((refunds(&payment.id), app.quarters().await), (1, 0));
        // Another payment of the same order takes the time back.
        let again = app.pay(&order);
        app.verify_session(&slow, &again).await.ok();
        app.run_later(1).await;
        assert_eq!(app.meeting("/student/sessions/", &slow, &lost).await["status"], "scheduled");
        assert_eq!((refunds(&payment.id), refunds(&again.id)), (1, 0));
        assert_eq!(app.stats(&mentor).await["pendingEarnings"], 80);
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_does_not_fit_goes_back_and_changes_nothing() {
    flow(async |app| {
        let (mentor, student) = (app.paid_mentor("guide", 80).await, app.student("maya").await);
        let (session, order) = app.hold(&student, &mentor, 3, "10:00").await;
        let short = app.local.provider.pay(&order, &PayOptions { amount: Some(100), ..PayOptions::default() }).unwrap();
        let refused = app.verify_session(&student, &short).await;
        assert_eq!(refused.status, 409, "{}", refused.body);
        assert_eq!(app.meeting("/student/sessions/", &student, &session).await["status"], "pending");
        let (first, second) = (app.pay(&order), app.pay(&order));
        app.verify_session(&student, &first).await.ok();
        app.verify_session(&student, &second).await.refused(409, "PAYMENT_MISMATCH");
        app.run_later(1).await;
        let refunds = |id: &str| app.local.provider.refunds_of(id).len();
        assert_eq!((refunds(&short.id), refunds(&second.id), refunds(&first.id)), (1, 1, 0));
        assert_eq!(app.stats(&mentor).await["pendingEarnings"], 80);
    })
    .await;
}

#[tokio::test]
async fn what_is_called_off_is_paid_back_once() {
    flow(async |app| {
        let (mentor, student) = (app.paid_mentor("guide", 80).await, app.student("maya").await);
        for (by, path, day) in [(&student, "student", 3), (&mentor, "mentor", 4)] {
            let (session, order) = app.hold(&student, &mentor, day, "10:00").await;
            let payment = app.pay(&order);
            app.verify_session(&student, &payment).await.ok();
            let cancel = format!("/{path}/sessions/{session}/cancel/");
            let gone = app.tell(&cancel, by, json!({ "reason": "Ill" })).await.ok();
            assert_eq!(gone["status"], "cancelled");
            app.tell(&cancel, by, json!({})).await.refused(409, "BOOKING_NOT_OPEN");
            app.run_later(1).await;
            app.run_later(1).await;
            assert_eq!(app.local.provider.refunds_of(&payment.id).len(), 1);
            app.verify_session(&student, &payment).await.refused(409, "ORDER_REFUNDED");
        }
        assert_eq!(app.quarters().await, 0);
        let stats = app.stats(&mentor).await;
        assert_eq!(
            (&stats["pendingEarnings"], &stats["availableBalance"], &stats["totalEarnings"]),
            (&json!(0), &json!(0), &json!(0))
        );
        let lines = app.ask("/mentor/earnings/", &mentor).await.ok();
        assert_eq!((&lines["earnings"][0]["status"], &lines["pagination"]["count"]), (&json!("refunded"), &json!(2)));
        assert_eq!(app.local.inbox.mails(Some(&student.email), Some("Cancelled")).len(), 2);
    })
    .await;
}
