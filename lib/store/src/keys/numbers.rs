//! What is counted so that people see short numbers.

use super::Key;
use domain::{AccountId, Product, account::PublicNumber};

/// A row of whole numbers of a product; each kind of thing has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counter(&'static str);

impl Counter {
    /// The numbers of students.
    pub const STUDENTS: Self = Self("STUDENTS");
    /// The numbers of mentors.
    pub const MENTORS: Self = Self("MENTORS");
}

/// How many numbers of a row were given out.
pub fn counter(product: Product, counter: Counter) -> Key {
    Key::new(format!("{product}#COUNTER#{}", counter.0), "COUNTER")
}

/// Whose a public number is.
pub fn public_number(product: Product, number: PublicNumber) -> Key {
    Key::new(format!("{product}#NUMBER#{number}"), "NUMBER")
}

/// How many numbers of accounts were given out.
pub fn numbers(product: Product) -> Key {
    Key::new(format!("{product}#NUMBERS"), "NUMBERS")
}

/// The number of an account at a product.
pub fn number(product: Product, account: AccountId) -> Key {
    Key::new(format!("ACCOUNT#{account}"), format!("NUMBER#{product}"))
}
