//! One id follows a request through answer, audit, event, bus and mail.

use crate::harness::flow;
use serde_json::json;

#[tokio::test]
async fn the_id_of_a_request_is_found_wherever_it_led() {
    flow(async |app| {
        let request = app.http.post(format!("{}/api/auth/register-free", app.local.url)).header("x-request-id", "trace-me-4711");
        let body = json!({ "name": "Traced Person", "email": "traced@example.com", "password": "correct-horse" });
        let answer = crate::calls::read(request.json(&body)).await;
        assert_eq!(answer.headers["x-request-id"], "trace-me-4711");
        answer.ok();
        app.drain().await;

        let traced: Vec<_> = app
            .items("EVENT#")
            .await
            .into_iter()
            .filter(|item| {
                item["event"].as_m().unwrap().get("request_id").is_some_and(|id| id.as_s().is_ok_and(|id| id == "trace-me-4711"))
            })
            .collect();
        assert_eq!(traced.len(), 1);
        let told = app.local.bus.events();
        assert_eq!(told.iter().filter(|event| event.detail["request_id"] == "trace-me-4711").count(), 1);
        let mails = app.local.inbox.mails(Some("traced@example.com"), None);
        assert_eq!(mails[0].request_id.as_deref(), Some("trace-me-4711"));
    })
    .await;
}

#[tokio::test]
async fn an_id_that_could_harm_a_log_is_replaced() {
    flow(async |app| {
        for bad in ["short", &"x".repeat(65), "with spaces in it", "semi;colon-is-long"] {
            let answer =
                crate::calls::read(app.http.get(format!("{}/api/health", app.local.url)).header("x-request-id", bad)).await;
            let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
            assert!(id != bad && id.len() == 36, "{id}");
        }
    })
    .await;
}
