//! What members write and read.

use super::column;
use crate::{
    harness::flow,
    input::{NOTHING, unchanged},
};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_post_is_written_found_and_talked_about() {
    flow(async |app| {
        let (mentee, mentor) = (app.paid_mentee("asks", "growth").await, app.mentor().await);
        // As the web client sends it.
        let body = json!({
            "title": " Graphs, where to start? ", "content": "I have two weeks.\nAny plan?", "category": "technical",
            "tags": ["#System Design", "c++", "system  design", ""],
        });
        let post = app.post("/api/community/posts", &mentee.token, body).await.ok();
        for (field, value) in [
            ("title", json!("Graphs, where to start?")),
            ("content", json!("I have two weeks.\nAny plan?")),
            ("category", json!("technical")),
            ("tags", json!(["system-design", "c++"])),
            ("author_id", json!(mentee.id)),
            ("author_name", json!("Mentee asks")),
            ("upvotes", json!(0)),
            ("downvotes", json!(0)),
            ("comment_count", json!(0)),
        ] {
            assert_eq!(post[field], value, "{field}");
        }
        assert_eq!(post["created_at"], post["updated_at"]);
        // As the documents spell it, with what they ask for alone.
        let bare = app.post("/api/community/forum-posts", &mentor, json!({ "content": "Ask me" })).await.ok();
        assert_eq!((&bare["title"], &bare["category"], &bare["tags"]), (&json!(""), &json!("general"), &json!([])));
        assert_eq!(bare["author_role"], "mentor");

        let (id, other) = (post["id"].as_str().unwrap(), bare["id"].as_str().unwrap());
        for (list, found) in [
            ("posts", vec![other, id]),
            ("posts?limit=20&skip=0", vec![other, id]),
            ("posts?category=", vec![other, id]),
            ("posts?category=technical", vec![id]),
            ("forum-posts?category=general&limit=20&skip=0", vec![other]),
            ("posts?category=offers", vec![]),
            ("my-posts", vec![id]),
        ] {
            let posts = app.get(&format!("/api/community/{list}"), &mentee.token).await.ok();
            assert_eq!(column(&posts, "id"), found, "{list}");
        }
        let as_documented = app.get("/api/community/forum-posts?limit=20&skip=0", &mentee.token).await.ok();
        assert_eq!(column(&as_documented, "id"), [other, id]);
        let path = format!("/api/community/posts/{id}");
        app.say(&mentor, &path, "With trees").await;
        let flat = json!({ "post_id": id, "content": "Thank you" });
        let second = app.post("/api/community/comments", &mentee.token, flat).await.ok();
        assert_eq!((&second["post_id"], &second["author_id"]), (&post["id"], &json!(mentee.id)));
        let apart = app.get(&format!("/api/community/posts/{id}/comments"), &mentor).await.ok();
        assert_eq!(column(&apart, "content").len(), 2);
        let by_client = app.get(&format!("/api/community/posts/{id}"), &mentor).await.ok();
        let by_document = app.get(&format!("/api/community/forum-posts/{id}"), &mentor).await.ok();
        for shown in [by_client, by_document] {
            assert_eq!((&shown["id"], &shown["comment_count"]), (&post["id"], &json!(2)));
            assert_eq!(column(&shown["comments"], "content"), ["Thank you", "With trees"], "the newest first");
        }
        assert_eq!(app.get("/api/community/posts?category=technical", &mentor).await.ok()[0]["comment_count"], 2);

        app.drain().await;
        assert_eq!((app.published("PostCreated"), app.published("CommentAdded")), (2, 2));
        let events = app.local.bus.events();
        let told = events.iter().rev().find(|event| event.detail_type == "CommentAdded").unwrap();
        let detail = &told.detail["detail"];
        assert_eq!((&detail["post_id"], &detail["post_author_id"]), (&post["id"], &json!(mentee.id)), "whom it concerns");
        assert_eq!(detail["post_title"], "Graphs, where to start?");
    })
    .await;
}

