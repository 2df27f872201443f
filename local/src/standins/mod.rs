//! Stand-ins for what only others run, at the HTTP level: the platform's own clients talk to them as to the real ones.

pub mod bedrock;
pub mod broker;
mod collisions;
pub mod dynamodb;
pub mod eventbridge;
pub mod google;
pub mod razorpay;
pub mod s3;
pub mod secretsmanager;
pub mod ses;
pub mod sockets;
