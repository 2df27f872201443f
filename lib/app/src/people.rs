//! What admins see and change of people.

use crate::Context;
use domain::{
    AccountId,
    account::{MemberState, Membership, Role, Verification},
    text::Line,
};
use store::{MemberEdit, Page, PageRequest, Record, Store, StoreError};

/// Why nobody was changed.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("the mentor is unknown or not approved")]
    MentorUnavailable,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an admin sets a mentee's status to: a state, or a label that only the admin's lists show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusChange {
    State(MemberState),
    Label(Line<40>),
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

    /// The mentees assigned to a mentor.
    pub async fn mentees_of(&self, cx: &Context, mentor: AccountId, page: PageRequest) -> Result<Page<Membership>, PeopleError> {
        Ok(self.store.mentees_of(cx.product, mentor, page).await?)
    }

    /// Assigns an approved mentor to a mentee, or takes him away. Requests made before stay with the admin.
    pub async fn assign_mentor(&self, cx: &Context, mentee: AccountId, mentor: Option<AccountId>) -> Result<(), PeopleError> {
        let mentee = self.member(cx, mentee, Role::Mentee).await?;
        if let Some(mentor) = mentor {
            let mentor = self.store.membership(cx.product, mentor).await?;
            mentor.filter(|mentor| mentor.value.can_mentor()).ok_or(PeopleError::MentorUnavailable)?;
        }
        let subject = format!("account:{}", mentee.account_id);
        let audit = cx.audit("mentee.assigned", subject, mentee.mentor_id.as_ref(), mentor.as_ref());
        let assigned = self.store.assign_mentor(&mentee, mentor, cx.now, &Record::audit(audit)).await?;
        assigned.then_some(()).ok_or(PeopleError::MentorUnavailable)
    }

    /// Sets a mentee's status.
    pub async fn set_status(&self, cx: &Context, mentee: AccountId, change: StatusChange) -> Result<Membership, PeopleError> {
        let mentee = self.member(cx, mentee, Role::Mentee).await?;
        let (after, edit) = match change {
            StatusChange::State(state) => (Membership { state, label: None, ..mentee.clone() }, MemberEdit::State(state)),
            StatusChange::Label(label) => (Membership { label: Some(label.clone()), ..mentee.clone() }, MemberEdit::Label(label)),
        };
        self.edit(cx, "mentee.status_changed", &mentee, &after, &edit).await?;
        Ok(after)
    }

    /// Lets a mentor in, or not.
    pub async fn verify_mentor(&self, cx: &Context, mentor: AccountId, verdict: Verification) -> Result<Membership, PeopleError> {
        let mentor = self.member(cx, mentor, Role::Mentor).await?;
        let after = Membership { verification: Some(verdict), ..mentor.clone() };
        self.edit(cx, "mentor.verified", &mentor, &after, &MemberEdit::Verification(verdict)).await?;
        Ok(after)
    }

    async fn member(&self, cx: &Context, id: AccountId, role: Role) -> Result<Membership, PeopleError> {
        let member = self.store.membership(cx.product, id).await?.map(|member| member.value);
        member.filter(|member| member.is(role)).ok_or(PeopleError::NotFound(role.as_str()))
    }

    async fn edit(
        &self,
        cx: &Context,
        action: &str,
        before: &Membership,
        after: &Membership,
        edit: &MemberEdit,
    ) -> Result<(), PeopleError> {
        let audit = cx.audit(action, format!("account:{}", before.account_id), Some(before), Some(after));
        let edited = self.store.edit_member(cx.product, before.account_id, edit, cx.now, &Record::audit(audit)).await?;
        edited.then_some(()).ok_or(PeopleError::NotFound("member"))
    }
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
