//! Booking requests, mocks, feedback and orders.

use crate::{
    interviews::{LIST_FEEDBACKS, LIST_MOCKS, list_feedbacks, list_mocks},
    mentee::{BookingFilter, CANCEL, RESCHEDULE, cancel_booking, reschedule_booking},
    mentor::CONFIRM,
    shapes::{BookingShape, Message, OrderShape},
    state::Deps,
};
use app::{
    booking::{Bookings, StatusFilter},
    interviews::Interviews,
    orders::Orders,
};
use axum::{Json, extract::State};
use domain::{AccountId, BookingId, MockId, SlotId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{AdminOnly, Answer, Body, Caller, Listed, PageQuery, PathId, Query, Routes, about, once_per_key};

pub(super) fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/admin/booking-requests", "List all booking requests", list_bookings)
        .post("/api/admin/booking-requests/{id}/cancel", CANCEL, cancel_booking::<AdminOnly>)
        .post("/api/admin/booking-requests/{id}/reschedule", RESCHEDULE, once_per_key(reschedule_booking::<AdminOnly>))
        .post("/api/admin/confirm-booking", CONFIRM, once_per_key(confirm_booking))
        .get("/api/admin/mocks", LIST_MOCKS, list_mocks::<AdminOnly>)
        .put("/api/admin/mock/{id}/complete", about("Complete a mock interview").conflict(&["MOCK_NOT_SCHEDULED"]), complete_mock)
        .get("/api/admin/feedbacks", LIST_FEEDBACKS, list_feedbacks::<AdminOnly>)
        .get("/api/admin/orders", "List all orders, amounts in paise", list_orders)
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

#[derive(Deserialize, ToSchema)]
#[schema(as = AdminConfirmBooking)]
struct ConfirmBooking {
    booking_request_id: BookingId,
    mentor_id: AccountId,
    confirmed_slot_id: SlotId,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AdminConfirmed)]
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
