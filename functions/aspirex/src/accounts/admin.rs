//! `/api/admin/users`: the admins' view of people.

use super::AccountsDeps;
use crate::{forms::UserType, shapes::AdminUserShape};
use app::{
    people::{Management, People},
    portraits::Portraits,
};
use axum::{Json, extract::State};
use domain::account::{MemberState, PersonKey, Verification};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{AdminOnly, Answer, ApiError, Body, Caller, Listed, PageQuery, PathId, Query, Routes, about};

#[derive(Deserialize, ToSchema)]
struct UserQuery {
    /// Only those who have this role.
    #[serde(rename = "type")]
    kind: Option<UserType>,
}

async fn list_users(
    State(people): State<People>,
    caller: Caller<AdminOnly>,
    page: PageQuery,
    Query(query): Query<UserQuery>,
) -> Answer<Listed<AdminUserShape>> {
    let members = match query.kind {
        Some(kind) => people.members_being(&caller.cx, kind.into(), page.request.clone()).await?,
        None => people.members(&caller.cx, None, page.request.clone()).await?,
    };
    Ok(page.answer(members, AdminUserShape::from))
}

/// What changes; what is missing stays.
#[derive(Deserialize, ToSchema)]
struct UserChange {
    /// Whoever is not cannot sign in.
    is_active: Option<bool>,
    /// Of a mentor: whether everybody sees him.
    is_approved: Option<bool>,
}

async fn change_user(
    State(people): State<People>,
    State(portraits): State<Portraits>,
    caller: Caller<AdminOnly>,
    PathId(key): PathId<PersonKey>,
    Body(body): Body<UserChange>,
) -> Answer<Json<AdminUserShape>> {
    let id = portraits.person(&caller.cx, key).await?;
    if body.is_active.is_none() && body.is_approved.is_none() {
        return Err(ApiError::invalid("is_active", "Say what is to change: is_active or is_approved"));
    }
    if let Some(approved) = body.is_approved {
        let verdict = if approved { Verification::Approved } else { Verification::Rejected };
        portraits.decide(&caller.cx, id, verdict).await?;
    }
    let state = body.is_active.map(|active| if active { MemberState::Active } else { MemberState::Inactive });
    let member = people.manage(&caller.cx, id, Management { state, ..Management::default() }).await?;
    Ok(Json(member.into()))
}

#[derive(Deserialize, ToSchema)]
struct SetAdmin {
    /// Whoever stops being an admin is what he was before, a mentor, a student or both.
    admin: bool,
}

async fn set_admin(
    State(people): State<People>,
    State(portraits): State<Portraits>,
    caller: Caller<AdminOnly>,
    PathId(key): PathId<PersonKey>,
    Body(body): Body<SetAdmin>,
) -> Answer<Json<AdminUserShape>> {
    let id = portraits.person(&caller.cx, key).await?;
    Ok(Json(people.set_admin(&caller.cx, id, body.admin).await?.into()))
}

pub(super) fn routes<R: Routes<AccountsDeps>>(routes: R) -> R {
    routes
        .get("/api/admin/users", "List all members", list_users)
        .patch(
            "/api/admin/users/{id}",
            about("Let a member in or shut him out, approve a mentor").conflict(&["NOT_ONESELF"]),
            change_user,
        )
        .put(
            "/api/admin/users/{id}/admin",
            about("Make an active member an admin, or take that away").conflict(&["MEMBER_NOT_ACTIVE", "LAST_ADMIN"]),
            set_admin,
        )
}
