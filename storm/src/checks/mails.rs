//! Mails: for each event that somebody is told of, at least one to him; and of each that came twice, why.

use super::things::{Findings, Item, Things, text};
use crate::{
    proxy::{Key, Sent, Tally, Told},
    world::World,
};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const ADMIN: &str = "admin@codementee.com";
const ASPIREX_ADMIN: &str = "admin@aspirex.example";

/// Events of which nothing is said here of who is told of them by mail, and why.
const NOT_HELD: &[(&str, &str)] = &[
    ("PasswordResetRequested", "whether the address has an account is only looked up when it is told"),
    ("SignInCodeRequested", "whether the address may sign in is only looked up when it is told"),
    ("NewsletterRequested", "whether the address has the newsletter is only looked up when it is told"),
    ("NewsletterConfirmed", "whether the address still has the newsletter is only looked up when it is told"),
    ("EmailChangeRequested", "whether he still asks, and whose the address is, is only looked up when it is told"),
    ("EmailChanged", "from then on what happened before is mailed to an address that its events do not name"),
    ("AccountDeleted", "from then on he is not told what happened before, either"),
    ("MentorProfileMade", "admins are told only while the profile waits for them"),
    ("MentorDecided", "he is told only of what holds by then"),
    ("MessageArrived", "shown in the product alone"),
    ("CommentAdded", "shown in the product alone"),
    ("PostLiked", "shown in the product alone"),
    ("PublicEventTakenDown", "shown in the product alone"),
];

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

/// What an event itself does not say, as it is in the end.
struct Now<'a> {
    /// AspireX's.
    members: BTreeMap<&'a str, &'a Item>,
    mocks: BTreeMap<&'a str, &'a Item>,
    sessions: BTreeMap<&'a str, &'a Item>,
    /// Confirmed bookings, and sessions, that ever got another time.
    moved: BTreeSet<&'a str>,
}

impl<'a> Now<'a> {
    fn new(things: &'a Things) -> Self {
        let moved = things.events().filter_map(|(_, event)| match text(event, "name") {
            "BookingRescheduled" if event["detail"]["from"].is_object() => Some(text(&event["detail"]["booking"], "id")),
            "MentorshipRescheduled" => Some(text(&event["detail"]["session"], "id")),
            _ => None,
        });
        Self {
            members: Things::by(things.of("ACCOUNT#", "MEMBER#aspirex"), "account_id"),
            mocks: Things::by(things.mocks(), "id"),
            sessions: Things::by(things.paid_sessions(), "id"),
            moved: moved.collect(),
        }
    }

    /// Whether a mock interview was to be at the time of a reminder, whenever that was told: it stands in the end, and
    /// never had another time. What was called off or put off before people were told, nobody is reminded of.
    fn mock_stands(&self, mock: &Value) -> bool {
        let now = self.mocks.get(text(mock, "id"));
        now.is_some_and(|now| text(now, "status") == "scheduled") && !self.moved.contains(text(mock, "booking_id"))
    }

    /// The same of a session of AspireX.
    fn session_stands(&self, session: &Value) -> bool {
        let id = text(session, "id");
        self.sessions.get(id).is_some_and(|now| text(now, "status") == "confirmed") && !self.moved.contains(id)
    }
}

fn email(party: &Value) -> &str {
    text(party, "email")
}

/// Mentee and mentor.
fn both<'a>(of: &'a Value, subject: &'static str) -> Vec<To<'a>> {
    ["mentee", "mentor"].map(|side| (email(&of[side]), subject)).into()
}

/// To whom an event is told for sure; none of an event that is not held.
fn told<'a>(now: &Now<'a>, event: &'a Value) -> Option<Vec<To<'a>>> {
    of_people(now, event).or_else(|| of_bookings(now, event)).or_else(|| of_sessions(now, event))
}

/// Of accounts, plans and withdrawals.
fn of_people<'a>(now: &Now<'a>, event: &'a Value) -> Option<Vec<To<'a>>> {
    let detail = &event["detail"];
    Some(match text(event, "name") {
        "AccountRegistered" => vec![(email(detail), "Welcome to")],
        "PlanPurchased" => vec![(email(detail), "plan is active")],
        // The other products do not tell of it.
        "MentorVerified" if text(event, "product") == "aspirex" => {
            let member = now.members.get(text(detail, "account_id")).copied();
            let verdict = match text(detail, "to") {
                "APPROVED" => Some("You are approved"),
                "REJECTED" => Some("You are not approved"),
                _ => None,
            };
            member.map(email).zip(verdict).into_iter().collect()
        }
        "MentorVerified" => Vec::new(),
        "WithdrawalRequested" => vec![(ASPIREX_ADMIN, "Withdrawal of")],
        "WithdrawalDecided" if text(detail, "status") == "rejected" => vec![(email(&detail["mentor"]), "refused")],
        "WithdrawalDecided" => vec![(email(&detail["mentor"]), "paid out")],
        "SupportAnswered" => vec![(email(&detail["member"]), "Our answer")],
        _ => return None,
    })
}

