//! Orders, payments, what Razorpay told.

use super::{Entry, Index, Key, entry};
use domain::{
    AccountId, Instant, Product,
    payment::{RazorpayOrderId, RazorpayPaymentId},
};

/// An order, under the id that every payment names.
pub fn order(id: &RazorpayOrderId) -> Key {
    Key::new(format!("ORDER#{id}"), "ORDER")
}

/// The password that a payer without an account chose, until the payment makes the account.
pub fn order_password(id: &RazorpayOrderId) -> Key {
    Key::new(format!("ORDER#{id}"), "PASSWORD")
}

/// The record that a payment did not fit its order.
pub fn mismatch(order: &RazorpayOrderId, payment: &RazorpayPaymentId) -> Key {
    Key::new(format!("ORDER#{order}"), format!("MISMATCH#{payment}"))
}

/// All orders of a product.
pub fn orders(product: Product) -> String {
    format!("{product}#ORDERS")
}

/// The paid orders of a product, by the time of their payment.
pub fn paid_orders(product: Product) -> String {
    format!("{product}#ORDERS#PAID")
}

/// The orders of somebody with an account.
pub fn orders_of_payer(product: Product, payer: AccountId) -> String {
    format!("{product}#PAYER#{payer}#ORDERS")
}

/// An order's places in the indexes.
pub fn order_entries(
    product: Product,
    id: &RazorpayOrderId,
    payer: Option<AccountId>,
    created: Instant,
    paid: Option<Instant>,
) -> Vec<Entry> {
    let mut entries = vec![entry(Index::All, orders(product), format!("{created}#{id}"))];
    entries.extend(payer.map(|payer| entry(Index::Mentor, orders_of_payer(product, payer), format!("{created}#{id}"))));
    entries.extend(paid.map(|paid| entry(Index::Own, paid_orders(product), format!("{paid}#{id}"))));
    entries
}

/// A webhook as it came in.
pub fn webhook(id: &str) -> Key {
    Key::new(format!("WEBHOOK#{id}"), "WEBHOOK")
}

/// The webhooks of a day of UTC, like `2026-02-01`.
pub fn webhooks_of_day(day: &str) -> String {
    format!("WEBHOOKS#{day}")
}

/// A webhook's place among those of its day.
pub fn webhook_entry(id: &str, at: Instant) -> Entry {
    let at = at.to_string();
    entry(Index::All, webhooks_of_day(&at[..10]), format!("{at}#{id}"))
}
