//! Real WebSocket connections in place of API Gateway's: each becomes the events that the gateway would send to the
//! function, which runs here. It has the path of the products' documents too, with a token, which a browser cannot send.

use crate::{
    Pump,
    standins::sockets::{Handed, Sockets},
};
use app::{Clock, Context, Platform, accounts::Accounts, chat::Chat, sockets::Sockets as Connections, tokens::JwtKeys};
use aspirex::socket::Socket;
use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest as Event;
use axum::{
    Router,
    extract::{
        ConnectInfo, Path, Query, State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{Product, account::PersonKey, event::Actor};
use futures::{SinkExt, StreamExt};
use gateways::settings::SettingError;
use http::{
    HeaderMap, StatusCode,
    header::{AUTHORIZATION, ORIGIN},
};
use serde_json::{Value, json};
use std::{collections::HashMap, net::SocketAddr, sync::Arc};
use tokio::sync::mpsc::UnboundedReceiver;

/// API Gateway closes a connection over which more comes at once.
const LARGEST_MESSAGE: usize = 128 * 1024;
const PRODUCT: Product = Product::AspireX;

#[derive(Debug, Clone)]
struct Shared {
    socket: Socket,
    open: Sockets,
    accounts: Accounts,
    chat: Chat,
    connections: Connections,
    clock: Arc<dyn Clock>,
    pump: Pump,
}

/// A connection before it is open.
struct Wanted {
    ticket: String,
    origin: Option<String>,
    source: SocketAddr,
    /// The conversation that every frame is for, where the path names it.
    conversation: Option<String>,
}

/// The routes that become connections.
pub fn router(platform: &Platform, open: Sockets, pump: Pump) -> Result<Router, SettingError> {
    let gateway = gateways::sockets::Sockets::from_settings(&platform.aws, &platform.settings)?;
    let connections = Connections::new(platform.store.clone(), gateway);
    let jwt = Arc::new(JwtKeys::from_settings(&platform.settings)?);
    let shared = Shared {
        socket: Socket::new(platform)?,
        open,
        accounts: Accounts::new(platform.store.clone(), platform.passwords()?, jwt),
        chat: Chat::new(platform.store.clone(), connections.clone()),
        connections,
        clock: platform.clock.clone(),
        pump,
    };
    let mut routes = Router::new();
    for slash in ["", "/"] {
        routes = routes
            .route(&format!("/aspirex/ws{slash}"), get(by_ticket))
            .route(&format!("/aspirex/ws/notifications{slash}"), get(by_token))
            .route(&format!("/aspirex/ws/chat/{{a}}/{{b}}{slash}"), get(by_pair));
    }
    Ok(routes.with_state(shared))
}

type Pairs = HashMap<String, String>;

fn origin(headers: &HeaderMap) -> Option<String> {
    headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()).map(str::to_owned)
}

async fn by_ticket(
    State(shared): State<Shared>,
    Query(pairs): Query<Pairs>,
    ConnectInfo(source): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let ticket = pairs.get("ticket").cloned().unwrap_or_default();
    open(shared, Wanted { ticket, origin: origin(&headers), source, conversation: None }, upgrade).await
}

async fn by_token(
    State(shared): State<Shared>,
    Query(pairs): Query<Pairs>,
    ConnectInfo(source): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    match ticket_for(&shared, &pairs, &headers, None).await {
        Ok((ticket, conversation)) => {
            open(shared, Wanted { ticket, origin: origin(&headers), source, conversation }, upgrade).await
        }
        Err(status) => status.into_response(),
    }
}

async fn by_pair(
    State(shared): State<Shared>,
    Path(pair): Path<(String, String)>,
    Query(pairs): Query<Pairs>,
    ConnectInfo(source): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    match ticket_for(&shared, &pairs, &headers, Some(pair)).await {
        Ok((ticket, conversation)) => {
            open(shared, Wanted { ticket, origin: origin(&headers), source, conversation }, upgrade).await
        }
        Err(status) => status.into_response(),
    }
}

/// A ticket for whoever shows a token, and the conversation with the other one of a pair.
async fn ticket_for(
    shared: &Shared,
    pairs: &Pairs,
    headers: &HeaderMap,
    pair: Option<(String, String)>,
) -> Result<(String, Option<String>), StatusCode> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
    let token = header.map(|(_, token)| token.trim()).or_else(|| pairs.get("token").map(String::as_str));
    let token = token.ok_or(StatusCode::UNAUTHORIZED)?;
    let now = shared.clock.now();
    let signed_in = match shared.accounts.named(PRODUCT, now, token) {
        Ok(named) => shared.accounts.authenticate(named, now).await,
        Err(error) => Err(error),
    };
    let signed_in = signed_in.map_err(|_| StatusCode::UNAUTHORIZED)?;
    let cx = Context::new(PRODUCT, now, Actor::Account(signed_in.member.id()));
    let conversation = match pair {
        None => None,
        Some((a, b)) => {
            let key = |text: &str| text.parse::<PersonKey>().map_err(|_| StatusCode::NOT_FOUND);
            let own: Vec<String> = signed_in.member.membership.numbers().map(|number| number.to_string()).collect();
            let is_own = |text: &str| own.iter().any(|number| number == text) || text == signed_in.member.id().to_string();
            let other = match (is_own(&a), is_own(&b)) {
                (true, false) => key(&b)?,
                (false, true) => key(&a)?,
                // Whoever is neither of the two learns nothing (hole 21).
                _ => return Err(StatusCode::FORBIDDEN),
            };
            let begun = shared.chat.begin_with(&cx, &signed_in.member, other).await;
            Some(begun.map_err(|_| StatusCode::NOT_FOUND)?.0.id.to_string())
        }
    };
    let ticket = shared.connections.issue_ticket(&cx, &signed_in.member, &signed_in.session).await;
    let (ticket, _) = ticket.map_err(|_| StatusCode::TOO_MANY_REQUESTS)?;
    Ok((ticket.reveal(), conversation))
}

