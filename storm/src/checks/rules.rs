//! The rules themselves: which there are, and whether each had anything to be held against.

use super::things::Findings;
use crate::proxy::Plant;

/// Every rule, so that the report shows also those that were held against nothing.
pub const RULES: &[&str] = &[
    "a lead is sold exactly when its order is paid",
    "a payment made elsewhere counts once",
    "a session is agreed on exactly when it is paid",
    "each paid session has one line in its mentor's statement",
    "every event is published",
    "every mail is sent",
    "every paid order brought its plan once",
    "every rule has something to be held against",
    "every rule is on the list",
    "guards equal active bookings",
    "it is known who is told of what",
    "no event has more leads than places",
    "no event is overbooked",
    "no link is claimed twice",
    "no link leaks",
    "no mail is sent twice without a reason",
    "no payment is applied twice",
    "no payment is lost",
    "no slot is claimed twice",
    "no slot leaks",
    "nobody holds two places",
    "nobody is in two sessions at once",
    "nobody takes out more than he earned",
    "nobody uses more than he bought",
    "places equal open and sold leads",
    "purses equal sessions and withdrawals",
    "quotas equal what was bought less what is used",
    "read models equal a recount",
    "the platform comes to rest",
    "the process never ends by itself",
    "what goes back is what was paid",
    "what is acknowledged has happened",
    "what is owed goes back once",
    "what is paid was paid at Razorpay",
    "what is refused does not happen",
];

/// What is held against the other rules comes after them.
const ABOUT_RULES: &[&str] = &["every rule has something to be held against", "every rule is on the list"];

/// A run of so many operations does everything that the load can do.
const ENOUGH: usize = 2000;

/// Holds the rules against what the others were held against: one that had nothing shows nothing.
pub fn check(operations: usize, findings: &mut Findings) {
    let held = findings.looked_at.clone();
    for rule in Plant::ALL.into_iter().flat_map(Plant::caught_by) {
        findings
            .check("every rule is on the list", RULES.contains(rule), || format!("{rule}, by which a bug is noticed, is not"));
    }
    for (rule, times) in held {
        findings.check("every rule is on the list", RULES.contains(&rule), || format!("{rule} is not"));
        if operations >= ENOUGH && !ABOUT_RULES.contains(&rule) {
            findings.check("every rule has something to be held against", times > 0, || format!("{rule}: there was nothing"));
        }
    }
}
