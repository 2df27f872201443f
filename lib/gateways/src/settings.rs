//! Settings: read once at start. A missing, empty or short one stops the start with one sentence that names it.
//!
//! Secrets come from the environment locally; in AWS from one Secrets Manager secret, a JSON object of the same
//! names, whose ARN stands in `SECRETS_ARN`.

use crate::aws::{Aws, AwsError};
use secrecy::SecretString;
use std::collections::HashMap;

/// A setting that cannot be used.
#[derive(thiserror::Error)]
pub enum SettingError {
    #[error("{0} is not set")]
    Missing(String),
    #[error("{name} {why}")]
    Bad { name: String, why: String },
    #[error("the secrets could not be read: {0}")]
    Secrets(String),
}

/// What a `main` that returns the error prints: the sentence, nothing around it.
impl std::fmt::Debug for SettingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// The shortest secret taken: 16 bytes.
const SHORTEST_SECRET: usize = 16;

/// Where settings are looked up.
#[derive(Debug, Clone, Default)]
pub struct Settings(HashMap<String, String>);

impl Settings {
    /// Settings from given values.
    pub fn from_values<K: Into<String>, V: Into<String>>(values: impl IntoIterator<Item = (K, V)>) -> Self {
        Self(values.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// The environment, and beneath it what `SECRETS_ARN` names.
    pub async fn load() -> Result<Self, SettingError> {
        let mut settings = Self::from_values(std::env::vars());
        if let Some(arn) = settings.optional("SECRETS_ARN").map(str::to_owned) {
            let secrets = read_secrets(&settings, &arn).await?;
            for (name, value) in secrets {
                settings.0.entry(name).or_insert(value);
            }
        }
        Ok(settings)
    }

    /// A setting that may be missing; empty is missing.
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A setting that must be there.
    pub fn required(&self, name: &str) -> Result<&str, SettingError> {
        self.optional(name).ok_or_else(|| SettingError::Missing(name.to_owned()))
    }

    /// A setting, parsed; or a default.
    pub fn parsed<T: std::str::FromStr>(&self, name: &str, default: T) -> Result<T, SettingError>
    where
        T::Err: std::fmt::Display,
    {
        self.optional(name).map_or(Ok(default), |text| {
            text.parse().map_err(|error| SettingError::Bad { name: name.to_owned(), why: format!("is '{text}': {error}") })
        })
    }

    /// A secret that must be there and long enough.
    pub fn secret(&self, name: &str) -> Result<SecretString, SettingError> {
        self.long_enough(name, self.required(name)?)
    }

    /// A secret that may be missing, such as the previous one during a rotation; if there, long enough.
    pub fn optional_secret(&self, name: &str) -> Result<Option<SecretString>, SettingError> {
        self.optional(name).map(|secret| self.long_enough(name, secret)).transpose()
    }

    fn long_enough(&self, name: &str, secret: &str) -> Result<SecretString, SettingError> {
        if secret.len() < SHORTEST_SECRET {
            return Err(SettingError::Bad { name: name.to_owned(), why: format!("is shorter than {SHORTEST_SECRET} bytes") });
        }
        Ok(SecretString::from(secret))
    }
}

async fn read_secrets(settings: &Settings, arn: &str) -> Result<HashMap<String, String>, SettingError> {
    let aws = Aws::from_settings(settings).map_err(|error: AwsError| SettingError::Secrets(error.to_string()))?;
    let answer = aws.secrets_manager().get_secret_value().secret_id(arn).send().await;
    let answer =
        answer.map_err(|error| SettingError::Secrets(aws_sdk_secretsmanager::error::DisplayErrorContext(error).to_string()))?;
    let text = answer.secret_string().ok_or_else(|| SettingError::Secrets("the secret has no text".to_owned()))?;
    serde_json::from_str(text).map_err(|_| SettingError::Secrets("the secret is no JSON object of strings".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_secret_is_named() {
        let settings = Settings::from_values([("SHORT", "abc"), ("EMPTY", "  ")]);
        assert_eq!(settings.secret("SHORT").unwrap_err().to_string(), "SHORT is shorter than 16 bytes");
        assert_eq!(settings.secret("EMPTY").unwrap_err().to_string(), "EMPTY is not set");
        assert_eq!(settings.secret("NONE").unwrap_err().to_string(), "NONE is not set");
    }

    #[test]
    fn a_number_that_is_none_is_named() {
        let settings = Settings::from_values([("COST", "twelve")]);
        assert_eq!(settings.parsed("COST", 12u32).unwrap_err().to_string(), "COST is 'twelve': invalid digit found in string");
        assert_eq!(settings.parsed("OTHER", 12u32).unwrap(), 12);
    }
}
