//! Razorpay: orders, payments, refunds, and the webhooks that tell of them, signed as the real ones are.

mod api;

use crate::{recorder::Recorder, write_whole};
use app::Clock;
use gateways::signature::sign;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use triggers::{Kind, Signer, Trigger};

pub use api::router;
pub use triggers::{Order as RazorpayOrder, Payment as RazorpayPayment, Refund as RazorpayRefund, Webhook};

/// What a checkout answers to the browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckoutAnswer {
    pub razorpay_order_id: String,
    pub razorpay_payment_id: String,
    pub razorpay_signature: String,
}

/// How a payment goes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PayOptions {
    /// Another amount than the order's, in paise.
    pub amount: Option<u64>,
    /// Another currency than the order's.
    pub currency: Option<String>,
    /// How it is paid: `upi` unless given, `card`, `netbanking` or `wallet`.
    pub method: Option<String>,
    /// Whether the webhooks are sent; they are unless this is false.
    pub webhook: Option<bool>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Books {
    orders: BTreeMap<String, RazorpayOrder>,
    payments: BTreeMap<String, RazorpayPayment>,
    /// By the key under which each was asked for.
    #[serde(default)]
    refunds: BTreeMap<String, RazorpayRefund>,
}

/// The payment provider.
#[derive(Debug, Clone)]
pub struct Provider {
    books: Arc<Mutex<Books>>,
    file: Option<PathBuf>,
    clock: Arc<dyn Clock>,
    key_id: String,
    key_secret: SecretString,
    signer: Signer,
    down: Arc<AtomicBool>,
    loses_answers: Arc<AtomicBool>,
    recorder: Option<Recorder>,
}

impl Provider {
    /// A provider with these keys, whose books are kept in a file if there is one.
    pub fn new(clock: Arc<dyn Clock>, file: Option<PathBuf>, keys: (String, SecretString, SecretString)) -> Self {
        let kept = file.as_ref().and_then(|file| std::fs::read(file).ok());
        let books: Books = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let (key_id, key_secret, webhook_secret) = keys;
        Self {
            books: Arc::new(Mutex::new(books)),
            file,
            clock,
            key_id,
            key_secret,
            signer: Signer::new(webhook_secret),
            down: Arc::default(),
            loses_answers: Arc::default(),
            recorder: None,
        }
    }

    /// The same provider, telling a recorder of what it is asked to do.
    pub(crate) fn recorded(self, recorder: Option<Recorder>) -> Self {
        Self { recorder, ..self }
    }

