//! Buying a plan: orders, and the browser's word that one was paid.

use crate::{
    Context,
    accounts::{SignIn, new_session},
    checkout::Checkout,
    limits::{LimitError, Limits, VISITORS_ORDER},
    passwords::{HashError, Passwords},
    settlement::{AsRead, Brought, SettleError, Teller},
};
use domain::{
    account::{Member, Password, PasswordHash, Role, Session},
    catalog::PlanId,
    payment::{Order, OrderStatus, Payer, Purpose, RazorpayOrderId, RazorpayPaymentId},
    text::{Email, Line, PersonName, Prose},
};
use gateways::razorpay::{Razorpay, RazorpayError};
use jiff::SignedDuration;
use store::{Store, StoreError};

/// A verification gives a token only so long after the payment.
const TOKEN_WINDOW: SignedDuration = SignedDuration::from_mins(30);

/// Why an order was not made or not verified.
#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    #[error("the member is paused")]
    Paused,
    #[error("only mentees buy plans")]
    NotAMentee,
    #[error("there is no such plan on offer")]
    InvalidPlan,
    #[error("the address has an account")]
    EmailTaken,
    #[error("the address is not the caller's")]
    NotYourEmail,
    #[error("the signature is wrong")]
    BadSignature,
    #[error("there is no such order")]
    OrderNotFound,
    #[error("the payment does not fit the order")]
    Mismatch,
    #[error("the payment is not captured yet")]
    NotCaptured,
    #[error("the order is refunded")]
    Refunded,
    #[error("the payment failed")]
    Failed,
    #[error(transparent)]
    Razorpay(RazorpayError),
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SettleError> for PaymentError {
    fn from(error: SettleError) -> Self {
        match error {
            SettleError::UnknownOrder | SettleError::BadWebhook => Self::OrderNotFound,
            SettleError::Store(error) => Self::Store(error),
        }
    }
}

/// Who buys.
#[derive(Debug)]
pub enum Buyer {
    /// A member, for himself; whatever address he sent must be his own.
    Member { member: Box<Member>, email: Option<Email> },
    /// Somebody without an account; paying makes it.
    Visitor { name: PersonName, email: Email, password: Option<Password> },
}

/// What an order form says beside who and which plan.
#[derive(Debug, Default)]
pub struct OrderForm {
    pub phone: Line<30>,
    pub current_role: Line<100>,
    pub target_role: Line<100>,
    pub timeline: Line<200>,
    pub struggle: Prose<2000>,
}

/// A payment as the browser reports it.
#[derive(Debug)]
pub struct Verification {
    pub order_id: Option<domain::OrderId>,
    pub razorpay_order_id: RazorpayOrderId,
    pub razorpay_payment_id: RazorpayPaymentId,
    pub signature: String,
}

/// What a verification leads to.
#[derive(Debug)]
pub struct Verified {
    pub member: Member,
    /// A session, when the caller may be signed in by it.
    pub session: Option<Session>,
}

/// The use cases of buying.
#[derive(Debug, Clone)]
pub struct Payments {
    store: Store,
    passwords: Passwords,
    checkout: Checkout,
}

impl Payments {
    /// Payments in a store, through a Razorpay account.
    pub fn new(store: Store, razorpay: Razorpay, passwords: Passwords) -> Self {
        Self { checkout: Checkout::new(store.clone(), razorpay), store, passwords }
    }

    /// The key id, which the browser's checkout needs.
    pub fn key_id(&self) -> &str {
        self.checkout.razorpay.key_id()
    }

