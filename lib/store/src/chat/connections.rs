use crate::{
    PageRequest, Store, StoreError,
    change::Change,
    item::{item, until},
    keys::{self, Key},
    page::List,
    table::take,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, Instant, Product, SessionId,
    account::{Account, MemberState, Membership, Session},
};
use futures::future::try_join;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The gateway ends a connection after two hours; what it did not tell of goes some minutes later.
const CONNECTIONS_LAST: SignedDuration = SignedDuration::from_mins(130);
/// So many connections somebody may have, and of so many each is told of things.
pub const MOST_CONNECTIONS: u32 = 100;

/// A ticket that was issued to a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ticket {
    pub account_id: AccountId,
    pub session_id: SessionId,
    pub expires_at: Instant,
}

/// An open connection, which belongs to a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Connection {
    /// The gateway's id.
    pub id: String,
    pub product: Product,
    pub account_id: AccountId,
    pub session_id: SessionId,
    pub connected_at: Instant,
}

impl Store {
    /// Keeps a ticket, by its hash.
    pub async fn put_ticket(&self, product: Product, hash: &str, ticket: &Ticket) -> Result<(), StoreError> {
        let item = item(&keys::ticket(product, ticket.account_id, hash), &[], ticket)?;
        self.put_when(until(item, ticket.expires_at), &Change::default()).await.map(|_| ())
    }

    /// A ticket by its hash.
    pub async fn ticket(&self, product: Product, account: AccountId, hash: &str) -> Result<Option<Ticket>, StoreError> {
        self.get(&keys::ticket(product, account, hash)).await
    }

    /// Uses a ticket up for a connection; false when it was used or is late.
    pub async fn open_connection(&self, hash: &str, connection: &Connection) -> Result<bool, StoreError> {
        let (product, account) = (connection.product, connection.account_id);
        let good = Change::default().compare("expires_at", ">", &connection.connected_at);
        let gone = connection.connected_at.plus(CONNECTIONS_LAST);
        let mut tx = Transaction::new();
        tx.delete(self, &keys::ticket(product, account, hash), &good, Some(()));
        for key in places(connection) {
            tx.put(self, until(item(&key, &[], connection)?, gone));
        }
        done(tx.commit(self).await)
    }

    /// An open connection.
    pub async fn connection(&self, product: Product, id: &str) -> Result<Option<Connection>, StoreError> {
        self.get(&keys::connection(product, id)).await
    }

    /// Forgets a connection. Doing it twice is harmless.
    pub async fn close_connection(&self, connection: &Connection) -> Result<(), StoreError> {
        let [by_id, of_owner] = places(connection);
        try_join(self.delete(&by_id), self.delete(&of_owner)).await.map(|_| ())
    }

    /// The connections of somebody that the gateway may still have, the latest first. What is older is none, although the
    /// table may be late to drop it.
    pub async fn kept_connections(&self, product: Product, id: AccountId, now: Instant) -> Result<Vec<Connection>, StoreError> {
        let list = List::of_table(keys::connections(product, id)).from(now.plus(-CONNECTIONS_LAST).to_string());
        Ok(self.page(list.newest_first(), PageRequest::first(MOST_CONNECTIONS)).await?.items)
    }

    /// The open connections of somebody who may still hear of things, the latest first: a connection is worth as much as its
    /// session, and whoever was shut out or has left hears of nothing. Two reads.
    pub async fn connections(&self, product: Product, id: AccountId, now: Instant) -> Result<Vec<Connection>, StoreError> {
        let open = self.kept_connections(product, id, now).await?;
        if open.is_empty() {
            return Ok(open);
        }
        let sessions: HashSet<SessionId> = open.iter().map(|connection| connection.session_id).collect();
        let (account, membership) = (keys::account(id), keys::membership(id, product));
        let mut wanted: Vec<Key> = sessions.iter().map(|session| keys::session(id, *session)).collect();
        wanted.extend([account.clone(), membership.clone()]);
        let mut found = self.batch_get(&wanted).await?;
        let (Some(account), Some(member)) =
            (take::<Account>(&mut found, &account)?, take::<Membership>(&mut found, &membership)?)
        else {
            return Ok(Vec::new());
        };
        if member.state == MemberState::Inactive {
            return Ok(Vec::new());
        }
        let mut good = HashSet::new();
        for session in sessions {
            let kept = take::<Session>(&mut found, &keys::session(id, session))?;
            let holds =
                |session: &Session| session.expires_at > now && account.valid_from.is_none_or(|from| session.created_at >= from);
            if kept.as_ref().is_some_and(holds) {
                good.insert(session);
            }
        }
        Ok(open.into_iter().filter(|connection| good.contains(&connection.session_id)).collect())
    }
}

/// Where a connection stands: by its id, and among those of its owner.
fn places(connection: &Connection) -> [Key; 2] {
    let (product, account, id) = (connection.product, connection.account_id, &connection.id);
    [keys::connection(product, id), keys::connection_of(product, account, connection.connected_at, id)]
}
