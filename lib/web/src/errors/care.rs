use crate::ApiError;
use app::{accounts::AccountError, care::CareError, export::ExportError, inbox::InboxError};

impl From<CareError> for ApiError {
    fn from(error: CareError) -> Self {
        match error {
            // No 401: clients would throw the session away, which is good.
            CareError::WrongPassword => Self::forbidden("WRONG_PASSWORD", "The password is wrong"),
            CareError::SameAddress => Self::invalid("new_email", "This is your address already"),
            CareError::EmailTaken => AccountError::EmailTaken.into(),
            CareError::UsedToken => AccountError::UsedToken.into(),
            CareError::LastAdmin => {
                Self::conflict("LAST_ADMIN", "You are the only admin. Another one must be there before you leave.")
            }
            CareError::BalanceLeft => Self::conflict(
                "BALANCE_LEFT",
                "There is money of yours here. Withdraw your balance and wait until it is paid out before you leave.",
            ),
            CareError::Token(error) => AccountError::Token(error).into(),
            CareError::Limit(error) => error.into(),
            CareError::Hash(error) => Self::internal(error),
            CareError::Store(error) => error.into(),
        }
    }
}

impl From<ExportError> for ApiError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Lead(error) => error.into(),
            ExportError::Limit(error) => error.into(),
            ExportError::Store(error) => error.into(),
        }
    }
}

impl From<InboxError> for ApiError {
    fn from(error: InboxError) -> Self {
        match error {
            InboxError::NotFound => Self::not_found("notice"),
            InboxError::Store(error) => error.into(),
        }
    }
}
