//! What members ask those who run the product, and what visitors leave in the contact form.

use crate::{
    Item, Page, PageRequest, Record, Store, StoreError, Stored,
    change::Change,
    item::{item, until},
    keys::{self, Index},
    page::List,
    transaction::{Transaction, done, never},
};
use domain::{
    AccountId, Product, SupportRequestId,
    chat::{ContactMessage, SupportRequest},
};
use jiff::SignedDuration;

/// What visitors left is kept for a year.
const CONTACTS_STAY: SignedDuration = SignedDuration::from_hours(365 * 24);

fn request_item(request: &SupportRequest, rev: u64) -> Result<Item, StoreError> {
    let r = request;
    let entries = keys::support_request_entries(r.product, r.id, r.member.id, r.created_at);
    item(&keys::support_request(r.product, r.id), &entries, &Stored { value: r, rev })
}

impl Store {
    /// Keeps what a member asks.
    pub async fn add_support_request(&self, request: &SupportRequest, record: &Record) -> Result<(), StoreError> {
        let mut tx = Transaction::new();
        tx.put(self, request_item(request, 0)?);
        tx.leave(self, record)?;
        tx.commit(self).await.map_err(never)
    }

    /// What a member asked.
    pub async fn support_request(
        &self,
        product: Product,
        id: SupportRequestId,
    ) -> Result<Option<Stored<SupportRequest>>, StoreError> {
        self.get(&keys::support_request(product, id)).await
    }

    /// What a member asked, or all of them, the latest first.
    pub async fn support_requests(
        &self,
        product: Product,
        of: Option<AccountId>,
        page: PageRequest,
    ) -> Result<Page<SupportRequest>, StoreError> {
        let list = match of {
            Some(account) => List::of_index(Index::Own, keys::support_requests_of(product, account)),
            None => List::of_index(Index::All, keys::support_requests(product)),
        };
        self.page(list.newest_first(), page).await
    }

    /// Writes a request anew over what was read; false when it changed meanwhile.
    pub async fn replace_support_request(
        &self,
        before: &Stored<SupportRequest>,
        after: &SupportRequest,
        record: &Record,
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let as_read = Change::default().when("rev", &before.rev);
        tx.replace(self, request_item(after, before.rev + 1)?, &as_read, ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Keeps what a visitor left.
    pub async fn add_contact_message(&self, message: &ContactMessage) -> Result<(), StoreError> {
        let item = item(&keys::contact_message(message.product, message.id), &[], message)?;
        self.put_when(until(item, message.created_at.plus(CONTACTS_STAY)), &Change::default()).await.map(|_| ())
    }

    /// What visitors left, the latest first.
    pub async fn contact_messages(&self, product: Product, page: PageRequest) -> Result<Page<ContactMessage>, StoreError> {
        self.page(List::of_table(keys::contact_messages(product)).newest_first(), page).await
    }
}