/// Of Codementee's sessions.
fn of_bookings<'a>(now: &Now<'a>, event: &'a Value) -> Option<Vec<To<'a>>> {
    let detail = &event["detail"];
    let (booking, mock) = (&detail["booking"], &detail["mock"]);
    let (mentee, mentor) = (email(&booking["mentee"]), email(&booking["mentor"]));
    let assigned = booking["mentor"].is_object();
    Some(match text(event, "name") {
        "BookingRequested" if assigned => vec![(mentor, "New booking request")],
        "BookingRequested" => vec![(ADMIN, "Booking request from")],
        "BookingConfirmed" => both(booking, "Confirmed"),
        // A session got another time.
        "BookingRescheduled" if detail["from"].is_object() => both(booking, "New time"),
        // A request names other slots: whoever did not ask for it is told.
        "BookingRescheduled" => {
            let by = text(detail, "by");
            let mentee = (by != "mentee").then_some((mentee, "Other slots"));
            let mentor = (assigned && by != "mentor").then_some((mentor, "Other slots"));
            // Nobody is assigned.
            let admin = (!assigned && by == "mentee").then_some((ADMIN, "Booking request from"));
            mentee.into_iter().chain(mentor).chain(admin).collect()
        }
        "BookingCancelled" if assigned => both(booking, "Cancelled"),
        "BookingCancelled" => vec![(mentee, "Cancelled")],
        "ReminderFellDue" if now.mock_stands(mock) => both(mock, "Reminder: mock interview"),
        "ReminderFellDue" => Vec::new(),
        "MockScheduled" => both(mock, "is scheduled"),
        "MockCancelled" => both(mock, "was cancelled"),
        "FeedbackGiven" => vec![(email(&detail["mentee"]), "Feedback")],
        _ => return None,
    })
}

/// Of sessions in mentors' own time.
fn of_sessions<'a>(now: &Now<'a>, event: &'a Value) -> Option<Vec<To<'a>>> {
    let detail = &event["detail"];
    let session = &detail["session"];
    let (mentee, mentor) = (email(&session["mentee"]), email(&session["mentor"]));
    Some(match text(event, "name") {
        "MentorshipRequested" if session["terms"]["claim"].is_string() => {
            vec![(mentee, "is booked"), (mentor, "New session booked")]
        }
        // At the checkout nobody is told before the money is there.
        "MentorshipRequested" if session["terms"].is_object() => Vec::new(),
        "MentorshipRequested" => vec![(mentor, "New session request")],
        "MentorshipPaid" => vec![(mentee, "Payment received")],
        "MentorshipConfirmed" => both(session, "Confirmed"),
        "MentorshipLinked" => both(session, "Meeting link"),
        "MentorshipRescheduled" => both(session, "Moved"),
        "MentorshipReminderFellDue" if now.session_stands(session) => both(session, "Reminder: session"),
        "MentorshipCancelled" => called_off(session),
        "MentorshipCompleted" => vec![(mentee, "Please rate")],
        "MentorshipUnattended" => vec![(ASPIREX_ADMIN, "Nobody attended")],
        "MentorshipRefunded" if detail["payer"].is_object() => vec![(email(&detail["payer"]), "went back")],
        "MentorshipReminderFellDue" | "MentorshipRefunded" => Vec::new(),
        _ => return None,
    })
}

/// Who is told that a session was called off.
fn called_off(session: &Value) -> Vec<To<'_>> {
    let terms = &session["terms"];
    let mut to = vec![(email(&session["mentee"]), "Cancelled")];
    // Of a session that was never paid at the checkout the mentor knows nothing.
    if !terms.is_object() || session["confirmed_at"].is_string() || terms["claim"].is_string() {
        to.push((email(&session["mentor"]), "Cancelled"));
    }
    // What an admin found elsewhere, an admin pays back by hand.
    if text(&terms["paid"], "by") == "claim" && text(&terms["paid"], "found_by") == "admin" {
        to.push((ASPIREX_ADMIN, "to be paid back"));
    }
    to
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
    let now = Now::new(things);
    let mut wanted: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    let mut known: BTreeMap<&str, bool> = BTreeMap::new();
    for (_, event) in things.events() {
        let (name, request) = (text(event, "name"), text(event, "request_id"));
        let told = told(&now, event);
        if workers::notifier::HANDLED.contains(&name) {
            known.insert(name, told.is_some() || NOT_HELD.iter().any(|(not_held, _)| *not_held == name));
        }
        for (to, subject) in told.into_iter().flatten() {
            *wanted.entry((to, request, subject)).or_default() += 1;
        }
    }
    for (name, known) in known {
        findings.check("it is known who is told of what", known, || format!("nothing is said here of {name}"));
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
