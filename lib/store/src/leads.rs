//! Leads: places taken and given back, decisions, orders, what is sealed in them.

use crate::{
    DueWork, Item, Page, PageRequest, Record, Store, StoreError, Stored, TxError,
    change::Change,
    item::item,
    keys::{self, GUESTS, Index, LEAD_LOGS},
    page::List,
    public_events::approved,
    table::take,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, LeadId, Product, PublicEventId,
    lead::{Lead, LeadStatus, SealedContact, VerificationLog},
    payment::Order,
    public_event::PublicEvent,
};
use serde::{Deserialize, Serialize};

/// What decides whether somebody may book an event.
#[derive(Debug)]
pub struct LeadContext {
    pub event: PublicEvent,
    /// The lead by which the user holds a place already.
    pub booked: Option<LeadId>,
}

/// Why no place was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeadRefused {
    /// The user holds a place already.
    AlreadyBooked,
    /// No place is left, or the event has begun or is gone.
    NoPlace,
    /// The mentor is no longer approved.
    MentorUnavailable,
}

/// Why a lead was not ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderRefused {
    /// The lead changed since it was read; perhaps it was ordered.
    LeadMoved,
    /// The mentor is no longer approved.
    MentorUnavailable,
}

#[derive(Serialize, Deserialize)]
struct Guest {
    lead_id: LeadId,
}

pub(crate) fn lead_item(lead: &Lead, rev: u64) -> Result<Item, StoreError> {
    let user = lead.contact.as_ref().map(|_| lead.user_id);
    let mentor = lead.status.is_seen_by_the_mentor().then_some(lead.mentor_id);
    let entries = keys::lead_entries(lead.product, lead.id, user, mentor, lead.created_at);
    item(&keys::lead(lead.product, lead.id), &entries, &Stored { value: lead, rev })
}

fn log_item(log: &VerificationLog) -> Result<Item, StoreError> {
    let entry = keys::verification_log_entry(log.product, log.at, log.id);
    item(&keys::verification_log(log.product, log.lead_id, log.at, log.id), &[entry], log)
}

impl<E: Clone> Transaction<E> {
    /// Writes a lead anew over the revision that was read.
    pub(crate) fn replace_lead(&mut self, store: &Store, lead: &Lead, rev: u64, moved: E) -> Result<(), StoreError> {
        self.replace(store, lead_item(lead, rev + 1)?, &Change::default().when("rev", &rev), moved);
        Ok(())
    }
}

impl Store {
    /// What decides whether somebody may book an event, but for its mentor's standing, which the booking itself requires.
    /// One read.
    pub async fn lead_context(
        &self,
        product: Product,
        event: PublicEventId,
        user: AccountId,
    ) -> Result<Option<LeadContext>, StoreError> {
        let (event_key, guest_key) = (keys::public_event(product, event), keys::guest(product, event, user));
        let mut found = self.batch_get(&[event_key.clone(), guest_key.clone()]).await?;
        let Some(event) = take::<PublicEvent>(&mut found, &event_key)? else { return Ok(None) };
        let guest: Option<Guest> = take(&mut found, &guest_key)?;
        Ok(Some(LeadContext { event, booked: guest.map(|guest| guest.lead_id) }))
    }

