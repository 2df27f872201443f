//! Bodies as a whole: what is no JSON object, what is too large, and every field of every body.

use super::{Tokens, ask, forms::forms, quiet_flow, unchanged};
use crate::harness::App;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
};

/// The largest body.
const LIMIT: usize = 256 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn every_field_is_checked_and_only_what_is_optional_may_be_missing() {
    quiet_flow(async |app| {
        let tokens = &Tokens::new(app).await;
        let forms = forms(app, tokens).await;
        unchanged(app, async || {
            for form in &forms {
                let answers = form.wrong().into_iter().map(|(field, body)| async move {
                    (field, form.send(app, tokens, body.to_string()).await.refused(422, "VALIDATION_FAILED"), body)
                });
                for (field, refusal, sent) in join_all(answers).await {
                    let errors = refusal["errors"].as_object().unwrap();
                    assert_eq!(errors.values().next().unwrap()[0], refusal["detail"], "{}: {sent}", form.path);
                    let named = errors.keys().all(|name| name.split(['[', '.']).next() == Some(field));
                    assert!(errors.len() == 1 && named, "{} {sent}: {refusal}", form.path);
                }
            }
        })
        .await;
        let odd = app.post_public("/api/auth/login", json!({ "email": { "$ne": null }, "password": "x" })).await;
        assert!(odd.refused(422, "VALIDATION_FAILED")["errors"]["email"].is_array());

        for form in forms {
            let needed = |field: &str| form.required.contains(&field);
            let kept = |field: &str| needed(field) || form.not_null.contains(&field);
            let fields = form.body.as_object().unwrap().iter();
            let nulls: Value =
                fields.map(|(name, value)| (name.clone(), if kept(name) { value.clone() } else { Value::Null })).collect();
            for body in [form.only(needed), nulls] {
                let answer = form.send(app, tokens, body.to_string()).await;
                assert_ne!(answer.status, 422, "{} {body}: {}", form.path, answer.body);
            }
        }
    })
    .await;
}

/// Sends a request byte by byte as written, and reads the answer as text.
async fn raw(app: &App, request: Vec<u8>) -> (u16, String) {
    let address = app.local.url.trim_start_matches("http://").to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        // The server may have answered and gone before it was sent everything.
        let _ = stream.write_all(&request);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    });
    let answer = answer.await.unwrap();
    (answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default(), answer)
}

#[tokio::test]
async fn a_body_has_at_most_256_kilobytes() {
    quiet_flow(async |app| {
        let tokens = Tokens::new(app).await;
        let login = json!({ "email": "nobody@example.com", "password": "wrong" }).to_string();
        let padded = |size: usize| format!("{login}{}", " ".repeat(size - login.len()));
        unchanged(app, async || {
            ask(app, Method::POST, "/api/auth/login", None, padded(LIMIT)).await.refused(401, "INVALID_CREDENTIALS");
            let mut paths: BTreeSet<_> =
                forms(app, &tokens).await.into_iter().map(|form| (form.method.to_string(), form.path)).collect();
            paths.insert(("POST".to_owned(), "/api/payment/webhook".to_owned()));
            for (method, path) in paths {
                // Told beforehand, it is not even waited for.
                let head = format!("{method} {path} HTTP/1.1\r\nHost: local\r\nConnection: close\r\n");
                let (status, answer) = raw(app, format!("{head}Content-Length: {}\r\n\r\n", LIMIT + 1).into_bytes()).await;
                assert_eq!(status, 413, "{path}: {answer}");
                assert!(answer.contains("\"code\":\"BODY_TOO_LARGE\"") && answer.contains("\"detail\":\""), "{path}: {answer}");
                assert!(answer.to_lowercase().contains("\r\nx-request-id: "), "{path}: {answer}");
            }
            let head = "POST /api/auth/login HTTP/1.1\r\nHost: local\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
            let chunked = |size: usize| format!("{head}{size:x}\r\n{}\r\n0\r\n\r\n", padded(size)).into_bytes();
            assert_eq!(raw(app, chunked(LIMIT)).await.0, 401, "as large as may be, without being told");
            let (status, answer) = raw(app, chunked(LIMIT + 1)).await;
            assert!(status == 413 && answer.contains("\"code\":\"BODY_TOO_LARGE\""), "{answer}");
        })
        .await;
    })
    .await;
}
