//! What the platform costs: scenes that ask every endpoint over HTTP, on the real store, and a cost model over what they
//! consumed.

pub mod cpu;
pub mod economy;
pub mod engine;
pub mod fill;
pub mod form;
pub mod life;
pub mod prices;
pub mod report;
pub mod rules;
pub mod scene;
pub mod stage;

/// A tool that fails says why and stops.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;
