//! Serving a face's router as a Lambda function behind an HTTP API.

use crate::{GATEWAY_VARIABLE, Gateway, Served, Source};
use app::{Platform, Wired};
use axum::{body::Body, extract::Request, response::Response};
use gateways::settings::SettingError;
use lambda_http::{RequestExt, request::RequestContext, service_fn};
use std::convert::Infallible;
use tower::{Service, ServiceExt};

pub use lambda_http::Error;

/// Answers API Gateway's events until the environment ends.
pub async fn run(build: impl Fn(&Platform) -> Result<Served, SettingError> + Send + Sync + 'static) -> Result<(), Error> {
    let wired = Wired::load(build).await?;
    let answer = async |event: lambda_http::Request| Served::clone(&*wired.current().await).oneshot(request_of(event)).await;
    lambda_http::run(service_fn(answer)).await
}

/// The same for a service that needs no settings.
pub async fn run_service(service: Served) -> Result<(), Error> {
    lambda_http::run(adapt(service)).await
}

/// The service as the events of API Gateway reach it.
pub fn adapt(
    service: Served,
) -> impl Service<lambda_http::Request, Response = Response, Error = Infallible, Future: Send + 'static> {
    service.map_request(request_of)
}

/// The event as a request, with what the gateway says of it: its source, and whose API it is.
fn request_of(event: lambda_http::Request) -> Request {
    let source = match event.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.as_deref().and_then(|ip| ip.parse().ok()),
        _ => None,
    };
    let product = event.stage_variables_ref().and_then(|variables| variables.first(GATEWAY_VARIABLE)).map(str::to_owned);
    let mut request: Request = event.map(Body::new);
    Source::note(&mut request, source);
    Gateway::note(&mut request, product.as_deref());
    request
}
