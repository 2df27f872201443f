//! Files in a private S3 bucket: few requests, each signed by itself (Signature Version 4).
//!
//! S3's own SDK would do the same for a far larger function. What is asked here is put, get and delete of one object,
//! and addresses that carry their own signature; `aws-sigv4`, which every client links already, signs all of it, for the
//! time that is passed in.

mod signed;

use crate::{
    aws::Aws,
    settings::{SettingError, Settings},
};
use aws_credential_types::Credentials;
use aws_smithy_async::{
    future::timeout::Timeout,
    rt::sleep::{AsyncSleep, TokioSleep},
};
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use domain::Instant;
use jiff::SignedDuration;
use std::time::Duration;

/// One attempt, with its answer read.
const ATTEMPT: Duration = Duration::from_secs(8);
/// All of these requests may be made again: each leaves behind what it would have left at once.
const ATTEMPTS: usize = 2;

/// Why the store of files did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilesError {
    /// There is no such object. Who may not list a bucket's objects is told the same by a refusal.
    #[error("there is no such file")]
    Missing,
    /// The object has more bytes than it may.
    #[error("the file is too large")]
    TooLarge,
    #[error("the store of files failed: {0}")]
    Failed(String),
}

/// How an object is served.
#[derive(Debug, Clone)]
pub struct Served<'a> {
    pub content_type: &'a str,
    pub disposition: &'a str,
    pub cache_control: &'a str,
}

/// A request that somebody else may make, with the headers that he has to send.
#[derive(Debug, Clone)]
pub struct Presigned {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
}

/// A bucket.
#[derive(Debug, Clone)]
pub struct Files {
    connector: SharedHttpConnector,
    credentials: Credentials,
    region: String,
    /// Where the bucket's objects are, without a slash at the end.
    base: String,
}

impl Files {
    /// `FILES_BUCKET`. `S3_ENDPOINT`, which only a stand-in needs, is asked with the bucket's name in the path.
    pub fn from_settings(aws: &Aws, settings: &Settings) -> Result<Self, SettingError> {
        let bucket = settings.required("FILES_BUCKET")?;
        let region = settings.required("AWS_REGION")?.to_owned();
        let base = match settings.optional("S3_ENDPOINT") {
            Some(endpoint) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
            None => format!("https://{bucket}.s3.{region}.amazonaws.com"),
        };
        Ok(Self { connector: Aws::connector(settings, ATTEMPT)?, credentials: aws.credentials().clone(), region, base })
    }

    /// Where an object is.
    pub fn url(&self, key: &str) -> String {
        format!("{}/{key}", self.base)
    }

    /// Keeps an object, over any that was there.
    pub async fn put(&self, key: &str, content: &[u8], served: &Served<'_>, now: Instant) -> Result<(), FilesError> {
        let headers = [
            ("content-type", served.content_type),
            ("content-disposition", served.disposition),
            ("cache-control", served.cache_control),
        ];
        let (status, _) = self.ask("PUT", key, &headers, content, 0, now).await?;
        accepted(status)
    }

    /// An object's content, if it has no more than so many bytes.
    pub async fn get(&self, key: &str, at_most: u64, now: Instant) -> Result<Vec<u8>, FilesError> {
        let (status, content) = self.ask("GET", key, &[], &[], at_most, now).await?;
        accepted(status)?;
        Ok(content)
    }

    /// Removes an object; one that is gone is as good.
    pub async fn delete(&self, key: &str, now: Instant) -> Result<(), FilesError> {
        let (status, _) = self.ask("DELETE", key, &[], &[], 0, now).await?;
        match status {
            404 => Ok(()),
            // Without the right to list, S3 refuses what is missing only when it is read: here it is a missing right.
            status => accepted(status).map_err(|_| FilesError::Failed(format!("status {status}"))),
        }
    }

    /// An address under which an object can be read for a while.
    pub fn presigned_get(&self, key: &str, from: Instant, lasts: SignedDuration) -> Result<String, FilesError> {
        self.presigned("GET", key, &[], from, lasts)
    }

