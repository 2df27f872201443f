//! Orders and what their payment brings about.

use crate::{
    DueWork, NewAccount, Page, PageRequest, Record, SessionPaid, Store, StoreError, TxError,
    accounts::EmailGuard,
    change::Change,
    item::{item, until},
    keys::{self, Index, PK},
    members::membership_change,
    mentorship::Refusals,
    page::List,
    table::take,
    transaction::{Transaction, done, never},
};
use domain::{
    AccountId, Instant, OrderId, Product, Span,
    account::{Membership, PasswordHash, PlanHolding},
    lead::Lead,
    payment::{Order, OrderStatus, Payment, RazorpayOrderId},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What a paid order changes.
#[derive(Debug, Clone)]
pub enum Fulfilment {
    /// The payer had no account.
    Account(NewAccount),
    /// The payer had an account, but was no member.
    Membership(Membership),
    /// The payer's membership, as read at this revision, gets the plan.
    Plan { account_id: AccountId, holding: PlanHolding, rev: u64 },
    /// The lead, as it is once it is bought, over this revision.
    Lead { lead: Box<Lead>, rev: u64 },
    /// The session, which is agreed on with it.
    Session(Box<SessionPaid>),
}

/// Why a payment was not applied; read again and decide anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettleRefused {
    /// The order was settled meanwhile.
    OrderMoved,
    /// The account or membership changed meanwhile.
    MemberMoved,
    /// The lead changed meanwhile.
    LeadMoved,
    /// The session changed meanwhile.
    SessionMoved,
    /// The session was not held any more, and somebody else has its time.
    TimeTaken,
    /// The payment was kept as one that does not fit, and goes back.
    Misfit,
}

pub(crate) fn order_item(order: &Order) -> Result<crate::Item, StoreError> {
    let payer = order.account_id.or(order.payer.account_id);
    let entries = keys::order_entries(order.product, &order.razorpay_order_id, payer, order.created_at, order.paid_at);
    item(&keys::order(&order.razorpay_order_id), &entries, order)
}

impl Store {
    /// Keeps a new order, and apart from it the hash of the password that its payer chose. That one no list ever
    /// shows; it goes when the account is made, or after a month.
    pub async fn add_order(&self, order: &Order, password: Option<&PasswordHash>, due: &[DueWork]) -> Result<(), StoreError> {
        let mut tx = Transaction::new();
        tx.put(self, order_item(order)?);
        tx.add_due(self, due)?;
        if let Some(hash) = password {
            let chosen = Chosen { password_hash: hash.clone() };
            let item = item(&keys::order_password(&order.razorpay_order_id), &[], &chosen)?;
            tx.put(self, until(item, order.created_at.plus(PASSWORDS_STAY)));
        }
        tx.commit(self).await.map_err(never)
    }

    /// What decides how a payer without an account is served: the account that his address has by now, and the
    /// password that he chose. One read.
    pub async fn unregistered_payer(&self, order: &Order) -> Result<(Option<AccountId>, Option<PasswordHash>), StoreError> {
        let (guard, chosen) = (keys::email(&order.payer.email), keys::order_password(&order.razorpay_order_id));
        let mut found = self.batch_get(&[guard.clone(), chosen.clone()]).await?;
        let guard: Option<EmailGuard> = take(&mut found, &guard)?;
        let chosen: Option<Chosen> = take(&mut found, &chosen)?;
        Ok((guard.map(|guard| guard.account_id), chosen.map(|chosen| chosen.password_hash)))
    }

    /// An order.
    pub async fn order(&self, id: &RazorpayOrderId) -> Result<Option<Order>, StoreError> {
        self.get(&keys::order(id)).await
    }

    /// An order by our id, which tells when it was made, and so where it stands among all.
    pub async fn order_by_id(&self, product: Product, id: OrderId) -> Result<Option<Order>, StoreError> {
        let Some((seconds, nanos)) = id.uuid().get_timestamp().map(|made| made.to_unix()) else { return Ok(None) };
        let millis = i64::try_from(seconds).unwrap_or(0).saturating_mul(1000) + i64::from(nanos / 1_000_000);
        let made = Instant::long_ago().plus(SignedDuration::from_millis(millis));
        let span = Span { from: Some(made), until: Some(made.plus(SignedDuration::from_millis(1))) };
        let (from, until) = keys::within("", span);
        let list = List::of_index(Index::All, keys::orders(product)).between(from, until);
        let found: Page<Order> = self.page(list, PageRequest::first(100)).await?;
        match found.items.into_iter().find(|order| order.id == id) {
            Some(order) => self.order(&order.razorpay_order_id).await,
            None => Ok(None),
        }
    }

