//! Roles, what is another's, and what no answer tells.

use super::routes::routes;
use crate::{
    harness::App,
    input::{Tokens, quiet_flow, unchanged},
    scenes::{PASSWORD, Person, feedback},
};
use reqwest::Method;
use serde_json::json;

/// What must be in no answer.
fn check_no_secrets(app: &App, asked: &str, text: &str) {
    for secret in ["password_hash", "$2b$", "$2y$", PASSWORD, &app.local.demo_password] {
        assert!(!text.contains(secret), "{asked} tells {secret}: {text}");
    }
}

#[tokio::test]
async fn what_is_another_s_is_not_there() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let (mentee, booking, _) = app.confirmed_session("owner").await;
        let mock = app.get("/api/mentee/mocks", &mentee.token).await.ok()[0].clone();
        let mock_id = mock["id"].as_str().unwrap();
        let body = json!({ "name": "Other Mentor", "email": "other@example.com", "password": PASSWORD });
        app.post("/api/admin/mentors", &admin, body).await.ok();
        let other_mentor = app.login("other@example.com", PASSWORD).await.ok()["access_token"].as_str().unwrap().to_owned();
        let stranger: Person = app.paid_mentee("stranger", "growth").await;
        let status = format!("/api/mocks/{mock_id}/status");
        unchanged(app, async || {
            for (role, token) in [("mentee", &stranger.token), ("mentor", &other_mentor)] {
                let cancel = format!("/api/{role}/booking-requests/{booking}/cancel");
                app.call(Method::POST, &cancel, Some(token), None).await.refused(404, "NOT_FOUND");
                for list in ["mocks", "feedbacks", "booking-requests?status=all"] {
                    assert_eq!(app.get(&format!("/api/{role}/{list}"), token).await.ok(), json!([]));
                }
            }
            app.put(&status, &other_mentor, json!({ "status": "completed" })).await.refused(404, "NOT_FOUND");
            app.post("/api/mentor/feedback", &other_mentor, feedback(&mock)).await.refused(404, "NOT_FOUND");
            // Not even the mentee says that his session is over.
            app.put(&status, &mentee.token, json!({ "status": "completed" })).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        })
        .await;
        app.post("/api/mentor/feedback", &app.mentor().await, feedback(&mock)).await.ok();
        let path = format!("/api/feedbacks/{mock_id}");
        app.get(&path, &mentee.token).await.ok();
        for token in [&stranger.token, &other_mentor] {
            app.get(&path, token).await.refused(404, "NOT_FOUND");
        }
    })
    .await;
}

#[tokio::test]
async fn no_answer_tells_a_password_or_its_hash() {
    quiet_flow(async |app| {
        let (person, ..) = app.confirmed_session("read").await;
        let tokens = Tokens { mentee: person.token, ..Tokens::new(app).await };
        let mock = app.get("/api/mocks", &tokens.mentor).await.ok()[0].clone();
        let new = |email: &str| json!({ "name": "Some Body", "email": email, "password": PASSWORD });
        let writes = [
            ("", "/api/auth/register", new("one@example.com")),
            ("", "/api/auth/register", new("one@example.com")),
            ("", "/api/auth/register-free", new("two@example.com")),
            ("", "/api/auth/login", json!({ "email": "two@example.com", "password": PASSWORD })),
            ("", "/api/auth/login", json!({ "email": "one@example.com", "password": format!("{PASSWORD}!") })),
            ("", "/api/auth/login", json!({ "email": PASSWORD, "password": PASSWORD })),
            ("", "/api/auth/forgot-password", json!({ "email": "two@example.com" })),
            ("", "/api/auth/set-password", json!({ "token": "sp_x.y", "password": PASSWORD })),
            ("admin", "/api/admin/mentors", new("three@example.com")),
            (
                "",
                "/api/payment/create-order",
                json!({
                    "plan_id": "growth", "name": "Some Body", "email": "four@example.com", "password": PASSWORD,
                }),
            ),
            ("mentor", "/api/mentor/feedback", feedback(&mock)),
        ];
        let reads = routes().into_iter().filter(|route| route.method == Method::GET).map(|route| {
            let id = mock["id"].as_str().unwrap();
            (route.role(), route.path.replace("{id}", id), None)
        });
        let writes = writes.into_iter().map(|(who, path, body)| (who, path.to_owned(), Some(body)));
        for (who, path, body) in writes.chain(reads) {
            let callers = if who == "anyone" { vec!["admin", "mentor", "mentee"] } else { vec![who] };
            for caller in callers {
                let url = format!("{}{path}", app.local.url);
                let mut request = if body.is_some() { app.http.post(url) } else { app.http.get(url) };
                if let Some(token) = tokens.of(caller) {
                    request = request.bearer_auth(token);
                }
                if let Some(body) = &body {
                    request = request.json(body);
                }
                let answer = request.send().await.unwrap();
                let (status, headers) = (answer.status().as_u16(), format!("{:?}", answer.headers()));
                assert!(status < 500 && status != 403, "{path}: {status}");
                check_no_secrets(app, &path, &format!("{headers}{}", answer.text().await.unwrap()));
            }
        }
        app.drain().await;
        for mail in app.local.inbox.mails(None, None) {
            check_no_secrets(app, &mail.subject, &format!("{}{}", mail.text, mail.html));
        }
        for event in app.local.bus.events() {
            check_no_secrets(app, &event.detail_type, &event.detail.to_string());
        }
        for item in app.items("codementee#AUDIT").await {
            check_no_secrets(app, "an audit record", &format!("{item:?}"));
        }
    })
    .await;
}
