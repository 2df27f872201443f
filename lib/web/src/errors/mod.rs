//! Use cases' errors as clients see them: the one place where they meet status codes.

mod accounts;
mod booking;
mod catalog;
#[cfg(feature = "payment")]
mod payment;
mod webhooks;

use crate::ApiError;
use store::StoreError;

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) | StoreError::Unanswered(_) => {
                Self::busy("BUSY", "We are very busy right now. Please try again in a moment.", error)
            }
            StoreError::WrongList => Self::invalid("cursor", "This cursor is not from this list"),
            StoreError::Failed(_) => Self::internal(error),
        }
    }
}

impl From<domain::InvalidField> for ApiError {
    fn from(invalid: domain::InvalidField) -> Self {
        Self::invalid(invalid.field, invalid.sentence)
    }
}

pub(crate) fn paused() -> ApiError {
    ApiError::forbidden("ACCOUNT_PAUSED", "Your account is paused. Please contact support.")
}
