//! What people are told about sessions that are paid for, and mentors about their money.

use super::{
    content::{Notice, button, fact},
    mentorship::{self, both, entry, facts},
    page::{Fact, Page},
};
use domain::{
    Paise,
    account::Role,
    booking::Party,
    earnings::WithdrawalStatus,
    mentorship::{AttendanceKeys, PaidBy, SessionBooking},
    payment::RazorpayPaymentId,
    slot::SlotTime,
};

fn rupees(amount: Paise) -> String {
    format!("₹{}", amount.in_rupees())
}

/// A session whose mentee says that he has paid waits for whoever finds the payment. At the checkout nobody is told
/// before the money is there.
pub(super) fn booked(session: &SessionBooking, web_url: &str) -> Vec<Notice> {
    let Some((terms, claim)) = session.terms.as_ref().and_then(|terms| Some((terms, terms.claim.as_ref()?))) else {
        return Vec::new();
    };
    let more = || [fact("Price", rupees(terms.price)), fact("Transaction", claim.as_str())];
    let page = |title: &str, paragraph: String, with: &Party| Page {
        title: title.to_owned(),
        paragraphs: vec![paragraph],
        facts: facts(session, with).into_iter().chain(more()).collect(),
        button: button("Open your sessions", web_url, ""),
    };
    let (mentor, mentee) = (&session.mentor, &session.mentee);
    let asks = format!("{} booked a session with you. Please look whether the payment has arrived, and say so.", mentee.name);
    let until = terms.held_until.timestamp().to_zoned(session.time.zone.rules().clone()).strftime("%-d %B %Y, %H:%M");
    let waits = format!(
        "The time is held for you until {until} ({}). The session is confirmed as soon as your payment is found.",
        session.time.zone.name()
    );
    vec![
        Notice::new(mentor.clone(), format!("New session booked by {}", mentee.name), page("New session booked", asks, mentee)),
        Notice::new(mentee.clone(), "Your session is booked", page("Your session is booked", waits, mentor)),
    ]
}

/// The mentee has a receipt.
pub(super) fn paid(session: &SessionBooking, amount: Paise, web_url: &str) -> Vec<Notice> {
    let transaction =
        session.terms.as_ref().and_then(|terms| terms.paid.as_ref()).map(|paid| fact("Payment", paid.transaction()));
    let page = Page {
        title: "Thank you for your payment".to_owned(),
        paragraphs: vec!["Your payment has arrived and your session is confirmed.".to_owned()],
        facts: facts(session, &session.mentor).into_iter().chain([fact("Paid", rupees(amount))]).chain(transaction).collect(),
        button: button("Open your sessions", web_url, ""),
    };
    vec![Notice::new(session.mentee.clone(), format!("Payment received: session with {}", session.mentor.name), page)]
}

/// Both get the invitation anew.
pub(super) fn rescheduled(session: &SessionBooking, from: &SlotTime, web_url: &str) -> Vec<Notice> {
    both(session, |to, with, _| {
        let was = Fact { label: "Instead of".to_owned(), ..super::content::when(from) };
        let page = Page {
            title: "Your session has another time".to_owned(),
            paragraphs: vec!["The mentor moved the session. This invitation replaces the one before.".to_owned()],
            facts: facts(session, with).into_iter().chain([was]).collect(),
            button: button("Open your sessions", web_url, ""),
        };
        let subject = format!("Moved: session with {} to {}", with.name, session.time.date);
        Notice::new(to.clone(), subject, page).with_calendar(entry(session))
    })
}

/// Whoever was told of it learns that it will not be.
pub(super) fn cancelled(session: &SessionBooking) -> Vec<Notice> {
    let Some(terms) = &session.terms else { return mentorship::cancelled(session) };
    let mut notices = mentorship::cancelled(session);
    // Of a session that was never paid at the checkout the mentor knows nothing.
    if session.confirmed_at.is_none() && terms.claim.is_none() {
        notices.retain(|notice| notice.to.id == session.mentee.id);
    }
    if terms.lapsed && terms.paid.is_none() {
        for notice in &mut notices {
            notice.page.paragraphs = vec!["It was not paid in time, so the time is free again.".to_owned()];
        }
    }
    let back = match &terms.paid {
        Some(PaidBy::Order { .. }) => "What you paid goes back in full.",
        Some(PaidBy::Claim { .. }) => "You paid elsewhere, so whoever got the money pays it back. Our team has been told.",
        None => return notices,
    };
    for notice in notices.iter_mut().filter(|notice| notice.to.id == session.mentee.id) {
        notice.page.paragraphs.push(back.to_owned());
    }
    notices
}

