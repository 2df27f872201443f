//! `/api/v1/mentorship/bookings/…`: sessions, from the wish to the rating.

use crate::{forms::null_as_default, shapes::BookingShape, state::Deps};
use app::mentorship::{Mentorship, SessionFilter, Wish};
use axum::{Json, extract::State};
use domain::{
    AccountId, SessionBookingId,
    account::Role,
    mentorship::{MeetingUrl, SessionRequest, Stars},
    text::{Line, Prose},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, ApiError, Body, Caller, Created, Listed, MenteeOnly, PageQuery, PathId, Query, Routes, about, once_per_key};

#[derive(Deserialize, ToSchema)]
struct CreateBooking {
    mentor_id: AccountId,
    /// By the mentor's clock, as are the times.
    #[schema(format = Date)]
    session_date: String,
    #[schema(examples("10:00"))]
    start_time: String,
    /// An end that is not after the start is the next day's.
    #[schema(examples("11:00"))]
    end_time: String,
    topic: Line<500>,
    #[serde(default, deserialize_with = "null_as_default")]
    description: Prose<2000>,
}

async fn create_booking(
    State(mentorship): State<Mentorship>,
    caller: Caller<MenteeOnly>,
    Body(body): Body<CreateBooking>,
) -> Answer<Created<BookingShape>> {
    let CreateBooking { mentor_id, session_date, start_time, end_time, topic, description } = body;
    if topic.as_str().is_empty() {
        return Err(ApiError::invalid("topic", "topic is required"));
    }
    let request = SessionRequest { session_date, start_time, end_time, topic, description };
    let session = mentorship.book(&caller.cx, &caller.member, mentor_id, &request).await?;
    Ok(Created(BookingShape::new(&session, &caller.member)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Side {
    Mentor,
    Mentee,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StatusWord {
    All,
    Pending,
    Confirmed,
    Completed,
    Cancelled,
}

impl From<StatusWord> for SessionFilter {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::All => Self::All,
            StatusWord::Pending => Self::Pending,
            StatusWord::Confirmed => Self::Confirmed,
            StatusWord::Completed => Self::Completed,
            StatusWord::Cancelled => Self::Cancelled,
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct BookingQuery {
    /// As what the caller takes part; as a mentor unless he is only a mentee.
    role: Option<Side>,
    status: Option<StatusWord>,
}

async fn list_bookings(
    State(mentorship): State<Mentorship>,
    caller: Caller,
    Query(query): Query<BookingQuery>,
    page: PageQuery,
) -> Answer<Listed<BookingShape>> {
    let mentor = match query.role {
        Some(side) => matches!(side, Side::Mentor),
        None => caller.member.membership.is(Role::Mentor),
    };
    let side = if mentor { Role::Mentor } else { Role::Mentee };
    let filter = query.status.map_or(SessionFilter::All, Into::into);
    let found = mentorship.sessions(&caller.cx, (side, caller.member.id()), filter, page.request.clone()).await?;
    Ok(page.answer(found, |session| BookingShape::new(&session, &caller.member)))
}

async fn show_booking(
    State(mentorship): State<Mentorship>,
    caller: Caller,
    PathId(id): PathId<SessionBookingId>,
) -> Answer<Json<BookingShape>> {
    let (session, _) = mentorship.session(&caller.cx, &caller.member, id).await?;
    Ok(Json(BookingShape::new(&session, &caller.member)))
}

/// What a session becomes. `cancelled` takes the caller's own word; `rejected` is the mentor's.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum NewStatus {
    Confirmed,
    Completed,
    Rejected,
    Cancelled,
    CancelledByMentor,
    CancelledByMentee,
    CancelledByAdmin,
}

#[derive(Deserialize, ToSchema)]
struct UpdateStatus {
    status: NewStatus,
    reason: Option<Prose<1000>>,
    cancellation_reason: Option<Prose<1000>>,
    /// The version that was seen; another one is refused. `booking_version` says the same.
    version: Option<u32>,
    booking_version: Option<u32>,
}

async fn update_status(
    State(mentorship): State<Mentorship>,
    caller: Caller,
    PathId(id): PathId<SessionBookingId>,
    Body(body): Body<UpdateStatus>,
) -> Answer<Json<BookingShape>> {
    let cancel = |by| Wish::Cancel { by, reason: body.cancellation_reason.clone().or_else(|| body.reason.clone()) };
    let wish = match body.status {
        NewStatus::Confirmed => Wish::Confirm,
        NewStatus::Completed => Wish::Complete,
        NewStatus::Cancelled => cancel(None),
        NewStatus::Rejected | NewStatus::CancelledByMentor => cancel(Some(Role::Mentor)),
        NewStatus::CancelledByMentee => cancel(Some(Role::Mentee)),
        NewStatus::CancelledByAdmin => cancel(Some(Role::Admin)),
    };
    let version = body.version.or(body.booking_version);
    let session = mentorship.act(&caller.cx, &caller.member, id, (&wish, version)).await?;
    Ok(Json(BookingShape::new(&session, &caller.member)))
}

#[derive(Deserialize, ToSchema)]
struct AddLink {
    meeting_link: MeetingUrl,
    #[serde(default, deserialize_with = "null_as_default")]
    meeting_platform: Line<40>,
    version: Option<u32>,
}

/// A sentence and the session that it is about.
#[derive(Serialize, ToSchema)]
struct Changed {
    message: &'static str,
    booking: BookingShape,
}

async fn add_link(
    State(mentorship): State<Mentorship>,
    caller: Caller,
    PathId(id): PathId<SessionBookingId>,
    Body(body): Body<AddLink>,
) -> Answer<Json<Changed>> {
    let platform = body.meeting_platform.non_empty().unwrap_or_else(|| Line::parse("zoom").unwrap_or_default());
    let wish = Wish::Link { url: body.meeting_link, platform };
    let session = mentorship.act(&caller.cx, &caller.member, id, (&wish, body.version)).await?;
    let booking = BookingShape::new(&session, &caller.member);
    Ok(Json(Changed { message: "Meeting link added successfully", booking }))
}

#[derive(Deserialize, ToSchema)]
struct AddFeedback {
    rating: Stars,
    #[serde(default, deserialize_with = "null_as_default")]
    feedback: Prose<2000>,
    version: Option<u32>,
}

async fn add_feedback(
    State(mentorship): State<Mentorship>,
    caller: Caller,
    PathId(id): PathId<SessionBookingId>,
    Body(body): Body<AddFeedback>,
) -> Answer<Json<Changed>> {
    let wish = Wish::Rate { stars: body.rating, feedback: body.feedback };
    let session = mentorship.act(&caller.cx, &caller.member, id, (&wish, body.version)).await?;
    let booking = BookingShape::new(&session, &caller.member);
    Ok(Json(Changed { message: "Feedback added successfully", booking }))
}

/// The routes of sessions.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    let book = about("Ask a mentor for a session in his free time")
        .bad_request(&["OWN_SESSION"])
        .forbidden(&["ACCOUNT_PAUSED"])
        .not_found()
        .conflict(&["SLOT_UNAVAILABLE", "MENTOR_BUSY", "MENTEE_BUSY"]);
    let part = &["ACCOUNT_PAUSED", "NOT_YOUR_PART"];
    routes
        .get("/api/v1/mentorship/bookings", "List one's own sessions, the latest first", list_bookings)
        .post("/api/v1/mentorship/bookings", book, once_per_key(create_booking))
        .get("/api/v1/mentorship/bookings/{id}", "Show a session of one's own", show_booking)
        .patch(
            "/api/v1/mentorship/bookings/{id}/update_status",
            about("Confirm a session, call it off, or say that it took place").forbidden(part).conflict(&[
                "STALE_VERSION",
                "BOOKING_NOT_PENDING",
                "BOOKING_NOT_CONFIRMED",
                "BOOKING_NOT_OPEN",
                "SESSION_STARTED",
                "SESSION_NOT_STARTED",
            ]),
            update_status,
        )
        .patch(
            "/api/v1/mentorship/bookings/{id}/add_meeting_link",
            about("Say where a confirmed session takes place")
                .forbidden(part)
                .conflict(&["STALE_VERSION", "BOOKING_NOT_CONFIRMED"]),
            add_link,
        )
        .post(
            "/api/v1/mentorship/bookings/{id}/add_feedback",
            about("Rate a session that took place").forbidden(part).conflict(&[
                "STALE_VERSION",
                "BOOKING_NOT_COMPLETED",
                "ALREADY_RATED",
            ]),
            add_feedback,
        )
}
