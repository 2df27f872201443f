//! Mentors who offer their own time, and their sessions.

use super::{Entry, Index, Key, entry};
use domain::{AccountId, EventId, Instant, Product, SessionBookingId, mentorship::Word};

/// A mentor's profile.
pub fn mentor_profile(product: Product, mentor: AccountId) -> Key {
    Key::new(format!("{product}#MENTOR#{mentor}"), "PROFILE")
}

/// All that he offers of his time, in one item.
pub fn availability(product: Product, mentor: AccountId) -> Key {
    Key::new(format!("{product}#MENTOR#{mentor}"), "AVAILABILITY")
}

/// All profiles of a product, also those that are not listed.
pub fn mentor_profiles(product: Product) -> String {
    format!("{product}#MENTOR_PROFILES")
}

/// A profile's place in the index.
pub fn mentor_profile_entries(product: Product, mentor: AccountId, made: Instant) -> Vec<Entry> {
    vec![entry(Index::All, mentor_profiles(product), format!("{made}#{mentor}"))]
}

/// The mentors whom mentees see, by name.
pub fn listed_mentors(product: Product) -> String {
    format!("{product}#MENTORS")
}

/// Those of an area of expertise, by name.
pub fn mentors_of_area(product: Product, area: &str) -> String {
    format!("{product}#MENTORS#AREA#{area}")
}

/// Those with words that begin like this one, by word.
pub fn mentors_of_word(product: Product, word: &Word) -> String {
    let first: String = word.as_str().chars().take(1).collect();
    format!("{product}#MENTORS#WORD#{first}")
}

/// A mentor's place under a name or word in one of these lists.
pub fn listing(list: String, under: &str, mentor: AccountId) -> Key {
    Key::new(list, format!("{under}#{mentor}"))
}

/// How many mentors were listed under an area, and how many no longer are.
pub fn counts_of_area(product: Product, area: &str) -> Key {
    Key::new(format!("{product}#AREA#{area}"), "STATS")
}

/// A session in a mentor's own time.
pub fn session_booking(product: Product, id: SessionBookingId) -> Key {
    Key::new(format!("{product}#SESSION#{id}"), "SESSION")
}

/// All sessions of a product, by start.
pub fn session_bookings(product: Product) -> String {
    format!("{product}#SESSIONS")
}

/// A mentee's sessions, by start.
pub fn sessions_of_mentee(product: Product, mentee: AccountId) -> String {
    format!("{product}#MENTEE#{mentee}#SESSIONS")
}

/// A mentor's sessions, by start.
pub fn sessions_of_mentor(product: Product, mentor: AccountId) -> String {
    format!("{product}#MENTOR#{mentor}#SESSIONS")
}

/// A session's places in the indexes.
pub fn session_entries(
    product: Product,
    id: SessionBookingId,
    (mentee, mentor): (AccountId, AccountId),
    starts_at: Instant,
) -> Vec<Entry> {
    let sk = format!("{starts_at}#{id}");
    vec![
        entry(Index::All, session_bookings(product), sk.clone()),
        entry(Index::Own, sessions_of_mentee(product, mentee), sk.clone()),
        entry(Index::Mentor, sessions_of_mentor(product, mentor), sk),
    ]
}

/// All that goes on in a product.
pub fn activities(product: Product) -> String {
    format!("{product}#ACTIVITY")
}

/// A line of what goes on.
pub fn activity(product: Product, at: Instant, event: EventId) -> Key {
    Key::new(activities(product), format!("{at}#{event}"))
}

/// A mentor whom somebody likes to find again.
pub fn favourite(product: Product, account: AccountId, mentor: AccountId) -> Key {
    Key::new(format!("ACCOUNT#{account}"), format!("{}{mentor}", favourite_prefix(product)))
}

/// All whom he likes to find again begin so.
pub fn favourite_prefix(product: Product) -> String {
    format!("FAVOURITE#{product}#")
}
