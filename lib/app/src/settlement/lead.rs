//! What paying for a lead brings about: it is bought, and its mentor may read how to reach the person.

use super::{Brought, Goods, SettleError, Settlements, Teller};
use crate::{Context, leads::reveal};
use domain::{
    LeadId,
    event::Detail,
    payment::{Order, OrderStatus, Payment},
};
use store::{Fulfilment, Record, SettleRefused, TxError};

/// What came of paying for a lead.
pub(super) enum Bought {
    Now(Box<Order>, Brought),
    /// It is bought, rejected or gone, or its mentor has left.
    NotForSale,
    /// Somebody was faster: look anew.
    Again,
}

impl Settlements {
    /// Pays the order and sells the lead, in one transaction.
    pub(super) async fn pay_lead(
        &self,
        (cx, teller): (&Context, &Teller),
        order: &Order,
        (id, goods): (LeadId, Option<Goods>),
        payment: &Payment,
    ) -> Result<Bought, SettleError> {
        let lead = match goods {
            Some(Goods::Lead(lead)) => Some(lead),
            _ => self.store.lead(order.product, id).await?,
        };
        let (Some(lead), Some(buyer)) = (lead, order.payer.account_id) else { return Ok(Bought::NotForSale) };
        let Ok(sold) = lead.value.purchased(buyer, cx.now) else {
            // It may have been sold by this very payment since the order was read: both changed in one transaction.
            let now = self.store.order(&order.razorpay_order_id).await?;
            let same = now.is_some_and(|now| now.status == order.status);
            return Ok(if same { Bought::NotForSale } else { Bought::Again });
        };
        let paid = Order {
            status: OrderStatus::Paid,
            razorpay_payment_id: Some(payment.id.clone()),
            paid_at: Some(cx.now),
            account_id: Some(buyer),
            ..order.clone()
        };
        let purchased = cx.event(Detail::LeadPurchased {
            lead_id: id,
            event_id: sold.event_id,
            mentor_id: buyer,
            order_id: order.id,
            amount: order.amount,
        });
        let audit = cx.audit("order.paid", format!("order:{}", order.id), Some(&order.status), Some(&payment.id));
        let mut record = Record::event(purchased).audited(audit);
        if teller.shown_contact && sold.contact.is_some() {
            record = record.audited(reveal(cx, &[id]));
        }
        let fulfilment = Fulfilment::Lead { lead: Box::new(sold.clone()), rev: lead.rev() };
        match self.store.pay_order(&paid, &fulfilment, cx.now, &record).await {
            Ok(()) => Ok(Bought::Now(Box::new(paid), Brought::Lead(Box::new(sold)))),
            Err(TxError::Refused(SettleRefused::Misfit)) => Ok(Bought::NotForSale),
            Err(TxError::Refused(_)) => Ok(Bought::Again),
            Err(TxError::Store(error)) => Err(error.into()),
        }
    }
}
