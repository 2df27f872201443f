//! Razorpay's side of the platform: webhooks are stored and answered at once, and settled from the bus.

pub mod settlement;
pub mod webhook;
