//! Settling payments: the one idempotent use case behind verify and webhook.

mod lead;
mod session;

use crate::{
    Context,
    context::NOTHING,
    paid_sessions::SessionGoods,
    refunds::{Misfit, Refunds},
};
use domain::{
    Instant, LeadId, Paise,
    account::{Account, Member, Membership, PlanHolding, Role},
    catalog::Plan,
    event::{Actor, Detail},
    lead::Lead,
    mentorship::SessionBooking,
    payment::{Order, OrderStatus, Payment, PaymentEntity, PaymentStatus, Purpose, Settlement, settle},
};
use serde::Deserialize;
use store::{Fulfilment, NewAccount, Record, Store, StoreError, Stored, TxError};

/// Why a payment could not be settled.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    #[error("there is no such order")]
    UnknownOrder,
    #[error("the stored webhook is missing or unreadable")]
    BadWebhook,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SettleError {
    /// Whether trying again in a moment may help.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Store(StoreError::Busy(_) | StoreError::Unanswered(_)))
    }
}

/// What came of a payment.
#[derive(Debug, Clone)]
pub enum Settled {
    /// The order is paid by this payment, now or since before.
    Paid { order: Box<Order>, brought: Brought },
    /// The money does not fit the order; nothing changed but the record of it.
    Mismatch,
    /// The payment failed.
    Failed,
    /// Nothing to do yet.
    Unpaid,
}

/// What paying has brought about, as it is now.
#[derive(Debug, Clone)]
pub enum Brought {
    /// Nothing that it had not brought about before.
    Nothing,
    Plan(Box<Member>),
    Lead(Box<Lead>),
    Session(Box<SessionBooking>),
}

/// An order that was read, with what it pays for if that was read too.
#[derive(Debug)]
pub(crate) struct AsRead {
    pub order: Order,
    pub goods: Option<Goods>,
}

/// What is sold, as it was read.
#[derive(Debug)]
pub(crate) enum Goods {
    Lead(Stored<Lead>),
    Session(SessionGoods),
}

/// The use case of settling.
#[derive(Debug, Clone)]
pub struct Settlements {
    store: Store,
}

/// Who tells of a payment.
#[derive(Debug)]
pub(crate) struct Teller {
    pub now: Instant,
    pub actor: Actor,
    pub request_id: Option<String>,
    /// Whether he is shown how to reach the person of a lead that is sold by it, which is noted with the sale.
    pub shown_contact: bool,
}

impl Teller {
    /// The platform itself, under the request that a webhook came in.
    pub fn system(now: Instant, request_id: Option<String>) -> Self {
        Self { now, actor: Actor::System, request_id, shown_contact: false }
    }

    /// Whoever calls.
    pub fn caller(cx: &Context) -> Self {
        Self { now: cx.now, actor: cx.actor, request_id: cx.request_id.clone(), shown_contact: false }
    }
}

/// Rivals may settle the same order or change the same member; every one of them moves something forward.
const ROUNDS: u32 = 8;

#[derive(Deserialize)]
struct Envelope {
    event: String,
    #[serde(default)]
    payload: serde_json::Value,
}

impl Settlements {
    /// Settlements in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Applies a stored webhook, whose request everything is told under. Events that tell nothing about an order's payment are left alone.
    pub async fn apply_webhook(&self, webhook_id: &str, request_id: Option<String>, now: Instant) -> Result<(), SettleError> {
        let webhook = self.store.webhook(webhook_id).await?.ok_or(SettleError::BadWebhook)?;
        let envelope: Envelope = serde_json::from_str(&webhook.body).map_err(|_| SettleError::BadWebhook)?;
        let taken = matches!(envelope.event.as_str(), "payment.captured" | "order.paid" | "payment.failed");
        if !taken {
            return Ok(());
        }
        let entity = envelope.payload.pointer("/payment/entity").ok_or(SettleError::BadWebhook)?;
        let entity = PaymentEntity::deserialize(entity).map_err(|_| SettleError::BadWebhook)?;
        let Some(payment) = entity.payment() else {
            tracing::warn!(webhook.id = webhook_id, "a payment without an order was left alone");
            return Ok(());
        };
        match self.settle(&Teller::system(now, request_id), &payment, None).await {
            // Another system may use the same Razorpay account.
            Err(SettleError::UnknownOrder) => {
                tracing::warn!(webhook.id = webhook_id, order = %payment.order_id, "a payment of an unknown order was left alone");
                Ok(())
            }
            other => other.map(|_| ()),
        }
    }

