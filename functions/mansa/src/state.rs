use app::{
    Platform,
    accounts::Accounts,
    care::Care,
    code_sign_in::CodeSignIn,
    codes::Codes,
    directory::Directory,
    export::Export,
    figures::Figures,
    files::Files,
    idempotency::Idempotency,
    inbox::Inbox,
    mentorship::{Mentorship, photos::Photos},
    public_events::PublicEvents,
    tokens::JwtKeys,
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
    care: Care,
    code_sign_in: CodeSignIn,
    directory: Directory,
    export: Export,
    figures: Figures,
    idempotency: Idempotency,
    inbox: Inbox,
    mentorship: Mentorship,
    photos: Photos,
    public_events: PublicEvents,
}

impl Deps {
    /// Wires the use cases.
    pub fn new(platform: &Platform) -> Result<Self, SettingError> {
        let (store, settings) = (&platform.store, &platform.settings);
        let jwt = Arc::new(JwtKeys::from_settings(settings)?);
        let codes = Codes::from_settings(store.clone(), settings)?;
        let mentorship = Mentorship::from_settings(store.clone(), settings, platform.zone()?)?;
        Ok(Self {
            face: crate::face(platform)?,
            accounts: Accounts::new(store.clone(), platform.passwords()?, jwt.clone()),
            care: Care::new(store.clone(), platform.passwords()?),
            code_sign_in: CodeSignIn::new(store.clone(), codes, jwt, platform.zone()?),
            directory: Directory::new(store.clone()),
            export: Export::new(store.clone()),
            figures: Figures::new(store.clone()),
            idempotency: Idempotency::from_settings(store.clone(), settings)?,
            inbox: Inbox::new(store.clone()),
            photos: Photos::new(mentorship.clone(), Files::new(platform)?),
            mentorship,
            public_events: PublicEvents::new(store.clone()),
        })
    }
}
