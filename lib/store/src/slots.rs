//! Slots.

use crate::{
    Page, PageRequest, Record, Store, StoreError,
    change::Change,
    item::item,
    keys::{self, Index},
    page::List,
    table::take,
    transaction::{Transaction, done, never},
};
use domain::{
    AccountId, Instant, Product, SlotId, Span,
    booking::InterviewType,
    slot::{Slot, SlotStatus},
};

impl Store {
    /// The slots that can be asked for now, soonest first.
    pub async fn open_slots(
        &self,
        product: Product,
        interview: Option<InterviewType>,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<Slot>, StoreError> {
        let list = List::of_index(Index::Own, keys::open_slots(product)).from(keys::starting_after(now));
        match interview {
            None => self.page(list, page).await,
            Some(_) => self.page_where(list, page, |slot: &Slot| slot.fits(interview)).await,
        }
    }

    /// The slots that start in a span, by start: all, or those with a status or of a mentor.
    pub async fn slots(
        &self,
        product: Product,
        starting: Span,
        status: Option<SlotStatus>,
        mentor: Option<AccountId>,
        page: PageRequest,
    ) -> Result<Page<Slot>, StoreError> {
        let list = List::of_index(Index::All, keys::slots(product)).within("", starting);
        if status.is_none() && mentor.is_none() {
            return self.page(list, page).await;
        }
        let wanted = |slot: &Slot| {
            status.is_none_or(|status| slot.status == status) && mentor.is_none_or(|mentor| slot.mentor_id == Some(mentor))
        };
        self.page_where(list, page, wanted).await
    }

    /// A slot.
    pub async fn slot(&self, product: Product, id: SlotId) -> Result<Option<Slot>, StoreError> {
        self.get(&keys::slot(product, id)).await
    }

    /// Those of some slots that exist.
    pub async fn slots_by_id(&self, product: Product, ids: &[SlotId]) -> Result<Vec<Slot>, StoreError> {
        let wanted: Vec<_> = ids.iter().map(|id| keys::slot(product, *id)).collect();
        let mut found = self.batch_get(&wanted).await?;
        wanted.iter().filter_map(|key| take(&mut found, key).transpose()).collect()
    }

    /// Adds a slot.
    pub async fn add_slot(&self, product: Product, slot: &Slot, record: &Record) -> Result<(), StoreError> {
        let entries = keys::slot_entries(product, slot.id, slot.time.starts_at, slot.status == SlotStatus::Available);
        let mut tx = Transaction::new();
        tx.put(self, item(&keys::slot(product, slot.id), &entries, slot)?);
        tx.leave(self, record)?;
        tx.commit(self).await.map_err(never)
    }

    /// Takes an available slot out of what is offered; false when it is no longer available.
    pub async fn block_slot(&self, product: Product, id: SlotId, record: &Record) -> Result<bool, StoreError> {
        let block = Change::default().set("status", &SlotStatus::Blocked).leave(Index::Own);
        let mut tx = Transaction::new();
        tx.update(self, &keys::slot(product, id), &block.when("status", &SlotStatus::Available), ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Offers a blocked slot again; false when it is no longer blocked.
    pub async fn unblock_slot(&self, product: Product, slot: &Slot, record: &Record) -> Result<bool, StoreError> {
        let entries = keys::slot_entries(product, slot.id, slot.time.starts_at, true);
        let open = entries.iter().filter(|entry| entry.index == Index::Own);
        let unblock = Change::default().set("status", &SlotStatus::Available).when("status", &SlotStatus::Blocked);
        let mut tx = Transaction::new();
        tx.update(self, &keys::slot(product, slot.id), &open.fold(unblock, Change::enter), ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Deletes a slot that is not booked; false when it is, or is gone.
    pub async fn delete_slot(&self, product: Product, id: SlotId, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let free = Change::default().when_any("status", &[SlotStatus::Available, SlotStatus::Blocked]);
        tx.delete(self, &keys::slot(product, id), &free, Some(()));
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }
}
