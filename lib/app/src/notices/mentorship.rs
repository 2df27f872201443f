//! What people are told about sessions in mentors' own time.

use super::{
    calendar,
    content::{MailedLink, Notice, Way, button, fact, when},
    page::{Fact, Page},
};
use domain::{
    Product,
    account::Verification,
    booking::Party,
    interview::Reminder,
    mentorship::{MentorProfile, SessionBooking, SessionStatus},
    text::Prose,
};

const BOOKINGS_OF_MENTOR: &str = "/community/mentorship/mentor/bookings";
const BOOKINGS_OF_MENTEE: &str = "/community/mentorship/bookings";

pub(super) fn facts(session: &SessionBooking, with: &Party) -> Vec<Fact> {
    let link = session.meeting_url.as_ref().filter(|_| !session.status.is_cancelled());
    let link = link.map(|url| Fact { label: "Meeting link".to_owned(), value: url.to_string(), is_link: true });
    let topic = Some(fact("Topic", session.topic.as_str())).filter(|topic| !topic.value.is_empty());
    [fact("With", with.name.as_str())].into_iter().chain(topic).chain([when(&session.time)]).chain(link).collect()
}

pub(super) fn both(session: &SessionBooking, tell: impl Fn(&Party, &Party, &str) -> Notice) -> Vec<Notice> {
    let SessionBooking { mentor, mentee, .. } = session;
    let path = |path| if session.product == Product::Mansa { path } else { "" };
    vec![tell(mentee, mentor, path(BOOKINGS_OF_MENTEE)), tell(mentor, mentee, path(BOOKINGS_OF_MENTOR))]
}

pub(super) fn entry(session: &SessionBooking) -> calendar::Entry {
    calendar::Entry {
        uid: session.id.to_string(),
        sequence: session.version,
        summary: format!("Mentorship session: {}", session.topic),
        time: session.time.clone(),
        link: session.meeting_url.as_ref().map(ToString::to_string),
        attendees: vec![session.mentee.clone(), session.mentor.clone()],
        withdrawn: false,
    }
}

/// The mentor learns of a wish.
pub(super) fn requested(session: &SessionBooking, web_url: &str) -> Vec<Notice> {
    let mut facts = facts(session, &session.mentee);
    if !session.description.as_str().is_empty() {
        facts.push(fact("Description", session.description.as_str()));
    }
    let page = Page {
        title: "New session request".to_owned(),
        paragraphs: vec![format!("{} asks you for a session. The time is held until you answer.", session.mentee.name)],
        facts,
        button: button("Open the request", web_url, BOOKINGS_OF_MENTOR),
    };
    vec![Notice::new(session.mentor.clone(), format!("New session request from {}", session.mentee.name), page)]
}

/// Both get the invitation when the session is agreed on, and again with its link.
pub(super) fn confirmed(session: &SessionBooking, web_url: &str) -> Vec<Notice> {
    let linked = session.meeting_url.as_ref();
    both(session, |to, with, path| {
        let (title, paragraph) = match linked {
            None => ("Your session is confirmed", "Both of you have this invitation. The mentor adds the meeting link."),
            Some(_) => ("Your session has a meeting link", "This invitation has the meeting link; it replaces the one before."),
        };
        let join = linked.map(|url| ("Join the meeting".to_owned(), url.to_string()));
        let page = Page {
            title: title.to_owned(),
            paragraphs: vec![paragraph.to_owned()],
            facts: facts(session, with),
            button: join.or_else(|| button("Open your sessions", web_url, path)),
        };
        let kind = if linked.is_some() { "Meeting link" } else { "Confirmed" };
        let subject = format!("{kind}: session with {} on {}", with.name, session.time.date);
        Notice::new(to.clone(), subject, page).with_calendar(entry(session))
    })
}

/// Both learn that a session will not be, and why.
pub(super) fn cancelled(session: &SessionBooking) -> Vec<Notice> {
    let by = match session.status {
        SessionStatus::CancelledByMentee => "the mentee",
        SessionStatus::CancelledByMentor => "the mentor",
        _ => "our team",
    };
    both(session, |to, with, _| {
        let mut facts = facts(session, with);
        facts.extend(session.cancellation_reason.as_ref().map(|reason| fact("Reason", reason.as_str())));
        let page = Page {
            title: "A session was cancelled".to_owned(),
            paragraphs: vec![format!("The session was cancelled by {by}.")],
            facts,
            button: None,
        };
        let notice = Notice::new(to.clone(), format!("Cancelled: session on {}", session.time.date), page);
        if session.confirmed_at.is_some() { notice.with_calendar(entry(session).withdrawn()) } else { notice }
    })
}

