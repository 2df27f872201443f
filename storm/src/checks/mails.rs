//! Mails: for each event that somebody is told of, at least one to him; and of each that came twice, why.

use super::things::{Findings, Things, text};
use crate::{
    proxy::{Key, Sent, Tally, Told},
    world::World,
};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Why mails came more than once.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Repeated {
    /// The mail service took the mail, but its reply was lost, or came when the process waited no longer.
    pub reply_lost: u64,
    /// The process was killed, or cut off at the storm's end, between sending the mail and noting it.
    pub killed: u64,
    /// The table failed when it was to be noted.
    pub not_noted: u64,
}

/// What is the same in every copy of one mail: recipient, request, subject, and text without its link's secret.
type Same = (String, String, String, String);

/// Mails that are the same, by the ledger's entries that they were sent under: two events may be told in the same words.
type Copies<'a> = BTreeMap<Same, BTreeMap<Option<&'a Key>, Vec<&'a Sent>>>;

/// Whom an event is told, by address, and a part of the subject.
type To<'a> = (&'a str, &'static str);

/// To whom an event is told for sure.
fn told(event: &Value) -> Vec<To<'_>> {
    let detail = &event["detail"];
    let booking = &detail["booking"];
    let email = |of| text(of, "email");
    let both = |of: &'static str, subject| ["mentee", "mentor"].map(|side| (email(&detail[of][side]), subject)).into();
    let session = &detail["session"];
    match text(event, "name") {
        "AccountRegistered" => vec![(email(detail), "Welcome to")],
        "PlanPurchased" => vec![(email(detail), "plan is active")],
        "BookingRequested" if booking["mentor"].is_object() => vec![(email(&booking["mentor"]), "New booking request")],
        "BookingRequested" => vec![("admin@codementee.com", "Booking request from")],
        "BookingConfirmed" => both("booking", "Confirmed"),
        "BookingCancelled" if booking["mentor"].is_object() => both("booking", "Cancelled"),
        "BookingCancelled" => vec![(email(&booking["mentee"]), "Cancelled")],
        "FeedbackGiven" => vec![(email(&detail["mentee"]), "Feedback")],
        "MentorshipRequested" if session["terms"]["claim"].is_string() => {
            vec![(email(&session["mentee"]), "is booked"), (email(&session["mentor"]), "New session booked")]
        }
        "MentorshipPaid" => vec![(email(&session["mentee"]), "Payment received")],
        "MentorshipConfirmed" => both("session", "Confirmed"),
        "MentorshipCancelled" => vec![(email(&session["mentee"]), "Cancelled")],
        "MentorshipCompleted" => vec![(email(&session["mentee"]), "Please rate")],
        "MentorshipRefunded" if detail["payer"].is_object() => vec![(email(&detail["payer"]), "went back")],
        "WithdrawalDecided" if text(detail, "status") == "rejected" => vec![(email(&detail["mentor"]), "refused")],
        "WithdrawalDecided" => vec![(email(&detail["mentor"]), "paid out")],
        _ => Vec::new(),
    }
}

/// A link's secret is made anew for each copy.
fn without_secrets(mail: &str) -> String {
    mail.split_whitespace().map(|word| word.split("token=").next().unwrap_or_default()).collect::<Vec<_>>().join(" ")
}

/// Holds all mails against the events that led to them; how many there are, and how many of them came again.
pub fn check(world: &World, things: &Things, findings: &mut Findings) -> (usize, Repeated) {
    let mails = world.local.inbox.mails(None, None);
    let tally = world.proxies.tally();
    let mut copies: Copies<'_> = BTreeMap::new();
    // The inbox has the latest first.
    for mail in mails.iter().rev() {
        let to = mail.to.first().cloned().unwrap_or_default();
        let request = mail.request_id.clone().unwrap_or_default();
        let same = (to, request, mail.subject.clone(), without_secrets(&mail.text));
        let sent = tally.sent.get(&mail.id);
        let entry = sent.and_then(|sent| sent.claim.as_ref()).map(|claim| &claim.key);
        copies.entry(same).or_default().entry(entry).or_default().extend(sent);
    }
    every_mail(things, &copies, findings);
    let repeated = repeats(&tally, &copies, findings);
    (mails.len(), repeated)
}

/// Whoever is to be told has a mail.
fn every_mail(things: &Things, copies: &Copies<'_>, findings: &mut Findings) {
    let mut wanted: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for (_, event) in things.events() {
        let request = text(event, "request_id");
        for (to, subject) in told(event) {
            *wanted.entry((to, request, subject)).or_default() += 1;
        }
    }
    let mut had: BTreeMap<(&str, &str), Vec<(&str, usize)>> = BTreeMap::new();
    for ((to, request, subject, _), entries) in copies {
        had.entry((to, request)).or_default().push((subject, entries.len()));
    }
    for ((to, request, subject), times) in wanted {
        let mails = had.get(&(to, request)).map_or(&[][..], Vec::as_slice);
        let found: usize = mails.iter().filter(|(had, _)| had.contains(subject)).map(|(_, times)| times).sum();
        findings.check("every mail is sent", found >= times, || format!("{subject} to {to} ({request}): {found} of {times}"));
    }
}

/// What came again has a reason.
fn repeats(tally: &Tally, copies: &Copies<'_>, findings: &mut Findings) -> Repeated {
    const RULE: &str = "no mail is sent twice without a reason";
    let mut repeated = Repeated::default();
    for ((to, request, subject, _), entries) in copies {
        // One request does not tell somebody the same by two events; what nobody asked for may be alike.
        let once = request.is_empty() || entries.keys().flatten().count() <= 1;
        findings.check(RULE, once, || format!("{subject} to {to} ({request}): of several events"));
        for sent in entries.values() {
            for pair in sent.windows(2) {
                let [mail, copy] = pair else { continue };
                let explained = explain(tally, mail, copy, &mut repeated);
                let why_not = explained.err().unwrap_or_default();
                findings.check(RULE, explained.is_ok(), || format!("{subject} to {to} ({request}): {why_not}"));
            }
        }
    }
    repeated
}

/// Why a mail was followed by a copy of it; or why it must not have been.
fn explain(tally: &Tally, mail: &Sent, copy: &Sent, repeated: &mut Repeated) -> Result<(), &'static str> {
    let Some(claim) = &copy.claim else { return Err("nothing was claimed before") };
    let notings = tally.notings.get(&claim.key).map_or(&[][..], Vec::as_slice);
    // Whoever claims what is noted finds that it was done.
    if let Some(noted) = notings.iter().find(|noting| noting.accepted.is_some_and(|at| at < claim.at)) {
        return Err(match noted.told {
            Told::Caller => "the process knew that it was noted",
            Told::Lost | Told::Nobody => "it was noted",
        });
    }
    let failed = notings.iter().any(|noting| (mail.at..claim.at).contains(&noting.asked));
    let ended = mail.generation < copy.generation;
    // Whom the reply did not reach, and who was not killed, had given up.
    if mail.told == Told::Lost || mail.told == Told::Nobody && !ended {
        repeated.reply_lost += 1;
    } else if failed {
        repeated.not_noted += 1;
    } else if ended {
        repeated.killed += 1;
    } else {
        return Err("nothing kept it from being noted");
    }
    Ok(())
}
