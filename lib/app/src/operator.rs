//! What comes before any admin exists, and beside the API: an operator does it with his own rights to the table.

use crate::{
    Context,
    context::NOTHING,
    passwords::{HashError, Passwords},
    people::{People, PeopleError, other_admin},
};
use domain::{
    AccountId,
    account::{Account, Membership, Password, Role},
    event::Detail,
    text::{Email, PersonName},
};
use store::{NewAccount, Record, RegisterRefused, Store, StoreError, TxError};

/// Why there is no new admin.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    #[error("there is an admin already")]
    AdminExists,
    #[error("a new account needs a name and a password")]
    Incomplete,
    #[error("the address was registered at this moment; try again")]
    Taken,
    #[error(transparent)]
    People(#[from] PeopleError),
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who becomes an admin. An address that has an account keeps its name and password.
#[derive(Debug, Clone)]
pub struct NewAdmin {
    pub email: Email,
    pub name: Option<PersonName>,
    pub password: Option<Password>,
}

/// How somebody became an admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// The address had no account.
    Registered,
    /// The account had no part in this product.
    Joined,
    /// A member of it was something else, or an admin already.
    Promoted,
}

/// The use cases of an operator.
#[derive(Debug, Clone)]
pub struct Operator {
    store: Store,
    passwords: Passwords,
}

impl Operator {
    /// An operator of a store.
    pub fn new(store: Store, passwords: Passwords) -> Self {
        Self { store, passwords }
    }

    /// Whether the product has an active admin.
    pub async fn has_admin(&self, cx: &Context) -> Result<bool, StoreError> {
        let nobody = AccountId::from(uuid::Uuid::nil());
        Ok(other_admin(&self.store, cx.product, nobody).await?.is_some())
    }

    /// Whether an address has an account, which then keeps its name and password.
    pub async fn is_known(&self, cx: &Context, email: &Email) -> Result<bool, StoreError> {
        Ok(self.store.account_by_email(email, cx.product).await?.is_some())
    }

    /// Makes the first admin of a product, or one more when `another` may be made.
    pub async fn bootstrap(&self, cx: &Context, new: NewAdmin, another: bool) -> Result<(Membership, Became), BootstrapError> {
        if !another && self.has_admin(cx).await? {
            return Err(BootstrapError::AdminExists);
        }
        match self.store.account_by_email(&new.email, cx.product).await? {
            Some((account, Some(_))) => {
                let member = People::new(self.store.clone()).set_admin(cx, account.id, true).await?;
                Ok((member, Became::Promoted))
            }
            Some((account, None)) => {
                let (membership, record) = admin_of(cx, &account);
                self.store.join(&membership, None, &record).await.map_err(taken)?;
                Ok((membership, Became::Joined))
            }
            None => {
                let (Some(name), Some(password)) = (new.name, new.password) else { return Err(BootstrapError::Incomplete) };
                let hash = self.passwords.hash(password).await?;
                // The operator vouches for the address.
                let account = Account { email_proven: true, ..Account::new(cx.id(), new.email, name, Some(hash), cx.now) };
                let (membership, record) = admin_of(cx, &account);
                let new = NewAccount { account, membership: membership.clone() };
                self.store.register(&new, None, &record).await.map_err(taken)?;
                Ok((membership, Became::Registered))
            }
        }
    }
}

fn admin_of(cx: &Context, account: &Account) -> (Membership, Record) {
    let (email, name) = (account.email.clone(), account.name.clone());
    let membership = Membership::new(account.id, cx.product, email, name, Role::Admin, cx.now);
    let event = cx.event(Detail::AccountImported { account_id: account.id, role: Role::Admin, approved: false });
    let audit = cx.audit("admin.bootstrapped", format!("account:{}", account.id), NOTHING, Some(&membership));
    (membership, Record::event(event).audited(audit))
}

fn taken(error: TxError<RegisterRefused>) -> BootstrapError {
    match error {
        TxError::Refused(_) => BootstrapError::Taken,
        TxError::Store(error) => BootstrapError::Store(error),
    }
}
