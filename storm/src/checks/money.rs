//! Payments as Razorpay has them against orders as the table has them.

use super::things::{Findings, Item, Things, text};
use crate::world::World;
use std::collections::{BTreeMap, HashSet};

/// Keys of what the table holds under orders.
type Keys<'a> = HashSet<(&'a str, &'a str)>;

pub fn check(world: &World, things: &Things, findings: &mut Findings) {
    let mut told: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    const BOUGHT: [&str; 3] = ["PlanPurchased", "LeadPurchased", "MentorshipPaid"];
    for (_, event) in things.events().filter(|(_, event)| BOUGHT.contains(&text(event, "name"))) {
        told.entry(text(&event["detail"], "order_id")).or_default().push(text(event, "id"));
    }
    let keys: Keys<'_> = things.under("ORDER#").map(|item| (text(item, "pk"), text(item, "sk"))).collect();
    for order in things.orders() {
        let id = text(order, "id");
        let paid = matches!(text(order, "status"), "paid" | "refunding" | "refunded");
        let events = told.remove(id).unwrap_or_default();
        let once = events.len() == usize::from(paid);
        findings.check("no payment is applied twice", once, || format!("order {id} is {}: told by {events:?}", order["status"]));
        if paid {
            let payment = world.local.provider.payment(text(order, "razorpay_payment_id"));
            let fits =
                payment.is_some_and(|payment| payment.order_id == text(order, "razorpay_order_id") && payment.status != "failed");
            findings.check("what is paid was paid at Razorpay", fits, || format!("order {id} is paid without a payment"));
        }
        payments(world, &keys, order, findings);
    }
    findings.check("no payment is applied twice", told.is_empty(), || format!("sold without an order: {told:?}"));
}

/// Each captured payment paid its order, or is kept as one that fits nothing; what goes back goes back once.
fn payments(world: &World, keys: &Keys<'_>, order: &Item, findings: &mut Findings) {
    let key = text(order, "razorpay_order_id");
    let partition = format!("ORDER#{key}");
    let kept = |what: &str, payment: &str| keys.contains(&(partition.as_str(), format!("{what}#{payment}").as_str()));
    for payment in world.local.provider.payments_of(key).into_iter().filter(|payment| payment.status != "failed") {
        let applied = text(order, "razorpay_payment_id") == payment.id;
        // What was applied goes back only with all that it brought about.
        let taken_back = applied && matches!(text(order, "status"), "refunding" | "refunded");
        let misfit = kept("MISMATCH", &payment.id) || kept("REFUND", &payment.id) && !taken_back;
        let what = || format!("payment {} of order {key} ({})", payment.id, text(order, "status"));
        findings.check("no payment is lost", applied != misfit, what);
        let back = world.local.provider.refunds_of(&payment.id).len();
        let owed = usize::from(kept("REFUND", &payment.id));
        let what = || format!("payment {}: {owed} owed, {back} went back", payment.id);
        findings.check("what is owed goes back once", back == owed && (owed == 1 || !taken_back), what);
    }
}
