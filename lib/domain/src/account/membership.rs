use super::{NumberSeries, PlanHolding, PublicNumber};
use crate::{
    AccountId, Instant, Invalid, Product,
    text::{Email, Line, PersonName},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a member may do; a set, since a Mansa member may be mentor and mentee at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Admin,
    Mentor,
    Mentee,
}

impl Role {
    /// The name in keys, tokens and Codementee's answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Mentor => "mentor",
            Self::Mentee => "mentee",
        }
    }
}

/// Whether a member may act: paused reads but neither books nor pays, inactive cannot sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberState {
    Active,
    Paused,
    Inactive,
}

/// Whether an admin has let a mentor in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Verification {
    Pending,
    Approved,
    Rejected,
}

/// What one person is in one product. The address and name are copies of the account's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Membership {
    pub account_id: AccountId,
    pub product: Product,
    pub email: Email,
    pub name: PersonName,
    pub roles: BTreeSet<Role>,
    pub state: MemberState,
    /// A note of the admin's that only the admin's lists show (Applied, Interviewed, Upgraded).
    pub label: Option<Line<40>>,
    /// Mentors only.
    pub verification: Option<Verification>,
    pub plan: Option<PlanHolding>,
    /// The mentor assigned to this mentee.
    pub mentor_id: Option<AccountId>,
    pub current_role: Line<100>,
    pub target_role: Line<100>,
    /// The numbers by which people know him, where a product gives them: one for each of these roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_number: Option<PublicNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentor_number: Option<PublicNumber>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl Membership {
    /// A new member with one role and nothing else yet. A mentor waits for approval.
    pub fn new(account_id: AccountId, product: Product, email: Email, name: PersonName, role: Role, now: Instant) -> Self {
        Self {
            account_id,
            product,
            email,
            name,
            roles: BTreeSet::from([role]),
            state: MemberState::Active,
            label: None,
            verification: (role == Role::Mentor).then_some(Verification::Pending),
            plan: None,
            mentor_id: None,
            current_role: Line::default(),
            target_role: Line::default(),
            student_number: None,
            mentor_number: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether the member has a role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The role that decides where a client sends the person: admin before mentor before mentee.
    pub fn primary_role(&self) -> Role {
        self.roles.first().copied().unwrap_or(Role::Mentee)
    }

    /// The same member with one more number.
    #[must_use]
    pub fn numbered(self, number: Option<PublicNumber>) -> Self {
        match number.map(|number| (number, number.series())) {
            Some((number, NumberSeries::Student)) => Self { student_number: Some(number), ..self },
            Some((number, NumberSeries::Mentor)) => Self { mentor_number: Some(number), ..self },
            None => self,
        }
    }

    /// The same member in a further role. As a mentor he waits for approval.
    #[must_use]
    pub fn with_role(mut self, role: Role, number: Option<PublicNumber>) -> Self {
        self.roles.insert(role);
        if role == Role::Mentor {
            self.verification = Some(Verification::Pending);
        }
        self.numbered(number)
    }

    /// All of his numbers.
    pub fn numbers(&self) -> impl Iterator<Item = PublicNumber> {
        self.student_number.into_iter().chain(self.mentor_number)
    }

    /// The plan, while it runs.
    pub fn running_plan(&self, now: Instant) -> Option<&PlanHolding> {
        self.plan.as_ref().filter(|plan| plan.expires_at > now)
    }

    /// Whether this mentor may be given a mentee or a booking.
    pub fn can_mentor(&self) -> bool {
        self.is(Role::Mentor) && self.verification == Some(Verification::Approved) && self.state == MemberState::Active
    }
}

/// Who acts: an account with its membership in the product that is spoken to.
#[derive(Debug, Clone)]
pub struct Member {
    pub account: super::Account,
    pub membership: Membership,
}

impl Member {
    /// The account's id.
    pub fn id(&self) -> AccountId {
        self.account.id
    }

    /// Refuses what a paused member may not do.
    pub fn must_be_active(&self) -> Result<(), Invalid> {
        match self.membership.state {
            MemberState::Active => Ok(()),
            MemberState::Paused | MemberState::Inactive => Err(Invalid::new("Your account is paused. Please contact support.")),
        }
    }
}
