//! Sessions that students say to have paid for elsewhere.

use crate::{calls::Answer, harness::flow};
use serde_json::json;

fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_session_is_never_paid_on_the_students_word() {
    flow(async |app| {
        let (mentor, student, admin) =
            (app.paid_mentor("guide", 80).await, app.student("maya").await, app.sessions_admin().await);
        let first = app.try_claim(&student, &mentor, 3, "UPI-0001").await;
        let made = &first.body;
        assert_eq!(
            (&made["is_paid"], &made["service_price"], &made["status"]),
            (&json!(false), &json!("60.00"), &json!("pending"))
        );
        app.try_claim(&app.student("other").await, &mentor, 3, "UPI-0002").await.refused(409, "MENTOR_BUSY");
        let path = format!("/student/bookings/?mentor_id={}", mentor.number);
        let booked = app.ask(&path, &student).await.ok();
        assert_eq!(booked[0], json!({ "day": made["day"], "time_slot": made["time_slot"], "date": made["date"] }), "and no more");
        let own = app.meeting("/student/sessions/", &student, &id(&first)).await;
        assert_eq!((&own["is_paid"], &own["attendance_key"]), (&json!(false), &json!(null)));
        app.drain().await;
        assert!(!app.local.inbox.mails(Some(&mentor.email), Some("New session booked")).is_empty());
        // The mentor's word agrees on it, but the platform owes him nothing for money that it never saw.
        let settle = |session: String| format!("/mentor/sessions/{session}/settle/");
        app.tell(&settle(id(&first)), &student, json!({ "accepted": true })).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        app.tell(&settle(id(&first)), &mentor, json!({ "accepted": true })).await.ok();
        app.tell(&settle(id(&first)), &mentor, json!({ "accepted": true })).await.refused(409, "BOOKING_NOT_PENDING");
        assert_eq!(app.stats(&mentor).await["pendingEarnings"], 0);
        // An admin's does; but a payment counts once.
        let (second, third) =
            (app.try_claim(&student, &mentor, 4, "UPI-0003").await, app.try_claim(&student, &mentor, 5, "UPI-0003").await);
        let settle = |session: String| format!("/admin/sessions/{session}/settle/");
        app.tell(&settle(id(&second)), &admin, json!({ "accepted": true })).await.ok();
        app.tell(&settle(id(&third)), &admin, json!({ "accepted": true })).await.refused(409, "PAYMENT_USED");
        let gone = app.tell(&settle(id(&third)), &admin, json!({ "accepted": false })).await.ok();
        assert_eq!(gone["status"], "cancelled");
        assert_eq!(app.stats(&mentor).await["pendingEarnings"], 60);
        app.later(24 * 6);
        app.run_later(0).await;
        // Nobody showed that they met, so an admin says it.
        assert_eq!(app.stats(&mentor).await["availableBalance"], 0);
        for session in [&first, &second] {
            app.tell(&format!("/admin/sessions/{}/complete/", id(session)), &admin, json!({})).await.ok();
        }
        let stats = app.stats(&mentor).await;
        assert_eq!((&stats["totalSessions"], &stats["availableBalance"]), (&json!(2), &json!(60)));
    })
    .await;
}

#[tokio::test]
async fn a_settled_claim_is_not_called_off_by_settling_it_again() {
    flow(async |app| {
        let (mentor, student, admin) =
            (app.paid_mentor("guide", 80).await, app.student("maya").await, app.sessions_admin().await);
        let claimed = app.claim(&student, &mentor, 3, "UPI-0001").await;
        let settle = format!("/admin/sessions/{claimed}/settle/");
        app.tell(&settle, &admin, json!({ "accepted": true })).await.ok();
        app.tell(&settle, &admin, json!({ "accepted": false })).await.refused(409, "BOOKING_NOT_PENDING");
        let own = format!("/mentor/sessions/{claimed}/settle/");
        app.tell(&own, &mentor, json!({ "accepted": false })).await.refused(409, "BOOKING_NOT_PENDING");
        assert_eq!(app.meeting("/student/sessions/", &student, &claimed).await["status"], "scheduled");
        // What an admin found he pays back himself, so he is told of it; nobody promises the student a refund.
        app.tell(&format!("/student/sessions/{claimed}/cancel/"), &student, json!({})).await.ok();
        app.drain().await;
        let told = app.local.inbox.mails(Some(&admin.email), Some("to be paid back"));
        assert!(told.len() == 1 && told[0].text.contains("UPI-0001") && told[0].text.contains("60"), "{told:?}");
        let cancelled = app.local.inbox.mails(Some(&student.email), Some("Cancelled"));
        assert!(!cancelled[0].text.contains("goes back in full") && cancelled[0].text.contains("pays it back"), "{cancelled:?}");
        assert_eq!(app.stats(&mentor).await["pendingEarnings"], 0);
    })
    .await;
}

