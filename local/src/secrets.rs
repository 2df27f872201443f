//! The local server's own secrets: made once, kept beside the data, so that tokens survive a restart.

use crate::{
    StartError,
    folder::{Folder, write_whole},
};
use rand::distr::{Alphanumeric, SampleString};
use serde::{Deserialize, Serialize};

/// What the server signs and checks with when the environment says nothing else.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Secrets {
    pub jwt_secret: String,
    pub razorpay_key_id: String,
    pub razorpay_key_secret: String,
    pub razorpay_webhook_secret: String,
    /// Folders of earlier versions have none.
    #[serde(default = "contact_key")]
    pub leadbridge_contact_key: String,
    pub demo_password: String,
}

fn contact_key() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 40)
}

impl Secrets {
    fn random() -> Self {
        let random = |length| Alphanumeric.sample_string(&mut rand::rng(), length);
        Self {
            jwt_secret: random(40),
            razorpay_key_id: format!("rzp_test_{}", random(14)),
            razorpay_key_secret: random(24),
            razorpay_webhook_secret: random(32),
            leadbridge_contact_key: contact_key(),
            demo_password: random(14),
        }
    }

    /// The secrets of a data folder, made if they are not there; with the password that is asked for.
    pub fn load(folder: Option<&Folder>, password: Option<&str>) -> Result<Self, StartError> {
        let file = folder.map(|folder| folder.join("secrets.json"));
        let kept = file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
        let mut secrets = match (&file, kept) {
            (Some(file), Some(text)) => serde_json::from_str(&text)
                .map_err(|_| StartError::new(format!("{} is damaged; start with --reset.", file.display())))?,
            _ => Self::random(),
        };
        if let Some(password) = password {
            secrets.demo_password = password.to_owned();
        }
        if let Some(file) = file {
            let text = serde_json::to_string_pretty(&secrets).map_err(|error| StartError::new(error.to_string()))?;
            write_whole(&file, text.as_bytes())
                .map_err(|error| StartError::new(format!("{} cannot be written: {error}.", file.display())))?;
        }
        Ok(secrets)
    }
}
