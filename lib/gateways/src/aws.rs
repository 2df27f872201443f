//! The AWS clients: one HTTP client, credentials from the environment, as Lambda gives them.

use crate::{
    roots,
    settings::{SettingError, Settings},
};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_dynamodb::config::BehaviorVersion;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
#[cfg(feature = "files")]
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::{SdkConfig, region::Region};
use std::time::Duration;

/// Why there are no AWS clients.
pub type AwsError = SettingError;

/// What every AWS client is made from.
#[derive(Debug, Clone)]
pub struct Aws {
    config: SdkConfig,
    #[cfg(feature = "files")]
    credentials: Credentials,
    dynamodb_endpoint: Option<String>,
    secrets_endpoint: Option<String>,
    #[cfg(feature = "mail")]
    ses_endpoint: Option<String>,
    #[cfg(feature = "bus")]
    events_endpoint: Option<String>,
    #[cfg(feature = "bedrock")]
    bedrock_endpoint: Option<String>,
}

impl Aws {
    /// `AWS_REGION` and `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, which Lambda sets; and
    /// `DYNAMODB_ENDPOINT`, `SECRETS_MANAGER_ENDPOINT`, `SES_ENDPOINT`, `EVENTBRIDGE_ENDPOINT`, `BEDROCK_ENDPOINT`, which only stand-ins
    /// need;
    /// `AWS_CA_BUNDLE`, another file of trusted roots; `AWS_TIMEOUT_MS`, within which table, bus, secrets
    /// and sockets answer a call in all its attempts.
    ///
    /// The variables never change while a Lambda environment lives, so no provider chain is needed.
    pub fn from_settings(settings: &Settings) -> Result<Self, AwsError> {
        let credentials = Credentials::new(
            settings.required("AWS_ACCESS_KEY_ID")?,
            settings.required("AWS_SECRET_ACCESS_KEY")?,
            settings.optional("AWS_SESSION_TOKEN").map(str::to_owned),
            None,
            "environment",
        );
        // A slow call must end before its function does (the webhook's has 5 s), so that it becomes a 503.
        let tls = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring));
        let http = tls.tls_context(roots::tls_context(settings)?).build_https();
        let answered_within = Duration::from_millis(settings.parsed("AWS_TIMEOUT_MS", 4000)?);
        if answered_within.is_zero() {
            let (name, why) = ("AWS_TIMEOUT_MS".to_owned(), "must be more than 0".to_owned());
            return Err(SettingError::Bad { name, why });
        }
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(answered_within / 2)
            .operation_attempt_timeout(answered_within * 3 / 8)
            .operation_timeout(answered_within)
            .build();
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(settings.required("AWS_REGION")?.to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(credentials.clone()))
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .retry_config(RetryConfig::standard())
            .timeout_config(timeouts)
            .http_client(http)
            .build();
        let endpoint = |name: &str| settings.optional(name).map(str::to_owned);
        Ok(Self {
            config,
            #[cfg(feature = "files")]
            credentials,
            dynamodb_endpoint: endpoint("DYNAMODB_ENDPOINT"),
            secrets_endpoint: endpoint("SECRETS_MANAGER_ENDPOINT"),
            #[cfg(feature = "mail")]
            ses_endpoint: endpoint("SES_ENDPOINT"),
            #[cfg(feature = "bus")]
            events_endpoint: endpoint("EVENTBRIDGE_ENDPOINT"),
            #[cfg(feature = "bedrock")]
            bedrock_endpoint: endpoint("BEDROCK_ENDPOINT"),
        })
    }

    fn at(&self, endpoint: Option<&String>) -> SdkConfig {
        match endpoint {
            Some(url) => self.config.to_builder().endpoint_url(url).build(),
            None => self.config.clone(),
        }
    }

    /// Who signs requests.
    #[cfg(feature = "files")]
    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// What goes over the wire, without a client of a service: an answer begins within a time.
    #[cfg(feature = "files")]
    pub(crate) fn connector(settings: &Settings, answers_within: Duration) -> Result<SharedHttpConnector, AwsError> {
        let timeouts = HttpConnectorSettings::builder().connect_timeout(Duration::from_secs(2)).read_timeout(answers_within);
        let connector = aws_smithy_http_client::Connector::builder()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(roots::tls_context(settings)?)
            .connector_settings(timeouts.build())
            .sleep_impl(TokioSleep::new())
            .build();
        Ok(SharedHttpConnector::new(connector))
    }

    /// DynamoDB.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.at(self.dynamodb_endpoint.as_ref()))
    }

    /// Secrets Manager.
    pub fn secrets_manager(&self) -> aws_sdk_secretsmanager::Client {
        aws_sdk_secretsmanager::Client::new(&self.at(self.secrets_endpoint.as_ref()))
    }

    /// SES. It knows no idempotency token, so a slow answer is waited for and never tried again from here.
    #[cfg(feature = "mail")]
    pub fn ses(&self) -> aws_sdk_sesv2::Client {
        let patient = TimeoutConfig::builder().connect_timeout(Duration::from_secs(2)).operation_timeout(Duration::from_secs(15));
        let config = self.at(self.ses_endpoint.as_ref()).to_builder();
        let config = config.retry_config(RetryConfig::disabled()).timeout_config(patient.build()).build();
        aws_sdk_sesv2::Client::new(&config)
    }

    /// EventBridge.
    #[cfg(feature = "bus")]
    pub fn eventbridge(&self) -> aws_sdk_eventbridge::Client {
        aws_sdk_eventbridge::Client::new(&self.at(self.events_endpoint.as_ref()))
    }

    /// The open WebSocket connections of the gateway at an address.
    #[cfg(feature = "sockets")]
    pub fn sockets(&self, url: &str) -> aws_sdk_apigatewaymanagement::Client {
        aws_sdk_apigatewaymanagement::Client::new(&self.config.to_builder().endpoint_url(url).build())
    }

    /// Bedrock. A model takes seconds, and whether it is asked again depends on what it said: so from here it never is.
    #[cfg(feature = "bedrock")]
    pub fn bedrock(&self, patience: Duration) -> aws_sdk_bedrockruntime::Client {
        let patient = TimeoutConfig::builder().connect_timeout(Duration::from_secs(2)).operation_timeout(patience);
        let config = self.at(self.bedrock_endpoint.as_ref()).to_builder();
        let config = config.retry_config(RetryConfig::disabled()).timeout_config(patient.build()).build();
        aws_sdk_bedrockruntime::Client::new(&config)
    }
}
