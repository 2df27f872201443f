//! Open connections: who may open one, and what is told over them.
//!
//! What is told is stored before, and the REST history is the truth: a frame that gets lost costs nothing but time.

mod frame;
mod presence;

pub use frame::Frame;

use crate::{
    Context,
    limits::{LimitError, Limits, TICKETS},
    tokens::{OpaqueKind, OpaqueToken},
};
use domain::{
    AccountId, Instant, Product,
    account::{Member, Session},
};
use futures::future::join_all;
use gateways::sockets::{PostError, Sockets as Gateway};
use jiff::SignedDuration;
use std::time::Duration;
use store::{Connection, MOST_CONNECTIONS, Store, StoreError, Ticket};
use tokio::time::timeout;

/// A ticket is asked for to be used at once.
const TICKETS_LAST: SignedDuration = SignedDuration::from_secs(60);
/// Whoever waits for an answer waits no longer than this for others to be told.
const PATIENCE: Duration = Duration::from_secs(3);
/// A connection may take so long to open after it was let in.
const OPENING: SignedDuration = SignedDuration::from_secs(5);
/// So many are told at the same time.
const AT_ONCE: usize = 25;

/// Why no connection was opened, or no ticket issued.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// Unknown, used or late.
    #[error("the ticket opens nothing")]
    BadTicket,
    /// One more would not be told of things.
    #[error("somebody has as many connections as he may have")]
    TooMany,
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use cases of open connections.
#[derive(Debug, Clone)]
pub struct Sockets {
    store: Store,
    limits: Limits,
    gateway: Gateway,
    patience: Duration,
}

/// A connection that a ticket may still open.
#[derive(Debug)]
pub struct Opening {
    ticket: String,
    pub connection: Connection,
}

impl Sockets {
    /// The connections of a gateway, which a store knows.
    pub fn new(store: Store, gateway: Gateway) -> Self {
        Self { limits: Limits::new(store.clone()), store, gateway, patience: PATIENCE }
    }

    /// The same, with another patience.
    pub fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Issues a ticket to whoever is signed in: it opens one connection, soon, in the name of this session.
    pub async fn issue_ticket(
        &self,
        cx: &Context,
        by: &Member,
        session: &Session,
    ) -> Result<(OpaqueToken, Instant), SocketError> {
        self.limits.take(cx, TICKETS, &format!("account:{}", by.id())).await?;
        let token = OpaqueToken::new(OpaqueKind::Ticket, by.id());
        let expires_at = cx.now.plus(TICKETS_LAST);
        let ticket = Ticket { account_id: by.id(), session_id: session.id, expires_at };
        self.store.put_ticket(cx.product, &token.hash(), &ticket).await?;
        Ok((token, expires_at))
    }

    /// The connection that a ticket opens, for the session to which it was issued.
    pub async fn opening(&self, cx: &Context, ticket: &str, connection_id: &str) -> Result<Opening, SocketError> {
        let token = OpaqueToken::parse(OpaqueKind::Ticket, ticket).ok_or(SocketError::BadTicket)?;
        let known = self.store.ticket(cx.product, token.account_id, &token.hash()).await?.ok_or(SocketError::BadTicket)?;
        let connection = Connection {
            id: connection_id.to_owned(),
            product: cx.product,
            account_id: known.account_id,
            session_id: known.session_id,
            connected_at: cx.now,
        };
        Ok(Opening { ticket: token.hash(), connection })
    }

    /// Opens it; the ticket is used up.
    pub async fn open(&self, cx: &Context, opening: Opening) -> Result<Connection, SocketError> {
        let Opening { ticket, connection } = opening;
        let open = self.store.kept_connections(cx.product, connection.account_id, cx.now).await?;
        if open.len() >= MOST_CONNECTIONS as usize {
            return Err(SocketError::TooMany);
        }
        let opened = self.store.open_connection(&ticket, &connection).await?;
        opened.then_some(connection).ok_or(SocketError::BadTicket)
    }

