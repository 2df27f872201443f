//! Serving a face's router as a Lambda function behind an HTTP API.

use crate::Served;
use axum::body::Body;
use tower::ServiceExt;

pub use lambda_http::Error;

/// Answers API Gateway's events until the environment ends.
pub async fn run(service: Served) -> Result<(), Error> {
    lambda_http::run(service.map_request(|request: lambda_http::Request| request.map(Body::new))).await
}
