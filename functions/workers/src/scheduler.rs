//! Does what is due.

use app::{
    Platform,
    scheduler::{Ran, Scheduler as Due},
};
use gateways::{files::Files, razorpay::Razorpay, settings::SettingError};
use store::StoreError;

/// The scheduler.
#[derive(Debug, Clone)]
pub struct Scheduler {
    due: Due,
}

impl Scheduler {
    /// A scheduler over the platform's table, Razorpay account and bucket.
    pub fn new(platform: &Platform) -> Result<Self, SettingError> {
        let razorpay = Razorpay::from_settings(&platform.settings)?;
        let files = Files::from_settings(&platform.aws, &platform.settings)?;
        Ok(Self { due: Due::new(platform.store.clone(), (razorpay, files), platform.clock.clone()) })
    }

    /// Does what is due now.
    pub async fn run(&self) -> Result<Ran, StoreError> {
        self.due.run().await
    }
}
