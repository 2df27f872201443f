//! A stand-in for the part of API Gateway that holds WebSocket connections: it takes what is meant for one and hands it
//! on. Tests have it lose, repeat and mix up what it hands on, as a network does.

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::post,
};
use http::StatusCode;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What is handed to a connection.
#[derive(Debug, Clone)]
pub enum Handed {
    Text(String),
    /// The gateway closes it.
    Close,
}

/// What becomes of what is handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Network {
    #[default]
    Sound,
    /// Every other frame gets lost.
    Loses,
    /// Every frame comes twice.
    Repeats,
    /// Two frames change places.
    MixesUp,
}

#[derive(Debug, Default)]
struct Open {
    connections: HashMap<String, UnboundedSender<Handed>>,
    network: Network,
    handed: u64,
    /// What waits to be overtaken.
    held: HashMap<String, Handed>,
}

/// The stand-in.
#[derive(Debug, Clone, Default)]
pub struct Sockets(Arc<Mutex<Open>>);

impl Sockets {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a connection; what is handed to it comes out of the receiver.
    pub fn connect(&self, id: &str) -> UnboundedReceiver<Handed> {
        let (sender, receiver) = unbounded_channel();
        self.open().connections.insert(id.to_owned(), sender);
        receiver
    }

    /// Has it no longer.
    pub fn disconnect(&self, id: &str) {
        let mut open = self.open();
        open.connections.remove(id);
        open.held.remove(id);
    }

    /// Loses every connection without telling anybody, as when a gateway's machine dies.
    pub fn drop_all(&self) {
        let mut open = self.open();
        open.connections.clear();
        open.held.clear();
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.open().connections.len()
    }

    /// Has the network do something from now on.
    pub fn set_network(&self, network: Network) {
        self.open().network = network;
    }

    /// Hands something to a connection; false when there is none.
    fn hand(&self, id: &str, what: Handed) -> bool {
        let mut open = self.open();
        let Some(connection) = open.connections.get(id).cloned() else { return false };
        open.handed += 1;
        let frames = match open.network {
            Network::Loses if open.handed.is_multiple_of(2) => Vec::new(),
            Network::Sound | Network::Loses => vec![what],
            Network::Repeats => vec![what.clone(), what],
            Network::MixesUp => match open.held.remove(id) {
                Some(held) => vec![what, held],
                None => {
                    open.held.insert(id.to_owned(), what);
                    Vec::new()
                }
            },
        };
        // Whoever does not listen any more has gone in this instant.
        frames.into_iter().all(|frame| connection.send(frame).is_ok())
    }
}

/// Its two routes.
pub fn router(sockets: Sockets) -> Router {
    Router::new().route("/@connections/{id}", post(hand_on).delete(close)).with_state(sockets)
}

async fn hand_on(State(sockets): State<Sockets>, Path(id): Path<String>, body: Bytes) -> Response {
    let Ok(text) = String::from_utf8(body.to_vec()) else { return StatusCode::BAD_REQUEST.into_response() };
    if sockets.hand(&id, Handed::Text(text)) { StatusCode::OK.into_response() } else { gone() }
}

async fn close(State(sockets): State<Sockets>, Path(id): Path<String>) -> Response {
    if sockets.hand(&id, Handed::Close) { StatusCode::NO_CONTENT.into_response() } else { gone() }
}

fn gone() -> Response {
    (StatusCode::GONE, [("x-amzn-errortype", "GoneException")]).into_response()
}
