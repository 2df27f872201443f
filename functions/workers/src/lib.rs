//! What runs beside requests: publishing events, telling people, doing what is due.

pub mod notifier;
pub mod scheduler;
pub mod sweeper;
