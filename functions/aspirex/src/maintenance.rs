//! While the site is closed, its routes say so; those that must not are named by `web::ErrorStyle`.

use app::{Clock, Platform, site::Site};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use domain::Instant;
use std::sync::Arc;
use web::{ApiError, ErrorStyle};

/// The code of what a closed site answers: nobody's fault.
pub(crate) const MAINTENANCE: &str = "MAINTENANCE";

/// What is asked before every route.
#[derive(Debug, Clone)]
struct Gate {
    site: Site,
    clock: Arc<dyn Clock>,
}

/// Routes behind the gate.
pub(crate) fn gated(routes: Router, platform: &Platform) -> Router {
    let gate = Gate { site: Site::new(platform.store.clone()), clock: platform.clock.clone() };
    routes.layer(from_fn_with_state(gate, pass))
}

async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if !ErrorStyle::AspireX.may_be_closed(request.uri().path()) {
        return next.run(request).await;
    }
    match closed(&gate.site, gate.clock.now()).await {
        Some(closed) => closed.into_response(),
        None => next.run(request).await,
    }
}

/// What the site says while it is closed.
pub(crate) async fn closed(site: &Site, now: Instant) -> Option<ApiError> {
    let status = site.closed(crate::PRODUCT, now).await?;
    let message = match status.message.as_str() {
        "" => "We are working on the site. Please come back in a little while.",
        message => message,
    };
    let mut closed = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, MAINTENANCE, message);
    closed.headers.push((header::RETRY_AFTER, HeaderValue::from_static("60")));
    Some(closed)
}
