//! AspireX's people: everything that the accounts' function does, and the workers behind it.

use super::rights::Stack;
use crate::{
    aspirex::people::{
        Aspirant,
        google::{come_back, go_to_google},
    },
    calls::{form_request, read},
    harness::App,
    scenes::PASSWORD,
};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR a picture";
const PDF: &[u8] = b"%PDF-1.7 a curriculum";

/// Asks everything of the group.
pub async fn people(stack: &Stack) {
    let app = &stack.app;
    Box::pin(coming_in(app)).await;
    Box::pin(with_google(app)).await;
    let (student, mentor) = (app.student("walked.stu").await, app.approved_mentor("walked.mia").await);
    let admin = app.aspirex_admin().await;
    stack.work().await;
    Box::pin(profiles(app, &student, &mentor)).await;
    Box::pin(files(app, &student, &mentor)).await;
    Box::pin(notes_and_notices(app, &student, &mentor)).await;
    admins(app, &student, &admin).await;
    site(app, &admin).await;
    Box::pin(newsletter(stack, &admin)).await;
    Box::pin(leaving(stack, &student, &mentor)).await;
}

/// Each way to register and to sign in by a password.
async fn coming_in(app: &App) {
    let body = |email: &str| json!({ "name": "Wanda Walked", "email": email, "password": PASSWORD, "accepted_terms": true });
    for (path, email) in [("student/register", "walked.one@example.com"), ("mentor/register", "walked.two@example.com")] {
        later(app, 6);
        let made = app.ax_say(&format!("/auth/{path}"), body(email)).await;
        assert_eq!(made.status, 201, "{}", made.body);
    }
    later(app, 6);
    let made = app.ax_say("/auth/unified-register", body("walked.three@example.com")).await;
    assert_eq!(made.status, 201, "{}", made.body);
    for path in ["login", "unified-login"] {
        later(app, 6);
        let said = json!({ "user_id": made.body["student_id"], "password": PASSWORD });
        let token = app.ax_say(&format!("/auth/{path}"), said).await.ok()["token"].clone();
        app.ax_post("/auth/logout", token.as_str().unwrap(), json!({})).await.ok();
    }
}

/// Google both ways; the first has nobody yet, the second somebody.
async fn with_google(app: &App) {
    let google = &app.local.services.google;
    for email in ["walked.gail@example.com", "walked.one@example.com"] {
        let (address, cookie) = go_to_google(app, email).await;
        let here = format!("{}/aspirex{}", app.local.url, address.split_once("/aspirex").unwrap().1);
        come_back(app, &here, Some(&cookie)).await.ok();
        later(app, 6);
        let token = google.id_token(&google.claims(&format!("posted.{email}")));
        app.ax_say("/auth/google/verify", json!({ "id_token": token, "user_type": "mentor" })).await.ok();
        later(app, 6);
    }
}

async fn profiles(app: &App, student: &Aspirant, mentor: &Aspirant) {
    for (who, role) in [(student, "student"), (mentor, "mentor")] {
        app.ax_get(&format!("/{role}/profile"), &who.token).await.ok();
        let change = json!({ "name": format!("Walked {role}"), "details": { "skills": ["Rust", "SQL"], "about": "I walk." } });
        app.ax_put(&format!("/{role}/profile"), &who.token, change).await.ok();
        app.ax_put(&format!("/{role}/profile/update"), &who.token, json!({ "details": { "skills": ["Rust"] } })).await.ok();
        app.ax_post(&format!("/{role}/detail"), &who.token, json!({ "college": "IIT" })).await.ok();
    }
    for gone in [false, true] {
        app.ax_post("/mentor/online-status", &mentor.token, json!({ "set_offline": gone })).await.ok();
    }
    for path in ["/mentor/public", "/mentor/public?search=walked", "/mentor/public?expertise=rust"] {
        app.ax_public(path).await.ok();
    }
    app.ax_public(&format!("/mentor/public/{}", mentor.number)).await.ok();
    for path in [
        "/student/mentors",
        &format!("/student/mentors/{}", mentor.number),
        "/student/public",
        &format!("/student/public/{}", student.number),
    ] {
        app.ax_get(path, &student.token).await.ok();
    }
}

