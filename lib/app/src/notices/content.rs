use super::{
    NoticeError, account, calendar, mentorship,
    page::{Fact, Page},
    paid_sessions, sessions, shown,
};
use domain::{
    Paise, Product,
    account::Role,
    booking::{Booking, BookingStatus, Party, RequestedSlot},
    event::{Detail, Event},
    interview::Mock,
    link::MeetUrl,
    newsletter::NewsletterLink,
    slot::SlotTime,
    text::Email,
};
use gateways::mail::Mail;

/// A link with a fresh token that a mail's button is to be.
pub(super) enum MailedLink {
    SetPassword,
    /// Proves the address that the mail goes to, in place of the old one.
    ConfirmEmail {
        old: Email,
    },
    /// No link, but a code to type.
    SignInCode,
    /// Proves an address for the newsletter, or ends it.
    Newsletter(NewsletterLink),
}

/// Where a notice goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Into the product, and to the recipient's address as it is now.
    Everywhere,
    /// To the address as it is now, and nowhere else.
    Mail,
    /// To the very address that it names; these words tell the mail from another one to the same person.
    MailTo(&'static str),
}

/// What somebody is to be told.
pub(super) struct Notice {
    pub to: Party,
    pub way: Way,
    pub subject: String,
    pub page: Page,
    pub link: Option<MailedLink>,
    pub calendar: Option<calendar::Entry>,
}

impl Notice {
    pub fn new(to: Party, subject: impl Into<String>, page: Page) -> Self {
        Self { to, way: Way::Everywhere, subject: subject.into(), page, link: None, calendar: None }
    }

    fn with_set_password(self, set_password: bool) -> Self {
        Self { link: set_password.then_some(MailedLink::SetPassword), ..self }
    }

    pub fn with_link(self, link: MailedLink) -> Self {
        Self { link: Some(link), ..self }
    }

    pub fn by(self, way: Way) -> Self {
        Self { way, ..self }
    }

    /// The recipient's name in the ledger.
    pub fn recipient(&self) -> String {
        match self.way {
            Way::Everywhere | Way::Mail => self.to.id.to_string(),
            Way::MailTo(which) => format!("{}+{which}", self.to.id),
        }
    }

    pub fn with_calendar(self, entry: calendar::Entry) -> Self {
        Self { calendar: Some(entry), ..self }
    }

    pub fn into_mail(self, product: Product, organiser: &Email, event: &Event) -> Result<Mail, NoticeError> {
        let (text, html) = self.page.render(product, &self.subject, self.to.name.as_str())?;
        let invitation = self.calendar.map(|entry| entry.invitation(product, organiser, event.occurred_at));
        let request_id = event.request_id.clone();
        let (to, to_name, subject) = (self.to.email, self.to.name.to_string(), self.subject);
        Ok(Mail { to, to_name, subject, text, html, invitation, request_id })
    }
}

