//! What an admin changes of any member: name, role, state.

use super::{People, PeopleError, ROUNDS, kept_changing, moved};
use crate::Context;
use domain::{
    AccountId,
    account::{MemberState, Membership, Role, Verification},
    event::Actor,
    text::PersonName,
};
use std::collections::BTreeSet;
use store::Record;

/// What changes; what is missing stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Management {
    pub name: Option<PersonName>,
    pub role: Option<Role>,
    pub state: Option<MemberState>,
}

impl People {
    /// Changes a member, each thing by itself and with an audit record. Nobody changes himself.
    pub async fn manage(&self, cx: &Context, id: AccountId, change: Management) -> Result<Membership, PeopleError> {
        if cx.actor == Actor::Account(id) {
            return Err(PeopleError::Oneself);
        }
        let mut member = self.membership(cx, id).await?;
        if let Some(name) = change.name.filter(|name| *name != member.name) {
            self.rename(cx, id, &name).await?;
            member.name = name;
        }
        if let Some(role) = change.role.filter(|role| *role != member.primary_role()) {
            member = self.change_role(cx, "member.role_changed", id, |before| Ok(in_role(before, role))).await?;
        }
        if let Some(state) = change.state.filter(|state| *state != member.state) {
            member = self.edit(cx, "member.status_changed", id, None, |before| moved(before, state)).await?;
        }
        Ok(member)
    }

    async fn membership(&self, cx: &Context, id: AccountId) -> Result<Membership, PeopleError> {
        let member = self.store.membership(cx.product, id).await?;
        member.map(|member| member.value).ok_or(PeopleError::NotFound("user"))
    }

    async fn rename(&self, cx: &Context, id: AccountId, name: &PersonName) -> Result<(), PeopleError> {
        for _ in 0..ROUNDS {
            let of = self.store.everywhere(id).await?.ok_or(PeopleError::NotFound("user"))?;
            let member = &of.member(cx.product).ok_or(PeopleError::NotFound("user"))?.value;
            let (before, roles) = (&of.account.name, [&member.current_role, &member.target_role]);
            let audit = cx.audit("member.renamed", format!("account:{id}"), Some(before), Some(name));
            if self.store.change_profile(&of, name, (cx.product, roles), cx.now, &Record::audit(audit)).await? {
                return Ok(());
            }
        }
        Err(kept_changing())
    }
}

/// Another role, unless he has it; a new mentor waits for his approval, as every mentor does.
fn in_role(before: &Membership, role: Role) -> Option<(BTreeSet<Role>, Option<Verification>)> {
    let verification = (role == Role::Mentor).then_some(Verification::Pending);
    (before.primary_role() != role).then(|| ([role].into(), verification))
}
