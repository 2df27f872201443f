//! What moderators see and do, and the record of it.

use super::column;
use crate::{
    harness::{App, flow},
    input::unchanged,
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use std::collections::HashMap;

fn text<'a>(item: &'a HashMap<String, AttributeValue>, name: &str) -> &'a str {
    item[name].as_s().unwrap()
}

/// The audit records about a post or comment, in their order: action, reason, standing before.
async fn records(app: &App, path: &str) -> Vec<(String, String, String)> {
    let id = path.rsplit('/').next().unwrap();
    let mut records = app.items("codementee#AUDIT#").await;
    records.retain(|record| text(record, "subject").split_once(':').is_some_and(|(_, about)| about == id));
    records.sort_by(|a, b| text(a, "sk").cmp(text(b, "sk")));
    let told = |record: &HashMap<String, AttributeValue>| {
        let (before, after) = (record["before"].as_m().unwrap(), record["after"].as_m().unwrap());
        let standing = before.get("standing").map_or("", |standing| standing.as_s().unwrap());
        (text(record, "action").to_owned(), text(after, "reason").to_owned(), standing.to_owned())
    };
    records.iter().map(told).collect()
}

#[tokio::test]
async fn a_hidden_post_is_gone_for_members_and_its_author_learns_why() {
    flow(async |app| {
        let (author, mentor, admin) = (app.paid_mentee("author", "growth").await.token, app.mentor().await, app.admin().await);
        let post = app.write(&author, "Doubtful", "offers").await;
        app.say(&mentor, &post, "Really?").await;
        app.moderate(&post, "hide").await.ok();
        for path in [post.clone(), format!("{post}/comments")] {
            for token in [&author, &mentor] {
                app.get(&path, token).await.refused(404, "NOT_FOUND");
            }
        }
        let content = json!({ "content": "Still there?" });
        app.post(&format!("{post}/comments"), &mentor, content.clone()).await.refused(404, "NOT_FOUND");
        app.put(&post, &author, content).await.refused(404, "NOT_FOUND");
        app.delete(&post, &author).await.refused(404, "NOT_FOUND");
        app.post(&format!("{post}/vote"), &mentor, json!({ "vote": "up" })).await.refused(404, "NOT_FOUND");
        for list in ["posts", "posts?category=offers"] {
            assert_eq!(app.get(&format!("/api/community/{list}"), &mentor).await.ok(), json!([]), "{list}");
        }
        let own = app.get("/api/community/my-posts", &author).await.ok();
        assert_eq!((&own[0]["standing"], &own[0]["hidden_because"]), (&json!("hidden"), &json!("As the rules say")));
        let hidden = app.get("/api/admin/community/hidden-posts", &admin).await.ok();
        assert_eq!(column(&hidden, "title"), ["Doubtful"]);
        let dossier = app.dossier(&post).await;
        assert_eq!(
            (&dossier["standing"], column(&dossier["comments"], "content")),
            (&json!("hidden"), vec!["Really?".to_owned()])
        );

        app.moderate(&post, "hide").await.refused(409, "MODERATION_NOT_APPLICABLE");
        app.moderate(&post, "unhide").await.ok();
        app.moderate(&post, "unhide").await.refused(409, "MODERATION_NOT_APPLICABLE");
        let shown = app.get(&post, &mentor).await.ok();
        assert_eq!((&shown["comment_count"], &shown["hidden_because"]), (&json!(1), &json!(null)));
        assert_eq!(app.get("/api/community/posts?category=offers", &mentor).await.ok()[0]["title"], "Doubtful");
        assert_eq!(app.get("/api/admin/community/hidden-posts", &admin).await.ok(), json!([]));
        let reason = "As the rules say".to_owned();
        let expected = [("post.hidden", "visible"), ("post.unhidden", "hidden")];
        let expected = expected.map(|(action, before)| (action.to_owned(), reason.clone(), before.to_owned()));
        assert_eq!(records(app, &post).await, expected);
    })
    .await;
}

