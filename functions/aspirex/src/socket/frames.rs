//! What clients send.

use domain::{
    ConversationId,
    chat::{ClientId, MessageText},
};
use serde::Deserialize;
use serde_json::Value;
use web::ApiError;

/// A frame that was understood.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Sent {
    /// Says something in a conversation.
    Send {
        conversation_id: ConversationId,
        content: MessageText,
        /// What the client calls it, to know it again. Sent twice under one name it is said once.
        #[serde(default)]
        client_id: Option<ClientId>,
    },
    /// Has read up to a message, or everything.
    Read {
        conversation_id: ConversationId,
        #[serde(default)]
        sequence: Option<u64>,
    },
    /// Asks who is there.
    Presence {},
    /// Keeps the connection from being closed for silence.
    Ping {},
}

const TYPES: [&str; 4] = ["send", "read", "presence", "ping"];
/// A ping has nothing to say.
const LONGEST_PING: usize = 64;

impl Sent {
    /// Reads a frame.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let frame: Value =
            serde_json::from_str(text).map_err(|_| ApiError::bad_request("INVALID_JSON", "A frame must be a JSON object"))?;
        if !frame.is_object() {
            return Err(ApiError::bad_request("INVALID_JSON", "A frame must be a JSON object"));
        }
        match frame.get("type").and_then(Value::as_str) {
            Some(kind) if TYPES.contains(&kind) => {}
            _ => return Err(ApiError::bad_request("UNKNOWN_TYPE", "A frame's type is send, read, presence or ping")),
        }
        serde_json::from_value(frame).map_err(|error| {
            // Serde's own sentences begin in lower case; ours are fit to be shown.
            let sentence = error.to_string();
            let ours = !sentence.starts_with(char::is_lowercase);
            ApiError::bad_request(
                "VALIDATION_FAILED",
                if ours { sentence } else { "Something in this frame is missing or wrong".to_owned() },
            )
        })
    }

    /// Whether a frame is a ping, which is told without reading any other.
    pub fn is_ping(text: &str) -> bool {
        text.len() <= LONGEST_PING && matches!(Self::parse(text), Ok(Self::Ping {}))
    }

    /// What the client calls it.
    pub fn client_id(&self) -> Option<String> {
        match self {
            Self::Send { client_id, .. } => client_id.as_ref().map(ToString::to_string),
            Self::Read { .. } | Self::Presence {} | Self::Ping {} => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> &'static str {
        Sent::parse(text).unwrap_err().code
    }

    #[test]
    fn a_frame_is_an_object_of_a_known_type() {
        let id = uuid::Uuid::nil();
        let send = format!(r#"{{"type":"send","conversation_id":"{id}","content":" Hello ","client_id":"7"}}"#);
        let sent = Sent::parse(&send).unwrap();
        assert_eq!(sent.client_id().as_deref(), Some("7"));
        assert!(matches!(sent, Sent::Send { content, .. } if content.as_str() == "Hello"));
        assert!(matches!(Sent::parse(r#"{"type":"presence"}"#), Ok(Sent::Presence {})));
        assert!(Sent::is_ping(r#"{"type":"ping"}"#) && !Sent::is_ping(r#"{"type":"presence"}"#) && !Sent::is_ping("ping"));
        for text in ["", "hello", "[]", "7", "{"] {
            assert_eq!(refused(text), "INVALID_JSON", "{text}");
        }
        for text in ["{}", r#"{"type":"delete"}"#, r#"{"type":7}"#] {
            assert_eq!(refused(text), "UNKNOWN_TYPE", "{text}");
        }
        for text in [r#"{"type":"send"}"#, r#"{"type":"read","conversation_id":"7"}"#] {
            assert_eq!(refused(text), "VALIDATION_FAILED", "{text}");
        }
        assert_eq!(refused(&send.replace(" Hello ", " ")), "VALIDATION_FAILED");
    }
}
