use app::{
    Platform,
    accounts::Accounts,
    care::Care,
    export::Export,
    figures::Figures,
    idempotency::Idempotency,
    leads::{ContactKeys, Leads},
    orders::Orders,
    people::People,
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
    idempotency: Idempotency,
    care: Care,
    export: Export,
    figures: Figures,
    leads: Leads,
    orders: Orders,
    people: People,
    public_events: PublicEvents,
}

impl Deps {
    /// Wires the use cases.
    pub fn new(platform: &Platform) -> Result<Self, SettingError> {
        let (store, settings) = (&platform.store, &platform.settings);
        let jwt = Arc::new(JwtKeys::from_settings(settings)?);
        let leads = Leads::new(store.clone(), ContactKeys::from_settings(settings)?);
        Ok(Self {
            face: crate::face(platform)?,
            accounts: Accounts::new(store.clone(), platform.passwords()?, jwt),
            idempotency: Idempotency::from_settings(store.clone(), settings)?,
            care: Care::new(store.clone(), platform.passwords()?),
            export: Export::new(store.clone()).with_leads(leads.clone()),
            figures: Figures::new(store.clone()),
            orders: Orders::new(store.clone()),
            people: People::new(store.clone()),
            public_events: PublicEvents::new(store.clone()),
            leads,
        })
    }

    /// The leads, for what a group wires beside.
    pub fn leads(&self) -> Leads {
        self.leads.clone()
    }
}

/// State of a group that has one thing more than all of them: what extractors and handlers take is found in both.
macro_rules! with_deps {
    ($state:ident has $own:ident: $own_type:ty; $($shared:ty),+ $(,)?) => {
        impl axum::extract::FromRef<$state> for $own_type {
            fn from_ref(state: &$state) -> Self {
                state.$own.clone()
            }
        }
        $(
            impl axum::extract::FromRef<$state> for $shared {
                fn from_ref(state: &$state) -> Self {
                    Self::from_ref(&state.deps)
                }
            }
        )+
    };
}
pub(crate) use with_deps;
