//! Refunds: what is owed back first, then that it went.

use crate::{
    DueTask, DueWork, Record, Store, StoreError, TxError,
    change::Change,
    item::item,
    keys::{self, Index},
    members::membership_change,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, Instant,
    account::PlanHolding,
    payment::{Order, OrderStatus, Payment, RazorpayOrderId, RazorpayPaymentId, Refund, RefundOf, RefundStatus},
};

/// Why a refund was not begun; read again and decide anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundRefused {
    /// The order is not paid any more, or its payment goes back already.
    OrderMoved,
    /// The membership changed meanwhile.
    MemberMoved,
}

/// Why a payment that does not fit was not kept as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MisfitRefused {
    /// It was kept before.
    KeptBefore,
    /// The order moved meanwhile, perhaps by this very payment; read it again and decide anew.
    OrderMoved,
}

/// What a refund leaves of the payer's plan, over the revision that was read.
#[derive(Debug, Clone)]
pub struct PlanLeft {
    pub account_id: AccountId,
    pub holding: PlanHolding,
    pub rev: u64,
}

/// Asking Razorpay for a refund is due as soon as it is owed.
fn due(refund: &Refund) -> DueWork {
    let (refund_id, order, payment) = (refund.id, refund.razorpay_order_id.clone(), refund.payment_id.clone());
    DueWork { at: refund.asked_at, task: DueTask::Refund { refund_id, razorpay_order_id: order, payment_id: payment } }
}

impl<E: Clone> Transaction<E> {
    /// The order is no longer among the paid ones, and its payment is owed back.
    pub(crate) fn take_order_back(&mut self, store: &Store, order: &Order, refund: &Refund, moved: E) -> Result<(), StoreError> {
        let refunding = Change::default().set("status", &OrderStatus::Refunding).leave(Index::Own);
        let refunding = refunding.when("status", &OrderStatus::Paid);
        self.update(store, &keys::order(&order.razorpay_order_id), &refunding, moved.clone());
        self.owe(store, refund, moved)
    }

    fn owe(&mut self, store: &Store, refund: &Refund, refusal: E) -> Result<(), StoreError> {
        self.create(store, item(&keys::refund(&refund.razorpay_order_id, &refund.payment_id), &[], refund)?, refusal);
        self.add_due(store, &[due(refund)])
    }
}

impl Store {
    /// Takes a paid order back, in one transaction: the order, what it had brought the payer, and that its payment is
    /// owed back. Whoever comes second is refused.
    pub async fn begin_refund(
        &self,
        order: &Order,
        refund: &Refund,
        plan: Option<&PlanLeft>,
        now: Instant,
        record: &Record,
    ) -> Result<(), TxError<RefundRefused>> {
        let mut tx = Transaction::new();
        tx.take_order_back(self, order, refund, RefundRefused::OrderMoved)?;
        if let Some(PlanLeft { account_id, holding, rev }) = plan {
            let change = membership_change(now).set("plan", holding).when("rev", rev);
            tx.update(self, &keys::membership(*account_id, order.product), &change, RefundRefused::MemberMoved);
        }
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Keeps that a payment did not fit its order as it was read, once, and that it is owed back.
    pub async fn owe_misfit(
        &self,
        order: &Order,
        payment: &Payment,
        reason: &str,
        refund: &Refund,
        record: &Record,
    ) -> Result<(), TxError<MisfitRefused>> {
        let mut tx = Transaction::new();
        tx.keep_mismatch(self, payment, reason, MisfitRefused::KeptBefore)?;
        tx.owe(self, refund, MisfitRefused::KeptBefore)?;
        let unmoved = Change::default().when("status", &order.status);
        tx.check(self, &keys::order(&order.razorpay_order_id), &unmoved, MisfitRefused::OrderMoved);
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// The refund of a payment.
    pub async fn refund(&self, order: &RazorpayOrderId, payment: &RazorpayPaymentId) -> Result<Option<Refund>, StoreError> {
        self.get(&keys::refund(order, payment)).await
    }

    /// Marks a refund as done at Razorpay, and its order, in one transaction. False when that was done before.
    pub async fn finish_refund(&self, refunded: &Refund, work: &DueWork, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let key = keys::refund(&refunded.razorpay_order_id, &refunded.payment_id);
        let change = Change::default().set("status", &RefundStatus::Refunded).set("refunded_at", &refunded.refunded_at);
        let change = change.set("razorpay_refund_id", &refunded.razorpay_refund_id).when("status", &RefundStatus::Refunding);
        tx.update(self, &key, &change, ());
        if refunded.of == RefundOf::Order {
            let order = Change::default().set("status", &OrderStatus::Refunded).set("refunded_at", &refunded.refunded_at);
            let order = order.when("status", &OrderStatus::Refunding);
            tx.update(self, &keys::order(&refunded.razorpay_order_id), &order, ());
        }
        tx.drop_due(self, std::slice::from_ref(work));
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }
}
