//! Short numbers, counted up: those that things are shown by, and those by which people know each other.

use crate::{
    Store, StoreError,
    change::Change,
    item::item,
    keys::{self, Counter, PK},
    transaction::Transaction,
};
use domain::{
    AccountId, Product,
    account::{Membership, NumberSeries, PersonKey, PublicNumber, Role},
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Number {
    number: u64,
}

#[derive(Serialize, Deserialize)]
struct NumberOwner {
    account_id: AccountId,
}

impl<E: Clone> Transaction<E> {
    /// Keeps whose the numbers of a member are. A number is taken before it is given, so none is given twice.
    pub(crate) fn own_numbers(&mut self, store: &Store, membership: &Membership, taken: &E) -> Result<(), StoreError> {
        for number in membership.numbers() {
            self.own_number(store, membership, number, taken.clone())?;
        }
        Ok(())
    }

    pub(crate) fn own_number(
        &mut self,
        store: &Store,
        membership: &Membership,
        number: PublicNumber,
        taken: E,
    ) -> Result<(), StoreError> {
        let owner = NumberOwner { account_id: membership.account_id };
        self.create(store, item(&keys::public_number(membership.product, number), &[], &owner)?, taken);
        Ok(())
    }
}

impl Store {
    /// The next number of a row. Nobody else gets it; one that comes to nothing leaves a gap.
    pub async fn next_number(&self, product: Product, counter: Counter) -> Result<u64, StoreError> {
        self.count_up(&keys::counter(product, counter), "given").await
    }

    /// The next number for people with a role; none where they have none.
    pub async fn next_public_number(&self, product: Product, role: Role) -> Result<Option<PublicNumber>, StoreError> {
        let Some(series) = NumberSeries::of(product, role) else { return Ok(None) };
        let counter = match series {
            NumberSeries::Student => Counter::STUDENTS,
            NumberSeries::Mentor => Counter::MENTORS,
        };
        Ok(Some(PublicNumber::new(series, self.next_number(product, counter).await?)))
    }

    /// Whose a public number is.
    pub async fn account_by_number(&self, product: Product, number: PublicNumber) -> Result<Option<AccountId>, StoreError> {
        let owner: Option<NumberOwner> = self.get(&keys::public_number(product, number)).await?;
        Ok(owner.map(|owner| owner.account_id))
    }

    /// The account that a path or body names; whether it is a member is not looked at.
    pub async fn person(&self, product: Product, key: PersonKey) -> Result<Option<AccountId>, StoreError> {
        match key {
            PersonKey::Account(id) => Ok(Some(id)),
            PersonKey::Number(number) => self.account_by_number(product, number).await,
        }
    }

    /// The number of an account at a product, if it was ever asked for.
    pub async fn known_number(&self, product: Product, account: AccountId) -> Result<Option<u64>, StoreError> {
        let known: Option<Number> = self.get(&keys::number(product, account)).await?;
        Ok(known.map(|known| known.number))
    }

    /// The number by which a product shows an account, given out when it is first asked for. A number that two ask for
    /// at once may be left out.
    pub async fn number_of(&self, product: Product, account: AccountId) -> Result<u64, StoreError> {
        let key = keys::number(product, account);
        if let Some(number) = self.known_number(product, account).await? {
            return Ok(number);
        }
        let number = self.count_up(&keys::numbers(product), "given").await?;
        if self.put_when(item(&key, &[], &Number { number })?, &Change::default().when_missing(PK)).await? {
            return Ok(number);
        }
        let first = self.known_number(product, account).await?;
        first.ok_or_else(|| StoreError::Busy("a number came and went".to_owned()))
    }
}
