//! Reconciliation: orders whose payment neither browser nor webhook told of are looked up at Razorpay.

use crate::settlement::{SettleError, Settlements, Teller};
use domain::{
    Instant,
    payment::{Order, Payment, PaymentStatus, RazorpayOrderId},
};
use gateways::razorpay::{Razorpay, RazorpayError};
use jiff::SignedDuration;
use store::{DueTask, DueWork, Store, StoreError};

/// How long after an order was made it is looked at, while it is open. An order takes payments for 12 minutes after
/// they are authorised; banks authorise late for some days, and then a webhook tells of it too.
const LOOKS: [SignedDuration; 5] = [
    SignedDuration::from_mins(15),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(6),
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(5 * 24),
];

/// How long after a paid order was made it is looked at once more: who had its page open twice may have paid it twice, and
/// what nobody told of must not be lost.
const LOOK_AT_PAID: SignedDuration = SignedDuration::from_hours(24);

/// When Razorpay does not answer, it is asked again until the order is so old.
const ASK_AT_MOST: SignedDuration = SignedDuration::from_hours(8 * 24);

/// What is due about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing more: what was paid is known, or it is given up and left as it is.
    Done,
    /// Another look, then.
    Look(Instant),
}

/// Why an order could not be looked up.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    #[error(transparent)]
    Razorpay(RazorpayError),
    #[error(transparent)]
    Settle(#[from] SettleError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use case of reconciliation.
#[derive(Debug, Clone)]
pub struct Reconciliation {
    store: Store,
    razorpay: Razorpay,
    settlements: Settlements,
}

/// The first look at a new order.
pub(crate) fn first_look(order: &Order) -> DueWork {
    let task = DueTask::ReconcileOrder { order_id: order.id, razorpay_order_id: order.razorpay_order_id.clone() };
    DueWork { at: order.created_at.plus(LOOKS[0]), task }
}

/// The look that comes after one at this time; those that were missed are not made up for.
fn after(order: &Order, paid: bool, now: Instant) -> Next {
    let looks: &[SignedDuration] = if paid { &[LOOK_AT_PAID] } else { &LOOKS };
    let later = looks.iter().map(|look| order.created_at.plus(*look)).find(|look| *look > now);
    later.map_or(Next::Done, Next::Look)
}

impl Reconciliation {
    /// Reconciliation of a store's orders with a Razorpay account.
    pub fn new(store: Store, razorpay: Razorpay) -> Self {
        Self { settlements: Settlements::new(store.clone()), store, razorpay }
    }

    /// Looks at an order: one is settled by what Razorpay says of its payments, by the same use case as browser and
    /// webhook, so that they may race. A paid one costs a read, until it is a day old and looked at for the last time.
    pub async fn look(&self, id: &RazorpayOrderId, now: Instant) -> Result<Next, ReconcileError> {
        let Some(order) = self.store.order(id).await? else { return Ok(Next::Done) };
        let was_paid = order.status.was_paid();
        if was_paid && now.since(order.created_at) < LOOK_AT_PAID {
            return Ok(after(&order, true, now));
        }
        let entities = match self.razorpay.payments_of(id).await {
            Ok(entities) => entities,
            Err(RazorpayError::NotFound) => {
                tracing::warn!(order.id = %order.id, "Razorpay does not know an order of ours");
                return Ok(Next::Done);
            }
            Err(error) if now.since(order.created_at) >= ASK_AT_MOST => {
                tracing::error!(order.id = %order.id, %error, "an order was given up without an answer from Razorpay");
                return Ok(Next::Done);
            }
            Err(error) => return Err(ReconcileError::Razorpay(error)),
        };
        let payments: Vec<Payment> =
            entities.into_iter().filter_map(|entity| entity.payment()).filter(|payment| payment.order_id == *id).collect();
        let paid = self.settle(&order, &payments, now).await?;
        if paid && !was_paid {
            tracing::info!(order.id = %order.id, "an order's payment was found at Razorpay");
        }
        Ok(after(&order, paid || was_paid, now))
    }

    /// Settles an order's payments; true when it is paid. A failed payment decides nothing: another may follow.
    async fn settle(&self, order: &Order, payments: &[Payment], now: Instant) -> Result<bool, ReconcileError> {
        let mut paid = false;
        for payment in payments.iter().filter(|payment| payment.status == PaymentStatus::Captured) {
            match self.settlements.settle(&Teller::system(now, None), payment, None).await {
                Ok(settled) => paid |= matches!(settled, crate::settlement::Settled::Paid { .. }),
                Err(error) => {
                    // A table that is busy is asked again in a moment. Otherwise money came and nothing was done for
                    // it: an alarm reads this line.
                    if !error.is_passing() || now.since(order.created_at) >= LOOKS[1] {
                        tracing::error!(order.id = %order.id, payment.id = %payment.id, %error, "payment.unsettled");
                    }
                    return Err(error.into());
                }
            }
        }
        let all_failed = payments.iter().all(|payment| payment.status == PaymentStatus::Failed);
        if let Some(failed) = payments.first().filter(|_| all_failed) {
            self.settlements.settle(&Teller::system(now, None), failed, None).await?;
        }
        Ok(paid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_grow_apart() {
        let gaps: Vec<_> = LOOKS.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.windows(2).all(|pair| pair[0] < pair[1]), "{gaps:?}");
        assert!(LOOKS[LOOKS.len() - 1] < ASK_AT_MOST);
    }
}
