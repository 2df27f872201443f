//! The browser's word that an order was paid at the checkout, whatever was bought.

use crate::{
    Context,
    payment::{PaymentError, Verification},
    settlement::{AsRead, Brought, Settled, Settlements, Teller},
};
use domain::{
    AccountId, Paise,
    payment::{Order, OrderStatus, Payer, Payment, Purpose, RazorpayPaymentId},
    text::{Email, Line, PersonName, Prose},
};
use gateways::razorpay::{Razorpay, RazorpayError};
use store::Store;

/// The checkout of a Razorpay account.
#[derive(Debug, Clone)]
pub(crate) struct Checkout {
    store: Store,
    pub(crate) razorpay: Razorpay,
    pub(crate) settlements: Settlements,
}

impl Checkout {
    pub(crate) fn new(store: Store, razorpay: Razorpay) -> Self {
        Self { settlements: Settlements::new(store.clone()), store, razorpay }
    }

    /// Razorpay's order for what a member buys, not kept yet.
    pub(crate) async fn order_of(
        &self,
        cx: &Context,
        (account_id, name, email): (AccountId, &PersonName, &Email),
        purpose: Purpose,
        amount: Paise,
    ) -> Result<Order, PaymentError> {
        let id = cx.id();
        let made = self.razorpay.create_order(id, amount).await;
        Ok(Order {
            id,
            product: cx.product,
            razorpay_order_id: made.map_err(PaymentError::Razorpay)?,
            purpose,
            payer: Payer {
                account_id: Some(account_id),
                name: name.clone(),
                email: email.clone(),
                phone: Line::default(),
                current_role: Line::default(),
                target_role: Line::default(),
                timeline: Line::default(),
                struggle: Prose::default(),
            },
            amount,
            status: OrderStatus::Pending,
            razorpay_payment_id: None,
            account_id: None,
            created_at: cx.now,
            paid_at: None,
            refunded_at: None,
        })
    }

    /// The order that a signed word speaks of. The signature is checked first, always.
    pub(crate) async fn signed_order(&self, cx: &Context, word: &Verification) -> Result<Order, PaymentError> {
        if !self.razorpay.signed(&word.razorpay_order_id, &word.razorpay_payment_id, &word.signature) {
            return Err(PaymentError::BadSignature);
        }
        let order = self.store.order(&word.razorpay_order_id).await?;
        let ours = |order: &Order| order.product == cx.product && word.order_id.is_none_or(|id| id == order.id);
        order.filter(ours).ok_or(PaymentError::OrderNotFound)
    }

    /// Takes the word as a reason to look: what counts is what Razorpay says of the payment. Repeating it succeeds again.
    pub(crate) async fn settle(
        &self,
        teller: &Teller,
        payment: &RazorpayPaymentId,
        read: AsRead,
    ) -> Result<(Order, Brought), PaymentError> {
        let order = &read.order;
        if matches!(order.status, OrderStatus::Refunding | OrderStatus::Refunded) {
            return Err(PaymentError::Refunded);
        }
        if order.status == OrderStatus::Paid && order.razorpay_payment_id.as_ref() == Some(payment) {
            return Ok((read.order, Brought::Nothing));
        }
        let payment: Option<Payment> = match self.razorpay.payment(payment).await {
            Ok(entity) => entity.payment(),
            Err(RazorpayError::NotFound) => None,
            Err(error) => return Err(PaymentError::Razorpay(error)),
        };
        let payment = payment.ok_or(PaymentError::OrderNotFound)?;
        match self.settlements.settle(teller, &payment, Some(read)).await? {
            Settled::Paid { order, brought } => Ok((*order, brought)),
            Settled::Mismatch => Err(PaymentError::Mismatch),
            Settled::Failed => Err(PaymentError::Failed),
            Settled::Unpaid => Err(PaymentError::NotCaptured),
        }
    }
}
