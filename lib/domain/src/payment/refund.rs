use super::{Order, Payment, RazorpayOrderId, RazorpayPaymentId};
use crate::{Instant, OrderId, Product, RefundId};
use serde::{Deserialize, Serialize};

/// What is refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundOf {
    /// What paid the order.
    Order,
    /// A payment that did not fit its order.
    Misfit,
}

/// How far a refund came. It only moves forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// It was decided; Razorpay may not know yet.
    Refunding,
    /// Razorpay has it.
    Refunded,
}

/// A payment that goes back in full. Kept under its order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refund {
    /// Razorpay is told it too, so that asking twice refunds once.
    pub id: RefundId,
    pub product: Product,
    pub order_id: OrderId,
    pub razorpay_order_id: RazorpayOrderId,
    pub payment_id: RazorpayPaymentId,
    /// In the smallest unit of the payment's currency.
    pub amount: u64,
    pub of: RefundOf,
    pub status: RefundStatus,
    /// The request that asked for it.
    pub request_id: Option<String>,
    pub asked_at: Instant,
    pub razorpay_refund_id: Option<String>,
    pub refunded_at: Option<Instant>,
}

impl Refund {
    /// The refund of what paid an order; None when nothing did.
    pub fn of_order(id: RefundId, order: &Order, request_id: Option<String>, now: Instant) -> Option<Self> {
        let payment_id = order.razorpay_payment_id.clone()?;
        Some(Self::new(id, order, payment_id, order.amount.get(), RefundOf::Order, request_id, now))
    }

    /// The refund of a payment that does not fit its order.
    pub fn of_misfit(id: RefundId, order: &Order, payment: &Payment, request_id: Option<String>, now: Instant) -> Self {
        Self::new(id, order, payment.id.clone(), payment.amount, RefundOf::Misfit, request_id, now)
    }

    fn new(
        id: RefundId,
        order: &Order,
        payment_id: RazorpayPaymentId,
        amount: u64,
        of: RefundOf,
        request_id: Option<String>,
        asked_at: Instant,
    ) -> Self {
        Self {
            id,
            product: order.product,
            order_id: order.id,
            razorpay_order_id: order.razorpay_order_id.clone(),
            payment_id,
            amount,
            of,
            status: RefundStatus::Refunding,
            request_id,
            asked_at,
            razorpay_refund_id: None,
            refunded_at: None,
        }
    }
}
