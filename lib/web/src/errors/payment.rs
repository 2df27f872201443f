use super::paused;
use crate::ApiError;
use app::{payment::PaymentError, refunds::RefundError};

impl From<PaymentError> for ApiError {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::Paused => paused(),
            PaymentError::NotAMentee => Self::forbidden("INSUFFICIENT_PERMISSIONS", "Only mentees can buy a plan"),
            PaymentError::InvalidPlan => Self::bad_request("INVALID_PLAN", "Invalid plan selected"),
            PaymentError::EmailTaken => Self::bad_request("EMAIL_TAKEN", "Email already registered. Please login instead."),
            PaymentError::NotYourEmail => Self::bad_request("EMAIL_MISMATCH", "Please use the e-mail address of your account"),
            PaymentError::BadSignature => Self::bad_request("PAYMENT_VERIFICATION_FAILED", "Payment verification failed"),
            PaymentError::OrderNotFound => Self::not_found("order"),
            PaymentError::Mismatch => {
                Self::conflict("PAYMENT_MISMATCH", "This payment does not match the order. Please contact support.")
            }
            PaymentError::NotCaptured => Self::conflict(
                "PAYMENT_PENDING",
                "Your payment is still being processed. Your plan starts as soon as it arrives.",
            )
            .passing(),
            PaymentError::Refunded => Self::conflict("ORDER_REFUNDED", "This order was refunded."),
            PaymentError::Failed => Self::bad_request("PAYMENT_FAILED", "The payment failed. Please try again."),
            PaymentError::Razorpay(error) => Self::busy(
                "PAYMENT_PROVIDER_UNAVAILABLE",
                "The payment provider cannot be reached. Please try again in a moment.",
                error,
            ),
            PaymentError::Limit(error) => error.into(),
            PaymentError::Hash(error) => Self::internal(error),
            PaymentError::Store(error) => error.into(),
        }
    }
}

impl From<RefundError> for ApiError {
    fn from(error: RefundError) -> Self {
        match error {
            RefundError::OrderNotFound => Self::not_found("order"),
            RefundError::OfSession => Self::conflict("ORDER_OF_SESSION", "Call the session off: its payment goes back with it"),
            RefundError::NotPaid => Self::conflict("ORDER_NOT_PAID", "Only a paid order can be refunded"),
            RefundError::Store(error) => error.into(),
        }
    }
}
