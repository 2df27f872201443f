//! Whoever applied is told what an admin decided.

use super::{ADMIN, V1};
use crate::harness::flow;
use serde_json::json;

#[tokio::test]
async fn an_applicant_is_mailed_each_verdict_once() {
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let person = app.insider(&admin, "hopeful", "").await;
        let body = json!({ "bio": "b".repeat(60), "expertise": ["Rust"], "job_title": "Director" });
        assert_eq!(app.post(&format!("{V1}/mentors/"), &person.token, body).await.status, 201);
        let mails = |subject: &str| app.local.inbox.mails(Some("hopeful@example.com"), Some(subject));
        let decide = async |what: &str, body| {
            app.post(&format!("{V1}/admin/mentors/{}/{what}/", person.id), &admin, body).await.ok();
            app.drain().await;
        };
        for _ in 0..2 {
            decide("reject", json!({ "reason": "Say more about your work" })).await;
        }
        let refused = mails("turned down");
        assert_eq!(refused.len(), 1);
        assert!(
            refused[0].text.contains("Say more about your work")
                && refused[0].text.contains("/community/mentorship/profile/edit")
        );
        assert!(mails("You are a mentor").is_empty());
        app.patch(&format!("{V1}/mentors/me/"), &person.token, json!({ "company": "Acme" })).await.ok();
        for _ in 0..2 {
            decide("approve", json!({})).await;
        }
        let let_in = mails("You are a mentor");
        assert_eq!((let_in.len(), mails("turned down").len()), (1, 1));
        assert!(let_in[0].text.contains("/community/mentorship/mentor/availability") && !let_in[0].text.contains("Reason"));
        let notices = app.get("/mansa/api/notifications/", &person.token).await.ok();
        let titles: Vec<_> = notices.as_array().unwrap().iter().map(|notice| notice["title"].as_str().unwrap()).collect();
        assert_eq!(titles[..2], ["You are a mentor now", "Your application was turned down"]);
    })
    .await;
}

/// What was decided anew before the mail went out is not told any more.
#[tokio::test]
async fn a_verdict_that_was_taken_back_is_not_told() {
    crate::input::quiet_flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let person = app.insider(&admin, "swift", "mentor").await;
        let profile = json!({ "bio": "b".repeat(60), "expertise": ["Rust"], "timezone": "UTC" });
        app.patch(&format!("{V1}/mentors/me/"), &person.token, profile).await.ok();
        app.drain().await;
        for is_approved in [true, false] {
            let body = json!({ "is_approved": is_approved });
            app.patch(&format!("{V1}/mentors/{}/approve/", person.id), &admin, body).await.ok();
        }
        app.drain().await;
        let told = |subject: &str| app.local.inbox.mails(Some("swift@example.com"), Some(subject)).len();
        assert_eq!((told("You are a mentor"), told("turned down")), (0, 1));
    })
    .await;
}
