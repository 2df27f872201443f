//! Booking requests, mocks, feedback and orders.

use crate::{
    interviews::{LIST_FEEDBACKS, LIST_MOCKS, list_feedbacks, list_mocks},
    mentee::{CANCEL, RESCHEDULE, StatusWord, cancel_booking, reschedule_booking},
    mentor::CONFIRM,
    shapes::{BookingShape, Message, OrderShape},
    state::Deps,
};
use app::{
    booking::{BookingSearch, Bookings, StatusFilter},
    days::Days,
    interviews::Interviews,
    orders::Orders,
    refunds::Refunds,
};
use axum::{Json, extract::State};
use domain::{
    AccountId, BookingId, MockId, SlotId,
    payment::{OrderName, OrderStatus},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{About, AdminOnly, Answer, Body, Caller, Listed, PageQuery, PathId, Query, Routes, about, once_per_key};

/// What the document says of refunding.
const REFUND: About = about("Refund a paid order, named by our id or by Razorpay's").conflict(&["ORDER_NOT_PAID"]);

pub(super) fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/admin/booking-requests", "List booking requests", list_bookings)
        .post("/api/admin/booking-requests/{id}/cancel", CANCEL, cancel_booking::<AdminOnly>)
        .post("/api/admin/booking-requests/{id}/reschedule", RESCHEDULE, once_per_key(reschedule_booking::<AdminOnly>))
        .post("/api/admin/confirm-booking", CONFIRM, once_per_key(confirm_booking))
        .get("/api/admin/mocks", LIST_MOCKS, list_mocks::<AdminOnly>)
        .put("/api/admin/mock/{id}/complete", about("Complete a mock interview").conflict(&["MOCK_NOT_SCHEDULED"]), complete_mock)
        .get("/api/admin/feedbacks", LIST_FEEDBACKS, list_feedbacks::<AdminOnly>)
        .get("/api/admin/orders", "List orders, amounts in paise", list_orders)
        .post("/api/admin/orders/{id}/refund", REFUND, refund_order)
}

#[derive(Deserialize, ToSchema)]
struct BookingFilter {
    status: Option<StatusWord>,
    mentor_id: Option<AccountId>,
    mentee_id: Option<AccountId>,
    /// The first day on which they were asked for, `YYYY-MM-DD`.
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last such day.
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

async fn list_bookings(
    State(bookings): State<Bookings>,
    State(days): State<Days>,
    caller: Caller<AdminOnly>,
    Query(filter): Query<BookingFilter>,
    page: PageQuery,
) -> Answer<Listed<BookingShape>> {
    let BookingFilter { status, mentor_id: mentor, mentee_id: mentee, from, to } = filter;
    let search =
        BookingSearch { status: status.map_or(StatusFilter::All, Into::into), mentor, mentee, made: days.span(from, to)? };
    let found = bookings.all(&caller.cx, &search, page.request.clone()).await?;
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

#[derive(Deserialize, ToSchema)]
struct OrderFilter {
    status: Option<OrderStatus>,
}

async fn list_orders(
    State(orders): State<Orders>,
    caller: Caller<AdminOnly>,
    Query(filter): Query<OrderFilter>,
    page: PageQuery,
) -> Answer<Listed<OrderShape>> {
    Ok(page.answer(orders.list(&caller.cx, filter.status, page.request.clone()).await?, OrderShape::from))
}

/// The plan ends at once; the money follows, and `status` says how far it is.
async fn refund_order(
    State(refunds): State<Refunds>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<OrderName>,
) -> Answer<Json<OrderShape>> {
    Ok(Json(refunds.refund_order(&caller.cx, &id).await?.into()))
}
