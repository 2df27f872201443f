//! The `Idempotency-Key` header: a request that is sent again does nothing again.

use crate::{
    ApiError, ErrorStyle, Face, Source,
    caller::{SignedInBefore, sign_in, stale_cookie},
};
use app::{
    accounts::Accounts,
    idempotency::{Handling, Idempotency, KeptAnswer, KeyedRequest, Running},
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRef, MatchedPath, Request},
    handler::Handler,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use std::pin::Pin;
use store::{Once, StoreError};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const LONGEST_KEY: usize = 255;
const BODY_LIMIT: usize = 256 * 1024;

/// The mark that the use case puts into its transaction.
#[derive(Debug, Clone)]
pub(crate) struct CarriedOutOnce(pub Once);

/// A handler that does once what is asked under one key, however often it is asked.
#[derive(Debug, Clone)]
pub struct OncePerKey<H>(H);

/// A handler that answers a repeated request with what came of the first one. Without the header nothing changes.
pub fn once_per_key<H>(handler: H) -> OncePerKey<H> {
    OncePerKey(handler)
}

impl<H, T, S> Handler<T, S> for OncePerKey<H>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
    Face: FromRef<S>,
    Accounts: FromRef<S>,
    Idempotency: FromRef<S>,
{
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, state: S) -> Self::Future {
        Box::pin(async move {
            let Some(key) = request.headers().get(IDEMPOTENCY_KEY) else { return self.0.call(request, state).await };
            let key = key.to_str().ok().filter(|key| (1..=LONGEST_KEY).contains(&key.len())).map(str::to_owned);
            let outcome = match key {
                Some(key) => keyed(&state, &key, request, |request| self.0.call(request, state.clone())).await,
                None => Err(ApiError::bad_request(
                    "INVALID_IDEMPOTENCY_KEY",
                    "The Idempotency-Key must be 1 to 255 visible characters",
                )),
            };
            outcome.unwrap_or_else(IntoResponse::into_response)
        })
    }
}

async fn keyed<S, F>(state: &S, key: &str, request: Request, handler: impl FnOnce(Request) -> F) -> Result<Response, ApiError>
where
    F: Future<Output = Response>,
    Face: FromRef<S>,
    Accounts: FromRef<S>,
    Idempotency: FromRef<S>,
{
    let (face, accounts, records) = (Face::from_ref(state), Accounts::from_ref(state), Idempotency::from_ref(state));
    let (mut parts, body) = request.into_parts();
    let signed_in = match sign_in(&parts, &face, &accounts).await {
        // What becomes of its owner is the route's to say.
        Err(error) if stale_cookie(&parts, &error) => None,
        signed_in => {
            // The handler need not ask the table again who calls.
            let signed_in = signed_in?;
            parts.extensions.insert(SignedInBefore(signed_in.clone()));
            signed_in
        }
    };
    let caller = match &signed_in {
        Some(sign_in) => format!("account:{}", sign_in.member.id()),
        None => format!("source:{}", Source::of(&parts.extensions).map(|source| source.to_string()).unwrap_or_default()),
    };
    let body = to_bytes(body, BODY_LIMIT)
        .await
        .map_err(|_| ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", "The body must be at most 256 KB"))?;
    let route = route(&parts);
    let handling =
        records.begin(face.product, face.now(), KeyedRequest { key, caller: &caller, route: &route, body: &body }).await?;
    match handling {
        Handling::CarryOut(running) => {
            carry_out(&records, running, &face, Request::from_parts(parts, Body::from(body)), handler).await
        }
        Handling::Replay(answer) => Ok(replay(answer)),
        Handling::InProgress => Err(in_progress()),
        Handling::Reused => Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "IDEMPOTENCY_KEY_REUSED",
            "This Idempotency-Key was used for another request",
        )),
        Handling::AnswerLost => Err(ApiError::conflict(
            "IDEMPOTENCY_ANSWER_LOST",
            "This request was carried out, but its answer was lost. Please look at what it changed.",
        )),
    }
}

fn route(parts: &Parts) -> String {
    let pattern = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    format!("{} {pattern} {}", parts.method, parts.uri)
}

pub(crate) fn in_progress() -> ApiError {
    ApiError::conflict("IDEMPOTENCY_IN_PROGRESS", "The first request with this Idempotency-Key is still running")
        .header(header::RETRY_AFTER, "1")
        .passing()
}

/// Runs the handler and keeps what came of it: success, or a conflict that time alone does not cure, which is decided
/// once too. Whatever else went wrong changed nothing; it may be sent again, mended, under the same key.
async fn carry_out<F: Future<Output = Response>>(
    records: &Idempotency,
    running: Running,
    face: &Face,
    mut request: Request,
    handler: impl FnOnce(Request) -> F,
) -> Result<Response, ApiError> {
    request.extensions_mut().insert(CarriedOutOnce(running.once.clone()));
    let mut response = handler(request).await;
    let passing = response.extensions().get::<ApiError>().is_some_and(|error| error.passing);
    if !response.status().is_success() && (response.status() != StatusCode::CONFLICT || passing) {
        logged(records.forget(&running).await);
        return Ok(response);
    }
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        // Rendered here, so that the first answer and its repetition are the same to the letter.
        response = error.rendered(ErrorStyle::of(face.product), face.now());
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(ApiError::internal)?;
    match kept_answer(&parts, &body) {
        Some(answer) => logged(records.keep(&running, &answer).await),
        None => logged(records.forget(&running).await),
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// What was done is done, whatever becomes of the record of it.
fn logged(outcome: Result<(), StoreError>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "an idempotency record could not be finished");
    }
}

fn kept_answer(parts: &http::response::Parts, body: &Bytes) -> Option<KeptAnswer> {
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    let body = String::from_utf8(body.to_vec()).ok()?;
    Some(KeptAnswer { status: parts.status.as_u16(), content_type, body })
}

fn replay(answer: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body).into_response();
    let content_type = answer.content_type.and_then(|kind| HeaderValue::try_from(kind).ok());
    response.headers_mut().remove(header::CONTENT_TYPE);
    response.headers_mut().extend(content_type.map(|kind| (header::CONTENT_TYPE, kind)));
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