    /// Applies what a payment means for its order, which may have been read before. Any number of calls, in any
    /// order, from browser or webhook, end in the same state: one conditional write decides.
    pub(crate) async fn settle(
        &self,
        teller: &Teller,
        payment: &Payment,
        read_before: Option<AsRead>,
    ) -> Result<Settled, SettleError> {
        let mut read_before = read_before;
        for _ in 0..ROUNDS {
            let AsRead { order, goods } = match read_before.take() {
                Some(read) => read,
                None => {
                    let order = self.store.order(&payment.order_id).await?.ok_or(SettleError::UnknownOrder)?;
                    AsRead { order, goods: None }
                }
            };
            let cx = Context::new(order.product, teller.now, teller.actor).caused_by(teller.request_id.clone());
            match settle(&order, payment) {
                Settlement::AlreadyPaid => return Ok(Settled::Paid { order: Box::new(order), brought: Brought::Nothing }),
                Settlement::Nothing if payment.status == PaymentStatus::Failed => return Ok(Settled::Failed),
                Settlement::Nothing => return Ok(Settled::Unpaid),
                Settlement::Fail => {
                    self.store.fail_order(&order.razorpay_order_id).await?;
                    return Ok(Settled::Failed);
                }
                Settlement::Mismatch(reason) => {
                    if let Some(settled) = self.mismatch(&cx, &order, payment, reason).await? {
                        return Ok(settled);
                    }
                }
                Settlement::Pay => {
                    let settled = match &order.purpose {
                        Purpose::Plan { plan } => self.sell_plan(&cx, &order, plan, payment).await?,
                        Purpose::Lead { lead_id, .. } => {
                            self.sell_lead((&cx, teller), &order, (*lead_id, goods), payment).await?
                        }
                        Purpose::Session { .. } => self.sell_session(&cx, &order, goods, payment).await?,
                    };
                    if let Some(settled) = settled {
                        return Ok(settled);
                    }
                }
            }
        }
        Err(StoreError::Busy("an order kept changing while it was settled".to_owned()).into())
    }

    /// Sells a plan; None when somebody was faster and the order must be looked at anew.
    async fn sell_plan(
        &self,
        cx: &Context,
        order: &Order,
        plan: &Plan,
        payment: &Payment,
    ) -> Result<Option<Settled>, SettleError> {
        let Some(fulfilling) = self.fulfilling(cx, order, plan).await? else {
            return self.mismatch(cx, order, payment, "the payer has left").await;
        };
        let paid = self.pay(cx, order, plan, payment, fulfilling).await?;
        Ok(paid.map(|(order, member)| Settled::Paid { order: Box::new(order), brought: Brought::Plan(Box::new(member)) }))
    }

    /// Sells a lead, likewise.
    async fn sell_lead(
        &self,
        (cx, teller): (&Context, &Teller),
        order: &Order,
        lead: (LeadId, Option<Goods>),
        payment: &Payment,
    ) -> Result<Option<Settled>, SettleError> {
        match self.pay_lead((cx, teller), order, lead, payment).await? {
            lead::Bought::Now(order, brought) => Ok(Some(Settled::Paid { order, brought })),
            lead::Bought::Again => Ok(None),
            lead::Bought::NotForSale => self.mismatch(cx, order, payment, "the lead is not for sale").await,
        }
    }

    /// Sells a session, likewise.
    async fn sell_session(
        &self,
        cx: &Context,
        order: &Order,
        goods: Option<Goods>,
        payment: &Payment,
    ) -> Result<Option<Settled>, SettleError> {
        match self.pay_session(cx, order, goods, payment).await? {
            lead::Bought::Now(order, brought) => Ok(Some(Settled::Paid { order, brought })),
            lead::Bought::Again => Ok(None),
            lead::Bought::NotForSale => self.mismatch(cx, order, payment, "the session cannot be agreed on any more").await,
        }
    }

    /// Keeps what does not fit; None when the order moved meanwhile and must be looked at anew.
    async fn mismatch(
        &self,
        cx: &Context,
        order: &Order,
        payment: &Payment,
        reason: &str,
    ) -> Result<Option<Settled>, SettleError> {
        // What a lead or session was paid with twice, or too late, goes back: nobody can be given anything for it.
        let goes_back = matches!(order.purpose, Purpose::Lead { .. } | Purpose::Session { .. });
        if goes_back && payment.amount > 0 && payment.currency == Paise::CURRENCY {
            let misfit = Refunds::new(self.store.clone()).refund_misfit(cx, order, payment, reason).await?;
            return Ok((misfit != Misfit::OrderMoved).then_some(Settled::Mismatch));
        }
        let detail = Detail::PaymentMismatched { order_id: order.id, payment_id: payment.id.clone(), reason: reason.to_owned() };
        let audit = cx.audit("payment.mismatched", format!("order:{}", order.id), NOTHING, Some(&reason));
        let record = Record::event(cx.event(detail)).audited(audit);
        if self.store.record_mismatch(payment, reason, &record).await? {
            // An error, since a person must look: money came that fits nothing.
            tracing::error!(order.id = %order.id, payment.id = %payment.id, reason, "payment.mismatched");
        }
        Ok(Some(Settled::Mismatch))
    }

