use super::paused;
use crate::ApiError;
use app::{newsletter::NewsletterError, notes::NoteError, portraits::PortraitError};

impl From<PortraitError> for ApiError {
    fn from(error: PortraitError) -> Self {
        match error {
            PortraitError::NotFound(thing) => Self::not_found(thing),
            PortraitError::Paused => paused(),
            PortraitError::Invalid(invalid) => invalid.into(),
            PortraitError::Store(error) => error.into(),
        }
    }
}

impl From<NoteError> for ApiError {
    fn from(error: NoteError) -> Self {
        match error {
            NoteError::NotFound => Self::not_found("note"),
            NoteError::Limit(error) => error.into(),
            NoteError::Store(error) => error.into(),
        }
    }
}

impl From<NewsletterError> for ApiError {
    fn from(error: NewsletterError) -> Self {
        match error {
            NewsletterError::UsedLink => {
                Self::bad_request("LINK_EXPIRED", "This link is unknown, used or expired. Please ask for a new one.")
            }
            NewsletterError::Limit(error) => error.into(),
            NewsletterError::Store(error) => error.into(),
        }
    }
}
