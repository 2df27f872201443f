//! One's own sessions, and giving them another time or a link.

use super::{SessionDeps, booking::must_be, forms::LocalTime, shapes::MeetingShape};
use app::{
    mentorship::{Mentorship, Wish},
    paid_sessions::PaidSessions,
};
use axum::{Json, extract::State};
use domain::{
    AccountId, Instant, SessionBookingId,
    account::{PublicNumber, Role},
    mentorship::MeetingUrl,
    text::Line,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Bearer, Body, Caller, Listed, MenteeOnly, MentorOnly, PageQuery, PathId, Routes, about};

async fn list_as_student(
    State(sessions): State<PaidSessions>,
    bearer: Bearer<MenteeOnly>,
    page: PageQuery,
) -> Answer<Listed<MeetingShape>> {
    let found = sessions.of(&bearer.cx, Role::Mentee, bearer.account, page.request.clone());
    let (_, found) = bearer.along(found).await?;
    Ok(page.answer(found?, MeetingShape::from))
}

async fn list_as_mentor(
    State(sessions): State<PaidSessions>,
    bearer: Bearer<MentorOnly>,
    page: PageQuery,
) -> Answer<Listed<MeetingShape>> {
    let found = sessions.of(&bearer.cx, Role::Mentor, bearer.account, page.request.clone());
    let (_, found) = bearer.along(found).await?;
    Ok(page.answer(found?, MeetingShape::from))
}

/// A student whom the caller had a session with, or has one agreed on.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectedStudent)]
struct StudentShape {
    /// The number; the account's id where there is none.
    student_id: String,
    account_id: AccountId,
    /// None when the student has left.
    name: Option<String>,
    total_sessions: u64,
    connected_at: Instant,
    last_booked_at: Instant,
}

async fn list_students(
    State(sessions): State<PaidSessions>,
    bearer: Bearer<MentorOnly>,
    page: PageQuery,
) -> Answer<Listed<StudentShape>> {
    let found = sessions.students(&bearer.cx, bearer.account, page.request.clone());
    let (_, found) = bearer.along(found).await?;
    let shown = |number: Option<PublicNumber>, id: AccountId| number.map_or_else(|| id.to_string(), |number| number.to_string());
    Ok(page.answer(found?, |(student, name)| StudentShape {
        student_id: shown(student.number, student.student_id),
        account_id: student.student_id,
        name: name.map(|name| name.to_string()),
        total_sessions: student.sessions,
        connected_at: student.first_at,
        last_booked_at: student.last_at,
    }))
}

#[derive(Deserialize, ToSchema)]
struct Reschedule {
    /// By the platform's clock (`PLATFORM_ZONE`), whatever that of the browser says.
    new_time: LocalTime,
}

#[derive(Serialize, ToSchema)]
struct Rescheduled {
    success: bool,
    new_time: Instant,
    timezone: String,
}

async fn reschedule(
    State(sessions): State<PaidSessions>,
    caller: Caller<MentorOnly>,
    PathId(id): PathId<SessionBookingId>,
    Body(body): Body<Reschedule>,
) -> Answer<Json<Rescheduled>> {
    must_be(&sessions, &caller, id, Role::Mentor).await?;
    let session = sessions.reschedule(&caller.cx, &caller.member, id, body.new_time.0).await?;
    let timezone = session.time.zone.name().to_owned();
    Ok(Json(Rescheduled { success: true, new_time: session.time.starts_at, timezone }))
}

#[derive(Deserialize, ToSchema)]
struct LinkMeeting {
    meeting_link: MeetingUrl,
}

async fn link_meeting(
    State(sessions): State<PaidSessions>,
    State(mentorship): State<Mentorship>,
    caller: Caller<MentorOnly>,
    PathId(id): PathId<SessionBookingId>,
    Body(body): Body<LinkMeeting>,
) -> Answer<Json<MeetingShape>> {
    must_be(&sessions, &caller, id, Role::Mentor).await?;
    let wish = Wish::Link { url: body.meeting_link, platform: Line::default() };
    let session = mentorship.act(&caller.cx, &caller.member, id, (&wish, None)).await?;
    Ok(Json(MeetingShape::new(&session, Role::Mentor, None)))
}

/// The routes of one's own sessions.
pub fn routes<R: Routes<SessionDeps>>(routes: R) -> R {
    let reschedule_about = about("Give a session another time, at least 2 hours before and ahead")
        .bad_request(&["TOO_LATE", "TOO_SOON"])
        .forbidden(&["ACCOUNT_PAUSED"])
        .conflict(&["BOOKING_NOT_CONFIRMED", "MENTOR_BUSY", "MENTEE_BUSY"]);
    let link_about =
        about("Say where a confirmed session takes place").forbidden(&["ACCOUNT_PAUSED"]).conflict(&["BOOKING_NOT_CONFIRMED"]);
    routes
        .get("/api/student/sessions", "List the sessions that one booked, the latest first", list_as_student)
        .get("/api/mentor/sessions", "List the sessions booked with oneself, the latest first", list_as_mentor)
        .get("/api/mentor/students", "List the students whom one had sessions with", list_students)
        .post("/api/mentor/meeting/{id}/reschedule", reschedule_about, reschedule)
        .post("/api/mentor/meeting/{id}/link", link_about, link_meeting)
}
