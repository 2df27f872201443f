//! What admins see and change of people.

mod manage;

pub use manage::Management;

use crate::Context;
use domain::{
    AccountId, Product,
    account::{MemberState, Membership, Role, Verification},
    event::Detail,
    text::{Line, Prose},
};
use std::collections::BTreeSet;
use store::{AssignRefused, MemberEdit, Page, PageRequest, Record, RoleRefused, Store, StoreError, Stored, TxError};

/// Why nobody was changed.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("the mentor is unknown or not approved")]
    MentorUnavailable,
    #[error("the member is not active")]
    NotActive,
    #[error("no other admin would be left")]
    LastAdmin,
    #[error("nobody changes himself here")]
    Oneself,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An edit is tried over so many revisions.
const ROUNDS: u32 = 8;

fn kept_changing() -> PeopleError {
    StoreError::Busy("a member kept changing while he was edited".to_owned()).into()
}

/// What an admin sets a mentee's status to: a state, or a label that only the admin's lists show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusChange {
    State(MemberState),
    Label(Line<40>),
}

/// An active admin beside this account.
pub(crate) async fn other_admin(store: &Store, product: Product, id: AccountId) -> Result<Option<AccountId>, StoreError> {
    let admins = store.members(product, Some(Role::Admin), PageRequest::first(100)).await?.items;
    for other in admins.iter().filter(|admin| admin.account_id != id) {
        // The list may lag behind.
        let now = store.membership(product, other.account_id).await?;
        if now.is_some_and(|now| now.value.is(Role::Admin) && now.value.state == MemberState::Active) {
            return Ok(Some(other.account_id));
        }
    }
    Ok(None)
}

/// The use cases about people.
#[derive(Debug, Clone)]
pub struct People {
    store: Store,
}

impl People {
    /// The people in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Members, all or those with a role, newest first.
    pub async fn members(&self, cx: &Context, role: Option<Role>, page: PageRequest) -> Result<Page<Membership>, PeopleError> {
        Ok(self.store.members(cx.product, role, page).await?)
    }

    /// The members who have a role, first or beside another, newest first.
    pub async fn members_being(&self, cx: &Context, role: Role, page: PageRequest) -> Result<Page<Membership>, PeopleError> {
        Ok(self.store.members_among_all(cx.product, page, |member| member.is(role)).await?)
    }

    /// The members with a role that a test lets through, all or those assigned to a mentor, newest first.
    pub async fn members_where(
        &self,
        cx: &Context,
        role: Role,
        mentor: Option<AccountId>,
        page: PageRequest,
        keep: impl Fn(&Membership) -> bool,
    ) -> Result<Page<Membership>, PeopleError> {
        Ok(self.store.members_where(cx.product, role, mentor, page, keep).await?)
    }

    /// The mentees assigned to a mentor.
    pub async fn mentees_of(&self, cx: &Context, mentor: AccountId, page: PageRequest) -> Result<Page<Membership>, PeopleError> {
        Ok(self.store.mentees_of(cx.product, mentor, page).await?)
    }

