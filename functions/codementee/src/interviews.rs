//! `/api/mocks…` and `/api/feedbacks…`: mock interviews and feedback, each caller his own.

use crate::{
    forms::null_as_default,
    shapes::{FeedbackShape, MockShape},
    state::Deps,
};
use app::{
    Platform,
    interviews::{Interviews, NewMock},
};
use axum::{
    Json, Router,
    extract::State,
    routing::{get, post, put},
};
use domain::{
    AccountId, Instant, MockId,
    interview::{Assessment, MockStatus},
    link::MeetUrl,
    text::Line,
};
use gateways::settings::SettingError;
use serde::Deserialize;
use web::{
    AdminOnly, Answer, Anyone, ApiError, Body, BodyOf, Caller, Listed, MentorOnly, PageQuery, PathId, RoleRule, once_per_key,
};

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    let deps = Deps::new(platform)?;
    Ok(Router::new()
        .route("/api/mocks", get(list_mocks::<Anyone>).merge(once_per_key(&deps, post(create_mock))))
        .route("/api/mocks/{id}/status", put(update_mock_status))
        .route("/api/feedbacks", get(list_feedbacks::<Anyone>).post(create_feedback))
        .route("/api/feedbacks/{id}", get(show_feedback))
        .with_state(deps))
}

/// A caller's mocks in the role of the route.
pub(crate) async fn list_mocks<R: RoleRule>(
    State(interviews): State<Interviews>,
    caller: Caller<R>,
    page: PageQuery,
) -> Answer<Listed<MockShape>> {
    let mocks = interviews.mocks(&caller.cx, &caller.member, caller.role(), page.request.clone()).await?;
    Ok(page.answer(mocks, MockShape::from))
}

#[derive(Deserialize)]
struct CreateMock {
    mentee_id: AccountId,
    mentor_id: AccountId,
    scheduled_at: Instant,
    #[serde(default, deserialize_with = "null_as_default")]
    meet_link: String,
    #[serde(default, deserialize_with = "null_as_default")]
    company_name: Line<100>,
}

async fn create_mock(
    State(interviews): State<Interviews>,
    caller: Caller<AdminOnly>,
    Body(body): Body<CreateMock>,
) -> Answer<Json<MockShape>> {
    let link = Some(body.meet_link.trim()).filter(|link| !link.is_empty()).map(MeetUrl::parse).transpose();
    let new = NewMock {
        mentee_id: body.mentee_id,
        mentor_id: body.mentor_id,
        scheduled_at: body.scheduled_at,
        meet_link: link.map_err(|invalid| ApiError::invalid("meet_link", invalid.0))?,
        company_name: body.company_name,
    };
    Ok(Json(interviews.schedule(&caller.cx, new).await?.into()))
}

#[derive(Deserialize)]
struct UpdateStatus {
    status: MockStatus,
}

async fn update_mock_status(
    State(interviews): State<Interviews>,
    caller: Caller,
    PathId(id): PathId<MockId>,
    Body(body): Body<UpdateStatus>,
) -> Answer<Json<MockShape>> {
    Ok(Json(interviews.set_status(&caller.cx, &caller.member, id, body.status).await?.into()))
}

/// A caller's feedback in the role of the route.
pub(crate) async fn list_feedbacks<R: RoleRule>(
    State(interviews): State<Interviews>,
    caller: Caller<R>,
    page: PageQuery,
) -> Answer<Listed<FeedbackShape>> {
    let feedbacks = interviews.feedbacks(&caller.cx, &caller.member, caller.role(), page.request.clone()).await?;
    Ok(page.answer(feedbacks, FeedbackShape::from))
}

#[derive(Deserialize)]
pub(crate) struct AboutMock {
    mock_id: MockId,
}

/// The mentor comes from the token and the mentee from the mock, whatever the body says.
pub(crate) async fn create_feedback(
    State(interviews): State<Interviews>,
    caller: Caller<MentorOnly>,
    BodyOf(about, assessment): BodyOf<AboutMock, Assessment>,
) -> Answer<Json<FeedbackShape>> {
    let feedback = interviews.give_feedback(&caller.cx, &caller.member, about.mock_id, assessment).await?;
    Ok(Json(feedback.into()))
}

async fn show_feedback(
    State(interviews): State<Interviews>,
    caller: Caller,
    PathId(id): PathId<MockId>,
) -> Answer<Json<FeedbackShape>> {
    Ok(Json(interviews.feedback(&caller.cx, &caller.member, id).await?.into()))
}
