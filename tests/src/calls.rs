//! Asking the server.

use crate::{
    harness::App,
    openapi::{check, operation_of},
};
use local::standins::razorpay::Webhook;
use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};

/// A part of a form: its name, that of a file, its content.
pub type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

const BOUNDARY: &str = "----a-boundary";

/// A form's body.
pub fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: image/png")).unwrap_or_default();
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").into_bytes());
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    body
}

/// A request that sends a form.
pub fn form_request(app: &App, method: Method, path: &str, token: Option<&str>, parts: &[Part<'_>]) -> reqwest::RequestBuilder {
    let request = app.http.request(method, format!("{}{path}", app.local.url)).body(form(parts));
    let request = request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
    token.into_iter().fold(request, reqwest::RequestBuilder::bearer_auth)
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The body of an answer that must be 200.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    /// Checks that it is an error of this status and code, in the one shape.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        assert!(self.body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{}", self.body);
        assert!(self.body["timestamp"].as_str().is_some_and(|at| at.ends_with('Z')), "{}", self.body);
        self.body
    }
}

impl App {
    /// Asks anything.
    pub async fn call(&self, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.local.url));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = read(request).await;
        // The document must know every answer of every flow.
        if let Some(operation) = operation_of(&method, path).filter(|_| answer.status != 405) {
            check(&operation, &answer);
        }
        answer
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.call(Method::GET, path, Some(token), None).await
    }

    pub async fn get_public(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None, None).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(token), Some(body)).await
    }

    pub async fn post_public(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, None, Some(body)).await
    }

    pub async fn put(&self, path: &str, token: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(token), Some(body)).await
    }

    /// Sends a form: parts with their names, perhaps those of files, and contents.
    pub async fn upload(&self, path: &str, token: &str, parts: &[Part<'_>]) -> Answer {
        self.send_form(path, token, form(parts)).await
    }

    /// Sends a form as it is.
    pub async fn send_form(&self, path: &str, token: &str, body: Vec<u8>) -> Answer {
        let answer = read(form_request(self, Method::POST, path, Some(token), &[]).body(body)).await;
        check(&operation_of(&Method::POST, path).unwrap(), &answer);
        answer
    }

    pub async fn delete(&self, path: &str, token: &str) -> Answer {
        self.call(Method::DELETE, path, Some(token), None).await
    }

    /// Signs in with a password.
    pub async fn login(&self, email: &str, password: &str) -> Answer {
        self.post_public("/api/auth/login", json!({ "email": email, "password": password })).await
    }

    /// Signs in as one of the demo accounts, once a day.
    pub async fn demo_login(&self, email: &str) -> String {
        let of_today = format!("{email} {}", self.local.clock.offset().as_hours() / 24);
        if let Some(token) = self.demo_tokens.lock().unwrap().get(&of_today) {
            return token.clone();
        }
        let token = self.fresh_demo_login(email).await;
        self.demo_tokens.lock().unwrap().insert(of_today, token.clone());
        token
    }

    async fn fresh_demo_login(&self, email: &str) -> String {
        let answer = self.login(email, &self.local.demo_password).await.ok();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// An admin with a session that no other part of the test uses.
    pub async fn fresh_admin(&self) -> String {
        self.fresh_demo_login("admin@codementee.com").await
    }

    /// Signs in when signing in is not what is limited: with some seconds in between.
    pub async fn login_later(&self, email: &str, password: &str) -> Answer {
        self.local.clock.advance(jiff::SignedDuration::from_secs(1)).unwrap();
        self.login(email, password).await
    }

    pub async fn admin(&self) -> String {
        self.demo_login("admin@codementee.com").await
    }

    pub async fn mentor(&self) -> String {
        self.demo_login("mentor@codementee.com").await
    }

    /// Sends a webhook as Razorpay would.
    pub async fn send_webhook(&self, webhook: &Webhook) -> Answer {
        self.send_webhook_to("", webhook).await
    }

    /// The same to the address of a face, by its prefix.
    pub async fn send_webhook_to(&self, face: &str, webhook: &Webhook) -> Answer {
        let request = self
            .http
            .post(format!("{}{face}/api/payment/webhook", self.local.url))
            .header("x-razorpay-signature", &webhook.signature)
            .header("x-razorpay-event-id", &webhook.event_id)
            .body(webhook.body.clone());
        read(request).await
    }
}

/// Sends a request and reads the answer; a body that is no JSON is null.
pub async fn read(request: reqwest::RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let bytes = answer.bytes().await.unwrap();
    Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default() }
}
