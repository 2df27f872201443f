//! Serving a face's router as a Lambda function behind an HTTP API.

use crate::Served;
use axum::{body::Body, response::Response};
use std::convert::Infallible;
use tower::{Service, ServiceExt};

pub use lambda_http::Error;

/// The service as the events of API Gateway reach it.
pub fn adapt(
    service: Served,
) -> impl Service<lambda_http::Request, Response = Response, Error = Infallible, Future: Send + 'static> {
    service.map_request(|request: lambda_http::Request| request.map(Body::new))
}

/// Answers API Gateway's events until the environment ends.
pub async fn run(service: Served) -> Result<(), Error> {
    lambda_http::run(adapt(service)).await
}
