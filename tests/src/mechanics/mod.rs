//! What every face shares: keyed requests, counters, sessions, codes, envelopes, pages, panics,
//! request ids, secrets, reading together.

mod codes;
mod envelope;
mod idempotency;
mod limits;
mod lost;
mod pages;
mod panics;
mod request_ids;
mod secrets;
mod sessions;
mod together;