#[tokio::test]
async fn the_categories_are_those_of_the_client() {
    flow(async |app| {
        let categories = app.get("/api/community/categories", &app.mentor().await).await.ok();
        assert_eq!(categories, json!(["general", "technical", "behavioral", "offers", "referrals"]));
        for category in categories.as_array().unwrap() {
            app.write(&app.admin().await, "In its place", category.as_str().unwrap()).await;
            let list = format!("/api/community/posts?category={}", category.as_str().unwrap());
            assert_eq!(app.get(&list, &app.mentor().await).await.ok()[0]["category"], *category);
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_changes_what_another_wrote() {
    flow(async |app| {
        let (author, stranger) = (app.paid_mentee("author", "growth").await, app.paid_mentee("stranger", "growth").await);
        let (mentor, admin) = (app.mentor().await, app.admin().await);
        let post = app.write(&author.token, "Mine", "general").await;
        let comment = app.say(&author.token, &post, "Mine too").await;
        let body = json!({ "content": "Not his words", "author_id": stranger.id });
        unchanged(app, async || {
            for token in [&stranger.token, &mentor, &admin] {
                for path in [&post, &comment] {
                    app.put(path, token, body.clone()).await.refused(403, "NOT_THE_AUTHOR");
                    app.delete(path, token).await.refused(403, "NOT_THE_AUTHOR");
                }
            }
            for path in [format!("/api/community/posts/{NOTHING}"), format!("/api/community/comments/{NOTHING}")] {
                app.put(&path, &author.token, body.clone()).await.refused(404, "NOT_FOUND");
                app.delete(&path, &author.token).await.refused(404, "NOT_FOUND");
            }
            // A post's id is no comment's.
            let mixed = post.replace("/posts/", "/comments/");
            app.put(&mixed, &author.token, body.clone()).await.refused(404, "NOT_FOUND");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_author_writes_anew_and_the_lists_follow() {
    flow(async |app| {
        let author = app.paid_mentee("author", "growth").await.token;
        let post = app.write(&author, "First", "general").await;
        let said = app.post(&format!("{post}/comments"), &author, json!({ "content": "First" })).await.ok();
        let comment = format!("/api/community/comments/{}", said["id"].as_str().unwrap());
        let before = app.get(&post, &author).await.ok();
        app.local.clock.advance(jiff::SignedDuration::from_secs(5)).unwrap();
        let body = json!({ "title": "Second", "content": "Other words", "category": "offers", "tags": ["new"] });
        let edited = app.put(&post, &author, body).await.ok();
        assert_eq!((&edited["title"], &edited["tags"], &edited["comment_count"]), (&json!("Second"), &json!(["new"]), &json!(1)));
        assert_eq!(edited["created_at"], before["created_at"]);
        assert!(edited["updated_at"].as_str() > before["updated_at"].as_str());
        for (list, count) in [("posts?category=general", 0), ("posts?category=offers", 1), ("posts", 1)] {
            let found = app.get(&format!("/api/community/{list}"), &author).await.ok();
            assert_eq!(found.as_array().unwrap().len(), count, "{list}");
        }
        app.put(&comment, &author, json!({ "content": "Second" })).await.ok();
        let shown = app.get(&post, &author).await.ok();
        assert_eq!((&shown["content"], &shown["comments"][0]["content"]), (&json!("Other words"), &json!("Second")));
        assert_eq!(shown["comment_count"], 1);
        app.delete(&comment, &author).await.ok();
        let shown = app.get(&post, &author).await.ok();
        assert_eq!((&shown["comments"], &shown["comment_count"]), (&json!([]), &json!(0)));
    })
    .await;
}

#[tokio::test]
async fn a_deleted_post_leaves_no_words_and_its_comments_stay_their_authors_own() {
    flow(async |app| {
        let author = app.paid_mentee("author", "growth").await.token;
        let mentor = app.mentor().await;
        let post = app.write(&author, "Regretted", "general").await;
        let (first, second) = (app.say(&mentor, &post, "One").await, app.say(&author, &post, "Two").await);
        app.post(&format!("{post}/vote"), &mentor, json!({ "vote": "up" })).await.ok();
        app.post(&format!("{post}/report"), &mentor, json!({ "reason": "Off topic" })).await.ok();
        app.delete(&second, &author).await.ok();
        assert_eq!(app.get(&post, &mentor).await.ok()["comment_count"], 1);
        app.delete(&second, &author).await.refused(404, "NOT_FOUND");

        app.delete(&post, &author).await.ok();
        let id = json!({ "post_id": post.rsplit('/').next().unwrap(), "content": "Too late" });
        let content = json!({ "content": "Too late" });
        for (method, path, body) in [
            (Method::GET, post.clone(), Value::Null),
            (Method::GET, format!("{post}/comments"), Value::Null),
            (Method::PUT, post.clone(), content.clone()),
            (Method::DELETE, post.clone(), Value::Null),
            (Method::POST, format!("{post}/comments"), content.clone()),
            (Method::POST, "/api/community/comments".to_owned(), id),
            (Method::POST, format!("{post}/vote"), json!({ "vote": "down" })),
            (Method::POST, format!("{post}/report"), json!({ "reason": "Off topic" })),
        ] {
            app.call(method, &path, Some(&author), Some(body)).await.refused(404, "NOT_FOUND");
        }
        for (list, token) in [
            ("/api/community/posts", &author),
            ("/api/community/posts?category=general", &author),
            ("/api/community/my-posts", &author),
            ("/api/admin/community/reports", &app.admin().await),
        ] {
            assert_eq!(app.get(list, token).await.ok(), json!([]), "{list}");
        }
        let left = &app.beneath(&post, "POST").await[0];
        let mut names: Vec<_> = left.keys().map(String::as_str).collect();
        names.sort_unstable();
        let kept = [
            "comment_count",
            "created_at",
            "downvotes",
            "id",
            "locked",
            "pk",
            "product",
            "rev",
            "sk",
            "standing",
            "updated_at",
            "upvotes",
            "views",
        ];
        assert_eq!(names, kept, "neither words nor author");

        // It cannot be written anew where nobody reads it, but taken back.
        app.put(&first, &mentor, content).await.refused(404, "NOT_FOUND");
        assert_eq!(column(&app.get("/api/community/my-comments", &mentor).await.ok(), "content"), ["One"]);
        app.delete(&first, &mentor).await.ok();
        assert_eq!(app.get("/api/community/my-comments", &mentor).await.ok(), json!([]));
        assert_eq!(app.beneath(&post, "POST").await[0]["comment_count"].as_n().unwrap(), "0");
        assert!(app.beneath(&post, "COMMENT#").await.is_empty() && app.items("codementee#COMMENT#").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_vote_is_changed_and_taken_back() {
    flow(async |app| {
        let (author, mentor) = (app.paid_mentee("author", "growth").await.token, app.mentor().await);
        let post = app.write(&author, "Good or bad?", "general").await;
        for (token, vote, upvotes, downvotes) in [
            (&mentor, "up", 1, 0),
            (&mentor, "up", 1, 0),
            (&author, "down", 1, 1),
            (&mentor, "down", 0, 2),
            (&author, "none", 0, 1),
            (&author, "none", 0, 1),
            (&mentor, "none", 0, 0),
            (&mentor, "up", 1, 0),
        ] {
            let answer = app.post(&format!("{post}/vote"), token, json!({ "vote": vote })).await.ok();
            assert_eq!(answer, json!({ "vote": vote, "upvotes": upvotes, "downvotes": downvotes }));
        }
        let shown = app.get(&post, &author).await.ok();
        assert_eq!((&shown["upvotes"], &shown["downvotes"]), (&json!(1), &json!(0)));
        assert_eq!(app.get("/api/community/posts", &author).await.ok()[0]["upvotes"], 1);
        for vote in ["sideways", "UP", ""] {
            app.post(&format!("{post}/vote"), &author, json!({ "vote": vote })).await.refused(422, "VALIDATION_FAILED");
        }
    })
    .await;
}

/// Walks a list page by page; after each page something happens.
async fn walk(app: &crate::harness::App, path: &str, token: &str, between: impl AsyncFn()) -> Vec<String> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let answer = app.get(&format!("{path}limit=2{after}"), token).await;
        let next = answer.headers.get("x-next-cursor").map(|cursor| cursor.to_str().unwrap().to_owned());
        found.extend(column(&answer.ok(), "id"));
        between().await;
        let Some(cursor) = next else { return found };
        after = format!("&cursor={cursor}");
    }
}

#[tokio::test]
async fn pages_hold_still_while_others_write() {
    flow(async |app| {
        let (admin, mentor) = (app.admin().await, app.mentor().await);
        let mut posts = Vec::new();
        for n in 0..5 {
            posts.insert(0, app.write(&mentor, &format!("{n}"), "general").await);
            app.local.clock.advance(jiff::SignedDuration::from_mins(2)).unwrap();
        }
        let mut comments = Vec::new();
        for n in 0..5 {
            comments.insert(0, app.say(&mentor, &posts[0], &format!("{n}")).await);
        }
        let ids = |paths: &[String]| paths.iter().map(|path| path.rsplit('/').next().unwrap().to_owned()).collect::<Vec<_>>();
        for list in ["/api/community/posts?", "/api/community/posts?category=general&"] {
            let interrupt = async || {
                app.write(&admin, "Breaking", "general").await;
                app.local.clock.advance(jiff::SignedDuration::from_mins(2)).unwrap();
            };
            let found = walk(app, list, &mentor, interrupt).await;
            assert!(found.ends_with(&ids(&posts)), "{found:?} does not end with {posts:?}");
            assert_eq!(found.len() - posts.len(), if list.contains("category") { 3 } else { 0 }, "each once");
        }
        let list = format!("{}/comments?", posts[0]);
        let found = walk(app, &list, &mentor, async || drop(app.say(&admin, &posts[0], "Interrupting").await)).await;
        assert_eq!(found, ids(&comments));
        let shown = app.get(&posts[0], &mentor).await.ok();
        assert_eq!(shown["comment_count"], 8);
        for n in 0..20 {
            app.local.clock.advance(jiff::SignedDuration::from_secs(10)).unwrap();
            app.say(&admin, &posts[0], &format!("More {n}")).await;
        }
        let shown = app.get(&posts[0], &mentor).await.ok();
        assert_eq!((shown["comments"].as_array().unwrap().len(), &shown["comment_count"]), (20, &json!(28)));
    })
    .await;
}

#[tokio::test]
async fn what_is_written_comes_back_as_it_was_and_what_is_too_much_is_refused() {
    flow(async |app| {
        let mentor = app.mentor().await;
        let nasty = "<script>alert('x')</script> {{7*7}} '; DROP TABLE posts; -- \u{202e}abc 😀 \r\n\tend";
        let post = app.post("/api/community/posts", &mentor, json!({ "title": "<b>&amp;", "content": nasty })).await.ok();
        assert_eq!((&post["title"], &post["content"]), (&json!("<b>&amp;"), &json!(nasty)));
        let longest = json!({ "content": "ä".repeat(2500), "tags": ["a", "b", "c", "d", "e", "A"] });
        app.post("/api/community/posts", &mentor, longest).await.ok();
        let good = json!({ "title": "T", "content": "C", "category": "general", "tags": [] });
        unchanged(app, async || {
            for (field, value) in [
                ("content", json!(" \n\t ")),
                ("content", json!("ä".repeat(2501))),
                ("title", json!("x".repeat(201))),
                ("title", json!("two\nlines")),
                ("category", json!("General")),
                ("category", json!("spam")),
                ("tags", json!(["a", "b", "c", "d", "e", "f"])),
                ("tags", json!(["x".repeat(31)])),
                ("tags", json!(["<b>"])),
                ("tags", json!([null])),
                ("tags", json!("a,b")),
            ] {
                let mut body = good.clone();
                body[field] = value;
                let refused = app.post("/api/community/posts", &mentor, body).await.refused(422, "VALIDATION_FAILED");
                assert!(refused["errors"].as_object().unwrap().keys().all(|name| name.starts_with(field)), "{refused}");
            }
        })
        .await;
    })
    .await;
}
