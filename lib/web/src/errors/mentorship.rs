use super::paused;
use crate::ApiError;
use app::{code_sign_in::CodeSignInError, directory::DirectoryError, mentorship::MentorshipError};
use domain::mentorship::MoveRefused;

impl From<CodeSignInError> for ApiError {
    fn from(error: CodeSignInError) -> Self {
        match error {
            CodeSignInError::Code(error) => error.into(),
            CodeSignInError::Account(error) => error.into(),
            CodeSignInError::Store(error) => error.into(),
        }
    }
}

impl From<DirectoryError> for ApiError {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::NotFound => Self::not_found("member"),
            DirectoryError::Exists => Self::bad_request("MEMBER_EXISTS", "A member with this e-mail address exists already"),
            DirectoryError::Invalid(invalid) => invalid.into(),
            DirectoryError::Limit(error) => error.into(),
            DirectoryError::Store(error) => error.into(),
        }
    }
}

impl From<MoveRefused> for ApiError {
    fn from(refused: MoveRefused) -> Self {
        let (code, sentence) = match refused {
            MoveRefused::NotPending => ("BOOKING_NOT_PENDING", "This booking is no longer pending"),
            MoveRefused::NotConfirmed => ("BOOKING_NOT_CONFIRMED", "This booking is not confirmed"),
            MoveRefused::NotActive => ("BOOKING_NOT_OPEN", "This booking is closed"),
            MoveRefused::NotCompleted => ("BOOKING_NOT_COMPLETED", "Only a completed session can be rated"),
            MoveRefused::Started => ("SESSION_STARTED", "The session has already begun"),
            MoveRefused::NotStarted => ("SESSION_NOT_STARTED", "The session has not begun yet"),
            MoveRefused::Rated => ("ALREADY_RATED", "This session was already rated"),
            MoveRefused::NotForMoney => ("NOT_A_PAID_SESSION", "This session costs nothing"),
            MoveRefused::TooLate => {
                return Self::bad_request("TOO_LATE", "Cannot reschedule less than 2 hours before the meeting.");
            }
            MoveRefused::TooSoon => {
                return Self::bad_request("TOO_SOON", "New meeting time must be at least 2 hours from now.");
            }
        };
        Self::conflict(code, sentence)
    }
}

impl From<MentorshipError> for ApiError {
    fn from(error: MentorshipError) -> Self {
        const TAKEN: &str = "Time slot is no longer available";
        match error {
            MentorshipError::Paused => paused(),
            MentorshipError::NotFound(thing) => Self::not_found(thing),
            MentorshipError::ProfileExists => Self::conflict("PROFILE_EXISTS", "You have a mentor profile already"),
            MentorshipError::NotOwn => Self::forbidden("NOT_OWN_PROFILE", "You can only edit your own profile"),
            MentorshipError::Stale => {
                Self::conflict("STALE_VERSION", "It was updated by another process. Please refresh and try again.")
            }
            MentorshipError::TooManyRules => {
                Self::conflict("TOO_MANY_TIMES", "You have 100 times already. Please delete some first.")
            }
            MentorshipError::NotOffered => Self::conflict("SLOT_UNAVAILABLE", TAKEN),
            MentorshipError::MentorBusy => Self::conflict("MENTOR_BUSY", TAKEN),
            MentorshipError::MenteeBusy => Self::conflict("MENTEE_BUSY", "You have another session at that time"),
            MentorshipError::Oneself => Self::bad_request("OWN_SESSION", "You cannot book a session with yourself"),
            MentorshipError::HostNotAllowed(hosts) => {
                Self::invalid("meeting_link", format!("The meeting link must be one of these hosts: {hosts}"))
            }
            MentorshipError::NotYours => Self::forbidden("NOT_YOUR_PART", "Not authorized to update this booking"),
            MentorshipError::Move(refused) => refused.into(),
            MentorshipError::Invalid(invalid) => invalid.into(),
            MentorshipError::Limit(error) => error.into(),
            MentorshipError::Store(error) => error.into(),
        }
    }
}
