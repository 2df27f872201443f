//! Signing in through the broker that speaks to Google for us.

use crate::{
    Context,
    accounts::SignIn,
    limits::{LimitError, Limits, SIGN_IN},
    tokens::OpaqueToken,
    vouched::{self, VouchedError, VouchedPerson},
};
use domain::account::Role;
use gateways::broker::{Broker, BrokerError};
use store::{Store, StoreError};

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum BrokeredError {
    #[error("the broker knows no such session")]
    UnknownSession,
    #[error("the broker gave no answer to go by: {0}")]
    Unavailable(String),
    #[error("the account is inactive")]
    Inactive,
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<VouchedError> for BrokeredError {
    fn from(error: VouchedError) -> Self {
        match error {
            VouchedError::Unreadable(why) => Self::Unavailable(why.to_owned()),
            VouchedError::Inactive => Self::Inactive,
            VouchedError::AnotherPerson => Self::UnknownSession,
            VouchedError::Store(error) => Self::Store(error),
        }
    }
}

/// The use case of signing in through the broker.
#[derive(Debug, Clone)]
pub struct Brokered {
    store: Store,
    limits: Limits,
    broker: Broker,
}

impl Brokered {
    /// Sign-ins to a store through a broker.
    pub fn new(store: Store, broker: Broker) -> Self {
        Self { limits: Limits::new(store.clone()), store, broker }
    }

    /// Exchanges a session id of the broker for a stored session here. An unknown person becomes a mentee; a known one is
    /// found by the address, for which the broker vouches.
    pub async fn sign_in(&self, cx: &Context, session_id: &str) -> Result<(SignIn, OpaqueToken), BrokeredError> {
        self.limits.take_from_source(cx, SIGN_IN).await?;
        let person = match self.broker.person(session_id).await {
            Ok(person) => VouchedPerson::parse(&person.email, person.name.as_deref(), person.picture.as_deref())?,
            Err(BrokerError::UnknownSession) => return Err(BrokeredError::UnknownSession),
            Err(BrokerError::Failed(why)) => return Err(BrokeredError::Unavailable(why)),
        };
        Ok(vouched::enter(&self.store, cx, &person, Role::Mentee).await?)
    }
}
