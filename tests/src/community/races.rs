//! Many at once: nothing is counted twice, nothing is lost.

use crate::{
    calls::Answer,
    harness::{App, flow},
    scenes::Person,
};
use aws_sdk_dynamodb::types::AttributeValue;
use futures::future::{join, join_all};
use serde_json::{Value, json};
use std::collections::HashMap;

async fn members(app: &App, count: usize) -> Vec<Person> {
    join_all((0..count).map(|n| async move { app.paid_mentee(&format!("member{n}"), "growth").await })).await
}

/// How many were carried out; every other one was refused so.
#[track_caller]
fn carried_out(answers: Vec<Answer>, status: u16, code: &str) -> u64 {
    let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    for answer in refused {
        answer.refused(status, code);
    }
    done.len() as u64
}

fn number(item: &HashMap<String, AttributeValue>, name: &str) -> u64 {
    item[name].as_n().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_member_s_votes_at_once_are_one_vote() {
    flow(async |app| {
        let members = members(app, 4).await;
        let post = app.write(&app.mentor().await, "Vote", "general").await;
        let vote =
            async |member: &Person, vote: &str| app.post(&format!("{post}/vote"), &member.token, json!({ "vote": vote })).await;
        for answer in join_all((0..16).map(|n| vote(&members[n % 4], "up"))).await {
            answer.ok();
        }
        let shown = app.get(&post, &members[0].token).await.ok();
        assert_eq!((&shown["upvotes"], &shown["downvotes"]), (&json!(4), &json!(0)));
        // Whatever wins, each member has one vote, and the counts are the votes that are kept.
        let words = ["down", "none", "up", "down"];
        join_all((0..32).map(|n| vote(&members[n % 4], words[(n / 4 + n) % 4]))).await;
        let kept = app.beneath(&post, "VOTE#").await;
        // Whoever took his vote back is remembered without one.
        let vote = |item: &HashMap<String, AttributeValue>| item.get("vote").map(|vote| vote.as_s().unwrap().clone());
        let count = |word: &str| kept.iter().filter(|item| vote(item).as_deref() == Some(word)).count();
        let shown = app.get(&post, &members[0].token).await.ok();
        assert_eq!((&shown["upvotes"], &shown["downvotes"]), (&json!(count("up")), &json!(count("down"))));
        assert!(kept.len() <= 4, "{kept:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_at_once_are_all_counted() {
    flow(async |app| {
        let members = members(app, 6).await;
        let post = app.write(&app.mentor().await, "Speak", "general").await;
        let comments = (0..24).map(|n| app.say(&members[n % 6].token, &post, "Me too"));
        let comments = join_all(comments).await;
        let taken_back = join_all((0..12).map(|n| app.delete(&comments[n], &members[n % 6].token))).await;
        assert_eq!(carried_out(taken_back, 404, "NOT_FOUND"), 12);
        let shown = app.get(&post, &members[0].token).await.ok();
        assert_eq!(shown["comment_count"], 12);
        assert_eq!(app.beneath(&post, "COMMENT#").await.len(), 12);
        // Taken back twice at once, a comment is counted off once.
        let twice = join_all((0..8).map(|_| app.delete(&comments[12], &members[0].token))).await;
        assert_eq!(carried_out(twice, 404, "NOT_FOUND"), 1);
        assert_eq!(app.get(&post, &members[0].token).await.ok()["comment_count"], 11);
    })
    .await;
}

/// What a post has counted.
async fn counted(app: &App, post: &str) -> u64 {
    let client = app.local.platform.aws.dynamodb();
    let key = |name: &str| AttributeValue::S(name.to_owned());
    let request = client.get_item().table_name("platform").consistent_read(true);
    let partition = format!("codementee#POST#{}", post.rsplit('/').next().unwrap());
    let item = request.key("pk", key(&partition)).key("sk", key("POST")).send().await.unwrap().item.unwrap();
    number(&item, "comment_count")
}

/// Comments by many at once, and in their midst what ends the discussion; how many were taken.
async fn interrupted(app: &App, members: &[Person], post: &str, end: &str, refusal: (u16, &str)) -> u64 {
    let path = format!("{post}/comments");
    let comment = async |member: &Person| app.post(&path, &member.token, json!({ "content": "Wait" })).await;
    let half = || join_all(members.iter().map(comment));
    let ended = async {
        app.moderate(post, end).await.ok();
        counted(app, post).await
    };
    let (early, (at_the_end, late)) = join(half(), join(ended, half())).await;
    assert_eq!(counted(app, post).await, at_the_end, "{end}: a comment came after it");
    carried_out(early.into_iter().chain(late).collect(), refusal.0, refusal.1)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_is_taken_before_the_end_of_a_discussion_or_not_at_all() {
    flow(async |app| {
        let members = members(app, 6).await;
        let (mentor, mut taken) = (app.mentor().await, 0);
        app.admin().await;
        let ends = [("delete", (404, "NOT_FOUND")), ("hide", (404, "NOT_FOUND")), ("lock", (409, "POST_LOCKED"))];
        for (end, refusal) in ends.into_iter().cycle().take(12) {
            let post = app.write(&mentor, end, "general").await;
            let comments = interrupted(app, &members, &post, end, refusal).await;
            assert_eq!(app.beneath(&post, "COMMENT#").await.len() as u64, comments, "{end}");
            assert_eq!(counted(app, &post).await, comments, "{end}");
            taken += comments;
            app.local.clock.advance(jiff::SignedDuration::from_mins(2)).unwrap();
        }
        app.drain().await;
        assert_eq!(app.published("CommentAdded") as u64, taken, "each comment that was taken was told of, and no other");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_is_hidden_edited_and_taken_back_at_once_is_counted_right() {
    flow(async |app| {
        let members = members(app, 1).await;
        let author = &members[0].token;
        let post = app.write(&app.mentor().await, "Contested", "general").await;
        app.say(author, &post, "Stays").await;
        for n in 0..6 {
            let comment = app.say(author, &post, &format!("Contested {n}")).await;
            let edit = app.put(&comment, author, json!({ "content": "In other words" }));
            let (hidden, (edited, deleted)) =
                join(app.moderate(&comment, "hide"), join(edit, app.delete(&comment, author))).await;
            for answer in [hidden, edited, deleted] {
                assert!(matches!(answer.status, 200 | 404), "{}", answer.body);
            }
            let id = comment.rsplit('/').next().unwrap();
            let places: Vec<_> = app.beneath(&post, "").await;
            let places = places.iter().filter(|item| item["sk"].as_s().unwrap().ends_with(id)).count();
            assert!(places <= 1, "in {places} places");
            assert_eq!(app.items(&format!("codementee#COMMENT#{id}")).await.len(), places);
            assert_eq!(app.beneath(&post, "COMMENT#").await.len() as u64, counted(app, &post).await);
            app.local.clock.advance(jiff::SignedDuration::from_mins(1)).unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_s_reports_at_once_are_one_and_those_of_many_are_one_case() {
    flow(async |app| {
        let members = members(app, 6).await;
        let post = app.write(&app.mentor().await, "Reported", "general").await;
        let report =
            async |member: &Person| app.post(&format!("{post}/report"), &member.token, json!({ "reason": "Off topic" })).await;
        let answers = join_all((0..4).map(|_| report(&members[0]))).await;
        assert_eq!(carried_out(answers, 409, "ALREADY_REPORTED"), 1);
        let answers = join_all(members.iter().map(report)).await;
        assert_eq!(carried_out(answers, 409, "ALREADY_REPORTED"), 5);
        let cases = app.get("/api/admin/community/reports", &app.admin().await).await.ok();
        let counts: Vec<&Value> = cases.as_array().unwrap().iter().map(|case| &case["reports"]).collect();
        assert_eq!(counts, [&json!(6)]);
        // Closed once, whoever closes it.
        let closed = join_all((0..4).map(|_| app.moderate(&post, "dismiss_reports"))).await;
        assert_eq!(carried_out(closed, 409, "MODERATION_NOT_APPLICABLE"), 1);
    })
    .await;
}
