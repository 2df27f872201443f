//! Accounts, sessions and what authentication reads.

use crate::{
    PageRequest, Record, Store, StoreError, Stored, TxError,
    change::Change,
    item::{item, key_of, until},
    keys::{self, Key},
    members,
    page::List,
    table::take,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, Instant, OrderId, Product, SessionId,
    account::{Account, Membership, PasswordHash, Session, TokenPurpose},
    text::{Email, WebUrl},
};
use serde::{Deserialize, Serialize};

/// An account to be made, with what it is in one product.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub account: Account,
    pub membership: Membership,
}

/// Why nobody was registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterRefused {
    /// The address has an account.
    EmailTaken,
    /// The account is a member of this product already.
    AlreadyMember,
}

/// What a token leads to.
#[derive(Debug)]
pub struct SignedIn {
    pub account: Account,
    pub membership: Membership,
    pub session: Session,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct EmailGuard {
    pub(crate) account_id: AccountId,
}

impl<E: Clone> Transaction<E> {
    /// Adds the three items of a new account.
    pub(crate) fn create_account(&mut self, store: &Store, new: &NewAccount, taken: E) -> Result<(), StoreError> {
        let account = &new.account;
        let guard = EmailGuard { account_id: account.id };
        self.create(store, item(&keys::email(&account.email), &[], &guard)?, taken.clone());
        self.create(store, item(&keys::account(account.id), &[], account)?, taken.clone());
        self.own_numbers(store, &new.membership, &taken)?;
        self.create(store, members::membership_item(&new.membership)?, taken);
        Ok(())
    }

    /// Makes an account, which must still be as the membership copies it, a member of one more product; whoever left
    /// it before may come back when nothing of him is left there.
    pub(crate) fn add_membership(&mut self, store: &Store, membership: &Membership, moved: E) -> Result<(), StoreError> {
        let m = membership;
        self.create(store, members::membership_item(m)?, moved.clone());
        self.own_numbers(store, m, &moved)?;
        // Changes nothing. As a mere check it would be one more right for each function that does this.
        let same = Change::default().set("email", &m.email).when("email", &m.email).when("name", &m.name);
        self.update(store, &keys::account(m.account_id), &same, moved.clone());
        let over = Change::default().when_missing("running");
        self.delete(store, &keys::departure(m.account_id, m.product), &over, Some(moved));
        Ok(())
    }

    pub(crate) fn put_session(&mut self, store: &Store, session: &Session) -> Result<(), StoreError> {
        self.put(store, session_item(session)?);
        Ok(())
    }
}

pub(crate) fn session_item(session: &Session) -> Result<crate::Item, StoreError> {
    Ok(until(item(&keys::session(session.account_id, session.id), &[], session)?, session.expires_at))
}

impl Store {
    /// Makes an account, its address's guard and its first membership, signed in when a session is given.
    pub async fn register(
        &self,
        new: &NewAccount,
        session: Option<&Session>,
        record: &Record,
    ) -> Result<(), TxError<RegisterRefused>> {
        let mut tx = Transaction::new();
        tx.create_account(self, new, RegisterRefused::EmailTaken)?;
        if let Some(session) = session {
            tx.put_session(self, session)?;
        }
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Makes an existing account a member of one more product.
    pub async fn join(
        &self,
        membership: &Membership,
        session: Option<&Session>,
        record: &Record,
    ) -> Result<(), TxError<RegisterRefused>> {
        let mut tx = Transaction::new();
        tx.add_membership(self, membership, RegisterRefused::AlreadyMember)?;
        if let Some(session) = session {
            tx.put_session(self, session)?;
        }
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// The account behind an address, with its membership in a product. Two reads.
    pub async fn account_by_email(
        &self,
        email: &Email,
        product: Product,
    ) -> Result<Option<(Account, Option<Stored<Membership>>)>, StoreError> {
        match self.get::<EmailGuard>(&keys::email(email)).await? {
            Some(guard) => self.account(guard.account_id, product).await,
            None => Ok(None),
        }
    }

    /// An account with its membership in a product. One read.
    pub async fn account(
        &self,
        id: AccountId,
        product: Product,
    ) -> Result<Option<(Account, Option<Stored<Membership>>)>, StoreError> {
        let (account, membership) = (keys::account(id), keys::membership(id, product));
        let mut found = self.batch_get(&[account.clone(), membership.clone()]).await?;
        let member = take(&mut found, &membership)?;
        Ok(take::<Account>(&mut found, &account)?.map(|account| (account, member)))
    }

    /// Everything that authentication needs, in one strongly consistent read (decisions: accounts).
    pub async fn signed_in(&self, id: AccountId, product: Product, session: SessionId) -> Result<Option<SignedIn>, StoreError> {
        let keys: [Key; 3] = [keys::account(id), keys::membership(id, product), keys::session(id, session)];
        let mut found = self.batch_get(&keys).await?;
        let [account, membership, session] = &keys;
        let (Some(account), Some(membership), Some(session)) =
            (take(&mut found, account)?, take(&mut found, membership)?, take(&mut found, session)?)
        else {
            return Ok(None);
        };
        Ok(Some(SignedIn { account, membership, session }))
    }

    /// Opens a session for whoever paid the order that made the account; false when it is no longer his to enter.
    pub async fn open_session_by_order(&self, session: &Session, order: OrderId) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.check(self, &keys::account(session.account_id), &Change::default().when("made_by_order", &order), ());
        tx.put_session(self, session)?;
        done(tx.commit(self).await)
    }

    /// Opens a session for a password that was checked against this hash; false when the account has another by now.
    pub async fn open_session_by_password(&self, session: &Session, checked: &PasswordHash) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.check(self, &keys::account(session.account_id), &Change::default().when("password_hash", checked), ());
        tx.put_session(self, session)?;
        done(tx.commit(self).await)
    }

