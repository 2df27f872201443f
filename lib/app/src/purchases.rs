//! Buying leads: the order, and the browser's word that it was paid.

use crate::{
    Context,
    checkout::Checkout,
    leads::{LeadError, Leads, Listed, Revealed},
    payment::{PaymentError, Verification},
    settlement::{AsRead, Brought, Goods, Teller},
};
use domain::{
    AccountId, LeadId,
    account::Member,
    lead::{Lead, LeadOrder},
    payment::{Order, Purpose},
    public_event::PublicEvent,
};
use gateways::razorpay::Razorpay;
use store::{OrderRefused, Store, StoreError, Stored, TxError};

/// Why a lead was not ordered or not paid for.
#[derive(Debug, thiserror::Error)]
pub enum PurchaseError {
    #[error(transparent)]
    Lead(#[from] LeadError),
    #[error(transparent)]
    Payment(#[from] PaymentError),
}

impl From<StoreError> for PurchaseError {
    fn from(error: StoreError) -> Self {
        Self::Payment(error.into())
    }
}

/// An admin may decide about the lead meanwhile, or the mentor asks twice at once.
const ROUNDS: u32 = 8;

/// The use cases of buying leads.
#[derive(Debug, Clone)]
pub struct Purchases {
    store: Store,
    leads: Leads,
    checkout: Checkout,
}

impl Purchases {
    /// Purchases in a store, through a Razorpay account.
    pub fn new(store: Store, leads: Leads, razorpay: Razorpay) -> Self {
        Self { leads, checkout: Checkout::new(store.clone(), razorpay), store }
    }

    /// The key id, which the browser's checkout needs.
    pub fn key_id(&self) -> &str {
        self.checkout.razorpay.key_id()
    }

    /// Makes the order for a lead of one of the caller's events, or answers the one that is open. Its price is that of
    /// the event when it is made.
    pub async fn order(&self, cx: &Context, by: &Member, id: LeadId) -> Result<Order, PurchaseError> {
        by.must_be_active().map_err(|_| LeadError::Paused)?;
        if !by.membership.can_mentor() {
            return Err(LeadError::MentorNotApproved.into());
        }
        for _ in 0..ROUNDS {
            let before = self.store.lead(cx.product, id).await?;
            let lead = before.filter(|lead| lead.value.mentor_id == by.id()).ok_or(LeadError::NotFound("lead"))?;
            lead.value.must_be_for_sale().map_err(LeadError::from)?;
            if let Some(order) = &lead.value.order {
                let order = self.store.order(&order.razorpay_order_id).await?;
                return order.ok_or(PurchaseError::Payment(PaymentError::OrderNotFound));
            }
            let order = self.new_order(cx, by, &lead.value).await?;
            let made = LeadOrder { id: order.id, razorpay_order_id: order.razorpay_order_id.clone(), price: order.amount };
            let after = Lead { order: Some(made), ..lead.value.clone() };
            let look = crate::reconciliation::first_look(&order);
            match self.store.order_lead(&lead, &after, &order, &[look]).await {
                Ok(()) => return Ok(order),
                Err(TxError::Refused(OrderRefused::MentorUnavailable)) => return Err(LeadError::MentorNotApproved.into()),
                // The order that lost is known to nobody, so it is never paid.
                Err(TxError::Refused(OrderRefused::LeadMoved)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Busy("a lead kept changing while it was ordered".to_owned()).into())
    }

    async fn new_order(&self, cx: &Context, by: &Member, lead: &Lead) -> Result<Order, PurchaseError> {
        let event =
            self.store.public_event::<PublicEvent>(cx.product, lead.event_id).await?.ok_or(LeadError::NotFound("event"))?;
        let purpose = Purpose::Lead { lead_id: lead.id, event_id: lead.event_id };
        let account = &by.account;
        Ok(self.checkout.order_of(cx, (by.id(), &account.name, &account.email), purpose, event.value.price).await?)
    }

    /// Refuses a lead of another mentor's event.
    pub async fn must_be_own(&self, cx: &Context, mentor: AccountId, id: LeadId) -> Result<(), LeadError> {
        let lead = self.store.lead(cx.product, id).await?;
        lead.filter(|lead| lead.value.mentor_id == mentor).map(|_| ()).ok_or(LeadError::NotFound("lead"))
    }

    /// Takes the browser's word, if signed, as a reason to look, and shows the lead that is bought. The order must be
    /// the caller's own, and of this lead when one is named.
    pub async fn verify(
        &self,
        cx: &Context,
        by: &Member,
        lead: Option<LeadId>,
        word: &Verification,
    ) -> Result<Revealed, PurchaseError> {
        let order = self.checkout.signed_order(cx, word).await?;
        let bought = match order.purpose {
            Purpose::Lead { lead_id, event_id } if order.payer.account_id == Some(by.id()) => Some((lead_id, event_id)),
            Purpose::Lead { .. } | Purpose::Plan { .. } | Purpose::Session { .. } => None,
        };
        let bought = bought.filter(|(bought, _)| lead.is_none_or(|lead| lead == *bought));
        let (id, event) = bought.ok_or(PaymentError::OrderNotFound)?;
        let goods = self.store.together(self.store.lead(cx.product, id), self.store.public_event(cx.product, event));
        let (goods, event) = goods.await;
        let event = event?.map(|event: Stored<PublicEvent>| event.value);
        let goods = goods?;
        let before = goods.as_ref().map(|lead| lead.value.clone());
        let teller = Teller { shown_contact: true, ..Teller::caller(cx) };
        let read = AsRead { order, goods: goods.map(Goods::Lead) };
        let (_, brought) = self.checkout.settle(&teller, &word.razorpay_payment_id, read).await?;
        match brought {
            Brought::Lead(lead) => Ok(self.leads.opened(Listed { lead: *lead, event })?),
            // It was sold by this payment before, perhaps since it was read.
            _ => Ok(self.leads.bought(cx, by, (id, before), event).await?),
        }
    }
}