    /// Assigns an approved mentor to a mentee, or takes him away. Requests made before stay with the admin.
    pub async fn assign_mentor(&self, cx: &Context, mentee: AccountId, mentor: Option<AccountId>) -> Result<(), PeopleError> {
        for _ in 0..ROUNDS {
            let before = self.member(cx, mentee, Role::Mentee).await?;
            if let Some(mentor) = mentor {
                let found = self.store.membership(cx.product, mentor).await?;
                let can = found.is_some_and(|found| found.value.can_mentor()) && mentor != mentee;
                can.then_some(()).ok_or(PeopleError::MentorUnavailable)?;
            }
            let (subject, former) = (format!("account:{mentee}"), before.value.mentor_id);
            let audit = cx.audit("mentee.assigned", subject, former.as_ref(), mentor.as_ref());
            let moved = Detail::MentorAssigned { mentee_id: mentee, from: former, to: mentor };
            let events = (former != mentor).then(|| cx.event(moved)).into_iter().collect();
            let record = Record { events, audits: vec![audit], ..Record::default() };
            match self.store.assign_mentor(&before, mentor, cx.now, &record).await {
                Ok(()) => return Ok(()),
                Err(TxError::Refused(AssignRefused::MentorUnavailable)) => return Err(PeopleError::MentorUnavailable),
                Err(TxError::Refused(AssignRefused::MenteeMoved)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(kept_changing())
    }

    /// Sets a mentee's status.
    pub async fn set_status(&self, cx: &Context, mentee: AccountId, change: StatusChange) -> Result<Membership, PeopleError> {
        self.edit(cx, "mentee.status_changed", mentee, Some(Role::Mentee), |before| match change.clone() {
            StatusChange::State(state) => moved(before, state),
            StatusChange::Label(label) => {
                (Membership { label: Some(label.clone()), ..before.clone() }, MemberEdit::Label(label), None)
            }
        })
        .await
    }

    /// Pauses a mentor, shuts him out or lets him in again. What he agreed on before stays.
    pub async fn set_mentor_state(&self, cx: &Context, mentor: AccountId, state: MemberState) -> Result<Membership, PeopleError> {
        self.edit(cx, "mentor.status_changed", mentor, Some(Role::Mentor), |before| moved(before, state)).await
    }

    /// Lets a mentor in, or not.
    pub async fn verify_mentor(&self, cx: &Context, mentor: AccountId, verdict: Verification) -> Result<Membership, PeopleError> {
        self.verify_mentor_because(cx, mentor, verdict, &Prose::default()).await
    }

    /// The same with a reason, which the audit record keeps.
    pub async fn verify_mentor_because(
        &self,
        cx: &Context,
        mentor: AccountId,
        verdict: Verification,
        reason: &Prose<500>,
    ) -> Result<Membership, PeopleError> {
        self.edit_because(cx, "mentor.verified", mentor, Some(Role::Mentor), reason, |before| {
            let after = Membership { verification: Some(verdict), ..before.clone() };
            let from = before.verification.unwrap_or(Verification::Pending);
            let detail = Detail::MentorVerified { account_id: before.account_id, from, to: verdict };
            (after, MemberEdit::Verification(verdict), (from != verdict).then_some(detail))
        })
        .await
    }

    /// Makes an active member an admin, and nothing beside it (F-72), or what he was before; another admin must stay.
    pub async fn set_admin(&self, cx: &Context, id: AccountId, admin: bool) -> Result<Membership, PeopleError> {
        let decide = |member: &Membership| {
            if member.is(Role::Admin) == admin {
                return Ok(None);
            }
            if member.state != MemberState::Active {
                return Err(PeopleError::NotActive);
            }
            let roles = if admin { [Role::Admin].into() } else { former_roles(member) };
            Ok(Some((roles, member.verification)))
        };
        self.change_role(cx, "user.role_changed", id, decide).await
    }

    /// Gives a member other roles and the verdict that goes with them, or leaves him as he is. An admin who is one no more
    /// leaves another one behind.
    async fn change_role(
        &self,
        cx: &Context,
        action: &str,
        id: AccountId,
        decide: impl Fn(&Membership) -> Result<Option<(BTreeSet<Role>, Option<Verification>)>, PeopleError>,
    ) -> Result<Membership, PeopleError> {
        for _ in 0..ROUNDS {
            let before = self.store.membership(cx.product, id).await?.ok_or(PeopleError::NotFound("user"))?;
            let member = &before.value;
            let Some((roles, verification)) = decide(member)? else { return Ok(before.value) };
            let remaining = match member.is(Role::Admin) {
                true => Some(other_admin(&self.store, cx.product, id).await?.ok_or(PeopleError::LastAdmin)?),
                false => None,
            };
            let after = Membership { roles, verification, ..member.clone() };
            let (from, to) = (member.primary_role(), after.primary_role());
            let event = cx.event(Detail::MemberRoleChanged {
                account_id: id,
                from,
                to,
                state: member.state,
                was_verified: member.verification,
                is_verified: verification,
                had_plan: member.plan.is_some(),
            });
            let audit = cx.audit(action, format!("account:{id}"), Some(&member.roles), Some(&after.roles));
            // What else he was or is, beside the first.
            let beside = |of: &Membership, first| of.roles.iter().copied().filter(|role| *role != first).collect::<BTreeSet<_>>();
            let (had, has) = (beside(member, from), beside(&after, to));
            let further = (had != has).then(|| cx.event(Detail::MemberRolesChanged { account_id: id, from: had, to: has }));
            let mut record = cx.record(event).audited(audit);
            record.events.extend(further);
            match self.store.change_role(&before, (&after.roles, verification), remaining, cx.now, &record).await {
                Ok(()) => return Ok(after),
                Err(TxError::Refused(RoleRefused::Moved | RoleRefused::AdminGone)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(kept_changing())
    }

    async fn member(&self, cx: &Context, id: AccountId, role: Role) -> Result<Stored<Membership>, PeopleError> {
        let member = self.store.membership(cx.product, id).await?;
        member.filter(|member| member.value.is(role)).ok_or(PeopleError::NotFound(role.as_str()))
    }

    /// Changes a member over what was read, so that event and audit record tell the truth of what was before.
    async fn edit(
        &self,
        cx: &Context,
        action: &str,
        id: AccountId,
        role: Option<Role>,
        decide: impl Fn(&Membership) -> (Membership, MemberEdit, Option<Detail>),
    ) -> Result<Membership, PeopleError> {
        self.edit_because(cx, action, id, role, &Prose::default(), decide).await
    }

    async fn edit_because(
        &self,
        cx: &Context,
        action: &str,
        id: AccountId,
        role: Option<Role>,
        reason: &Prose<500>,
        decide: impl Fn(&Membership) -> (Membership, MemberEdit, Option<Detail>),
    ) -> Result<Membership, PeopleError> {
        for _ in 0..ROUNDS {
            let before = match role {
                Some(role) => self.member(cx, id, role).await?,
                None => self.store.membership(cx.product, id).await?.ok_or(PeopleError::NotFound("user"))?,
            };
            let (after, edit, detail) = decide(&before.value);
            let mut audit = cx.audit(action, format!("account:{id}"), Some(&before.value), Some(&after));
            if let (Some(after), false) = (&mut audit.after, reason.as_str().is_empty()) {
                after["reason"] = reason.as_str().into();
            }
            let record = Record {
                events: detail.map(|detail| cx.event(detail)).into_iter().collect(),
                audits: vec![audit],
                once: cx.once.clone(),
            };
            if self.store.edit_member(&before, &edit, cx.now, &record).await? {
                return Ok(after);
            }
        }
        Err(kept_changing())
    }
}

/// What an admin was before: as what he has numbers, or else by the verdict that only mentors have.
fn former_roles(admin: &Membership) -> BTreeSet<Role> {
    let numbered = [(admin.mentor_number, Role::Mentor), (admin.student_number, Role::Mentee)];
    let roles: BTreeSet<Role> = numbered.into_iter().filter_map(|(number, role)| number.map(|_| role)).collect();
    if !roles.is_empty() {
        return roles;
    }
    [if admin.verification.is_some() { Role::Mentor } else { Role::Mentee }].into()
}

/// A member in another state; a label goes with the old one.
fn moved(before: &Membership, state: MemberState) -> (Membership, MemberEdit, Option<Detail>) {
    let after = Membership { state, label: None, ..before.clone() };
    let detail = Detail::MemberStateChanged { account_id: before.account_id, from: before.state, to: state };
    (after, MemberEdit::State(state), (before.state != state).then_some(detail))
}

/// A status as an admin writes it, in any case: a state, or one of the labels that the admin's client offers.
impl std::str::FromStr for StatusChange {
    type Err = domain::Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let label = |word: &str| Line::parse(word).map(Self::Label);
        match text.trim().to_lowercase().as_str() {
            "active" => Ok(Self::State(MemberState::Active)),
            "paused" => Ok(Self::State(MemberState::Paused)),
            "inactive" => Ok(Self::State(MemberState::Inactive)),
            "applied" => label("Applied"),
            "interviewed" => label("Interviewed"),
            "upgraded" => label("Upgraded"),
            _ => Err(domain::Invalid::new("Status must be Active, Paused, Inactive, Applied, Interviewed or Upgraded")),
        }
    }
}
