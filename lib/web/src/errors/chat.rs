use super::paused;
use crate::ApiError;
use app::{chat::ChatError, sockets::SocketError};

impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::Paused => paused(),
            ChatError::NotFound(thing) => Self::not_found(thing),
            ChatError::NotOneOfThem => Self::forbidden("NOT_A_PARTICIPANT", "You can only begin conversations of your own"),
            ChatError::Oneself => Self::bad_request("SAME_PERSON", "You cannot write to yourself"),
            ChatError::MayNotBegin => {
                Self::forbidden("MENTOR_NOT_APPROVED", "Your registration as a mentor has not been approved yet")
            }
            ChatError::Left => Self::conflict("CONVERSATION_CLOSED", "The other person has left"),
            ChatError::NameTaken => {
                Self::conflict("CLIENT_ID_REUSED", "This client_id was used for another message of this conversation")
            }
            ChatError::Limit(error) => error.into(),
            ChatError::Store(error) => error.into(),
        }
    }
}

impl From<SocketError> for ApiError {
    fn from(error: SocketError) -> Self {
        match error {
            SocketError::BadTicket => Self::unauthorized("INVALID_TICKET", "This ticket is unknown, used or late"),
            SocketError::TooMany => Self::conflict("TOO_MANY_CONNECTIONS", "You have 100 open connections already"),
            SocketError::Limit(error) => error.into(),
            SocketError::Store(error) => error.into(),
        }
    }
}
