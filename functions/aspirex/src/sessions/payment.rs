//! Paying for sessions at the checkout.

use super::{
    SessionDeps,
    booking::must_be,
    shapes::{MeetingShape, OrderShape},
};
use app::{
    paid_sessions::{Bought, PaidSessions, SessionPurchases},
    payment::Verification,
};
use axum::{Json, extract::State};
use domain::{
    SessionBookingId,
    account::{Member, Role},
    mentorship::SessionBooking,
    payment::{RazorpayOrderId, RazorpayPaymentId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{About, Answer, Body, Caller, MenteeOnly, MentorOnly, PathId, RoleRule, Routes, about, once_per_key};

/// The amount is the platform's to say.
#[derive(Deserialize, ToSchema)]
struct CreateOrder {
    session_id: SessionBookingId,
}

async fn create_order(
    State(purchases): State<SessionPurchases>,
    caller: Caller,
    Body(body): Body<CreateOrder>,
) -> Answer<Json<OrderShape>> {
    let Bought { session, order } = purchases.order(&caller.cx, &caller.member, body.session_id).await?;
    Ok(Json(OrderShape::new(&order, session.id, purchases.key_id())))
}

#[derive(Deserialize, ToSchema)]
struct VerifyPayment {
    razorpay_order_id: RazorpayOrderId,
    razorpay_payment_id: RazorpayPaymentId,
    razorpay_signature: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SessionPaid)]
struct Verified {
    success: bool,
    message: &'static str,
    session: MeetingShape,
}

fn side_of(session: &SessionBooking, of: &Member) -> Role {
    if session.mentor.id == of.id() { Role::Mentor } else { Role::Mentee }
}

async fn verify<R: RoleRule>(purchases: &SessionPurchases, caller: &Caller<R>, body: VerifyPayment) -> Answer<Json<Verified>> {
    let VerifyPayment { razorpay_order_id, razorpay_payment_id, razorpay_signature: signature } = body;
    let word = Verification { order_id: None, razorpay_order_id, razorpay_payment_id, signature };
    let session = purchases.verify(&caller.cx, &caller.member, &word).await?;
    let session = MeetingShape::new(&session, side_of(&session, &caller.member), None);
    Ok(Json(Verified { success: true, message: "Payment verified. Your session is confirmed.", session }))
}

async fn verify_as_student(
    State(purchases): State<SessionPurchases>,
    caller: Caller<MenteeOnly>,
    Body(body): Body<VerifyPayment>,
) -> Answer<Json<Verified>> {
    verify(&purchases, &caller, body).await
}

async fn verify_as_either(
    State(purchases): State<SessionPurchases>,
    caller: Caller,
    Body(body): Body<VerifyPayment>,
) -> Answer<Json<Verified>> {
    verify(&purchases, &caller, body).await
}

/// Whether the payment that the student named is there.
#[derive(Deserialize, ToSchema)]
pub struct SettleClaim {
    pub accepted: bool,
}

async fn settle_claim(
    State(sessions): State<PaidSessions>,
    caller: Caller<MentorOnly>,
    PathId(id): PathId<SessionBookingId>,
    Body(body): Body<SettleClaim>,
) -> Answer<Json<MeetingShape>> {
    must_be(&sessions, &caller, id, Role::Mentor).await?;
    let session = sessions.settle_claim(&caller.cx, &caller.member, id, body.accepted).await?;
    Ok(Json(MeetingShape::new(&session, Role::Mentor, None)))
}

/// What settling a claim may be refused with.
pub const SETTLE: About = about("Say whether the payment is there that the student named; otherwise the session is called off")
    .forbidden(&["ACCOUNT_PAUSED"])
    .conflict(&[
        "NO_PAYMENT_CLAIMED",
        "PAYMENT_USED",
        "BOOKING_NOT_PENDING",
        "BOOKING_NOT_OPEN",
        "SESSION_STARTED",
        "MENTOR_BUSY",
        "MENTEE_BUSY",
    ]);

const VERIFY: About = about("Tell of a payment made at the checkout; the session is confirmed by it")
    .bad_request(&["PAYMENT_VERIFICATION_FAILED", "PAYMENT_FAILED"])
    .not_found()
    .conflict(&["PAYMENT_MISMATCH", "PAYMENT_PENDING", "ORDER_REFUNDED", "SESSION_LOST"])
    .unavailable(&["PAYMENT_PROVIDER_UNAVAILABLE"]);

/// The routes of paying.
pub fn routes<R: Routes<SessionDeps>>(routes: R) -> R {
    let order = about("Get the order of a session of one's own that is not paid yet; the student pays")
        .forbidden(&["ACCOUNT_PAUSED"])
        .not_found()
        .conflict(&["BOOKING_NOT_PENDING"])
        .unavailable(&["PAYMENT_PROVIDER_UNAVAILABLE"]);
    routes
        .post("/api/mentor/create-order", order, once_per_key(create_order))
        .post("/api/mentor/verify-payment", VERIFY, once_per_key(verify_as_either))
        .post("/api/student/verify-payment", VERIFY, once_per_key(verify_as_student))
        .post("/api/mentor/sessions/{id}/settle", SETTLE, settle_claim)
}
