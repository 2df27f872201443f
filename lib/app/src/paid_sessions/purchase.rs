//! Paying for sessions at the checkout.

use super::{PaidSessions, ROUNDS, SessionError, SessionGoods, Wanted, kept_changing, not_found};
use crate::{
    Context,
    checkout::Checkout,
    mentorship::MentorshipError,
    payment::{PaymentError, Verification},
    reconciliation::first_look,
    settlement::{AsRead, Brought, Goods, Teller},
};
use domain::{
    OrderId, SessionBookingId,
    account::Member,
    booking::Party,
    mentorship::{MoveRefused, PaidBy, SessionBooking, SessionOrder, SessionStatus},
    payment::{Order, Purpose},
};
use gateways::razorpay::Razorpay;
use store::StoreError;

/// Why a session was not ordered or not paid for.
#[derive(Debug, thiserror::Error)]
pub enum SessionPurchaseError {
    /// The money is on its way back: nobody can be given the session for it.
    #[error("the session could not be agreed on any more")]
    Lost,
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Payment(#[from] PaymentError),
}

impl From<StoreError> for SessionPurchaseError {
    fn from(error: StoreError) -> Self {
        Self::Payment(error.into())
    }
}

/// A session with the order that pays for it.
#[derive(Debug)]
pub struct Bought {
    pub session: SessionBooking,
    pub order: Order,
}

/// The use cases of paying for sessions.
#[derive(Debug, Clone)]
pub struct SessionPurchases {
    sessions: PaidSessions,
    checkout: Checkout,
}

impl SessionPurchases {
    /// Purchases of sessions, through a Razorpay account.
    pub fn new(sessions: PaidSessions, razorpay: Razorpay) -> Self {
        Self { checkout: Checkout::new(sessions.store.clone(), razorpay), sessions }
    }

    /// The key id, which the browser's checkout needs.
    pub fn key_id(&self) -> &str {
        self.checkout.razorpay.key_id()
    }

    /// Holds the time of a session and makes the order that pays for it. Its price is fixed with it.
    pub async fn book(&self, cx: &Context, mentee: &Member, wanted: &Wanted) -> Result<Bought, SessionPurchaseError> {
        let mut made: Option<Order> = None;
        for _ in 0..ROUNDS {
            let (mut session, terms) = self.sessions.draft(cx, mentee, wanted).await?;
            // An order that was made for a price that changed is known to nobody, so it is never paid.
            let price = session.terms.as_ref().map(|terms| terms.price);
            let order = match made.take().filter(|order| Some(order.amount) == price) {
                Some(order) => {
                    Order { purpose: Purpose::Session { session_id: session.id, mentor_id: Some(session.mentor.id) }, ..order }
                }
                None => self.new_order(cx, &session, &session.mentee).await?,
            };
            if let Some(terms) = &mut session.terms {
                terms.order = Some(SessionOrder { id: order.id, razorpay_order_id: order.razorpay_order_id.clone() });
            }
            if self.sessions.keep(cx, &session, &terms, Some(&order), &[first_look(&order)]).await? {
                return Ok(Bought { session, order });
            }
            made = Some(order);
        }
        Err(kept_changing().into())
    }

    /// The order of a session of the caller's that is not paid yet, made now if there is none. The mentee pays, whoever of
    /// the two asks.
    pub async fn order(&self, cx: &Context, by: &Member, id: SessionBookingId) -> Result<Bought, SessionPurchaseError> {
        by.must_be_active().map_err(|_| SessionError::Mentorship(MentorshipError::Paused))?;
        for _ in 0..ROUNDS {
            let before = self.own(cx, by, id).await?;
            let open = before.status == SessionStatus::Pending && before.time.starts_at > cx.now;
            let terms = before.terms.as_ref().filter(|_| open).ok_or_else(|| SessionError::from(MoveRefused::NotPending))?;
            if let Some(order) = &terms.order {
                let order = self.sessions.store.order(&order.razorpay_order_id).await?;
                let order = order.ok_or(PaymentError::OrderNotFound)?;
                return Ok(Bought { session: before, order });
            }
            let order = self.new_order(cx, &before, &before.mentee).await?;
            let mut session = SessionBooking { version: before.version + 1, updated_at: cx.now, ..before.clone() };
            if let Some(terms) = &mut session.terms {
                terms.order = Some(SessionOrder { id: order.id, razorpay_order_id: order.razorpay_order_id.clone() });
            }
            if self.sessions.store.order_session(&before, &session, &order, &[first_look(&order)]).await? {
                return Ok(Bought { session, order });
            }
        }
        Err(kept_changing().into())
    }

    /// Takes the browser's word, if signed, as a reason to look. The order must be of a session of the caller's.
    pub async fn verify(&self, cx: &Context, by: &Member, word: &Verification) -> Result<SessionBooking, SessionPurchaseError> {
        let order = self.checkout.signed_order(cx, word).await?;
        let Purpose::Session { session_id, .. } = order.purpose else { return Err(PaymentError::OrderNotFound.into()) };
        let ours = order.id;
        let goods = SessionGoods::of(&self.sessions.store, &order).await?;
        let goods = goods.filter(|goods| concerns(&goods.session, by)).ok_or(PaymentError::OrderNotFound)?;
        let read = AsRead { order, goods: Some(Goods::Session(goods)) };
        match self.checkout.settle(&Teller::caller(cx), &word.razorpay_payment_id, read).await {
            Ok((_, Brought::Session(session))) => Ok(*session),
            Ok(_) => Ok(self.own(cx, by, session_id).await?),
            Err(PaymentError::Mismatch) => {
                let session = self.own(cx, by, session_id).await?;
                // The session was called off, or paid otherwise, before this payment came.
                let lost = session.status != SessionStatus::Pending && !paid_by(&session, ours);
                Err(if lost { SessionPurchaseError::Lost } else { PaymentError::Mismatch.into() })
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn own(&self, cx: &Context, by: &Member, id: SessionBookingId) -> Result<SessionBooking, SessionError> {
        let session = self.sessions.store.session_booking(cx.product, id).await?;
        session.filter(|session| concerns(session, by)).ok_or_else(not_found)
    }

    async fn new_order(&self, cx: &Context, session: &SessionBooking, payer: &Party) -> Result<Order, SessionPurchaseError> {
        let amount = session.terms.as_ref().map(|terms| terms.price).ok_or(SessionError::NoRate)?;
        let purpose = Purpose::Session { session_id: session.id, mentor_id: Some(session.mentor.id) };
        Ok(self.checkout.order_of(cx, (payer.id, &payer.name, &payer.email), purpose, amount).await?)
    }
}

fn concerns(session: &SessionBooking, by: &Member) -> bool {
    [session.mentor.id, session.mentee.id].contains(&by.id())
}

fn paid_by(session: &SessionBooking, order: OrderId) -> bool {
    let paid = session.terms.as_ref().and_then(|terms| terms.paid.as_ref());
    matches!(paid, Some(PaidBy::Order { order_id, .. }) if *order_id == order)
}