/// The mentee is asked for a rating once the session took place.
pub(super) fn completed(session: &SessionBooking, web_url: &str) -> Vec<Notice> {
    let path = if session.product == Product::Mansa { BOOKINGS_OF_MENTEE } else { "" };
    let page = Page {
        title: "How was your session?".to_owned(),
        paragraphs: vec![format!("Your session with {} is over. Please rate it.", session.mentor.name)],
        facts: facts(session, &session.mentor),
        button: button("Rate the session", web_url, path),
    };
    vec![Notice::new(session.mentee.clone(), format!("Please rate your session with {}", session.mentor.name), page)]
}

/// Both are reminded of a session that draws near.
pub(super) fn reminder(session: &SessionBooking, reminder: Reminder, web_url: &str) -> Vec<Notice> {
    let soon = match reminder {
        Reminder::Day => "within a day",
        Reminder::Hour => "within the hour",
    };
    both(session, |to, with, path| {
        let join = session.meeting_url.as_ref().map(|url| ("Join the meeting".to_owned(), url.to_string()));
        let page = Page {
            title: "Your session is near".to_owned(),
            paragraphs: vec![format!("Your session begins {soon}.")],
            facts: facts(session, with),
            button: join.or_else(|| button("Open your sessions", web_url, path)),
        };
        let subject = format!("Reminder: session on {} at {}", session.time.date, session.time.start_time);
        Notice::new(to.clone(), subject, page)
    })
}

/// A code to sign in with is on its way. It stands in the mail alone.
pub(super) fn sign_in_code(to: Party, product: &str) -> Notice {
    let page = Page {
        title: "Your code".to_owned(),
        paragraphs: vec![
            format!("Enter this code to sign in to {product}. It works once, within 10 minutes."),
            "If you did not ask for it, there is nothing to do.".to_owned(),
        ],
        ..Page::default()
    };
    Notice::new(to, format!("Your code for {product}"), page).with_link(MailedLink::SignInCode).by(Way::MailTo("code"))
}

/// An admin learns that somebody wants to be a mentor.
pub(super) fn applied(admin: Party, name: &str, web_url: &str) -> Notice {
    let page = Page {
        title: "Somebody wants to be a mentor".to_owned(),
        paragraphs: vec!["Please look at the profile, and approve it or turn it down.".to_owned()],
        facts: vec![fact("Name", name)],
        button: button("Open the mentors", web_url, "/community/mentorship/admin/mentors"),
    };
    // The name stands in the mail alone: what is shown in the product stays after he has left.
    Notice::new(admin, "A mentor waits for approval", page)
}

/// A mentor learns that his profile is approved, or turned down and why.
pub(super) fn decided(profile: &MentorProfile, reason: Option<&Prose<1000>>, web_url: &str) -> Option<Notice> {
    let (subject, paragraphs, label, path) = match profile.verification {
        Verification::Approved => (
            "You are a mentor now",
            vec![
                "Your profile is approved, and mentees find it.",
                "Sign in again, and offer the time in which you can be booked.",
            ],
            "Offer your time",
            "/community/mentorship/mentor/availability",
        ),
        Verification::Rejected => (
            "Your application was turned down",
            vec!["Your profile was not approved. When you change it, it is looked at again."],
            "Change your profile",
            "/community/mentorship/profile/edit",
        ),
        Verification::Pending => return None,
    };
    let page = Page {
        title: subject.to_owned(),
        paragraphs: paragraphs.into_iter().map(str::to_owned).collect(),
        facts: reason
            .filter(|reason| !reason.as_str().is_empty())
            .map(|reason| fact("Reason", reason.as_str()))
            .into_iter()
            .collect(),
        button: button(label, web_url, path),
    };
    let to = Party { id: profile.account_id, name: profile.name.clone(), email: profile.email.clone() };
    Some(Notice::new(to, subject, page))
}
