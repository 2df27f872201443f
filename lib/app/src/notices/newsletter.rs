//! What is mailed about the newsletter: to addresses, whoever reads them.

use super::{
    content::{MailedLink, Notice, Way},
    page::Page,
};
use domain::{
    EventId, Product,
    booking::Party,
    newsletter::NewsletterLink,
    text::{Email, PersonName},
};

/// Nobody is known behind the address; the ledger tells such mails apart by their event.
fn reader(email: &Email, event: EventId) -> Option<Party> {
    Some(Party { id: event.uuid().into(), name: PersonName::parse("reader").ok()?, email: email.clone() })
}

fn notice(to: Party, subject: String, paragraphs: &[&str], link: NewsletterLink) -> Notice {
    let paragraphs = paragraphs.iter().map(|text| (*text).to_owned()).collect();
    let page = Page { title: subject.clone(), paragraphs, ..Page::default() };
    Notice::new(to, subject, page).with_link(MailedLink::Newsletter(link)).by(Way::MailTo("newsletter"))
}

/// Somebody asked for the newsletter with this address.
pub(super) fn requested(product: Product, email: &Email, event: EventId) -> Option<Notice> {
    let paragraphs = [
        "Somebody asked for our newsletter with this address. Please confirm it; the link works once, within three days.",
        "If it was not you, there is nothing to do: without the link nothing is ever sent.",
    ];
    let subject = format!("Confirm the {} newsletter", product.title());
    Some(notice(reader(email, event)?, subject, &paragraphs, NewsletterLink::Confirm))
}

/// He has it from now on, and here is the way out.
pub(super) fn confirmed(product: Product, email: &Email, event: EventId) -> Option<Notice> {
    let paragraphs = ["Thank you: you get our newsletter from now on.", "Whenever you have had enough, the link below ends it."];
    let subject = format!("You get the {} newsletter", product.title());
    Some(notice(reader(email, event)?, subject, &paragraphs, NewsletterLink::Unsubscribe))
}
