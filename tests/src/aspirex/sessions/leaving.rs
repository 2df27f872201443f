//! Nobody leaves his money behind.

use crate::{
    aspirex::people::Aspirant,
    calls::Answer,
    harness::{App, flow},
    scenes::PASSWORD,
};
use reqwest::Method;
use serde_json::json;

async fn leave(app: &App, who: &Aspirant) -> Answer {
    app.local.clock.advance(jiff::SignedDuration::from_mins(1)).unwrap();
    app.aspirex(Method::DELETE, "/auth/me", Some(&who.token), Some(json!({ "password": PASSWORD }))).await
}

#[tokio::test]
async fn a_mentor_is_paid_out_before_he_leaves() {
    flow(async |app| {
        let (mentor, student, admin) =
            (app.paid_mentor("guide", 80).await, app.student("maya").await, app.sessions_admin().await);
        let (held, ahead) = (app.agreed(&student, &mentor, 2, "10:00").await, app.agreed(&student, &mentor, 9, "10:00").await);
        app.complete_now(&held).await;
        let refused = leave(app, &mentor).await.refused(409, "BALANCE_LEFT");
        assert!(refused["message"].as_str().unwrap().contains("Withdraw"), "{refused}");
        let ask = async |rupees: u64| {
            let asked = app.withdraw(&mentor, rupees).await;
            assert_eq!(asked.status, 201, "{}", asked.body);
            asked.body["withdrawal"]["id"].as_str().unwrap().to_owned()
        };
        let first = ask(60).await;
        app.withdraw(&mentor, 10).await.refused(400, "VALIDATION_FAILED");
        // What is left is less than the least, but it is all.
        let rest = ask(20).await;
        leave(app, &mentor).await.refused(409, "BALANCE_LEFT");
        let settle = json!({ "transaction_id": "UTR-1" });
        app.tell(&format!("/admin/withdrawals/{first}/settle/"), &admin, json!({ "transaction_id": " " }))
            .await
            .refused(400, "VALIDATION_FAILED");
        app.tell(&format!("/admin/withdrawals/{first}/settle/"), &admin, settle.clone()).await.ok();
        app.tell(&format!("/admin/withdrawals/{rest}/refuse/"), &admin, json!({})).await.ok();
        leave(app, &mentor).await.refused(409, "BALANCE_LEFT");
        let again = ask(20).await;
        app.tell(&format!("/admin/withdrawals/{again}/settle/"), &admin, settle).await.ok();
        leave(app, &mentor).await.ok();
        // What was paid for a session that was still to be goes back to the student.
        for _ in 0..3 {
            app.run_later(61).await;
        }
        assert_eq!(app.meeting("/student/sessions/", &student, &ahead).await["status"], "cancelled");
        assert_eq!(app.local.inbox.mails(Some(&student.email), Some("Your payment went back")).len(), 1);
        let list = app.ask("/admin/withdrawals/", &admin).await.ok();
        assert!(list.as_array().unwrap().iter().all(|one| one["mentor_name"] == "Deleted user"), "{list}");
        leave(app, &student).await.ok();
    })
    .await;
}
