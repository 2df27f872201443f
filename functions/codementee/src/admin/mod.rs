//! `/api/admin/…`: everything that admins manage.

mod bookings;
mod catalog;
mod figures;
mod people;

use crate::state::Deps;
use app::Platform;
use axum::Router;
use gateways::settings::SettingError;

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    let deps = Deps::new(platform)?;
    let routes = Router::<Deps>::new()
        .merge(catalog::routes())
        .merge(people::routes())
        .merge(bookings::routes(&deps))
        .merge(figures::routes());
    Ok(routes.with_state(deps))
}
