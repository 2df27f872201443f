//! Orders and what a payment does to them.

mod order;
mod refund;
mod settle;

pub use order::{Order, OrderName, OrderStatus, Payer, Purpose, RazorpayOrderId, RazorpayPaymentId};
pub use refund::{Refund, RefundOf, RefundStatus};
pub use settle::{Payment, PaymentEntity, PaymentStatus, Settlement, settle};
