//! Whole flows over HTTP, each against a server of its own with its own in-memory table.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod accounts;
mod budgets;
mod calls;
mod cancel;
mod contract;
mod faults;
mod harness;
mod input;
mod mail;
mod payments;
mod road;
mod scenes;
mod shots;
mod storms;
mod template;
mod webhooks;
