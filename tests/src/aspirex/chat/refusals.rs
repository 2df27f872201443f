use super::{API, Line};
use crate::harness::flow;
use domain::account::Role;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_opens_one_connection_soon_and_for_the_face_s_own_pages() {
    flow(async |app| {
        let (student, ..) = app.pair("tickets").await;
        let ticket = app.ticket(&student).await;
        let kept = app.items(&format!("ACCOUNT#{}", student.id)).await;
        let secret = ticket.split_once('.').unwrap().1;
        assert!(!kept.iter().any(|item| format!("{item:?}").contains(secret)), "only its hash is kept");
        let path = format!("?ticket={ticket}");
        assert_eq!(app.dial(&path, &[("origin", "https://evil.example")]).await.err(), Some(403));
        let line = app.dial(&path, &[("origin", "http://localhost:5173")]).await;
        assert!(line.is_ok());
        assert_eq!(app.dial(&path, &[]).await.err(), Some(401), "used");

        let late = app.ticket(&student).await;
        app.local.clock.advance(SignedDuration::from_secs(60)).unwrap();
        assert_eq!(app.dial(&format!("?ticket={late}"), &[]).await.err(), Some(401), "late");
        for bad in ["", "?ticket=", "?ticket=tk_x.y", &format!("?ticket={}", student.token)] {
            assert_eq!(app.dial(bad, &[]).await.err(), Some(401), "{bad}");
        }
    })
    .await;
}

/// Of two who try at once with the same ticket one gets in.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_raced_opens_one_connection() {
    flow(async |app| {
        let (student, ..) = app.pair("rivals").await;
        let path = format!("?ticket={}", app.ticket(&student).await);
        let tries = futures::future::join_all((0..20).map(|_| app.dial(&path, &[]))).await;
        assert_eq!(tries.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(app.items("aspirex#CONNECTION#").await.len(), 1);
    })
    .await;
}

