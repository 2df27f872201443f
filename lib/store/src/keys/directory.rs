//! The member directory, and the numbers that a product shows its people by.

use super::{Entry, Index, Key, entry};
use domain::{AccountId, DirectoryId, Instant, Product, text::Email};

/// A member of the directory.
pub fn directory_entry(product: Product, email: &Email) -> Key {
    Key::new(format!("{product}#DIRECTORY#{email}"), "ENTRY")
}

/// All of a directory, in the order in which they came.
pub fn directory(product: Product) -> String {
    format!("{product}#DIRECTORY")
}

/// A member of the directory by his id.
pub fn directory_by_id(product: Product, id: DirectoryId) -> String {
    format!("{product}#DIRECTORY_ENTRY#{id}")
}

/// A directory member's places in the indexes.
pub fn directory_entries(product: Product, id: DirectoryId, created: Instant) -> Vec<Entry> {
    vec![
        entry(Index::All, directory(product), format!("{created}#{id}")),
        entry(Index::Own, directory_by_id(product, id), "ENTRY".to_owned()),
    ]
}

/// How many numbers were given out.
pub fn numbers(product: Product) -> Key {
    Key::new(format!("{product}#NUMBERS"), "NUMBERS")
}

/// The number of an account at a product.
pub fn number(product: Product, account: AccountId) -> Key {
    Key::new(format!("ACCOUNT#{account}"), format!("NUMBER#{product}"))
}
