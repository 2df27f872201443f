//! Payments as Razorpay has them against orders as the table has them.

use super::things::{Findings, Item, Things, number, text};
use crate::world::World;
use local::standins::razorpay::RazorpayPayment;
use std::collections::{BTreeMap, HashMap};

/// What the table holds under orders, by both parts of its key.
type Kept<'a> = HashMap<String, &'a Item>;

pub fn check(world: &World, things: &Things, findings: &mut Findings) {
    orders(world, things, findings);
    let kept: Kept<'_> =
        things.under("ORDER#").map(|item| (format!("{} {}", text(item, "pk"), text(item, "sk")), item)).collect();
    // Razorpay's orders, not ours: what was paid for an order that nobody kept would be looked at by nobody.
    for order in world.local.provider.orders() {
        for payment in world.local.provider.payments_of(&order.id) {
            if payment.status != "failed" {
                settled(world, &kept, &payment, findings);
            }
        }
    }
}

/// A paid order was paid by a payment that fits it, and brought once what it was made for.
fn orders(world: &World, things: &Things, findings: &mut Findings) {
    const BOUGHT: [&str; 3] = ["PlanPurchased", "LeadPurchased", "MentorshipPaid"];
    let mut told: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, event) in things.events().filter(|(_, event)| BOUGHT.contains(&text(event, "name"))) {
        told.entry(text(&event["detail"], "order_id")).or_default().push(text(event, "id"));
    }
    for order in things.orders() {
        let id = text(order, "id");
        let paid = matches!(text(order, "status"), "paid" | "refunding" | "refunded");
        let events = told.remove(id).unwrap_or_default();
        let once = events.len() == usize::from(paid);
        findings.check("no payment is applied twice", once, || format!("order {id} is {}: told by {events:?}", order["status"]));
        if paid {
            let payment = world.local.provider.payment(text(order, "razorpay_payment_id"));
            let fits = payment.is_some_and(|payment| {
                payment.order_id == text(order, "razorpay_order_id")
                    && payment.status != "failed"
                    && payment.amount == number(order, "amount")
            });
            let what = || format!("order {id} is paid without a payment that fits it");
            findings.check("what is paid was paid at Razorpay", fits, what);
        }
    }
    findings.check("no payment is applied twice", told.is_empty(), || format!("sold without an order: {told:?}"));
}

/// Each captured payment paid its order, or is kept as one that fits nothing; what goes back goes back once, and whole.
fn settled(world: &World, kept: &Kept<'_>, payment: &RazorpayPayment, findings: &mut Findings) {
    let (id, key) = (&payment.id, &payment.order_id);
    let row = |sk: String| kept.get(&format!("ORDER#{key} {sk}")).copied();
    let Some(order) = row("ORDER".to_owned()) else {
        findings.check("no payment is lost", false, || format!("payment {id} of order {key}, which nobody kept"));
        return;
    };
    let refund = row(format!("REFUND#{id}"));
    let applied = text(order, "razorpay_payment_id") == id;
    // What was applied goes back only with all that it brought about.
    let taken_back = applied && matches!(text(order, "status"), "refunding" | "refunded");
    let misfit = row(format!("MISMATCH#{id}")).is_some() || refund.is_some() && !taken_back;
    let what = || format!("payment {id} of order {key} ({})", text(order, "status"));
    findings.check("no payment is lost", applied != misfit, what);
    let refunds = world.local.provider.refunds_of(id);
    // What was paid for a plan and does not fit waits for a person; all else that does not fit goes back by itself.
    let due = taken_back || misfit && text(&order["purpose"], "kind") != "plan";
    let once = refund.is_some() == due && refunds.len() == usize::from(due);
    let what = || format!("payment {id}: due: {due}, owed: {}, {} went back", refund.is_some(), refunds.len());
    findings.check("what is owed goes back once", once, what);
    if let Some(refund) = refund {
        let paid = (payment.amount, payment.currency.as_str());
        let whole = refunds.iter().all(|back| (back.amount, back.currency.as_str()) == paid);
        let what = || format!("payment {id}: {} is owed of {paid:?}, what went back: {refunds:?}", refund["amount"]);
        findings.check("what goes back is what was paid", whole && number(refund, "amount") == payment.amount, what);
    }
}
