//! Bookings, mocks, feedback, calendars.

use super::{Entry, Index, Key, entry};
use domain::{AccountId, BookingId, Instant, MockId, Product, booking::BookingStatus};
use jiff::SignedDuration;

/// A booking.
pub fn booking(product: Product, id: BookingId) -> Key {
    Key::new(format!("{product}#BOOKING#{id}"), "BOOKING")
}

/// All bookings of a product.
pub fn bookings(product: Product) -> String {
    format!("{product}#BOOKINGS")
}

/// A mentee's bookings.
pub fn bookings_of_mentee(product: Product, mentee: AccountId) -> String {
    format!("{product}#MENTEE#{mentee}#BOOKINGS")
}

/// A mentor's bookings; sorted by status first, so that the pending ones are one range.
pub fn bookings_of_mentor(product: Product, mentor: AccountId) -> String {
    format!("{product}#MENTOR#{mentor}#BOOKINGS")
}

/// The sort key prefix of a mentor's bookings with a status.
pub fn booking_status(status: BookingStatus) -> &'static str {
    match status {
        BookingStatus::Pending => "pending#",
        BookingStatus::Confirmed => "confirmed#",
        BookingStatus::CancelledByMentee | BookingStatus::CancelledByMentor | BookingStatus::CancelledByAdmin => "cancelled#",
    }
}

/// A booking's places in the indexes.
pub fn booking_entries(
    product: Product,
    id: BookingId,
    mentee: AccountId,
    mentor: Option<AccountId>,
    status: BookingStatus,
    created: Instant,
) -> Vec<Entry> {
    let sk = format!("{created}#{id}");
    let mut entries = vec![
        entry(Index::All, bookings(product), sk.clone()),
        entry(Index::Own, bookings_of_mentee(product, mentee), sk.clone()),
    ];
    entries.extend(
        mentor.map(|mentor| entry(Index::Mentor, bookings_of_mentor(product, mentor), format!("{}{sk}", booking_status(status)))),
    );
    entries
}

/// A mock interview.
pub fn mock(product: Product, id: MockId) -> Key {
    Key::new(format!("{product}#MOCK#{id}"), "MOCK")
}

/// All mocks of a product, by start.
pub fn mocks(product: Product) -> String {
    format!("{product}#MOCKS")
}

/// A mentee's mocks, by start.
pub fn mocks_of_mentee(product: Product, mentee: AccountId) -> String {
    format!("{product}#MENTEE#{mentee}#MOCKS")
}

/// A mentor's mocks, by start.
pub fn mocks_of_mentor(product: Product, mentor: AccountId) -> String {
    format!("{product}#MENTOR#{mentor}#MOCKS")
}

/// A mock's places in the indexes.
pub fn mock_entries(product: Product, id: MockId, mentee: AccountId, mentor: AccountId, starts_at: Instant) -> Vec<Entry> {
    let sk = format!("{starts_at}#{id}");
    vec![
        entry(Index::All, mocks(product), sk.clone()),
        entry(Index::Own, mocks_of_mentee(product, mentee), sk.clone()),
        entry(Index::Mentor, mocks_of_mentor(product, mentor), sk),
    ]
}

/// The feedback about a mock; beside the mock, so that there is at most one.
pub fn feedback(product: Product, mock: MockId) -> Key {
    Key::new(format!("{product}#MOCK#{mock}"), "FEEDBACK")
}

/// All feedback of a product.
pub fn feedbacks(product: Product) -> String {
    format!("{product}#FEEDBACKS")
}

/// The feedback about a mentee.
pub fn feedbacks_of_mentee(product: Product, mentee: AccountId) -> String {
    format!("{product}#MENTEE#{mentee}#FEEDBACKS")
}

/// The feedback that a mentor wrote.
pub fn feedbacks_of_mentor(product: Product, mentor: AccountId) -> String {
    format!("{product}#MENTOR#{mentor}#FEEDBACKS")
}

/// A feedback's places in the indexes.
pub fn feedback_entries(product: Product, mock: MockId, mentee: AccountId, mentor: AccountId, created: Instant) -> Vec<Entry> {
    let sk = format!("{created}#{mock}");
    vec![
        entry(Index::All, feedbacks(product), sk.clone()),
        entry(Index::Own, feedbacks_of_mentee(product, mentee), sk.clone()),
        entry(Index::Mentor, feedbacks_of_mentor(product, mentor), sk),
    ]
}

/// A person's calendar.
pub fn calendar(product: Product, person: AccountId) -> String {
    format!("{product}#CALENDAR#{person}")
}

/// So much of a person's calendar is an item.
pub const CALENDAR_BLOCK: SignedDuration = SignedDuration::from_hours(4);

/// A block of a person's calendar, by any instant of it; each of its quarter hours is an attribute.
pub fn calendar_block(product: Product, person: AccountId, at: Instant) -> Key {
    Key::new(calendar(product, person), at.floor(CALENDAR_BLOCK).to_string())
}
