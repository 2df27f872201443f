//! Mails: for each event that somebody is told of, at least one to him; and of each that came twice, why.

use super::things::{Findings, Things, text};
use crate::world::World;
use local::standins::ses::ReceivedMail;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Why mails came more than once.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Repeated {
    /// The mail service took the mail, but its reply was lost.
    pub reply_lost: u64,
    /// The process was killed between sending the mail and noting it.
    pub killed: u64,
    /// The table failed when it was to be noted.
    pub not_noted: u64,
}

/// What is the same in every copy of one mail: recipient, request, subject, and text without its link's secret.
type Copies<'a> = BTreeMap<(String, String, String, String), Vec<&'a ReceivedMail>>;

/// To whom an event is told for sure, and a part of the subject.
fn told<'a>(event: &'a Value) -> Vec<(&'a str, &'a str, &'static str)> {
    let detail = &event["detail"];
    let booking = &detail["booking"];
    let party = |of: &'a Value| (text(of, "email"), text(of, "id"));
    let with = |(email, id): (&'a str, &'a str), subject: &'static str| (email, id, subject);
    let both = |subject| vec![with(party(&booking["mentee"]), subject), with(party(&booking["mentor"]), subject)];
    let session = &detail["session"];
    match text(event, "name") {
        "AccountRegistered" => vec![(text(detail, "email"), text(detail, "account_id"), "Welcome to")],
        "PlanPurchased" => vec![(text(detail, "email"), text(detail, "account_id"), "plan is active")],
        "BookingRequested" if booking["mentor"].is_object() => vec![with(party(&booking["mentor"]), "New booking request")],
        "BookingRequested" => vec![("admin@codementee.com", "", "Booking request from")],
        "BookingConfirmed" => both("Confirmed"),
        "BookingCancelled" if booking["mentor"].is_object() => both("Cancelled"),
        "BookingCancelled" => vec![with(party(&booking["mentee"]), "Cancelled")],
        "FeedbackGiven" => vec![with(party(&detail["mentee"]), "Feedback")],
        "MentorshipRequested" if session["terms"]["claim"].is_string() => {
            vec![with(party(&session["mentee"]), "is booked"), with(party(&session["mentor"]), "New session booked")]
        }
        "MentorshipPaid" => vec![with(party(&session["mentee"]), "Payment received")],
        "MentorshipConfirmed" => ["mentee", "mentor"].map(|side| with(party(&session[side]), "Confirmed")).into(),
        "MentorshipCancelled" => vec![with(party(&session["mentee"]), "Cancelled")],
        "MentorshipCompleted" => vec![with(party(&session["mentee"]), "Please rate")],
        "MentorshipRefunded" if detail["payer"].is_object() => vec![with(party(&detail["payer"]), "went back")],
        "WithdrawalDecided" if text(detail, "status") == "rejected" => vec![with(party(&detail["mentor"]), "refused")],
        "WithdrawalDecided" => vec![with(party(&detail["mentor"]), "paid out")],
        _ => Vec::new(),
    }
}

/// A link's secret is made anew for each copy.
fn without_secrets(mail: &str) -> String {
    mail.split_whitespace().map(|word| word.split("token=").next().unwrap_or_default()).collect::<Vec<_>>().join(" ")
}

pub fn check(world: &World, things: &Things, findings: &mut Findings) -> (usize, Repeated) {
    let mails = world.local.inbox.mails(None, None);
    let mut copies: Copies<'_> = BTreeMap::new();
    for mail in mails.iter().rev() {
        let to = mail.to.first().cloned().unwrap_or_default();
        let request = mail.request_id.clone().unwrap_or_default();
        copies.entry((to, request, mail.subject.clone(), without_secrets(&mail.text))).or_default().push(mail);
    }
    let mut wanted: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
    let mut entries: BTreeMap<(&str, &str), Vec<(&str, &str)>> = BTreeMap::new();
    for (_, event) in things.events() {
        let request = text(event, "request_id");
        for (to, account, subject) in told(event) {
            *wanted.entry((to, request, subject)).or_default() += 1;
            entries.entry((to, request)).or_default().push((text(event, "id"), account));
        }
    }
    let mut had: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (to, request, subject, _) in copies.keys() {
        had.entry((to, request)).or_default().push(subject);
    }
    for ((to, request, subject), times) in wanted {
        let subjects = had.get(&(to, request)).map_or(&[][..], Vec::as_slice);
        let found = subjects.iter().filter(|had| had.contains(subject)).count() as u64;
        findings.check("every mail is sent", found >= times, || format!("{subject} to {to} ({request}): {found} of {times}"));
    }
    let mut repeated = Repeated::default();
    for ((to, request, subject, _), mails) in &copies {
        let noted = entries.get(&(to.as_str(), request.as_str())).map_or(&[][..], Vec::as_slice);
        for pair in mails.windows(2) {
            let explained = explain(world, pair[0], pair[1], noted, &mut repeated);
            findings.check("no mail is sent twice without a reason", explained, || format!("{subject} to {to} ({request})"));
        }
    }
    (mails.len(), repeated)
}

/// Why a mail was followed by a copy of it.
fn explain(world: &World, mail: &ReceivedMail, copy: &ReceivedMail, noted: &[(&str, &str)], repeated: &mut Repeated) -> bool {
    let tally = world.proxies.tally();
    let generation = |mail: &ReceivedMail| tally.sent.get(&mail.id).map(|sent| sent.generation);
    let failed: BTreeSet<&str> = tally.ledger_failed.iter().map(|(pk, _)| pk.trim_start_matches("LEDGER#")).collect();
    if tally.sent.get(&mail.id).is_some_and(|sent| sent.lost) {
        repeated.reply_lost += 1;
    } else if noted.iter().any(|(event, _)| failed.contains(event)) {
        repeated.not_noted += 1;
    } else if generation(mail) != generation(copy) {
        repeated.killed += 1;
    } else {
        return false;
    }
    true
}
