//! What is paid for sessions, and what mentors take out of it.

use super::{Entry, Index, Key, entry};
use domain::{AccountId, Instant, Product, SessionBookingId, WithdrawalId, mentorship::TransactionId};

/// The keys by which both sides of a session show that they met.
pub fn attendance(product: Product, session: SessionBookingId) -> Key {
    Key::new(format!("{product}#SESSION#{session}"), "ATTENDANCE")
}

/// The line of a mentor's statement that a session makes.
pub fn earning(product: Product, session: SessionBookingId) -> Key {
    Key::new(format!("{product}#SESSION#{session}"), "EARNING")
}

/// A mentor's statement, by the time of payment.
pub fn earnings_of_mentor(product: Product, mentor: AccountId) -> String {
    format!("{product}#MENTOR#{mentor}#EARNINGS")
}

/// A line's place in it.
pub fn earning_entry(product: Product, session: SessionBookingId, mentor: AccountId, at: Instant) -> Entry {
    entry(Index::Mentor, earnings_of_mentor(product, mentor), format!("{at}#{session}"))
}

/// A mentor's sums.
pub fn purse(product: Product, mentor: AccountId) -> Key {
    Key::new(format!("{product}#MENTOR#{mentor}"), "PURSE")
}

/// All that belongs to a mentor and is listed by his partition.
pub fn mentor_partition(product: Product, mentor: AccountId) -> String {
    purse(product, mentor).pk
}

/// Whom a mentor had sessions with begin so, in his partition.
pub const STUDENTS: &str = "STUDENT#";

/// Somebody whom a mentor had a session with.
pub fn student(product: Product, mentor: AccountId, student: AccountId) -> Key {
    Key::new(format!("{product}#MENTOR#{mentor}"), format!("{STUDENTS}{student}"))
}

/// A payment made elsewhere that counts for one session, and for no second one. People type ids in either case.
pub fn found_payment(product: Product, transaction: &TransactionId) -> Key {
    Key::new(format!("{product}#TRANSACTION#{}", transaction.as_str().to_ascii_uppercase()), "TRANSACTION")
}

/// A wish to be paid out.
pub fn withdrawal(product: Product, id: WithdrawalId) -> Key {
    Key::new(format!("{product}#WITHDRAWAL#{id}"), "WITHDRAWAL")
}

/// All of a product.
pub fn withdrawals(product: Product) -> String {
    format!("{product}#WITHDRAWALS")
}

/// A mentor's.
pub fn withdrawals_of_mentor(product: Product, mentor: AccountId) -> String {
    format!("{product}#MENTOR#{mentor}#WITHDRAWALS")
}

/// A withdrawal's places in the indexes.
pub fn withdrawal_entries(product: Product, id: WithdrawalId, mentor: AccountId, at: Instant) -> Vec<Entry> {
    let sk = format!("{at}#{id}");
    vec![entry(Index::All, withdrawals(product), sk.clone()), entry(Index::Mentor, withdrawals_of_mentor(product, mentor), sk)]
}
