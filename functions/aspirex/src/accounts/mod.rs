//! Who comes in, and what people show of themselves.

mod admin;
mod newsletter;
mod notes;
mod notices;
mod profiles;
mod public;
mod sign_in;
mod site;
mod uploads;

use app::{
    Platform,
    accounts::Accounts,
    care::Care,
    export::Export,
    figures::Figures,
    files::Files,
    google::GoogleSignIns,
    inbox::Inbox,
    mentorship::Mentorship,
    newsletter::Newsletter,
    notes::Notes,
    paid_sessions::{Earnings, PaidSessions},
    people::People,
    portraits::{PortraitFiles, Portraits},
    site::Site,
    tokens::JwtKeys,
};
use axum::{Router, extract::FromRef};
use gateways::{google::Google, settings::SettingError};
use std::sync::Arc;
use web::{Face, Routes, show_health};

/// What the group's handlers call. All of it is cheap to make and share.
#[derive(Debug, Clone, FromRef)]
pub struct AccountsDeps {
    face: Face,
    accounts: Accounts,
    care: Care,
    export: Export,
    figures: Figures,
    files: Files,
    google: GoogleSignIns,
    inbox: Inbox,
    newsletter: Newsletter,
    notes: Notes,
    people: People,
    sessions: PaidSessions,
    earnings: Earnings,
    portraits: Portraits,
    portrait_files: PortraitFiles,
    site: Site,
}

impl AccountsDeps {
    fn new(platform: &Platform) -> Result<Self, SettingError> {
        let (store, settings) = (&platform.store, &platform.settings);
        let jwt = Arc::new(JwtKeys::from_settings(settings)?);
        let portraits = Portraits::new(store.clone(), platform.zone()?);
        let files = Files::new(platform)?;
        let mentorship = Mentorship::from_settings(store.clone(), settings, platform.zone()?)?;
        Ok(Self {
            face: crate::face(platform)?,
            accounts: Accounts::new(store.clone(), platform.passwords()?, jwt),
            care: Care::new(store.clone(), platform.passwords()?),
            export: Export::new(store.clone()),
            figures: Figures::new(store.clone()),
            google: GoogleSignIns::new(store.clone(), Google::from_settings(settings)?),
            inbox: Inbox::new(store.clone()),
            newsletter: Newsletter::new(store.clone()),
            notes: Notes::new(store.clone()),
            people: People::new(store.clone()),
            sessions: PaidSessions::new(store.clone(), mentorship, platform.zone()?),
            earnings: Earnings::new(store.clone()),
            portrait_files: PortraitFiles::new(portraits.clone(), files.clone()),
            portraits,
            files,
            site: Site::new(store.clone()),
        })
    }
}

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    Ok(routes(Router::new()).with_state(AccountsDeps::new(platform)?))
}

/// The group's list of routes.
pub fn routes<R: Routes<AccountsDeps>>(routes: R) -> R {
    let routes = routes
        .get("/api", "Say that the API answers", show_health)
        .get("/api/health", "Say that the API answers", show_health)
        .get("/health", "Say that the API answers", show_health);
    let routes = notices::routes(notes::routes(public::routes(profiles::routes(sign_in::routes(routes)))));
    admin::routes(site::routes(newsletter::routes(uploads::routes(routes))))
}
