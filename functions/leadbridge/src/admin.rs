//! `/api/admin/…`: people, leads, payments and figures.

use crate::{
    ids::{MentorId, ShownLeadId, UserId},
    shapes::{
        AdminLeadShape, AdminMentorShape, AdminUserShape, Analytics, LogShape, Message, PaymentShape, PaymentStatus, ShownRole,
    },
    state::Deps,
};
use app::{
    Platform,
    figures::Figures,
    leads::Leads,
    orders::Orders,
    people::{Management, People},
    public_events::PublicEvents,
};
use axum::{Json, Router, extract::State};
use domain::{
    account::{MemberState, Verification},
    lead::{LeadStatus, Verdict},
    text::{PersonName, Prose},
};
use gateways::settings::SettingError;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    AdminOnly, Answer, Bearer, Body, Caller, Listed, PageQuery, PathId, Query, Routes, about, any_case, null_as_default,
    perhaps_any_case,
};

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    Ok(routes(Router::new()).with_state(Deps::new(platform)?))
}

async fn show_analytics(
    State(figures): State<Figures>,
    State(events): State<PublicEvents>,
    caller: Caller<AdminOnly>,
) -> Answer<Json<Analytics>> {
    let people = figures.stats(&caller.cx).await?;
    let leads = events.figures(&caller.cx, None).await?;
    Ok(Json(Analytics::new(people.admins + people.mentors + people.mentees, people.mentors, leads)))
}

#[derive(Deserialize, ToSchema)]
struct UserFilter {
    #[serde(default, deserialize_with = "perhaps_any_case")]
    role: Option<ShownRole>,
}

async fn list_users(
    State(people): State<People>,
    caller: Caller<AdminOnly>,
    Query(filter): Query<UserFilter>,
    page: PageQuery,
) -> Answer<Listed<AdminUserShape>> {
    let members = people.members(&caller.cx, filter.role.map(Into::into), page.request.clone()).await?;
    Ok(page.answer(members, |member| AdminUserShape::from(&member)))
}

/// A member's state.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
enum StateWord {
    Active,
    Paused,
    Inactive,
}

/// What is missing stays as it is.
#[derive(Deserialize, ToSchema)]
struct ManageUser {
    name: Option<PersonName>,
    #[serde(default, deserialize_with = "perhaps_any_case")]
    role: Option<ShownRole>,
    #[serde(default, deserialize_with = "perhaps_any_case")]
    status: Option<StateWord>,
}

async fn manage_user(
    State(people): State<People>,
    caller: Caller<AdminOnly>,
    PathId(UserId(id)): PathId<UserId>,
    Body(body): Body<ManageUser>,
) -> Answer<Json<AdminUserShape>> {
    let state = body.status.map(|word| match word {
        StateWord::Active => MemberState::Active,
        StateWord::Paused => MemberState::Paused,
        StateWord::Inactive => MemberState::Inactive,
    });
    let change = Management { name: body.name, role: body.role.map(Into::into), state };
    Ok(Json(AdminUserShape::from(&people.manage(&caller.cx, id, change).await?)))
}

#[derive(Deserialize, ToSchema)]
struct MentorFilter {
    #[serde(default, deserialize_with = "perhaps_any_case")]
    verification_status: Option<Verification>,
}

async fn list_mentors(
    State(events): State<PublicEvents>,
    bearer: Bearer<AdminOnly>,
    Query(filter): Query<MentorFilter>,
    page: PageQuery,
) -> Answer<Listed<AdminMentorShape>> {
    let hosts = events.hosts(&bearer.cx, filter.verification_status, page.request.clone());
    let (_, hosts) = bearer.along(hosts).await?;
    Ok(page.answer(hosts?, AdminMentorShape::from))
}

/// What an admin decides about a mentor.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
enum MentorVerdict {
    Approved,
    Rejected,
}

#[derive(Deserialize, ToSchema)]
struct VerifyMentor {
    #[serde(deserialize_with = "any_case")]
    status: MentorVerdict,
    #[serde(default, deserialize_with = "null_as_default")]
    reason: Prose<500>,
}

