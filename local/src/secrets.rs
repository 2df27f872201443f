//! The local server's own secrets: made once, kept beside the data, so that tokens survive a restart.

use crate::{Data, StartError};
use rand::distr::{Alphanumeric, SampleString};
use serde::{Deserialize, Serialize};

/// What the server signs and checks with when the environment says nothing else.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Secrets {
    pub jwt_secret: String,
    pub razorpay_key_id: String,
    pub razorpay_key_secret: String,
    pub razorpay_webhook_secret: String,
    pub demo_password: String,
}

impl Secrets {
    fn random() -> Self {
        let random = |length| Alphanumeric.sample_string(&mut rand::rng(), length);
        Self {
            jwt_secret: random(40),
            razorpay_key_id: format!("rzp_test_{}", random(14)),
            razorpay_key_secret: random(24),
            razorpay_webhook_secret: random(32),
            demo_password: random(14),
        }
    }

    /// The secrets of a data folder, made if they are not there.
    pub fn load(data: &Data) -> Result<Self, StartError> {
        let Data::Folder(folder) = data else { return Ok(Self::random()) };
        let file = folder.join("secrets.json");
        if let Ok(text) = std::fs::read_to_string(&file) {
            return serde_json::from_str(&text)
                .map_err(|_| StartError::new(format!("{} is damaged; delete it or start with --reset.", file.display())));
        }
        let secrets = Self::random();
        let unwritable = |error| StartError::new(format!("The data folder {} cannot be written: {error}.", folder.display()));
        let text = serde_json::to_string_pretty(&secrets).map_err(|error| StartError::new(error.to_string()))?;
        std::fs::write(&file, text).map_err(unwritable)?;
        Ok(secrets)
    }
}
