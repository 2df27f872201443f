//! Sessions in a cookie: who may use them from where, how long they live.

use crate::{
    calls::{Answer, read},
    harness::{App, flow},
    scenes::{PASSWORD, Person},
};
use futures::future::{join, join_all};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

const OURS: &str = "http://localhost:5173";
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Signs in for a cookie; returns its `name=value`.
async fn cookie(app: &App, person: &Person) -> String {
    let request = app.http.post(format!("{}/api/auth/login?session=cookie", app.local.url)).header("origin", OURS);
    let answer = read(request.json(&json!({ "email": person.email, "password": PASSWORD }))).await;
    let set = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    let (pair, attributes) = set.split_once("; ").unwrap();
    assert_eq!(attributes, format!("Max-Age={}; Path=/; HttpOnly; Secure; SameSite=Lax", 30 * 24 * 3600));
    let body = answer.ok();
    assert_eq!((&body["access_token"], &body["token_type"]), (&Value::Null, &json!("cookie")));
    assert!(!body.to_string().contains(pair.split_once('=').unwrap().1));
    pair.to_owned()
}

async fn with_cookie(app: &App, method: Method, path: &str, cookie: &str, origin: Option<&str>, body: Option<Value>) -> Answer {
    let mut request = app.http.request(method, format!("{}{path}", app.local.url)).header("cookie", cookie);
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    read(request).await
}

async fn me(app: &App, cookie: &str) -> Answer {
    with_cookie(app, Method::GET, "/api/auth/me", cookie, None, None).await
}

