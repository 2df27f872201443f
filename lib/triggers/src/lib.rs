//! Razorpay's webhooks, made and sent by ourselves: signed as the real ones are, and as awkward as they can be.
//!
//! Razorpay sends none to this machine and offers no tool that does. The local server's stand-in, its checkout page,
//! the console and the tests all use these.

mod entities;
mod kind;
mod overrides;
mod sender;
mod signer;
mod trigger;

pub use entities::{Order, Payment, Refund, random_id};
pub use kind::{Kind, UnknownKind};
pub use overrides::{BadOverride, Override};
pub use sender::{SendError, Sender, Sent};
pub use signer::{Signer, Webhook};
pub use trigger::{MOST_COPIES, Trigger, random_seed};
