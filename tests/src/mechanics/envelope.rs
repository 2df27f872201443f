//! The documented envelope, for whom asks for it.

use crate::{
    calls::{Answer, read},
    harness::{App, flow},
};
use reqwest::Method;
use serde_json::{Value, json};

const ENVELOPE: &str = "application/vnd.codementee.envelope+json";

async fn ask(app: &App, method: Method, path: &str, token: Option<&str>, accept: &str, body: Option<Value>) -> Answer {
    let mut request = app.http.request(method, format!("{}{path}", app.local.url)).header("accept", accept);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    read(request).await
}

#[tokio::test]
async fn an_answer_is_wrapped_for_whom_accepts_it() {
    flow(async |app| {
        let free = app.free_mentee("free").await;
        let paid = app.paid_mentee("paid", "growth").await;
        let admin = app.admin().await;
        for (token, tier) in
            [(None, "Free"), (Some(&free.token), "Free"), (Some(&paid.token), "Active"), (Some(&admin), "Active")]
        {
            let path = if token.is_some() { "/api/auth/me" } else { "/api/companies" };
            let bare = ask(app, Method::GET, path, token.map(String::as_str), "application/json", None).await;
            let answer = ask(app, Method::GET, path, token.map(String::as_str), ENVELOPE, None).await;
            assert_eq!(answer.headers["content-type"], ENVELOPE);
            assert_eq!(answer.headers.get("x-next-cursor"), bare.headers.get("x-next-cursor"));
            assert_eq!(answer.body["data"], bare.body, "the same answer, wrapped");
            assert_eq!(answer.body["user_tier"], tier);
            assert_eq!(answer.body["message"], "Success");
            assert!(answer.body["timestamp"].as_str().unwrap().ends_with('Z'));
            assert_eq!(answer.body.as_object().unwrap().len(), 4);
        }
        let login = json!({ "email": free.email, "password": crate::scenes::PASSWORD });
        let answer =
            ask(app, Method::POST, "/api/auth/login", None, &format!("application/json, {ENVELOPE};q=0.9"), Some(login)).await;
        assert_eq!((&answer.body["message"], &answer.body["data"]["success"]), (&json!("Login successful"), &json!(true)));
        assert_eq!(answer.body["user_tier"], "Free");
        let login = json!({ "email": paid.email, "password": crate::scenes::PASSWORD });
        let answer = ask(app, Method::POST, "/api/auth/login", None, ENVELOPE, Some(login)).await;
        assert_eq!(answer.body["user_tier"], "Active", "of whom it signed in");
        // Whoever has just paid is told what he is now.
        let payment = app.pay(&app.order(Some(&free.token), json!({ "plan_id": "growth" })).await);
        let word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        let answer = ask(app, Method::POST, "/api/payment/verify", Some(&free.token), ENVELOPE, Some(word)).await;
        assert_eq!(answer.body["user_tier"], "Active");
    })
    .await;
}

#[tokio::test]
async fn errors_pages_and_other_clients_are_left_alone() {
    flow(async |app| {
        ask(app, Method::GET, "/api/auth/me", None, ENVELOPE, None).await.refused(401, "NOT_AUTHENTICATED");
        ask(app, Method::GET, "/api/nowhere", None, ENVELOPE, None).await.refused(404, "NOT_FOUND");
        let page = ask(app, Method::GET, "/api/auth/set-password", None, ENVELOPE, None).await;
        assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
        for accept in ["*/*", "application/json", "application/vnd.codementee.envelope+jsonx"] {
            assert!(ask(app, Method::GET, "/api/companies", None, accept, None).await.ok().is_array(), "{accept}");
        }
    })
    .await;
}
