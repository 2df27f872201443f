use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a webhook tells: those that the platform acts on or keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    #[serde(rename = "payment.authorized")]
    PaymentAuthorized,
    #[serde(rename = "payment.captured")]
    PaymentCaptured,
    #[serde(rename = "payment.failed")]
    PaymentFailed,
    #[serde(rename = "order.paid")]
    OrderPaid,
    #[serde(rename = "refund.processed")]
    RefundProcessed,
}

/// A name that no kind has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected payment.authorized, payment.captured, payment.failed, order.paid or refund.processed, but this is \"{0}\"")]
pub struct UnknownKind(String);

impl Kind {
    /// Every kind, in the order in which one payment goes through them.
    pub const ALL: [Self; 5] =
        [Self::PaymentFailed, Self::PaymentAuthorized, Self::PaymentCaptured, Self::OrderPaid, Self::RefundProcessed];

    /// Razorpay's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PaymentAuthorized => "payment.authorized",
            Self::PaymentCaptured => "payment.captured",
            Self::PaymentFailed => "payment.failed",
            Self::OrderPaid => "order.paid",
            Self::RefundProcessed => "refund.processed",
        }
    }

    /// How the payment then stands.
    pub fn payment_status(self) -> &'static str {
        match self {
            Self::PaymentAuthorized => "authorized",
            Self::PaymentCaptured | Self::OrderPaid => "captured",
            Self::PaymentFailed => "failed",
            Self::RefundProcessed => "refunded",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| UnknownKind(text.to_owned()))
    }
}
