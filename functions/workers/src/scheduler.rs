//! Does what is due.

use app::{
    Platform,
    scheduler::{Ran, Scheduler as Due},
};
use gateways::{razorpay::Razorpay, settings::SettingError};
use store::StoreError;

/// The scheduler.
#[derive(Debug, Clone)]
pub struct Scheduler {
    due: Due,
}

impl Scheduler {
    /// A scheduler over the platform's table and Razorpay account.
    pub fn new(platform: &Platform) -> Result<Self, SettingError> {
        let razorpay = Razorpay::from_settings(&platform.settings)?;
        Ok(Self { due: Due::new(platform.store.clone(), razorpay, platform.clock.clone()) })
    }

    /// Does what is due now.
    pub async fn run(&self) -> Result<Ran, StoreError> {
        self.due.run().await
    }
}
