//! Does what is due.

use app::{
    Clock, Platform,
    scheduler::{Ran, Scheduler as Due},
};
use std::sync::Arc;
use store::StoreError;

/// The scheduler.
#[derive(Debug, Clone)]
pub struct Scheduler {
    due: Due,
    clock: Arc<dyn Clock>,
}

impl Scheduler {
    /// A scheduler over the platform's table.
    pub fn new(platform: &Platform) -> Self {
        Self { due: Due::new(platform.store.clone()), clock: platform.clock.clone() }
    }

    /// Does what is due now.
    pub async fn run(&self) -> Result<Ran, StoreError> {
        self.due.run(self.clock.now()).await
    }
}
