//! The general rate limit (F-44): 10 requests a second and address, bursts of 20. In AWS the stage throttles.

use axum::{
    Json,
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::{StatusCode, header};
use serde_json::json;
use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
};

/// One bucket an address.
pub type Buckets = Arc<DefaultKeyedRateLimiter<IpAddr>>;

const PER_SECOND: NonZeroU32 = NonZeroU32::new(10).unwrap();
const BURST: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// Full buckets.
pub fn buckets() -> Buckets {
    Arc::new(RateLimiter::keyed(Quota::per_second(PER_SECOND).allow_burst(BURST)))
}

/// Turns away what overflows the caller's bucket.
pub async fn limit(
    State(buckets): State<Buckets>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if buckets.check_key(&from.ip()).is_ok() {
        return next.run(request).await;
    }
    let timestamp = app::Clock::now(&app::SystemClock);
    let body = json!({ "detail": "Too many requests. Please slow down.", "code": "RATE_LIMITED", "timestamp": timestamp });
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "1")], Json(body)).into_response()
}