/// Who is told what about an event, apart from admins.
pub(super) fn notices(product: Product, detail: &Detail, web_url: &str) -> Vec<Notice> {
    match detail {
        Detail::AccountRegistered { account_id, name, email, role, approved, needs_password } => {
            let to = Party { id: *account_id, name: name.clone(), email: email.clone() };
            vec![welcome(product, to, *role, *approved, web_url).with_set_password(*needs_password)]
        }
        Detail::PlanPurchased { account_id, name, email, plan_name, amount, expires_at, new_account, needs_password, .. } => {
            let to = Party { id: *account_id, name: name.clone(), email: email.clone() };
            let until = expires_at.timestamp().strftime("%-d %B %Y").to_string();
            vec![
                purchased(product, to, plan_name.as_str(), *amount, &until, *new_account, web_url)
                    .with_set_password(*needs_password),
            ]
        }
        Detail::BookingRequested { booking } => {
            booking.mentor.iter().map(|mentor| requested(booking, mentor.clone(), web_url)).collect()
        }
        Detail::BookingConfirmed { booking } => confirmed(booking),
        Detail::BookingRescheduled { booking, from, by } => sessions::rescheduled(booking, from.as_ref(), *by, web_url),
        Detail::ReminderFellDue { mock, reminder } => sessions::reminder(mock, *reminder),
        Detail::BookingCancelled { booking } => cancelled(booking),
        Detail::MockScheduled { mock } => mock_scheduled(mock),
        Detail::MockCancelled { mock } => mock_cancelled(mock),
        Detail::FeedbackGiven { mentee, mentor, company_name, .. } => {
            vec![feedback(mentee.clone(), mentor, company_name.as_str(), web_url)]
        }
        Detail::AccountImported { .. }
        | Detail::MemberStateChanged { .. }
        | Detail::MentorVerified { .. }
        | Detail::MentorAssigned { .. }
        | Detail::PublicEventCreated { .. }
        | Detail::PublicEventDeleted { .. }
        | Detail::LeadBooked { .. }
        | Detail::LeadDecided { .. }
        | Detail::LeadPurchased { .. }
        | Detail::FeedbackUpdated { .. }
        | Detail::MemberRoleChanged { .. }
        | Detail::PasswordResetRequested { .. }
        | Detail::PaymentMismatched { .. }
        | Detail::OrderRefunded { .. }
        | Detail::MisfitRefunded { .. }
        | Detail::MockCompleted { .. }
        | Detail::MeetLinkReleased { .. }
        | Detail::PostCreated { .. }
        | Detail::CommentAdded { .. }
        | Detail::AiToolUsed { .. }
        | Detail::EmailChangeRequested { .. }
        | Detail::SignInCodeRequested { .. }
        | Detail::NewsletterRequested { .. }
        | Detail::NewsletterConfirmed { .. }
        | Detail::DirectoryEntryAdded { .. }
        | Detail::MemberRolesChanged { .. }
        | Detail::MentorProfileMade { .. }
        | Detail::MentorDecided { .. }
        | Detail::MentorProfileRemoved { .. }
        | Detail::MentorListingChanged { .. }
        | Detail::MentorshipRated { .. }
        | Detail::MentorshipRefunded { payer: None, .. }
        | Detail::MentorshipUnattended { .. }
        | Detail::WithdrawalRequested { .. }
        | Detail::MessageArrived { .. }
        | Detail::PostLiked { .. }
        | Detail::PublicEventTakenDown { .. }
        | Detail::RazorpayWebhookReceived { .. } => Vec::new(),
        Detail::MentorshipRequested { session } if session.terms.is_some() => paid_sessions::booked(session, web_url),
        Detail::MentorshipRequested { session } => mentorship::requested(session, web_url),
        Detail::MentorshipConfirmed { session } | Detail::MentorshipLinked { session } => mentorship::confirmed(session, web_url),
        Detail::MentorshipCancelled { session } => paid_sessions::cancelled(session),
        Detail::MentorshipPaid { session, amount, .. } => paid_sessions::paid(session, *amount, web_url),
        Detail::MentorshipRescheduled { session, from } => paid_sessions::rescheduled(session, from, web_url),
        Detail::MentorshipRefunded { payer: Some(payer), payment_id, amount, .. } => {
            paid_sessions::refunded(payer, payment_id, Paise::new(*amount))
        }
        Detail::WithdrawalDecided { mentor, amount, status, .. } => {
            vec![paid_sessions::withdrawal_decided(mentor, *amount, *status, web_url)]
        }
        Detail::MentorshipCompleted { session } => mentorship::completed(session, web_url),
        Detail::MentorshipReminderFellDue { session, reminder } => mentorship::reminder(session, *reminder, web_url),
        Detail::SupportAnswered { member, subject, answer, .. } => {
            vec![shown::support_answered(member.clone(), subject.as_str(), answer.as_str())]
        }
        Detail::EmailChanged { account_id, name, old_email, email } => {
            account::email_changed(*account_id, name, old_email, email)
        }
        Detail::AccountDeleted { account_id, name, email, .. } => {
            let to = Party { id: *account_id, name: name.clone(), email: email.clone() };
            vec![account::deleted(product, to)]
        }
    }
}

pub(super) fn fact(label: &str, value: impl Into<String>) -> Fact {
    Fact { label: label.to_owned(), value: value.into(), is_link: false }
}

/// Only what we made a link is one in a mail: what people typed stays text.
pub(super) fn link(url: &MeetUrl) -> Fact {
    Fact { label: "Meeting link".to_owned(), value: url.to_string(), is_link: true }
}

pub(super) fn when(time: &SlotTime) -> Fact {
    fact("When", format!("{}, {} to {} ({})", time.date, time.start_time, time.end_time, time.zone.name()))
}

pub(super) fn button(label: &str, web_url: &str, path: &str) -> Option<(String, String)> {
    Some((label.to_owned(), format!("{web_url}{path}")))
}

