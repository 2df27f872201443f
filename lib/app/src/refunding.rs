//! Having Razorpay pay back what is owed.

use crate::{Context, context::NOTHING, reconciliation::Next};
use domain::{
    Instant, Paise,
    booking::Party,
    event::Detail,
    payment::{Order, Purpose, RazorpayOrderId, RazorpayPaymentId, Refund, RefundOf, RefundStatus},
};
use gateways::razorpay::{Razorpay, RazorpayError};
use jiff::SignedDuration;
use store::{DueWork, Record, Store, StoreError};

/// What Razorpay refuses, such as for want of balance, is asked for again so much later. It stays owed until it goes.
const ASK_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Why Razorpay could not be asked, or its answer not be kept.
#[derive(Debug, thiserror::Error)]
pub enum RefundingError {
    #[error(transparent)]
    Razorpay(RazorpayError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use case of carrying refunds out.
#[derive(Debug, Clone)]
pub struct Refunding {
    store: Store,
    razorpay: Razorpay,
}

impl Refunding {
    /// Refunds of a store, through a Razorpay account.
    pub fn new(store: Store, razorpay: Razorpay) -> Self {
        Self { store, razorpay }
    }

    /// Has a refund carried out, and keeps that it was. It may be asked any number of times, also after a crash in the
    /// middle: Razorpay's own list of the payment's refunds says whether it went.
    pub async fn carry_out(
        &self,
        work: &DueWork,
        order: &RazorpayOrderId,
        payment: &RazorpayPaymentId,
        now: Instant,
    ) -> Result<Next, RefundingError> {
        let owed = self.store.refund(order, payment).await?.filter(|refund| refund.status == RefundStatus::Refunding);
        let Some(refund) = owed else { return Ok(Next::Done) };
        let razorpay_refund_id = match self.razorpay.refund(&refund.payment_id, refund.id).await {
            Ok(id) => id,
            Err(error @ (RazorpayError::Refused(_) | RazorpayError::NotFound)) => {
                // An error, since a person must look: money is owed that does not go.
                tracing::error!(order.id = %refund.order_id, payment.id = %refund.payment_id, %error, "refund.refused");
                return Ok(Next::Look(now.plus(ASK_AGAIN)));
            }
            Err(error) => return Err(RefundingError::Razorpay(error)),
        };
        let order = self.store.order(order).await?;
        let status = RefundStatus::Refunded;
        let refunded = Refund { status, razorpay_refund_id: Some(razorpay_refund_id), refunded_at: Some(now), ..refund };
        let cx = Context::system(refunded.product, now).caused_by(refunded.request_id.clone());
        let action = if refunded.of == RefundOf::Order { "order.refunded" } else { "payment.refunded" };
        let after = refunded.razorpay_refund_id.as_ref();
        let audit = cx.audit(action, format!("order:{}", refunded.order_id), NOTHING, after);
        let record = Record::event(cx.event(told(&refunded, order.as_ref()))).audited(audit);
        if self.store.finish_refund(&refunded, work, &record).await? {
            tracing::info!(order.id = %refunded.order_id, payment.id = %refunded.payment_id, "a payment went back");
        }
        Ok(Next::Done)
    }
}

fn told(refund: &Refund, order: Option<&Order>) -> Detail {
    let (order_id, payment_id) = (refund.order_id, refund.payment_id.clone());
    if let Some((order, Purpose::Session { session_id, .. })) = order.map(|order| (order, &order.purpose)) {
        let (name, email) = (order.payer.name.clone(), order.payer.email.clone());
        let payer = order.payer.account_id.map(|id| Party { id, name, email });
        return Detail::MentorshipRefunded { session_id: *session_id, order_id, payment_id, payer, amount: refund.amount };
    }
    let sold = order.filter(|_| refund.of == RefundOf::Order).and_then(|order| match &order.purpose {
        Purpose::Plan { plan } => Some((order, plan)),
        // A lead that was sold is not taken back; only what was paid beside goes.
        Purpose::Lead { .. } | Purpose::Session { .. } => None,
    });
    match sold {
        Some((order, plan)) => Detail::OrderRefunded {
            order_id,
            payment_id,
            account_id: order.account_id,
            plan_id: plan.plan_id.clone(),
            amount: Paise::new(refund.amount),
            paid_at: order.paid_at.unwrap_or(order.created_at),
        },
        None => Detail::MisfitRefunded { order_id, payment_id, amount: refund.amount },
    }
}
