//! What people do about their own account: another address, another name, leaving.

mod email;
mod leaving;
mod profile;

pub use profile::Profile;

use crate::{
    Context,
    limits::{LimitError, Limits, SIGN_IN},
    passwords::{HashError, Passwords},
    tokens::TokenError,
};
use domain::account::{Account, Member};
use store::{Everywhere, Store, StoreError};

/// Why something about an account was not done.
#[derive(Debug, thiserror::Error)]
pub enum CareError {
    #[error("the password is wrong")]
    WrongPassword,
    #[error("the address is the account's own")]
    SameAddress,
    #[error("the address has an account")]
    EmailTaken,
    #[error("the mailed token is unknown, used or late")]
    UsedToken,
    #[error("no other admin would be left")]
    LastAdmin,
    #[error("he has money in his balance or asked for some")]
    BalanceLeft,
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Between reading and writing an account somebody may change it; after so many times we give up.
const ROUNDS: u32 = 4;

fn busy() -> CareError {
    StoreError::Busy("the account kept changing".to_owned()).into()
}

/// The use cases of account care.
#[derive(Debug, Clone)]
pub struct Care {
    store: Store,
    passwords: Passwords,
    limits: Limits,
}

impl Care {
    /// Account care in a store.
    pub fn new(store: Store, passwords: Passwords) -> Self {
        Self { limits: Limits::new(store.clone()), store, passwords }
    }

    /// Asks for the password once more: a session may have been left open somewhere. An account without one has
    /// nothing to ask for.
    async fn check_password(&self, cx: &Context, account: &Account, password: &str) -> Result<(), CareError> {
        self.limits.take(cx, SIGN_IN, &format!("account:{}", account.id)).await?;
        let Some(hash) = &account.password_hash else { return Ok(()) };
        self.passwords.matches(password, Some(hash)).await?.then_some(()).ok_or(CareError::WrongPassword)
    }

    /// The caller's account as it is now. It may have gone since he was let in.
    async fn everywhere(&self, by: &Member) -> Result<Everywhere, CareError> {
        Ok(self.store.everywhere(by.id()).await?.ok_or(TokenError::Invalid)?)
    }
}
