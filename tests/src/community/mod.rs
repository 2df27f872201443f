//! The community: who gets in, what is said, what moderators do, and that nothing is counted wrongly.

mod conditions;
mod doors;
mod moderation;
mod races;
mod talk;

use crate::harness::App;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use std::collections::HashMap;

impl App {
    /// Writes a post; returns its path.
    async fn write(&self, token: &str, title: &str, category: &str) -> String {
        let body = json!({ "title": title, "content": "What do you think?", "category": category, "tags": [] });
        let post = self.post("/api/community/posts", token, body).await.ok();
        format!("/api/community/posts/{}", post["id"].as_str().unwrap())
    }

    /// Comments on a post; returns the comment's path.
    async fn say(&self, token: &str, post: &str, content: &str) -> String {
        let comment = self.post(&format!("{post}/comments"), token, json!({ "content": content })).await.ok();
        format!("/api/community/comments/{}", comment["id"].as_str().unwrap())
    }

    /// A moderator does something about a post or comment.
    async fn moderate(&self, path: &str, action: &str) -> crate::calls::Answer {
        let (admin, body) = (self.admin().await, json!({ "action": action, "reason": "As the rules say" }));
        let id = path.rsplit('/').next().unwrap();
        if path.contains("/comments/") {
            return self.post(&format!("/api/admin/community/comments/{id}/moderate"), &admin, body).await;
        }
        self.post(&format!("/api/admin/community/posts/{id}/moderate"), &admin, body).await
    }

    /// A post as moderators see it.
    async fn dossier(&self, post: &str) -> Value {
        let id = post.rsplit('/').next().unwrap();
        self.get(&format!("/api/admin/community/posts/{id}"), &self.admin().await).await.ok()
    }

    /// The items of a post's partition whose sort keys begin with a text.
    async fn beneath(&self, post: &str, prefix: &str) -> Vec<HashMap<String, AttributeValue>> {
        let id = post.rsplit('/').next().unwrap();
        let mut items = self.items(&format!("codementee#POST#{id}")).await;
        items.retain(|item| item["sk"].as_s().unwrap().starts_with(prefix));
        items
    }
}

/// A field of each item of a list.
fn column(list: &Value, field: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}