/// Files with the request and straight to the store, each seen once; the scheduler removes what is replaced.
async fn files(app: &App, student: &Aspirant, mentor: &Aspirant) {
    let see = async |link: &Value| {
        let link = link.as_str().unwrap();
        assert_eq!(app.http.get(link).send().await.unwrap().status(), 200, "{link}");
    };
    for (who, path) in [(student, "student/profile/file"), (mentor, "mentor/profile/cv")] {
        let path = format!("/aspirex/api/{path}");
        for (field, content) in [("profile_photo", PNG), ("cv", PDF), ("cv", b"%PDF-1.7 another".as_slice())] {
            let form = [(field, Some("file"), content)];
            let answer = read(form_request(app, Method::PUT, &path, Some(&who.token), &form)).await.ok();
            see(&answer[format!("{field}_url")]).await;
        }
        assert_eq!(app.call(Method::DELETE, &format!("{path}?type=cv"), Some(&who.token), None).await.status, 204);
    }
    let form: [crate::calls::Part<'_>; 2] = [("type", None, b"cv"), ("file", Some("cv.pdf"), PDF)];
    app.upload("/aspirex/api/uploads", &student.token, &form).await.ok();
    let content = [PDF, &vec![b' '; 5_000_000]].concat();
    let begun = app.ax_post("/uploads", &mentor.token, json!({ "size": content.len() })).await.ok();
    let mut put = app.http.put(begun["url"].as_str().unwrap()).body(content);
    for (name, value) in begun["headers"].as_object().unwrap() {
        put = put.header(name, value.as_str().unwrap());
    }
    assert_eq!(put.send().await.unwrap().status(), 200);
    let path = format!("/uploads/{}", begun["id"].as_str().unwrap());
    let kept = app.ax_post(&path, &mentor.token, json!({ "type": "cv" })).await.ok();
    see(&kept["cv_url"]).await;
}

async fn notes_and_notices(app: &App, student: &Aspirant, mentor: &Aspirant) {
    for (who, role) in [(student, "student"), (mentor, "mentor")] {
        let path = format!("/{role}/notes");
        let note = json!({ "title": "Walk", "content": "Everywhere" });
        app.ax_post(&path, &who.token, note.clone()).await;
        let made = app.ax_post(&path, &who.token, note).await;
        assert_eq!(made.status, 201, "{}", made.body);
        app.ax_get(&path, &who.token).await.ok();
        assert_eq!(app.ax_delete(&format!("{path}/{}", made.body["id"].as_str().unwrap()), &who.token).await.status, 204);
        app.ax_get(&format!("/{role}/messages"), &who.token).await.ok();
    }
    let notices = app.ax_get("/notifications", &mentor.token).await.ok();
    app.ax_get("/notifications/unread-count", &mentor.token).await.ok();
    let path = format!("/notifications/{}/read", notices[0]["id"].as_str().unwrap());
    app.ax_post(&path, &mentor.token, json!({})).await.ok();
    app.ax_post("/notifications/read-all", &mentor.token, json!({})).await.ok();
}

async fn admins(app: &App, student: &Aspirant, admin: &str) {
    for query in ["", "?type=student"] {
        app.ax_get(&format!("/admin/users{query}"), admin).await.ok();
    }
    for admin_too in [true, false] {
        let path = format!("/admin/users/{}/admin", student.id);
        app.ax_put(&path, admin, json!({ "admin": admin_too })).await.ok();
    }
    for active in [false, true] {
        let path = format!("/admin/users/{}", student.id);
        app.ax_patch(&path, admin, json!({ "is_active": active })).await.ok();
    }
}

async fn site(app: &App, admin: &str) {
    app.ax_put("/site-status", admin, json!({ "maintenance_mode": false, "message": "Open" })).await.ok();
    app.ax_public("/site-status").await.ok();
    app.ax_public("/platform-stats").await.ok();
}

/// It is confirmed by the first mail and ended by the second.
async fn newsletter(stack: &Stack, admin: &str) {
    let app = &stack.app;
    later(app, 360);
    app.ax_say("/newsletter", json!({ "email": "walked.reader@example.com" })).await.ok();
    for page in ["confirm", "unsubscribe"] {
        stack.work().await;
        assert_eq!(app.http.get(format!("{}/aspirex/api/newsletter/{page}", app.local.url)).send().await.unwrap().status(), 200);
        let token = app.newsletter_token("walked.reader@example.com", page).unwrap();
        later(app, 1);
        app.ax_say(&format!("/newsletter/{page}"), json!({ "token": token })).await.ok();
        app.ax_get("/admin/newsletter", admin).await.ok();
    }
}

/// Each takes his data along and leaves; the scheduler removes what is left, files and notes too.
async fn leaving(stack: &Stack, student: &Aspirant, mentor: &Aspirant) {
    let app = &stack.app;
    let two = json!({ "student_id": student.number, "mentor_id": mentor.number });
    let talk = app.ax_post("/chat/conversations", &student.token, two).await.body;
    let say = format!("/chat/conversations/{}/send", talk["id"].as_str().unwrap());
    assert_eq!(app.ax_post(&say, &student.token, json!({ "content": "I leave" })).await.status, 201);
    let asked = json!({ "subject": "Walked", "message": "How do I leave?" });
    assert_eq!(app.ax_post("/chat/customer-service", &student.token, asked).await.status, 201);
    for who in [student, mentor] {
        later(app, 60);
        let login = app.ax_say("/auth/login", json!({ "email": who.email, "password": PASSWORD })).await.ok();
        let token = login["token"].as_str().unwrap();
        app.ax_get("/auth/export", token).await.ok();
        app.aspirex(Method::DELETE, "/auth/me", Some(token), Some(json!({ "password": PASSWORD }))).await.ok();
    }
    for _ in 0..3 {
        later(app, 3600);
        stack.scheduler.run().await.unwrap();
        stack.work().await;
    }
    for who in [student, mentor] {
        assert!(app.items(&format!("aspirex#NOTES#{}", who.id)).await.is_empty());
        let left = app.local.services.files.keys().into_iter().filter(|key| key.contains(&who.id)).collect::<Vec<_>>();
        assert!(left.is_empty(), "{left:?}");
    }
}

fn later(app: &App, seconds: i64) {
    app.local.clock.advance(SignedDuration::from_secs(seconds)).unwrap();
}
