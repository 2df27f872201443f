//! Mailed links to set a password.

use crate::{
    harness::App,
    input::{quiet_flow, unchanged},
    scenes::PASSWORD,
};
use futures::future::join_all;
use jiff::SignedDuration;
use serde_json::json;

/// The page behind a mailed link runs its own style and script and nothing else.
async fn check_set_password_page(app: &App, token: &str) {
    let answer = app.http.get(format!("{}/api/auth/set-password?token={token}", app.local.url)).send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((answer.status().as_u16(), header("content-type").as_str()), (200, "text/html; charset=utf-8"));
    // The address has the token in it.
    assert_eq!((header("referrer-policy"), header("cache-control")), ("no-referrer".to_owned(), "no-store".to_owned()));
    let policy = header("content-security-policy");
    let page = answer.text().await.unwrap();
    let directive = |name: &str| policy.split("; ").find_map(|one| one.strip_prefix(name)).unwrap_or_default().trim();
    assert_eq!((directive("default-src"), directive("connect-src")), ("'none'", "'self'"));
    assert_eq!(policy.matches("'sha256-").count(), 2, "{policy}");
    for name in ["style-src", "script-src"] {
        let hash = directive(name).strip_prefix("'sha256-").and_then(|rest| rest.strip_suffix('\'')).unwrap();
        assert_eq!(hash.len(), 44, "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!((page.matches("<style>").count(), page.matches("<script>").count()), (1, 1));
    assert!(![" style=", " onclick=", "src=", "http:", "https:"].iter().any(|foreign| page.contains(foreign)), "{page}");
}

#[tokio::test]
async fn a_mentor_made_by_the_admin_sets_his_password_by_mail() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let with = json!({ "name": "With Password", "email": "With@example.com", "password": PASSWORD });
        let with = app.post("/api/admin/mentors", &admin, with).await.ok();
        assert_eq!(
            json!([with["role"], with["verification_status"], with["email"]]),
            json!(["mentor", "APPROVED", "with@example.com"])
        );
        app.login("with@example.com", PASSWORD).await.ok();
        assert!(app.mailed_tokens("with@example.com").await.is_empty());
        assert_eq!(app.local.inbox.mails(Some("with@example.com"), Some("Welcome")).len(), 1);

        let body = json!({ "name": "Max Mentor", "email": "max@example.com", "password": null });
        let max = app.post("/api/admin/mentors", &admin, body.clone()).await.ok();
        assert_eq!(max["verification_status"], "APPROVED");
        app.post("/api/admin/mentors", &admin, body).await.refused(400, "EMAIL_TAKEN");
        let [token] = &app.mailed_tokens("max@example.com").await[..] else { panic!("one mail has a link") };
        check_set_password_page(app, token).await;
        let (account, secret) = token.split_once('.').unwrap();
        let foreign = format!("sp_{}.{secret}", with["id"].as_str().unwrap());
        unchanged(app, async || {
            for bad in ["", "sp_", account, &format!("{account}."), &format!("{account}.{}", "A".repeat(43)), &foreign] {
                app.set_password(bad, PASSWORD).await.refused(400, "LINK_EXPIRED");
            }
            let refused = app.set_password(token, "1234567").await.refused(422, "VALIDATION_FAILED");
            assert_eq!(refused["detail"], "Password must be at least 8 characters");
        })
        .await;
        app.set_password(token, PASSWORD).await.ok();
        app.set_password(token, "another-password").await.refused(400, "LINK_EXPIRED");
        let mentor = app.login("max@example.com", PASSWORD).await.ok();
        app.get("/api/mentor/mocks", mentor["access_token"].as_str().unwrap()).await.ok();

        let late = json!({ "name": "Late Mentor", "email": "late@example.com" });
        app.post("/api/admin/mentors", &admin, late).await.ok();
        let token = app.mailed_tokens("late@example.com").await.remove(0);
        app.local.clock.advance(SignedDuration::from_hours(73)).unwrap();
        app.set_password(&token, PASSWORD).await.refused(400, "LINK_EXPIRED");
    })
    .await;
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_and_ends_older_sessions() {
    quiet_flow(async |app| {
        let known = app.free_mentee("forgetful").await;
        let other_device = app.login(&known.email, PASSWORD).await.ok();
        let stranger = app.free_mentee("bystander").await;
        app.drain().await;
        let mails = app.local.inbox.mails(None, None).len();
        let forgot = async |email: &str| app.post_public("/api/auth/forgot-password", json!({ "email": email })).await;
        let (told, untold) = (forgot(" FORGETFUL@example.com").await.ok(), forgot("nobody@example.com").await.ok());
        assert_eq!(told, untold);
        let [token] = &app.mailed_tokens(&known.email).await[..] else { panic!("one mail has a link") };
        assert_eq!(app.local.inbox.mails(None, None).len(), mails + 1, "only what is known is mailed");
        assert!(app.items("EMAIL#nobody@example.com").await.is_empty());

        app.get("/api/auth/me", &known.token).await.ok();
        app.set_password(token, "a-new-password").await.ok();
        for old in [&known.token, other_device["access_token"].as_str().unwrap()] {
            app.get("/api/auth/me", old).await.refused(401, "INVALID_TOKEN");
        }
        app.login(&known.email, PASSWORD).await.refused(401, "INVALID_CREDENTIALS");
        app.login(&known.email, "a-new-password").await.ok();
        app.set_password(token, PASSWORD).await.refused(400, "LINK_EXPIRED");
        app.get("/api/auth/me", &stranger.token).await.ok();
        app.login(&stranger.email, PASSWORD).await.ok();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_link_is_used_once_however_many_try() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let body = json!({ "name": "Max Mentor", "email": "max@example.com" });
        app.post("/api/admin/mentors", &admin, body).await.ok();
        let token = &app.mailed_tokens("max@example.com").await.remove(0);
        let passwords: Vec<_> = (0..16).map(|n| format!("password-{n}")).collect();
        let answers = join_all(passwords.iter().map(|password| app.set_password(token, password))).await;
        let mut winners = Vec::new();
        for (password, answer) in passwords.iter().zip(answers) {
            if answer.status == 200 {
                winners.push(password);
            } else {
                answer.refused(400, "LINK_EXPIRED");
            }
        }
        let [winner] = winners[..] else { panic!("{winners:?} all won") };
        for password in &passwords {
            let signed_in = app.login_later("max@example.com", password).await;
            assert_eq!(signed_in.status, if password == winner { 200 } else { 401 }, "{password}");
        }
    })
    .await;
}
