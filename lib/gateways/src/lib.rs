//! Whom the platform talks to: AWS, Razorpay. Every base URL is a setting, so that the local server and the tests
//! put stand-ins behind the same code.

pub mod aws;
#[cfg(feature = "bedrock")]
pub mod bedrock;
#[cfg(feature = "broker")]
pub mod broker;
#[cfg(feature = "bus")]
pub mod bus;
#[cfg(feature = "files")]
pub mod files;
#[cfg(feature = "google")]
pub mod google;
#[cfg(feature = "http-client")]
mod http;
#[cfg(feature = "mail")]
pub mod mail;
#[cfg(feature = "queue")]
pub mod queue;
#[cfg(feature = "razorpay")]
pub mod razorpay;
mod roots;
pub mod settings;
pub mod signature;
#[cfg(feature = "sockets")]
pub mod sockets;
#[cfg(feature = "queue")]
pub mod undeliverable;
