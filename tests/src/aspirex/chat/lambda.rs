use super::App;
use crate::harness::{flow, flow_with};
use aspirex::socket::Socket;
use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use domain::account::Role;
use local::{Options, standins::dynamodb::Fault};
use serde_json::{Value, json};
use std::path::Path;

/// A saved event with what only a running platform knows.
pub(super) fn saved(name: &str, values: &[(&str, &str)]) -> ApiGatewayWebsocketProxyRequest {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../events/aspirex-socket/{name}.json"));
    let text = std::fs::read_to_string(path).unwrap();
    let text = values.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value));
    serde_json::from_str(&text).unwrap()
}

fn metered() -> Options {
    Options { metered: true, background: false, ..Options::in_memory() }
}

async fn frames(app: &App, receiver: &mut tokio::sync::mpsc::UnboundedReceiver<local::standins::sockets::Handed>) -> Vec<Value> {
    app.drain().await;
    let mut found = Vec::new();
    while let Ok(local::standins::sockets::Handed::Text(text)) = receiver.try_recv() {
        found.push(serde_json::from_str(&text).unwrap());
    }
    found
}

/// The events as API Gateway writes them, through the function's own handler.
#[tokio::test]
async fn the_gateway_s_events_open_use_and_close_a_connection() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("lambda").await;
        let socket = Socket::new(&app.local.platform).unwrap();
        let ticket = app.ticket(&student).await;
        let connect = saved("connect", &[("ticket", &ticket)]);
        let id = connect.request_context.connection_id.clone().unwrap();
        assert_eq!(socket.handle(connect.clone()).await.status_code, 200);
        let mut handed = app.local.services.sockets.connect(&id);
        assert_eq!(socket.handle(connect).await.status_code, 401, "the ticket is used");
        assert_eq!(app.items("aspirex#CONNECTION#").await.len(), 1);

        let values = [("conversation", conversation.as_str())];
        assert_eq!(socket.handle(saved("send", &values)).await.status_code, 200);
        let heard = frames(app, &mut handed).await;
        assert_eq!((&heard[0]["type"], &heard[0]["sequence"]), (&"message".into(), &1.into()), "{heard:?}");
        assert_eq!(app.history(&mentor, &conversation, None).await.len(), 1);
        frames(app, &mut handed).await;
        for (event, code) in [("binary", "BINARY_FRAME"), ("unknown-type", "UNKNOWN_TYPE")] {
            assert_eq!(socket.handle(saved(event, &values)).await.status_code, 200);
            assert_eq!(frames(app, &mut handed).await[0]["code"], code);
        }
        assert_eq!(socket.handle(saved("disconnect", &[])).await.status_code, 200);
        assert!(app.items("aspirex#CONNECTION").await.is_empty());
        assert_eq!(socket.handle(saved("disconnect", &[])).await.status_code, 200, "told twice");
        assert_eq!(socket.handle(saved("send", &values)).await.status_code, 401, "of nobody");
    })
    .await;
}

/// A closed site opens no connection and takes no frame; that is nobody's error, unlike what really fails.
#[tokio::test(flavor = "multi_thread")]
async fn maintenance_reaches_connections_and_failures_reach_lambda() {
    flow_with(metered(), async |app| {
        let (student, _, conversation) = app.pair("closed").await;
        let admin = app.talker("keeper", Role::Admin).await;
        let (mut line, ticket) = (app.line(&student).await, app.ticket(&student).await);
        app.close_site(&admin, true).await;
        let send = json!({ "type": "send", "conversation_id": conversation, "content": "Hello", "client_id": "7" });
        line.send(send.clone()).await;
        let refused = line.next_of("error").await;
        assert_eq!((&refused["code"], &refused["client_id"]), (&json!("MAINTENANCE"), &json!("7")));
        assert_eq!(app.dial(&format!("?ticket={ticket}"), &[]).await.err(), Some(503));
        let socket = Socket::new(&app.local.platform).unwrap();
        let connect = saved("connect", &[("ticket", &ticket)]);
        assert_eq!(socket.run(connect.clone()).await.unwrap().status_code, 503);
        app.close_site(&admin, false).await;
        line.send(send).await;
        assert_eq!(line.next_of("message").await["sequence"], 1);
        assert!(app.dial(&format!("?ticket={ticket}"), &[]).await.is_ok(), "the ticket was not used");

        let connect = saved("connect", &[("ticket", &app.ticket(&student).await)]);
        for _ in 0..store::ATTEMPTS {
            app.meter().fail_next("TransactWriteItems", Fault::Conflict);
        }
        let failed = socket.run(connect).await.unwrap_err();
        assert_eq!((failed.status.as_u16(), failed.code), (503, "BUSY"));

        // What is said is tried as often as anything else, and not over and over.
        for _ in 0..store::ATTEMPTS {
            app.meter().fail_next("TransactWriteItems", Fault::Conflict);
        }
        app.write_as(&student, &conversation, ("Hello again", "8")).await.refused(503, "BUSY");
        assert_eq!(app.meter().faults_left(), 0);
        assert_eq!(app.write_as(&student, &conversation, ("Hello again", "8")).await.body["sequence"], 2, "nothing was kept");
    })
    .await;
}

/// A ping comes every few minutes of everybody who is there, so that it costs nothing but its answer.
#[tokio::test]
async fn a_ping_is_answered_and_nothing_is_read_for_it() {
    flow_with(metered(), async |app| {
        let (student, _, conversation) = app.pair("ping").await;
        let mut line = app.line(&student).await;
        line.send(json!({ "type": "ping" })).await;
        assert_eq!(line.next_of("pong").await, json!({ "type": "pong", "message_id": null, "sequence": null }));

        let socket = Socket::new(&app.local.platform).unwrap();
        let mut ping = saved("send", &[("conversation", &conversation)]);
        ping.body = Some(r#"{"type":"ping"}"#.to_owned());
        let id = ping.request_context.connection_id.clone().unwrap();
        let mut handed = app.local.services.sockets.connect(&id);
        app.drain().await;
        app.meter().take();
        assert_eq!(socket.handle(ping).await.status_code, 200);
        let asked: Vec<_> = app.meter().take().into_iter().map(|request| request.operation).collect();
        assert!(!asked.iter().any(|operation| operation == "GetItem" || operation == "UpdateItem"), "{asked:?}");
        assert_eq!(frames(app, &mut handed).await[0]["type"], "pong");
    })
    .await;
}