    /// Takes a place and keeps the lead, with the log of what was decided about it by itself.
    pub async fn add_lead(
        &self,
        lead: &Lead,
        log: Option<&VerificationLog>,
        record: &Record,
    ) -> Result<(), TxError<LeadRefused>> {
        let Lead { product, event_id, user_id, .. } = lead;
        let mut tx = Transaction::new();
        let guest = item(&keys::guest(*product, *event_id, *user_id), &[], &Guest { lead_id: lead.id })?;
        tx.create(self, guest, LeadRefused::AlreadyBooked);
        let place = Change::default().add("places_left", -1).add("booked", 1);
        let place = place.compare("places_left", ">", &0).compare("starts_at", ">", &lead.created_at);
        tx.update(self, &keys::public_event(*product, *event_id), &place, LeadRefused::NoPlace);
        tx.check(self, &keys::membership(lead.mentor_id, *product), &approved(), LeadRefused::MentorUnavailable);
        tx.put(self, lead_item(lead, 0)?);
        if let Some(log) = log {
            tx.put(self, log_item(log)?);
        }
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// A lead.
    pub async fn lead(&self, product: Product, id: LeadId) -> Result<Option<Stored<Lead>>, StoreError> {
        self.get(&keys::lead(product, id)).await
    }

    /// Keeps a decision about a lead over what was read of it; a place that it no longer holds is free again. False
    /// when it changed meanwhile.
    pub async fn decide_lead(
        &self,
        before: &Stored<Lead>,
        after: &Lead,
        log: &VerificationLog,
        record: &Record,
    ) -> Result<bool, StoreError> {
        let Lead { product, event_id, user_id, .. } = after;
        let mut tx = Transaction::new();
        tx.replace_lead(self, after, before.rev, ())?;
        if before.value.status.holds_a_place() && !after.status.holds_a_place() {
            let place = Change::default().add("places_left", 1).add("booked", -1).when_exists();
            tx.update(self, &keys::public_event(*product, *event_id), &place, ());
            tx.delete(self, &keys::guest(*product, *event_id, *user_id), &Change::default(), None);
        }
        tx.put(self, log_item(log)?);
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Keeps the order for a lead, which must be as it was read.
    pub async fn order_lead(
        &self,
        before: &Stored<Lead>,
        after: &Lead,
        order: &Order,
        due: &[DueWork],
    ) -> Result<(), TxError<OrderRefused>> {
        let mut tx = Transaction::new();
        tx.replace_lead(self, after, before.rev, OrderRefused::LeadMoved)?;
        tx.check(self, &keys::membership(after.mentor_id, after.product), &approved(), OrderRefused::MentorUnavailable);
        tx.put(self, crate::orders::order_item(order)?);
        tx.add_due(self, due)?;
        tx.commit(self).await
    }

    /// Seals a lead's contact anew over what was read of it; false when the lead changed meanwhile.
    pub async fn reseal_lead(&self, before: &Stored<Lead>, contact: &SealedContact) -> Result<bool, StoreError> {
        let change = Change::default().set("contact", contact).add("rev", 1).when("rev", &before.rev);
        self.change(&keys::lead(before.value.product, before.value.id), &change).await
    }

    /// Leads, all or those with a status, newest first.
    pub async fn leads(
        &self,
        product: Product,
        status: Option<LeadStatus>,
        page: PageRequest,
    ) -> Result<Page<Stored<Lead>>, StoreError> {
        let list = List::of_index(Index::All, keys::leads(product)).newest_first();
        match status {
            None => self.page(list, page).await,
            Some(status) => self.page_where(list, page, |lead: &Stored<Lead>| lead.value.status == status).await,
        }
    }

    /// Somebody's leads, newest first.
    pub async fn leads_of_user(&self, product: Product, user: AccountId, page: PageRequest) -> Result<Page<Lead>, StoreError> {
        self.page(List::of_index(Index::Own, keys::leads_of_user(product, user)).newest_first(), page).await
    }

    /// The leads that a mentor sees, newest first.
    pub async fn leads_of_mentor(
        &self,
        product: Product,
        mentor: AccountId,
        page: PageRequest,
    ) -> Result<Page<Lead>, StoreError> {
        self.page(List::of_index(Index::Mentor, keys::leads_of_mentor(product, mentor)).newest_first(), page).await
    }

    /// The leads that hold a place of an event, up to 1000.
    pub async fn leads_of_event(&self, product: Product, event: PublicEventId) -> Result<Vec<LeadId>, StoreError> {
        let list = List::of_table(keys::public_event_partition(product, event)).starting_with(GUESTS);
        let guests: Page<Guest> = self.page(list, PageRequest::first(1000)).await?;
        Ok(guests.items.into_iter().map(|guest| guest.lead_id).collect())
    }

    /// What was decided, about all leads or about one, the latest first.
    pub async fn verification_logs(
        &self,
        product: Product,
        lead: Option<LeadId>,
        page: PageRequest,
    ) -> Result<Page<VerificationLog>, StoreError> {
        let list = match lead {
            None => List::of_index(Index::All, keys::verification_logs(product)),
            Some(lead) => List::of_table(keys::lead_partition(product, lead)).starting_with(LEAD_LOGS),
        };
        self.page(list.newest_first(), page).await
    }

    /// Keeps that something was read, or asked for, which changes nothing else.
    pub async fn note(&self, record: &Record) -> Result<(), StoreError> {
        let mut tx: Transaction<()> = Transaction::new();
        tx.leave(self, record)?;
        done(tx.commit(self).await).map(|_| ())
    }
}
