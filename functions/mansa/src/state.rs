use app::{Platform, accounts::Accounts, idempotency::Idempotency, tokens::JwtKeys};
use axum::extract::FromRef;
use gateways::settings::SettingError;
use std::sync::Arc;
use web::Face;

/// What the groups' handlers call. All of it is cheap to make and share.
#[derive(Debug, Clone, FromRef)]
pub struct Deps {
    face: Face,
    accounts: Accounts,
    idempotency: Idempotency,
}

impl Deps {
    /// Wires the use cases.
    pub fn new(platform: &Platform) -> Result<Self, SettingError> {
        let store = &platform.store;
        let jwt = Arc::new(JwtKeys::from_settings(&platform.settings)?);
        Ok(Self {
            face: crate::face(platform)?,
            accounts: Accounts::new(store.clone(), platform.passwords()?, jwt),
            idempotency: Idempotency::from_settings(store.clone(), &platform.settings)?,
        })
    }
}
