use super::{
    content::{Notice, button, calendar_of, fact, link, when, wish},
    page::{Fact, Page},
};
use domain::{
    account::Role,
    booking::{Booking, Party, RequestedSlot},
    interview::{Mock, Reminder},
};

/// A confirmed session has another time: both get the changed invitation. A pending request names other slots: whoever
/// did not ask for it is told.
pub(super) fn rescheduled(booking: &Booking, from: Option<&RequestedSlot>, by: Role, web_url: &str) -> Vec<Notice> {
    if let (Some(from), Some(slot), Some(mentor)) = (from, &booking.confirmed_slot, &booking.mentor) {
        let moved = |to: &Party, with: &Party| moved(booking, from, slot, mentor, to, with, by);
        return vec![moved(&booking.mentee, mentor), moved(mentor, &booking.mentee)];
    }
    let mentee = (by != Role::Mentee).then_some((&booking.mentee, "/mentee/mocks"));
    let mentor = booking.mentor.as_ref().filter(|_| by != Role::Mentor).map(|mentor| (mentor, "/mentor/booking-requests"));
    let tell = |(to, path): (&Party, &str)| {
        let page = Page {
            title: "Other slots were proposed".to_owned(),
            paragraphs: vec![format!("{} proposes other slots for this booking request.", whoever(by))],
            facts: wish(booking),
            button: button("Open the request", web_url, path),
        };
        Notice::new(to.clone(), format!("Other slots for the mock interview for {}", booking.company_name), page)
    };
    mentee.into_iter().chain(mentor).map(tell).collect()
}

fn whoever(by: Role) -> &'static str {
    match by {
        Role::Mentee => "The mentee",
        Role::Mentor => "The mentor",
        Role::Admin => "Our team",
    }
}

fn moved(
    booking: &Booking,
    from: &RequestedSlot,
    slot: &RequestedSlot,
    mentor: &Party,
    to: &Party,
    with: &Party,
    by: Role,
) -> Notice {
    let before = Fact { label: "Before".to_owned(), ..when(&from.time) };
    let mut facts =
        vec![fact("With", with.name.as_str()), fact("Company", booking.company_name.as_str()), when(&slot.time), before];
    facts.extend(booking.meeting_link.iter().map(link));
    let page = Page {
        title: "Your mock interview has a new time".to_owned(),
        paragraphs: vec![format!("{} has moved your mock interview. The new invitation replaces the old one.", whoever(by))],
        facts,
        button: booking.meeting_link.as_ref().map(|link| ("Join the meeting".to_owned(), link.to_string())),
    };
    let subject = format!("New time: mock interview for {} on {}", booking.company_name, slot.time.date);
    Notice::new(to.clone(), subject, page).with_calendar(calendar_of(booking, slot, mentor))
}

/// Both are reminded of a session that draws near.
pub(super) fn reminder(mock: &Mock, reminder: Reminder) -> Vec<Notice> {
    let soon = match reminder {
        Reminder::Day => "within a day",
        Reminder::Hour => "within the hour",
    };
    let tell = |to: &Party, with: &Party| {
        let mut facts = vec![fact("With", with.name.as_str()), when(&mock.time)];
        facts.extend(mock.meet_link.iter().map(link));
        let page = Page {
            title: "Your mock interview is near".to_owned(),
            paragraphs: vec![format!("Your mock interview begins {soon}.")],
            facts,
            button: mock.meet_link.as_ref().map(|link| ("Join the meeting".to_owned(), link.to_string())),
        };
        Notice::new(to.clone(), format!("Reminder: mock interview on {} at {}", mock.time.date, mock.time.start_time), page)
    };
    vec![tell(&mock.mentee, &mock.mentor), tell(&mock.mentor, &mock.mentee)]
}
