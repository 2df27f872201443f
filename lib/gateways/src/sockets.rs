//! What is sent over open WebSocket connections: API Gateway holds them, and takes what is meant for one by a signed
//! request.

use crate::{
    aws::Aws,
    settings::{SettingError, Settings},
};
use aws_sdk_apigatewaymanagement::{
    Client,
    config::http::HttpResponse,
    error::{DisplayErrorContext, SdkError},
    primitives::Blob,
};

/// Why nothing reached a connection.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// It is closed, and will never be open again.
    #[error("the connection is gone")]
    Gone,
    #[error("the gateway failed: {0}")]
    Failed(String),
}

/// The open connections of a gateway.
#[derive(Debug, Clone)]
pub struct Sockets {
    client: Client,
}

impl Sockets {
    /// `SOCKETS_URL`: where the gateway takes what is meant for its connections.
    pub fn from_settings(aws: &Aws, settings: &Settings) -> Result<Self, SettingError> {
        Ok(Self { client: aws.sockets(settings.required("SOCKETS_URL")?) })
    }

    /// Sends something over a connection.
    pub async fn post(&self, connection: &str, data: Vec<u8>) -> Result<(), PostError> {
        let sent = self.client.post_to_connection().connection_id(connection).data(Blob::new(data)).send().await;
        sent.map(|_| ()).map_err(|error| match is_gone(&error) {
            true => PostError::Gone,
            false => PostError::Failed(DisplayErrorContext(&error).to_string()),
        })
    }

    /// Closes a connection. One that is closed stays so.
    pub async fn close(&self, connection: &str) -> Result<(), PostError> {
        let closed = self.client.delete_connection().connection_id(connection).send().await;
        match closed {
            Err(error) if is_gone(&error) => Ok(()),
            Err(error) => Err(PostError::Failed(DisplayErrorContext(&error).to_string())),
            Ok(_) => Ok(()),
        }
    }
}

/// By the status, which says it whether or not the answer also names the error.
fn is_gone<E>(error: &SdkError<E, HttpResponse>) -> bool {
    error.raw_response().is_some_and(|answer| answer.status().as_u16() == 410)
}
