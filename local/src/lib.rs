//! The local server: every face on one port, over an embedded DynamoDB and stand-ins for what only others run.
//!
//! The functions' own code runs here, through the same SDK and HTTP clients as in AWS; only the addresses differ.

mod claims;
mod clock;
pub mod demo;
mod demo_aspirex;
mod demo_data;
mod demo_leadbridge;
mod demo_mansa;
mod environment;
mod faces;
mod folder;
mod limits;
mod options;
mod pages;
mod pump;
mod recorder;
mod secrets;
mod server;
mod sockets;
pub mod standins;

pub use clock::MovableClock;
pub use demo_aspirex::ACCOUNTS as ASPIREX_ACCOUNTS;
pub use demo_data::ACCOUNTS;
pub use demo_leadbridge::ACCOUNTS as LEADBRIDGE_ACCOUNTS;
pub use demo_mansa::ADDRESSES as MANSA_ADDRESSES;
pub use folder::write_whole;
pub use options::{Data, Options, StartError};
pub use pump::Pump;
pub use recorder::{Recorder, Step, StepKind, Subject};
pub use server::{Local, start};