    /// Takes the API out of service, or puts it back.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// Does what is asked, but lets the answer to every change get lost, or no longer.
    pub fn lose_answers(&self, lose: bool) {
        self.loses_answers.store(lose, Ordering::SeqCst);
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write<T>(&self, change: impl FnOnce(&mut Books) -> T) -> T {
        let mut books = self.books();
        let answer = change(&mut books);
        if let Some(file) = &self.file
            && let Ok(bytes) = serde_json::to_vec(&*books)
            && let Err(error) = write_whole(file, &bytes)
        {
            tracing::error!(%error, "the stand-in's books could not be kept");
        }
        answer
    }

    /// An order.
    pub fn order(&self, id: &str) -> Option<RazorpayOrder> {
        self.books().orders.get(id).cloned()
    }

    /// Pays an order, captured at once; None for an unknown order.
    pub fn pay(&self, order_id: &str, options: &PayOptions) -> Option<RazorpayPayment> {
        self.attempt(order_id, options, "captured")
    }

    /// Lets the payment of an order fail; None for an unknown order.
    pub fn fail(&self, order_id: &str) -> Option<RazorpayPayment> {
        self.attempt(order_id, &PayOptions::default(), "failed")
    }

    /// Pays an order whose money is promised but not yet taken; None for an unknown order.
    pub fn authorize(&self, order_id: &str) -> Option<RazorpayPayment> {
        self.attempt(order_id, &PayOptions::default(), "authorized")
    }

    /// Takes the money of an authorised payment; None for an unknown one.
    pub fn capture(&self, payment_id: &str) -> Option<RazorpayPayment> {
        self.write(|books| {
            let payment = books.payments.get_mut(payment_id)?;
            payment.status = "captured".to_owned();
            if let Some(order) = books.orders.get_mut(&payment.order_id) {
                order.status = "paid".to_owned();
            }
            Some(payment.clone())
        })
    }

    fn attempt(&self, order_id: &str, options: &PayOptions, status: &str) -> Option<RazorpayPayment> {
        let order = self.order(order_id)?;
        let (amount, currency) = (options.amount.unwrap_or(order.amount), options.currency.as_ref().unwrap_or(&order.currency));
        let payment = RazorpayPayment::of(&order.id, amount, currency, status, self.clock.now().epoch_seconds());
        let method = options.method.clone().unwrap_or_else(|| payment.method.clone());
        let payment = RazorpayPayment { method, ..payment };
        self.write(|books| {
            if let Some(order) = books.orders.get_mut(order_id).filter(|order| order.status != "paid") {
                order.status = if status == "captured" { "paid".to_owned() } else { "attempted".to_owned() };
            }
            books.payments.insert(payment.id.clone(), payment.clone());
        });
        Some(payment)
    }

    /// What the browser's checkout gets for a payment.
    pub fn checkout_answer(&self, payment: &RazorpayPayment) -> CheckoutAnswer {
        let signed = format!("{}|{}", payment.order_id, payment.id);
        CheckoutAnswer {
            razorpay_order_id: payment.order_id.clone(),
            razorpay_payment_id: payment.id.clone(),
            razorpay_signature: sign(&self.key_secret, signed.as_bytes()),
        }
    }

    /// A webhook of an event about a payment, as Razorpay would send it.
    pub fn webhook(&self, event: &str, payment: &RazorpayPayment) -> Webhook {
        self.signer.event(event, payment, self.clock.now().epoch_seconds())
    }

    /// Any body, signed as a webhook.
    pub fn signed(&self, body: String) -> Webhook {
        self.signer.signed(body)
    }

    /// The webhooks of a trigger about a payment.
    pub fn triggered(&self, trigger: &Trigger, payment: &RazorpayPayment) -> Vec<Webhook> {
        trigger.webhooks(&self.signer, payment, self.clock.now().epoch_seconds())
    }

    /// The webhooks that a payment brings about, in Razorpay's order.
    pub fn webhooks_of(&self, payment: &RazorpayPayment) -> Vec<Webhook> {
        let kinds: &[Kind] =
            if payment.status == "captured" { &[Kind::PaymentCaptured, Kind::OrderPaid] } else { &[Kind::PaymentFailed] };
        kinds.iter().flat_map(|kind| self.triggered(&Trigger::of(*kind), payment)).collect()
    }

    /// The payments of an order.
    pub fn payments_of(&self, order_id: &str) -> Vec<RazorpayPayment> {
        self.books().payments.values().filter(|payment| payment.order_id == order_id).cloned().collect()
    }

    /// A payment.
    pub fn payment(&self, id: &str) -> Option<RazorpayPayment> {
        self.books().payments.get(id).cloned()
    }

    /// Orders, the newest first.
    pub fn orders(&self) -> Vec<RazorpayOrder> {
        let mut orders: Vec<RazorpayOrder> = self.books().orders.values().cloned().collect();
        orders.sort_by_key(|order| std::cmp::Reverse(order.created_at));
        orders
    }

    /// The refunds of a payment.
    pub fn refunds_of(&self, payment_id: &str) -> Vec<RazorpayRefund> {
        self.books().refunds.values().filter(|refund| refund.payment_id == payment_id).cloned().collect()
    }

    /// Pays a captured payment back in full, once for each key.
    fn refund(&self, payment_id: &str, key: &str, receipt: Option<String>) -> Result<RazorpayRefund, &'static str> {
        let now = self.clock.now().epoch_seconds();
        self.write(|books| {
            if let Some(refund) = books.refunds.get(key) {
                return if refund.payment_id == payment_id {
                    Ok(refund.clone())
                } else {
                    Err("The key was used for another payment")
                };
            }
            let payment = books.payments.get_mut(payment_id).ok_or("The id provided does not exist")?;
            match payment.status.as_str() {
                "captured" => {}
                "refunded" => return Err("The payment has been fully refunded already"),
                _ => return Err("The payment status should be captured for action to be taken"),
            }
            payment.status = "refunded".to_owned();
            let refund = RazorpayRefund::of(payment, receipt, now);
            books.refunds.insert(key.to_owned(), refund.clone());
            Ok(refund)
        })
    }
}
