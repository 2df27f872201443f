use super::{booking::tier_required, paused};
use crate::ApiError;
use app::ai::{AiError, ResumeError};
use domain::ai::Quota;

impl From<AiError> for ApiError {
    fn from(error: AiError) -> Self {
        match error {
            AiError::Paused => paused(),
            AiError::TierRequired => tier_required(),
            AiError::MentorNotApproved => Self::forbidden("MENTOR_NOT_APPROVED", "Your account has not been approved yet"),
            AiError::QuotaExceeded(quota) => {
                let what = match quota {
                    Quota::ResumeReviews => "resume reviews",
                    Quota::AiTools => "AI tools",
                };
                Self::forbidden("QUOTA_EXCEEDED", format!("You have used all {what} of your plan"))
                    .with("upgrade_url", "/mentee/book")
            }
            AiError::NotFound(thing) => Self::not_found(thing),
            AiError::Unavailable(why) => {
                Self::busy("AI_UNAVAILABLE", "The AI tools are not available right now. Please try again later.", why)
            }
            AiError::Limit(error) => error.into(),
            AiError::Store(error) => error.into(),
        }
    }
}

impl From<ResumeError> for ApiError {
    fn from(error: ResumeError) -> Self {
        let sentence = match error {
            ResumeError::UnknownKind => "Send the resume as a PDF or as plain text",
            ResumeError::Unreadable => "This file could not be read. Please send another one, or the text itself.",
            ResumeError::TooManyPages => "A resume may have at most 10 pages",
            ResumeError::NoText => "This file has no text. Please send another one, or the text itself.",
            ResumeError::TooLong => "A resume may have at most 20000 characters",
            ResumeError::Busy => return Self::busy("BUSY", "We are very busy right now. Please try again in a moment.", error),
        };
        Self::invalid("file", sentence)
    }
}
