//! Accounts: everything that authentication reads stands in one partition.

use super::{Entry, Index, Key, entry};
use domain::{
    AccountId, Instant, Product, SessionId,
    account::{CodePurpose, Role, TokenPurpose},
    text::Email,
};

/// An account.
pub fn account(id: AccountId) -> Key {
    Key::new(format!("ACCOUNT#{id}"), "ACCOUNT")
}

/// The guard that makes an address unique.
pub fn email(email: &Email) -> Key {
    Key::new(format!("EMAIL#{email}"), "EMAIL")
}

/// What an account is in a product.
pub fn membership(id: AccountId, product: Product) -> Key {
    Key::new(format!("ACCOUNT#{id}"), format!("MEMBER#{product}"))
}

/// A session of an account.
pub fn session(id: AccountId, session: SessionId) -> Key {
    Key::new(format!("ACCOUNT#{id}"), format!("SESSION#{session}"))
}

/// All sessions of an account, by their common sort key prefix.
pub const SESSION_PREFIX: &str = "SESSION#";

/// All mailed tokens of an account, likewise.
pub const TOKEN_PREFIX: &str = "TOKEN#";

/// A mailed one-use token of an account, under its hash.
pub fn token(id: AccountId, purpose: TokenPurpose, hash: &str) -> Key {
    Key::new(format!("ACCOUNT#{id}"), format!("TOKEN#{}#{hash}", purpose.as_str()))
}

/// That an account left a product; while it is being removed, and some time longer.
pub fn departure(id: AccountId, product: Product) -> Key {
    Key::new(format!("ACCOUNT#{id}"), format!("{DEPARTURE_PREFIX}{product}"))
}

/// Everything that stands under an account.
pub fn account_partition(id: AccountId) -> String {
    format!("ACCOUNT#{id}")
}

/// What is left of an account that is gone begins so.
pub const DEPARTURE_PREFIX: &str = "DEPARTURE#";

/// All members of a product, newest last.
pub fn members(product: Product) -> String {
    format!("{product}#MEMBERS")
}

/// All members with a role as their first.
pub fn members_with(product: Product, role: Role) -> String {
    format!("{product}#MEMBERS#{}", role.as_str())
}

/// The mentees assigned to a mentor.
pub fn mentees_of(product: Product, mentor: AccountId) -> String {
    format!("{product}#MENTOR#{mentor}#MENTEES")
}

/// A member's places in the indexes.
pub fn member_entries(product: Product, id: AccountId, role: Role, mentor: Option<AccountId>, joined: Instant) -> Vec<Entry> {
    let sk = format!("{joined}#{id}");
    let mut entries =
        vec![entry(Index::All, members(product), sk.clone()), entry(Index::Own, members_with(product, role), sk.clone())];
    entries.extend(mentor.map(|mentor| entry(Index::Mentor, mentees_of(product, mentor), sk)));
    entries
}

/// A one-time code mailed to an address, which may have no account yet.
pub fn code(product: Product, purpose: CodePurpose, email: &Email) -> Key {
    Key::new(format!("CODE#{email}"), format!("{product}#{}", purpose.as_str()))
}

/// What a student says of himself.
pub fn student_profile(product: Product, id: AccountId) -> Key {
    Key::new(format!("ACCOUNT#{id}"), format!("STUDENT#{product}"))
}

/// When somebody was last there.
pub fn presence(product: Product, id: AccountId) -> Key {
    Key::new(format!("ACCOUNT#{id}"), format!("PRESENCE#{product}"))
}
