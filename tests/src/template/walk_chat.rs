//! What people of AspireX say to each other: everything that the community's and the socket's function do.

use super::{rights::Stack, walk::DAY};
use crate::{
    aspirex::chat::{API, Talker},
    harness::App,
};
use domain::account::Role;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

/// Asks everything of both.
pub async fn chat(stack: &Stack) {
    let app = &stack.app;
    let (student, mentor, conversation) = app.pair("walked").await;
    let admin = app.talker("walked.admin", Role::Admin).await;
    connections(stack, &student, &mentor, &conversation).await;
    conversations(app, &student, &mentor, &conversation).await;
    posts(stack, &student, &mentor, &admin).await;
    events(stack, &mentor, &admin).await;
    support(stack, &student, &admin).await;
    // A session is written again when it was not for a day, whichever function is asked.
    let ticket = app.ticket(&student).await;
    app.local.clock.advance(DAY).unwrap();
    app.history(&mentor, &conversation, None).await;
    drop(ticket);
    let late = app.ticket(&mentor).await;
    event(stack, "$connect", Some(&late), None).await;
    app.local.clock.advance(DAY).unwrap();
    event(stack, "$default", None, Some(json!({ "type": "presence" }))).await;
    stack.work().await;
}

/// An event of the gateway's, about the one connection of the walk.
async fn event(stack: &Stack, route: &str, ticket: Option<&str>, frame: Option<Value>) -> i64 {
    let query = ticket.map(|ticket| json!({ "ticket": ticket })).unwrap_or_default();
    let event = json!({
        "queryStringParameters": query, "isBase64Encoded": false, "body": frame.map(|frame| frame.to_string()),
        "requestContext": {
            "routeKey": route, "connectionId": "walked=", "connectedAt": 0, "requestTimeEpoch": 0,
            "identity": { "sourceIp": "192.0.2.1" },
        },
    });
    stack.socket.handle(serde_json::from_value(event).unwrap()).await.status_code
}

/// A connection that says something, hears something, and is found gone.
async fn connections(stack: &Stack, student: &Talker, mentor: &Talker, conversation: &str) {
    let app = &stack.app;
    let ticket = app.ticket(student).await;
    assert_eq!(event(stack, "$connect", Some(&ticket), None).await, 200);
    let mut handed = app.local.services.sockets.connect("walked=");
    for frame in [
        json!({ "type": "send", "conversation_id": conversation, "content": "Walked" }),
        json!({ "type": "read", "conversation_id": conversation }),
        json!({ "type": "presence" }),
        json!({ "type": "unknown" }),
    ] {
        assert_eq!(event(stack, "$default", None, Some(frame)).await, 200);
        assert!(handed.recv().await.is_some());
    }
    app.write_to(mentor, conversation, "Heard").await;
    assert_eq!(event(stack, "$default", None, Some(json!({ "type": "read", "conversation_id": conversation }))).await, 200);
    app.local.clock.advance(SignedDuration::from_mins(1)).unwrap();
    app.write_to(mentor, conversation, "A notice of this is shown at once").await;
    stack.work().await;
    assert_eq!(event(stack, "$disconnect", None, None).await, 200);
    // Each of those who tell finds a connection gone.
    app.local.services.sockets.disconnect("walked=");
    let gone = async || {
        assert_eq!(event(stack, "$connect", Some(&app.ticket(student).await), None).await, 200);
        app.local.clock.advance(SignedDuration::from_mins(1)).unwrap();
    };
    gone().await;
    app.write_to(mentor, conversation, "Nobody hears this").await;
    assert!(app.items("aspirex#CONNECTION").await.is_empty());
    gone().await;
    event(stack, "$default", None, Some(json!({ "type": "send", "conversation_id": conversation, "content": "Nor this" }))).await;
    app.history(student, conversation, None).await;
    app.local.clock.advance(SignedDuration::from_mins(1)).unwrap();
    app.write_to(mentor, conversation, "A notice of this reaches nobody").await;
    gone().await;
    stack.work().await;
    assert!(app.items("aspirex#CONNECTION").await.is_empty());
}

async fn conversations(app: &App, student: &Talker, mentor: &Talker, conversation: &str) {
    let path = format!("{API}/chat/conversations/{conversation}");
    assert_eq!(app.begin(student, student, mentor).await.status, 200);
    for path in ["/chat/get-user-info", "/chat/conversations", &format!("/chat/messages/{conversation}")] {
        app.get(&format!("{API}{path}"), &student.token).await.ok();
    }
    app.history(student, conversation, Some(1)).await;
    let say = json!({ "content": "By the other spelling", "conversation_id": conversation });
    assert_eq!(app.post(&format!("{API}/chat/messages"), &student.token, say).await.status, 201);
    for way in ["pin", "unpin"] {
        app.put(&format!("{path}/{way}"), &student.token, json!({})).await.ok();
    }
    app.call(Method::PATCH, &path, Some(&student.token), Some(json!({ "pinned": true }))).await.ok();
    app.post(&format!("{path}/read"), &mentor.token, json!({})).await.ok();
}

