//! The notices that a member reads in the product. The notifier writes them.

use crate::Context;
use domain::{AccountId, EventId, notice::InAppNotice};
use store::{Page, PageRequest, Store, StoreError};

/// Why a notice was not marked.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    #[error("there is no such notice")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use cases of reading notices.
#[derive(Debug, Clone)]
pub struct Inbox {
    store: Store,
}

impl Inbox {
    /// The notices in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// A member's notices, newest first, and how many of all he has not read; 100 also stands for more.
    pub async fn list(&self, cx: &Context, id: AccountId, page: PageRequest) -> Result<(Page<InAppNotice>, usize), InboxError> {
        let notices = self.store.notices(cx.product, id, page).await?;
        Ok((notices, self.store.unread_notices(cx.product, id).await?))
    }

    /// Marks one as read.
    pub async fn read(&self, cx: &Context, id: AccountId, notice: EventId) -> Result<(), InboxError> {
        let known = self.store.read_notice(cx.product, id, notice, cx.now).await?;
        known.then_some(()).ok_or(InboxError::NotFound)
    }

    /// Marks all as read.
    pub async fn read_all(&self, cx: &Context, id: AccountId) -> Result<(), InboxError> {
        Ok(self.store.read_notices(cx.product, id, cx.now).await?)
    }
}
