use super::{Line, lambda::saved, sequences};
use crate::harness::flow;
use aspirex::socket::Socket;
use jiff::SignedDuration;
use local::standins::sockets::{Handed, Network};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a client makes of frames: it drops what it had and puts the rest in order.
#[derive(Default)]
struct Screen(BTreeMap<u64, String>);

impl Screen {
    fn take(&mut self, frames: Vec<Value>) {
        for frame in frames.iter().filter(|frame| frame["type"] == "message") {
            self.0.insert(frame["sequence"].as_u64().unwrap(), frame["content"].as_str().unwrap().to_owned());
        }
    }

    /// The number up to which nothing is missing.
    fn complete(&self) -> u64 {
        (1..).take_while(|n| self.0.contains_key(n)).last().unwrap_or(0)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_repeated_and_mixed_up_frames_end_in_the_right_history() {
    flow(async |app| {
        for network in [Network::Loses, Network::Repeats, Network::MixesUp] {
            let (student, mentor, conversation) = app.pair(&format!("net.{network:?}").to_lowercase()).await;
            let mut line = app.line(&mentor).await;
            app.local.services.sockets.set_network(network);
            for n in 1..=9 {
                assert_eq!(app.write_to(&student, &conversation, &format!("Message {n}")).await.status, 201);
            }
            let mut screen = Screen::default();
            let frames = line.drained().await;
            let seen = sequences(&frames.iter().filter(|frame| frame["type"] == "message").cloned().collect::<Vec<_>>());
            match network {
                Network::Loses => assert!(seen.len() < 9, "{seen:?}"),
                Network::Repeats => assert_eq!(seen.len(), 18, "{seen:?}"),
                _ => assert!(!seen.is_sorted(), "{seen:?}"),
            }
            screen.take(frames);
            app.local.services.sockets.set_network(Network::Sound);
            line.hang_up().await;
            // After it has connected again the client asks for what it misses.
            let mut line = app.line(&mentor).await;
            for message in app.history(&mentor, &conversation, Some(screen.complete())).await {
                screen.0.insert(message["sequence"].as_u64().unwrap(), message["content"].as_str().unwrap().to_owned());
            }
            app.write_to(&student, &conversation, "Message 10").await;
            screen.take(vec![line.next_of("message").await]);
            let expected: Vec<String> = (1..=10).map(|n| format!("Message {n}")).collect();
            assert_eq!(screen.0.into_values().collect::<Vec<_>>(), expected, "{network:?}");
        }
    })
    .await;
}

/// A connection whose end nobody told of goes when the gateway says that it is gone, and nobody else's does.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_connection_is_removed_when_the_gateway_says_so() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("dead").await;
        let (_lost, _also) = (app.line(&mentor).await, app.line(&student).await);
        app.local.services.sockets.drop_all();
        let mut line: Line = app.line(&mentor).await;
        assert_eq!(app.items("aspirex#CONNECTION#").await.len(), 3);
        app.local.clock.advance(SignedDuration::from_secs(10)).unwrap();
        app.write_to(&student, &conversation, "Who is left?").await;
        assert_eq!(line.next_of("message").await["content"], "Who is left?");
        assert_eq!(app.items("aspirex#CONNECTION#").await.len(), 1);
        assert_eq!(app.items("aspirex#CONNECTIONS#").await.len(), 1);
        line.send(json!({ "type": "read", "conversation_id": conversation })).await;
        assert_eq!(line.next_of("read").await["sequence"], 1);
    })
    .await;
}

/// The gateway does not know a connection in the instant in which it opens; later that means that it is gone, and whoever has
/// no other one with it.
#[tokio::test(flavor = "multi_thread")]
async fn whose_last_connection_is_found_gone_has_left() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("gone").await;
        let mut here = app.line(&student).await;
        let socket = Socket::new(&app.local.platform).unwrap();
        let connect = saved("connect", &[("ticket", &app.ticket(&mentor).await)]);
        let id = connect.request_context.connection_id.clone().unwrap();
        assert_eq!(socket.handle(connect).await.status_code, 200);
        assert_eq!(here.next_of("presence").await["online"], true);
        app.write_to(&student, &conversation, "Too early").await;
        assert_eq!(app.items("aspirex#CONNECTION#").await.len(), 2, "it is about to open");
        let mut handed = app.local.services.sockets.connect(&id);
        app.write_to(&student, &conversation, "Now").await;
        while !matches!(handed.recv().await, Some(Handed::Text(text)) if text.contains("Now")) {}
        app.local.services.sockets.disconnect(&id);
        app.local.clock.advance(SignedDuration::from_secs(10)).unwrap();
        app.write_to(&student, &conversation, "Are you there?").await;
        let left = here.next_of("presence").await;
        assert_eq!((&left["user_id"], &left["online"]), (&json!(mentor.number), &json!(false)));
        assert_eq!(app.items("aspirex#CONNECTION#").await.len(), 1);

        // One of which nobody ever hears again counts no longer than a gateway holds any.
        let connect = saved("connect", &[("ticket", &app.ticket(&mentor).await)]);
        assert_eq!(socket.handle(connect).await.status_code, 200);
        assert_eq!(here.next_of("presence").await["online"], true);
        app.local.clock.advance(SignedDuration::from_mins(131)).unwrap();
        here.send(json!({ "type": "presence" })).await;
        assert_eq!(here.next_of("presence").await["online"], false);
    })
    .await;
}
