//! What admins decide about sessions and withdrawals.

use super::{
    SessionDeps,
    payment::{SETTLE, SettleClaim},
    shapes::{MeetingShape, WithdrawalShape},
};
use app::paid_sessions::{Decision, Earnings, PaidSessions};
use axum::{Json, extract::State};
use domain::{
    SessionBookingId, WithdrawalId,
    account::Role,
    earnings::WithdrawalStatus,
    mentorship::SessionBooking,
    text::{Line, Prose},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{AdminOnly, Answer, ApiError, Body, Caller, Listed, PageQuery, PathId, Query, Routes, about, null_as_default};

fn shown(session: &SessionBooking) -> Json<MeetingShape> {
    Json(MeetingShape::new(session, Role::Admin, None))
}

#[derive(Deserialize, ToSchema)]
struct SessionsQuery {
    waiting: Option<Waiting>,
}

/// What waits for an admin.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Waiting {
    /// A day after its end nobody had shown that they met.
    Unattended,
}

async fn list_sessions(
    State(sessions): State<PaidSessions>,
    caller: Caller<AdminOnly>,
    Query(query): Query<SessionsQuery>,
    page: PageQuery,
) -> Answer<Listed<MeetingShape>> {
    let found = match query.waiting {
        Some(Waiting::Unattended) => sessions.unattended(&caller.cx, page.request.clone()).await?,
        None => sessions.all(&caller.cx, page.request.clone()).await?,
    };
    Ok(page.answer(found, |session| MeetingShape::new(&session, Role::Admin, None)))
}

async fn settle_claim_as_admin(
    State(sessions): State<PaidSessions>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<SessionBookingId>,
    Body(body): Body<SettleClaim>,
) -> Answer<Json<MeetingShape>> {
    Ok(shown(&sessions.settle_claim(&caller.cx, &caller.member, id, body.accepted).await?))
}

#[derive(Deserialize, ToSchema)]
struct CallOff {
    reason: Option<Prose<1000>>,
}

async fn cancel_session(
    State(sessions): State<PaidSessions>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<SessionBookingId>,
    Body(body): Body<CallOff>,
) -> Answer<Json<MeetingShape>> {
    Ok(shown(&sessions.cancel(&caller.cx, &caller.member, id, body.reason).await?))
}

async fn complete_session(
    State(sessions): State<PaidSessions>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<SessionBookingId>,
) -> Answer<Json<MeetingShape>> {
    Ok(shown(&sessions.complete(&caller.cx, &caller.member, id).await?))
}

#[derive(Deserialize, ToSchema)]
struct WithdrawalsQuery {
    status: Option<StatusWord>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum StatusWord {
    Pending,
    Completed,
    Rejected,
}

impl From<StatusWord> for WithdrawalStatus {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Pending => Self::Pending,
            StatusWord::Completed => Self::Completed,
            StatusWord::Rejected => Self::Rejected,
        }
    }
}

async fn list_all_withdrawals(
    State(earnings): State<Earnings>,
    caller: Caller<AdminOnly>,
    Query(query): Query<WithdrawalsQuery>,
    page: PageQuery,
) -> Answer<Listed<WithdrawalShape>> {
    let status = query.status.map(WithdrawalStatus::from);
    let found = earnings.withdrawals(&caller.cx, None, status, page.request.clone()).await?;
    Ok(page.answer(found, WithdrawalShape::from))
}

#[derive(Deserialize, ToSchema)]
struct PayOut {
    /// That of the payout.
    #[schema(min_length = 1)]
    transaction_id: Line<64>,
    #[serde(default, deserialize_with = "null_as_default")]
    admin_notes: Prose<1000>,
}

async fn pay_out(
    State(earnings): State<Earnings>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<WithdrawalId>,
    Body(body): Body<PayOut>,
) -> Answer<Json<WithdrawalShape>> {
    if body.transaction_id.as_str().is_empty() {
        return Err(ApiError::invalid("transaction_id", "Enter the transaction id of the payout"));
    }
    let decision = Decision::PaidOut { transaction_id: body.transaction_id, notes: body.admin_notes };
    Ok(Json(earnings.decide(&caller.cx, id, decision).await?.into()))
}

#[derive(Deserialize, ToSchema)]
struct Refuse {
    #[serde(default, deserialize_with = "null_as_default")]
    admin_notes: Prose<1000>,
}

async fn refuse(
    State(earnings): State<Earnings>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<WithdrawalId>,
    Body(body): Body<Refuse>,
) -> Answer<Json<WithdrawalShape>> {
    let decision = Decision::Refused { notes: body.admin_notes };
    Ok(Json(earnings.decide(&caller.cx, id, decision).await?.into()))
}

/// The admins' routes.
pub fn routes<R: Routes<SessionDeps>>(routes: R) -> R {
    let cancel = about("Call a session off, also one that has begun; what was paid at the checkout goes back in full")
        .conflict(&["BOOKING_NOT_OPEN"]);
    let complete = about("Say that a session took place").conflict(&["BOOKING_NOT_CONFIRMED", "SESSION_NOT_STARTED"]);
    let decided = |summary| about(summary).conflict(&["WITHDRAWAL_DECIDED"]);
    routes
        .get("/api/admin/sessions", "List everybody's sessions, or those that wait for an admin, the latest first", list_sessions)
        .post("/api/admin/sessions/{id}/settle", SETTLE, settle_claim_as_admin)
        .post("/api/admin/sessions/{id}/cancel", cancel, cancel_session)
        .post("/api/admin/sessions/{id}/complete", complete, complete_session)
        .get("/api/admin/withdrawals", "List withdrawals, newest first", list_all_withdrawals)
        .post("/api/admin/withdrawals/{id}/settle", decided("Say that a mentor was paid out"), pay_out)
        .post("/api/admin/withdrawals/{id}/refuse", decided("Refuse to pay out; the amount is in the balance again"), refuse)
}
