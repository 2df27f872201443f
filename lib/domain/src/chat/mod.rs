//! Talking to each other: conversations of two, and asking those who run the product.

mod conversation;
mod support;

pub use conversation::{ClientId, Conversation, LastMessage, Message, MessageText, Participant, Progress, Side};
pub use support::{ContactMessage, SupportReply, SupportRequest, SupportText};
