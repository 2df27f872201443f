//! Use cases' errors as clients see them: the one place where they meet status codes.

mod accounts;
#[cfg(feature = "ai")]
mod ai;
mod booking;
mod care;
mod catalog;
#[cfg(feature = "sockets")]
mod chat;
mod community;
#[cfg(feature = "files")]
mod files;
#[cfg(feature = "google")]
mod google;
mod leads;
mod mentorship;
mod paid_sessions;
#[cfg(feature = "payment")]
mod payment;
mod people;
mod support;
mod webhooks;

use crate::ApiError;
use app::{codes::CodeError, limits::LimitError};
use store::StoreError;

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) | StoreError::Unanswered(_) => {
                Self::busy("BUSY", "We are very busy right now. Please try again in a moment.", error)
            }
            StoreError::WrongList => Self::invalid("cursor", "This cursor is not from this list"),
            StoreError::Overtaken => crate::idempotent::in_progress(),
            StoreError::Failed(_) => Self::internal(error),
        }
    }
}

impl From<LimitError> for ApiError {
    fn from(error: LimitError) -> Self {
        match error {
            LimitError::Limited { wait } => Self::limited(wait),
            LimitError::Store(error) => error.into(),
        }
    }
}

impl From<CodeError> for ApiError {
    fn from(error: CodeError) -> Self {
        match error {
            CodeError::Wrong => Self::bad_request("INVALID_CODE", "This code is wrong or expired. Please ask for a new one."),
            CodeError::Limit(error) => error.into(),
            CodeError::Store(error) => error.into(),
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
