use super::paused;
use crate::ApiError;
use app::{gatherings::GatheringError, support::SupportError};

impl From<SupportError> for ApiError {
    fn from(error: SupportError) -> Self {
        match error {
            SupportError::NotFound => Self::not_found("request"),
            SupportError::AnsweredOut => Self::conflict("ANSWERED_OUT", "This request has as many answers as it may have"),
            SupportError::Limit(error) => error.into(),
            SupportError::Store(error) => error.into(),
        }
    }
}

impl From<GatheringError> for ApiError {
    fn from(error: GatheringError) -> Self {
        match error {
            GatheringError::Paused => paused(),
            GatheringError::MentorNotApproved => {
                Self::forbidden("MENTOR_NOT_APPROVED", "Your registration as a mentor has not been approved yet")
            }
            GatheringError::NotFound => Self::not_found("event"),
            GatheringError::NotTheOrganizer => {
                Self::forbidden("NOT_THE_ORGANIZER", "You do not have permission to perform this action.")
            }
            GatheringError::Invalid(error) => error.into(),
            GatheringError::Limit(error) => error.into(),
            GatheringError::Store(error) => error.into(),
        }
    }
}
