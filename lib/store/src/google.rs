//! Sign-ins with Google that browsers have begun.

use crate::{
    Store, StoreError,
    change::{Change, Write},
    item::{item, until},
    keys::{self, PK},
};
use domain::{Instant, Product, account::Role};
use serde::{Deserialize, Serialize};

/// What is kept of a sign-in until the browser comes back from Google.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BegunSignIn {
    /// What the ID token must name.
    pub nonce: String,
    /// What proves to Google that the code is ours.
    pub verifier: String,
    /// What somebody new becomes.
    pub role: Role,
    pub expires_at: Instant,
}

impl Store {
    /// Keeps a sign-in that begins.
    pub async fn begin_google_sign_in(&self, product: Product, state_hash: &str, begun: &BegunSignIn) -> Result<(), StoreError> {
        let item = until(item(&keys::google_sign_in(product, state_hash), &[], begun)?, begun.expires_at);
        self.put_when(item, &Change::default().when_missing(PK)).await.map(|_| ())
    }

    /// Takes it, once and in time.
    pub async fn take_google_sign_in(
        &self,
        product: Product,
        state_hash: &str,
        now: Instant,
    ) -> Result<Option<BegunSignIn>, StoreError> {
        let key = keys::google_sign_in(product, state_hash);
        // Whoever takes it first has it: the second finds it taken.
        let taken = Change::default().set("taken", &true).when_missing("taken").compare("expires_at", ">", &now);
        if matches!(self.change_or_see(&key, &taken).await?, Write::Refused(_)) {
            return Ok(None);
        }
        let begun = self.get::<BegunSignIn>(&key).await?;
        self.delete(&key).await?;
        Ok(begun)
    }
}
