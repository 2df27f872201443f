//! Paying back: what is owed is decided and written here; Razorpay is asked by due work, so that neither a crash nor its
//! silence loses a refund or makes two.

use crate::{Context, context::NOTHING};
use domain::{
    event::Detail,
    payment::{Order, OrderName, OrderStatus, Payment, Purpose, Refund},
};
use serde_json::json;
use store::{MisfitRefused, PlanLeft, Record, Store, StoreError, TxError};

/// Why an order is not refunded.
#[derive(Debug, thiserror::Error)]
pub enum RefundError {
    #[error("there is no such order")]
    OrderNotFound,
    #[error("the order is not paid")]
    NotPaid,
    /// It goes back when the session is called off, and only with that.
    #[error("the order paid for a session")]
    OfSession,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of a payment that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    GoesBack,
    /// That was decided before.
    KeptBefore,
    /// The order moved meanwhile, perhaps by this very payment: nothing was kept, and it must be looked at anew.
    OrderMoved,
}

/// Others may change the member or refund the order meanwhile; each of them moves something forward.
const ROUNDS: u32 = 8;

/// The use cases of deciding that money goes back.
#[derive(Debug, Clone)]
pub struct Refunds {
    store: Store,
}

impl Refunds {
    /// Refunds of a store's orders.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Takes a paid order back: what it brought the payer ends now, and its payment is owed back. Asking again, or at
    /// once with somebody else, changes nothing more and answers how far it is.
    pub async fn refund_order(&self, cx: &Context, name: &OrderName) -> Result<Order, RefundError> {
        for _ in 0..ROUNDS {
            let order = match name {
                OrderName::Ours(id) => self.store.order_by_id(cx.product, *id).await?,
                OrderName::Razorpay(id) => self.store.order(id).await?,
            };
            let order = order.filter(|order| order.product == cx.product).ok_or(RefundError::OrderNotFound)?;
            if matches!(order.purpose, Purpose::Session { .. }) {
                return Err(RefundError::OfSession);
            }
            match order.status {
                OrderStatus::Pending | OrderStatus::Failed => return Err(RefundError::NotPaid),
                OrderStatus::Refunding | OrderStatus::Refunded => return Ok(order),
                OrderStatus::Paid => {}
            }
            let refund = Refund::of_order(cx.id(), &order, cx.request_id.clone(), cx.now).ok_or(RefundError::NotPaid)?;
            let plan = self.plan_left(cx, &order).await?;
            let after = json!({ "status": OrderStatus::Refunding, "payment_id": refund.payment_id, "amount": refund.amount });
            let audit = cx.audit("order.refunding", format!("order:{}", order.id), Some(&order.status), Some(&after));
            let record = Record::audit(audit).once(cx.once.clone());
            match self.store.begin_refund(&order, &refund, plan.as_ref(), cx.now, &record).await {
                Ok(()) => return Ok(Order { status: OrderStatus::Refunding, ..order }),
                Err(TxError::Refused(_)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Busy("an order kept changing while it was refunded".to_owned()).into())
    }

    /// Keeps that a payment does not fit its order as it was read and owes it back, in one transaction. The order stays
    /// as it is.
    pub async fn refund_misfit(
        &self,
        cx: &Context,
        order: &Order,
        payment: &Payment,
        reason: &str,
    ) -> Result<Misfit, StoreError> {
        let refund = Refund::of_misfit(cx.id(), order, payment, cx.request_id.clone(), cx.now);
        let detail = Detail::PaymentMismatched { order_id: order.id, payment_id: payment.id.clone(), reason: reason.to_owned() };
        let after = json!({ "reason": reason, "payment_id": payment.id, "amount": payment.amount });
        let audit = cx.audit("payment.refunding", format!("order:{}", order.id), NOTHING, Some(&after));
        let record = Record::event(cx.event(detail)).audited(audit);
        match self.store.owe_misfit(order, payment, reason, &refund, &record).await {
            Ok(()) => {
                tracing::warn!(order.id = %order.id, payment.id = %payment.id, reason, "a payment that does not fit goes back");
                Ok(Misfit::GoesBack)
            }
            Err(TxError::Refused(MisfitRefused::KeptBefore)) => Ok(Misfit::KeptBefore),
            Err(TxError::Refused(MisfitRefused::OrderMoved)) => Ok(Misfit::OrderMoved),
            Err(TxError::Store(error)) => Err(error),
        }
    }

    /// What is left of the payer's plan without this order; None when nothing of it came from the order, or when he
    /// has left.
    async fn plan_left(&self, cx: &Context, order: &Order) -> Result<Option<PlanLeft>, StoreError> {
        let Purpose::Plan { plan } = &order.purpose else { return Ok(None) };
        let Some(account_id) = order.account_id else { return Ok(None) };
        let found = self.store.account(account_id, order.product).await?;
        let Some(held) = found.and_then(|(_, membership)| membership) else { return Ok(None) };
        let holding = held.value.plan.as_ref().and_then(|holding| holding.after_refund(order.id, plan, cx.now));
        Ok(holding.map(|holding| PlanLeft { account_id, holding, rev: held.rev() }))
    }
}
