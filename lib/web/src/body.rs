use crate::{
    ApiError,
    layers::{BODY_LIMIT, UPLOAD_LIMIT},
    strict::Strict,
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request, rejection::BytesRejection},
};
use http::{StatusCode, request::Parts};
use http_body_util::LengthLimitError;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::str::FromStr;

/// A JSON body, parsed into a request type of domain types: what the type refuses is a 422 that names the field.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        parse(object(request, state).await?).map(Self)
    }
}

/// A JSON body that two request types describe together. (Serde's `flatten` would lose which field was wrong.)
#[derive(Debug)]
pub struct BodyOf<A, B>(pub A, pub B);

impl<A: DeserializeOwned, B: DeserializeOwned, S: Send + Sync> FromRequest<S> for BodyOf<A, B> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let value = object(request, state).await?;
        Ok(Self(parse(value.clone())?, parse(value)?))
    }
}

pub(crate) async fn object<S: Send + Sync>(request: Request, state: &S) -> Result<Value, ApiError> {
    let invalid = |sentence: &str| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "INVALID_JSON", sentence);
    let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
    // What calls itself a form has been let through with more.
    if bytes.len() > BODY_LIMIT {
        return Err(ApiError::too_large(BODY_LIMIT));
    }
    let bytes: &[u8] = if bytes.trim_ascii().is_empty() { b"{}" } else { &bytes };
    let value: Value = serde_json::from_slice(bytes).map_err(|_| invalid("The body must be valid JSON"))?;
    if value.is_object() { Ok(value) } else { Err(invalid("The body must be a JSON object")) }
}

fn unreadable(rejection: BytesRejection) -> ApiError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return ApiError::too_large(BODY_LIMIT);
    }
    ApiError::bad_request("UNREADABLE_BODY", "The body could not be read")
}

/// The same of a form's body: larger than it may be, or broken off.
pub(crate) fn unreadable_body(error: &axum::Error) -> ApiError {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return ApiError::too_large(UPLOAD_LIMIT);
        }
        cause = error.source();
    }
    ApiError::bad_request("UNREADABLE_BODY", "The body could not be read")
}

/// Reads a value; the error names the field and says the type's own sentence.
pub(crate) fn parse<T: DeserializeOwned>(value: Value) -> Result<T, ApiError> {
    serde_path_to_error::deserialize(Strict(value)).map_err(|error| {
        let path = error.path().to_string();
        let sentence = error.into_inner().to_string();
        match missing_field(&sentence) {
            Some(field) => {
                let path = if path == "." { field.to_owned() } else { format!("{path}.{field}") };
                ApiError::invalid(path.clone(), format!("{path} is required"))
            }
            // Serde's own sentences start in lower case; the domain's are fit to show as they are.
            None if sentence.starts_with(char::is_lowercase) => ApiError::invalid(path.clone(), plainly(&path, &sentence)),
            None => ApiError::invalid(path, sentence),
        }
    })
}

/// What serde says of a value, without the names of our types.
fn plainly(field: &str, sentence: &str) -> String {
    match sentence.split_once(", expected one of ") {
        Some((_, words)) if sentence.starts_with("unknown variant") => {
            format!("{field} must be one of {}", words.replace('`', ""))
        }
        _ => format!("{field} has a value of the wrong kind"),
    }
}

fn missing_field(sentence: &str) -> Option<&str> {
    sentence.strip_prefix("missing field `")?.split('`').next()
}

/// The id in a path. What is no id is the id of nothing: 404.
#[derive(Debug)]
pub struct PathId<T>(pub T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| ApiError::not_found("resource"))?;
        text.parse().map(Self).map_err(|_| ApiError::not_found("resource"))
    }
}

/// A query string, parsed like a body.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = axum::extract::Query::<std::collections::BTreeMap<String, String>>::from_request_parts(parts, state).await;
        let axum::extract::Query(pairs) = query.map_err(|_| ApiError::invalid("query", "The query could not be read"))?;
        // An empty value is how forms and clients leave a filter out.
        let object = pairs.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, Value::String(value)));
        parse(Value::Object(object.collect())).map(Self)
    }
}
