//! Read models against a recount of what they are figures of.

use super::things::{Findings, Item, Things, number, text};
use std::{borrow::Borrow, collections::BTreeMap};

/// How many of some things there are.
fn count(things: impl Iterator<Item: Borrow<Item>>, which: impl Fn(&Item) -> bool) -> u64 {
    things.filter(|item| which(item.borrow())).count() as u64
}

fn has(name: &'static str) -> impl Fn(&Item) -> bool {
    move |item| !text(item, name).is_empty()
}

/// Codementee's sums, counted from the things themselves.
fn codementee(things: &Things) -> Vec<(&'static str, u64)> {
    let cancelled = |item: &Item| text(item, "status").starts_with("cancelled");
    let members = |role: &'static str| {
        let with = move |member: &Item| member["roles"].as_array().is_some_and(|roles| roles.iter().any(|held| held == role));
        count(things.of("ACCOUNT#", "MEMBER#codementee"), with)
    };
    let feedbacks: Vec<&Item> = things.of("codementee#MOCK#", "FEEDBACK").collect();
    vec![
        ("mentees_joined", members("mentee")),
        ("mentors_joined", members("mentor")),
        ("plans_purchased", count(things.orders(), |order| text(order, "product") == "codementee" && has("paid_at")(order))),
        ("bookings_requested", count(things.bookings(), |_| true)),
        ("bookings_confirmed", count(things.bookings(), has("confirmed_at"))),
        ("pending_bookings_cancelled", count(things.bookings(), |item| cancelled(item) && !has("confirmed_at")(item))),
        ("confirmed_bookings_cancelled", count(things.bookings(), |item| cancelled(item) && has("confirmed_at")(item))),
        ("mocks_completed", count(things.mocks(), |mock| text(mock, "status") == "completed")),
        ("feedbacks_given", feedbacks.len() as u64),
        ("overall_given", feedbacks.iter().map(|feedback| number(feedback, "overall")).sum()),
    ]
}

/// LeadBridge's.
fn leadbridge(things: &Things) -> Vec<(&'static str, u64)> {
    let bought: Vec<&Item> = things.leads().filter(|lead| text(lead, "status") == "PURCHASED").collect();
    vec![
        ("public_events_created", count(things.of("leadbridge#PUBLIC_EVENT#", "PUBLIC_EVENT"), |_| true)),
        ("leads_booked", count(things.leads(), |_| true)),
        ("leads_purchased", bought.len() as u64),
        ("lead_revenue", bought.iter().map(|lead| number(&lead["order"], "price")).sum()),
    ]
}

pub fn check(things: &Things, findings: &mut Findings) {
    const RULE: &str = "read models equal a recount";
    for (product, sums) in [("codementee", codementee(things)), ("leadbridge", leadbridge(things))] {
        let partition = format!("{product}#STATS");
        let counts = things.all.iter().find(|item| text(item, "pk") == partition).cloned().unwrap_or_default();
        for (name, expected) in sums {
            let told = number(&counts, name);
            findings.check(RULE, told == expected, || format!("{product}'s {name}: {told} are told, {expected} there are"));
        }
    }
    let mut sold: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for order in things.orders().filter(|order| text(order, "product") == "codementee" && has("paid_at")(order)) {
        let plan = sold.entry(format!("PLAN#{}", text(&order["purpose"]["plan"], "plan_id"))).or_default();
        *plan = (plan.0 + 1, plan.1 + number(order, "amount"));
    }
    for (plan, expected) in sold {
        let revenue = things.all.iter().find(|item| text(item, "pk") == "codementee#REVENUE" && text(item, "sk") == plan);
        let told = revenue.map_or((0, 0), |item| (number(item, "orders"), number(item, "amount")));
        findings.check(RULE, told == expected, || format!("{plan}: {told:?} are told, {expected:?} there are"));
    }
    people(things, findings);
}

/// What each mentor has done.
fn people(things: &Things, findings: &mut Findings) {
    let mut completed: BTreeMap<&str, u64> = BTreeMap::new();
    for mock in things.mocks().filter(|mock| text(mock, "status") == "completed") {
        for side in ["mentor", "mentee"] {
            *completed.entry(text(&mock[side], "id")).or_default() += 1;
        }
    }
    for (person, expected) in completed {
        let partition = format!("codementee#PERSON#{person}");
        let told = things.all.iter().find(|item| text(item, "pk") == partition).map_or(0, |item| number(item, "mocks_completed"));
        findings.check("read models equal a recount", told == expected, || {
            format!("{person}'s completed sessions: {told} are told, {expected} there are")
        });
    }
}
