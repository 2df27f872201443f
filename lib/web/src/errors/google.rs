use crate::ApiError;
use app::google::GoogleSignInError;

impl From<GoogleSignInError> for ApiError {
    fn from(error: GoogleSignInError) -> Self {
        match error {
            GoogleSignInError::BadToken => Self::bad_request("INVALID_GOOGLE_TOKEN", "Invalid Google ID token"),
            GoogleSignInError::NotBegun => {
                Self::bad_request("GOOGLE_SIGN_IN_FAILED", "The sign-in with Google was not finished. Please begin again.")
            }
            GoogleSignInError::Inactive => {
                Self::forbidden("ACCOUNT_INACTIVE", "Your account is inactive. Please contact support.")
            }
            GoogleSignInError::Unavailable(why) => {
                Self::busy("GOOGLE_UNAVAILABLE", "Signing in with Google is not possible right now.", why)
            }
            GoogleSignInError::Limit(error) => error.into(),
            GoogleSignInError::Store(error) => error.into(),
        }
    }
}
