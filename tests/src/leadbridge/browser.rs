//! As a browser asks from a page on another site: preflight, credentials, the wrong page.

use super::{PAGE, cookie_of};
use crate::{
    calls::read,
    harness::{App, flow},
    scenes::PASSWORD,
};
use reqwest::{Method, header::HeaderMap};
use serde_json::json;

async fn preflight(app: &App, origin: &str, method: &str, path: &str) -> HeaderMap {
    let request = app.http.request(Method::OPTIONS, format!("{}/leadbridge/api{path}", app.local.url));
    let request = request.header("origin", origin).header("access-control-request-method", method);
    read(request.header("access-control-request-headers", "content-type")).await.headers
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_page_of_ours_signs_in_works_and_signs_out_by_cookie() {
    flow(async |app| {
        let allowed = preflight(app, PAGE, "POST", "/auth/register").await;
        assert_eq!(text(&allowed, "access-control-allow-origin"), Some(PAGE));
        assert_eq!(text(&allowed, "access-control-allow-credentials"), Some("true"));
        assert!(text(&allowed, "access-control-allow-headers").unwrap().contains("content-type"));

        let body = json!({ "name": "Bea Browser", "email": "bea@example.com", "password": PASSWORD, "role": "USER" });
        let path = |path: &str| format!("/leadbridge/api{path}");
        let answer = app.as_page(Method::POST, &path("/auth/register"), None, Some(body)).await;
        let set = text(&answer.headers, "set-cookie").unwrap().to_owned();
        assert!(set.ends_with("; Path=/; HttpOnly; Secure; SameSite=None") && set.starts_with("session_token=st_"), "{set}");
        assert_eq!(text(&answer.headers, "access-control-allow-origin"), Some(PAGE));
        let cookie = cookie_of(&answer).unwrap();
        assert!(!answer.ok().to_string().contains("st_"), "no script learns the token");

        let me = app.as_page(Method::GET, &path("/auth/me"), Some(&cookie), None).await.ok();
        assert_eq!((&me["role"], &me["name"]), (&json!("USER"), &json!("Bea Browser")));
        let event = app.demo_event().await;
        let booking = json!({ "name": "Bea Browser", "email": "bea@example.com", "phone": "+911234567890", "message": "" });
        let book = path(&format!("/events/{event}/book"));
        for evil in ["https://evil.example", "null", "http://localhost.evil.example"] {
            let refused = preflight(app, evil, "POST", &format!("/events/{event}/book")).await;
            assert_eq!(text(&refused, "access-control-allow-origin"), None, "{evil}");
            let request = app.http.post(format!("{}{book}", app.local.url)).header("origin", evil).header("cookie", &cookie);
            read(request.json(&booking)).await.refused(403, "ORIGIN_NOT_ALLOWED");
            // Nor may it sign its visitors in.
            let login = app.http.post(format!("{}{}", app.local.url, path("/auth/login"))).header("origin", evil);
            let answer = read(login.json(&json!({ "email": "bea@example.com", "password": PASSWORD }))).await;
            assert_eq!(text(&answer.headers, "set-cookie"), None);
            answer.refused(403, "ORIGIN_NOT_ALLOWED");
        }
        let silent = app.http.post(format!("{}{book}", app.local.url)).header("cookie", &cookie);
        read(silent.json(&booking)).await.refused(403, "ORIGIN_NOT_ALLOWED");
        app.as_page(Method::POST, &book, Some(&cookie), Some(booking)).await.ok();

        let out = app.as_page(Method::POST, &path("/auth/logout"), Some(&cookie), Some(json!({}))).await;
        assert!(text(&out.headers, "set-cookie").unwrap().starts_with("session_token=; Max-Age=0"));
        assert_eq!(out.ok()["message"], "Logged out");
        app.as_page(Method::GET, &path("/auth/me"), Some(&cookie), None).await.refused(401, "INVALID_TOKEN");
    })
    .await;
}

#[tokio::test]
async fn a_session_is_of_one_product_and_nobody_makes_himself_an_admin() {
    flow(async |app| {
        let body = json!({ "name": "Ada Admin", "email": "ada@example.com", "password": PASSWORD, "role": "admin" });
        app.post_public("/leadbridge/api/auth/register", body).await.refused(403, "ADMIN_REGISTRATION_CLOSED");
        let user = app.bridge_user("bridged").await;
        app.get("/api/auth/me", &user.token).await.refused(401, "INVALID_TOKEN");
        let mentee = app.free_mentee("elsewhere").await;
        app.bridge_get("/auth/me", &mentee.token).await.refused(401, "INVALID_TOKEN");
        // The right password joins with the account that is there, a wrong one does not.
        let join = |password: &str| json!({ "name": "Else", "email": mentee.email, "password": password });
        app.post_public("/leadbridge/api/auth/register", join("wrong-horse")).await.refused(400, "EMAIL_TAKEN");
        let joined = app.post_public("/leadbridge/api/auth/register", join(PASSWORD)).await.ok();
        assert_eq!(joined["user_id"], format!("user_{}", mentee.id).as_str());
    })
    .await;
}