/// What an admin found of a payment made elsewhere for a session: the platform has it.
pub(super) fn found_elsewhere(session: &SessionBooking) -> Option<(Paise, &str)> {
    let terms = session.terms.as_ref()?;
    match terms.paid.as_ref()? {
        PaidBy::Claim { transaction_id, found_by: Role::Admin } => Some((terms.price, transaction_id.as_str())),
        PaidBy::Claim { .. } | PaidBy::Order { .. } => None,
    }
}

/// An admin learns that money is to be paid back by hand.
pub(super) fn owed_back(admin: Party, session: &SessionBooking, amount: Paise, transaction: &str, web_url: &str) -> Notice {
    let about = [
        fact("Session", session.id.to_string()),
        fact("Student", session.mentee.name.as_str()),
        fact("Mentor", session.mentor.name.as_str()),
        fact("Amount", rupees(amount)),
        fact("Transaction", transaction),
    ];
    let page = Page {
        title: "A payment is to be paid back".to_owned(),
        paragraphs: vec![
            "A session was called off whose payment an admin had found. It was made elsewhere, so please pay it back by hand."
                .to_owned(),
        ],
        facts: about.into(),
        button: button("Open the sessions", web_url, ""),
    };
    Notice::new(admin, format!("{} to be paid back", rupees(amount)), page)
}

/// An admin learns that nobody showed that a session took place.
pub(super) fn unattended(admin: Party, session: &SessionBooking, web_url: &str) -> Notice {
    let price = session.terms.as_ref().map(|terms| fact("Price", rupees(terms.price)));
    let facts = facts(session, &session.mentor).into_iter().chain([fact("Student", session.mentee.name.as_str())]);
    let page = Page {
        title: "A session that nobody attended".to_owned(),
        paragraphs: vec![
            "A day after its end neither side has entered the other's attendance key. Please say that it took place, or call it off."
                .to_owned(),
        ],
        facts: facts.chain(price).collect(),
        button: button("Open the sessions", web_url, ""),
    };
    Notice::new(admin, format!("Nobody attended the session of {}", session.time.date), page)
}

/// The payer learns that his money is on its way; which payment's, since he may have paid twice.
pub(super) fn refunded(payer: &Party, payment: &RazorpayPaymentId, amount: Paise) -> Vec<Notice> {
    let page = Page {
        title: "Your payment went back".to_owned(),
        paragraphs: vec!["We sent back what you paid for a session that will not be. Your bank may take some days.".to_owned()],
        facts: vec![fact("Amount", rupees(amount)), fact("Payment", payment.as_str())],
        button: None,
    };
    vec![Notice::new(payer.clone(), "Your payment went back", page)]
}

/// Each one is told his own key, which the other one enters.
pub(super) fn with_keys(mut notices: Vec<Notice>, session: &SessionBooking, keys: &AttendanceKeys) -> Vec<Notice> {
    for notice in &mut notices {
        let key = if notice.to.id == session.mentor.id { &keys.mentor } else { &keys.mentee };
        notice.page.facts.push(fact("Your attendance key", key.as_str()));
        notice.page.paragraphs.push("Tell your attendance key to the other one when you meet, and enter the other's.".to_owned());
    }
    notices
}

/// An admin learns that a mentor wants his money.
pub(super) fn withdrawal_requested(admin: Party, mentor: &Party, amount: Paise, web_url: &str) -> Notice {
    let page = Page {
        title: "A withdrawal waits".to_owned(),
        paragraphs: vec!["A mentor asks to be paid out. The amount has left the balance.".to_owned()],
        facts: vec![fact("Mentor", mentor.name.as_str()), fact("Amount", rupees(amount))],
        button: button("Open the withdrawals", web_url, ""),
    };
    Notice::new(admin, format!("Withdrawal of {} waits", rupees(amount)), page)
}

/// The mentor learns what was decided.
pub(super) fn withdrawal_decided(mentor: &Party, amount: Paise, status: WithdrawalStatus, web_url: &str) -> Notice {
    let (title, paragraph) = match status {
        WithdrawalStatus::Rejected => ("Your withdrawal was refused", "The amount is in your balance again."),
        WithdrawalStatus::Completed | WithdrawalStatus::Pending => ("You were paid out", "The money is on its way to you."),
    };
    let page = Page {
        title: title.to_owned(),
        paragraphs: vec![paragraph.to_owned()],
        facts: vec![fact("Amount", rupees(amount))],
        button: button("Open your earnings", web_url, ""),
    };
    Notice::new(mentor.clone(), title, page)
}