    /// Makes an order for a plan. The price is the plan's, never the browser's.
    pub async fn create_order(
        &self,
        cx: &Context,
        plan_id: &PlanId,
        buyer: Buyer,
        form: OrderForm,
    ) -> Result<Order, PaymentError> {
        let (payer, password) = self.payer(cx, buyer, form).await?;
        let plan = self.store.plan(cx.product, plan_id).await?;
        let plan = plan.filter(|plan| plan.is_active).ok_or(PaymentError::InvalidPlan)?;
        let id = cx.id();
        let amount = plan.price;
        let razorpay_order_id = self.checkout.razorpay.create_order(id, amount).await.map_err(PaymentError::Razorpay)?;
        let order = Order {
            id,
            product: cx.product,
            razorpay_order_id,
            purpose: Purpose::Plan { plan },
            payer,
            amount,
            status: OrderStatus::Pending,
            razorpay_payment_id: None,
            account_id: None,
            created_at: cx.now,
            paid_at: None,
            refunded_at: None,
        };
        let look = crate::reconciliation::first_look(&order);
        self.store.add_order(&order, password.as_ref(), &[look]).await?;
        Ok(order)
    }

    /// Who pays, and the hash of the password that he chose if he has no account yet.
    async fn payer(&self, cx: &Context, buyer: Buyer, form: OrderForm) -> Result<(Payer, Option<PasswordHash>), PaymentError> {
        let OrderForm { phone, current_role, target_role, timeline, struggle } = form;
        let payer =
            |account_id, name, email| Payer { account_id, name, email, phone, current_role, target_role, timeline, struggle };
        match buyer {
            Buyer::Member { member, email } => {
                member.must_be_active().map_err(|_| PaymentError::Paused)?;
                if !member.membership.is(Role::Mentee) {
                    return Err(PaymentError::NotAMentee);
                }
                if email.is_some_and(|email| email != member.account.email) {
                    return Err(PaymentError::NotYourEmail);
                }
                Ok((payer(Some(member.id()), member.account.name, member.account.email), None))
            }
            Buyer::Visitor { name, email, password } => {
                Limits::new(self.store.clone()).take_from_source(cx, VISITORS_ORDER).await?;
                if self.store.account_by_email(&email, cx.product).await?.is_some() {
                    return Err(PaymentError::EmailTaken);
                }
                let hash = match password {
                    Some(password) => Some(self.passwords.hash(password).await?),
                    None => None,
                };
                Ok((payer(None, name, email), hash))
            }
        }
    }

    /// Takes the browser's word, if signed, as a reason to look: what counts is what Razorpay says of the payment.
    ///
    /// The signature is checked first, always. Repeating it succeeds again.
    pub async fn verify(&self, cx: &Context, caller: Option<&SignIn>, word: &Verification) -> Result<Verified, PaymentError> {
        let order = self.checkout.signed_order(cx, word).await?;
        if !matches!(order.purpose, Purpose::Plan { .. }) {
            return Err(PaymentError::OrderNotFound);
        }
        let read = AsRead { order, goods: None };
        let (order, brought) = self.checkout.settle(&Teller::caller(cx), &word.razorpay_payment_id, read).await?;
        let member = match brought {
            Brought::Plan(member) => *member,
            _ => self.checkout.settlements.member_of(&order).await?.ok_or(PaymentError::OrderNotFound)?,
        };
        let session = self.session_for(cx, caller, &order, &member).await?;
        Ok(Verified { member, session })
    }

    /// Whoever paid may be signed in shortly after, but only into the account that the payment itself made, or his own:
    /// an order for somebody else's address opens nothing.
    async fn session_for(
        &self,
        cx: &Context,
        caller: Option<&SignIn>,
        order: &Order,
        member: &Member,
    ) -> Result<Option<Session>, PaymentError> {
        let fresh = order.paid_at.is_some_and(|paid_at| cx.now.since(paid_at) <= TOKEN_WINDOW);
        if !fresh {
            return Ok(None);
        }
        // A caller who pays for himself has a session; his new token says what he is now. Behind a cookie he needs none,
        // and no script shall have one.
        if let Some(caller) = caller.filter(|caller| caller.member.id() == member.id()) {
            return Ok(Some(caller.session.clone()).filter(|session| !session.is_sliding()));
        }
        if member.account.made_by_order != Some(order.id) {
            return Ok(None);
        }
        let session = new_session(cx, member.id());
        let opened = self.store.open_session_by_order(&session, order.id).await?;
        Ok(opened.then_some(session))
    }
}
