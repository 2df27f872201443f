use super::{API, sequences};
use crate::harness::{flow, flow_with};
use domain::account::Role;
use jiff::SignedDuration;
use local::Options;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn two_people_talk_over_connections_and_the_history_has_it_all() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("road").await;
        let (mut here, mut there) = (app.line(&student).await, app.line(&mentor).await);
        // The student hears that the mentor came.
        let came = here.next_of("presence").await;
        assert_eq!((&came["user_id"], &came["online"]), (&json!(mentor.number), &json!(true)));

        here.send(json!({ "type": "send", "conversation_id": conversation, "content": " Hello ", "client_id": "a-1" })).await;
        let (own, heard) = (here.next_of("message").await, there.next_of("message").await);
        assert_eq!(own, heard, "both hear the same");
        assert_eq!(
            (&heard["sequence"], &heard["content"], &heard["sender_type"], &heard["sender_id"], &heard["client_id"]),
            (&json!(1), &json!("Hello"), &json!("student"), &json!(student.number), &json!("a-1"))
        );
        // What is said over HTTP is heard as well.
        let answer = app.write_to(&mentor, &conversation, "Good day").await;
        assert_eq!((answer.status, &answer.body["sender_type"]), (201, &json!("mentor")), "whatever the client says of itself");
        assert_eq!(here.next_of("message").await["message_id"], answer.body["id"]);

        // Unread until it is read; then the other side hears so.
        let listed = app.get(&format!("{API}/chat/conversations/"), &student.token).await.ok();
        let one = &listed[0];
        assert_eq!(
            (&one["unread_count"], &one["last_message_content"], &one["pinned"]),
            (&json!(1), &json!("Good day"), &json!(false))
        );
        assert_eq!((&one["other_user_id"], &one["other_user_type"]), (&json!(mentor.number), &json!("mentor")));
        here.send(json!({ "type": "read", "conversation_id": conversation, "sequence": 2 })).await;
        let read = there.next_of("read").await;
        assert_eq!(
            (&read["sequence"], &read["reader_type"], &read["message_id"]),
            (&json!(2), &json!("student"), &answer.body["id"])
        );
        let listed = app.get(&format!("{API}/chat/conversations/"), &student.token).await.ok();
        assert_eq!(listed[0]["unread_count"], 0);

        let history = app.history(&mentor, &conversation, None).await;
        assert_eq!(sequences(&history), [1, 2]);
        assert_eq!(
            history.iter().map(|message| message["read"].as_bool().unwrap()).collect::<Vec<_>>(),
            [true, true],
            "to look at it is to read it"
        );
        assert_eq!(app.history(&student, &conversation, None).await[0]["read"], true);

        there.hang_up().await;
        let gone = here.next_of("presence").await;
        assert_eq!((&gone["user_id"], &gone["online"]), (&json!(mentor.number), &json!(false)));
        here.send(json!({ "type": "presence" })).await;
        assert_eq!(here.next_of("presence").await["online"], false);
    })
    .await;
}

#[tokio::test]
async fn both_spellings_lead_to_the_same_conversation() {
    flow(async |app| {
        let student = app.talker("speller", Role::Mentee).await;
        let mentor = app.talker("guide", Role::Mentor).await;
        let body = json!({ "recipient_id": mentor.number, "content": "May I ask?" });
        let first = app.post(&format!("{API}/chat/messages/"), &student.token, body).await;
        assert_eq!(first.status, 201, "{}", first.body);
        let conversation = first.body["conversation"].as_str().unwrap().to_owned();
        let begun = app.begin(&mentor, &student, &mentor).await;
        assert_eq!((begun.status, begun.body["id"].as_str()), (200, Some(conversation.as_str())), "one for a pair");
        let body = json!({ "conversation_id": conversation, "content": "Of course" });
        assert_eq!(app.post(&format!("{API}/chat/messages/"), &mentor.token, body).await.status, 201);
        let one = app.get(&format!("{API}/chat/messages/{conversation}/"), &student.token).await.ok();
        let other = app.get(&format!("{API}/chat/conversations/{conversation}/messages/"), &student.token).await.ok();
        assert_eq!(one, other);

        // Pinned on one side alone.
        let path = format!("{API}/chat/conversations/{conversation}");
        assert_eq!(app.put(&format!("{path}/pin/"), &student.token, json!({})).await.ok()["pinned"], true);
        let of_mentor = app.get(&format!("{API}/chat/conversations/"), &mentor.token).await.ok();
        assert_eq!(of_mentor[0]["pinned"], false);
        assert_eq!(app.put(&format!("{path}/unpin/"), &student.token, json!({})).await.ok()["pinned"], false);
        let info = app.get(&format!("{API}/chat/get-user-info/"), &student.token).await.ok();
        assert_eq!((&info["id"], &info["user_type"]), (&json!(student.number), &json!("student")));
    })
    .await;
}