#[tokio::test]
async fn a_cookie_alone_signs_in_until_logout() {
    flow(async |app| {
        let person = app.free_mentee("cookie").await;
        let cookie = cookie(app, &person).await;
        assert_eq!(me(app, &format!("theme=dark; {cookie}")).await.ok()["id"], person.id.as_str());
        // Only the secret's hash is kept, half of it as the session's id.
        let secret = cookie.rsplit_once('.').unwrap().1;
        assert!(!format!("{:?}", app.items("ACCOUNT#").await).contains(secret));

        let answer = with_cookie(app, Method::POST, "/api/auth/logout", &cookie, Some(OURS), None).await;
        assert!(answer.headers["set-cookie"].to_str().unwrap().starts_with("session_token=; Max-Age=0; "));
        answer.ok();
        me(app, &cookie).await.refused(401, "INVALID_TOKEN");
        // The token that the registration gave is another session.
        app.get("/api/auth/me", &person.token).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_cookie_alone_changes_nothing_from_foreign_pages() {
    flow(async |app| {
        let person = app.paid_mentee("forged", "growth").await;
        let slot = app.add_slot(&app.admin().await, 20, 600, 60).await;
        let body = json!({ "company_id": app.company().await, "slot_ids": [slot] });
        let cookie = cookie(app, &person).await;
        let path = "/api/mentee/booking-request";
        for origin in [None, Some("https://evil.example"), Some("null"), Some("http://localhost.evil.example"), Some("")] {
            let answer = with_cookie(app, Method::POST, path, &cookie, origin, Some(body.clone())).await;
            answer.refused(403, "ORIGIN_NOT_ALLOWED");
            with_cookie(app, Method::POST, "/api/auth/logout", &cookie, origin, None).await.refused(403, "ORIGIN_NOT_ALLOWED");
            // Reading is harmless, since a foreign page cannot see the answer.
            me(app, &cookie).await.ok();
        }
        with_cookie(app, Method::POST, path, &cookie, Some(OURS), Some(body.clone())).await.ok();
        // Who sends a header is no forged form: then the origin does not matter.
        let request = app.http.post(format!("{}{path}", app.local.url)).header("cookie", &cookie);
        read(request.header("origin", "https://evil.example").bearer_auth(&person.token).json(&body)).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_header_decides_alone() {
    flow(async |app| {
        let person = app.free_mentee("header").await;
        let cookie = cookie(app, &person).await;
        for authorization in ["Bearer nonsense", "Basic eDp5", "Bearer", ""] {
            let request = app.http.get(format!("{}/api/auth/me", app.local.url)).header("cookie", &cookie);
            read(request.header("authorization", authorization)).await.refused(401, "INVALID_TOKEN");
        }
        // The token of the cookie works in a header too, in both schemes.
        let token = cookie.split_once('=').unwrap().1;
        for scheme in ["Bearer", "Token", "token"] {
            let request = app.http.get(format!("{}/api/auth/me", app.local.url));
            read(request.header("authorization", format!("{scheme} {token}"))).await.ok();
        }
        let (account, secret) = token.split_once('.').unwrap();
        for forged in [format!("{account}.{}", "A".repeat(43)), account.to_owned(), format!("sp{}.{secret}", &account[2..])] {
            me(app, &format!("session_token={forged}")).await.refused(401, "INVALID_TOKEN");
        }
    })
    .await;
}

#[tokio::test]
async fn a_session_lives_while_it_is_used_and_thirty_days_at_the_most() {
    flow(async |app| {
        let (used, idle) = (app.free_mentee("used").await, app.free_mentee("idle").await);
        let (used, idle) = (cookie(app, &used).await, cookie(app, &idle).await);
        for _ in 0..4 {
            app.local.clock.advance(DAY * 6).unwrap();
            me(app, &used).await.ok();
        }
        me(app, &idle).await.refused(401, "TOKEN_EXPIRED");
        app.local.clock.advance(DAY * 5).unwrap();
        me(app, &used).await.ok();
        app.local.clock.advance(DAY).unwrap();
        me(app, &used).await.refused(401, "TOKEN_EXPIRED");
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_used_is_written_once_a_day() {
    let options = local::Options { metered: true, background: false, ..local::Options::in_memory() };
    crate::harness::flow_with(options, async |app| {
        let person = app.free_mentee("daily").await;
        let cookie = cookie(app, &person).await;
        let writes = async || {
            app.meter().take();
            me(app, &cookie).await.ok();
            app.meter().take().iter().map(|request| request.operation.clone()).collect::<Vec<_>>()
        };
        assert_eq!(writes().await, ["BatchGetItem"]);
        app.local.clock.advance(DAY).unwrap();
        assert_eq!(writes().await, ["BatchGetItem", "PutItem"]);
        assert_eq!(writes().await, ["BatchGetItem"]);
    })
    .await;
}

#[tokio::test]
async fn an_outlived_cookie_makes_a_visitor_where_visitors_are_served() {
    flow(async |app| {
        let person = app.free_mentee("stale").await;
        let cookie = cookie(app, &person).await;
        app.local.clock.advance(DAY * 8).unwrap();
        let order = json!({ "plan_id": "growth", "name": "New Person", "email": "fresh@example.com" });
        let path = "/api/payment/create-order";
        with_cookie(app, Method::POST, path, &cookie, Some(OURS), Some(order.clone())).await.ok();
        // Still not from a foreign page, and not with an outlived header.
        with_cookie(app, Method::POST, path, &cookie, None, Some(order.clone())).await.refused(403, "ORIGIN_NOT_ALLOWED");
        app.post(path, &person.token, order).await.refused(401, "TOKEN_EXPIRED");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_renewed_while_it_is_ended_is_over() {
    let options = local::Options { background: false, ..local::Options::in_memory() };
    crate::harness::flow_with(options, async |app| {
        let mut cookies = Vec::new();
        for n in 0..24 {
            cookies.push(cookie(app, &app.free_mentee(&format!("racer{n}")).await).await);
        }
        // Every use from now on renews.
        app.local.clock.advance(DAY).unwrap();
        join_all(cookies.iter().map(async |cookie| {
            let uses = join_all((0..8).map(|_| me(app, cookie)));
            let logout = with_cookie(app, Method::POST, "/api/auth/logout", cookie, Some(OURS), None);
            let (used, ended) = join(uses, logout).await;
            ended.ok();
            for answer in used.into_iter().filter(|answer| answer.status != 200) {
                answer.refused(401, "INVALID_TOKEN");
            }
        }))
        .await;
        for cookie in &cookies {
            me(app, cookie).await.refused(401, "INVALID_TOKEN");
        }
        let sliding = app.items("ACCOUNT#").await.into_iter().filter(|item| item.contains_key("renewed_at"));
        assert_eq!(sliding.count(), 0, "sessions that came back");
    })
    .await;
}
