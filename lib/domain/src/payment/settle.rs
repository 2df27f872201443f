use super::{Order, OrderStatus, RazorpayOrderId, RazorpayPaymentId};
use crate::Paise;
use serde::{Deserialize, Serialize};

/// How far a payment came, in Razorpay's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    Created,
    Authorized,
    Captured,
    Refunded,
    Failed,
}

/// A payment as Razorpay tells it, by webhook or when asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub id: RazorpayPaymentId,
    pub order_id: RazorpayOrderId,
    pub amount: u64,
    pub currency: String,
    pub status: PaymentStatus,
}

/// Razorpay's payment entity, as far as it is read. Unknown fields are tolerated, nulls too.
#[derive(Debug, Clone, Deserialize)]
pub struct PaymentEntity {
    pub id: RazorpayPaymentId,
    pub order_id: Option<RazorpayOrderId>,
    pub amount: u64,
    pub currency: String,
    pub status: PaymentStatus,
}

impl PaymentEntity {
    /// The payment, when it belongs to an order.
    pub fn payment(self) -> Option<Payment> {
        let Self { id, order_id, amount, currency, status } = self;
        order_id.map(|order_id| Payment { id, order_id, amount, currency, status })
    }
}

/// What a payment means for its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// The order becomes paid and its purpose is fulfilled.
    Pay,
    /// The order becomes failed.
    Fail,
    /// This very payment was applied before; nothing more to do.
    AlreadyPaid,
    /// Money came that does not fit (amount, currency, or a second payment): recorded, alarmed, nothing changed.
    Mismatch(&'static str),
    /// Nothing to do (yet): not captured, or a failure that comes late.
    Nothing,
}

/// Decides what a payment does to an order. Orders move forward only, in whatever order payments are told.
pub fn settle(order: &Order, payment: &Payment) -> Settlement {
    if payment.order_id != order.razorpay_order_id {
        return Settlement::Mismatch("another order");
    }
    match payment.status {
        PaymentStatus::Captured if order.razorpay_payment_id.as_ref() == Some(&payment.id) && order.status.was_paid() => {
            Settlement::AlreadyPaid
        }
        PaymentStatus::Captured if payment.amount != order.amount.get() => Settlement::Mismatch("another amount"),
        PaymentStatus::Captured if payment.currency != Paise::CURRENCY => Settlement::Mismatch("another currency"),
        PaymentStatus::Captured if order.status.was_paid() => Settlement::Mismatch("a second payment"),
        PaymentStatus::Captured => Settlement::Pay,
        PaymentStatus::Failed if order.status == OrderStatus::Pending => Settlement::Fail,
        PaymentStatus::Failed | PaymentStatus::Created | PaymentStatus::Authorized | PaymentStatus::Refunded => {
            Settlement::Nothing
        }
    }
}