fn welcome(product: Product, to: Party, role: Role, approved: bool, web_url: &str) -> Notice {
    let paragraphs = match role {
        Role::Mentor if product == Product::AspireX => vec![
            "Your mentor account is there. Say who you are and what you offer in your profile.".to_owned(),
            "Students find you as soon as an admin has approved you.".to_owned(),
        ],
        Role::Mentee | Role::Admin if product == Product::AspireX => {
            vec!["Your account is there. Find a mentor, book a session with him, and say hello in the community.".to_owned()]
        }
        Role::Mentor if approved => vec!["Your mentor account is there. Mentees can be assigned to you from now on.".to_owned()],
        Role::Mentor => vec![
            "Your mentor account is there.".to_owned(),
            "Mentees can be assigned to you as soon as an admin has approved it.".to_owned(),
        ],
        Role::Mentee | Role::Admin => vec![
            "Your account is there. Look around: companies, slots and plans are open to you.".to_owned(),
            "Mock interviews with mentors come with a plan, which you can choose at any time.".to_owned(),
        ],
    };
    let page = Page {
        title: "Welcome".to_owned(),
        paragraphs,
        button: button("Go to your dashboard", web_url, "/login"),
        ..Page::default()
    };
    Notice::new(to, format!("Welcome to {}", product.title()), page)
}

/// Somebody who asked for it gets a set-password link.
pub(super) fn password_reset(to: Party) -> Notice {
    let page = Page {
        title: "Set a new password".to_owned(),
        paragraphs: vec![
            "Somebody asked for a link to set a new password for your account. It works once, within 72 hours.".to_owned(),
            "If that was not you, there is nothing to do: your password stays as it is.".to_owned(),
        ],
        ..Page::default()
    };
    Notice::new(to, "Set a new password", page).with_set_password(true).by(Way::Mail)
}

fn purchased(product: Product, to: Party, plan: &str, amount: Paise, until: &str, new_account: bool, web_url: &str) -> Notice {
    let mut paragraphs = vec!["Thank you, your payment has arrived and your plan is active.".to_owned()];
    if new_account {
        paragraphs.push("We made your account with this address.".to_owned());
    }
    let page = Page {
        title: if new_account { format!("Welcome to {}", product.title()) } else { "Your plan is active".to_owned() },
        paragraphs,
        facts: vec![fact("Plan", plan), fact("Paid", format!("₹{}", amount.in_rupees())), fact("Runs until", until)],
        button: button("Book a mock interview", web_url, "/mentee/book"),
    };
    let product = product.title();
    let subject =
        if new_account { format!("Welcome to {product}: your plan is active") } else { format!("Your {product} plan is active") };
    Notice::new(to, subject, page)
}

pub(super) fn wish(booking: &Booking) -> Vec<Fact> {
    let mut facts = vec![fact("Mentee", booking.mentee.name.as_str()), fact("Company", booking.company_name.as_str())];
    if let Some(interview) = &booking.interview {
        facts.push(fact("Track", interview.interview_track.as_str()));
    }
    facts.extend(booking.preferred_slots.iter().map(|slot| Fact { label: "Possible slot".to_owned(), ..when(&slot.time) }));
    if !booking.additional_notes.as_str().is_empty() {
        facts.push(fact("Notes", booking.additional_notes.as_str()));
    }
    facts
}

fn requested(booking: &Booking, mentor: Party, web_url: &str) -> Notice {
    let page = Page {
        title: "New booking request".to_owned(),
        paragraphs: vec![format!("{} asks you for a mock interview. Please choose one of the slots.", booking.mentee.name)],
        facts: wish(booking),
        button: button("Open the request", web_url, "/mentor/booking-requests"),
    };
    Notice::new(mentor, format!("New booking request from {}", booking.mentee.name), page)
}

/// An admin is told of a request that has no mentor.
pub(super) fn waiting_for_admin(booking: &Booking, admin: Party, web_url: &str) -> Notice {
    let page = Page {
        title: "A booking request waits for a mentor".to_owned(),
        paragraphs: vec![format!("{} has no mentor assigned. Please choose a mentor and a slot.", booking.mentee.name)],
        facts: wish(booking),
        button: button("Open the requests", web_url, "/admin/bookings"),
    };
    Notice::new(admin, format!("Booking request from {} waits for a mentor", booking.mentee.name), page)
}

