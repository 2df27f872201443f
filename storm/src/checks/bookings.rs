//! Slots, links, people's hours and plans against the bookings that stand.

use super::things::{Findings, Item, Things, text};
use domain::Instant;
use jiff::SignedDuration;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A link goes back so long after its session.
const GRACE: SignedDuration = SignedDuration::from_mins(60);

fn instant(value: &str) -> Option<Instant> {
    Instant::parse(value).ok()
}

pub fn check(things: &Things, findings: &mut Findings) {
    let confirmed: Vec<&Item> = things.bookings().filter(|booking| text(booking, "status") == "confirmed").collect();
    slots(things, &confirmed, findings);
    links(things, &confirmed, findings);
    claims(things, findings);
    super::hours::check(things, "codementee", things.mocks().filter(|mock| text(mock, "status") != "cancelled"), findings);
    quotas(things, findings);
}

/// Each booked slot is held by the one booking that stands in it, and no standing booking is without its slot.
fn slots(things: &Things, confirmed: &[&Item], findings: &mut Findings) {
    let mut holders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for booking in confirmed {
        holders.entry(text(&booking["confirmed_slot"], "id")).or_default().push(text(booking, "id"));
    }
    for slot in things.of("codementee#SLOT#", "SLOT") {
        let (id, status, by) = (text(slot, "id"), text(slot, "status"), text(slot, "booking_id"));
        let held = holders.remove(id).unwrap_or_default();
        findings.check("no slot is claimed twice", held.len() <= 1, || format!("slot {id} is held by {held:?}"));
        let fits = held.first().copied().unwrap_or_default() == by && (status == "booked") != by.is_empty();
        findings.check("no slot leaks", held.len() > 1 || fits, || format!("slot {id} is {status} by {by:?}, bookings {held:?}"));
    }
    findings.check("no slot leaks", holders.is_empty(), || format!("bookings without a slot: {holders:?}"));
}

/// A link is in the pool or with the one booking that holds it.
fn links(things: &Things, confirmed: &[&Item], findings: &mut Findings) {
    let pool: BTreeSet<&str> = things.under("codementee#POOL#").map(|item| text(item, "sk")).collect();
    let mocks = Things::by(things.mocks(), "id");
    let mut wanted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for booking in confirmed {
        let mock = mocks.get(text(booking, "mock_id")).copied().unwrap_or(&Value::Null);
        let ends = instant(text(mock, "ends_at")).is_some_and(|ends| ends.plus(GRACE) > things.now);
        if text(mock, "status") == "scheduled" && ends {
            wanted.entry(text(mock, "meet_link_id")).or_default().push(text(booking, "id"));
        }
    }
    for link in things.of("codementee#LINK#", "LINK") {
        let (id, status, by) = (text(link, "id"), text(link, "status"), text(link, "current_booking_id"));
        let held = wanted.remove(id).unwrap_or_default();
        findings.check("no link is claimed twice", held.len() <= 1, || format!("link {id} is used by {held:?}"));
        let free = status == "available";
        let fits = free == by.is_empty() && free == pool.contains(id) && held.first().copied().unwrap_or_default() == by;
        let what = || format!("link {id} is {status} by {by:?}, in the pool: {}, sessions {held:?}", pool.contains(id));
        findings.check("no link leaks", held.len() > 1 || fits, what);
    }
    findings.check("no link leaks", wanted.is_empty(), || format!("sessions without a link: {wanted:?}"));
}

