//! Mentors who offer their own time: profiles and where they are found, availability, sessions.

mod availability;
mod listing;
mod paid;
mod profiles;
mod sessions;

pub use availability::AvailabilityRules;
pub use listing::{FoundMentors, MentorSearch};
pub(crate) use paid::Refusals;
pub use paid::{SessionPaid, SessionRefused, Student};
pub use profiles::Verdict;
pub use sessions::{BookRefused, BookingTerms, Offered, SessionsWanted};

use crate::{
    Page, PageRequest, Store, StoreError,
    change::Change,
    item::{item, until},
    keys::{self, SK},
    page::List,
    transaction::Transaction,
};
use domain::{AccountId, Product, activity::Activity, event::Event};
use jiff::SignedDuration;

const ACTIVITIES_STAY: SignedDuration = SignedDuration::from_hours(90 * 24);

impl<E: Clone> Transaction<E> {
    /// Keeps the line that an event makes for admins, if it makes one.
    pub(crate) fn note_activity(&mut self, store: &Store, event: &Event) -> Result<(), StoreError> {
        if let Some(line) = Activity::of(event) {
            let kept = item(&keys::activity(line.product, line.at, line.id), &[], &line)?;
            self.put(store, until(kept, line.at.plus(ACTIVITIES_STAY)));
        }
        Ok(())
    }
}

impl Store {
    /// What went on in a product, the latest first.
    pub async fn activities(&self, product: Product, page: PageRequest) -> Result<Page<Activity>, StoreError> {
        self.page(List::of_table(keys::activities(product)).newest_first(), page).await
    }

    /// The mentors whom somebody likes to find again, up to a thousand.
    pub async fn favourites(&self, product: Product, account: AccountId) -> Result<Vec<AccountId>, StoreError> {
        let prefix = keys::favourite_prefix(product);
        let list = List::of_table(keys::account_partition(account)).starting_with(prefix.clone());
        let (items, _) = self.query(&list, &PageRequest::first(1000)).await?;
        let id = |item: &crate::Item| crate::item::text(item, SK)?.strip_prefix(&prefix)?.parse().ok();
        Ok(items.iter().filter_map(id).collect())
    }

    /// Remembers a mentor for somebody, or forgets him; false when there was nothing to forget.
    pub async fn set_favourite(
        &self,
        product: Product,
        account: AccountId,
        mentor: AccountId,
        wanted: bool,
    ) -> Result<bool, StoreError> {
        let key = keys::favourite(product, account, mentor);
        if wanted {
            return self.put_when(crate::item::key_attributes(&key), &Change::default()).await;
        }
        self.delete_when(&key, &Change::default().when_exists()).await
    }
}
