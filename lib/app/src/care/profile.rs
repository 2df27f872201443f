//! What people say of themselves.

use super::{Care, CareError, ROUNDS, busy};
use crate::{Context, tokens::TokenError};
use domain::{
    account::{Member, Membership},
    text::{Line, PersonName},
};
use store::Record;

/// What somebody says of himself; what is missing stays as it is.
#[derive(Debug, Clone)]
pub struct Profile {
    pub name: PersonName,
    pub current_role: Option<Line<100>>,
    pub target_role: Option<Line<100>>,
}

impl Care {
    /// Changes a member's name, in every product, and his roles in this one. What others keep of him, such as
    /// bookings, says what he was called then.
    pub async fn change_profile(&self, cx: &Context, by: &Member, profile: Profile) -> Result<Membership, CareError> {
        for _ in 0..ROUNDS {
            let of = self.everywhere(by).await?;
            let before = &of.member(cx.product).ok_or(TokenError::Invalid)?.value;
            let Profile { name, current_role, target_role } = profile.clone();
            let current_role = current_role.unwrap_or_else(|| before.current_role.clone());
            let target_role = target_role.unwrap_or_else(|| before.target_role.clone());
            let roles = (cx.product, [&current_role, &target_role]);
            if self.store.change_profile(&of, &name, roles, cx.now, &Record::default()).await? {
                return Ok(Membership { name, current_role, target_role, updated_at: cx.now, ..before.clone() });
            }
        }
        Err(busy())
    }
}