/// Whoever claimed a link gave it back before somebody else claimed it. What is free again afterwards shows nothing of two
/// who had it at once, so this is held against the events.
fn claims(things: &Things, findings: &mut Findings) {
    /// An event tells when its request began, which may be before what it waited for: of two claims so close together
    /// either may have been the first.
    const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
    let mocks = Things::by(things.mocks(), "id");
    let mut claimed: BTreeMap<&str, Vec<(Instant, &str)>> = BTreeMap::new();
    let mut returned: BTreeMap<(&str, &str), Instant> = BTreeMap::new();
    for (_, event) in things.events() {
        let (detail, Some(at)) = (&event["detail"], instant(text(event, "occurred_at"))) else { continue };
        match text(event, "name") {
            "BookingConfirmed" => {
                let mock = mocks.get(text(&detail["booking"], "mock_id")).copied().unwrap_or(&Value::Null);
                claimed.entry(text(mock, "meet_link_id")).or_default().push((at, text(&detail["booking"], "id")));
            }
            "MeetLinkReleased" => drop(returned.insert((text(detail, "link_id"), text(detail, "booking_id")), at)),
            _ => {}
        }
    }
    for (link, mut claims) in claimed {
        claims.sort_unstable();
        for pair in claims.windows(2) {
            let [(first, holder), (at, next)] = pair else { continue };
            let gave_back =
                |who: &str, before: &Instant| returned.get(&(link, who)).is_some_and(|back| *back <= before.plus(TOLERANCE));
            let close = *at <= first.plus(TOLERANCE);
            let apart = gave_back(holder, at) || close && gave_back(next, first);
            let back = [holder, next].map(|who| returned.get(&(link, *who)));
            findings.check("no link is claimed twice", apart, || {
                format!("link {link} of {holder} ({first}) was claimed by {next} ({at}); they gave it back {back:?}")
            });
        }
    }
}

/// How often something may be used, as it stands in the table; None for without limit. What is below zero counts too,
/// though the platform itself cannot read it.
fn count(allowance: &Value) -> Option<i64> {
    if allowance == "all" { None } else { Some(allowance.as_i64().unwrap_or(0)) }
}

/// Of each member's plans as much is left as was bought and not used, never less than nothing, and every order brought its
/// plan once.
fn quotas(things: &Things, findings: &mut Findings) {
    let mut used: BTreeMap<&str, i64> = BTreeMap::new();
    for booking in things.bookings().filter(|booking| booking["charged"] == true) {
        if !text(booking, "status").starts_with("cancelled") {
            *used.entry(text(&booking["mentee"], "id")).or_default() += 1;
        }
    }
    let limit = |plan: &Value| count(&plan["limits"]["mock_interviews"]);
    let plans: BTreeMap<&str, Option<i64>> =
        things.under("codementee#PLANS").map(|plan| (text(plan, "sk"), limit(plan))).collect();
    let mut paid: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for order in things.orders().filter(|order| text(order, "status") == "paid" && text(order, "product") == "codementee") {
        paid.entry(text(order, "account_id")).or_default().push(text(order, "id"));
    }
    for member in things.of("ACCOUNT#", "MEMBER#codementee") {
        let id = text(member, "account_id");
        let bought: Vec<&Value> = member["plan"]["bought"].as_array().into_iter().flatten().collect();
        let mut by_order: Vec<&str> = bought.iter().map(|bought| text(bought, "order_id")).filter(|id| !id.is_empty()).collect();
        let mut orders = paid.remove(id).unwrap_or_default();
        by_order.sort_unstable();
        orders.sort_unstable();
        let what = || format!("{id} paid {orders:?} and was given {by_order:?}");
        findings.check("every paid order brought its plan once", by_order == orders, what);
        if bought.is_empty() {
            continue;
        }
        let limits = bought.iter().map(|bought| plans.get(text(bought, "plan_id")).copied().unwrap_or(Some(0)));
        // One without limit makes all of it so.
        let allowed: Option<i64> = limits.sum();
        let left = count(&member["plan"]["left"]["mock_interviews"]);
        let spent = used.get(id).copied().unwrap_or(0);
        let what = || format!("{id}: {left:?} are left of {allowed:?}, {spent} are used");
        let rest = allowed.map(|allowed| allowed - spent);
        findings.check("quotas equal what was bought less what is used", left == rest, what);
        // 1 bought, 2 used and -1 left add up too.
        let within = left.is_none_or(|left| left >= 0) && allowed.is_none_or(|allowed| spent <= allowed);
        findings.check("nobody uses more than he bought", within, what);
    }
    findings.check("every paid order brought its plan once", paid.is_empty(), || format!("paid by nobody: {paid:?}"));
}
