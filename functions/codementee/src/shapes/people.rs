use app::tokens::FaceClaims;
use domain::{
    AccountId, Instant,
    account::{Member, MemberState, Membership, Role, Verification},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A person, without anything secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    id: AccountId,
    name: String,
    email: String,
    role: &'static str,
    status: String,
    mentor_id: Option<AccountId>,
    plan_id: Option<String>,
    plan_name: Option<String>,
    plan_expires_at: Option<Instant>,
    verification_status: Option<Verification>,
    current_role: String,
    target_role: String,
    created_at: Instant,
    updated_at: Instant,
}

/// State and plan in one word, as the clients know it.
fn status(membership: &Membership, now: Instant) -> &'static str {
    match membership.state {
        MemberState::Paused => "Paused",
        MemberState::Inactive => "inactive",
        MemberState::Active if !membership.is(Role::Mentee) => "active",
        MemberState::Active if membership.running_plan(now).is_some() => "Active",
        MemberState::Active => "Free",
    }
}

/// `Free` or `Active` (F-32): only mentees without a running plan are held to what is free.
pub fn tier(membership: &Membership, now: Instant) -> &'static str {
    if membership.is(Role::Mentee) && membership.running_plan(now).is_none() { "Free" } else { "Active" }
}

impl User {
    /// A person as he sees himself.
    pub fn new(membership: &Membership, now: Instant) -> Self {
        let plan = membership.running_plan(now);
        let free = membership.is(Role::Mentee).then(|| "Free Tier".to_owned());
        Self {
            id: membership.account_id,
            name: membership.name.to_string(),
            email: membership.email.to_string(),
            role: membership.primary_role().as_str(),
            status: status(membership, now).to_owned(),
            mentor_id: membership.mentor_id,
            plan_id: plan.map(|plan| plan.plan_id.to_string()),
            plan_name: plan.map(|plan| plan.plan_name.to_string()).or(free),
            plan_expires_at: plan.map(|plan| plan.expires_at),
            verification_status: membership.verification,
            current_role: membership.current_role.to_string(),
            target_role: membership.target_role.to_string(),
            created_at: membership.created_at,
            updated_at: membership.updated_at,
        }
    }

    /// A person as admins see him: with the label that they gave, unless he is paused or inactive.
    pub fn for_admin(membership: &Membership, now: Instant) -> Self {
        let user = Self::new(membership, now);
        match &membership.label {
            Some(label) if membership.state == MemberState::Active => Self { status: label.to_string(), ..user },
            _ => user,
        }
    }
}

impl User {
    /// Whether this is the status that is shown, in any case.
    pub fn shows(&self, status: &str) -> bool {
        self.status.eq_ignore_ascii_case(status)
    }
}

/// What a token says of a member (F-37).
pub fn claims(member: &Member, now: Instant) -> FaceClaims {
    let membership = &member.membership;
    FaceClaims {
        role: membership.primary_role().as_str().to_owned(),
        status: status(membership, now).to_owned(),
        plan_id: membership.running_plan(now).map(|plan| plan.plan_id.to_string()),
    }
}
