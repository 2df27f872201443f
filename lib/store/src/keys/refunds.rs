//! What goes back.

use super::Key;
use domain::payment::{RazorpayOrderId, RazorpayPaymentId};

/// The refund of a payment, beside the order that it was for.
pub fn refund(order: &RazorpayOrderId, payment: &RazorpayPaymentId) -> Key {
    Key::new(format!("ORDER#{order}"), format!("REFUND#{payment}"))
}
