//! The pool of meet links.
//!
//! A free link has an item in one of the pool's partitions beside its own item. Claiming deletes that item and
//! marks the link in one transaction, so no two bookings can hold a link, and the cost does not grow with the pool.

use crate::{
    Page, PageRequest, Record, Store, StoreError, TxError,
    change::Change,
    item::item,
    keys::{self, Index, POOL_SHARDS},
    page::List,
    transaction::{Transaction, done},
};
use domain::{
    BookingId, LinkId, Product,
    link::{FreeLink, LinkStatus, MeetLink, MeetUrl},
    text::Line,
};
use rand::seq::SliceRandom;

/// Why a link was not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddLinkRefused {
    /// The address is in the pool already.
    Exists,
}

/// A link that a booking holds and that is to be given back.
#[derive(Debug, Clone)]
pub struct HeldLink {
    pub link: FreeLink,
    pub booking_id: Option<BookingId>,
}

impl<E: Clone> Transaction<E> {
    /// Claims a free link for a booking.
    pub(crate) fn claim_link(&mut self, store: &Store, product: Product, id: LinkId, booking: BookingId, taken: E) {
        self.delete(store, &keys::pool(product, id), &Change::default().when_exists(), Some(taken.clone()));
        let change = Change::default()
            .set("status", &LinkStatus::InUse)
            .set("current_booking_id", &booking)
            .when("status", &LinkStatus::Available);
        self.update(store, &keys::link(product, id), &change, taken);
    }

    /// Gives a link back, provided that this booking still holds it.
    pub(crate) fn release_link(&mut self, store: &Store, product: Product, held: &HeldLink, moved: E) -> Result<(), StoreError> {
        let change = Change::default().set("status", &LinkStatus::Available).remove("current_booking_id");
        let change = change.when("status", &LinkStatus::InUse);
        let change = match held.booking_id {
            Some(booking) => change.when("current_booking_id", &booking),
            None => change,
        };
        self.update(store, &keys::link(product, held.link.id), &change, moved);
        self.put(store, item(&keys::pool(product, held.link.id), &[], &held.link)?);
        Ok(())
    }
}

impl Store {
    /// Links, all or those with a status, newest first.
    pub async fn links(
        &self,
        product: Product,
        status: Option<LinkStatus>,
        page: PageRequest,
    ) -> Result<Page<MeetLink>, StoreError> {
        let list = List::of_index(Index::All, keys::links(product)).newest_first();
        match status {
            None => self.page(list, page).await,
            Some(status) => self.page_where(list, page, |link: &MeetLink| link.status == status).await,
        }
    }

    /// Gives a link another name, whoever holds it; false when there is none.
    pub async fn rename_link(&self, product: Product, id: LinkId, name: &Line<60>, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.update(self, &keys::link(product, id), &Change::default().set("name", name).when_exists(), ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// A link.
    pub async fn link(&self, product: Product, id: LinkId) -> Result<Option<MeetLink>, StoreError> {
        self.get(&keys::link(product, id)).await
    }

    /// Some free links of one partition, in random order, strongly consistent. One read.
    ///
    /// A dozen are read, so that a race for the first does not cost the next attempt a read.
    pub async fn free_links(&self, product: Product, shard: u8) -> Result<Vec<FreeLink>, StoreError> {
        let list = List::of_table(keys::pool_shard(product, shard % POOL_SHARDS));
        let mut free = self.page::<FreeLink>(list, PageRequest::first(12)).await?.items;
        free.shuffle(&mut rand::rng());
        Ok(free)
    }

    /// Adds a free link.
    pub async fn add_link(&self, product: Product, link: &MeetLink, record: &Record) -> Result<(), TxError<AddLinkRefused>> {
        let mut tx = Transaction::new();
        let free = FreeLink { id: link.id, link: link.link.clone() };
        tx.create(self, item(&keys::link_url(product, &link.link), &[], &free)?, AddLinkRefused::Exists);
        tx.put(self, item(&keys::link(product, link.id), &keys::link_entries(product, link.id, link.created_at), link)?);
        tx.put(self, item(&keys::pool(product, link.id), &[], &free)?);
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Deletes a free link; false when it is in use or gone.
    pub async fn delete_link(&self, product: Product, id: LinkId, url: &MeetUrl, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.delete(self, &keys::link(product, id), &Change::default().when("status", &LinkStatus::Available), Some(()));
        tx.delete(self, &keys::pool(product, id), &Change::default().when_exists(), Some(()));
        tx.delete(self, &keys::link_url(product, url), &Change::default(), None);
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Gives a link back; false when that booking no longer holds it.
    pub async fn release_link(&self, product: Product, held: &HeldLink, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.release_link(self, product, held, ())?;
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }
}
