use super::{API, sequences};
use crate::harness::flow;
use domain::account::Role;
use futures::future::join_all;
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_gets_one_conversation_however_many_begin_it() {
    flow(async |app| {
        let student = app.talker("beginner", Role::Mentee).await;
        let mentor = app.talker("begun", Role::Mentor).await;
        let begun = (0..50).map(|n| app.begin(if n % 2 == 0 { &student } else { &mentor }, &student, &mentor));
        let answers = join_all(begun).await;
        let ids: BTreeSet<String> = answers.iter().map(|answer| answer.body["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "one made it");
        assert_eq!(app.items("aspirex#CONVERSATION#").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_messages_at_once_are_numbered_without_a_gap() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("hundred").await;
        let words: Vec<String> = (0..100).map(|n| format!("Message {n}")).collect();
        let said = words.iter().enumerate();
        let said = said.map(|(n, words)| app.write_to(if n % 2 == 0 { &student } else { &mentor }, &conversation, words));
        let answers = join_all(said).await;
        let statuses: BTreeSet<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses, BTreeSet::from([201]));
        let history = app.history(&student, &conversation, Some(0)).await;
        assert_eq!(sequences(&history), (1..=100).collect::<Vec<_>>());
        for answer in &answers {
            let place = usize::try_from(answer.body["sequence"].as_u64().unwrap()).unwrap();
            assert_eq!(history[place - 1]["id"], answer.body["id"]);
        }
        let listed = app.get(&format!("{API}/chat/conversations/"), &student.token).await.ok();
        assert_eq!((&listed[0]["sequence"], &listed[0]["unread_count"]), (&json!(100), &json!(50)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn likes_and_views_at_once_count_each_person_once() {
    flow(async |app| {
        let author = app.talker("author", Role::Mentor).await;
        let post = app.post(&format!("{API}/community/posts/"), &author.token, json!({ "text": "Look" })).await;
        let id = post.body["id"].as_str().unwrap().to_owned();
        let mut readers = Vec::new();
        for n in 0..8 {
            readers.push(app.talker(&format!("reader{n}"), Role::Mentee).await);
        }
        let view = format!("{API}/community/posts/{id}/view/");
        let views = join_all((0..40).map(|n| app.post(&view, &readers[n % 8].token, json!({})))).await;
        assert!(views.iter().all(|answer| answer.status == 200));
        let like = format!("{API}/community/like/");
        // Each reader asks three times, so that he likes it in the end.
        let likes = join_all((0..24).map(|n| app.post(&like, &readers[n % 8].token, json!({ "post_id": id })))).await;
        assert!(
            likes.iter().all(|answer| answer.status == 200),
            "{:?}",
            likes.iter().map(|like| like.status).collect::<Vec<_>>()
        );
        let posts = app.get(&format!("{API}/community/posts/"), &author.token).await.ok();
        assert_eq!((&posts[0]["views"], &posts[0]["like_count"]), (&json!(8), &json!(8)));
        // Visitors, who all have one address here, are one more.
        for _ in 0..3 {
            assert_eq!(app.post_public(&view, json!({})).await.ok()["views"], 9);
        }
    })
    .await;
}

/// What a client sends again, since it does not know whether it arrived, is said once.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_sent_again_is_the_same_message() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("again").await;
        let mut line = app.line(&student).await;
        let again = join_all((0..12).map(|_| app.write_as(&student, &conversation, ("Hello", "a-1")))).await;
        let ids: BTreeSet<String> = again.iter().map(|answer| answer.body["id"].as_str().unwrap().to_owned()).collect();
        assert!(again.iter().all(|answer| answer.status == 201) && ids.len() == 1, "{ids:?}");
        assert_eq!(again[0].body["client_id"], "a-1");
        line.drained().await;
        line.send(json!({ "type": "send", "conversation_id": conversation, "content": "Hello", "client_id": "a-1" })).await;
        assert!(ids.contains(line.next_of("message").await["message_id"].as_str().unwrap()), "its sender hears of it again");
        let history = app.history(&mentor, &conversation, Some(0)).await;
        assert_eq!((sequences(&history), &history[0]["client_id"]), (vec![1], &json!("a-1")));
        app.write_as(&student, &conversation, ("Something else", "a-1")).await.refused(409, "CLIENT_ID_REUSED");
        // The other side has names of its own.
        assert_eq!(app.write_as(&mentor, &conversation, ("Hello", "a-1")).await.body["sequence"], 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_while_the_other_one_writes_ends_in_the_right_count_and_notice() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("reading").await;
        for round in 0..6 {
            let write = join_all((0..4).map(|_| app.write_to(&student, &conversation, "Hello")));
            let read = join_all((0..4).map(|_| app.read_all(&mentor, &conversation)));
            let (said, _) = tokio::join!(write, read);
            assert!(said.iter().all(|answer| answer.status == 201));
            let read_until = app.seen_by(&student, &conversation).await["read_by_other"].as_u64().unwrap();
            let unread = (round + 1) * 4 - read_until;
            assert_eq!(app.seen_by(&mentor, &conversation).await["unread_count"], unread);
            // Whoever has something unread has been told so, and nobody else.
            let (kept, told) = app.notices_of(&mentor).await;
            assert!(kept <= 1, "{kept} notices of one conversation");
            assert_eq!(told, usize::from(unread > 0), "{unread} unread");
        }
        app.read_all(&mentor, &conversation).await;
        assert_eq!(app.seen_by(&mentor, &conversation).await["unread_count"], 0);
        assert_eq!(app.notices_of(&mentor).await.1, 0);
    })
    .await;
}