    /// A request that puts an object of exactly so many bytes, for a while.
    pub fn presigned_put(&self, key: &str, length: u64, from: Instant, lasts: SignedDuration) -> Result<Presigned, FilesError> {
        let length = length.to_string();
        let url = self.presigned("PUT", key, &[("content-length", &length)], from, lasts)?;
        Ok(Presigned { url, headers: vec![("content-length", length)] })
    }

    async fn ask(
        &self,
        method: &str,
        key: &str,
        headers: &[(&str, &str)],
        content: &[u8],
        at_most: u64,
        now: Instant,
    ) -> Result<(u16, Vec<u8>), FilesError> {
        let mut failed = String::new();
        for _ in 0..ATTEMPTS {
            let request = self.signed(method, key, headers, content, now)?;
            match Timeout::new(self.answer(request, at_most), TokioSleep::new().sleep(ATTEMPT)).await {
                Ok(Ok((status, _))) if status >= 500 || status == 429 => failed = format!("status {status}"),
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(FilesError::Failed(why))) => failed = why,
                Ok(Err(error)) => return Err(error),
                Err(_) => "no answer in time".clone_into(&mut failed),
            }
        }
        Err(FilesError::Failed(failed))
    }

    async fn answer(&self, request: HttpRequest, at_most: u64) -> Result<(u16, Vec<u8>), FilesError> {
        let response = self.connector.call(request).await.map_err(|error| FilesError::Failed(error.to_string()))?;
        let status = response.status().as_u16();
        // An error says why in its body; its status is enough.
        if !(200..300).contains(&status) || at_most == 0 {
            return Ok((status, Vec::new()));
        }
        Ok((status, content(response, at_most).await?))
    }
}

async fn content(response: HttpResponse, at_most: u64) -> Result<Vec<u8>, FilesError> {
    let told = response.headers().get("content-length").and_then(|length| length.parse::<u64>().ok());
    // What does not say how long it is, S3 does not send.
    let told = told.ok_or_else(|| FilesError::Failed("an object without a length".to_owned()))?;
    if told > at_most {
        return Err(FilesError::TooLarge);
    }
    let content = ByteStream::new(response.into_body()).collect().await;
    Ok(content.map_err(|error| FilesError::Failed(error.to_string()))?.to_vec())
}

fn accepted(status: u16) -> Result<(), FilesError> {
    match status {
        200..300 => Ok(()),
        403 | 404 => Err(FilesError::Missing),
        status => Err(FilesError::Failed(format!("status {status}"))),
    }
}

impl Files {
    /// A request of our own: its signature and its content's hash are headers.
    fn signed(
        &self,
        method: &str,
        key: &str,
        headers: &[(&str, &str)],
        content: &[u8],
        now: Instant,
    ) -> Result<HttpRequest, FilesError> {
        let url = self.url(key);
        let headers: Vec<_> = headers.iter().copied().chain([("host", signed::host(&url))]).collect();
        let signature = signed::headers(&self.signer(now), (method, &url), &headers, content).map_err(FilesError::Failed)?;
        let mut request = HttpRequest::new(SdkBody::from(content));
        let broken = |error: &dyn std::fmt::Display| FilesError::Failed(error.to_string());
        request.set_method(method).map_err(|error| broken(&error))?;
        request.set_uri(url.as_str()).map_err(|error| broken(&error))?;
        for (name, value) in headers.iter().filter(|(name, _)| *name != "host") {
            request.headers_mut().insert((*name).to_owned(), (*value).to_owned());
        }
        for (name, value) in signature {
            request.headers_mut().insert(name, value);
        }
        Ok(request)
    }

    /// An address that carries its signature.
    fn presigned(
        &self,
        method: &str,
        key: &str,
        headers: &[(&str, &str)],
        from: Instant,
        lasts: SignedDuration,
    ) -> Result<String, FilesError> {
        let url = self.url(key);
        let headers: Vec<_> = headers.iter().copied().chain([("host", signed::host(&url))]).collect();
        signed::url(&self.signer(from), (method, &url), &headers, lasts.unsigned_abs()).map_err(FilesError::Failed)
    }

    fn signer(&self, at: Instant) -> signed::Signer<'_> {
        signed::Signer { credentials: &self.credentials, region: &self.region, at }
    }
}
