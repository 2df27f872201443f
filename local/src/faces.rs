//! What the port serves: the four faces, each as it is on AWS, and the pages beside them.

use crate::{
    Options, Pump, environment::prefix, limits, pages, recorder::record_request, server::Shared, standins::sockets::Sockets,
};
use ::razorpay::webhook;
use app::Platform;
use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use domain::Product;
use gateways::settings::SettingError;
use http::{HeaderName, HeaderValue, Method, header, request::Parts};
use tower_http::cors::{AllowOrigin, CorsLayer};
use web::{ErrorStyle, Face, Origins};

/// Everything behind the port.
pub(crate) fn router(platform: &Platform, shared: Shared, sockets: Sockets, options: &Options) -> Result<Router, SettingError> {
    let (pump, recorder) = (shared.pump.clone(), shared.recorder.clone());
    let mut faces = Router::new();
    for product in Product::ALL {
        let face = face(product, platform, options)?;
        faces = faces.nest(&format!("/{}", product.slug()), face.clone());
        if prefix(product).is_empty() {
            faces = faces.fallback_service(face);
        }
    }
    let faces = match recorder {
        Some(recorder) => faces.layer(from_fn_with_state(recorder, record_request)),
        None => faces,
    };
    let faces = faces.layer(from_fn_with_state(pump.clone(), wake_after_writes));
    let sockets = crate::sockets::router(platform, sockets, pump.clone())?;
    Ok(Router::new().merge(pages::router(shared)).merge(sockets).fallback_service(faces))
}

/// A product's face as it is on AWS: behind a gateway of its own, with webhook and documents.
fn face(product: Product, platform: &Platform, options: &Options) -> Result<Router, SettingError> {
    let routes = match product {
        Product::Codementee => codementee::router(platform)?,
        Product::LeadBridge => leadbridge::router(platform)?,
        Product::Mansa => mansa::router(platform)?,
        Product::AspireX => aspirex::router(platform)?,
    };
    let routes = routes.merge(webhook::router(platform)?);
    let routes = docs::of(product).map(docs::router).into_iter().fold(routes, Router::merge);
    // Without limits the platform is not told where requests come from either.
    let routes = if options.rate_limits { limits::limited(routes) } else { routes };
    let served = web::serve(routes, platform.clock.clone(), ErrorStyle::of(product));
    let origins = Face::new(product, platform)?.origins;
    Ok(Router::new().fallback_service(served).layer(cors(origins)))
}

/// The sweeper runs right after each write, as the stream would have the relay do it.
async fn wake_after_writes(State(pump): State<Pump>, request: Request, next: Next) -> Response {
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let response = next.run(request).await;
    if writes {
        pump.wake();
    }
    response
}

/// The same list as the gateway's in AWS, with credentials.
fn cors(origins: Origins) -> CorsLayer {
    let listed = move |origin: &HeaderValue, _: &Parts| origin.to_str().is_ok_and(|origin| origins.contains(origin));
    let named = |names: &[&'static str]| names.iter().map(|name| HeaderName::from_static(name)).collect::<Vec<_>>();
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(listed))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS])
        .allow_headers(
            [header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT]
                .into_iter()
                .chain(named(&["idempotency-key", "x-request-id"]))
                .collect::<Vec<_>>(),
        )
        .expose_headers(named(&[
            "x-next-cursor",
            "x-upgrade-url",
            "x-request-id",
            "retry-after",
            "idempotency-replayed",
            "x-unread-count",
        ]))
}
