//! What the platform does: one module per area of use cases, over the pure rules, the store and the gateways.
//!
//! No use case knows a status code; none reads a clock: the context of the call brings the time.

pub mod accounts;
#[cfg(feature = "ai")]
pub mod ai;
pub mod ai_runs;
pub mod audit_log;
pub mod authentication;
pub mod booking;
#[cfg(feature = "broker")]
pub mod brokered;
pub mod care;
pub mod catalog;
#[cfg(feature = "sockets")]
pub mod chat;
#[cfg(feature = "payment")]
mod checkout;
pub mod code_sign_in;
pub mod codes;
pub mod community;
mod context;
pub mod dashboards;
pub mod days;
pub mod directory;
pub mod erasure;
pub mod export;
pub mod figures;
#[cfg(feature = "files")]
pub mod files;
pub mod gatherings;
#[cfg(feature = "google")]
pub mod google;
pub mod idempotency;
pub mod inbox;
pub mod interviews;
pub mod leads;
pub mod limits;
pub mod mentorship;
pub mod newsletter;
pub mod notes;
#[cfg(feature = "mail")]
pub mod notices;
pub mod operator;
pub mod orders;
#[cfg(feature = "outbox")]
pub mod outbox;
pub mod paid_sessions;
pub mod passwords;
#[cfg(feature = "payment")]
pub mod payment;
pub mod people;
mod platform;
pub mod portraits;
pub mod public_events;
#[cfg(feature = "payment")]
pub mod purchases;
#[cfg(feature = "payment")]
pub mod reconciliation;
#[cfg(feature = "payment")]
pub mod refunding;
pub mod refunds;
#[cfg(feature = "outbox")]
pub mod replays;
#[cfg(all(feature = "payment", feature = "files"))]
pub mod scheduler;
pub mod seal;
pub mod settlement;
pub mod site;
#[cfg(feature = "sockets")]
pub mod sockets;
pub mod support;
pub mod tokens;
#[cfg(feature = "queue")]
pub mod undeliverable;
#[cfg(any(feature = "broker", feature = "google"))]
pub mod vouched;
pub mod webhooks;
mod wired;

pub use context::{Clock, Context, SystemClock, new_id};
pub use platform::Platform;
pub use wired::Wired;
