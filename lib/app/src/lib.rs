//! What the platform does: one module per area of use cases, over the pure rules, the store and the gateways.
//!
//! No use case knows a status code; none reads a clock: the context of the call brings the time.

pub mod accounts;
#[cfg(feature = "ai")]
pub mod ai;
pub mod ai_runs;
pub mod audit_log;
pub mod booking;
#[cfg(feature = "broker")]
pub mod brokered;
pub mod care;
pub mod catalog;
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
pub mod idempotency;
pub mod inbox;
pub mod interviews;
pub mod leads;
pub mod limits;
pub mod mentorship;
#[cfg(feature = "mail")]
pub mod notices;
pub mod operator;
pub mod orders;
#[cfg(feature = "outbox")]
pub mod outbox;
pub mod passwords;
#[cfg(feature = "payment")]
pub mod payment;
pub mod people;
mod platform;
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
pub mod tokens;
#[cfg(feature = "queue")]
pub mod undeliverable;
pub mod webhooks;
mod wired;

pub use context::{Clock, Context, SystemClock, new_id};
pub use platform::Platform;
pub use wired::Wired;
