//! People's hours against the sessions that stand.

use super::things::{Findings, Item, Things, text};
use domain::Instant;
use jiff::SignedDuration;
use std::{
    borrow::Borrow,
    collections::{BTreeMap, BTreeSet},
};

const QUARTER_MS: i64 = 15 * 60 * 1000;

/// Who holds which quarter hours, by the sessions that stand.
fn held_hours(sessions: impl Iterator<Item: Borrow<Item>>) -> BTreeMap<(String, String), BTreeSet<String>> {
    let mut hours: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for session in sessions {
        let session = session.borrow();
        let times = [text(session, "starts_at"), text(session, "ends_at")].map(Instant::parse);
        let [Ok(start), Ok(end)] = times else { continue };
        let first = start.epoch_millis().div_euclid(QUARTER_MS);
        let last = (end.epoch_millis() - 1).div_euclid(QUARTER_MS);
        for quarter in first..=last {
            let at = Instant::long_ago().plus(SignedDuration::from_millis(quarter * QUARTER_MS)).to_string();
            for person in [text(&session["mentor"], "id"), text(&session["mentee"], "id")] {
                hours.entry((person.to_owned(), at.clone())).or_default().insert(text(session, "id").to_owned());
            }
        }
    }
    hours
}

/// Which quarter hours people's calendars hold, and for what: blocks of hours with an attribute for each quarter.
fn guards(things: &Things, prefix: &str) -> Vec<((String, String), String)> {
    let mut guards = Vec::new();
    for block in things.under(prefix) {
        let person = text(block, "pk").trim_start_matches(prefix);
        let Ok(began) = Instant::parse(text(block, "sk")) else { continue };
        for (name, holder) in block.as_object().into_iter().flatten() {
            let Some(number) = name.strip_prefix('q').and_then(|number| number.parse::<i64>().ok()) else { continue };
            let at = began.plus(SignedDuration::from_millis(number * QUARTER_MS)).to_string();
            guards.push(((person.to_owned(), at), holder.as_str().unwrap_or_default().to_owned()));
        }
    }
    guards
}

/// Guards equal the sessions that stand: none too many, none too few, nobody in two places.
pub fn check(things: &Things, product: &str, sessions: impl Iterator<Item: Borrow<Item>>, findings: &mut Findings) {
    let mut held = held_hours(sessions);
    for ((person, at), holder) in guards(things, &format!("{product}#CALENDAR#")) {
        let by = held.remove(&(person.clone(), at.clone())).unwrap_or_default();
        findings.check("nobody is in two sessions at once", by.len() <= 1, || format!("{person} at {at}: {by:?}"));
        let fits = by.len() > 1 || by.contains(&holder);
        findings.check("guards equal active bookings", fits, || format!("{person} at {at} is held by {holder}, sessions {by:?}"));
    }
    findings.check("guards equal active bookings", held.is_empty(), || format!("{product}, unguarded: {held:?}"));
}
