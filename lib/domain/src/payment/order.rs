use crate::{
    AccountId, Instant, Invalid, LeadId, OrderId, Paise, Product, PublicEventId, SessionBookingId,
    catalog::Plan,
    string_newtype,
    text::{Email, Line, PersonName, Prose},
};
use serde::{Deserialize, Serialize};

macro_rules! razorpay_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Parses an id as Razorpay writes it.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                let tail = text.strip_prefix($prefix).unwrap_or_default();
                if (1..=60).contains(&tail.len()) && tail.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(Invalid::new(concat!("Expected an id that starts with ", $prefix)))
                }
            }

            /// The id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        string_newtype!($name);
    };
}

razorpay_id! {
    /// Razorpay's id of an order, `order_…`.
    RazorpayOrderId, "order_"
}
razorpay_id! {
    /// Razorpay's id of a payment, `pay_…`.
    RazorpayPaymentId, "pay_"
}

/// Where an order stands. It only moves forward; a failed one may still be paid (late authorisation), and only a paid
/// one is refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    Pending,
    Failed,
    Paid,
    /// It shall be refunded, and brings about nothing any more; the money is on its way back.
    Refunding,
    Refunded,
}

impl OrderStatus {
    /// Whether it was paid, whatever came of it since.
    pub fn was_paid(self) -> bool {
        matches!(self, Self::Paid | Self::Refunding | Self::Refunded)
    }
}

/// What is bought; it decides what a payment brings about.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Purpose {
    /// A plan, as it was offered when the order was made: a later edit changes neither price nor content.
    Plan { plan: Plan },
    /// A lead, for the mentor of its event.
    Lead { lead_id: LeadId, event_id: PublicEventId },
    /// A session with a mentor, for the mentee.
    Session {
        session_id: SessionBookingId,
        /// Older orders do not say.
        #[serde(default)]
        mentor_id: Option<AccountId>,
    },
}

/// Who pays. With an account it is an upgrade; without one the payment makes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payer {
    pub account_id: Option<AccountId>,
    pub name: PersonName,
    pub email: Email,
    pub phone: Line<30>,
    pub current_role: Line<100>,
    pub target_role: Line<100>,
    pub timeline: Line<200>,
    pub struggle: Prose<2000>,
}

/// A purchase. Kept under Razorpay's order id, which is what every payment names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    pub id: OrderId,
    pub product: Product,
    pub razorpay_order_id: RazorpayOrderId,
    pub purpose: Purpose,
    pub payer: Payer,
    pub amount: Paise,
    pub status: OrderStatus,
    pub razorpay_payment_id: Option<RazorpayPaymentId>,
    /// The account that the payment made or upgraded.
    pub account_id: Option<AccountId>,
    pub created_at: Instant,
    pub paid_at: Option<Instant>,
    #[serde(default)]
    pub refunded_at: Option<Instant>,
}

/// How an order is named: by our id or by Razorpay's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderName {
    Ours(OrderId),
    Razorpay(RazorpayOrderId),
}

impl std::str::FromStr for OrderName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.parse() {
            Ok(id) => Ok(Self::Ours(id)),
            Err(_) => RazorpayOrderId::parse(text).map(Self::Razorpay),
        }
    }
}
