//! razorpay
