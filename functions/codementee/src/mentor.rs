//! `/api/mentor/…`: a mentor's mentees, requests, mocks and feedback.

use crate::{
    interviews::{create_feedback, list_feedbacks, list_mocks},
    mentee::{BookingFilter, cancel_booking},
    shapes::{BookingShape, User},
    state::Deps,
};
use app::{
    Platform,
    booking::{Bookings, StatusFilter},
    people::People,
};
use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use domain::{BookingId, MockId, SlotId};
use gateways::settings::SettingError;
use serde::{Deserialize, Serialize};
use web::{Answer, Body, Caller, Listed, MentorOnly, PageQuery, Query, once_per_key};

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    let deps = Deps::new(platform)?;
    Ok(Router::new()
        .route("/api/mentor/mentees", get(list_mentees))
        .route("/api/mentor/booking-requests", get(list_bookings))
        .route("/api/mentor/booking-requests/{id}/cancel", post(cancel_booking::<MentorOnly>))
        .route("/api/mentor/confirm-booking", once_per_key(&deps, post(confirm_booking)))
        .route("/api/mentor/mocks", get(list_mocks::<MentorOnly>))
        .route("/api/mentor/feedback", post(create_feedback))
        .route("/api/mentor/feedbacks", get(list_feedbacks::<MentorOnly>))
        .with_state(deps))
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

#[derive(Deserialize)]
struct ConfirmBooking {
    booking_request_id: BookingId,
    confirmed_slot_id: SlotId,
}

#[derive(Serialize)]
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