async fn posts(stack: &Stack, student: &Talker, mentor: &Talker, admin: &Talker) {
    let app = &stack.app;
    let posts = format!("{API}/community/posts");
    let write = async || {
        let made = app.post(&posts, &student.token, json!({ "text": "Walked" })).await;
        made.body["id"].as_str().unwrap().to_owned()
    };
    app.student_photo(student).await;
    let (id, second, third) = (write().await, write().await, write().await);
    let feed = app.get(&posts, &mentor.token).await.ok();
    let photo = feed[0]["profile_photo"].as_str().unwrap();
    assert_eq!(app.http.get(photo).send().await.unwrap().status(), 200);
    for path in ["posts", "my-posts"] {
        app.get(&format!("{API}/community/{path}"), &student.token).await.ok();
    }
    app.post(&format!("{posts}/{id}/like"), &mentor.token, json!({})).await.ok();
    app.post(&format!("{API}/community/like"), &mentor.token, json!({ "post_id": id })).await.ok();
    app.post(&format!("{posts}/{id}/view"), &mentor.token, json!({})).await.ok();
    let comment = async |path: &str, body: Value| {
        let made = app.post(&format!("{API}/community/{path}"), &mentor.token, body).await;
        made.body["id"].as_str().unwrap().to_owned()
    };
    let own = comment("comment", json!({ "post_id": id, "text": "Nice" })).await;
    let hidden = comment(&format!("posts/{id}/comment"), json!({ "text": "Less nice" })).await;
    for path in [format!("posts/{id}/comments"), format!("comments/{id}")] {
        app.get(&format!("{API}/community/{path}"), &student.token).await.ok();
    }
    app.post(&format!("{posts}/{id}/report"), &mentor.token, json!({ "reason": "Advertising" })).await.ok();
    for path in ["reports".to_owned(), "hidden-posts".to_owned(), format!("posts/{id}/dossier")] {
        app.get(&format!("{API}/community/{path}"), &admin.token).await.ok();
    }
    for action in ["dismiss_reports", "hide", "unhide"] {
        let body = json!({ "action": action, "reason": "Walked" });
        app.post(&format!("{posts}/{id}/moderate"), &admin.token, body).await.ok();
    }
    let hide = json!({ "action": "hide", "reason": "Walked" });
    app.post(&format!("{API}/community/comments/{hidden}/moderate"), &admin.token, hide).await.ok();
    assert_eq!(app.delete(&format!("{API}/community/comments/{own}"), &mentor.token).await.status, 204);
    assert_eq!(app.delete(&format!("{posts}/{second}"), &student.token).await.status, 204);
    assert_eq!(app.delete(&format!("{API}/community/delete-post/{third}"), &admin.token).await.status, 204);
    stack.work().await;
}

async fn events(stack: &Stack, mentor: &Talker, admin: &Talker) {
    let app = &stack.app;
    let events = format!("{API}/events");
    let body = json!({ "title": "Walked", "start_time": format!("{}T10:00:00Z", app.day(3)) });
    let made = app.post(&events, &mentor.token, body).await;
    let path = format!("{events}/{}", made.body["id"].as_str().unwrap());
    for query in ["", "?search=walked", "?organizer=me"] {
        app.get(&format!("{events}{query}"), &mentor.token).await.ok();
    }
    app.get_public(&path).await.ok();
    app.put(&path, &mentor.token, json!({ "location": "Hall" })).await.ok();
    app.call(Method::PATCH, &path, Some(&mentor.token), Some(json!({ "title": "Walked on" }))).await.ok();
    assert_eq!(app.delete(&path, &admin.token).await.status, 204);
    stack.work().await;
}

async fn support(stack: &Stack, student: &Talker, admin: &Talker) {
    let app = &stack.app;
    let path = format!("{API}/chat/customer-service");
    let asked = app.post(&path, &student.token, json!({ "subject": "Walked", "message": "Where to?" })).await;
    for token in [&student.token, &admin.token] {
        app.get(&path, token).await.ok();
    }
    let respond = format!("{path}/{}/respond", asked.body["id"].as_str().unwrap());
    assert_eq!(app.post(&respond, &admin.token, json!({ "response": "On" })).await.status, 201);
    let form = json!({ "name": "A Visitor", "email": "walked@example.com", "message": "Hello" });
    assert_eq!(app.post_public(&format!("{API}/chat/contact"), form).await.status, 201);
    app.get(&format!("{API}/chat/contact"), &admin.token).await.ok();
    stack.work().await;
}
