//! Bad input, on every route that takes any: refused in one shape, never by a 5xx, and nothing is written.

mod bodies;
mod forms;
mod hostile;
mod ids;
mod pages;
mod paths;
mod values;

use crate::{
    calls::{Answer, read},
    faces,
    harness::{App, flow_with},
};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Product;
use local::Options;
use reqwest::{Body, Method};
use std::collections::{BTreeMap, HashMap};

/// An id of nothing.
pub const NOTHING: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// A flow of very many requests: nothing runs beside them unless the flow says so.
pub async fn quiet_flow(test: impl AsyncFnOnce(&App)) {
    flow_with(Options { background: false, ..Options::in_memory() }, test).await;
}

/// One signed-in person of each role.
pub struct Tokens {
    pub admin: String,
    pub mentor: String,
    pub mentee: String,
}

impl Tokens {
    pub async fn new(app: &App) -> Self {
        Self { admin: app.admin().await, mentor: app.mentor().await, mentee: app.demo_login("mentee@codementee.com").await }
    }

    /// One of each role at a face.
    pub async fn of_face(app: &App, product: Product) -> Self {
        match product {
            Product::Codementee => Self::new(app).await,
            other => Self {
                admin: faces::sign_in(app, other, "admin").await,
                mentor: faces::sign_in(app, other, "mentor").await,
                mentee: faces::sign_in(app, other, "mentee").await,
            },
        }
    }

    /// The token of a role; nobody's for anything else.
    pub fn of(&self, role: &str) -> Option<&str> {
        match role {
            "admin" => Some(&self.admin),
            "mentor" => Some(&self.mentor),
            "mentee" => Some(&self.mentee),
            _ => None,
        }
    }
}

/// Sends a body as it is, and checks what every answer must have.
pub async fn ask(app: &App, method: Method, path: &str, token: Option<&str>, body: impl Into<Body>) -> Answer {
    let mut request = app.http.request(method.clone(), format!("{}{path}", app.local.url)).body(body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = read(request).await;
    check(&answer, &format!("{method} {path}"));
    answer
}

/// Every answer carries a request id and the security headers, none is a 5xx, and every refusal has the one shape.
fn check(answer: &Answer, asked: &str) {
    const HEADERS: [(&str, &str); 4] = [
        ("x-frame-options", "SAMEORIGIN"),
        ("x-content-type-options", "nosniff"),
        ("x-xss-protection", "1; mode=block"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ];
    for (name, value) in HEADERS {
        assert_eq!(answer.headers.get(name).and_then(|found| found.to_str().ok()), Some(value), "{asked}: {name}");
    }
    assert!(answer.headers.get("x-request-id").is_some_and(|id| id.len() >= 8), "{asked}: no request id");
    assert!(answer.status < 500, "{asked}: {} {}", answer.status, answer.body);
    if answer.status >= 400 {
        let text = |name: &str| answer.body[name].as_str().filter(|text| !text.is_empty());
        assert!(text("detail").is_some() && text("code").is_some(), "{asked}: {} {}", answer.status, answer.body);
        assert!(text("timestamp").is_some_and(|at| at.ends_with('Z')), "{asked}: {}", answer.body);
    }
}

type Table = BTreeMap<(String, String), HashMap<String, AttributeValue>>;

/// The whole table but for rate counters.
async fn table(app: &App) -> Table {
    app.drain().await;
    let text = |item: &HashMap<String, AttributeValue>, name: &str| item[name].as_s().unwrap().clone();
    let items = app.items("").await.into_iter().map(|item| ((text(&item, "pk"), text(&item, "sk")), item));
    // Counting attempts is what counters are for, whatever comes of the attempt.
    items.filter(|((pk, _), _)| !pk.starts_with("RATE#")).collect()
}

/// Runs what must leave the table as it was: whoever calls has signed in before.
pub async fn unchanged(app: &App, refused: impl AsyncFnOnce()) {
    let before = table(app).await;
    refused().await;
    let after = table(app).await;
    assert_eq!(before.len(), after.len(), "items");
    let changed: Vec<_> = after.iter().filter(|(key, item)| before.get(*key) != Some(*item)).collect();
    assert!(changed.is_empty(), "changed: {changed:?}");
}
