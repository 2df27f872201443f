//! The member directory, and signing in by it.

use crate::{
    NewAccount, Page, PageRequest, Record, Store, StoreError, Stored, TxError,
    change::Change,
    item::{item, read},
    keys::{self, Index, PK},
    members::{membership_change, membership_item},
    page::List,
    transaction::{Transaction, done},
};
use domain::{
    DirectoryId, Instant, Product,
    account::{Account, Membership, Session},
    directory::DirectoryEntry,
    mentorship::MentorProfile,
    text::Email,
};

/// Who comes in by a proven address, as he was read.
#[derive(Debug)]
pub enum Entering<'a> {
    /// Nobody had an account with that address.
    NewAccount(&'a NewAccount),
    /// His account is a member of this product from now on.
    NewMember { account: &'a Account, membership: &'a Membership },
    /// A member, perhaps with other roles from now on.
    Member { account: &'a Account, before: &'a Stored<Membership>, after: &'a Membership },
}

/// Account, membership or profile changed since they were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved;

impl Transaction<Moved> {
    /// An address that is proven for the first time drops a password that whoever set it never proved (decisions:
    /// accounts), and with it the sessions from before.
    fn prove(&mut self, store: &Store, account: &Account, now: Instant) {
        let same = Change::default().set("email", &account.email).when("email", &account.email).when("name", &account.name);
        let change = if account.email_proven {
            same
        } else {
            same.set("email_proven", &true).set("valid_from", &now).remove("password_hash").remove("made_by_order")
        };
        self.update(store, &keys::account(account.id), &change, Moved);
    }

    /// Gives a member other roles, over what was read.
    pub(crate) fn change_roles(&mut self, store: &Store, before: &Stored<Membership>, after: &Membership, now: Instant) {
        let m = after;
        let change = membership_change(now).set("roles", &m.roles).when("rev", &before.rev);
        let change = match &m.verification {
            Some(verification) => change.set("verification", verification),
            None => change.remove("verification"),
        };
        let entries = keys::member_entries(m.product, m.account_id, m.primary_role(), m.mentor_id, m.created_at);
        let change = entries.iter().fold(change, Change::enter);
        self.update(store, &keys::membership(m.account_id, m.product), &change, Moved);
    }
}

impl Store {
    /// A member of the directory by his address.
    pub async fn directory_entry(&self, product: Product, email: &Email) -> Result<Option<Stored<DirectoryEntry>>, StoreError> {
        self.get(&keys::directory_entry(product, email)).await
    }

    /// A member of the directory by his id.
    pub async fn directory_entry_by_id(
        &self,
        product: Product,
        id: DirectoryId,
    ) -> Result<Option<Stored<DirectoryEntry>>, StoreError> {
        let list = List::of_index(Index::Own, keys::directory_by_id(product, id));
        let (items, _) = self.query(&list, &PageRequest::first(1)).await?;
        let Some(found) = items.into_iter().next().map(read::<DirectoryEntry>).transpose()? else { return Ok(None) };
        self.directory_entry(product, &found.email).await
    }

    /// All of a directory, newest first.
    pub async fn directory(&self, product: Product, page: PageRequest) -> Result<Page<DirectoryEntry>, StoreError> {
        self.page(List::of_index(Index::All, keys::directory(product)).newest_first(), page).await
    }

    /// Writes a member of the directory, anew or over what was read. False when somebody was faster.
    pub async fn put_directory_entry(
        &self,
        before: Option<&Stored<DirectoryEntry>>,
        after: &DirectoryEntry,
        record: &Record,
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let rev = before.map_or(0, |before| before.rev + 1);
        let entries = keys::directory_entries(after.product, after.id, after.created_at);
        let kept = item(&keys::directory_entry(after.product, &after.email), &entries, &Stored { value: after, rev })?;
        let as_read = match before {
            Some(before) => Change::default().when("rev", &before.rev),
            None => Change::default().when_missing(PK),
        };
        tx.replace(self, kept, &as_read, ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Removes a member of the directory.
    pub async fn delete_directory_entry(&self, product: Product, email: &Email) -> Result<(), StoreError> {
        self.delete(&keys::directory_entry(product, email)).await
    }

    /// Signs somebody in whose address is proven: his account and membership as they are from now on, his profile when
    /// he is a mentor and has none, and the session.
    pub async fn enter(
        &self,
        entering: Entering<'_>,
        profile: Option<&MentorProfile>,
        unlisted: Option<(&MentorProfile, &MentorProfile)>,
        session: &Session,
        record: &Record,
    ) -> Result<(), TxError<Moved>> {
        let now = session.created_at;
        let mut tx = Transaction::new();
        match entering {
            Entering::NewAccount(new) => tx.create_account(self, new, Moved)?,
            Entering::NewMember { account, membership } => {
                tx.create(self, membership_item(membership)?, Moved);
                tx.prove(self, account, now);
                let over = Change::default().when_missing("running");
                tx.delete(self, &keys::departure(account.id, membership.product), &over, Some(Moved));
            }
            Entering::Member { account, before, after } => {
                tx.prove(self, account, now);
                if before.value.roles != after.roles || before.value.verification != after.verification {
                    tx.change_roles(self, before, after, now);
                }
            }
        }
        if let Some(profile) = profile {
            tx.create_profile(self, profile, Moved)?;
        }
        if let Some((before, after)) = unlisted {
            tx.change_profile(self, before, after, Moved)?;
        }
        tx.put_session(self, session)?;
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Replaces a family's refresh token; false when another one is good by now, or the family has ended.
    pub async fn refresh_session(&self, refreshed: &Session, spent: &str) -> Result<bool, StoreError> {
        self.put_when(crate::accounts::session_item(refreshed)?, &Change::default().when("refresh", &spent)).await
    }
}
