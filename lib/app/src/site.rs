//! How a product's site stands: open, or closed for maintenance.

use crate::Context;
use domain::{AccountId, Instant, Product, site::SiteStatus, text::Prose};
use jiff::SignedDuration;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Record, Store, StoreError};

/// A function asks the table again after so long; until then it goes by what it read.
pub const SITE_CACHED: SignedDuration = SignedDuration::from_secs(10);
/// Between reading and writing somebody may change it; after so many times we give up.
const ROUNDS: u32 = 4;

/// The use cases of a site's state.
#[derive(Debug, Clone)]
pub struct Site {
    store: Store,
    /// As it was read last, and when.
    last: Arc<Mutex<Option<(Instant, SiteStatus)>>>,
}

impl Site {
    /// A site in a store. Copies share what they have read.
    pub fn new(store: Store) -> Self {
        Self { store, last: Arc::default() }
    }

    /// How the site stands, read now.
    pub async fn status(&self, product: Product, now: Instant) -> Result<SiteStatus, StoreError> {
        let status = self.store.site_status(product).await?;
        self.remember(now, status.clone());
        Ok(status)
    }

    /// Whether it is closed, read within the last ten seconds. When the table does not say, what was read before counts,
    /// and a site of which nothing is known is open: its routes say for themselves that the table does not answer.
    pub async fn closed(&self, product: Product, now: Instant) -> Option<SiteStatus> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let fresh = last.as_ref().filter(|(at, _)| now >= *at && now.since(*at) < SITE_CACHED);
        let status = match fresh {
            Some((_, status)) => status.clone(),
            None => match self.status(product, now).await {
                Ok(status) => status,
                Err(error) => {
                    tracing::warn!(%error, "the state of the site is not known");
                    last?.1
                }
            },
        };
        status.maintenance_mode.then_some(status)
    }

    /// An admin closes the site or opens it.
    pub async fn set(
        &self,
        cx: &Context,
        by: AccountId,
        maintenance_mode: bool,
        message: Option<Prose<500>>,
    ) -> Result<SiteStatus, StoreError> {
        for _ in 0..ROUNDS {
            let before = self.store.site_status(cx.product).await?;
            let message = message.clone().unwrap_or_else(|| before.message.clone());
            let (updated_at, updated_by) = (Some(cx.now), Some(by));
            let after = SiteStatus { maintenance_mode, message, updated_at, updated_by, rev: before.rev + 1 };
            let audit = cx.audit("site.status_changed", format!("site:{}", cx.product), Some(&before), Some(&after));
            let record = Record::audit(audit).once(cx.once.clone());
            if self.store.put_site_status(cx.product, &before, &after, &record).await? {
                self.remember(cx.now, after.clone());
                return Ok(after);
            }
        }
        Err(StoreError::Busy("the state of the site kept changing".to_owned()))
    }

    fn remember(&self, at: Instant, status: SiteStatus) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, status));
    }
}
