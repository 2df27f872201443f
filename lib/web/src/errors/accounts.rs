use crate::ApiError;
use app::{accounts::AccountError, people::PeopleError, tokens::TokenError};

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::EmailTaken => Self::bad_request("EMAIL_TAKEN", "Email already registered"),
            AccountError::InvalidCredentials => Self::unauthorized("INVALID_CREDENTIALS", "Invalid credentials"),
            AccountError::Inactive => Self::forbidden("ACCOUNT_INACTIVE", "Your account is inactive. Please contact support."),
            AccountError::Token(TokenError::Invalid) => Self::unauthorized("INVALID_TOKEN", "Invalid token"),
            AccountError::Token(TokenError::Expired) => Self::unauthorized("TOKEN_EXPIRED", "Token expired"),
            AccountError::UsedToken => {
                Self::bad_request("LINK_EXPIRED", "This link is unknown, used or expired. Please ask for a new one.")
            }
            AccountError::Limit(error) => error.into(),
            AccountError::Hash(error) => Self::internal(error),
            AccountError::Store(error) => error.into(),
        }
    }
}

impl From<PeopleError> for ApiError {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::NotFound(thing) => Self::not_found(thing),
            PeopleError::MentorUnavailable => Self::conflict("MENTOR_UNAVAILABLE", "This mentor is unknown or not approved"),
            PeopleError::NotActive => {
                Self::conflict("MEMBER_NOT_ACTIVE", "Only an active member becomes an admin, or stops being one")
            }
            PeopleError::LastAdmin => Self::conflict("LAST_ADMIN", "This is the only admin. Another one must be there first."),
            PeopleError::Oneself => Self::conflict("NOT_ONESELF", "You cannot change your own account here"),
            PeopleError::Store(error) => error.into(),
        }
    }
}
