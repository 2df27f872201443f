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
use axum::{Json, Router, extract::State};
use domain::{
    AccountId, Instant, MockId,
    interview::{Assessment, MockStatus},
    link::MeetUrl,
    text::Line,
};
use gateways::settings::SettingError;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    About, AdminOnly, Answer, Anyone, ApiError, Body, BodyOf, Caller, Listed, MentorOnly, MentorOrAdmin, PageQuery, PathId,
    RoleRule, Routes, about, once_per_key,
};

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    Ok(routes(Router::new()).with_state(Deps::new(platform)?))
}

pub(crate) const LIST_MOCKS: About = about("List the caller's mock interviews; an admin sees all");

/// A caller's mocks in the role of the route.
pub(crate) async fn list_mocks<R: RoleRule>(
    State(interviews): State<Interviews>,
    caller: Caller<R>,
    page: PageQuery,
) -> Answer<Listed<MockShape>> {
    let mocks = interviews.mocks(&caller.cx, &caller.member, caller.role(), page.request.clone()).await?;
    Ok(page.answer(mocks, MockShape::from))
}

#[derive(Deserialize, ToSchema)]
struct CreateMock {
    mentee_id: AccountId,
    mentor_id: AccountId,
    scheduled_at: Instant,
    #[serde(default, deserialize_with = "null_as_default")]
    #[schema(value_type = MeetUrl)]
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

#[derive(Deserialize, ToSchema)]
#[schema(as = UpdateMockStatus)]
struct UpdateStatus {
    status: MockStatus,
}

async fn update_mock_status(
    State(interviews): State<Interviews>,
    caller: Caller<MentorOrAdmin>,
    PathId(id): PathId<MockId>,
    Body(body): Body<UpdateStatus>,
) -> Answer<Json<MockShape>> {
    Ok(Json(interviews.set_status(&caller.cx, &caller.member, id, body.status).await?.into()))
}

pub(crate) const LIST_FEEDBACKS: About = about("List the caller's feedback; an admin sees all");

/// A caller's feedback in the role of the route.
pub(crate) async fn list_feedbacks<R: RoleRule>(
    State(interviews): State<Interviews>,
    caller: Caller<R>,
    page: PageQuery,
) -> Answer<Listed<FeedbackShape>> {
    let feedbacks = interviews.feedbacks(&caller.cx, &caller.member, caller.role(), page.request.clone()).await?;
    Ok(page.answer(feedbacks, FeedbackShape::from))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct AboutMock {
    mock_id: MockId,
}

pub(crate) const CREATE_FEEDBACK: About = about("Give feedback about a mock interview, which completes it")
    .forbidden(&["ACCOUNT_PAUSED"])
    .not_found()
    .conflict(&["FEEDBACK_EXISTS", "MOCK_NOT_SCHEDULED"]);

/// The mentor comes from the token and the mentee from the mock, whatever the body says.
pub(crate) async fn create_feedback(
    State(interviews): State<Interviews>,
    caller: Caller<MentorOnly>,
    BodyOf(about, assessment): BodyOf<AboutMock, Assessment>,
) -> Answer<Json<FeedbackShape>> {
    let feedback = interviews.give_feedback(&caller.cx, &caller.member, about.mock_id, assessment).await?;
    Ok(Json(feedback.into()))
}

pub(crate) const UPDATE_FEEDBACK: About =
    about("Write one's own feedback about a mock interview anew").forbidden(&["ACCOUNT_PAUSED"]);

/// All of it is written anew; of which mock it is and whom it is about stays.
pub(crate) async fn update_feedback(
    State(interviews): State<Interviews>,
    caller: Caller<MentorOnly>,
    PathId(id): PathId<MockId>,
    Body(assessment): Body<Assessment>,
) -> Answer<Json<FeedbackShape>> {
    Ok(Json(interviews.rewrite_feedback(&caller.cx, &caller.member, id, assessment).await?.into()))
}

async fn show_feedback(
    State(interviews): State<Interviews>,
    caller: Caller,
    PathId(id): PathId<MockId>,
) -> Answer<Json<FeedbackShape>> {
    Ok(Json(interviews.feedback(&caller.cx, &caller.member, id).await?.into()))
}

/// The group's list of routes.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    let routes = crate::notifications::routes(routes);
    routes
        .get("/api/mocks", LIST_MOCKS, list_mocks::<Anyone>)
        .post(
            "/api/mocks",
            about("Schedule a mock interview without a booking request").not_found().conflict(&[
                "MENTOR_UNAVAILABLE",
                "MENTOR_BUSY",
                "MENTEE_BUSY",
            ]),
            once_per_key(create_mock),
        )
        .put(
            "/api/mocks/{id}/status",
            about("Complete or cancel a mock interview")
                .forbidden(&["ACCOUNT_PAUSED"])
                .not_found()
                .conflict(&["MOCK_NOT_SCHEDULED", "BOOKING_NOT_OPEN"]),
            update_mock_status,
        )
        .get("/api/feedbacks", LIST_FEEDBACKS, list_feedbacks::<Anyone>)
        .post("/api/feedbacks", CREATE_FEEDBACK, create_feedback)
        .get("/api/feedbacks/{id}", "Show the feedback of a mock interview", show_feedback)
        .put("/api/feedbacks/{id}", UPDATE_FEEDBACK, update_feedback)
}
