//! A language model on Amazon Bedrock, asked by Converse.

use crate::{
    aws::Aws,
    settings::{SettingError, Settings},
};
use aws_sdk_bedrockruntime::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::converse::{ConverseError, ConverseOutput},
    types::{ContentBlock, ConversationRole, InferenceConfiguration, Message, StopReason, SystemContentBlock},
};
use std::time::Duration;

/// How long an answer is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub attempt: Duration,
    /// All attempts together, with what lies between them.
    pub in_all: Duration,
}

impl Default for Patience {
    /// So that a function with 29 seconds has answered before the gateway gives it up.
    fn default() -> Self {
        Self { attempt: Duration::from_secs(11), in_all: Duration::from_secs(25) }
    }
}

/// What a model is asked.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What it is to do: ours alone.
    pub system: String,
    /// What people typed, each as a block of its own.
    pub blocks: Vec<String>,
    pub max_tokens: i32,
}

/// Why a model gave no answer to go by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("no model is configured")]
    NotConfigured,
    /// It said less than it had to, or none of it as text.
    #[error("the answer was cut off or empty")]
    Unfinished,
    /// Throttled, slow or in trouble: another attempt may do.
    #[error("the model did not answer: {0}")]
    Passing(String),
    /// It will not answer the next attempt either.
    #[error("the model refused: {0}")]
    Refused(String),
}

impl ModelError {
    /// Whether another attempt makes sense.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unfinished | Self::Passing(_))
    }
}

/// A model, if one is configured.
#[derive(Debug, Clone)]
pub struct Bedrock {
    aws: Aws,
    client: Client,
    model_id: Option<String>,
    patience: Patience,
}

impl Bedrock {
    /// `BEDROCK_MODEL_ID`: the id of a model or of an inference profile. Without it nothing is asked.
    pub fn from_settings(aws: &Aws, settings: &Settings) -> Result<Self, SettingError> {
        let patience = Patience::default();
        let model_id = settings.optional("BEDROCK_MODEL_ID").map(str::to_owned);
        Ok(Self { client: aws.bedrock(patience.attempt), aws: aws.clone(), model_id, patience })
    }

    /// The same model, waited for otherwise.
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { client: self.aws.bedrock(patience.attempt), patience, ..self }
    }

    /// How long an answer is waited for.
    pub fn patience(&self) -> Patience {
        self.patience
    }

    /// Whether there is a model to ask.
    pub fn is_configured(&self) -> bool {
        self.model_id.is_some()
    }

    /// Asks once, and returns the text of the answer.
    pub async fn ask(&self, prompt: &Prompt) -> Result<String, ModelError> {
        let model_id = self.model_id.as_ref().ok_or(ModelError::NotConfigured)?;
        let blocks = prompt.blocks.iter().cloned().map(ContentBlock::Text).collect();
        let message = Message::builder().role(ConversationRole::User).set_content(Some(blocks)).build();
        // Its sentence could only be about how the request is built.
        let message = message.map_err(|_| ModelError::Refused("the request could not be built".to_owned()))?;
        let request = self
            .client
            .converse()
            .model_id(model_id)
            .system(SystemContentBlock::Text(prompt.system.clone()))
            .messages(message)
            .inference_config(InferenceConfiguration::builder().max_tokens(prompt.max_tokens).build());
        text(request.send().await.map_err(why)?)
    }
}

/// The service's sentence may quote the request, so that only its code is told.
fn why(error: SdkError<ConverseError>) -> ModelError {
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    let name = match (&error, code) {
        (_, Some(code)) => code.to_owned(),
        (SdkError::TimeoutError(_), None) => "timeout".to_owned(),
        (SdkError::DispatchFailure(_), None) => "not reached".to_owned(),
        (_, None) => "unreadable".to_owned(),
    };
    match error.raw_response().map(|response| response.status().as_u16()) {
        // 408 is a model that took too long, 424 one that failed, 429 too many requests.
        Some(400..=407 | 409..=423 | 425..=428 | 430..=499) => ModelError::Refused(name),
        _ => ModelError::Passing(name),
    }
}

fn text(answer: ConverseOutput) -> Result<String, ModelError> {
    if !matches!(answer.stop_reason, StopReason::EndTurn | StopReason::StopSequence) {
        return Err(ModelError::Unfinished);
    }
    let message = answer.output.as_ref().and_then(|output| output.as_message().ok());
    let texts = message.into_iter().flat_map(|message| &message.content).filter_map(|block| block.as_text().ok());
    let text: String = texts.map(String::as_str).collect();
    if text.trim().is_empty() { Err(ModelError::Unfinished) } else { Ok(text) }
}
