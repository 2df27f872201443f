//! Booking a session: at the checkout, or with a payment made elsewhere.

use super::{
    SessionDeps,
    forms::{Duration, Moment, slot_start},
    shapes::{BookedShape, BookingShape, MeetingShape, OrderShape},
};
use app::paid_sessions::{Bought, PaidSessions, SessionPurchases, Wanted};
use axum::{Json, extract::State};
use domain::{
    SessionBookingId,
    account::{PersonKey, Role},
    mentorship::{SessionBooking, SessionMinutes, TransactionId},
    text::{Line, Prose},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    About, Answer, ApiError, Bearer, Body, Caller, Complete, Created, MenteeOnly, MentorOnly, PathId, Query, Routes, about,
    null_as_default, once_per_key,
};

#[derive(Deserialize, ToSchema)]
struct BookSession {
    mentor_id: PersonKey,
    /// Without an offset by the platform's clock.
    scheduled_at: Moment,
    /// 60 unless told.
    duration_minutes: Option<Duration>,
    #[serde(default, deserialize_with = "null_as_default")]
    topic: Line<500>,
}

/// A session whose time is held, and the order that pays for it.
#[derive(Serialize, ToSchema)]
struct Held {
    session: MeetingShape,
    order: OrderShape,
}

async fn book_session(
    State(sessions): State<PaidSessions>,
    State(purchases): State<SessionPurchases>,
    bearer: Bearer<MenteeOnly>,
    body: Result<Body<BookSession>, ApiError>,
) -> Answer<Created<Held>> {
    let Body(body) = bearer.parsed(body).await?;
    let (caller, mentor) = bearer.along(sessions.mentor(&bearer.cx, body.mentor_id)).await?;
    let starts_at = body.scheduled_at.instant(sessions.zone()).map_err(|invalid| invalid.at("scheduled_at"))?;
    let hour = SessionMinutes::try_from(60).map_err(|invalid| invalid.at("duration_minutes"))?;
    let minutes = body.duration_minutes.map_or(hour, |Duration(minutes)| minutes);
    let wanted = Wanted { mentor: mentor?, starts_at, minutes, topic: body.topic, service: Line::default() };
    let Bought { session, order } = purchases.book(&caller.cx, &caller.member, &wanted).await?;
    let order = OrderShape::new(&order, session.id, purchases.key_id());
    Ok(Created(Held { session: MeetingShape::new(&session, Role::Mentee, None), order }))
}

#[derive(Deserialize, ToSchema)]
struct CreateBooking {
    mentor_id: PersonKey,
    #[serde(default, deserialize_with = "null_as_default")]
    subject: Line<500>,
    #[serde(default, deserialize_with = "null_as_default")]
    service: Line<200>,
    service_duration: Duration,
    #[schema(examples("Monday, Mon 12 - 9:00 AM"))]
    time_slot: String,
    #[schema(format = Date)]
    date: String,
    /// That of a payment which the student says he made. Somebody looks whether it is there.
    transaction_id: TransactionId,
}

async fn create_booking(
    State(sessions): State<PaidSessions>,
    bearer: Bearer<MenteeOnly>,
    body: Result<Body<CreateBooking>, ApiError>,
) -> Answer<Created<BookingShape>> {
    let Body(body) = bearer.parsed(body).await?;
    let (caller, mentor) = bearer.along(sessions.mentor(&bearer.cx, body.mentor_id)).await?;
    let start = slot_start(&body.time_slot, &body.date).map_err(|invalid| invalid.at("time_slot"))?;
    let starts_at = sessions.zone().instant(start.date(), start.time()).map_err(|invalid| invalid.at("time_slot"))?;
    let CreateBooking { subject: topic, service, service_duration: Duration(minutes), .. } = body;
    let wanted = Wanted { mentor: mentor?, starts_at, minutes, topic, service };
    let session = sessions.book_claimed(&caller.cx, &caller.member, &wanted, body.transaction_id).await?;
    Ok(Created(BookingShape::from(&session)))
}

