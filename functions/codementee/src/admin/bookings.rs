//! Booking requests, mocks, feedback and orders.

use crate::{
    interviews::{list_feedbacks, list_mocks},
    mentee::{BookingFilter, cancel_booking},
    shapes::{BookingShape, Message, OrderShape},
    state::Deps,
};
use app::{
    booking::{Bookings, StatusFilter},
    interviews::Interviews,
    orders::Orders,
};
use axum::{
    Json, Router,
    extract::State,
    routing::{get, post, put},
};
use domain::{AccountId, BookingId, MockId, SlotId};
use serde::{Deserialize, Serialize};
use web::{AdminOnly, Answer, Body, Caller, Listed, PageQuery, PathId, Query, once_per_key};

pub(super) fn routes(deps: &Deps) -> Router<Deps> {
    Router::new()
        .route("/api/admin/booking-requests", get(list_bookings))
        .route("/api/admin/booking-requests/{id}/cancel", post(cancel_booking::<AdminOnly>))
        .route("/api/admin/confirm-booking", once_per_key(deps, post(confirm_booking)))
        .route("/api/admin/mocks", get(list_mocks::<AdminOnly>))
        .route("/api/admin/mock/{id}/complete", put(complete_mock))
        .route("/api/admin/feedbacks", get(list_feedbacks::<AdminOnly>))
        .route("/api/admin/orders", get(list_orders))
}

async fn list_bookings(
    State(bookings): State<Bookings>,
    caller: Caller<AdminOnly>,
    Query(filter): Query<BookingFilter>,
    page: PageQuery,
) -> Answer<Listed<BookingShape>> {
    let found = bookings.all(&caller.cx, filter.or(StatusFilter::All), page.request.clone()).await?;
    Ok(page.answer(found, BookingShape::from))
}

#[derive(Deserialize)]
struct ConfirmBooking {
    booking_request_id: BookingId,
    mentor_id: AccountId,
    confirmed_slot_id: SlotId,
}

#[derive(Serialize)]
struct Confirmed {
    message: &'static str,
    mock_id: MockId,
    meeting_link: Option<String>,
    mentor_name: String,
}

async fn confirm_booking(
    State(bookings): State<Bookings>,
    caller: Caller<AdminOnly>,
    Body(body): Body<ConfirmBooking>,
) -> Answer<Json<Confirmed>> {
    let ConfirmBooking { booking_request_id, mentor_id, confirmed_slot_id } = body;
    let confirmation = bookings.confirm(&caller.cx, &caller.member, booking_request_id, confirmed_slot_id, mentor_id).await?;
    Ok(Json(Confirmed {
        message: "Booking confirmed successfully",
        mock_id: confirmation.mock.id,
        meeting_link: confirmation.booking.meeting_link.map(|link| link.to_string()),
        mentor_name: confirmation.mock.mentor.name.to_string(),
    }))
}

async fn complete_mock(
    State(interviews): State<Interviews>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<MockId>,
) -> Answer<Json<Message>> {
    interviews.complete(&caller.cx, &caller.member, id).await?;
    Ok(Json(Message { message: "Mock marked as completed" }))
}

async fn list_orders(State(orders): State<Orders>, caller: Caller<AdminOnly>, page: PageQuery) -> Answer<Listed<OrderShape>> {
    Ok(page.answer(orders.list(&caller.cx, page.request.clone()).await?, OrderShape::from))
}