#[tokio::test]
async fn a_locked_post_is_read_and_voted_on_but_takes_no_words() {
    flow(async |app| {
        let (author, mentor) = (app.paid_mentee("author", "growth").await.token, app.mentor().await);
        let post = app.write(&author, "Heated", "general").await;
        let comment = app.say(&mentor, &post, "You").await;
        app.moderate(&post, "lock").await.ok();
        let content = json!({ "content": "No, you" });
        let flat = json!({ "post_id": post.rsplit('/').next().unwrap(), "content": "No, you" });
        unchanged(app, async || {
            app.post(&format!("{post}/comments"), &author, content.clone()).await.refused(409, "POST_LOCKED");
            app.post("/api/community/comments", &author, flat.clone()).await.refused(409, "POST_LOCKED");
            app.put(&post, &author, content.clone()).await.refused(409, "POST_LOCKED");
            app.put(&comment, &mentor, content.clone()).await.refused(409, "POST_LOCKED");
            app.moderate(&post, "lock").await.refused(409, "MODERATION_NOT_APPLICABLE");
        })
        .await;
        assert_eq!(app.get(&post, &author).await.ok()["locked"], true);
        app.post(&format!("{post}/vote"), &mentor, json!({ "vote": "down" })).await.ok();
        app.delete(&comment, &mentor).await.ok();
        app.moderate(&post, "unlock").await.ok();
        app.say(&author, &post, "Peace").await;
        let actions: Vec<_> = records(app, &post).await.into_iter().map(|(action, ..)| action).collect();
        assert_eq!(actions, ["post.locked", "post.unlocked"]);
    })
    .await;
}

#[tokio::test]
async fn a_hidden_comment_is_neither_shown_nor_counted() {
    flow(async |app| {
        let (author, mentor) = (app.paid_mentee("author", "growth").await.token, app.mentor().await);
        let post = app.write(&author, "Discussed", "general").await;
        let (rude, kind) = (app.say(&mentor, &post, "Rude").await, app.say(&author, &post, "Kind").await);
        app.moderate(&rude, "unhide").await.refused(409, "MODERATION_NOT_APPLICABLE");
        app.moderate(&rude, "hide").await.ok();
        app.moderate(&rude, "hide").await.refused(409, "MODERATION_NOT_APPLICABLE");
        let shown = app.get(&post, &mentor).await.ok();
        assert_eq!((&shown["comment_count"], column(&shown["comments"], "content")), (&json!(1), vec!["Kind".to_owned()]));
        assert_eq!(column(&app.get(&format!("{post}/comments"), &author).await.ok(), "content"), ["Kind"]);
        app.put(&rude, &mentor, json!({ "content": "Ruder" })).await.refused(404, "NOT_FOUND");
        app.delete(&rude, &mentor).await.refused(404, "NOT_FOUND");
        assert_eq!(app.get("/api/community/my-comments", &mentor).await.ok()[0]["standing"], "hidden");
        let dossier = app.dossier(&post).await;
        assert_eq!(column(&dossier["hidden_comments"], "content"), ["Rude"]);

        app.moderate(&rude, "unhide").await.ok();
        assert_eq!(app.get(&post, &mentor).await.ok()["comment_count"], 2);
        for (comment, action) in [(&rude, "hide"), (&rude, "delete"), (&kind, "delete")] {
            app.moderate(comment, action).await.ok();
        }
        app.moderate(&rude, "delete").await.refused(404, "NOT_FOUND");
        let shown = app.get(&post, &mentor).await.ok();
        assert_eq!((&shown["comment_count"], &shown["comments"]), (&json!(0), &json!([])));
        let actions: Vec<_> = records(app, &rude).await.into_iter().map(|(action, _, before)| (action, before)).collect();
        let expected = [
            ("comment.hidden", "visible"),
            ("comment.unhidden", "hidden"),
            ("comment.hidden", "visible"),
            ("comment.deleted", "hidden"),
        ];
        assert_eq!(actions, expected.map(|(action, before)| (action.to_owned(), before.to_owned())));
    })
    .await;
}

