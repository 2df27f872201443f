//! What mentors earned and take out.

use crate::{
    Item, Page, PageRequest, Record, Store, StoreError,
    change::Change,
    item::item,
    keys::{self, Index},
    page::List,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, Product, Span, WithdrawalId,
    earnings::{Earning, Purse, Withdrawal, WithdrawalStatus},
};

fn withdrawal_item(withdrawal: &Withdrawal) -> Result<Item, StoreError> {
    let w = withdrawal;
    let entries = keys::withdrawal_entries(w.product, w.id, w.mentor.id, w.requested_at);
    item(&keys::withdrawal(w.product, w.id), &entries, w)
}

impl Store {
    /// A mentor's sums.
    pub async fn purse(&self, product: Product, mentor: AccountId) -> Result<Purse, StoreError> {
        Ok(self.get(&keys::purse(product, mentor)).await?.unwrap_or_default())
    }

    /// The lines of a mentor's statement, the latest first.
    pub async fn earnings(
        &self,
        product: Product,
        mentor: AccountId,
        span: Span,
        page: PageRequest,
    ) -> Result<Page<Earning>, StoreError> {
        let list = List::of_index(Index::Mentor, keys::earnings_of_mentor(product, mentor)).within("", span).newest_first();
        self.page(list, page).await
    }

    /// Takes an amount out of a mentor's balance and keeps the wish, in one transaction. False when there is not enough:
    /// of any number at once only so many get through as the balance bears.
    pub async fn withdraw(&self, withdrawal: &Withdrawal, record: &Record) -> Result<bool, StoreError> {
        let w = withdrawal;
        let amount = i64::try_from(w.amount.get()).unwrap_or(i64::MAX);
        let mut tx = Transaction::new();
        let taken = Change::default().add("balance", -amount).count("withdrawn", w.amount.get()).count("asked", w.amount.get());
        let taken = taken.compare("balance", ">=", &w.amount);
        tx.update(self, &keys::purse(w.product, w.mentor.id), &taken, ());
        tx.put(self, withdrawal_item(w)?);
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Keeps what was decided about an open withdrawal; what is refused is in the balance again. False when it was
    /// decided before.
    pub async fn decide_withdrawal(&self, decided: &Withdrawal, record: &Record) -> Result<bool, StoreError> {
        let w = decided;
        let mut tx = Transaction::new();
        let open = Change::default().when("status", &WithdrawalStatus::Pending);
        tx.replace(self, withdrawal_item(w)?, &open, ());
        let amount = i64::try_from(w.amount.get()).unwrap_or(i64::MAX);
        let decided = Change::default().add("asked", -amount).when_exists();
        let decided = match w.status {
            WithdrawalStatus::Rejected => decided.add("withdrawn", -amount).add("balance", amount),
            WithdrawalStatus::Completed | WithdrawalStatus::Pending => decided,
        };
        tx.update(self, &keys::purse(w.product, w.mentor.id), &decided, ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// A withdrawal.
    pub async fn withdrawal(&self, product: Product, id: WithdrawalId) -> Result<Option<Withdrawal>, StoreError> {
        self.get(&keys::withdrawal(product, id)).await
    }

    /// Withdrawals, of all or of one mentor, with any status or with one, newest first.
    pub async fn withdrawals(
        &self,
        product: Product,
        mentor: Option<AccountId>,
        status: Option<WithdrawalStatus>,
        page: PageRequest,
    ) -> Result<Page<Withdrawal>, StoreError> {
        let list = match mentor {
            None => List::of_index(Index::All, keys::withdrawals(product)),
            Some(mentor) => List::of_index(Index::Mentor, keys::withdrawals_of_mentor(product, mentor)),
        };
        match status {
            None => self.page(list.newest_first(), page).await,
            Some(status) => self.page_where(list.newest_first(), page, |found: &Withdrawal| found.status == status).await,
        }
    }
}
