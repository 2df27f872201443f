//! Accounts: registering, signing in and out, states, roles, mailed links.

mod passwords;
mod registration;
mod roles;
mod routes;
mod states;
mod tokens;

pub use routes::routes;

use crate::{calls::Answer, harness::App};
use serde_json::json;

impl App {
    /// An admin sets a mentee's status.
    async fn set_status(&self, admin: &str, mentee: &str, status: &str) -> Answer {
        self.put(&format!("/api/admin/mentees/{mentee}/status"), admin, json!({ "status": status })).await
    }

    /// The tokens of the set-password links that were mailed to an address, newest first.
    pub async fn mailed_tokens(&self, email: &str) -> Vec<String> {
        self.drain().await;
        let start = format!("{}/api/auth/set-password?token=", self.local.url);
        let token = |text: &str| text.split(&start).nth(1)?.split_whitespace().next().map(str::to_owned);
        self.local.inbox.mails(Some(email), None).iter().filter_map(|mail| token(&mail.text)).collect()
    }

    pub async fn set_password(&self, token: &str, password: &str) -> Answer {
        self.post_public("/api/auth/set-password", json!({ "token": token, "password": password })).await
    }
}
