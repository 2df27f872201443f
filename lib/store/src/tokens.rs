//! Mailed one-use tokens. Only their hash is kept.

use crate::{
    Store, StoreError,
    change::Change,
    item::{item, until},
    keys,
};
use domain::{AccountId, Instant, account::TokenPurpose, text::Email};
use serde::{Deserialize, Serialize};

/// What is kept of a mailed token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MailedToken {
    pub expires_at: Instant,
    /// The account's address when it was made; once that is another, the token is worth nothing.
    pub email: Email,
    /// The address that it proves, when it is not the account's.
    pub new_email: Option<Email>,
    /// When it was asked for. A mail may be tried again long afterwards.
    #[serde(default = "Instant::long_ago")]
    pub asked_at: Instant,
}

impl Store {
    /// Keeps a token under its hash until it expires.
    pub async fn put_token(
        &self,
        id: AccountId,
        purpose: TokenPurpose,
        hash: &str,
        token: &MailedToken,
    ) -> Result<(), StoreError> {
        let item = item(&keys::token(id, purpose, hash), &[], token)?;
        self.put_when(until(item, token.expires_at), &Change::default()).await.map(|_| ())
    }

    /// What is kept of a token.
    pub async fn token(&self, id: AccountId, purpose: TokenPurpose, hash: &str) -> Result<Option<MailedToken>, StoreError> {
        self.get(&keys::token(id, purpose, hash)).await
    }
}