async fn verify_mentor(
    State(people): State<People>,
    caller: Caller<AdminOnly>,
    PathId(MentorId(id)): PathId<MentorId>,
    Body(body): Body<VerifyMentor>,
) -> Answer<Json<Message>> {
    let verdict = match body.status {
        MentorVerdict::Approved => Verification::Approved,
        MentorVerdict::Rejected => Verification::Rejected,
    };
    people.verify_mentor_because(&caller.cx, id, verdict, &body.reason).await?;
    Ok(Json(Message { message: "Mentor verification updated" }))
}

#[derive(Deserialize, ToSchema)]
struct LeadFilter {
    #[serde(default, deserialize_with = "perhaps_any_case")]
    status: Option<LeadStatus>,
}

async fn list_leads(
    State(leads): State<Leads>,
    bearer: Bearer<AdminOnly>,
    Query(filter): Query<LeadFilter>,
    page: PageQuery,
) -> Answer<Listed<AdminLeadShape>> {
    let (caller, found) = bearer.along(leads.all(&bearer.cx, filter.status, page.request.clone())).await?;
    let shown = leads.shown_to_admin(&caller.cx, found?).await?;
    Ok(page.answer(shown, AdminLeadShape::from))
}

#[derive(Deserialize, ToSchema)]
struct VerifyLead {
    #[serde(deserialize_with = "any_case")]
    status: Verdict,
    #[serde(default, deserialize_with = "null_as_default")]
    reason: Prose<500>,
}

async fn verify_lead(
    State(leads): State<Leads>,
    caller: Caller<AdminOnly>,
    PathId(ShownLeadId(id)): PathId<ShownLeadId>,
    Body(body): Body<VerifyLead>,
) -> Answer<Json<Message>> {
    leads.decide(&caller.cx, id, body.status, body.reason).await?;
    Ok(Json(Message { message: "Lead verification updated" }))
}

#[derive(Deserialize, ToSchema)]
struct PaymentFilter {
    #[serde(default, deserialize_with = "perhaps_any_case")]
    status: Option<PaymentStatus>,
}

async fn list_payments(
    State(orders): State<Orders>,
    caller: Caller<AdminOnly>,
    Query(filter): Query<PaymentFilter>,
    page: PageQuery,
) -> Answer<Listed<PaymentShape>> {
    let found = orders.list(&caller.cx, filter.status.map(Into::into), page.request.clone()).await?;
    Ok(page.answer(found, PaymentShape::from))
}

#[derive(Deserialize, ToSchema)]
struct LogFilter {
    lead_id: Option<ShownLeadId>,
}

async fn list_verification_logs(
    State(leads): State<Leads>,
    caller: Caller<AdminOnly>,
    Query(filter): Query<LogFilter>,
    page: PageQuery,
) -> Answer<Listed<LogShape>> {
    let logs = leads.logs(&caller.cx, filter.lead_id.map(|lead| lead.0), page.request.clone()).await?;
    Ok(page.answer(logs, LogShape::from))
}

/// The group's list of routes.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/admin/analytics", "Show how many people, events and leads there are, and what was earned", show_analytics)
        .get("/api/admin/users", "List all members, newest first", list_users)
        .put("/api/admin/users/{id}", about("Change a member's name, role or state").conflict(&["NOT_ONESELF"]), manage_user)
        .get("/api/admin/mentors", "List mentors, newest first", list_mentors)
        .put("/api/admin/mentors/{id}/verify", "Let a mentor in, or not", verify_mentor)
        .get("/api/admin/leads", "List leads, newest first", list_leads)
        .put(
            "/api/admin/leads/{id}/verify",
            about("Verify or reject a lead").conflict(&["LEAD_DECIDED", "LEAD_PURCHASED"]),
            verify_lead,
        )
        .get("/api/admin/payments", "List payments for leads, newest first", list_payments)
        .get("/api/admin/verification-logs", "List what was decided about leads, the latest first", list_verification_logs)
}