fn confirmed(booking: &Booking) -> Vec<Notice> {
    let (Some(slot), Some(mentor)) = (&booking.confirmed_slot, &booking.mentor) else { return Vec::new() };
    let notice = |to: &Party, with: &Party| {
        let mut facts = vec![fact("With", with.name.as_str()), fact("Company", booking.company_name.as_str()), when(&slot.time)];
        facts.extend(booking.meeting_link.iter().map(link));
        let page = Page {
            title: "Your mock interview is confirmed".to_owned(),
            paragraphs: vec!["Both of you have this invitation; please join with the meeting link.".to_owned()],
            facts,
            button: booking.meeting_link.as_ref().map(|link| ("Join the meeting".to_owned(), link.to_string())),
        };
        let subject = format!("Confirmed: mock interview for {} on {}", booking.company_name, slot.time.date);
        Notice::new(to.clone(), subject, page).with_calendar(calendar_of(booking, slot, mentor))
    };
    vec![notice(&booking.mentee, mentor), notice(mentor, &booking.mentee)]
}

fn cancelled(booking: &Booking) -> Vec<Notice> {
    let by = match booking.status {
        BookingStatus::CancelledByMentee => "the mentee",
        BookingStatus::CancelledByMentor => "the mentor",
        _ => "our team",
    };
    let notice = |to: &Party| {
        let page = Page {
            title: "A mock interview was cancelled".to_owned(),
            paragraphs: vec![format!("The mock interview for {} was cancelled by {by}.", booking.company_name)],
            facts: booking.confirmed_slot.iter().map(|slot| when(&slot.time)).collect(),
            button: None,
        };
        let notice = Notice::new(to.clone(), format!("Cancelled: mock interview for {}", booking.company_name), page);
        match (&booking.confirmed_slot, &booking.mentor) {
            (Some(slot), Some(mentor)) => notice.with_calendar(calendar_of(booking, slot, mentor).withdrawn()),
            _ => notice,
        }
    };
    std::iter::once(&booking.mentee).chain(&booking.mentor).map(notice).collect()
}

pub(super) fn calendar_of(booking: &Booking, slot: &RequestedSlot, mentor: &Party) -> calendar::Entry {
    calendar::Entry {
        uid: booking.id.to_string(),
        sequence: booking.calendar_sequence,
        summary: format!("Mock interview: {}", booking.company_name),
        time: slot.time.clone(),
        link: booking.meeting_link.as_ref().map(ToString::to_string),
        attendees: vec![booking.mentee.clone(), mentor.clone()],
        withdrawn: false,
    }
}

fn mock_notices(mock: &Mock, title: &str, paragraph: &str, sequence: u32, withdrawn: bool) -> Vec<Notice> {
    let notice = |to: &Party, with: &Party| {
        let mut facts = vec![fact("With", with.name.as_str()), when(&mock.time)];
        facts.extend(mock.meet_link.iter().map(link));
        let page = Page { title: title.to_owned(), paragraphs: vec![paragraph.to_owned()], facts, button: None };
        Notice::new(to.clone(), format!("{title}: {}", mock.time.date), page).with_calendar(calendar::Entry {
            uid: mock.id.to_string(),
            sequence,
            summary: format!("Mock interview: {} and {}", mock.mentee.name, mock.mentor.name),
            time: mock.time.clone(),
            link: mock.meet_link.as_ref().map(ToString::to_string),
            attendees: vec![mock.mentee.clone(), mock.mentor.clone()],
            withdrawn,
        })
    };
    vec![notice(&mock.mentee, &mock.mentor), notice(&mock.mentor, &mock.mentee)]
}

fn mock_scheduled(mock: &Mock) -> Vec<Notice> {
    mock_notices(mock, "Your mock interview is scheduled", "Our team arranged this mock interview for you.", 0, false)
}

fn mock_cancelled(mock: &Mock) -> Vec<Notice> {
    mock_notices(mock, "A mock interview was cancelled", "This mock interview will not take place.", 1, true)
}

fn feedback(mentee: Party, mentor: &Party, company: &str, web_url: &str) -> Notice {
    let page = Page {
        title: "Your feedback is ready".to_owned(),
        paragraphs: vec![format!("{} has written feedback about your mock interview.", mentor.name)],
        facts: if company.is_empty() { Vec::new() } else { vec![fact("Company", company)] },
        button: button("Read the feedback", web_url, "/mentee/feedbacks"),
    };
    Notice::new(mentee, "Feedback about your mock interview is ready", page)
}
