//! Notices that members read in the product: few for each, so a partition a member.

use super::{Entry, Index, Key, entry};
use domain::{AccountId, EventId, Product};

/// A member's notices. The ids of events sort by their time.
pub fn notices(product: Product, account: AccountId) -> String {
    format!("{product}#NOTICES#{account}")
}

/// A member's notice of an event.
pub fn notice(product: Product, account: AccountId, event: EventId) -> Key {
    Key::new(notices(product, account), event.to_string())
}

/// The notices that a member has not read.
pub fn unread_notices(product: Product, account: AccountId) -> String {
    format!("{product}#NOTICES#{account}#UNREAD")
}

/// A notice's place in the index, until it is read.
pub fn notice_entries(product: Product, account: AccountId, event: EventId, unread: bool) -> Vec<Entry> {
    if unread { vec![entry(Index::Own, unread_notices(product, account), event.to_string())] } else { Vec::new() }
}
