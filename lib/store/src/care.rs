//! An account over all products: its copies kept alike, its address changed, whom mail reaches.

use crate::{
    PageRequest, Record, Store, StoreError, Stored, TxError,
    change::Change,
    item::item,
    keys::{self, Key},
    members::membership_change,
    page::List,
    table::take,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, Instant, Product,
    account::{Account, Membership, Session, TokenPurpose},
    booking::Party,
    text::{Email, Line, PersonName},
};
use std::collections::HashMap;

/// An account with its membership in every product.
#[derive(Debug, Clone)]
pub struct Everywhere {
    pub account: Account,
    pub memberships: Vec<Stored<Membership>>,
}

impl Everywhere {
    /// The membership in a product.
    pub fn member(&self, product: Product) -> Option<&Stored<Membership>> {
        self.memberships.iter().find(|member| member.value.product == product)
    }
}

/// A proven change of address.
#[derive(Debug)]
pub struct EmailChange<'a> {
    pub of: &'a Everywhere,
    pub to: Email,
    /// The hash of the token that proves it.
    pub token: &'a str,
    /// When it was asked for.
    pub asked_at: Instant,
}

/// Why an address was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeEmailRefused {
    /// The token was used, or is late, or the account has another address or password since it was asked for.
    UsedToken,
    /// The new address has an account.
    Taken,
    /// The account joined or left a product meanwhile; read again.
    Moved,
}

/// How somebody stands to a product.
#[derive(Debug, Clone)]
pub enum Standing {
    /// A member, with his name and address as they are now.
    Member(Party),
    /// He was one.
    Left,
    /// There is no trace of him.
    Unknown,
}

impl<E: Clone> Transaction<E> {
    /// Changes what every membership copies of its account. That no further one comes about meanwhile is a condition.
    fn change_copies(
        &mut self,
        store: &Store,
        of: &Everywhere,
        now: Instant,
        change: impl Fn(Product, Change) -> Change,
        moved: E,
    ) {
        for product in Product::ALL {
            let key = keys::membership(of.account.id, product);
            match of.member(product) {
                Some(member) => {
                    let change = change(product, membership_change(now)).when("rev", &member.rev());
                    self.update(store, &key, &change, moved.clone());
                }
                None => self.check(store, &key, &Change::default().when_missing(keys::PK), moved.clone()),
            }
        }
    }
}

impl Store {
    /// An account with all its memberships. One read.
    pub async fn everywhere(&self, id: AccountId) -> Result<Option<Everywhere>, StoreError> {
        let memberships = Product::ALL.map(|product| keys::membership(id, product));
        let wanted: Vec<Key> = std::iter::once(keys::account(id)).chain(memberships.clone()).collect();
        let mut found = self.batch_get(&wanted).await?;
        let Some(account) = take(&mut found, &keys::account(id))? else { return Ok(None) };
        let memberships = memberships.iter().filter_map(|key| take(&mut found, key).transpose());
        Ok(Some(Everywhere { account, memberships: memberships.collect::<Result<_, _>>()? }))
    }

    /// Changes an account's address, its guard and every copy by a mailed token, which proves the new one. Sessions
    /// from before end.
    pub async fn change_email(
        &self,
        change: &EmailChange<'_>,
        now: Instant,
        record: &Record,
    ) -> Result<(), TxError<ChangeEmailRefused>> {
        let EmailChange { of, to, token, asked_at } = change;
        let (id, old) = (of.account.id, &of.account.email);
        let mut tx = Transaction::new();
        let good = Change::default().compare("expires_at", ">", &now).when("email", old).when("new_email", to);
        let key = keys::token(id, TokenPurpose::ChangeEmail, token);
        tx.delete(self, &key, &good, Some(ChangeEmailRefused::UsedToken));
        let account = Change::default()
            .set("email", to)
            .set("email_proven", &true)
            .set("valid_from", &now)
            // Whoever paid for this account before its owner came has no way in any more.
            .remove("made_by_order")
            .when("email", old)
            // Whoever has set another password since took back what was asked for before.
            .when_missing_or("valid_from", "<", asked_at);
        tx.update(self, &keys::account(id), &account, ChangeEmailRefused::UsedToken);
        let guard = crate::accounts::EmailGuard { account_id: id };
        tx.create(self, item(&keys::email(to), &[], &guard)?, ChangeEmailRefused::Taken);
        tx.delete(self, &keys::email(old), &Change::default().when("account_id", &id), Some(ChangeEmailRefused::Moved));
        tx.change_copies(self, of, now, |_, change| change.set("email", to), ChangeEmailRefused::Moved);
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Changes a person's name with every copy, and the roles that he has and wants in one product. False when
    /// something changed since it was read.
    pub async fn change_profile(
        &self,
        of: &Everywhere,
        name: &PersonName,
        (product, roles): (Product, [&Line<100>; 2]),
        now: Instant,
        record: &Record,
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let account = Change::default().set("name", name).when("name", &of.account.name);
        tx.update(self, &keys::account(of.account.id), &account, ());
        let [current_role, target_role] = roles;
        let copies = |of: Product, change: Change| {
            let change = change.set("name", name);
            if of == product { change.set("current_role", current_role).set("target_role", target_role) } else { change }
        };
        tx.change_copies(self, of, now, copies, ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// An account's sessions, up to a thousand.
    pub async fn sessions(&self, id: AccountId) -> Result<Vec<Session>, StoreError> {
        let list = List::of_table(keys::account(id).pk).starting_with(keys::SESSION_PREFIX);
        Ok(self.page(list, PageRequest::first(1000)).await?.items)
    }

    /// How people stand to a product. A request for each fifty.
    pub async fn standings(&self, product: Product, ids: &[AccountId]) -> Result<HashMap<AccountId, Standing>, StoreError> {
        let mut standings = HashMap::new();
        let ids: std::collections::BTreeSet<_> = ids.iter().copied().collect();
        let keys_of = |id: AccountId| [keys::membership(id, product), keys::departure(id, product)];
        let wanted: Vec<Key> = ids.iter().flat_map(|id| keys_of(*id)).collect();
        let mut found = self.batch_get(&wanted).await?;
        for id in ids {
            let [membership, departure] = keys_of(id);
            let member: Option<Stored<Membership>> = take(&mut found, &membership)?;
            let standing = match member {
                Some(member) => Standing::Member(Party::from(&member.value)),
                None if found.contains_key(&departure) => Standing::Left,
                None => Standing::Unknown,
            };
            standings.insert(id, standing);
        }
        Ok(standings)
    }
}
