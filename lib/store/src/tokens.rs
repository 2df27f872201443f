//! Mailed one-use tokens. Only their hash is kept.

use crate::{
    Store, StoreError,
    change::Change,
    item::{item, until},
    keys,
};
use domain::{AccountId, Instant, account::TokenPurpose};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Token {
    expires_at: Instant,
}

impl Store {
    /// Keeps a token's hash until it expires.
    pub async fn put_token(
        &self,
        id: AccountId,
        purpose: TokenPurpose,
        hash: &str,
        expires_at: Instant,
    ) -> Result<(), StoreError> {
        let item = item(&keys::token(id, purpose, hash), &[], &Token { expires_at })?;
        self.put_when(until(item, expires_at), &Change::default()).await.map(|_| ())
    }
}
