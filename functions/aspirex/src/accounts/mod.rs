//! Who comes in, and what people show of themselves.

use crate::state::Deps;
use app::Platform;
use axum::Router;
use gateways::settings::SettingError;
use web::{Routes, show_health};

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    Ok(routes(Router::new()).with_state(Deps::new(platform)?))
}

/// The group's list of routes.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes.get("/api", "Say that the API answers", show_health).get("/api/health", "Say that the API answers", show_health).get(
        "/health",
        "Say that the API answers",
        show_health,
    )
}
