//! A face's API document for people: Swagger UI at `/docs`, ReDoc at `/redoc`, the document itself at `/openapi.json`.
//!
//! The document is the committed one; nothing is generated here. Everything that the pages load is compiled in
//! (`vendor/README.md`), and their policies let them load nothing else.

mod assets;

use app::SystemClock;
use axum::{
    Router,
    extract::{OriginalUri, Request},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use domain::Product;
use http::{HeaderName, header};
use std::sync::Arc;
use tower::ServiceExt;
use web::{ApiError, ErrorStyle, Gateway, HtmlPage, Served};

/// A face's document.
#[derive(Debug)]
pub struct Docs {
    /// Whose face it is.
    pub product: Product,
    /// The document as JSON.
    pub document: &'static str,
}

macro_rules! committed {
    ($($product:ident: $file:literal),+ $(,)?) => {
        /// The document of every face.
        pub static ALL: &[Docs] = &[$(Docs {
            product: Product::$product,
            document: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/", $file)),
        }),+];
    };
}

committed! {
    Codementee: "codementee.json",
    LeadBridge: "leadbridge.json",
    Mansa: "mansa.json",
    AspireX: "aspirex.json",
}

/// A face's document, where it has one.
pub fn of(product: Product) -> Option<&'static Docs> {
    ALL.iter().find(|docs| docs.product == product)
}

const SHORT: (HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=300");

/// What Swagger UI needs: scripts and styles of ours, its pictures, and to ask this API.
const SWAGGER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// What ReDoc needs. Its script puts in two style elements, each allowed by its hash: an empty one, which it then fills,
/// and its scroll bar's. Its search runs in a worker that it makes itself.
const REDOC_POLICY: &str = "default-src 'none'; script-src 'self'; \
     style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='; \
     img-src data:; worker-src blob:; connect-src 'self'; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The documents as the Lambda function serves them, each to its own face's gateway.
pub fn serve() -> Served {
    let routers: Vec<_> = ALL.iter().map(|docs| (docs.product, router(docs))).collect();
    let choose = async move |request: Request| {
        let product = Gateway::of(&request).unwrap_or(Product::Codementee);
        match routers.iter().find(|(own, _)| *own == product) {
            Some((_, router)) => router.clone().oneshot(request).await.into_response(),
            None => ApiError::not_found("resource").into_response(),
        }
    };
    web::serve(Router::new().route("/{*path}", any(choose)), Arc::new(SystemClock), ErrorStyle::default())
}

/// The routes of a face's document.
pub fn router(docs: &'static Docs) -> Router {
    let swagger = async |uri| page(docs, "/docs", include_str!("../pages/swagger.html"), SWAGGER_POLICY, uri);
    let redoc = async |uri| page(docs, "/redoc", include_str!("../pages/redoc.html"), REDOC_POLICY, uri);
    let document = async || ([SHORT, (header::CONTENT_TYPE, "application/json")], docs.document);
    Router::new()
        .route("/docs", get(swagger))
        .route("/docs/assets/{file}", get(assets::swagger))
        .route("/redoc", get(redoc))
        .route("/redoc/assets/{file}", get(assets::redoc))
        .route("/openapi.json", get(document))
}

/// A page, with the prefix under which the face is mounted put before what it loads.
fn page(docs: &Docs, name: &str, template: &str, policy: &'static str, OriginalUri(uri): OriginalUri) -> Response {
    let prefix = uri.path().trim_end_matches('/').strip_suffix(name).unwrap_or_default();
    let html = template.replace("{title}", docs.product.title()).replace("{prefix}", prefix);
    ([SHORT], HtmlPage { html: html.into(), policy }).into_response()
}
