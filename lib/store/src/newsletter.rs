//! The newsletter's subscribers, and the links that are mailed to addresses.

use crate::{
    Page, PageRequest, Record, Store, StoreError,
    change::Change,
    item::{item, until},
    keys::{self, Index},
    page::List,
    transaction::{Transaction, done},
};
use domain::{
    Instant, Product,
    newsletter::{NewsletterLink, Subscriber},
    text::Email,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct KeptLink {
    /// None for one that is good as long as the subscription.
    expires_at: Option<Instant>,
}

impl Store {
    /// Whether an address gets the newsletter.
    pub async fn subscriber(&self, product: Product, email: &Email) -> Result<Option<Subscriber>, StoreError> {
        self.get(&keys::subscriber(product, email)).await
    }

    /// All who get it, the first one first.
    pub async fn subscribers(&self, product: Product, page: PageRequest) -> Result<Page<Subscriber>, StoreError> {
        self.page(List::of_index(Index::All, keys::subscribers(product)), page).await
    }

    /// Keeps a mailed link under its hash.
    pub async fn put_newsletter_link(
        &self,
        (product, email): (Product, &Email),
        link: NewsletterLink,
        hash: &str,
        expires_at: Option<Instant>,
    ) -> Result<(), StoreError> {
        let item = item(&keys::newsletter_link(product, email, link, hash), &[], &KeptLink { expires_at })?;
        let item = match expires_at {
            Some(at) => until(item, at),
            None => item,
        };
        self.put_when(item, &Change::default()).await.map(|_| ())
    }

    /// Begins a subscription by a mailed link, which is used up. False when the link is unknown, used or late.
    pub async fn subscribe(&self, new: &Subscriber, hash: &str, record: &Record) -> Result<bool, StoreError> {
        let (product, email, now) = (new.product, &new.email, new.subscribed_at);
        let mut tx = Transaction::new();
        let key = keys::newsletter_link(product, email, NewsletterLink::Confirm, hash);
        tx.delete(self, &key, &Change::default().compare("expires_at", ">", &now), Some(()));
        let entries = keys::subscriber_entries(product, email, now);
        tx.put(self, item(&keys::subscriber(product, email), &entries, new)?);
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Ends a subscription by a mailed link, which is used up. False when the link is unknown or used.
    pub async fn unsubscribe(&self, product: Product, email: &Email, hash: &str) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let key = keys::newsletter_link(product, email, NewsletterLink::Unsubscribe, hash);
        tx.delete(self, &key, &Change::default().when_exists(), Some(()));
        tx.delete(self, &keys::subscriber(product, email), &Change::default(), None);
        done(tx.commit(self).await)
    }
}
