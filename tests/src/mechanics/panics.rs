//! A handler that panics: an error like any other for the client, and nothing of its cause.
#![expect(clippy::panic, reason = "what comes of a panic is what is looked at")]

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
    routing::get,
};
use domain::Product;
use serde_json::{Value, json};
use std::{collections::BTreeSet, panic::panic_any};
use tower::ServiceExt;
use web::{ErrorStyle, Served};

const CAUSE: &str = "the password of the table is hunter2";

/// A face whose handlers panic with each kind of cause that there is, and one that does not.
fn panicking() -> Served {
    let router = Router::new()
        .route("/text", get(async || -> &'static str { panic_any(CAUSE) }))
        .route("/string", get(async || -> &'static str { panic_any(CAUSE.to_owned()) }))
        .route("/value", get(async || -> &'static str { panic_any(vec![CAUSE]) }))
        .route("/fine", get(async || "fine"));
    web::serve(router, app::SystemClock::shared(), ErrorStyle::of(Product::Codementee))
}

#[tokio::test]
async fn a_panic_is_answered_like_any_error_and_tells_nothing() {
    let served = panicking();
    let ask = async |path: &str| {
        let request = Request::get(path).header("x-request-id", "asked-before-it-panicked").body(Body::empty()).unwrap();
        served.clone().oneshot(request).await.unwrap()
    };
    for path in ["/text", "/string", "/value"] {
        let answer = ask(path).await;
        assert_eq!(answer.status(), 500, "{path}");
        assert_eq!(answer.headers()["x-request-id"], "asked-before-it-panicked", "{path}");
        assert_eq!(answer.headers()["content-type"], "application/json", "{path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
        let (parts, body) = answer.into_parts();
        let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        assert!(!format!("{parts:?} {body}").contains("hunter2"), "{path}: {parts:?} {body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        let fields: BTreeSet<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, BTreeSet::from(["code", "detail", "timestamp"]), "{path}");
        assert_eq!(body["code"], json!("INTERNAL"), "{path}");
        assert!(body["timestamp"].as_str().is_some_and(|at| at.ends_with('Z')), "{path}: {body}");
    }
    assert_eq!(ask("/fine").await.status(), 200, "a panic ends its own request and no other");
}

#[tokio::test]
async fn a_panic_is_answered_under_an_id_of_ours_when_the_caller_gave_none() {
    let answer = panicking().oneshot(Request::get("/text").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 500);
    assert_eq!(answer.headers()["x-request-id"].len(), 36);
}
