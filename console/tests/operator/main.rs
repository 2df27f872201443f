//! The real binary against the local server.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod commands;
mod files;
mod harness;
mod interrupt;
mod products;
mod refusals;
mod script;
mod settings;
