//! A face's API document for people: Swagger UI at `/docs`, ReDoc at `/redoc`, the document itself at `/openapi.json`.
//!
//! The document is the committed one; nothing is generated here. Everything that the pages load is compiled in
//! (`vendor/README.md`), and their policies let them load nothing else.

mod assets;

use axum::{
    Router,
    extract::OriginalUri,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderName, header};
use web::HtmlPage;

/// A face's document.
#[derive(Debug)]
pub struct Docs {
    /// The face's name.
    pub title: &'static str,
    /// The document as JSON.
    pub document: &'static str,
}

/// Codementee's document.
pub const CODEMENTEE: Docs =
    Docs { title: "Codementee", document: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/codementee.json")) };

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
    let html = template.replace("{title}", docs.title).replace("{prefix}", prefix);
    ([SHORT], HtmlPage { html: html.into(), policy }).into_response()
}
