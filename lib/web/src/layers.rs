//! What every route of every face goes through.

use crate::{ApiError, ErrorStyle, upload::is_upload};
use app::Clock;
use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Request, State},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body_util::Limited;
use std::{convert::Infallible, sync::Arc};
use tower::{Layer, util::BoxCloneSyncService};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, normalize_path::NormalizePathLayer};
use tracing::Instrument;

/// The largest body (decisions: ids and bodies).
pub(crate) const BODY_LIMIT: usize = 256 * 1024;
/// The largest form with a file: what the gateway hands to a function, in base64, within 6 MB.
pub(crate) const UPLOAD_LIMIT: usize = 4 * 1024 * 1024;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A served router.
pub type Served = BoxCloneSyncService<http::Request<Body>, Response, Infallible>;

/// The id of a request; every answer carries it as `X-Request-Id`, and so does every log line and audit record.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Wraps a router with what all routes share: request id, one log line, errors in the face's shape, limits,
/// security headers, compression; outermost, paths lose their trailing slash (never by a redirect).
pub fn serve(router: Router, clock: Arc<dyn Clock>, style: ErrorStyle) -> Served {
    let router = router
        .fallback(async || ApiError::not_found("resource"))
        .method_not_allowed_fallback(async || {
            ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "Method not allowed")
        })
        .layer(from_fn(limit_body))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state((clock, style), render_errors))
        .layer(from_fn(security_headers))
        .layer(CompressionLayer::new())
        .layer(from_fn(identify));
    BoxCloneSyncService::new(NormalizePathLayer::trim_trailing_slash().layer(router))
}

/// A body that is told to be too large is not waited for; one that is not told ends where it becomes too large.
async fn limit_body(request: Request, next: Next) -> Response {
    let limit = if is_upload(request.headers()) { UPLOAD_LIMIT } else { BODY_LIMIT };
    let told = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|told| usize::try_from(told).map_or(true, |told| told > limit)) {
        return ApiError::too_large(limit).into_response();
    }
    next.run(request.map(|body| Body::new(Limited::new(body, limit)))).await
}

fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = cause.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| cause.downcast_ref::<String>().cloned());
    ApiError::internal(format!("panic: {}", text.unwrap_or_default())).into_response()
}

async fn identify(mut request: Request, next: Next) -> Response {
    let sane = |id: &&str| (8..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let given = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(sane);
    let id = given.map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned);
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", request.id = id, http.method = %request.method(), http.route = route);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = async {
        let response = next.run(request).await;
        tracing::info!(http.status = response.status().as_u16(), "request served");
        response
    }
    .instrument(span)
    .await;
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

async fn render_errors(State((clock, style)): State<(Arc<dyn Clock>, ErrorStyle)>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let error = response.extensions_mut().remove::<ApiError>();
    // Whatever a library answers by itself gets our shape too.
    let error = error.or_else(|| foreign(response.status(), response.headers()));
    match error {
        Some(error) => error.rendered(style, clock.now()),
        None => response,
    }
}

fn foreign(status: StatusCode, headers: &http::HeaderMap) -> Option<ApiError> {
    let ours = headers.get(header::CONTENT_TYPE).is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    if ours || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    Some(match status {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::too_large(BODY_LIMIT),
        status if status.is_client_error() => ApiError::new(status, "BAD_REQUEST", "The request could not be read"),
        status => ApiError::internal(format!("an answer without a body, status {status}")),
    })
}

/// F-47, and a policy under which an answer that is shown as a page can do nothing. A page of ours sets its own.
async fn security_headers(request: Request, next: Next) -> Response {
    const HEADERS: [(HeaderName, &str); 7] = [
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_XSS_PROTECTION, "1; mode=block"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
