//! Orders and what a payment does to them.

mod order;
mod settle;

pub use order::{Order, OrderStatus, Payer, Purpose, RazorpayOrderId, RazorpayPaymentId};
pub use settle::{Payment, PaymentEntity, PaymentStatus, Settlement, settle};