    /// Pays the order and fulfils its purpose; None when somebody was faster and it must be looked at anew.
    async fn pay(
        &self,
        cx: &Context,
        order: &Order,
        plan: &Plan,
        payment: &Payment,
        fulfilling: Fulfilling,
    ) -> Result<Option<(Order, Member)>, SettleError> {
        let Fulfilling { fulfilment, membership, account, first } = fulfilling;
        let mut paid = order.clone();
        paid.status = OrderStatus::Paid;
        paid.razorpay_payment_id = Some(payment.id.clone());
        paid.paid_at = Some(cx.now);
        paid.account_id = Some(account.id);
        let expires_at = membership.plan.as_ref().map_or(cx.now, |holding| holding.expires_at);
        let purchased = cx.event(Detail::PlanPurchased {
            order_id: order.id,
            account_id: account.id,
            name: account.name.clone(),
            email: account.email.clone(),
            plan_id: plan.plan_id.clone(),
            plan_name: plan.name.clone(),
            amount: order.amount,
            expires_at,
            new_account: matches!(fulfilment, Fulfilment::Account(_)),
            new_member: matches!(fulfilment, Fulfilment::Account(_) | Fulfilment::Membership(_)),
            first_plan: first,
            needs_password: account.password_hash.is_none(),
        });
        let audit = cx.audit("order.paid", format!("order:{}", order.id), Some(&order.status), Some(&payment.id));
        match self.store.pay_order(&paid, &fulfilment, cx.now, &Record::event(purchased).audited(audit)).await {
            Ok(()) => Ok(Some((paid, Member { account, membership }))),
            Err(TxError::Refused(_)) => Ok(None),
            Err(TxError::Store(error)) => Err(error.into()),
        }
    }

    /// What paying brings about: a new account, a first membership, or a plan on top of one. Nothing when he who
    /// ordered as a member is none any more: nobody can be given what was paid for.
    async fn fulfilling(&self, cx: &Context, order: &Order, plan: &Plan) -> Result<Option<Fulfilling>, SettleError> {
        let (known, chosen) = match order.payer.account_id {
            Some(id) => (Some(id), None),
            None => self.store.unregistered_payer(order).await?,
        };
        let known = match known {
            Some(id) => self.store.account(id, order.product).await?,
            None => None,
        };
        if order.payer.account_id.is_some() && !matches!(known, Some((_, Some(_)))) {
            return Ok(None);
        }
        let bought = |held: Option<&PlanHolding>| PlanHolding::after_purchase(held, plan, Some(order.id), cx.now);
        Ok(Some(match known {
            Some((account, Some(held))) => {
                let holding = bought(held.value.plan.as_ref());
                let membership = Membership { plan: Some(holding.clone()), ..held.value.clone() };
                let fulfilment = Fulfilment::Plan { account_id: account.id, holding, rev: held.rev() };
                Fulfilling { fulfilment, membership, account, first: held.value.plan.is_none() }
            }
            Some((account, None)) => {
                let membership = paying_member(cx, order, &account, bought(None));
                let fulfilment = Fulfilment::Membership(membership.clone());
                Fulfilling { fulfilment, membership, account, first: true }
            }
            None => {
                let (email, name) = (order.payer.email.clone(), order.payer.name.clone());
                let account = Account { made_by_order: Some(order.id), ..Account::new(cx.id(), email, name, chosen, cx.now) };
                let membership = paying_member(cx, order, &account, bought(None));
                let new = NewAccount { account: account.clone(), membership: membership.clone() };
                Fulfilling { fulfilment: Fulfilment::Account(new), membership, account, first: true }
            }
        }))
    }

    /// The member that an order made or upgraded.
    pub async fn member_of(&self, order: &Order) -> Result<Option<Member>, SettleError> {
        let Some(id) = order.account_id else { return Ok(None) };
        let found = self.store.account(id, order.product).await?;
        Ok(found.and_then(|(account, membership)| Some(Member { account, membership: membership?.value })))
    }
}

struct Fulfilling {
    fulfilment: Fulfilment,
    membership: Membership,
    account: Account,
    /// Whether the member never had a plan before.
    first: bool,
}

fn paying_member(cx: &Context, order: &Order, account: &Account, holding: PlanHolding) -> Membership {
    let (email, name) = (account.email.clone(), account.name.clone());
    let membership = Membership::new(account.id, order.product, email, name, Role::Mentee, cx.now);
    let (current_role, target_role) = (order.payer.current_role.clone(), order.payer.target_role.clone());
    Membership { plan: Some(holding), current_role, target_role, ..membership }
}
