use crate::Visitor;
use axum::Json;
use domain::Instant;
use serde::Serialize;
use utoipa::ToSchema;

/// That the API answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    status: &'static str,
    timestamp: Instant,
    version: &'static str,
}

/// Shallow: that this answer came is all it says (hole 29).
pub async fn show_health(Visitor(cx): Visitor) -> Json<Health> {
    Json(Health { status: "healthy", timestamp: cx.now, version: env!("CARGO_PKG_VERSION") })
}
