//! Sessions with mentors: booking and paying, attendance, feedback, and what mentors earn.

mod admin;
mod attendance;
mod booking;
mod earnings;
mod feedback;
mod forms;
mod lists;
mod payment;
pub(crate) mod shapes;

use app::{
    Platform,
    accounts::Accounts,
    idempotency::Idempotency,
    mentorship::Mentorship,
    paid_sessions::{Earnings, PaidSessions, SessionPurchases},
    tokens::JwtKeys,
};
use axum::{Router, extract::FromRef};
use gateways::{razorpay::Razorpay, settings::SettingError};
use std::sync::Arc;
use web::{Face, Routes};

/// What the group's handlers call.
#[derive(Debug, Clone, FromRef)]
pub struct SessionDeps {
    face: Face,
    accounts: Accounts,
    idempotency: Idempotency,
    mentorship: Mentorship,
    sessions: PaidSessions,
    purchases: SessionPurchases,
    earnings: Earnings,
}

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    let (store, settings, zone) = (&platform.store, &platform.settings, platform.zone()?);
    let jwt = Arc::new(JwtKeys::from_settings(settings)?);
    let mentorship = Mentorship::from_settings(store.clone(), settings, zone.clone())?;
    let sessions = PaidSessions::new(store.clone(), mentorship.clone(), zone);
    let deps = SessionDeps {
        face: crate::face(platform)?,
        accounts: Accounts::new(store.clone(), platform.passwords()?, jwt),
        idempotency: Idempotency::from_settings(store.clone(), settings)?,
        purchases: SessionPurchases::new(sessions.clone(), Razorpay::from_settings(settings)?),
        earnings: Earnings::new(store.clone()),
        mentorship,
        sessions,
    };
    Ok(routes(Router::new()).with_state(deps))
}

/// The group's list of routes.
pub fn routes<R: Routes<SessionDeps>>(routes: R) -> R {
    let routes = booking::routes(routes);
    let routes = payment::routes(routes);
    let routes = lists::routes(routes);
    let routes = attendance::routes(routes);
    let routes = feedback::routes(routes);
    let routes = earnings::routes(routes);
    admin::routes(routes)
}