#[tokio::test]
async fn a_reported_post_waits_until_a_moderator_has_dealt_with_it() {
    flow(async |app| {
        let (author, mentor, admin) = (app.paid_mentee("author", "growth").await, app.mentor().await, app.admin().await);
        let post = app.write(&author.token, "Reported", "general").await;
        let quiet = app.write(&author.token, "Harmless", "general").await;
        let report = async |token: &str, reason: &str| {
            app.local.clock.advance(jiff::SignedDuration::from_mins(2)).unwrap();
            app.post(&format!("{post}/report"), token, json!({ "reason": reason })).await
        };
        let cases = async || app.get("/api/admin/community/reports", &admin).await.ok();
        report(&mentor, "Advertising").await.ok();
        report(&mentor, "Advertising!").await.refused(409, "ALREADY_REPORTED");
        report(&author.token, "I take it back").await.ok();
        let waiting = cases().await;
        let case = &waiting[0];
        assert_eq!(waiting.as_array().unwrap().len(), 1);
        assert_eq!((&case["reports"], &case["title"], &case["author_id"]), (&json!(2), &json!("Reported"), &json!(author.id)));
        assert_eq!(case["last_reason"], "I take it back");
        assert!(case["first_reported_at"].as_str() < case["last_reported_at"].as_str());
        let dossier = app.dossier(&post).await;
        let mut reasons = column(&dossier["reports"], "reason");
        reasons.sort();
        assert_eq!(reasons, ["Advertising", "I take it back"]);

        app.moderate(&quiet, "dismiss_reports").await.refused(409, "MODERATION_NOT_APPLICABLE");
        app.moderate(&post, "dismiss_reports").await.ok();
        assert_eq!(cases().await, json!([]));
        app.moderate(&post, "dismiss_reports").await.refused(409, "MODERATION_NOT_APPLICABLE");
        app.get(&post, &mentor).await.ok();
        // What comes later is a case of its own.
        report(&mentor, "Again").await.ok();
        let dossier = app.dossier(&post).await;
        assert_eq!(column(&dossier["reports"], "reason"), ["Again"]);
        app.moderate(&post, "hide").await.ok();
        assert_eq!(cases().await, json!([]), "hiding deals with it");
        app.moderate(&post, "unhide").await.ok();
        report(&mentor, "And again").await.ok();
        app.moderate(&post, "delete").await.ok();
        assert_eq!(cases().await, json!([]), "and so does deleting");
        app.moderate(&post, "delete").await.refused(404, "NOT_FOUND");
        let actions: Vec<_> = records(app, &post).await.into_iter().map(|(action, ..)| action).collect();
        assert_eq!(actions, ["post.reports_dismissed", "post.hidden", "post.unhidden", "post.deleted"]);
    })
    .await;
}

#[tokio::test]
async fn moderation_needs_an_admin_a_reason_and_a_known_action() {
    flow(async |app| {
        let (author, mentor, admin) = (app.paid_mentee("author", "growth").await.token, app.mentor().await, app.admin().await);
        let post = app.write(&author, "Untouched", "general").await;
        let comment = app.say(&author, &post, "Untouched too").await;
        let path = |of: &str| format!("{}/moderate", of.replace("/api/", "/api/admin/"));
        let body = json!({ "action": "hide", "reason": "Because" });
        unchanged(app, async || {
            for of in [&post, &comment] {
                for token in [&author, &mentor] {
                    app.post(&path(of), token, body.clone()).await.refused(403, "INSUFFICIENT_PERMISSIONS");
                }
                for wrong in [
                    json!({ "action": "hide" }),
                    json!({ "action": "hide", "reason": "  " }),
                    json!({ "action": "hide", "reason": "x".repeat(501) }),
                    json!({ "action": "burn", "reason": "Because" }),
                    json!({ "reason": "Because" }),
                ] {
                    app.post(&path(of), &admin, wrong).await.refused(422, "VALIDATION_FAILED");
                }
            }
            for action in ["lock", "unlock", "dismiss_reports"] {
                let body = json!({ "action": action, "reason": "Because" });
                app.post(&path(&comment), &admin, body).await.refused(422, "VALIDATION_FAILED");
            }
        })
        .await;
    })
    .await;
}
