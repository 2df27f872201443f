//! Which page asks for a cookie, and what a cookie's owner is never given.

use crate::{
    calls::{Answer, read},
    harness::{App, flow},
    input::unchanged,
    scenes::PASSWORD,
};
use serde_json::{Value, json};

const OURS: &str = "http://localhost:5173";

async fn ask_for_cookie(app: &App, email: &str, origin: Option<&str>) -> Answer {
    let mut request = app.http.post(format!("{}/api/auth/login?session=cookie", app.local.url));
    // As a form of another page would send it, without asking first.
    request = request.header("content-type", "text/plain").body(json!({ "email": email, "password": PASSWORD }).to_string());
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    read(request).await
}

#[tokio::test]
async fn a_foreign_page_signs_nobody_in_by_cookie() {
    flow(async |app| {
        let person = app.free_mentee("lured").await;
        app.drain().await;
        unchanged(app, async || {
            for origin in [None, Some("https://evil.example"), Some("null")] {
                let answer = ask_for_cookie(app, &person.email, origin).await;
                assert!(!answer.headers.contains_key("set-cookie"), "{origin:?}");
                answer.refused(403, "ORIGIN_NOT_ALLOWED");
            }
        })
        .await;
        assert!(ask_for_cookie(app, &person.email, Some(OURS)).await.headers.contains_key("set-cookie"));
        // A token is worth nothing to a page that cannot read the answer.
        app.login(&person.email, PASSWORD).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_cookie_s_owner_who_pays_is_given_no_token() {
    flow(async |app| {
        let person = app.free_mentee("cookiepayer").await;
        let answer = ask_for_cookie(app, &person.email, Some(OURS)).await;
        let cookie = answer.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let send = async |path: &str, body: Value| {
            let request = app.http.post(format!("{}{path}", app.local.url)).header("origin", OURS);
            let request = request.header("accept", "application/vnd.codementee.envelope+json");
            read(request.header("cookie", &cookie).json(&body)).await.ok()
        };
        let order = send("/api/payment/create-order", json!({ "plan_id": "growth" })).await;
        assert_eq!(order["user_tier"], "Free");
        let order = &order["data"];
        let payment = app.pay(order["razorpay_order_id"].as_str().unwrap());
        let word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        let verified = send("/api/payment/verify", word.clone()).await;
        assert_eq!(verified["user_tier"], "Active", "what he is now");
        let verified = &verified["data"];
        assert_eq!((&verified["user"]["status"], &verified["access_token"]), (&json!("Active"), &Value::Null));
        let by_token = app.call(reqwest::Method::POST, "/api/payment/verify", Some(&person.token), Some(word)).await.ok();
        assert!(by_token["access_token"].is_string());
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_is_still_on_its_way_is_looked_at_anew_under_the_same_key() {
    flow(async |app| {
        let person = app.free_mentee("early").await;
        let order = app.order(Some(&person.token), json!({ "plan_id": "growth" })).await;
        let payment = app.local.provider.authorize(&order).unwrap();
        let word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        let verify = async || {
            let request = app.http.post(format!("{}/api/payment/verify", app.local.url)).bearer_auth(&person.token);
            read(request.header("Idempotency-Key", "verify").json(&word)).await
        };
        verify().await.refused(409, "PAYMENT_PENDING");
        app.local.provider.capture(&payment.id).unwrap();
        let verified = verify().await;
        assert!(!verified.headers.contains_key("idempotency-replayed"));
        assert_eq!(verified.ok()["user"]["status"], "Active");
    })
    .await;
}
