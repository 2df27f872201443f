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
    AccountId,
    account::{Password, Role, Verification},
    text::{Email, PersonName},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{AdminOnly, Answer, ApiError, Body, Caller, Listed, PageQuery, PathId, Routes, about};

pub(super) fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/admin/users", "List all members", list_users)
        .get("/api/admin/mentees", "List the mentees", list_mentees)
        // The documents write the plural, the client the singular.
        .put("/api/admin/mentees/{id}/status", "Set a mentee's status", update_mentee_status)
        .put("/api/admin/mentee/{id}/status", "Set a mentee's status", update_mentee_status)
        .get("/api/admin/mentors", "List the mentors", list_mentors)
        .post("/api/admin/mentors", about("Add an approved mentor").bad_request(&["EMAIL_TAKEN"]), create_mentor)
        .put("/api/admin/mentors/{id}/verification", "Let a mentor in who registered himself, or not", verify_mentor)
        .post(
            "/api/admin/assign-mentor",
            about("Assign a mentor to a mentee, or take him away").not_found().conflict(&["MENTOR_UNAVAILABLE"]),
            assign_mentor,
        )
}

async fn list(people: &People, caller: &Caller<AdminOnly>, role: Option<Role>, page: PageQuery) -> Answer<Listed<User>> {
    let members = people.members(&caller.cx, role, page.request.clone()).await?;
    Ok(page.answer(members, |member| User::for_admin(&member, caller.cx.now)))
}

async fn list_users(State(people): State<People>, caller: Caller<AdminOnly>, page: PageQuery) -> Answer<Listed<User>> {
    list(&people, &caller, None, page).await
}

async fn list_mentees(State(people): State<People>, caller: Caller<AdminOnly>, page: PageQuery) -> Answer<Listed<User>> {
    list(&people, &caller, Some(Role::Mentee), page).await
}

async fn list_mentors(State(people): State<People>, caller: Caller<AdminOnly>, page: PageQuery) -> Answer<Listed<User>> {
    list(&people, &caller, Some(Role::Mentor), page).await
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
    #[schema(value_type = Option<AccountId>)]
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
