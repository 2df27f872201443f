use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use http::header;
use web::ApiError;

/// A file that the pages load: its name, its type, its bytes. Vendored files have their version in their name.
type Asset = (&'static str, &'static str, &'static str);

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

const SWAGGER: [Asset; 3] = [
    ("swagger-ui-bundle-5.35.0.js", SCRIPT, include_str!("../vendor/swagger-ui/swagger-ui-bundle.js")),
    ("swagger-ui-5.35.0.css", STYLE, include_str!("../vendor/swagger-ui/swagger-ui.css")),
    ("show.js", SCRIPT, include_str!("../pages/swagger.js")),
];

const REDOC: [Asset; 2] = [
    ("redoc-2.5.4.js", SCRIPT, include_str!("../vendor/redoc/redoc.standalone.js")),
    ("show.js", SCRIPT, include_str!("../pages/redoc.js")),
];

/// What Swagger UI's page loads.
pub async fn swagger(Path(file): Path<String>) -> Response {
    serve(&SWAGGER, &file)
}

/// What ReDoc's page loads.
pub async fn redoc(Path(file): Path<String>) -> Response {
    serve(&REDOC, &file)
}

fn serve(assets: &[Asset], file: &str) -> Response {
    let Some((name, kind, text)) = assets.iter().find(|(name, ..)| *name == file) else {
        return ApiError::not_found("resource").into_response();
    };
    // What has its version in its name never changes.
    let kept = if *name == "show.js" { "public, max-age=300" } else { "public, max-age=31536000, immutable" };
    ([(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, kept)], *text).into_response()
}
