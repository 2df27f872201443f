//! `/api/admin/…`: everything that admins manage.

mod bookings;
mod catalog;
mod community;
mod figures;
mod people;

use crate::state::Deps;
use app::Platform;
use axum::Router;
use gateways::settings::SettingError;
use web::Routes;

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    Ok(routes(Router::new()).with_state(Deps::new(platform)?))
}

/// The group's list of routes.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    community::routes(figures::routes(bookings::routes(people::routes(catalog::routes(routes)))))
}
