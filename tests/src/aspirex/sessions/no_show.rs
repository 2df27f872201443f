//! Sessions at which nobody showed in time that they met.

use crate::harness::flow;
use serde_json::json;

#[tokio::test]
async fn what_nobody_attended_waits_for_an_admin() {
    flow(async |app| {
        let (mentor, student, admin) =
            (app.paid_mentor("guide", 80).await, app.student("maya").await, app.sessions_admin().await);
        let (held, missed) = (app.agreed(&student, &mentor, 2, "10:00").await, app.agreed(&student, &mentor, 2, "14:00").await);
        let waiting = async || {
            let list = app.ask("/admin/sessions/?waiting=unattended", &admin).await.ok();
            list.as_array().unwrap().iter().map(|session| session["meeting_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        // Whatever time of day it is: less than a day after the first one's end, and more than a day after the last one's.
        app.later(24 * 2);
        app.run_later(0).await;
        assert!(waiting().await.is_empty(), "either of them still may");
        app.later(24 * 2);
        app.run_later(0).await;
        app.run_later(60).await;
        assert_eq!(waiting().await, [missed.clone(), held.clone()]);
        for session in [&held, &missed] {
            assert_eq!(app.meeting("/mentor/sessions/", &mentor, session).await["status"], "scheduled");
        }
        assert_eq!(app.local.inbox.mails(Some(&admin.email), Some("Nobody attended")).len(), 2, "each told once");
        let key = app.own_key("/student/sessions/", &student, &held).await;
        app.attend(&mentor, "mentor", &held, &key).await.refused(409, "BOOKING_NOT_OPEN");

        app.tell(&format!("/admin/sessions/{held}/complete/"), &admin, json!({})).await.ok();
        app.tell(&format!("/admin/sessions/{missed}/cancel/"), &admin, json!({ "reason": "Nobody came" })).await.ok();
        app.run_later(1).await;
        assert!(waiting().await.is_empty());
        let stats = app.stats(&mentor).await;
        assert_eq!((&stats["availableBalance"], &stats["pendingEarnings"]), (&json!(80), &json!(0)));
        assert_eq!(app.local.inbox.mails(Some(&student.email), Some("Your payment went back")).len(), 1);
        app.ask("/admin/sessions/?waiting=everything", &admin).await.refused(400, "VALIDATION_FAILED");
    })
    .await;
}
