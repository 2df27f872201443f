//! Who was at a session: each side enters the key that the other one shows.

use super::{SessionDeps, shapes::attended_roles};
use app::paid_sessions::PaidSessions;
use axum::{Json, extract::State};
use domain::{Instant, SessionBookingId, account::Role, chat::Side, mentorship::SessionBooking, text::Line};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Body, Caller, Query, Routes, about};

#[derive(Deserialize, ToSchema)]
struct AttendanceOf {
    meeting_id: SessionBookingId,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Attendance)]
struct AttendanceShape {
    student_attended: bool,
    mentor_attended: bool,
    student_attendance_time: Option<Instant>,
    mentor_attendance_time: Option<Instant>,
    /// `mentor`, `student`.
    attended_roles: Vec<&'static str>,
}

impl From<&SessionBooking> for AttendanceShape {
    fn from(session: &SessionBooking) -> Self {
        let at = |side| session.terms.as_ref().and_then(|terms| terms.attended_at(side));
        let (student, mentor) = (at(Role::Mentee), at(Role::Mentor));
        Self {
            student_attended: student.is_some(),
            mentor_attended: mentor.is_some(),
            student_attendance_time: student,
            mentor_attendance_time: mentor,
            attended_roles: attended_roles(session),
        }
    }
}

async fn show_attendance(
    State(sessions): State<PaidSessions>,
    caller: Caller,
    Query(query): Query<AttendanceOf>,
) -> Answer<Json<AttendanceShape>> {
    let (session, _) = sessions.one(&caller.cx, &caller.member, query.meeting_id).await?;
    Ok(Json(AttendanceShape::from(&session)))
}

#[derive(Deserialize, ToSchema)]
struct RecordAttendance {
    meeting_id: SessionBookingId,
    /// One's own.
    #[serde(rename = "role")]
    side: Side,
    /// The other side's.
    attendance_key: Line<64>,
}

#[derive(Serialize, ToSchema)]
struct AttendanceRecorded {
    success: bool,
    message: &'static str,
}

async fn record_attendance(
    State(sessions): State<PaidSessions>,
    caller: Caller,
    Body(body): Body<RecordAttendance>,
) -> Answer<Json<AttendanceRecorded>> {
    let RecordAttendance { meeting_id, side, attendance_key } = body;
    let recorded = sessions.attend(&caller.cx, &caller.member, (meeting_id, side.role()), attendance_key.as_str()).await?;
    let message = if recorded.completed { "Attendance recorded. The session is complete." } else { "Attendance recorded." };
    Ok(Json(AttendanceRecorded { success: true, message }))
}

/// The routes of attendance.
pub fn routes<R: Routes<SessionDeps>>(routes: R) -> R {
    let record = about("Show that one was at a session, by the key of the other side")
        .forbidden(&["WRONG_ATTENDANCE_KEY", "NOT_YOUR_PART"])
        .not_found()
        .conflict(&["BOOKING_NOT_CONFIRMED", "BOOKING_NOT_OPEN", "SESSION_NOT_STARTED", "NOT_A_PAID_SESSION"]);
    routes
        .get("/api/mentor/meeting/attendance", about("Show who was at a session of one's own").not_found(), show_attendance)
        .post("/api/mentor/meeting/attendance", record, record_attendance)
}
