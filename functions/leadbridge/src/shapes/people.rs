use crate::ids::{MentorId, UserId};
use domain::{
    Instant,
    account::{Member, MemberState, Membership, Role, Verification},
    public_event::HostProfile,
};
use serde::{Deserialize, Serialize};
use store::Host;
use utoipa::ToSchema;

/// A role in this face's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schema(as = Role)]
pub enum ShownRole {
    User,
    Mentor,
    Admin,
}

impl From<Role> for ShownRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Mentee => Self::User,
            Role::Mentor => Self::Mentor,
            Role::Admin => Self::Admin,
        }
    }
}

impl From<ShownRole> for Role {
    fn from(role: ShownRole) -> Self {
        match role {
            ShownRole::User => Self::Mentee,
            ShownRole::Mentor => Self::Mentor,
            ShownRole::Admin => Self::Admin,
        }
    }
}

/// A person as he sees himself.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    user_id: UserId,
    email: String,
    name: String,
    role: ShownRole,
    picture: Option<String>,
    created_at: Instant,
}

impl From<&Member> for User {
    fn from(member: &Member) -> Self {
        let Member { account, membership } = member;
        Self {
            user_id: UserId(account.id),
            email: membership.email.to_string(),
            name: membership.name.to_string(),
            role: membership.primary_role().into(),
            picture: account.picture.as_ref().map(ToString::to_string),
            created_at: membership.created_at,
        }
    }
}

fn status(state: MemberState) -> &'static str {
    match state {
        MemberState::Active => "active",
        MemberState::Paused => "paused",
        MemberState::Inactive => "inactive",
    }
}

/// A person as admins see him.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminUserShape {
    user_id: UserId,
    email: String,
    name: String,
    role: ShownRole,
    /// active, paused or inactive
    status: &'static str,
    /// Mentors only.
    verification_status: Option<Verification>,
    created_at: Instant,
}

impl From<&Membership> for AdminUserShape {
    fn from(member: &Membership) -> Self {
        Self {
            user_id: UserId(member.account_id),
            email: member.email.to_string(),
            name: member.name.to_string(),
            role: member.primary_role().into(),
            status: status(member.state),
            verification_status: member.verification,
            created_at: member.created_at,
        }
    }
}

/// What a mentor says of himself.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileShape {
    mentor_id: MentorId,
    user_id: UserId,
    bio: String,
    expertise: Vec<String>,
    experience: String,
    verification_status: Verification,
    created_at: Instant,
}

fn verification(member: &Membership) -> Verification {
    member.verification.unwrap_or(Verification::Pending)
}

/// Bio, expertise, experience; empty as long as nothing was said.
pub(super) fn said(profile: Option<&HostProfile>) -> (String, Vec<String>, String) {
    profile.map_or_else(Default::default, |profile| {
        let expertise = profile.expertise.iter().map(ToString::to_string).collect();
        (profile.bio.to_string(), expertise, profile.experience.to_string())
    })
}

impl ProfileShape {
    /// A mentor's profile.
    pub fn new(member: &Membership, profile: &HostProfile) -> Self {
        let (bio, expertise, experience) = said(Some(profile));
        Self {
            mentor_id: MentorId(member.account_id),
            user_id: UserId(member.account_id),
            bio,
            expertise,
            experience,
            verification_status: verification(member),
            created_at: member.created_at,
        }
    }
}

/// A mentor as admins see him.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminMentorShape {
    mentor_id: MentorId,
    user_id: UserId,
    name: String,
    email: String,
    bio: String,
    expertise: Vec<String>,
    experience: String,
    verification_status: Verification,
    /// active, paused or inactive
    status: &'static str,
    created_at: Instant,
}

impl From<Host> for AdminMentorShape {
    fn from(Host { membership, profile }: Host) -> Self {
        let (bio, expertise, experience) = said(profile.as_ref());
        Self {
            mentor_id: MentorId(membership.account_id),
            user_id: UserId(membership.account_id),
            name: membership.name.to_string(),
            email: membership.email.to_string(),
            bio,
            expertise,
            experience,
            verification_status: verification(&membership),
            status: status(membership.state),
            created_at: membership.created_at,
        }
    }
}
