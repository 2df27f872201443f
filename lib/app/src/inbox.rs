//! The notices that a member reads in the product. The notifier writes them.

use crate::Context;
use domain::{AccountId, EventId, notice::InAppNotice};
use store::{MOST_UNREAD, Page, PageRequest, Store, StoreError};

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

    /// A member's notices, newest first.
    pub async fn list(&self, cx: &Context, id: AccountId, page: PageRequest) -> Result<Page<InAppNotice>, InboxError> {
        Ok(self.store.notices(cx.product, id, page).await?)
    }

    /// How many notices a member has not read; 100 also stands for more.
    pub async fn unread(&self, cx: &Context, id: AccountId) -> Result<usize, InboxError> {
        Ok(self.store.unread_notices(cx.product, id).await?)
    }

    /// A member's notices, and how many of all he has not read. Where one page has them all, nothing more is asked.
    pub async fn list_and_count(
        &self,
        cx: &Context,
        id: AccountId,
        page: PageRequest,
    ) -> Result<(Page<InAppNotice>, usize), InboxError> {
        let first = page.after.is_none();
        let notices = self.list(cx, id, page).await?;
        if first && notices.next.is_none() {
            let unread = notices.items.iter().filter(|notice| notice.read_at.is_none()).take(MOST_UNREAD as usize).count();
            return Ok((notices, unread));
        }
        Ok((notices, self.unread(cx, id).await?))
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
