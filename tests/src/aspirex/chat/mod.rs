//! What people say to each other: conversations, WebSocket connections, posts, events, support.

mod community;
mod events;
mod fan_out;
mod history;
mod lambda;
mod races;
mod refusals;
mod support;
mod talk;

use crate::{calls::Answer, harness::App};
use app::tokens::{OpaqueKind, OpaqueToken};
use domain::{
    AccountId, Product,
    account::{Account, Membership, Role, Session, Verification},
    text::{Email, PersonName},
};
use futures::{SinkExt, StreamExt};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use store::{NewAccount, Record};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

/// Where the face is.
pub const API: &str = "/aspirex/api";

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Talker {
    pub token: String,
    pub id: String,
    pub number: String,
}

/// A WebSocket connection.
pub struct Line {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl App {
    /// A new member of AspireX in a role; mentors are approved.
    pub async fn talker(&self, name: &str, role: Role) -> Talker {
        let (store, now) = (&self.local.platform.store, app::Clock::now(&*self.local.clock));
        let id: AccountId = app::new_id(now);
        let email = Email::parse(&format!("{name}.talker@example.com")).unwrap();
        let person = PersonName::parse(&format!("Talker {name}")).unwrap();
        let account = Account::new(id, email.clone(), person.clone(), None, now);
        let number = store.next_public_number(Product::AspireX, role).await.unwrap();
        let mut membership = Membership::new(id, Product::AspireX, email, person, role, now).numbered(number);
        membership.verification = (role == Role::Mentor).then_some(Verification::Approved);
        let token = OpaqueToken::new(OpaqueKind::Session, id);
        let session = Session::sliding(token.session_id(), id, Product::AspireX, now);
        store.register(&NewAccount { account, membership }, Some(&session), &Record::default()).await.unwrap();
        let number = number.map_or_else(|| id.to_string(), |number| number.to_string());
        Talker { token: token.reveal(), id: id.to_string(), number }
    }

    /// A student and a mentor who have a conversation: they, and its id.
    pub async fn pair(&self, name: &str) -> (Talker, Talker, String) {
        let student = self.talker(&format!("{name}.student"), Role::Mentee).await;
        let mentor = self.talker(&format!("{name}.mentor"), Role::Mentor).await;
        let answer = self.begin(&student, &student, &mentor).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        (student, mentor, answer.body["id"].as_str().unwrap().to_owned())
    }

    pub async fn begin(&self, by: &Talker, student: &Talker, mentor: &Talker) -> Answer {
        let body = json!({ "student_id": student.number, "mentor_id": mentor.number });
        self.post(&format!("{API}/chat/conversations/"), &by.token, body).await
    }

    pub async fn write_to(&self, by: &Talker, conversation: &str, words: &str) -> Answer {
        let path = format!("{API}/chat/conversations/{conversation}/send/");
        self.post(&path, &by.token, json!({ "content": words, "sender_type": "mentor" })).await
    }

    /// Says something under the client's name for it.
    pub async fn write_as(&self, by: &Talker, conversation: &str, (words, client_id): (&str, &str)) -> Answer {
        let path = format!("{API}/chat/conversations/{conversation}/send/");
        self.post(&path, &by.token, json!({ "content": words, "client_id": client_id })).await
    }

    pub async fn read_all(&self, by: &Talker, conversation: &str) {
        self.post(&format!("{API}/chat/conversations/{conversation}/read/"), &by.token, json!({})).await.ok();
    }

    /// One of somebody's conversations, as he sees it.
    pub async fn seen_by(&self, by: &Talker, conversation: &str) -> Value {
        let listed = self.get(&format!("{API}/chat/conversations/"), &by.token).await.ok();
        listed.as_array().unwrap().iter().find(|one| one["id"] == conversation).unwrap().clone()
    }

    /// How many notices somebody has, and how many of them he has not read.
    pub async fn notices_of(&self, who: &Talker) -> (usize, usize) {
        self.drain().await;
        let notices = self.items(&format!("aspirex#NOTICES#{}", who.id)).await;
        (notices.len(), notices.iter().filter(|notice| !notice.contains_key("read_at")).count())
    }

    /// An admin closes the site or opens it, and every function learns of it.
    pub async fn close_site(&self, admin: &Talker, closed: bool) {
        self.put(&format!("{API}/site-status/"), &admin.token, json!({ "maintenance_mode": closed })).await.ok();
        self.local.clock.advance(SignedDuration::from_secs(10)).unwrap();
    }

    /// The history from a number on.
    pub async fn history(&self, by: &Talker, conversation: &str, after: Option<u64>) -> Vec<Value> {
        let after = after.map(|after| format!("?limit=1000&after={after}")).unwrap_or_default();
        let path = format!("{API}/chat/conversations/{conversation}/messages/{after}");
        self.get(&path, &by.token).await.ok().as_array().unwrap().clone()
    }

    pub async fn ticket(&self, by: &Talker) -> String {
        let answer = self.call(Method::POST, &format!("{API}/chat/ticket/"), Some(&by.token), None).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body["ticket"].as_str().unwrap().to_owned()
    }

    /// Opens a connection by its path and query; the status when it is refused, 0 when nobody answers.
    pub async fn dial(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<Line, u16> {
        let url = format!("{}/aspirex/ws/{path}", self.local.url.replace("http://", "ws://"));
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Line { stream }),
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(_) => Err(0),
        }
    }

    pub async fn line(&self, of: &Talker) -> Line {
        let ticket = self.ticket(of).await;
        self.dial(&format!("?ticket={ticket}"), &[]).await.unwrap()
    }
}

impl Line {
    pub async fn send(&mut self, frame: Value) {
        self.send_text(frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: String) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    pub async fn send_bytes(&mut self, bytes: Vec<u8>) {
        self.stream.send(Message::binary(bytes)).await.unwrap();
    }

    /// The next frame; none when the connection is closed.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            let message = timeout(Duration::from_secs(60), self.stream.next()).await.unwrap();
            match message {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(text.as_str()).unwrap()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next frame of a type; others are passed over.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await.unwrap();
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// Everything that has come and comes within a moment.
    pub async fn drained(&mut self) -> Vec<Value> {
        let mut found = Vec::new();
        while let Ok(Some(Ok(message))) = timeout(Duration::from_millis(300), self.stream.next()).await {
            if let Message::Text(text) = message {
                found.push(serde_json::from_str(text.as_str()).unwrap());
            }
        }
        found
    }

    /// The same, without waiting for more.
    pub async fn drained_now(&mut self) {
        while let Ok(Some(_)) = timeout(Duration::from_millis(1), self.stream.next()).await {}
    }

    pub async fn hang_up(mut self) {
        self.stream.close(None).await.unwrap();
        while let Some(Ok(_)) = self.stream.next().await {}
    }
}

/// The numbers of messages.
pub fn sequences(messages: &[Value]) -> Vec<u64> {
    messages.iter().map(|message| message["sequence"].as_u64().unwrap()).collect()
}
