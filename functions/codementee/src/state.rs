use app::{
    Platform, accounts::Accounts, audit_log::AuditLog, booking::Bookings, care::Care, catalog::Catalog, community::Community,
    dashboards::Dashboards, days::Days, export::Export, figures::Figures, idempotency::Idempotency, inbox::Inbox,
    interviews::Interviews, orders::Orders, people::People, refunds::Refunds, tokens::JwtKeys,
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
    care: Care,
    catalog: Catalog,
    community: Community,
    export: Export,
    dashboards: Dashboards,
    days: Days,
    figures: Figures,
    inbox: Inbox,
    interviews: Interviews,
    orders: Orders,
    refunds: Refunds,
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
            care: Care::new(store.clone(), platform.passwords()?),
            catalog: Catalog::new(store.clone(), zone.clone()),
            community: Community::new(store.clone()),
            export: Export::new(store.clone()),
            dashboards: Dashboards::new(store.clone()),
            days: Days::new(zone.clone()),
            figures: Figures::new(store.clone()),
            inbox: Inbox::new(store.clone()),
            interviews: Interviews::new(store.clone(), zone),
            orders: Orders::new(store.clone()),
            refunds: Refunds::new(store.clone()),
            people: People::new(store.clone()),
        })
    }
}