/// An event as the gateway words it.
fn event(route: &str, id: &str, wanted: &Wanted, body: Option<(String, bool)>) -> Option<Event> {
    let kind = match route {
        "$connect" => "CONNECT",
        "$disconnect" => "DISCONNECT",
        _ => "MESSAGE",
    };
    let mut event = json!({
        "headers": {},
        "requestContext": {
            "routeKey": route, "eventType": kind, "connectionId": id, "requestId": uuid::Uuid::new_v4().to_string(),
            "connectedAt": 0, "requestTimeEpoch": 0, "messageDirection": "IN", "stage": "local",
            "identity": { "sourceIp": wanted.source.ip().to_string() },
        },
        "isBase64Encoded": false,
    });
    if route == "$connect" {
        event["queryStringParameters"] = json!({ "ticket": wanted.ticket });
        if let Some(origin) = &wanted.origin {
            event["headers"]["origin"] = origin.clone().into();
        }
    }
    if let Some((body, binary)) = body {
        event["body"] = body.into();
        event["isBase64Encoded"] = binary.into();
    }
    serde_json::from_value(event).ok()
}

async fn open(shared: Shared, wanted: Wanted, upgrade: WebSocketUpgrade) -> Response {
    let id = format!("{:x}=", uuid::Uuid::new_v4().as_u128());
    let Some(connect) = event("$connect", &id, &wanted, None) else { return StatusCode::BAD_REQUEST.into_response() };
    let answer = shared.socket.handle(connect).await;
    if answer.status_code != 200 {
        let status = u16::try_from(answer.status_code).ok().and_then(|status| StatusCode::from_u16(status).ok());
        return status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
    }
    // What is told before it is open waits for it.
    let handed = shared.open.connect(&id);
    let upgrade = upgrade.max_message_size(LARGEST_MESSAGE).max_frame_size(LARGEST_MESSAGE);
    upgrade.on_upgrade(async move |socket| hold(shared, (id, handed), wanted, socket).await)
}

/// Holds a connection until either side ends it.
async fn hold(shared: Shared, (id, mut handed): (String, UnboundedReceiver<Handed>), wanted: Wanted, socket: WebSocket) {
    let (mut to, mut from) = socket.split();
    loop {
        tokio::select! {
            frame = handed.recv() => match frame {
                Some(Handed::Text(text)) => if to.send(Message::Text(text.into())).await.is_err() { break },
                Some(Handed::Close) => {
                    let _ = to.send(Message::Close(Some(CloseFrame { code: 1000, reason: "".into() }))).await;
                    break;
                }
                // The gateway has lost it, and tells nobody.
                None => return,
            },
            message = from.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    let text = in_conversation(text.as_str(), wanted.conversation.as_deref());
                    receive(&shared, &id, &wanted, (text, false)).await;
                }
                Some(Ok(Message::Binary(_))) => receive(&shared, &id, &wanted, (String::new(), true)).await,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
            },
        }
    }
    shared.open.disconnect(&id);
    if let Some(gone) = event("$disconnect", &id, &wanted, None) {
        shared.socket.handle(gone).await;
    }
}

async fn receive(shared: &Shared, id: &str, wanted: &Wanted, body: (String, bool)) {
    if let Some(event) = event("$default", id, wanted, Some(body)) {
        shared.socket.handle(event).await;
        shared.pump.wake();
    }
}

/// A frame of the documents' path, which is only content, as one that names its conversation.
fn in_conversation(text: &str, conversation: Option<&str>) -> String {
    let Some(conversation) = conversation else { return text.to_owned() };
    let Ok(Value::Object(mut frame)) = serde_json::from_str(text) else { return text.to_owned() };
    frame.entry("type").or_insert_with(|| "send".into());
    frame.entry("conversation_id").or_insert_with(|| conversation.into());
    if let Some(message) = frame.get("message").cloned() {
        frame.entry("content").or_insert(message);
    }
    Value::Object(frame).to_string()
}