    /// Opens a session for whoever has proven to own the account's address in another way; false when it has another one
    /// by now.
    pub async fn open_session_by_address(&self, session: &Session, address: &Email) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.check(self, &keys::account(session.account_id), &Change::default().when("email", address), ());
        tx.put_session(self, session)?;
        done(tx.commit(self).await)
    }

    /// Notes that the owner of an account's address has come by himself. A password that somebody set without proving the
    /// address is dropped, with every session from before (decisions: accounts). False when it was proven before, or
    /// is another address by now.
    pub async fn prove_address(&self, account: &Account, now: Instant) -> Result<bool, StoreError> {
        let change = Change::default()
            .when("email", &account.email)
            .when("email_proven", &false)
            .set("email_proven", &true)
            .set("valid_from", &now)
            .remove("password_hash")
            .remove("made_by_order");
        self.change(&keys::account(account.id), &change).await
    }

    /// Keeps the picture of a person.
    pub async fn set_picture(&self, id: AccountId, picture: &WebUrl) -> Result<(), StoreError> {
        let change = Change::default().set("picture", picture).when_exists();
        self.change(&keys::account(id), &change).await.map(|_| ())
    }

    /// Keeps Google's name for a person who has none yet; false when he has one, or another address by now.
    pub async fn set_google_subject(&self, id: AccountId, email: &Email, subject: &str) -> Result<bool, StoreError> {
        let change = Change::default().when("email", email).when_missing("google_subject").set("google_subject", &subject);
        self.change(&keys::account(id), &change).await
    }

    /// Keeps a renewed session, unless it was ended meanwhile.
    pub async fn renew_session(&self, renewed: &Session) -> Result<bool, StoreError> {
        self.put_when(session_item(renewed)?, &Change::default().when_exists()).await
    }

    /// Ends a session; its tokens are worth nothing from now on.
    pub async fn end_session(&self, id: AccountId, session: SessionId) -> Result<(), StoreError> {
        self.delete(&keys::session(id, session)).await
    }

    /// Ends every session of an account and makes every token worthless that was mailed to it.
    pub async fn sign_out_everywhere(&self, id: AccountId) -> Result<(), StoreError> {
        for prefix in [keys::SESSION_PREFIX, keys::TOKEN_PREFIX] {
            let list = List::of_table(keys::account(id).pk).starting_with(prefix);
            let (items, _) = self.query(&list, &PageRequest::first(1000)).await?;
            for key in items.iter().filter_map(key_of) {
                self.delete(&key).await?;
            }
        }
        Ok(())
    }

    /// Sets a password by a mailed token, which is used up and proves the address. False when the token is
    /// unknown, used or late, or was mailed to an address that is no longer the account's.
    pub async fn set_password(&self, id: AccountId, hash: &PasswordHash, token: &str, now: Instant) -> Result<bool, StoreError> {
        let purpose = TokenPurpose::SetPassword;
        let Some(mailed) = self.token(id, purpose, token).await? else { return Ok(false) };
        let mut tx = Transaction::new();
        tx.delete(self, &keys::token(id, purpose, token), &Change::default().compare("expires_at", ">", &now), Some(()));
        let change = Change::default()
            .when("email", &mailed.email)
            .set("password_hash", hash)
            .set("email_proven", &true)
            .set("valid_from", &now)
            // Whoever paid for this account before its owner came has no way in any more.
            .remove("made_by_order");
        tx.update(self, &keys::account(id), &change, ());
        done(tx.commit(self).await)
    }

    /// Replaces an account's password by an operator's word.
    pub async fn replace_password(&self, id: AccountId, hash: &PasswordHash) -> Result<(), StoreError> {
        let change = Change::default().set("password_hash", hash).when_exists();
        self.change(&keys::account(id), &change).await.map(|_| ())
    }
}
