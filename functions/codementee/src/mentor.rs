//! `/api/mentor/…`: a mentor's mentees, requests, mocks and feedback.

use crate::{
    interviews::{
        CREATE_FEEDBACK, LIST_FEEDBACKS, LIST_MOCKS, UPDATE_FEEDBACK, create_feedback, list_feedbacks, list_mocks,
        update_feedback,
    },
    mentee::{BookingFilter, CANCEL, RESCHEDULE, cancel_booking, reschedule_booking},
    shapes::{BookingShape, MentorDashboardShape, User},
    state::Deps,
};
use app::{
    Platform,
    booking::{Bookings, StatusFilter},
    dashboards::Dashboards,
    people::People,
};
use axum::{Json, Router, extract::State};
use domain::{BookingId, MockId, SlotId};
use gateways::settings::SettingError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{About, Answer, Body, Caller, Listed, MentorOnly, PageQuery, Query, Routes, about, once_per_key};

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    Ok(routes(Router::new()).with_state(Deps::new(platform)?))
}

async fn show_dashboard(State(dashboards): State<Dashboards>, caller: Caller<MentorOnly>) -> Answer<Json<MentorDashboardShape>> {
    Ok(Json(dashboards.of_mentor(&caller.cx, &caller.member).await?.into()))
}

async fn list_mentees(State(people): State<People>, caller: Caller<MentorOnly>, page: PageQuery) -> Answer<Listed<User>> {
    let mentees = people.mentees_of(&caller.cx, caller.member.id(), page.request.clone()).await?;
    Ok(page.answer(mentees, |mentee| User::new(&mentee, caller.cx.now)))
}

/// Pending ones unless asked otherwise, as the client shows them.
async fn list_bookings(
    State(bookings): State<Bookings>,
    caller: Caller<MentorOnly>,
    Query(filter): Query<BookingFilter>,
    page: PageQuery,
) -> Answer<Listed<BookingShape>> {
    let found =
        bookings.of_mentor(&caller.cx, caller.member.id(), filter.or(StatusFilter::Pending), page.request.clone()).await?;
    Ok(page.answer(found, BookingShape::from))
}

pub(crate) const CONFIRM: About = about("Confirm a booking request for one of its slots")
    .bad_request(&["INVALID_SLOT"])
    .forbidden(&["ACCOUNT_PAUSED"])
    .not_found()
    .conflict(&[
        "BOOKING_NOT_PENDING",
        "SLOT_TAKEN",
        "SLOT_UNAVAILABLE",
        "SLOT_OF_ANOTHER_MENTOR",
        "MENTOR_UNAVAILABLE",
        "MENTOR_BUSY",
        "MENTEE_BUSY",
        "NO_MEET_LINK",
    ]);

#[derive(Deserialize, ToSchema)]
struct ConfirmBooking {
    booking_request_id: BookingId,
    confirmed_slot_id: SlotId,
}

#[derive(Serialize, ToSchema)]
struct Confirmed {
    message: &'static str,
    mock_id: MockId,
    meeting_link: Option<String>,
}

async fn confirm_booking(
    State(bookings): State<Bookings>,
    caller: Caller<MentorOnly>,
    Body(body): Body<ConfirmBooking>,
) -> Answer<Json<Confirmed>> {
    let (member, mentor) = (&caller.member, caller.member.id());
    let confirmation = bookings.confirm(&caller.cx, member, body.booking_request_id, body.confirmed_slot_id, mentor).await?;
    let meeting_link = confirmation.booking.meeting_link.map(|link| link.to_string());
    Ok(Json(Confirmed { message: "Booking confirmed", mock_id: confirmation.mock.id, meeting_link }))
}

/// The group's list of routes.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/mentor/dashboard", "Show a mentor his sessions, requests, mentees and feedback", show_dashboard)
        .get("/api/mentor/mentees", "List the mentees assigned to the mentor", list_mentees)
        .get("/api/mentor/booking-requests", "List the mentor's booking requests", list_bookings)
        .post("/api/mentor/booking-requests/{id}/cancel", CANCEL, cancel_booking::<MentorOnly>)
        .post("/api/mentor/booking-requests/{id}/reschedule", RESCHEDULE, once_per_key(reschedule_booking::<MentorOnly>))
        .post("/api/mentor/confirm-booking", CONFIRM, once_per_key(confirm_booking))
        .get("/api/mentor/mocks", LIST_MOCKS, list_mocks::<MentorOnly>)
        .post("/api/mentor/feedback", CREATE_FEEDBACK, create_feedback)
        .put("/api/mentor/feedback/{id}", UPDATE_FEEDBACK, update_feedback)
        .get("/api/mentor/feedbacks", LIST_FEEDBACKS, list_feedbacks::<MentorOnly>)
}
