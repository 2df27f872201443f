//! Notices that members read in the product.

use crate::{
    Page, PageRequest, Store, StoreError,
    change::{Change, Write},
    item::{item, until},
    keys::{self, Index, PK},
    page::List,
};
use domain::{AccountId, EventId, Instant, Product, notice::InAppNotice};
use futures::future::try_join_all;
use jiff::SignedDuration;

/// As long as the events that they tell of.
const NOTICES_LIVE: SignedDuration = SignedDuration::from_hours(90 * 24);
/// More unread notices than this are not counted.
pub const MOST_UNREAD: u32 = 100;

impl Store {
    /// Keeps a notice; false when there is one of the same event to the same member, which changes nothing.
    pub async fn add_notice(&self, notice: &InAppNotice) -> Result<bool, StoreError> {
        let n = notice;
        let entries = keys::notice_entries(n.product, n.account_id, n.id, n.read_at.is_none());
        let item = item(&keys::notice(n.product, n.account_id, n.id), &entries, n)?;
        self.put_when(until(item, n.created_at.plus(NOTICES_LIVE)), &Change::default().when_missing(PK)).await
    }

    /// Removes a notice that another one has taken the place of. There need be none.
    pub async fn drop_notice(&self, product: Product, id: AccountId, notice: EventId) -> Result<(), StoreError> {
        self.delete(&keys::notice(product, id, notice)).await
    }

    /// A member's notices, newest first.
    pub async fn notices(&self, product: Product, id: AccountId, page: PageRequest) -> Result<Page<InAppNotice>, StoreError> {
        self.page(List::of_table(keys::notices(product, id)).newest_first(), page).await
    }

    /// How many notices a member has not read; 100 also stands for more.
    pub async fn unread_notices(&self, product: Product, id: AccountId) -> Result<usize, StoreError> {
        let list = List::of_index(Index::Own, keys::unread_notices(product, id));
        Ok(self.query(&list, &PageRequest::first(MOST_UNREAD)).await?.0.len())
    }

    /// Marks a notice as read; false when there is none.
    pub async fn read_notice(&self, product: Product, id: AccountId, notice: EventId, now: Instant) -> Result<bool, StoreError> {
        let read = Change::default().set("read_at", &now).leave(Index::Own).when_exists().when_missing("read_at");
        Ok(match self.change_or_see(&keys::notice(product, id, notice), &read).await? {
            Write::Done => true,
            // It was read before, unless there is nothing.
            Write::Refused(item) => !item.is_empty(),
        })
    }

    /// Marks a page of the unread notices as read, all of them when there are not very many.
    pub async fn read_notices(&self, product: Product, id: AccountId, now: Instant) -> Result<(), StoreError> {
        let list = List::of_index(Index::Own, keys::unread_notices(product, id));
        let unread: Page<InAppNotice> = self.page(list, PageRequest::first(1000)).await?;
        for some in unread.items.chunks(25) {
            try_join_all(some.iter().map(|notice| self.read_notice(product, id, notice.id, now))).await?;
        }
        Ok(())
    }
}
