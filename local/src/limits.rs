//! What the gateway does about load in AWS: it tells functions where a request came from, and holds everybody to a
//! general rate (F-44): 10 requests a second and address, bursts of 20.

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use jiff::SignedDuration;
use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
};
use web::{ApiError, Source};

type Buckets = Arc<DefaultKeyedRateLimiter<IpAddr>>;

const PER_SECOND: NonZeroU32 = NonZeroU32::new(10).unwrap();
const BURST: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// Routes that turn away what overflows the caller's bucket.
pub fn limited(routes: Router) -> Router {
    let buckets: Buckets = Arc::new(RateLimiter::keyed(Quota::per_second(PER_SECOND).allow_burst(BURST)));
    routes.layer(from_fn_with_state(buckets, limit))
}

async fn limit(
    State(buckets): State<Buckets>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    if buckets.check_key(&from.ip()).is_err() {
        return ApiError::limited(SignedDuration::from_secs(1)).into_response();
    }
    Source::note(&mut request, Some(from.ip()));
    next.run(request).await
}