    /// A connection that was opened.
    pub async fn connection(&self, product: Product, id: &str) -> Result<Option<Connection>, SocketError> {
        Ok(self.store.connection(product, id).await?)
    }

    /// Forgets a connection that was closed.
    pub async fn forget(&self, connection: &Connection) -> Result<(), SocketError> {
        Ok(self.store.close_connection(connection).await?)
    }

    /// Closes a connection, and forgets it.
    pub async fn close(&self, connection: &Connection) -> Result<(), SocketError> {
        self.store.close_connection(connection).await?;
        if let Err(error) = self.gateway.close(&connection.id).await {
            tracing::warn!(%error, "a connection was not closed");
        }
        Ok(())
    }

    /// Whether somebody has an open connection.
    pub async fn is_connected(&self, product: Product, id: AccountId, now: Instant) -> Result<bool, StoreError> {
        Ok(!self.store.connections(product, id, now).await?.is_empty())
    }

    /// Tells all open connections of some people, as well as that goes: what fails is logged, never told to whoever
    /// caused it.
    pub async fn tell(&self, cx: &Context, people: &[AccountId], frame: &Frame) {
        self.patiently(async {
            let gone = self.told(cx, people, frame).await;
            self.told_of_gone(cx, gone).await;
        })
        .await;
    }

    async fn patiently(&self, telling: impl Future<Output = ()>) {
        if timeout(self.patience, telling).await.is_err() {
            tracing::warn!("not everybody was told in time");
        }
    }

    /// Tells some people; answers whose connections were found gone.
    async fn told(&self, cx: &Context, people: &[AccountId], frame: &Frame) -> Vec<AccountId> {
        let Some(data) = written(frame) else { return Vec::new() };
        let found = join_all(people.iter().map(|id| self.store.connections(cx.product, *id, cx.now))).await;
        let mut open = Vec::new();
        for connections in found {
            match connections {
                Ok(connections) => open.extend(connections),
                Err(error) => tracing::warn!(%error, "connections could not be read"),
            }
        }
        let mut gone = Vec::new();
        for some in open.chunks(AT_ONCE) {
            let posted = join_all(some.iter().map(|connection| self.post(cx.now, connection, data.clone()))).await;
            gone.extend(some.iter().zip(posted).filter(|(_, reached)| !reached).map(|(connection, _)| connection.account_id));
        }
        gone
    }

    /// Tells one connection.
    pub async fn answer(&self, cx: &Context, connection: &Connection, frame: &Frame) {
        let Some(data) = written(frame) else { return };
        if !self.post(cx.now, connection, data).await {
            self.patiently(self.told_of_gone(cx, vec![connection.account_id])).await;
        }
    }

    /// Answers a ping over the connection that it came over, of which nothing is read.
    pub async fn pong(&self, connection_id: &str) {
        let Some(data) = written(&Frame::pong()) else { return };
        if let Err(error) = self.gateway.post(connection_id, data).await {
            tracing::info!(%error, "a ping was not answered");
        }
    }

    /// Posts to a connection; false when it was gone, and is forgotten.
    async fn post(&self, now: Instant, connection: &Connection, data: Vec<u8>) -> bool {
        match self.gateway.post(&connection.id, data).await {
            Ok(()) => true,
            // The gateway knows a connection only once it has told its client that it is open.
            Err(PostError::Gone) if now.since(connection.connected_at) < OPENING => true,
            Err(PostError::Gone) => {
                if let Err(error) = self.store.close_connection(connection).await {
                    tracing::warn!(%error, "a connection that is gone was not forgotten");
                }
                false
            }
            Err(PostError::Failed(error)) => {
                tracing::warn!(error, "a connection was not told");
                true
            }
        }
    }
}

fn written(frame: &Frame) -> Option<Vec<u8>> {
    let data = serde_json::to_vec(frame);
    data.inspect_err(|error| tracing::error!(%error, "a frame could not be written")).ok()
}
