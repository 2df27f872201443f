//! Mentees, mentors, users.

use crate::{
    forms::OptionalId,
    shapes::{Message, User},
    state::Deps,
};
use app::{
    accounts::Accounts,
    people::{People, StatusChange},
};
use axum::{Json, extract::State};
use domain::{
    AccountId, Instant,
    account::{Membership, Password, Role, Verification},
    catalog::PlanId,
    text::{Email, PersonName},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    AdminOnly, Answer, ApiError, Body, Caller, Listed, PageQuery, PathId, Query, Routes, about, openapi::lenient::IdOrEmpty,
};

pub(super) fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/admin/users", "List all members", list_users)
        .put(
            "/api/admin/users/{id}/admin",
            about("Make an active member an admin, or take that away").conflict(&["MEMBER_NOT_ACTIVE", "LAST_ADMIN"]),
            set_admin,
        )
        .get("/api/admin/mentees", "List mentees", list_mentees)
        // The documents write the plural, the client the singular.
        .put("/api/admin/mentees/{id}/status", "Set a mentee's status", update_mentee_status)
        .put("/api/admin/mentee/{id}/status", "Set a mentee's status", update_mentee_status)
        .get("/api/admin/mentors", "List mentors", list_mentors)
        .post("/api/admin/mentors", about("Add an approved mentor").bad_request(&["EMAIL_TAKEN"]), create_mentor)
        .put("/api/admin/mentors/{id}/status", "Set a mentor's status", update_mentor_status)
        .put("/api/admin/mentors/{id}/verification", "Let a mentor in who registered himself, or not", verify_mentor)
        .post(
            "/api/admin/assign-mentor",
            about("Assign a mentor to a mentee, or take him away").not_found().conflict(&["MENTOR_UNAVAILABLE"]),
            assign_mentor,
        )
}

async fn list_users(State(people): State<People>, caller: Caller<AdminOnly>, page: PageQuery) -> Answer<Listed<User>> {
    let members = people.members(&caller.cx, None, page.request.clone()).await?;
    Ok(page.answer(members, |member| User::for_admin(&member, caller.cx.now)))
}

#[derive(Deserialize, ToSchema)]
struct SetAdmin {
    /// Whoever stops being an admin is what he was before, a mentor or a mentee.
    admin: bool,
}

async fn set_admin(
    State(people): State<People>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<AccountId>,
    Body(body): Body<SetAdmin>,
) -> Answer<Json<User>> {
    let member = people.set_admin(&caller.cx, id, body.admin).await?;
    Ok(Json(User::for_admin(&member, caller.cx.now)))
}

/// A status as these lists show it.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ShownStatus {
    Free,
    Active,
    Paused,
    Inactive,
    Applied,
    Interviewed,
    Upgraded,
}

impl ShownStatus {
    fn is_of(self, member: &Membership, now: Instant) -> bool {
        let word = match self {
            Self::Free => "Free",
            Self::Active => "Active",
            Self::Paused => "Paused",
            Self::Inactive => "Inactive",
            Self::Applied => "Applied",
            Self::Interviewed => "Interviewed",
            Self::Upgraded => "Upgraded",
        };
        User::for_admin(member, now).shows(word)
    }
}

#[derive(Deserialize, ToSchema)]
struct MenteeFilter {
    status: Option<ShownStatus>,
    mentor_id: Option<AccountId>,
    /// The plan that runs.
    plan_id: Option<PlanId>,
}

async fn list_mentees(
    State(people): State<People>,
    caller: Caller<AdminOnly>,
    Query(filter): Query<MenteeFilter>,
    page: PageQuery,
) -> Answer<Listed<User>> {
    let (MenteeFilter { status, mentor_id, plan_id }, now) = (filter, caller.cx.now);
    let plan = |wanted: &PlanId, member: &Membership| member.running_plan(now).is_some_and(|plan| plan.plan_id == *wanted);
    let wanted = |member: &Membership| {
        status.is_none_or(|status| status.is_of(member, now)) && plan_id.as_ref().is_none_or(|wanted| plan(wanted, member))
    };
    let all = status.is_none() && plan_id.is_none();
    list(&people, &caller, Role::Mentee, mentor_id, page, (!all).then_some(wanted)).await
}

#[derive(Deserialize, ToSchema)]
struct MentorFilter {
    status: Option<ShownStatus>,
    verification: Option<Verification>,
}

