//! All of Mansa's routes: they are few, and one function serves them.

mod admin;
mod availability;
mod bookings;
mod events;
mod members;
mod mentors;
mod sign_in;

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
    let routes = routes
        .get("/api", "Say that the API answers", show_health)
        .get("/api/health", "Say that the API answers", show_health)
        .get("/health", "Say that the API answers", show_health);
    let routes = sign_in::routes(routes);
    let routes = mentors::routes(routes);
    let routes = availability::routes(routes);
    let routes = bookings::routes(routes);
    let routes = events::routes(routes);
    let routes = members::routes(routes);
    admin::routes(routes)
}
