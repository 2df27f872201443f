//! Who gets in, and how often.

use crate::{
    calls::{Answer, read},
    harness::{App, flow},
    input::NOTHING,
    openapi::{Operation, check, example, operations},
    scenes::PASSWORD,
};
use jiff::SignedDuration;
use serde_json::json;

/// Every operation of the group.
fn of_the_group() -> Vec<Operation> {
    let all = operations().into_iter().filter(|operation| operation.id().starts_with("community_"));
    let found: Vec<_> = all.collect();
    assert!(found.len() >= 17, "{found:?}");
    found
}

async fn ask(app: &App, operation: &Operation, token: &str) -> Answer {
    let path = operation.path.replace("{id}", NOTHING);
    let request = app.http.request(operation.method(), format!("{}{path}", app.local.url)).bearer_auth(token);
    let answer = read(match operation.body() {
        Some(body) => request.json(&example(body)),
        None => request,
    });
    let answer = answer.await;
    check(operation, &answer);
    answer
}

/// What is one's own is so without a plan: to see it and to take it back.
fn is_about_one_s_own(operation: &Operation) -> bool {
    operation.path.contains("/my-") || operation.method == "delete"
}

/// It is there and empty, or it is not there.
fn passes(answer: &Answer) -> bool {
    matches!(answer.status, 200 | 404)
}

#[tokio::test]
async fn a_mentee_without_a_running_plan_is_told_where_to_get_one() {
    flow(async |app| {
        let free = app.free_mentee("free").await.token;
        let mut refused = 0;
        for operation in of_the_group() {
            let answer = ask(app, &operation, &free).await;
            if is_about_one_s_own(&operation) {
                assert!(passes(&answer), "{}: {}", operation.id(), answer.body);
                continue;
            }
            assert_eq!(answer.headers["x-upgrade-url"], "/mentee/book", "{}", operation.id());
            let mut body = answer.refused(403, "TIER_UPGRADE_REQUIRED");
            body.as_object_mut().unwrap().remove("timestamp");
            let told = json!({
                "detail": "Upgrade required to access this feature", "code": "TIER_UPGRADE_REQUIRED", "required_tier": "Active",
                "current_tier": "Free", "upgrade_url": "/mentee/book",
            });
            assert_eq!(body, told, "{}", operation.id());
            refused += 1;
        }
        assert!(refused >= 13, "{refused}");
    })
    .await;
}

#[tokio::test]
async fn the_door_opens_with_the_plan_and_closes_with_its_end() {
    flow(async |app| {
        let mentee = app.paid_mentee("paying", "growth").await;
        let post = app.write(&mentee.token, "Hello", "general").await;
        app.local.clock.advance(SignedDuration::from_hours(24 * 93)).unwrap();
        let token = app.login(&mentee.email, PASSWORD).await.ok()["access_token"].as_str().unwrap().to_owned();
        app.get("/api/community/posts", &token).await.refused(403, "TIER_UPGRADE_REQUIRED");
        app.get(&post, &token).await.refused(403, "TIER_UPGRADE_REQUIRED");
        let own = app.get("/api/community/my-posts", &token).await.ok();
        assert_eq!(own.as_array().unwrap().len(), 1, "what he wrote is his");
        app.delete(&post, &token).await.ok();
    })
    .await;
}

#[tokio::test]
async fn mentors_pass_once_an_admin_has_let_them_in_and_admins_always() {
    flow(async |app| {
        let body = json!({ "name": "Self Made", "email": "self@example.com", "password": PASSWORD, "role": "mentor" });
        let pending = app.post_public("/api/auth/register", body).await.ok();
        let pending = app.login_later(pending["email"].as_str().unwrap_or("self@example.com"), PASSWORD).await.ok();
        let pending = pending["access_token"].as_str().unwrap();
        let (mentor, admin) = (app.mentor().await, app.admin().await);
        for operation in of_the_group() {
            for token in [&mentor, &admin] {
                let answer = ask(app, &operation, token).await;
                assert!(passes(&answer), "{}: {} {}", operation.id(), answer.status, answer.body);
            }
            let answer = ask(app, &operation, pending).await;
            if is_about_one_s_own(&operation) {
                assert!(passes(&answer), "{}: {}", operation.id(), answer.body);
            } else {
                answer.refused(403, "MENTOR_NOT_APPROVED");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_paused_member_reads_and_writes_nothing() {
    flow(async |app| {
        let mentee = app.paid_mentee("paused", "growth").await;
        let post = app.write(&mentee.token, "Hello", "general").await;
        let path = format!("/api/admin/mentees/{}/status", mentee.id);
        app.put(&path, &app.admin().await, json!({ "status": "paused" })).await.ok();
        for operation in of_the_group() {
            let answer = ask(app, &operation, &mentee.token).await;
            if operation.method == "get" {
                assert!(passes(&answer), "{}: {}", operation.id(), answer.body);
            } else {
                answer.refused(403, "ACCOUNT_PAUSED");
            }
        }
        app.get(&post, &mentee.token).await.ok();
    })
    .await;
}

#[tokio::test]
async fn writing_has_its_pace() {
    flow(async |app| {
        let (mentee, mentor) = (app.paid_mentee("hasty", "growth").await.token, app.mentor().await);
        let body = json!({ "content": "Again" });
        let mut post = String::new();
        for _ in 0..5 {
            post = app.write(&mentee, "Again", "general").await;
        }
        let refused = app.post("/api/community/posts", &mentee, body.clone()).await;
        assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() <= 60);
        refused.refused(429, "RATE_LIMITED");
        // In either spelling, and each for himself.
        app.post("/api/community/forum-posts", &mentee, body.clone()).await.refused(429, "RATE_LIMITED");
        app.post("/api/community/forum-posts", &mentor, body.clone()).await.ok();
        for _ in 0..10 {
            app.say(&mentee, &post, "And again").await;
        }
        let flat = json!({ "post_id": post.rsplit('/').next().unwrap(), "content": "And again" });
        app.post("/api/community/comments", &mentee, flat).await.refused(429, "RATE_LIMITED");
        app.local.clock.advance(SignedDuration::from_secs(60)).unwrap();
        app.post("/api/community/posts", &mentee, body).await.ok();
        app.say(&mentee, &post, "At last").await;
    })
    .await;
}
