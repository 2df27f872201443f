use super::paused;
use crate::ApiError;
use app::{booking::BookingError, interviews::InterviewError};
use http::HeaderName;

/// F-11, to the letter; and F-10's header.
pub(super) fn tier_required() -> ApiError {
    const UPGRADE_URL: &str = "/mentee/book";
    ApiError::forbidden("TIER_UPGRADE_REQUIRED", "Upgrade required to access this feature")
        .with("required_tier", "Active")
        .with("current_tier", "Free")
        .with("upgrade_url", UPGRADE_URL)
        .header(HeaderName::from_static("x-upgrade-url"), UPGRADE_URL)
}

impl From<BookingError> for ApiError {
    fn from(error: BookingError) -> Self {
        match error {
            BookingError::Paused => paused(),
            BookingError::TierRequired => tier_required(),
            BookingError::QuotaExceeded => Self::forbidden("QUOTA_EXCEEDED", "You have used all mock interviews of your plan")
                .with("upgrade_url", "/mentee/book"),
            BookingError::NotFound(thing) => Self::not_found(thing),
            BookingError::SlotUnavailable => Self::conflict("SLOT_UNAVAILABLE", "Some slots are not available"),
            BookingError::SlotNotAsked => Self::bad_request("INVALID_SLOT", "Invalid slot selection"),
            BookingError::SlotOfAnotherMentor => Self::conflict("SLOT_OF_ANOTHER_MENTOR", "This slot belongs to another mentor"),
            BookingError::MentorUnavailable => Self::conflict("MENTOR_UNAVAILABLE", "This mentor is unknown or not approved"),
            BookingError::NotPending => Self::conflict("BOOKING_NOT_PENDING", "Booking already processed"),
            BookingError::SlotTaken => Self::conflict("SLOT_TAKEN", "This slot has just been taken"),
            BookingError::MentorBusy => Self::conflict("MENTOR_BUSY", "The mentor has another session at that time"),
            BookingError::MenteeBusy => Self::conflict("MENTEE_BUSY", "The mentee has another session at that time"),
            BookingError::NoMeetLink => {
                Self::conflict("NO_MEET_LINK", "No available meeting links. Please add more meeting links first.").passing()
            }
            BookingError::SessionStarted => Self::conflict("SESSION_STARTED", "The session has already begun"),
            BookingError::NotOpen => Self::conflict("BOOKING_NOT_OPEN", "This booking can no longer be cancelled"),
            BookingError::Store(error) => error.into(),
        }
    }
}

impl From<InterviewError> for ApiError {
    fn from(error: InterviewError) -> Self {
        match error {
            InterviewError::Paused => paused(),
            InterviewError::NotFound(thing) => Self::not_found(thing),
            InterviewError::MentorUnavailable => Self::conflict("MENTOR_UNAVAILABLE", "This mentor is unknown or not approved"),
            InterviewError::InThePast => Self::invalid("scheduled_at", "The time must be in the future"),
            InterviewError::MentorBusy => Self::conflict("MENTOR_BUSY", "The mentor has another session at that time"),
            InterviewError::MenteeBusy => Self::conflict("MENTEE_BUSY", "The mentee has another session at that time"),
            InterviewError::NotScheduled => Self::conflict("MOCK_NOT_SCHEDULED", "This mock interview is no longer scheduled"),
            InterviewError::FeedbackExists => {
                Self::conflict("FEEDBACK_EXISTS", "Feedback for this mock interview was already given")
            }
            InterviewError::Booking(error) => error.into(),
            InterviewError::Store(error) => error.into(),
        }
    }
}
