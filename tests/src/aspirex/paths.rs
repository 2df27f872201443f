//! Paths of the documents and of admins, which the client has under another spelling or not at all.

use super::chat::API;
use crate::{
    budgets::cost,
    harness::{App, flow, flow_with},
    input::NOTHING,
};
use domain::account::Role;
use local::{Options, standins::razorpay::PayOptions};
use reqwest::Method;
use serde_json::{Value, json};

fn id(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn profiles_have_the_documents_paths_too() {
    flow(async |app| {
        let (student, mentor) = (app.student("paths.s").await, app.approved_mentor("paths.m").await);
        assert_eq!(
            app.ax_put("/student/profile/", &student.token, json!({ "college": "MIT" })).await.ok()["details"]["college"],
            "MIT"
        );
        let read = app.ax_get("/student/profile/", &student.token).await.ok();
        assert_eq!(read["details"]["college"], "MIT");
        app.ax_put("/mentor/profile/", &mentor.token, json!({ "company": "Acme" })).await.ok();
        app.ax_post("/mentor/detail/", &mentor.token, json!({ "designation": "Engineer" })).await.ok();
        let read = app.ax_get("/mentor/profile/", &mentor.token).await.ok();
        assert_eq!((&read["details"]["company"], &read["details"]["designation"]), (&json!("Acme"), &json!("Engineer")));
        app.drain().await;
        let told = app.ax_get("/mentor/messages/", &mentor.token).await.ok();
        assert_eq!(told[0]["subject"], "You are approved as a mentor");
        let notices = app.ax_get("/notifications/", &mentor.token).await.ok();
        app.ax_post(&format!("/notifications/{}/read/", id(&notices[0])), &mentor.token, json!({})).await.ok();
        assert_eq!(app.ax_get("/notifications/unread-count/", &mentor.token).await.ok()["unread_count"], 1);

        let nothing = json!({ "type": "cv" });
        app.ax_post(&format!("/uploads/{NOTHING}/"), &student.token, nothing).await.refused(404, "NOT_FOUND");
        let made_up = app.get_public("/aspirex/api/auth/google/callback?code=x&state=y").await;
        made_up.refused(400, "GOOGLE_SIGN_IN_FAILED");
        assert_eq!(app.get_public("/aspirex/api").await.ok()["status"], "healthy");
        assert_eq!(app.get_public("/aspirex/health").await.ok()["status"], "healthy");
        app.ax_say("/newsletter/confirm/", json!({ "token": "x" })).await.refused(400, "LINK_EXPIRED");
        app.ax_say("/newsletter/unsubscribe/", json!({ "token": "x" })).await.refused(400, "LINK_EXPIRED");
        for path in ["/aspirex/api/newsletter/confirm", "/aspirex/api/newsletter/unsubscribe"] {
            let page = app.http.get(format!("{}{path}?token=x", app.local.url)).send().await.unwrap();
            assert_eq!(
                (page.status().as_u16(), page.headers()["content-type"].to_str().unwrap()),
                (200, "text/html; charset=utf-8")
            );
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_pays_may_say_so_under_the_mentor_s_path_and_admins_end_sessions() {
    flow(async |app| {
        let (student, mentor) = (app.student("ends.s").await, app.paid_mentor("ends.m", 80).await);
        let admin = app.sessions_admin().await;
        let (session, order) = app.hold(&student, &mentor, 3, "10:00").await;
        let payment = app.local.provider.pay(&order, &PayOptions::default()).unwrap();
        let word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        app.tell("/mentor/verify-payment/", &student, word).await.ok();
        assert_eq!(app.meeting("/student/sessions/", &student, &session).await["is_paid"], true);

        app.tell(&format!("/admin/sessions/{session}/complete/"), &admin, json!({})).await.refused(409, "SESSION_NOT_STARTED");
        app.tell(&format!("/admin/sessions/{session}/cancel/"), &mentor, json!({}))
            .await
            .refused(403, "INSUFFICIENT_PERMISSIONS");
        let reason = json!({ "reason": "The mentor is ill" });
        app.tell(&format!("/admin/sessions/{session}/cancel/"), &admin, reason.clone()).await.ok();
        let again = app.tell(&format!("/admin/sessions/{session}/cancel/"), &admin, reason).await;
        assert_eq!(again.status, 409, "{}", again.body);
        app.run_later(1).await;
        assert_eq!(app.local.provider.refunds_of(&payment.id).len(), 1);

        // Nobody but Razorpay signs as Razorpay does.
        app.post_public("/aspirex/api/payment/webhook", json!({ "event": "payment.captured" }))
            .await
            .refused(400, "INVALID_SIGNATURE");
    })
    .await;
}

#[tokio::test]
async fn admins_are_made_and_unmade_by_admins() {
    flow(async |app| {
        let (student, admin) = (app.student("rising").await, app.aspirex_admin().await);
        app.ax_put(&format!("/admin/users/{}/admin/", student.number), &student.token, json!({ "admin": true }))
            .await
            .refused(403, "INSUFFICIENT_PERMISSIONS");
        app.ax_get("/admin/users/", &student.token).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        app.ax_put(&format!("/admin/users/{}/admin/", student.id), &admin, json!({ "admin": true })).await.ok();
        app.ax_get("/admin/users/", &student.token).await.ok();
        app.ax_put(&format!("/admin/users/{}/admin/", student.id), &admin, json!({ "admin": false })).await.ok();
        app.ax_get("/admin/users/", &student.token).await.refused(403, "INSUFFICIENT_PERMISSIONS");
    })
    .await;
}

#[tokio::test]
async fn moderators_see_what_is_hidden_and_authors_take_their_words_back() {
    flow(async |app| {
        let (student, other) = (app.talker("writes", Role::Mentee).await, app.talker("answers", Role::Mentee).await);
        let admin = app.talker("tidies", Role::Admin).await;
        let post = app.post("/aspirex/api/community/posts/", &student.token, json!({ "text": "Who helps?" })).await.body;
        let comment = json!({ "post_id": post["id"], "text": "I do" });
        let kept = app.post(&format!("{API}/community/comment/"), &other.token, comment.clone()).await.body;
        let taken = app.post(&format!("{API}/community/comment/"), &other.token, comment).await.body;
        let comments = async || app.get(&format!("{API}/community/posts/{}/comments/", id(&post)), &student.token).await.ok();
        assert_eq!(comments().await.as_array().unwrap().len(), 2);
        let away = format!("{API}/community/comments/{}/", id(&taken));
        app.delete(&away, &student.token).await.refused(403, "NOT_THE_AUTHOR");
        assert_eq!(app.delete(&away, &other.token).await.status, 204);

        let hide = json!({ "action": "hide", "reason": "Rude" });
        app.post(&format!("{API}/community/comments/{}/moderate/", id(&kept)), &other.token, hide.clone())
            .await
            .refused(403, "INSUFFICIENT_PERMISSIONS");
        app.post(&format!("{API}/community/comments/{}/moderate/", id(&kept)), &admin.token, hide.clone()).await.ok();
        assert_eq!(comments().await, json!([]));
        app.post(&format!("{API}/community/posts/{}/moderate/", id(&post)), &admin.token, hide).await.ok();
        assert_eq!(app.get(&format!("{API}/community/hidden-posts/"), &admin.token).await.ok()[0]["id"], post["id"]);
        let dossier = app.get(&format!("{API}/community/posts/{}/dossier/", id(&post)), &admin.token).await.ok();
        assert_eq!(dossier["post"]["id"], post["id"], "{dossier}");
        app.get(&format!("{API}/community/posts/{}/dossier/", id(&post)), &student.token)
            .await
            .refused(403, "INSUFFICIENT_PERMISSIONS");
    })
    .await;
}

#[tokio::test]
async fn an_event_is_changed_in_part() {
    flow(async |app| {
        let mentor = app.talker("invites", Role::Mentor).await;
        let event = json!({ "title": "Evening", "start_time": format!("{}T10:00:00Z", app.day(3)), "location": "Library" });
        let made = app.post("/aspirex/api/events/", &mentor.token, event).await.body;
        let path = format!("{API}/events/{}/", id(&made));
        app.call(Method::PATCH, &path, Some(&mentor.token), Some(json!({ "title": "Night" }))).await.ok();
        let read = app.get_public(&path).await.ok();
        assert_eq!((&read["title"], &read["location"]), (&json!("Night"), &json!("Library")));
    })
    .await;
}

/// Requests of each list that many people read.
async fn requests_of_lists(app: &App, reader: &str) -> Vec<(&'static str, usize)> {
    let mut found = Vec::new();
    for path in [
        "/api/mentor/public/",
        "/api/student/public/",
        "/api/community/posts/",
        "/api/community/my-posts/",
        "/api/events/?include_past=true",
        "/api/chat/conversations/",
        "/api/notifications/",
    ] {
        let (requests, list) = cost(app, path, app.get(&format!("/aspirex{path}"), reader)).await;
        assert!(list.ok().as_array().is_some_and(|list| !list.is_empty()), "{path}");
        found.push((path, requests));
    }
    found
}

/// Rows are read together, so three of everything cost no more requests than one.
#[tokio::test]
async fn no_list_reads_once_per_row() {
    let options = Options { metered: true, background: false, demo_data: false, ..Options::in_memory() };
    flow_with(options, async |app| {
        let student = app.student("reads").await;
        let mut costs = Vec::new();
        for round in 0..3 {
            let mentor = app.approved_mentor(&format!("row{round}")).await;
            app.student(&format!("other{round}")).await;
            app.local.clock.advance(jiff::SignedDuration::from_mins(1)).unwrap();
            assert_eq!(app.post("/aspirex/api/community/posts/", &student.token, json!({ "text": "A row" })).await.status, 201);
            let event = json!({ "title": "Row", "start_time": format!("{}T10:00:00Z", app.day(3)) });
            assert_eq!(app.post("/aspirex/api/events/", &mentor.token, event).await.status, 201);
            let pair = json!({ "student_id": student.number, "mentor_id": mentor.number });
            assert!(app.post(&format!("{API}/chat/conversations/"), &student.token, pair).await.status < 300);
            app.drain().await;
            costs.push(requests_of_lists(app, &student.token).await);
        }
        assert_eq!(costs[0], costs[2]);
    })
    .await;
}

#[tokio::test]
async fn a_client_on_another_host_may_call_and_no_other_page() {
    flow(async |app| {
        let asked = async |origin: &str| {
            let request = app.http.request(Method::OPTIONS, format!("{}/aspirex/api/student/profile/", app.local.url));
            let request = request.header("origin", origin).header("access-control-request-method", "PUT");
            let request = request.header("access-control-request-headers", "authorization,content-type");
            crate::calls::read(request).await.headers.get("access-control-allow-origin").cloned()
        };
        assert_eq!(asked("http://localhost:5173").await.unwrap(), "http://localhost:5173");
        assert_eq!(asked("https://evil.example").await, None);
    })
    .await;
}
