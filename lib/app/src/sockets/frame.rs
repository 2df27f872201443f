//! What is told over connections.

use domain::{
    ConversationId, EventId, Instant, MessageId,
    chat::{Conversation, Message, Side},
    notice::InAppNotice,
};
use serde::Serialize;

/// What is told over a connection. Every frame says which message, or which notice, it is about and where that stands in
/// its conversation, or null where it is about none: by these clients put frames in order and drop those that they had.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Frame {
    /// Somebody wrote a message; who wrote it is told too, at his other connections.
    Message {
        message_id: MessageId,
        sequence: u64,
        conversation_id: ConversationId,
        sender_type: Side,
        sender_id: String,
        content: String,
        timestamp: Instant,
        read: bool,
        /// What the client called it when it sent it.
        client_id: Option<String>,
    },
    /// Somebody has read up to a message.
    Read { message_id: MessageId, sequence: u64, conversation_id: ConversationId, reader_type: Side, reader_id: String },
    /// Somebody came or went.
    Presence { message_id: Option<MessageId>, sequence: Option<u64>, user_id: String, online: bool, at: Instant },
    /// A notice in the product.
    Notification { message_id: EventId, sequence: Option<u64>, kind: String, title: String, message: String, created_at: Instant },
    /// The answer to a ping.
    Pong { message_id: Option<MessageId>, sequence: Option<u64> },
    /// What was sent came to nothing.
    Error { message_id: Option<MessageId>, sequence: Option<u64>, code: &'static str, detail: String, client_id: Option<String> },
}

impl Frame {
    /// Tells of a message.
    pub fn message(conversation: &Conversation, message: &Message) -> Self {
        Self::Message {
            message_id: message.id,
            sequence: message.sequence,
            conversation_id: message.conversation_id,
            sender_type: message.sender,
            sender_id: conversation.participant(message.sender).shown_id(),
            content: message.content.to_string(),
            timestamp: message.sent_at,
            read: conversation.has_read(message.sender.other(), message.sequence),
            client_id: message.client_id.as_ref().map(ToString::to_string),
        }
    }

    /// Tells that a side has read up to a message.
    pub fn read(conversation: &Conversation, reader: Side, message: &Message) -> Self {
        Self::Read {
            message_id: message.id,
            sequence: message.sequence,
            conversation_id: message.conversation_id,
            reader_type: reader,
            reader_id: conversation.participant(reader).shown_id(),
        }
    }

    /// Tells that somebody came or went.
    pub fn presence(user_id: String, online: bool, at: Instant) -> Self {
        Self::Presence { message_id: None, sequence: None, user_id, online, at }
    }

    /// Answers a ping.
    pub fn pong() -> Self {
        Self::Pong { message_id: None, sequence: None }
    }

    /// Tells that something came to nothing.
    pub fn error(code: &'static str, detail: String, client_id: Option<String>) -> Self {
        Self::Error { message_id: None, sequence: None, code, detail, client_id }
    }

    /// Shows a notice.
    pub fn notification(notice: &InAppNotice) -> Self {
        Self::Notification {
            message_id: notice.id,
            sequence: None,
            kind: notice.kind.clone(),
            title: notice.title.clone(),
            message: notice.message.clone(),
            created_at: notice.created_at,
        }
    }
}