#[derive(Deserialize, ToSchema)]
struct BookingsOf {
    mentor_id: PersonKey,
}

async fn list_booked(
    State(sessions): State<PaidSessions>,
    bearer: Bearer,
    query: Result<Query<BookingsOf>, ApiError>,
) -> Answer<Complete<BookedShape>> {
    let Query(query) = bearer.parsed(query).await?;
    let (_, booked) = bearer.along(sessions.booked(&bearer.cx, query.mentor_id)).await?;
    Ok(Complete(booked?.into_iter().map(BookedShape::from).collect()))
}

#[derive(Deserialize, ToSchema)]
struct CancelSession {
    reason: Option<Prose<1000>>,
}

async fn cancel_as_student(
    State(sessions): State<PaidSessions>,
    caller: Caller<MenteeOnly>,
    PathId(id): PathId<SessionBookingId>,
    Body(body): Body<CancelSession>,
) -> Answer<Json<MeetingShape>> {
    must_be(&sessions, &caller, id, Role::Mentee).await?;
    let session = sessions.cancel(&caller.cx, &caller.member, id, body.reason).await?;
    Ok(Json(MeetingShape::new(&session, Role::Mentee, None)))
}

async fn cancel_as_mentor(
    State(sessions): State<PaidSessions>,
    caller: Caller<MentorOnly>,
    PathId(id): PathId<SessionBookingId>,
    Body(body): Body<CancelSession>,
) -> Answer<Json<MeetingShape>> {
    must_be(&sessions, &caller, id, Role::Mentor).await?;
    let session = sessions.cancel(&caller.cx, &caller.member, id, body.reason).await?;
    Ok(Json(MeetingShape::new(&session, Role::Mentor, None)))
}

/// A session of the caller's, as this side of it: each route is for one, and what somebody is beside does not count there.
pub async fn must_be<R: web::RoleRule>(
    sessions: &PaidSessions,
    caller: &Caller<R>,
    id: SessionBookingId,
    side: Role,
) -> Result<SessionBooking, ApiError> {
    let (session, found) = sessions.one(&caller.cx, &caller.member, id).await?;
    (found == side).then_some(session).ok_or_else(|| ApiError::not_found("session"))
}

const CALL_OFF: About = about("Call a session off before it begins; what was paid at the checkout goes back in full")
    .conflict(&["BOOKING_NOT_OPEN", "SESSION_STARTED"]);

/// The routes of booking.
pub fn routes<R: Routes<SessionDeps>>(routes: R) -> R {
    const BUSY: &[&str] = &["SLOT_UNAVAILABLE", "MENTOR_BUSY", "MENTEE_BUSY", "NO_HOURLY_RATE"];
    let book = about("Hold a session for 15 minutes and get the order that pays for it")
        .bad_request(&["OWN_SESSION"])
        .forbidden(&["ACCOUNT_PAUSED"])
        .not_found()
        .conflict(BUSY)
        .unavailable(&["PAYMENT_PROVIDER_UNAVAILABLE"]);
    const CLAIM_REFUSED: &[&str] = &["SLOT_UNAVAILABLE", "MENTOR_BUSY", "MENTEE_BUSY", "NO_HOURLY_RATE", "TOO_MANY_CLAIMS"];
    let claim = about("Book a session that one says to have paid for elsewhere; it is confirmed when the payment is found")
        .bad_request(&["OWN_SESSION"])
        .forbidden(&["ACCOUNT_PAUSED"])
        .not_found()
        .conflict(CLAIM_REFUSED);
    routes
        .post("/api/student/book-session", book, once_per_key(book_session))
        .post("/api/student/booking", claim, once_per_key(create_booking))
        .get("/api/student/bookings", about("List the times that a mentor has given away").not_found(), list_booked)
        .post("/api/student/sessions/{id}/cancel", CALL_OFF, cancel_as_student)
        .post("/api/mentor/sessions/{id}/cancel", CALL_OFF, cancel_as_mentor)
}
