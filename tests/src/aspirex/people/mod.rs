//! AspireX: who comes in, and what people show of themselves.

pub mod google;
mod lists;
mod newsletter;
mod numbers;
mod own;
mod profiles;
mod sign_in;
mod site;
mod uploads;

use crate::{
    calls::Answer,
    harness::{App, flow_with},
    scenes::PASSWORD,
};
use domain::{
    Product,
    account::{Member, Role},
};
use jiff::SignedDuration;
use local::Options;
use reqwest::Method;
use serde_json::{Value, json};

pub const API: &str = "/aspirex/api";

/// Runs a flow on a server without demo data: here numbers begin with 1.
pub async fn flow(test: impl AsyncFnOnce(&App)) {
    flow_with(Options { demo_data: false, ..Options::in_memory() }, test).await;
}

/// Somebody with a session at AspireX.
#[derive(Debug, Clone)]
pub struct Aspirant {
    pub token: String,
    /// The account's id.
    pub id: String,
    /// `S000001` or `M000001`.
    pub number: String,
    pub email: String,
}

impl App {
    /// Asks AspireX anything, with its own scheme of credentials.
    pub async fn aspirex(&self, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method.clone(), format!("{}{API}{path}", self.local.url));
        if let Some(token) = token {
            request = request.header("authorization", format!("Token {token}"));
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = crate::calls::read(request).await;
        if let Some(operation) = crate::openapi::operation_of(&method, &format!("{API}{path}")) {
            crate::openapi::check(&operation, &answer);
        }
        answer
    }

    pub async fn ax_get(&self, path: &str, token: &str) -> Answer {
        self.aspirex(Method::GET, path, Some(token), None).await
    }

    pub async fn ax_post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.aspirex(Method::POST, path, Some(token), Some(body)).await
    }

    pub async fn ax_put(&self, path: &str, token: &str, body: Value) -> Answer {
        self.aspirex(Method::PUT, path, Some(token), Some(body)).await
    }

    pub async fn ax_patch(&self, path: &str, token: &str, body: Value) -> Answer {
        self.aspirex(Method::PATCH, path, Some(token), Some(body)).await
    }

    pub async fn ax_delete(&self, path: &str, token: &str) -> Answer {
        self.aspirex(Method::DELETE, path, Some(token), None).await
    }

    pub async fn ax_public(&self, path: &str) -> Answer {
        self.aspirex(Method::GET, path, None, None).await
    }

    pub async fn ax_say(&self, path: &str, body: Value) -> Answer {
        self.aspirex(Method::POST, path, None, Some(body)).await
    }

    async fn aspirant(&self, name: &str, role: &str) -> Aspirant {
        let email = format!("{name}@example.com");
        let body = json!({
            "name": format!("Person {name}"), "email": email, "password": PASSWORD, "role": role, "accepted_terms": true,
        });
        // Registering is limited by source.
        self.local.clock.advance(SignedDuration::from_secs(6)).unwrap();
        let answer = self.ax_say("/auth/unified-register/", body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let text = |field: &Value| field.as_str().unwrap().to_owned();
        let number = if role == "mentor" { &answer.body["mentor_id"] } else { &answer.body["student_id"] };
        Aspirant { token: text(&answer.body["token"]), id: text(&answer.body["user"]["id"]), number: text(number), email }
    }

    /// Registers a student.
    pub async fn student(&self, name: &str) -> Aspirant {
        self.aspirant(name, "student").await
    }

    /// Registers a mentor who waits for approval.
    pub async fn waiting_mentor(&self, name: &str) -> Aspirant {
        self.aspirant(name, "mentor").await
    }

    /// Registers a mentor and approves him.
    pub async fn approved_mentor(&self, name: &str) -> Aspirant {
        let mentor = self.waiting_mentor(name).await;
        self.approve_mentor(&mentor, true).await;
        mentor
    }

    pub async fn approve_mentor(&self, mentor: &Aspirant, approved: bool) {
        let admin = self.aspirex_admin().await;
        let answer = self.ax_patch(&format!("/admin/users/{}/", mentor.number), &admin, json!({ "is_approved": approved })).await;
        assert_eq!(answer.ok()["is_approved"], approved);
    }

    /// An admin, made by an operator.
    pub async fn aspirex_admin(&self) -> String {
        if let Some(token) = self.demo_tokens.lock().unwrap().get("aspirex admin") {
            return token.clone();
        }
        let store = &self.local.platform.store;
        let now = app::Clock::now(&*self.local.clock);
        let cx = app::Context::system(Product::AspireX, now);
        let new = app::operator::NewAdmin {
            email: "operator@aspirex.example".parse().unwrap(),
            name: Some(domain::text::PersonName::parse("Olga Operator").unwrap()),
            password: Some(domain::account::Password::parse(PASSWORD).unwrap()),
        };
        let operator = app::operator::Operator::new(store.clone(), self.local.platform.passwords().unwrap());
        operator.bootstrap(&cx, new, true).await.unwrap();
        let body = json!({ "email": "operator@aspirex.example", "password": PASSWORD });
        let answer = self.ax_say("/auth/login/", body).await.ok();
        let token = answer["token"].as_str().unwrap().to_owned();
        self.demo_tokens.lock().unwrap().insert("aspirex admin".to_owned(), token.clone());
        token
    }

    /// A member as the table has him.
    pub async fn aspirex_member(&self, id: &str) -> Member {
        let found = self.local.platform.store.account(id.parse().unwrap(), Product::AspireX).await.unwrap().unwrap();
        Member { account: found.0, membership: found.1.unwrap().value }
    }
}

/// Whether a member has a role.
pub fn is(member: &Member, role: Role) -> bool {
    member.membership.is(role)
}