#[tokio::test]
async fn a_claim_that_was_paid_at_the_checkout_goes_back_by_itself() {
    flow(async |app| {
        let (mentor, student, admin) =
            (app.paid_mentor("guide", 80).await, app.student("maya").await, app.sessions_admin().await);
        let claimed = app.claim(&student, &mentor, 3, "UPI-0001").await;
        let order = app.tell("/mentor/create-order/", &student, json!({ "session_id": claimed })).await.ok();
        let payment = app.pay(order["order_id"].as_str().unwrap());
        app.verify_session(&student, &payment).await.ok();
        app.tell(&format!("/student/sessions/{claimed}/cancel/"), &student, json!({})).await.ok();
        app.run_later(1).await;
        assert_eq!(app.local.provider.refunds_of(&payment.id).len(), 1);
        let cancelled = app.local.inbox.mails(Some(&student.email), Some("Cancelled"));
        assert!(cancelled[0].text.contains("goes back in full"), "{cancelled:?}");
        assert!(app.local.inbox.mails(Some(&admin.email), Some("to be paid back")).is_empty());
    })
    .await;
}

#[tokio::test]
async fn invented_payments_hold_few_times_for_two_days() {
    flow(async |app| {
        let (mentor, student) = (app.paid_mentor("guide", 80).await, app.student("maya").await);
        for (n, day) in [3, 4, 5].into_iter().enumerate() {
            app.later(1);
            app.claim(&student, &mentor, day, &format!("UPI-000{n}")).await;
        }
        app.later(1);
        app.try_claim(&student, &mentor, 6, "UPI-0009").await.refused(409, "TOO_MANY_CLAIMS");
        assert_eq!(app.quarters().await, 18);
        app.later(48);
        app.run_later(0).await;
        assert_eq!(app.quarters().await, 0, "nobody found them");
        app.claim(&student, &mentor, 6, "UPI-0009").await;
        // An id is the same in capitals.
        let (other, admin) = (app.student("other").await, app.sessions_admin().await);
        let (first, second) = (app.claim(&other, &mentor, 7, "upi-abcd").await, app.claim(&other, &mentor, 8, "UPI-ABCD").await);
        let settle = |session: &str| format!("/admin/sessions/{session}/settle/");
        app.tell(&settle(&first), &admin, json!({ "accepted": true })).await.ok();
        app.tell(&settle(&second), &admin, json!({ "accepted": true })).await.refused(409, "PAYMENT_USED");
    })
    .await;
}

#[tokio::test]
async fn a_claim_that_nobody_finds_lapses_and_may_be_paid_at_the_checkout_before() {
    flow(async |app| {
        let (mentor, student) = (app.paid_mentor("guide", 80).await, app.student("maya").await);
        let (paid, lost) = (
            id(&app.try_claim(&student, &mentor, 3, "UPI-0001").await),
            id(&app.try_claim(&student, &mentor, 4, "UPI-0002").await),
        );
        let order = app.tell("/mentor/create-order/", &mentor, json!({ "session_id": paid, "amount": 1 })).await.ok();
        assert_eq!(order["amount"], 6000);
        let again = app.tell("/mentor/create-order/", &student, json!({ "session_id": paid })).await.ok();
        assert_eq!(again["order_id"], order["order_id"]);
        app.verify_session(&student, &app.pay(order["order_id"].as_str().unwrap())).await.ok();
        app.tell("/mentor/create-order/", &student, json!({ "session_id": paid })).await.refused(409, "BOOKING_NOT_PENDING");
        assert_eq!(app.stats(&mentor).await["pendingEarnings"], 60);
        app.later(24 * 5);
        app.run_later(0).await;
        assert_eq!(app.meeting("/student/sessions/", &student, &lost).await["status"], "cancelled");
        for bad in ["", "abc", "=HYPERLINK(1)", "a b c d"] {
            assert_eq!(app.try_claim(&student, &mentor, 3, bad).await.status, 400, "{bad}");
        }
    })
    .await;
}
