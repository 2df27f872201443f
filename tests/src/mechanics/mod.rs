//! What every face shares: keyed requests, counters, sessions, codes, envelopes, request ids, secrets.

mod codes;
mod envelope;
mod idempotency;
mod limits;
mod panics;
mod request_ids;
mod secrets;
mod sessions;
