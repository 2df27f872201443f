use crate::CursorKey;
use app::Clock;
use domain::{Instant, Product};
use std::sync::Arc;

/// What every route of a product's HTTP API has in common.
#[derive(Debug, Clone)]
pub struct Face {
    pub product: Product,
    pub clock: Arc<dyn Clock>,
    pub cursors: CursorKey,
}

impl Face {
    /// The time now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
}