async fn error(line: &mut Line) -> Value {
    let frame = line.next_of("error").await;
    assert!(frame["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{frame}");
    frame["code"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_frame_is_refused_and_disturbs_nobody() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("frames").await;
        let (_, _, foreign) = app.pair("others").await;
        let (mut here, mut there) = (app.line(&student).await, app.line(&mentor).await);
        let send = |content: &str| json!({ "type": "send", "conversation_id": conversation, "content": content });
        here.send_text(send(&"x".repeat(33 * 1024)).to_string()).await;
        assert_eq!(error(&mut here).await, "FRAME_TOO_LARGE");
        here.send_bytes(b"\x00\x01binary".to_vec()).await;
        assert_eq!(error(&mut here).await, "BINARY_FRAME");
        for (text, code) in [
            ("hello".to_owned(), "INVALID_JSON"),
            ("[1]".to_owned(), "INVALID_JSON"),
            (json!({ "type": "shout" }).to_string(), "UNKNOWN_TYPE"),
            (json!({ "content": "Hello" }).to_string(), "UNKNOWN_TYPE"),
            (send("  ").to_string(), "VALIDATION_FAILED"),
            (send(&"x".repeat(4001)).to_string(), "VALIDATION_FAILED"),
            (json!({ "type": "send", "conversation_id": foreign, "content": "Hello" }).to_string(), "NOT_FOUND"),
            (json!({ "type": "read", "conversation_id": foreign }).to_string(), "NOT_FOUND"),
        ] {
            here.send_text(text.clone()).await;
            assert_eq!(error(&mut here).await, code, "{text}");
        }
        // The same connection goes on, and so does the other.
        here.send(send("Still here")).await;
        assert_eq!(there.next_of("message").await["content"], "Still here");
        assert!(app.history(&mentor, &conversation, None).await.len() == 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_refused_without_closing_others() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("flood").await;
        let (mut here, mut there) = (app.line(&student).await, app.line(&mentor).await);
        for _ in 0..400 {
            here.send_text("{}".to_owned()).await;
        }
        let mut codes = Vec::new();
        for _ in 0..400 {
            codes.push(error(&mut here).await);
        }
        let limited = codes.iter().filter(|code| **code == "RATE_LIMITED").count();
        // 150 at once; meanwhile a few more become free.
        assert!((1..=250).contains(&limited), "{limited} of 400 were refused");
        there.send(json!({ "type": "send", "conversation_id": conversation, "content": "I am not disturbed" })).await;
        assert_eq!(there.next_of("message").await["sequence"], 1);
        app.local.clock.advance(SignedDuration::from_mins(1)).unwrap();
        here.send(json!({ "type": "send", "conversation_id": conversation, "content": "Sorry" })).await;
        assert_eq!(here.next_of("message").await["sequence"], 1, "what was said meanwhile comes first");
        assert_eq!(here.next_of("message").await["sequence"], 2);
    })
    .await;
}

/// Every route of a conversation, asked by somebody who is not in it.
#[tokio::test]
async fn somebody_else_s_conversation_is_not_there() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("private").await;
        app.write_to(&student, &conversation, "Between us").await;
        let path = format!("{API}/chat/conversations/{conversation}");
        let words = json!({ "content": "I listen" });
        let named = json!({ "content": "I listen", "conversation_id": conversation });
        for (name, role) in [("stranger", Role::Mentee), ("rival", Role::Mentor), ("admin", Role::Admin)] {
            let other = app.talker(name, role).await;
            let asked = [
                (Method::GET, format!("{path}/messages/"), None),
                (Method::GET, format!("{API}/chat/messages/{conversation}/"), None),
                (Method::POST, format!("{path}/send/"), Some(words.clone())),
                (Method::POST, format!("{API}/chat/messages/"), Some(named.clone())),
                (Method::PUT, format!("{path}/pin/"), Some(json!({}))),
                (Method::PUT, format!("{path}/unpin/"), Some(json!({}))),
                (Method::PATCH, format!("{path}/"), Some(json!({ "pinned": true }))),
                (Method::POST, format!("{path}/read/"), Some(json!({}))),
            ];
            for (method, path, body) in asked {
                app.call(method, &path, Some(&other.token), body).await.refused(404, "NOT_FOUND");
            }
            app.begin(&other, &student, &mentor).await.refused(403, "NOT_A_PARTICIPANT");
        }
        assert_eq!(app.history(&mentor, &conversation, None).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn whom_nobody_may_see_nobody_can_write_to() {
    flow(async |app| {
        let student = app.talker("asker", Role::Mentee).await;
        let mentor = app.talker("hidden", Role::Mentor).await;
        let id = mentor.id.parse().unwrap();
        let store = &app.local.platform.store;
        let member = store.membership(domain::Product::AspireX, id).await.unwrap().unwrap();
        let edit = store::MemberEdit::Verification(domain::account::Verification::Pending);
        let now = app::Clock::now(&*app.local.clock);
        assert!(store.edit_member(&member, &edit, now, &store::Record::default()).await.unwrap());
        app.begin(&student, &student, &mentor).await.refused(404, "NOT_FOUND");
        app.begin(&mentor, &student, &mentor).await.refused(403, "MENTOR_NOT_APPROVED");
        let body = json!({ "student_id": student.number, "mentor_id": "M999999" });
        app.post(&format!("{API}/chat/conversations/"), &student.token, body).await.refused(404, "NOT_FOUND");
        let body = json!({ "student_id": student.id, "mentor_id": student.id });
        app.post(&format!("{API}/chat/conversations/"), &student.token, body).await.refused(400, "SAME_PERSON");
        assert!(app.items("aspirex#CONVERSATION#").await.is_empty());
    })
    .await;
}

/// A connection is worth as much as the session for which it was opened.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_out_hears_nothing_more() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("signed.out").await;
        let mut line = app.line(&mentor).await;
        app.write_to(&student, &conversation, "One").await;
        assert_eq!(line.next_of("message").await["sequence"], 1);
        let store = &app.local.platform.store;
        store.sign_out_everywhere(mentor.id.parse().unwrap()).await.unwrap();
        app.write_to(&student, &conversation, "Two").await;
        assert!(line.drained().await.iter().all(|frame| frame["type"] != "message"));
        line.send(json!({ "type": "send", "conversation_id": conversation, "content": "Hello" })).await;
        assert_eq!(line.next().await.unwrap()["code"], "INVALID_TOKEN");
        assert_eq!(line.next().await, None, "and it is closed");
        assert!(app.items("aspirex#CONNECTION").await.is_empty());
    })
    .await;
}