    /// Orders, all or those with a status, newest first.
    pub async fn orders(
        &self,
        product: Product,
        status: Option<OrderStatus>,
        page: PageRequest,
    ) -> Result<Page<Order>, StoreError> {
        let list = List::of_index(Index::All, keys::orders(product)).newest_first();
        match status {
            None => self.page(list, page).await,
            Some(status) => self.page_where(list, page, |order: &Order| order.status == status).await,
        }
    }

    /// The orders of somebody with an account, newest first.
    pub async fn orders_of_payer(
        &self,
        product: Product,
        payer: AccountId,
        page: PageRequest,
    ) -> Result<Page<Order>, StoreError> {
        self.page(List::of_index(Index::Mentor, keys::orders_of_payer(product, payer)).newest_first(), page).await
    }

    /// Paid orders, the latest payment first.
    pub async fn paid_orders(&self, product: Product, page: PageRequest) -> Result<Page<Order>, StoreError> {
        self.page(List::of_index(Index::Own, keys::paid_orders(product)).newest_first(), page).await
    }

    /// Marks an order as paid and fulfils it, in one transaction. Whoever comes second is refused.
    pub async fn pay_order(
        &self,
        paid: &Order,
        fulfilment: &Fulfilment,
        now: Instant,
        record: &Record,
    ) -> Result<(), TxError<SettleRefused>> {
        let mut tx = Transaction::new();
        let open = Change::default().when_any("status", &[OrderStatus::Pending, OrderStatus::Failed]);
        tx.replace(self, order_item(paid)?, &open, SettleRefused::OrderMoved);
        match fulfilment {
            Fulfilment::Account(new) => {
                tx.create_account(self, new, SettleRefused::MemberMoved)?;
                tx.delete(self, &keys::order_password(&paid.razorpay_order_id), &Change::default(), None);
            }
            Fulfilment::Membership(membership) => tx.add_membership(self, membership, SettleRefused::MemberMoved)?,
            Fulfilment::Plan { account_id, holding, rev } => {
                let change = membership_change(now).set("plan", holding).when("rev", rev);
                tx.update(self, &keys::membership(*account_id, paid.product), &change, SettleRefused::MemberMoved);
            }
            Fulfilment::Lead { lead, rev } => tx.replace_lead(self, lead, *rev, SettleRefused::LeadMoved)?,
            Fulfilment::Session(paid) => {
                let taken = SettleRefused::TimeTaken;
                let refusals = Refusals { changed: SettleRefused::SessionMoved, mentor_busy: taken, mentee_busy: taken };
                tx.confirm_paid(self, paid, &refusals)?;
            }
        }
        // What did not fit once goes back, whatever would be free for it since.
        if let (Fulfilment::Lead { .. } | Fulfilment::Session(_), Some(payment)) = (fulfilment, &paid.razorpay_payment_id) {
            let unkept = Change::default().when_missing(PK);
            tx.check(self, &keys::mismatch(&paid.razorpay_order_id, payment), &unkept, SettleRefused::Misfit);
        }
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Marks a pending order as failed; false when it is no longer pending.
    pub async fn fail_order(&self, id: &RazorpayOrderId) -> Result<bool, StoreError> {
        let change = Change::default().set("status", &OrderStatus::Failed).when("status", &OrderStatus::Pending);
        self.change(&keys::order(id), &change).await
    }

    /// Keeps that a payment did not fit its order, once. False when that was kept before.
    pub async fn record_mismatch(&self, payment: &Payment, reason: &str, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.keep_mismatch(self, payment, reason, ())?;
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }
}

impl<E: Clone> Transaction<E> {
    pub(crate) fn keep_mismatch(&mut self, store: &Store, payment: &Payment, reason: &str, refusal: E) -> Result<(), StoreError> {
        let mismatch = Mismatch { amount: payment.amount, currency: &payment.currency, reason };
        self.create(store, item(&keys::mismatch(&payment.order_id, &payment.id), &[], &mismatch)?, refusal);
        Ok(())
    }
}

/// Razorpay tells of payments for up to 15 days.
const PASSWORDS_STAY: SignedDuration = SignedDuration::from_hours(30 * 24);

#[derive(Serialize, Deserialize)]
struct Chosen {
    password_hash: PasswordHash,
}

#[derive(Serialize)]
struct Mismatch<'a> {
    amount: u64,
    currency: &'a str,
    reason: &'a str,
}
