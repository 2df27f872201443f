//! What people do about their own accounts: another address, another name, their data, leaving; and their notices.

mod budget;
mod email;
mod export;
mod leaving;
mod notices;
mod profile;
mod races;
mod removal;

use crate::{
    calls::Answer,
    harness::App,
    scenes::{PASSWORD, Person},
};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::HashMap;

type Item = HashMap<String, AttributeValue>;

/// What stands for somebody who left.
const NOBODY: &str = "Deleted user";

impl App {
    /// Asks for another address.
    async fn ask_for_email(&self, person: &Person, new: &str) -> Answer {
        let body = json!({ "new_email": new, "password": PASSWORD });
        self.post("/api/auth/change-email", &person.token, body).await
    }

    /// The tokens of the links to confirm an address that were mailed to it, newest first.
    async fn email_tokens(&self, email: &str) -> Vec<String> {
        self.drain().await;
        let start = format!("{}/api/auth/confirm-email?token=", self.local.url);
        let token = |text: &str| text.split(&start).nth(1)?.split_whitespace().next().map(str::to_owned);
        self.local.inbox.mails(Some(email), None).iter().filter_map(|mail| token(&mail.text)).collect()
    }

    async fn confirm_email(&self, token: &str) -> Answer {
        self.post_public("/api/auth/confirm-email", json!({ "token": token })).await
    }

    /// Changes an address, from asking to signing in with it.
    async fn change_email(&self, person: &Person, new: &str) -> Person {
        self.ask_for_email(person, new).await.ok();
        let token = self.email_tokens(new).await.remove(0);
        self.confirm_email(&token).await.ok();
        let signed_in = self.login_later(new, PASSWORD).await.ok();
        let token = signed_in["access_token"].as_str().unwrap().to_owned();
        Person { token, id: person.id.clone(), email: new.to_owned() }
    }

    /// Deletes one's account.
    async fn delete_me(&self, token: &str, password: &str) -> Answer {
        self.call(reqwest::Method::DELETE, "/api/auth/me", Some(token), Some(json!({ "password": password }))).await
    }

    /// Lets the scheduler do what is due, minute by minute.
    async fn minutes(&self, count: i64) {
        for _ in 0..count {
            self.local.clock.advance(SignedDuration::from_mins(1)).unwrap();
            self.local.pump.run_due().await;
        }
        self.drain().await;
    }

    /// Whoever left is forgotten: the last look included.
    async fn forgotten(&self) {
        self.minutes(3).await;
        self.local.clock.advance(SignedDuration::from_hours(1)).unwrap();
        self.minutes(2).await;
    }

    /// The items that say something, but for the audit, and what ends by itself: events, and notices to others.
    async fn items_saying(&self, text: &str) -> Vec<Item> {
        let mut items = self.items("").await;
        let pk = |item: &Item| item["pk"].as_s().unwrap().clone();
        items.retain(|item| format!("{item:?}").contains(text));
        let stays = ["EVENT#", "#AUDIT#", "RATE#", "#NOTICES#"];
        items.retain(|item| !stays.iter().any(|part| pk(item).contains(part)));
        items
    }

    /// A mentor whom the admin made, signed in.
    async fn another_mentor(&self, name: &str) -> Person {
        let admin = self.admin().await;
        let email = format!("{name}@example.com");
        let body = json!({ "name": format!("Mentor {name}"), "email": email, "password": PASSWORD });
        let mentor = self.post("/api/admin/mentors", &admin, body).await.ok();
        let token = self.login_later(&email, PASSWORD).await.ok()["access_token"].as_str().unwrap().to_owned();
        Person { token, id: text(&mentor["id"]), email }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
