use super::paused;
use crate::ApiError;
use app::paid_sessions::{EarnError, SessionError};
use domain::account::Role;

impl From<SessionError> for ApiError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::NoRate => Self::conflict("NO_HOURLY_RATE", "This mentor has not set a price yet"),
            SessionError::NoClaim => Self::conflict("NO_PAYMENT_CLAIMED", "The student has named no payment for this session"),
            SessionError::TooManyClaims => Self::conflict(
                "TOO_MANY_CLAIMS",
                "Three of your sessions wait for their payments to be found. Please wait for one of them, or pay at the checkout.",
            ),
            SessionError::PaymentUsed => Self::conflict("PAYMENT_USED", "This payment counts for another session already"),
            SessionError::WrongKey(side) => {
                let side = if side == Role::Mentor { "mentor" } else { "student" };
                Self::forbidden("WRONG_ATTENDANCE_KEY", format!("Invalid attendance key for {side}."))
            }
            SessionError::Mentorship(error) => error.into(),
        }
    }
}

impl From<EarnError> for ApiError {
    fn from(error: EarnError) -> Self {
        match error {
            EarnError::Paused => paused(),
            EarnError::NotEnough(balance) => {
                let (whole, rest) = (balance.get() / 100, balance.get() % 100);
                Self::bad_request("INSUFFICIENT_BALANCE", format!("Insufficient balance. Available: {whole}.{rest:02}"))
            }
            EarnError::NotFound => Self::not_found("withdrawal"),
            EarnError::Decided => Self::conflict("WITHDRAWAL_DECIDED", "This withdrawal was decided before"),
            EarnError::Invalid(invalid) => invalid.into(),
            EarnError::Store(error) => error.into(),
        }
    }
}

#[cfg(feature = "payment")]
impl From<app::paid_sessions::SessionPurchaseError> for ApiError {
    fn from(error: app::paid_sessions::SessionPurchaseError) -> Self {
        use app::paid_sessions::SessionPurchaseError;
        match error {
            SessionPurchaseError::Lost => {
                Self::conflict("SESSION_LOST", "The session cannot be confirmed any more. Your payment goes back in full.")
            }
            SessionPurchaseError::Session(error) => error.into(),
            SessionPurchaseError::Payment(error) => error.into(),
        }
    }
}
