use super::paused;
use crate::ApiError;
#[cfg(feature = "broker")]
use app::brokered::BrokeredError;
use app::{leads::LeadError, public_events::PublicEventError};

fn not_approved() -> ApiError {
    ApiError::forbidden("MENTOR_NOT_APPROVED", "Mentor not verified")
}

impl From<LeadError> for ApiError {
    fn from(error: LeadError) -> Self {
        match error {
            LeadError::Paused => paused(),
            LeadError::NotFound(thing) => Self::not_found(thing),
            LeadError::EventStarted => Self::conflict("EVENT_STARTED", "This event has already begun"),
            // A rejected lead gives its place back, so that another try may succeed.
            LeadError::EventFull => Self::conflict("EVENT_FULL", "No slots available").passing(),
            LeadError::AlreadyBooked => Self::conflict("ALREADY_BOOKED", "You have booked this event already"),
            LeadError::Decided => Self::conflict("LEAD_DECIDED", "This lead has already been decided"),
            LeadError::Purchased => Self::conflict("LEAD_PURCHASED", "Lead already purchased"),
            LeadError::NotVerified => Self::conflict("LEAD_NOT_VERIFIED", "Lead not verified yet").passing(),
            LeadError::MentorNotApproved => not_approved(),
            LeadError::Seal(error) => Self::internal(error),
            LeadError::Store(error) => error.into(),
        }
    }
}

impl From<PublicEventError> for ApiError {
    fn from(error: PublicEventError) -> Self {
        match error {
            PublicEventError::Paused => paused(),
            PublicEventError::MentorNotApproved => not_approved(),
            PublicEventError::NotFound(thing) => Self::not_found(thing),
            PublicEventError::InThePast => Self::invalid("event_datetime", "The event must be in the future"),
            PublicEventError::PlacesBooked => {
                Self::conflict("PLACES_BOOKED", "Places of this event are booked; there can be no fewer").passing()
            }
            PublicEventError::NothingToChange => Self::bad_request("NOTHING_TO_CHANGE", "No data to update"),
            PublicEventError::Store(error) => error.into(),
        }
    }
}

#[cfg(feature = "payment")]
impl From<app::purchases::PurchaseError> for ApiError {
    fn from(error: app::purchases::PurchaseError) -> Self {
        match error {
            app::purchases::PurchaseError::Lead(error) => error.into(),
            app::purchases::PurchaseError::Payment(error) => error.into(),
        }
    }
}

#[cfg(feature = "broker")]
impl From<BrokeredError> for ApiError {
    fn from(error: BrokeredError) -> Self {
        match error {
            BrokeredError::UnknownSession => Self::bad_request("INVALID_SESSION", "Invalid session"),
            BrokeredError::Unavailable(why) => {
                Self::busy("BROKER_UNAVAILABLE", "Signing in this way is not possible right now. Please try again later.", why)
            }
            BrokeredError::Inactive => app::accounts::AccountError::Inactive.into(),
            BrokeredError::Limit(error) => error.into(),
            BrokeredError::Store(error) => error.into(),
        }
    }
}
