//! Accounts (one per address, over all products) and memberships (what a person may do in one product).

mod holding;
mod membership;
mod number;
mod password;
mod session;

pub use holding::{Allowance, Allowances, PlanHolding};
pub use membership::{Member, MemberState, Membership, Role, Verification};
pub use number::{NumberSeries, PersonKey, PublicNumber};
pub use password::{Password, PasswordHash};
pub use session::{CodePurpose, Session, TokenPurpose};

use crate::{
    AccountId, Instant, OrderId,
    text::{Email, PersonName, WebUrl},
};
use serde::{Deserialize, Serialize};

/// What stands for the name of somebody who left, where others still need the thing that named him.
pub const DELETED_NAME: &str = "Deleted user";
/// Likewise for his address. No mail can ever get there.
pub const DELETED_EMAIL: &str = "deleted-user@example.invalid";

/// A person: an address, a name and perhaps a password.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub email: Email,
    pub name: PersonName,
    /// None until a password is set, as after paying without one (C-44).
    pub password_hash: Option<PasswordHash>,
    /// Whether the address was ever proven by a mailed code or link; a password alone proves nothing.
    pub email_proven: bool,
    /// The purchase that made this account, if one did: only that purchase's verification may sign it in.
    pub made_by_order: Option<OrderId>,
    pub created_at: Instant,
    /// Sessions from before are worth nothing: a password was set then by a mailed link.
    #[serde(default)]
    pub valid_from: Option<Instant>,
    /// A picture of the person, from where he signed in.
    #[serde(default)]
    pub picture: Option<WebUrl>,
    /// Google's own name for the person, once he has signed in with Google. An address may change hands; this does not.
    #[serde(default)]
    pub google_subject: Option<String>,
}

impl Account {
    /// A new account whose address nobody has proven yet.
    pub fn new(id: AccountId, email: Email, name: PersonName, password_hash: Option<PasswordHash>, now: Instant) -> Self {
        Self {
            id,
            email,
            name,
            password_hash,
            email_proven: false,
            made_by_order: None,
            created_at: now,
            valid_from: None,
            picture: None,
            google_subject: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_somebody_who_left_can_be_read_again() {
        assert!(PersonName::parse(DELETED_NAME).is_ok() && Email::parse(DELETED_EMAIL).is_ok());
    }
}
