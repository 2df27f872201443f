//! The member directory.

use super::{Entry, Index, Key, entry};
use domain::{DirectoryId, Instant, Product, text::Email};

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
