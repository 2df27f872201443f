//! One-time codes mailed to an address. Only a keyed hash is kept, since six digits are soon tried through.

use crate::{
    Store, StoreError,
    change::{Change, Write},
    item::{item, until},
    keys,
};
use domain::{Instant, Product, account::CodePurpose, text::Email};
use serde::Serialize;

#[derive(Serialize)]
struct Code<'a> {
    hash: &'a str,
    tries_left: u32,
    expires_at: Instant,
}

impl Store {
    /// Keeps a code's hash; an earlier code of the address for the same purpose is worth nothing from now on.
    pub async fn put_code(
        &self,
        product: Product,
        purpose: CodePurpose,
        email: &Email,
        hash: &str,
        tries: u32,
        expires_at: Instant,
    ) -> Result<(), StoreError> {
        let code = Code { hash, tries_left: tries, expires_at };
        let item = item(&keys::code(product, purpose, email), &[], &code)?;
        self.put_when(until(item, expires_at), &Change::default()).await.map(|_| ())
    }

    /// Tries a code, by its hash under each secret in use: true once for the right one. Every try counts before it is looked at, so that guesses made at
    /// the same time are no more than those made one after the other. One write, two for the right code.
    pub async fn redeem_code(
        &self,
        product: Product,
        purpose: CodePurpose,
        email: &Email,
        hashes: &[String],
        now: Instant,
    ) -> Result<bool, StoreError> {
        let key = keys::code(product, purpose, email);
        let attempt = Change::default().add("tries_left", -1).compare("tries_left", ">", &0).compare("expires_at", ">", &now);
        match self.change_or_see(&key, &attempt).await? {
            // Deleting it is what uses it up; of two right tries one finds it gone.
            Write::Done => self.delete_when(&key, &Change::default().when_any("hash", hashes)).await,
            Write::Refused(_) => Ok(false),
        }
    }
}
