//! Public events, and what their mentors say of themselves.

use crate::{
    Item, Page, PageRequest, Record, Store, StoreError, Stored,
    change::Change,
    item::item,
    keys::{self, Index, Key},
    members::membership_change,
    page::List,
    table::take,
    transaction::{Transaction, done, never},
};
use domain::{
    AccountId, Instant, Product, PublicEventId, Span,
    account::{MemberState, Membership, Role, Verification},
    public_event::{Gathering, HostChange, HostProfile, PublicEvent},
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::{BTreeSet, HashMap};

/// Somebody who offers events, as far as he is still here.
#[derive(Debug, Clone)]
pub struct Host {
    pub membership: Membership,
    pub profile: Option<HostProfile>,
}

/// In which order events are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    EarliestFirst,
    LatestFirst,
}

/// An event that the public finds by its time, whether or not places of it are booked. A product has one kind.
pub trait OnAgenda: Serialize + DeserializeOwned + Sync {
    /// Where it stands: its product and id, whose it is, when it begins.
    fn place(&self) -> (Product, PublicEventId, AccountId, Instant);
}

impl OnAgenda for PublicEvent {
    fn place(&self) -> (Product, PublicEventId, AccountId, Instant) {
        (self.product, self.id, self.mentor_id, self.starts_at)
    }
}

impl OnAgenda for Gathering {
    fn place(&self) -> (Product, PublicEventId, AccountId, Instant) {
        (self.product, self.id, self.organizer.id, self.details.starts_at)
    }
}

fn event_item<T: OnAgenda>(event: &T, rev: u64) -> Result<Item, StoreError> {
    let (product, id, host, starts_at) = event.place();
    let entries = keys::public_event_entries(product, id, host, starts_at);
    item(&keys::public_event(product, id), &entries, &Stored { value: event, rev })
}

/// A mentor who may offer events and buy leads.
pub(crate) fn approved() -> Change {
    let mentor = Change::default().when_has("roles", &Role::Mentor);
    mentor.when("verification", &Verification::Approved).when("state", &MemberState::Active)
}

