use app::{
    Platform, accounts::Accounts, audit_log::AuditLog, booking::Bookings, catalog::Catalog, dashboards::Dashboards, days::Days,
    figures::Figures, idempotency::Idempotency, interviews::Interviews, orders::Orders, people::People, tokens::JwtKeys,
};
use axum::extract::FromRef;
use gateways::settings::SettingError;
use std::sync::Arc;
use web::Face;

/// What the groups' handlers call. All of it is cheap to make and share.
#[derive(Debug, Clone, FromRef)]
pub struct Deps {
    face: Face,
    accounts: Accounts,
    audit_log: AuditLog,
    idempotency: Idempotency,
    bookings: Bookings,
    catalog: Catalog,
    dashboards: Dashboards,
    days: Days,
    figures: Figures,
    interviews: Interviews,
    orders: Orders,
    people: People,
}

impl Deps {
    /// Wires the use cases.
    pub fn new(platform: &Platform) -> Result<Self, SettingError> {
        let store = &platform.store;
        let zone = platform.zone()?;
        let jwt = Arc::new(JwtKeys::from_settings(&platform.settings)?);
        Ok(Self {
            face: crate::face(platform)?,
            idempotency: Idempotency::from_settings(store.clone(), &platform.settings)?,
            accounts: Accounts::new(store.clone(), platform.passwords()?, jwt),
            audit_log: AuditLog::new(store.clone()),
            bookings: Bookings::new(store.clone()),
            catalog: Catalog::new(store.clone(), zone.clone()),
            dashboards: Dashboards::new(store.clone()),
            days: Days::new(zone.clone()),
            figures: Figures::new(store.clone()),
            interviews: Interviews::new(store.clone(), zone),
            orders: Orders::new(store.clone()),
            people: People::new(store.clone()),
        })
    }
}
