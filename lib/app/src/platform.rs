use crate::{Clock, SystemClock};
use domain::Zone;
use gateways::{
    aws::Aws,
    settings::{SettingError, Settings},
};
use std::sync::Arc;
use store::Store;

/// What every function is wired from: settings, clients, the table, the time.
#[derive(Debug, Clone)]
pub struct Platform {
    pub settings: Settings,
    pub aws: Aws,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
}

impl Platform {
    /// From the environment, as in Lambda.
    pub async fn load() -> Result<Self, SettingError> {
        Self::new(Settings::load().await?, SystemClock::shared())
    }

    /// From given settings (`TABLE_NAME` and those of AWS) and a clock.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, SettingError> {
        let aws = Aws::from_settings(&settings)?;
        let store = Store::new(aws.dynamodb(), settings.required("TABLE_NAME")?);
        Ok(Self { settings, aws, store, clock })
    }

    /// `PLATFORM_ZONE`: the zone in which slots are entered and shown; Asia/Kolkata unless set.
    pub fn zone(&self) -> Result<Zone, SettingError> {
        let name = self.settings.optional("PLATFORM_ZONE").unwrap_or("Asia/Kolkata");
        Zone::parse(name)
            .map_err(|error| SettingError::Bad { name: "PLATFORM_ZONE".to_owned(), why: format!("is wrong: {error}") })
    }

    /// `PASSWORD_COST`: bcrypt's cost.
    pub fn passwords(&self) -> Result<crate::passwords::Passwords, SettingError> {
        let cost = self.settings.parsed("PASSWORD_COST", crate::passwords::Passwords::DEFAULT_COST)?;
        Ok(crate::passwords::Passwords::new(cost))
    }
}
