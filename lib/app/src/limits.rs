//! How often people may do what can be abused: counters in the table, per account or address and per source
//! (decisions: rate limits). The general limit on requests is the gateway's.

use crate::Context;
use jiff::SignedDuration;
use std::net::IpAddr;
use store::{Rate, Store, StoreError, Taken, Turn};

/// A limit with its name in the table.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    name: &'static str,
    rate: Rate,
}

const fn bucket(name: &'static str, interval_secs: i64, burst: u32) -> Limit {
    Limit { name, rate: Rate::Bucket { interval: SignedDuration::from_secs(interval_secs), burst } }
}

/// Signing in: once a second, 5 at once (F-45).
pub const SIGN_IN: Limit = bucket("sign_in", 1, 5);
/// Registering. A whole class may sit behind one address, so it is wide; it only has to stop machines.
pub const REGISTRATION: Limit = bucket("registration", 6, 20);
/// Having a code or link mailed: 3 at once, then one in five minutes.
pub const MAILED_SECRET: Limit = bucket("mailed_secret", 300, 3);
/// The same from one source, which may serve many people.
pub const MAILED_SECRETS_OF_SOURCE: Limit = bucket("mailed_secrets", 10, 20);
/// Trying a mailed code or link.
pub const REDEEMING: Limit = bucket("redeeming", 1, 5);
/// Exporting one's data: some parts at once, then one a minute.
pub const EXPORT: Limit = bucket("export", 60, 10);
/// Making an order without an account.
pub const VISITORS_ORDER: Limit = bucket("visitors_order", 6, 10);

/// Writing posts: one a minute, 5 at once.
pub const POSTING: Limit = bucket("posting", 60, 5);
/// Writing comments: one in 6 seconds, 10 at once.
pub const COMMENTING: Limit = bucket("commenting", 6, 10);
/// Voting on posts: one in 2 seconds, 30 at once, as when somebody reads a whole page.
pub const VOTING: Limit = bucket("voting", 2, 30);
/// Writing posts at AspireX: five in a day.
pub const DAILY_POSTS: Limit =
    Limit { name: "daily_posts", rate: Rate::Window { count: 5, span: SignedDuration::from_hours(24) } };
/// Looking at posts, which counts.
pub const VIEWING: Limit = bucket("viewing", 1, 60);
/// Writing to somebody: one a second, 60 at once.
pub const MESSAGES: Limit = bucket("messages", 1, 60);
/// Anything that is sent over a connection: 5 a second, 150 at once.
pub const FRAMES: Limit = Limit { name: "frames", rate: Rate::Bucket { interval: SignedDuration::from_millis(200), burst: 150 } };
/// Asking for tickets: one in 2 seconds, 30 at once, as when a network comes back and every tab with it.
pub const TICKETS: Limit = bucket("tickets", 2, 30);
/// Leaving something in a contact form.
pub const CONTACT: Limit = bucket("contact", 60, 5);
/// Asking those who run the product.
pub const SUPPORT: Limit = bucket("support", 60, 5);
/// Making and changing events.
pub const GATHERINGS: Limit = bucket("gatherings", 6, 20);
/// Reporting posts: one a minute, 5 at once.
pub const REPORTING: Limit = bucket("reporting", 60, 5);
/// Asking an AI tool: each answer costs, also of plans that count none.
pub const AI_TOOLS: Limit = bucket("ai_tools", 20, 10);

/// Booking sessions in mentors' own time: three an hour (M-55).
pub const SESSION_BOOKING: Limit =
    Limit { name: "session_booking", rate: Rate::Window { count: 3, span: SignedDuration::from_hours(1) } };
/// Entering the key by which somebody shows that he was at a session: one in 30 seconds, 5 at once.
pub const ATTENDANCE: Limit = bucket("attendance", 30, 5);
/// Uploading files: each is checked and kept outside the table.
pub const UPLOADING: Limit = bucket("uploading", 20, 10);
/// Signing up for a member directory.
pub const DIRECTORY_SIGN_UP: Limit = bucket("directory_sign_up", 60, 10);

/// Keeping notes: one in 5 seconds, 20 at once.
pub const NOTING: Limit = bucket("noting", 5, 20);

/// Why something was not let through.
#[derive(Debug, thiserror::Error)]
pub enum LimitError {
    /// Too often; after this time it may be tried again.
    #[error("too often")]
    Limited { wait: SignedDuration },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The counters.
#[derive(Debug, Clone)]
pub struct Limits {
    store: Store,
}

impl Limits {
    /// Counters in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Counts one use by a subject, such as `account:<id>`.
    pub async fn take(&self, cx: &Context, limit: Limit, subject: &str) -> Result<(), LimitError> {
        match self.store.take(cx.product, limit.name, subject, limit.rate, cx.now).await? {
            Taken::Granted => Ok(()),
            Taken::Limited { wait } => Err(LimitError::Limited { wait }),
        }
    }

    /// The next turn of a subject within a window, to be taken in the transaction of what is limited.
    pub async fn turn(&self, cx: &Context, limit: Limit, subject: &str) -> Result<Turn, LimitError> {
        let window = match limit.rate {
            Rate::Window { count, span } => (count, span),
            Rate::Bucket { interval, .. } => (1, interval),
        };
        let turn = self.store.next_turn(cx.product, limit.name, subject, window, cx.now).await?;
        turn.map_err(|wait| LimitError::Limited { wait })
    }

    /// Counts one use by whoever calls. Without a known source, as when the platform acts by itself, nobody is held.
    pub async fn take_from_source(&self, cx: &Context, limit: Limit) -> Result<(), LimitError> {
        match cx.source {
            Some(source) => self.take(cx, limit, &format!("source:{}", network(source))).await,
            None => Ok(()),
        }
    }
}

/// Whom a source address stands for: an IPv6 customer has a whole /64 to call from.
pub(crate) fn network(source: IpAddr) -> String {
    match source.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_one_ipv6_customer_are_one_source() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
