//! Settings: read once at start. A missing, empty or short one stops the start with one sentence that names it.
//!
//! Secrets come from the environment locally; in AWS from Secrets Manager: `SECRETS_ARN` names one secret or several,
//! separated by commas, each a JSON object of the same names.

use crate::aws::{Aws, AwsError};
use futures::future::try_join_all;
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
#[derive(Clone, Default)]
pub struct Settings {
    values: HashMap<String, String>,
    /// What `SECRETS_ARN` names, as it was last read.
    secrets: HashMap<String, String>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Settings({} values, {} secrets)", self.values.len(), self.secrets.len())
    }
}

impl Settings {
    /// Settings from given values.
    pub fn from_values<K: Into<String>, V: Into<String>>(values: impl IntoIterator<Item = (K, V)>) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { values, secrets: HashMap::new() }
    }

    /// The environment, and beneath it what `SECRETS_ARN` names.
    pub async fn load() -> Result<Self, SettingError> {
        Self::from_values(std::env::vars()).with_secrets().await
    }

    /// The same settings with the secrets that `SECRETS_ARN` names.
    pub async fn with_secrets(self) -> Result<Self, SettingError> {
        let secrets = self.read_secrets().await?;
        Ok(Self { secrets, ..self })
    }

    /// The same settings with the secrets as they are now; None when they are as they were.
    pub async fn reread_secrets(&self) -> Result<Option<Self>, SettingError> {
        let secrets = self.read_secrets().await?;
        Ok((secrets != self.secrets).then(|| Self { values: self.values.clone(), secrets }))
    }

    async fn read_secrets(&self) -> Result<HashMap<String, String>, SettingError> {
        let arns = self.optional("SECRETS_ARN").unwrap_or_default();
        let arns: Vec<String> = arns.split(',').map(str::trim).filter(|arn| !arn.is_empty()).map(str::to_owned).collect();
        if arns.is_empty() {
            return Ok(HashMap::new());
        }
        let aws = Aws::from_settings(self).map_err(|error: AwsError| SettingError::Secrets(error.to_string()))?;
        let client = aws.secrets_manager();
        let secrets = try_join_all(arns.iter().map(|arn| read_secret(&client, arn))).await?;
        Ok(secrets.into_iter().flatten().collect())
    }

    /// A setting that may be missing; empty is missing. What the environment says goes before a secret.
    pub fn optional(&self, name: &str) -> Option<&str> {
        let value = self.values.get(name).or_else(|| self.secrets.get(name));
        value.map(|value| value.trim()).filter(|value| !value.is_empty())
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

async fn read_secret(client: &aws_sdk_secretsmanager::Client, arn: &str) -> Result<HashMap<String, String>, SettingError> {
    let answer = client.get_secret_value().secret_id(arn).send().await;
    let answer =
        answer.map_err(|error| SettingError::Secrets(aws_sdk_secretsmanager::error::DisplayErrorContext(error).to_string()))?;
    let text = answer.secret_string().ok_or_else(|| SettingError::Secrets("a secret has no text".to_owned()))?;
    serde_json::from_str(text).map_err(|_| SettingError::Secrets("a secret is no JSON object of strings".to_owned()))
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
