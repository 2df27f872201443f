use super::{API, Talker};
use crate::harness::{App, flow};
use domain::account::Role;
use jiff::SignedDuration;
use serde_json::json;

#[tokio::test]
async fn a_feed_with_comments_likes_and_its_limits() {
    flow(async |app| {
        let student = app.talker("poster", Role::Mentee).await;
        let mentor = app.talker("commenter", Role::Mentor).await;
        let posts = format!("{API}/community/posts/");
        let made = app.post(&posts, &student.token, json!({ "text": "First day", "is_admin_post": true })).await;
        assert_eq!((made.status, &made.body["is_admin_post"]), (201, &json!(false)), "whatever the body says");
        let id = made.body["id"].as_str().unwrap().to_owned();
        assert_eq!(made.body["username"], format!("{} - Talker poster", student.number));
        app.post(&posts, &student.token, json!({ "text": "x".repeat(2501) })).await.refused(400, "VALIDATION_FAILED");
        for _ in 0..4 {
            assert_eq!(app.post(&posts, &student.token, json!({ "text": "x".repeat(2500) })).await.status, 201);
        }
        let refused = app.post(&posts, &student.token, json!({ "text": "A sixth" })).await;
        assert!(refused.headers.contains_key("retry-after"));
        let refused = refused.refused(429, "RATE_LIMITED");
        assert_eq!(refused["error"], "You can only create 5 posts per day. Please try again tomorrow.");
        app.local.clock.advance(SignedDuration::from_hours(24)).unwrap();
        assert_eq!(app.post(&posts, &student.token, json!({ "text": "Tomorrow" })).await.status, 201);

        let comment = json!({ "post_id": id, "text": "Welcome" });
        assert_eq!(app.post(&format!("{API}/community/comment/"), &mentor.token, comment).await.status, 201);
        let long = json!({ "text": "x".repeat(251) });
        app.post(&format!("{posts}{id}/comment/"), &mentor.token, long).await.refused(400, "VALIDATION_FAILED");
        let comments = app.get(&format!("{API}/community/comments/{id}/"), &student.token).await.ok();
        assert_eq!((&comments[0]["text"], &comments[0]["time_since_posted"]), (&json!("Welcome"), &json!("just now")));
        let liked = app.post(&format!("{posts}{id}/like/"), &mentor.token, json!({})).await.ok();
        assert_eq!(liked, json!({ "liked": true, "like_count": 1, "likes": 1 }));
        let liked = app.post(&format!("{API}/community/like/"), &mentor.token, json!({ "post_id": id })).await.ok();
        assert_eq!(liked, json!({ "liked": false, "like_count": 0, "likes": 0 }));
        app.drain().await;
        app.post(&format!("{posts}{id}/like/"), &mentor.token, json!({})).await.ok();
        app.drain().await;
        let told = app.items(&format!("aspirex#NOTICES#{}", student.id)).await.len();
        assert_eq!(told, 2, "of a comment and of the first like");

        // Others' posts stay; one's own goes, and an admin takes any.
        let delete = format!("{API}/community/delete-post/{id}/");
        let refused = app.delete(&delete, &mentor.token).await.refused(403, "NOT_THE_AUTHOR");
        assert_eq!(refused["error"], refused["detail"]);
        let admin = app.talker("moderator", Role::Admin).await;
        let own = app.get(&format!("{API}/community/my-posts/"), &student.token).await.ok();
        assert_eq!(own.as_array().unwrap().len(), 6);
        assert_eq!(app.delete(&delete, &admin.token).await.status, 204);
        app.get(&format!("{API}/community/comments/{id}/"), &student.token).await.refused(404, "NOT_FOUND");
        let second = own[0]["id"].as_str().unwrap();
        assert_eq!(app.delete(&format!("{posts}{second}/"), &student.token).await.status, 204);
        let marked = app.post(&posts, &admin.token, json!({ "text": "From the team" })).await;
        assert_eq!(marked.body["is_admin_post"], true);
        assert!(app.items("aspirex#AUDIT#").await.iter().any(|record| record["action"].as_s().unwrap() == "post.deleted"));
    })
    .await;
}