async fn list_mentors(
    State(people): State<People>,
    caller: Caller<AdminOnly>,
    Query(filter): Query<MentorFilter>,
    page: PageQuery,
) -> Answer<Listed<User>> {
    let (MentorFilter { status, verification }, now) = (filter, caller.cx.now);
    let wanted = |member: &Membership| {
        status.is_none_or(|status| status.is_of(member, now))
            && verification.is_none_or(|wanted| member.verification == Some(wanted))
    };
    let all = status.is_none() && verification.is_none();
    list(&people, &caller, Role::Mentor, None, page, (!all).then_some(wanted)).await
}

/// The members with a role, or those of a mentor; all of them, or those that a test lets through.
async fn list(
    people: &People,
    caller: &Caller<AdminOnly>,
    role: Role,
    mentor: Option<AccountId>,
    page: PageQuery,
    wanted: Option<impl Fn(&Membership) -> bool>,
) -> Answer<Listed<User>> {
    let (cx, request) = (&caller.cx, page.request.clone());
    let members = match (wanted, mentor) {
        (Some(wanted), mentor) => people.members_where(cx, role, mentor, request, wanted).await?,
        (None, Some(mentor)) => people.mentees_of(cx, mentor, request).await?,
        (None, None) => people.members(cx, Some(role), request).await?,
    };
    Ok(page.answer(members, |member| User::for_admin(&member, cx.now)))
}

#[derive(Deserialize, ToSchema)]
#[schema(as = UpdateMenteeStatus)]
struct UpdateStatus {
    #[schema(examples("Active"))]
    status: String,
}

async fn update_mentee_status(
    State(people): State<People>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<AccountId>,
    Body(body): Body<UpdateStatus>,
) -> Answer<Json<Message>> {
    let change: StatusChange = body.status.parse().map_err(|invalid: domain::Invalid| ApiError::invalid("status", invalid.0))?;
    people.set_status(&caller.cx, id, change).await?;
    Ok(Json(Message { message: "Status updated" }))
}

#[derive(Deserialize, ToSchema)]
#[schema(as = UpdateMentorStatus)]
struct UpdateState {
    #[schema(examples("Active"))]
    status: String,
}

/// Labels are for mentees.
async fn update_mentor_status(
    State(people): State<People>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<AccountId>,
    Body(body): Body<UpdateState>,
) -> Answer<Json<User>> {
    let Ok(StatusChange::State(state)) = body.status.parse() else {
        return Err(ApiError::invalid("status", "Status must be Active, Paused or Inactive"));
    };
    let mentor = people.set_mentor_state(&caller.cx, id, state).await?;
    Ok(Json(User::for_admin(&mentor, caller.cx.now)))
}

#[derive(Deserialize, ToSchema)]
struct CreateMentor {
    name: PersonName,
    email: Email,
    password: Option<Password>,
}

async fn create_mentor(
    State(accounts): State<Accounts>,
    caller: Caller<AdminOnly>,
    Body(body): Body<CreateMentor>,
) -> Answer<Json<User>> {
    let mentor = accounts.create_mentor(&caller.cx, body.name, body.email, body.password).await?;
    Ok(Json(User::for_admin(&mentor, caller.cx.now)))
}

#[derive(Deserialize, ToSchema)]
struct VerifyMentor {
    status: Verification,
}

/// Lets a mentor in who registered himself, or not.
async fn verify_mentor(
    State(people): State<People>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<AccountId>,
    Body(body): Body<VerifyMentor>,
) -> Answer<Json<User>> {
    let mentor = people.verify_mentor(&caller.cx, id, body.status).await?;
    Ok(Json(User::for_admin(&mentor, caller.cx.now)))
}

#[derive(Deserialize, ToSchema)]
struct AssignMentor {
    mentee_id: AccountId,
    /// Empty takes the mentor away.
    #[serde(default)]
    #[schema(value_type = Option<IdOrEmpty>)]
    mentor_id: OptionalId<AccountId>,
}

async fn assign_mentor(
    State(people): State<People>,
    caller: Caller<AdminOnly>,
    Body(body): Body<AssignMentor>,
) -> Answer<Json<Message>> {
    people.assign_mentor(&caller.cx, body.mentee_id, body.mentor_id.0).await?;
    Ok(Json(Message { message: "Mentor assigned" }))
}
