use crate::ErrorStyle;
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use domain::Instant;
use http::{HeaderName, HeaderValue, StatusCode};
use jiff::SignedDuration;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// An error as clients see it: one sentence, a stable code, never anything internal.
#[derive(Debug, Clone)]
pub struct ApiError {
    pub status: StatusCode,
    /// Stable, for programs.
    pub code: &'static str,
    /// One sentence, for people; clients put it in a toast.
    pub detail: String,
    /// Sentences by field, for validation errors.
    pub errors: BTreeMap<String, Vec<String>>,
    /// More fields of the body, such as those of a tier error.
    pub more: Map<String, Value>,
    /// More headers, such as `Retry-After`.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Whether time alone may cure it, so that the same request is looked at anew when it comes again.
    pub passing: bool,
}

impl ApiError {
    /// An error of a status.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: BTreeMap::new(),
            more: Map::new(),
            headers: Vec::new(),
            passing: false,
        }
    }

    /// 400.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 401.
    pub fn unauthorized(code: &'static str, detail: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail).header(http::header::WWW_AUTHENTICATE, "Bearer")
    }

    /// 403.
    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    /// 404 for a thing: `booking request` gives "Booking request not found".
    pub fn not_found(thing: &str) -> Self {
        let mut chars = thing.chars();
        let capital = chars.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", format!("{capital}{} not found", chars.as_str()))
    }

    /// 409.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// A field that breaks its rule. Faces render the status their own way.
    pub fn invalid(field: impl Into<String>, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        let mut error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED", sentence.clone());
        error.errors.insert(field.into(), vec![sentence]);
        error
    }

    /// 413: more bytes than these.
    pub(crate) fn too_large(limit: usize) -> Self {
        let kilobytes = limit / 1024;
        let limit = if kilobytes < 1024 { format!("{kilobytes} KB") } else { format!("{} MB", kilobytes / 1024) };
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", format!("The body must be at most {limit}"))
    }

    /// 500: the cause goes to the log, and only there.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(error = %cause, "request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "Something went wrong on our side. Please try again later.")
    }

    /// 503 that a retry may cure.
    pub fn busy(code: &'static str, detail: &str, cause: impl std::fmt::Display) -> Self {
        tracing::warn!(error = %cause, code, "request turned away");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail).header(http::header::RETRY_AFTER, "1")
    }

    /// The same error with one more header.
    pub fn header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    /// The same error with one more field in its body.
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.more.insert(field.to_owned(), value.into());
        self
    }

    /// The same error, where waiting may cure it.
    pub fn passing(self) -> Self {
        Self { passing: true, ..self }
    }

    /// 429: it may be tried again after a time.
    pub fn limited(wait: SignedDuration) -> Self {
        // Rounded up: a second too early would be refused again.
        let seconds = wait.as_millis().max(1).unsigned_abs().div_ceil(1000);
        let mut error = Self::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", "Too many requests. Please try again later.");
        error.headers.push((http::header::RETRY_AFTER, HeaderValue::from(u64::try_from(seconds).unwrap_or(u64::MAX))));
        error
    }

    /// The answer as a face words it, at a time.
    pub(crate) fn rendered(self, style: ErrorStyle, timestamp: Instant) -> Response {
        let (status, body) = style.render(&self, timestamp);
        let mut response = (status, Json(body)).into_response();
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

impl IntoResponse for ApiError {
    /// Leaves the error beside an empty answer; [`crate::serve`] writes the body, since only there face and time
    /// are known.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
