//! What paying for a session brings about: it is agreed on, and its mentor is owed the money once it took place.

use super::{Brought, Goods, SettleError, Settlements, lead::Bought};
use crate::{
    Context,
    paid_sessions::{SessionGoods, agreed},
};
use domain::{
    event::Detail,
    mentorship::PaidBy,
    payment::{Order, OrderStatus, Payment},
};
use store::{Fulfilment, Record, SettleRefused, TxError};

impl Settlements {
    /// Pays the order and agrees on the session, in one transaction. One whose time was free again meanwhile is agreed on
    /// if it still is.
    pub(super) async fn pay_session(
        &self,
        cx: &Context,
        order: &Order,
        goods: Option<Goods>,
        payment: &Payment,
    ) -> Result<Bought, SettleError> {
        let goods = match goods {
            Some(Goods::Session(goods)) => Some(goods),
            _ => SessionGoods::of(&self.store, order).await?,
        };
        let Some(goods) = goods else { return Ok(Bought::NotForSale) };
        let paid_by = PaidBy::Order { order_id: order.id, payment_id: payment.id.clone() };
        let Ok(agreed) = agreed(cx, goods, paid_by) else {
            // It may have been agreed on by this very payment since the order was read: both changed in one transaction.
            let now = self.store.order(&order.razorpay_order_id).await?;
            let same = now.is_some_and(|now| now.status == order.status);
            return Ok(if same { Bought::NotForSale } else { Bought::Again });
        };
        let paid = Order {
            status: OrderStatus::Paid,
            razorpay_payment_id: Some(payment.id.clone()),
            paid_at: Some(cx.now),
            account_id: order.payer.account_id,
            ..order.clone()
        };
        let session = Box::new(agreed.after.clone());
        let events = vec![
            cx.event(Detail::MentorshipPaid { session: session.clone(), order_id: order.id, amount: order.amount }),
            cx.event(Detail::MentorshipConfirmed { session }),
        ];
        let audit = cx.audit("order.paid", format!("order:{}", order.id), Some(&order.status), Some(&payment.id));
        let record = Record { events, audits: vec![audit], once: None };
        let after = Box::new(agreed.after.clone());
        let fulfilment = Fulfilment::Session(Box::new(agreed));
        match self.store.pay_order(&paid, &fulfilment, cx.now, &record).await {
            Ok(()) => Ok(Bought::Now(Box::new(paid), Brought::Session(after))),
            Err(TxError::Refused(SettleRefused::TimeTaken | SettleRefused::Misfit)) => Ok(Bought::NotForSale),
            Err(TxError::Refused(_)) => Ok(Bought::Again),
            Err(TxError::Store(error)) => Err(error.into()),
        }
    }
}