impl Store {
    /// Keeps a new event; false when its mentor is not approved any more.
    pub async fn add_public_event(&self, event: &PublicEvent, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.put(self, event_item(event, 0)?);
        tx.check(self, &keys::membership(event.mentor_id, event.product), &approved(), ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// An event.
    pub async fn public_event<T: OnAgenda>(&self, product: Product, id: PublicEventId) -> Result<Option<Stored<T>>, StoreError> {
        self.get(&keys::public_event(product, id)).await
    }

    /// Events by their ids; what is gone is not in the answer. A request for each hundred.
    pub async fn public_events_by_id(
        &self,
        product: Product,
        ids: impl IntoIterator<Item = PublicEventId>,
    ) -> Result<HashMap<PublicEventId, PublicEvent>, StoreError> {
        let ids: BTreeSet<_> = ids.into_iter().collect();
        let wanted: Vec<Key> = ids.iter().map(|id| keys::public_event(product, *id)).collect();
        let mut events = HashMap::new();
        for item in self.batch_get(&wanted).await?.into_values() {
            let event: PublicEvent = crate::item::read(item)?;
            events.insert(event.id, event);
        }
        Ok(events)
    }

    /// The events that begin in a span and that a test lets through.
    pub async fn public_events<T: OnAgenda>(
        &self,
        product: Product,
        (span, direction): (Span, Direction),
        page: PageRequest,
        keep: Option<impl Fn(&T) -> bool>,
    ) -> Result<Page<T>, StoreError> {
        let list = List::of_index(Index::All, keys::public_events(product)).within("", span);
        let list = if direction == Direction::LatestFirst { list.newest_first() } else { list };
        match keep {
            Some(keep) => self.page_where(list, page, keep).await,
            None => self.page(list, page).await,
        }
    }

    /// A mentor's events, the latest first.
    pub async fn public_events_of_mentor<T: OnAgenda>(
        &self,
        product: Product,
        mentor: AccountId,
        page: PageRequest,
    ) -> Result<Page<T>, StoreError> {
        self.page(List::of_index(Index::Mentor, keys::public_events_of_mentor(product, mentor)).newest_first(), page).await
    }

    /// Writes an event anew over what was read of it; false when it was edited or booked meanwhile.
    pub async fn replace_public_event(
        &self,
        before: &Stored<PublicEvent>,
        after: &PublicEvent,
        record: &Record,
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let same = Change::default().when("rev", &before.rev).when("booked", &before.value.booked);
        tx.replace(self, event_item(after, before.rev + 1)?, &same, ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Deletes an event of which nothing is booked; false when something is.
    pub async fn delete_public_event(&self, product: Product, id: PublicEventId, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.delete(self, &keys::public_event(product, id), &Change::default().when("booked", &0), Some(()));
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Keeps a new event to which everybody may come.
    pub async fn add_gathering(&self, event: &Gathering, record: &Record) -> Result<(), StoreError> {
        let mut tx = Transaction::new();
        tx.put(self, event_item(event, 0)?);
        tx.leave(self, record)?;
        tx.commit(self).await.map_err(never)
    }

    /// Writes it anew over what was read; false when it changed meanwhile.
    pub async fn replace_gathering(
        &self,
        before: &Stored<Gathering>,
        after: &Gathering,
        record: &Record,
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let as_read = Change::default().when("rev", &before.rev);
        tx.replace(self, event_item(after, before.rev + 1)?, &as_read, ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Deletes it over what was read; false when it changed meanwhile.
    pub async fn delete_gathering(&self, event: &Stored<Gathering>, record: &Record) -> Result<bool, StoreError> {
        let (product, id, ..) = event.value.place();
        let mut tx = Transaction::new();
        tx.delete(self, &keys::public_event(product, id), &Change::default().when("rev", &event.rev), Some(()));
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// What a mentor says of himself.
    pub async fn host_profile(&self, product: Product, id: AccountId) -> Result<Option<HostProfile>, StoreError> {
        self.get(&keys::host_profile(product, id)).await
    }

    /// What some mentors say of themselves. A request for each hundred.
    pub async fn host_profiles(
        &self,
        product: Product,
        ids: impl IntoIterator<Item = AccountId>,
    ) -> Result<HashMap<AccountId, HostProfile>, StoreError> {
        let ids: BTreeSet<_> = ids.into_iter().collect();
        let keys: Vec<Key> = ids.iter().map(|id| keys::host_profile(product, *id)).collect();
        let mut found = self.batch_get(&keys).await?;
        let profiles = ids.into_iter().zip(&keys).map(|(id, key)| Ok(take(&mut found, key)?.map(|profile| (id, profile))));
        profiles.filter_map(Result::transpose).collect()
    }

    /// The members among some people, with what they say of themselves. A request for each fifty.
    pub async fn hosts(
        &self,
        product: Product,
        ids: impl IntoIterator<Item = AccountId>,
    ) -> Result<HashMap<AccountId, Host>, StoreError> {
        let ids: BTreeSet<_> = ids.into_iter().collect();
        let keys_of = |id: AccountId| [keys::membership(id, product), keys::host_profile(product, id)];
        let wanted: Vec<Key> = ids.iter().flat_map(|id| keys_of(*id)).collect();
        let mut found = self.batch_get(&wanted).await?;
        let mut hosts = HashMap::new();
        for id in ids {
            let [membership, profile] = keys_of(id);
            if let Some(membership) = take(&mut found, &membership)? {
                hosts.insert(id, Host { membership, profile: take(&mut found, &profile)? });
            }
        }
        Ok(hosts)
    }

    /// Changes what a mentor says of himself. One who was rejected waits for a verdict again from then on. False when
    /// he changed since he was read.
    pub async fn change_host(
        &self,
        member: &Stored<Membership>,
        change: &HostChange,
        now: Instant,
        record: &Record,
    ) -> Result<bool, StoreError> {
        let Stored { value: member, rev } = member;
        let HostChange { bio, expertise, experience } = change;
        let said = Change::default().set("account_id", &member.account_id).set("product", &member.product);
        let said = said.set("updated_at", &now);
        let said = bio.iter().fold(said, |change, bio| change.set("bio", bio));
        let said = expertise.iter().fold(said, |change, expertise| change.set("expertise", expertise));
        let said = experience.iter().fold(said, |change, experience| change.set("experience", experience));
        let mut tx = Transaction::new();
        tx.update(self, &keys::host_profile(member.product, member.account_id), &said, ());
        let membership = keys::membership(member.account_id, member.product);
        if member.verification == Some(Verification::Rejected) {
            let waits = membership_change(now).set("verification", &Verification::Pending).when("rev", rev);
            tx.update(self, &membership, &waits, ());
        } else {
            tx.check(self, &membership, &Change::default().when("rev", rev), ());
        }
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }
}
