//! What runs beside requests: publishing events, counting them, telling people, doing what is due.

pub mod bounces;
pub mod notifier;
pub mod projector;
pub mod relay;
pub mod scheduler;
pub mod sweeper;
