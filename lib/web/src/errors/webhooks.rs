use crate::ApiError;
use app::webhooks::WebhookError;

impl From<WebhookError> for ApiError {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::BadSignature => Self::bad_request("INVALID_SIGNATURE", "Invalid signature"),
            WebhookError::BadBody => Self::bad_request("INVALID_JSON", "The body must be a webhook event"),
            WebhookError::Store(error) => error.into(),
        }
    }
}