#[tokio::test]
async fn history_comes_in_pages_the_latest_first() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("pages").await;
        for n in 1..=7 {
            app.write_to(if n % 2 == 0 { &mentor } else { &student }, &conversation, &format!("Message {n}")).await;
        }
        let path = format!("{API}/chat/conversations/{conversation}/messages/?limit=3");
        let first = app.get(&path, &student.token).await;
        let cursor = first.headers["x-next-cursor"].to_str().unwrap().to_owned();
        assert_eq!(sequences(first.ok().as_array().unwrap()), [5, 6, 7]);
        let next = app.get(&format!("{path}&cursor={cursor}"), &student.token).await.ok();
        assert_eq!(sequences(next.as_array().unwrap()), [2, 3, 4]);
        assert_eq!(sequences(&app.history(&student, &conversation, Some(5)).await), [6, 7]);
        app.get(&format!("{path}&after=x"), &student.token).await.refused(400, "VALIDATION_FAILED");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_paths_of_the_documents_work_here_with_a_token() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("paths").await;
        let token = format!("Token {}", student.token);
        let path = format!("chat/{}/{}/", student.number, mentor.number);
        let mut line = app.dial(&path, &[("authorization", token.as_str())]).await.unwrap_or_else(|status| panic!("{status}"));
        line.send(json!({ "content": "By the path" })).await;
        let frame = line.next_of("message").await;
        assert_eq!((&frame["conversation_id"], &frame["content"]), (&json!(conversation), &json!("By the path")));
        let mut notices =
            app.dial(&format!("notifications/?token={}", mentor.token), &[]).await.unwrap_or_else(|s| panic!("{s}"));
        app.history(&mentor, &conversation, None).await;
        app.write_to(&student, &conversation, "Are you there?").await;
        app.drain().await;
        let notice = notices.next_of("notification").await;
        assert_eq!((&notice["kind"], &notice["title"]), (&json!("message_arrived"), &json!("New message")));

        let stranger = app.talker("stranger", Role::Mentee).await;
        let other = format!("Token {}", stranger.token);
        assert_eq!(app.dial(&path, &[("authorization", other.as_str())]).await.err(), Some(403));
        assert_eq!(app.dial(&path, &[]).await.err(), Some(401));
        assert_eq!(app.dial("notifications/?token=st_nonsense", &[]).await.err(), Some(401));
    })
    .await;
}

#[tokio::test]
async fn one_notice_tells_of_messages_until_they_are_read() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("notices").await;
        for words in ["One", "Two", "Three"] {
            app.write_to(&student, &conversation, words).await;
        }
        assert_eq!(app.notices_of(&mentor).await, (1, 1));
        app.history(&mentor, &conversation, None).await;
        assert_eq!(app.notices_of(&mentor).await, (1, 0), "to read them is to read that there are some");
        app.local.clock.advance(SignedDuration::from_mins(1)).unwrap();
        app.write_to(&student, &conversation, "Four").await;
        assert_eq!(app.notices_of(&mentor).await, (1, 1), "a new one takes its place");
        assert!(app.local.inbox.mails(Some("notices.mentor.talker@example.com"), None).is_empty(), "that is worth no mail");
    })
    .await;
}

#[tokio::test]
async fn what_is_read_before_it_is_told_leaves_no_older_notice() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let (student, mentor, conversation) = app.pair("swift").await;
        let path = format!("{API}/chat/conversations/{conversation}/read/");
        let read = async || app.post(&path, &mentor.token, json!({})).await.ok();
        app.write_to(&student, &conversation, "One").await;
        assert_eq!(app.notices_of(&mentor).await, (1, 1));
        read().await;
        // This one is read before he is told of it.
        app.write_to(&student, &conversation, "Two").await;
        read().await;
        assert_eq!(app.notices_of(&mentor).await, (0, 0));
        app.write_to(&student, &conversation, "Three").await;
        assert_eq!(app.notices_of(&mentor).await, (1, 1));
    })
    .await;
}

/// Both are there and read at once what the other one writes.
#[tokio::test(flavor = "multi_thread")]
async fn a_live_talk_buries_no_other_notice() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("live").await;
        let (mut here, mut there) = (app.line(&student).await, app.line(&mentor).await);
        let read = json!({ "type": "read", "conversation_id": conversation });
        for n in 1..=5 {
            here.send(json!({ "type": "send", "conversation_id": conversation, "content": format!("Message {n}") })).await;
            there.next_of("message").await;
            there.send(read.clone()).await;
            assert_eq!(here.next_of("read").await["sequence"], n);
        }
        let (kept, unread) = app.notices_of(&mentor).await;
        assert!(kept <= 1 && unread == 0, "{kept} notices, {unread} unread");
        // Read some time after he was told, each time.
        for _ in 0..3 {
            app.write_to(&student, &conversation, "Still there?").await;
            assert_eq!(app.notices_of(&mentor).await, (1, 1));
            there.send(read.clone()).await;
            here.next_of("read").await;
            assert_eq!(app.notices_of(&mentor).await, (1, 0));
        }
    })
    .await;
}
