//! AspireX: students, sessions, chat, community.

pub mod chat;
mod paths;
pub mod people;
pub mod sessions;
