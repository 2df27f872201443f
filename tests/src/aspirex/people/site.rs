use super::flow;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_closed_site_answers_but_what_must_stay_open() {
    flow(async |app| {
        let (student, admin) = (app.student("stu").await, app.aspirex_admin().await);
        let open = app.ax_public("/site-status/").await.ok();
        assert_eq!((&open["maintenance_mode"], &open["updated_at"]), (&json!(false), &Value::Null));
        app.ax_put("/site-status/", &student.token, json!({ "maintenance_mode": true }))
            .await
            .refused(403, "INSUFFICIENT_PERMISSIONS");
        app.ax_put("/site-status/", &admin, json!({})).await.refused(400, "VALIDATION_FAILED");
        let closed =
            app.ax_put("/site-status/", &admin, json!({ "maintenance_mode": true, "message": "Back at noon" })).await.ok();
        assert_eq!(closed["message"], "Back at noon");
        // A function goes by what it read within ten seconds.
        app.local.clock.advance(SignedDuration::from_secs(10)).unwrap();

        for (method, path, body) in [
            (Method::GET, "/student/profile/", None),
            (Method::GET, "/mentor/public/", None),
            (Method::GET, "/platform-stats/", None),
            (Method::POST, "/newsletter/", Some(json!({ "email": "r@example.com" }))),
        ] {
            let answer = app.aspirex(method, path, Some(&student.token), body).await;
            assert_eq!(
                answer.headers.get("retry-after").map(|wait| wait.as_bytes()),
                Some(&b"60"[..]),
                "{path}: {}",
                answer.body
            );
            assert_eq!(answer.refused(503, "MAINTENANCE")["detail"], "Back at noon", "{path}");
        }
        app.ax_public("/site-status/").await.ok();
        app.ax_public("/health/").await.ok();
        app.ax_get("/admin/users/", &admin).await.ok();
        let login = json!({ "user_id": student.number, "password": crate::scenes::PASSWORD });
        app.ax_say("/auth/unified-login/", login).await.ok();
        // Other products go on.
        app.get_public("/api/companies").await.ok();

        app.ax_put("/site-status/", &admin, json!({ "maintenance_mode": false })).await.ok();
        app.local.clock.advance(SignedDuration::from_secs(10)).unwrap();
        app.ax_get("/student/profile/", &student.token).await.ok();
        assert_eq!(
            app.items("aspirex#AUDIT#")
                .await
                .iter()
                .filter(|record| record["action"].as_s().unwrap() == "site.status_changed")
                .count(),
            2
        );
    })
    .await;
}

#[tokio::test]
async fn figures_follow_what_happens() {
    flow(async |app| {
        app.student("stu").await;
        app.student("dana").await;
        app.waiting_mentor("wanda").await;
        app.approved_mentor("mia").await;
        app.drain().await;
        let stats = app.ax_public("/platform-stats/").await.ok();
        assert_eq!(stats, json!({ "total_students": 2, "total_mentors": 1, "total_sessions": 0 }));
    })
    .await;
}
