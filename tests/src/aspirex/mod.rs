//! AspireX: students, sessions, chat, community.
