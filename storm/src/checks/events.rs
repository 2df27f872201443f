//! Events: each on the bus, and each with a request behind it that was not refused.

use super::things::{Findings, Things, text};
use crate::{load::Asked, world::World};
use std::collections::{BTreeMap, BTreeSet};

/// How often events went over the bus more than once.
pub fn check(world: &World, things: &Things, asked: &[Asked], findings: &mut Findings) -> u64 {
    let mut on_bus: BTreeMap<String, u64> = BTreeMap::new();
    for event in world.bus.events() {
        *on_bus.entry(text(&event.detail, "id").to_owned()).or_default() += 1;
    }
    let mut by_request: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    // What was there before the bus was ours went over the local server's own.
    let began = on_bus.keys().next().cloned().unwrap_or_default();
    for (item, event) in things.events() {
        let (id, name) = (text(event, "id"), text(event, "name"));
        by_request.entry(text(event, "request_id")).or_default().insert(name);
        if id < began.as_str() {
            continue;
        }
        let published = on_bus.contains_key(id) && item.get("outbox_pk").is_none();
        findings.check("every event is published", published, || format!("{name} {id}"));
    }
    requests(asked, &by_request, findings);
    on_bus.values().map(|times| times - 1).sum()
}

/// What comes of money that fits nothing.
const MISFITS: [&str; 3] = ["PaymentMismatched", "MisfitRefunded", "MentorshipRefunded"];

/// What was refused did not happen, and what was acknowledged did.
fn requests(asked: &[Asked], events: &BTreeMap<&str, BTreeSet<&str>>, findings: &mut Findings) {
    for Asked { sent, promises } in asked {
        for (id, status) in sent {
            let refused = status.is_some_and(|status| (400..500).contains(&status));
            // That money fits nothing is told to the payer as a refusal, and to everybody as an event.
            let mut happened = events.get(id.as_str()).into_iter().flatten().filter(|name| !MISFITS.contains(name));
            if refused {
                let what = || format!("{id} was answered {status:?}, but {:?} came of it", events.get(id.as_str()));
                findings.check("what is refused does not happen", happened.next().is_none(), what);
            }
        }
        let acknowledged = sent.last().and_then(|(_, status)| *status).is_some_and(|status| status < 300);
        if let Some(event) = promises
            && acknowledged
        {
            let kept = sent.iter().any(|(id, _)| events.get(id.as_str()).is_some_and(|names| names.contains(event)));
            findings.check("what is acknowledged has happened", kept, || format!("{sent:?} left no {event}"));
        }
    }
}
