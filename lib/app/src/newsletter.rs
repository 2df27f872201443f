//! The newsletter: nobody gets it who has not followed a link that was mailed to his address, and every mail has a link
//! that ends it. Nothing tells others whether an address gets it.

use crate::{
    Context,
    limits::{LimitError, Limits, MAILED_SECRET, MAILED_SECRETS_OF_SOURCE, REDEEMING},
    tokens::MailToken,
};
use domain::{event::Detail, newsletter::Subscriber, text::Email};
use store::{Page, PageRequest, Record, Store, StoreError};

/// Why something about the newsletter was not done.
#[derive(Debug, thiserror::Error)]
pub enum NewsletterError {
    #[error("the mailed link is unknown, used or late")]
    UsedLink,
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use cases of the newsletter.
#[derive(Debug, Clone)]
pub struct Newsletter {
    store: Store,
    limits: Limits,
}

impl Newsletter {
    /// The newsletter in a store.
    pub fn new(store: Store) -> Self {
        Self { limits: Limits::new(store.clone()), store }
    }

    /// Somebody asks for it with an address. The work is the same for every address: the consumer of the event looks
    /// whether it has it already.
    pub async fn ask(&self, cx: &Context, email: Email) -> Result<(), NewsletterError> {
        self.limits.take_from_source(cx, MAILED_SECRETS_OF_SOURCE).await?;
        self.limits.take(cx, MAILED_SECRET, &format!("newsletter:{email}")).await?;
        Ok(self.store.publish(&cx.event(Detail::NewsletterRequested { email })).await?)
    }

    /// Begins a subscription by a mailed link.
    pub async fn confirm(&self, cx: &Context, token: &str) -> Result<(), NewsletterError> {
        self.limits.take_from_source(cx, REDEEMING).await?;
        let token = MailToken::parse(token).ok_or(NewsletterError::UsedLink)?;
        let new = Subscriber { email: token.email.clone(), product: cx.product, subscribed_at: cx.now };
        let record = Record::event(cx.event(Detail::NewsletterConfirmed { email: token.email.clone() }));
        let good = self.store.subscribe(&new, &token.hash(), &record).await?;
        good.then_some(()).ok_or(NewsletterError::UsedLink)
    }

    /// Ends a subscription by a mailed link.
    pub async fn unsubscribe(&self, cx: &Context, token: &str) -> Result<(), NewsletterError> {
        self.limits.take_from_source(cx, REDEEMING).await?;
        let token = MailToken::parse(token).ok_or(NewsletterError::UsedLink)?;
        let good = self.store.unsubscribe(cx.product, &token.email, &token.hash()).await?;
        good.then_some(()).ok_or(NewsletterError::UsedLink)
    }

    /// Whoever gets it; for admins.
    pub async fn subscribers(&self, cx: &Context, page: PageRequest) -> Result<Page<Subscriber>, NewsletterError> {
        Ok(self.store.subscribers(cx.product, page).await?)
    }
}
