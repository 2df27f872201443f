//! The member directory: imported and kept by admins, added to by those who sign up for it.

use crate::{
    Context,
    context::NOTHING,
    limits::{DIRECTORY_SIGN_UP, LimitError, Limits},
};
use domain::{
    DirectoryId, Invalid, InvalidField,
    directory::{DirectoryChange, DirectoryDetails, DirectoryEntry, kind_by_sign_up},
    event::Detail,
    text::Email,
};
use futures::{StreamExt, stream};
use store::{Page, PageRequest, Record, Store, StoreError, Stored};

/// Between reading an entry and writing it somebody may change it; after so many times we give up.
const ROUNDS: u32 = 4;
/// So many entries of an import are written at the same time.
const AT_ONCE: usize = 8;
/// An import has at most so many entries in one request.
pub const MOST_AT_ONCE: usize = 100;

/// Why the directory stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    #[error("there is no such member")]
    NotFound,
    #[error("the address is a member's")]
    Exists,
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an admin wants the directory to say of an address. What is not given stays as it is.
#[derive(Debug, Clone)]
pub struct WantedEntry {
    pub email: Email,
    pub change: DirectoryChange,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    Created,
    Updated,
    /// It said the same before; nothing was written.
    Unchanged,
}

/// The use cases of the member directory.
#[derive(Debug, Clone)]
pub struct Directory {
    store: Store,
    limits: Limits,
}

impl Directory {
    /// The directory in a store.
    pub fn new(store: Store) -> Self {
        Self { limits: Limits::new(store.clone()), store }
    }

    /// An admin's entry for an address, made or changed. Doing it again changes nothing.
    pub async fn put(&self, cx: &Context, wanted: &WantedEntry) -> Result<(DirectoryEntry, Put), DirectoryError> {
        for _ in 0..ROUNDS {
            let before = self.store.directory_entry(cx.product, &wanted.email).await?;
            if let Some(done) = self.write(cx, before, wanted).await? {
                return Ok(done);
            }
        }
        Err(StoreError::Busy("the entry kept changing".to_owned()).into())
    }

    /// Many of them; each stands for itself, in the order in which they were given.
    pub async fn put_all(&self, cx: &Context, wanted: Vec<WantedEntry>) -> Vec<Result<(DirectoryEntry, Put), DirectoryError>> {
        let puts = wanted.into_iter().map(async |wanted| self.put(cx, &wanted).await);
        stream::iter(puts).buffered(AT_ONCE).collect().await
    }

    /// Changes an entry by its id.
    pub async fn change(
        &self,
        cx: &Context,
        id: DirectoryId,
        change: &DirectoryChange,
    ) -> Result<DirectoryEntry, DirectoryError> {
        let found = self.store.directory_entry_by_id(cx.product, id).await?.ok_or(DirectoryError::NotFound)?;
        let wanted = WantedEntry { email: found.value.email, change: change.clone() };
        self.put(cx, &wanted).await.map(|(entry, _)| entry)
    }

    /// None when somebody was faster.
    async fn write(
        &self,
        cx: &Context,
        before: Option<Stored<DirectoryEntry>>,
        wanted: &WantedEntry,
    ) -> Result<Option<(DirectoryEntry, Put)>, DirectoryError> {
        let change = wanted.change.clone();
        let was = before.as_ref().map(|before| &before.value);
        let after = match was {
            Some(was) => DirectoryEntry { details: was.details.clone().with(change), ..was.clone() },
            None => new_entry(cx, wanted.email.clone(), change)?,
        };
        if was.is_some_and(|was| was.details == after.details) {
            return Ok(Some((after, Put::Unchanged)));
        }
        let after = DirectoryEntry { updated_at: cx.now, ..after };
        let subject = format!("directory_entry:{}", after.id);
        let (audit, put) = match was {
            Some(was) => (cx.audit("directory_entry.updated", subject, Some(was), Some(&after)), Put::Updated),
            None => (cx.audit("directory_entry.created", subject, NOTHING, Some(&after)), Put::Created),
        };
        let added = (put == Put::Created).then(|| cx.event(Detail::DirectoryEntryAdded { entry_id: after.id }));
        let record = Record { events: added.into_iter().collect(), audits: vec![audit], once: cx.once.clone() };
        let written = self.store.put_directory_entry(before.as_ref(), &after, &record).await?;
        Ok(written.then_some((after, put)))
    }

    /// Somebody signs up by himself. What an admin wrote is never changed by it.
    pub async fn sign_up(&self, cx: &Context, email: Email, change: DirectoryChange) -> Result<DirectoryEntry, DirectoryError> {
        self.limits.take_from_source(cx, DIRECTORY_SIGN_UP).await?;
        let entry = new_entry(cx, email, change)?;
        kind_by_sign_up(&entry.details.membershiptype).map_err(|invalid| invalid.at("membershiptype"))?;
        let record = cx.record(cx.event(Detail::DirectoryEntryAdded { entry_id: entry.id }));
        if !self.store.put_directory_entry(None, &entry, &record).await? {
            return Err(DirectoryError::Exists);
        }
        Ok(entry)
    }

    /// The directory, newest first.
    pub async fn list(&self, cx: &Context, page: PageRequest) -> Result<Page<DirectoryEntry>, DirectoryError> {
        Ok(self.store.directory(cx.product, page).await?)
    }

    /// So many entries from the beginning on, and how many there are, as counted so far.
    pub async fn first(&self, cx: &Context, most: u32) -> Result<(Vec<DirectoryEntry>, u64), DirectoryError> {
        let entries = self.store.directory(cx.product, PageRequest::first(most.clamp(1, 1000))).await?;
        Ok((entries.items, self.store.counts(cx.product).await?.directory_entries_added))
    }
}

fn new_entry(cx: &Context, email: Email, change: DirectoryChange) -> Result<DirectoryEntry, DirectoryError> {
    let name = change.name.clone().ok_or_else(|| Invalid::new("name is required").at("name"))?;
    let details = DirectoryDetails::named(name).with(change);
    Ok(DirectoryEntry { id: cx.id(), product: cx.product, email, details, created_at: cx.now, updated_at: cx.now })
}