#[tokio::test]
async fn moderators_hide_what_was_reported() {
    flow(async |app| {
        let student = app.talker("loud", Role::Mentee).await;
        let other = app.talker("quiet", Role::Mentee).await;
        let admin = app.talker("judge", Role::Admin).await;
        let posts = format!("{API}/community/posts/");
        let id = app.post(&posts, &student.token, json!({ "text": "Buy this" })).await.body["id"].as_str().unwrap().to_owned();
        let reason = json!({ "reason": "Advertising" });
        app.post(&format!("{posts}{id}/report/"), &other.token, reason.clone()).await.ok();
        app.post(&format!("{posts}{id}/report/"), &other.token, reason).await.refused(409, "ALREADY_REPORTED");
        assert_eq!(app.get(&format!("{API}/community/reports/"), &admin.token).await.ok()[0]["reports"], 1);
        let hide = json!({ "action": "hide", "reason": "Advertising" });
        app.post(&format!("{posts}{id}/moderate/"), &other.token, hide.clone()).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        app.post(&format!("{posts}{id}/moderate/"), &admin.token, hide).await.ok();
        assert_eq!(app.get(&posts, &other.token).await.ok(), json!([]));
        assert_eq!(app.get(&format!("{API}/community/my-posts/"), &student.token).await.ok()[0]["is_visible"], false);
        app.post(&format!("{posts}{id}/view/"), &other.token, json!({})).await.refused(404, "NOT_FOUND");
        // Its author may take it back, an admin may delete it, and for others it is not there.
        let delete = format!("{posts}{id}/");
        app.delete(&delete, &other.token).await.refused(404, "NOT_FOUND");
        assert_eq!(app.delete(&delete, &student.token).await.status, 204);
        app.delete(&delete, &admin.token).await.refused(404, "NOT_FOUND");
        let id = app.post(&posts, &student.token, json!({ "text": "Buy that" })).await.body["id"].as_str().unwrap().to_owned();
        let hide = json!({ "action": "hide", "reason": "Advertising" });
        app.post(&format!("{posts}{id}/moderate/"), &admin.token, hide).await.ok();
        assert_eq!(app.delete(&format!("{posts}{id}/"), &admin.token).await.status, 204);
        assert_eq!(app.get(&format!("{API}/community/my-posts/"), &student.token).await.ok(), json!([]));
    })
    .await;
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";

impl App {
    /// A student gives himself a photo.
    pub async fn student_photo(&self, student: &Talker) {
        let form = crate::calls::form(&[("profile_photo", Some("me.png"), PNG)]);
        let request = self.http.put(format!("{}{API}/student/profile/file/", self.local.url)).bearer_auth(&student.token);
        let request = request.header("content-type", "multipart/form-data; boundary=----a-boundary").body(form);
        crate::calls::read(request).await.ok();
    }
}

#[tokio::test]
async fn posts_and_comments_show_their_authors_faces() {
    flow(async |app| {
        let (student, mentor) = (app.talker("seen", Role::Mentee).await, app.talker("faceless", Role::Mentor).await);
        app.student_photo(&student).await;
        let posts = format!("{API}/community/posts/");
        let made = app.post(&posts, &student.token, json!({ "text": "This is me" })).await.body;
        assert!(made["profile_photo"].is_string(), "{made}");
        let id = made["id"].as_str().unwrap();
        for (who, words) in [(&mentor, "Hello"), (&student, "Thank you")] {
            let comment = json!({ "post_id": id, "text": words });
            assert_eq!(app.post(&format!("{API}/community/comment/"), &who.token, comment).await.status, 201);
        }
        let comments = app.get(&format!("{API}/community/comments/{id}/"), &mentor.token).await.ok();
        let feed = app.get(&posts, &mentor.token).await.ok();
        for shown in [&feed[0], &comments[0]] {
            let photo = shown["profile_photo"].as_str().unwrap();
            assert_eq!(app.http.get(photo).send().await.unwrap().bytes().await.unwrap(), PNG);
        }
        assert_eq!(comments[1]["profile_photo"], serde_json::Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_person_is_counted_as_a_viewer_for_good_and_an_address_for_a_while() {
    flow(async |app| {
        let (author, reader) = (app.talker("watched", Role::Mentee).await, app.talker("watcher", Role::Mentee).await);
        let post = app.post(&format!("{API}/community/posts/"), &author.token, json!({ "text": "Look" })).await;
        let view = format!("{API}/community/posts/{}/view/", post.body["id"].as_str().unwrap());
        app.post(&view, &reader.token, json!({})).await.ok();
        assert_eq!(app.post_public(&view, json!({})).await.ok()["views"], 2);
        let kept = app.items("aspirex#POST#").await;
        let ends = |viewer: &str| {
            let view = kept.iter().find(|item| item["sk"].as_s().unwrap().starts_with(viewer));
            view.unwrap().contains_key("ttl")
        };
        assert_eq!((ends("VIEW#account:"), ends("VIEW#source:")), (false, true));
    })
    .await;
}
