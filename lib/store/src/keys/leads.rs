//! Public events, the leads that they bring, and what was decided about those.

use super::{Entry, Index, Key, entry};
use domain::{AccountId, Instant, LeadId, Product, PublicEventId, VerificationLogId};

/// The sort keys of whoever holds a place of an event begin so.
pub const GUESTS: &str = "GUEST#";
/// The sort keys of the decisions about a lead begin so.
pub const LEAD_LOGS: &str = "LOG#";

/// An event with all that belongs to it.
pub fn public_event_partition(product: Product, id: PublicEventId) -> String {
    format!("{product}#PUBLIC_EVENT#{id}")
}

/// A public event.
pub fn public_event(product: Product, id: PublicEventId) -> Key {
    Key::new(public_event_partition(product, id), "PUBLIC_EVENT")
}

/// The guard that lets somebody hold one place of an event.
pub fn guest(product: Product, event: PublicEventId, user: AccountId) -> Key {
    Key::new(public_event_partition(product, event), format!("{GUESTS}{user}"))
}

/// All public events of a product, by their start.
pub fn public_events(product: Product) -> String {
    format!("{product}#PUBLIC_EVENTS")
}

/// A mentor's events.
pub fn public_events_of_mentor(product: Product, mentor: AccountId) -> String {
    format!("{product}#MENTOR#{mentor}#PUBLIC_EVENTS")
}

/// An event's places in the indexes.
pub fn public_event_entries(product: Product, id: PublicEventId, mentor: AccountId, starts_at: Instant) -> Vec<Entry> {
    let sk = format!("{starts_at}#{id}");
    vec![
        entry(Index::All, public_events(product), sk.clone()),
        entry(Index::Mentor, public_events_of_mentor(product, mentor), sk),
    ]
}

/// What a mentor says of himself, in one product.
pub fn host_profile(product: Product, id: AccountId) -> Key {
    Key::new(format!("ACCOUNT#{id}"), format!("HOST#{product}"))
}

/// A lead with all that belongs to it.
pub fn lead_partition(product: Product, id: LeadId) -> String {
    format!("{product}#LEAD#{id}")
}

/// A lead.
pub fn lead(product: Product, id: LeadId) -> Key {
    Key::new(lead_partition(product, id), "LEAD")
}

/// All leads of a product.
pub fn leads(product: Product) -> String {
    format!("{product}#LEADS")
}

/// The leads that somebody's bookings are.
pub fn leads_of_user(product: Product, user: AccountId) -> String {
    format!("{product}#USER#{user}#LEADS")
}

/// The leads that a mentor sees.
pub fn leads_of_mentor(product: Product, mentor: AccountId) -> String {
    format!("{product}#MENTOR#{mentor}#LEADS")
}

/// A lead's places in the indexes: among its user's while he is here, and among its mentor's while he sees it.
pub fn lead_entries(
    product: Product,
    id: LeadId,
    user: Option<AccountId>,
    mentor: Option<AccountId>,
    created: Instant,
) -> Vec<Entry> {
    let sk = format!("{created}#{id}");
    let mut entries = vec![entry(Index::All, leads(product), sk.clone())];
    entries.extend(user.map(|user| entry(Index::Own, leads_of_user(product, user), sk.clone())));
    entries.extend(mentor.map(|mentor| entry(Index::Mentor, leads_of_mentor(product, mentor), sk)));
    entries
}

/// A decision about a lead.
pub fn verification_log(product: Product, lead: LeadId, at: Instant, id: VerificationLogId) -> Key {
    Key::new(lead_partition(product, lead), format!("{LEAD_LOGS}{at}#{id}"))
}

/// All decisions of a product.
pub fn verification_logs(product: Product) -> String {
    format!("{product}#VERIFICATION_LOGS")
}

/// A decision's place among all.
pub fn verification_log_entry(product: Product, at: Instant, id: VerificationLogId) -> Entry {
    entry(Index::All, verification_logs(product), format!("{at}#{id}"))
}
