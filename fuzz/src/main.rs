//! Fuzz targets: what strangers send, and what is made of what they typed. `cargo test` gives each a second;
//! `scripts/fuzz` gives each ten minutes, led by coverage.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a target panics when its property does not hold")]

mod calendars;
mod cursors;
mod tables;
mod text;
mod tokens;
mod webhooks;
