//! `/api/mentor/…`: a mentor's profile, events and leads, and buying them.

use crate::{
    forms::{Rupees, UtcInstant},
    ids::{ShownEventId, ShownLeadId},
    shapes::{LeadShape, MentorStats, Message, OwnEventShape, ProfileShape},
    state::{Deps, with_deps},
};
use app::{
    Platform, accounts::Accounts, idempotency::Idempotency, leads::Leads, payment::Verification, public_events::PublicEvents,
    purchases::Purchases,
};
use axum::{Json, Router, extract::State};
use domain::{
    LeadId, Paise,
    payment::{RazorpayOrderId, RazorpayPaymentId},
    public_event::{Edit, EventDraft, HostChange, Minutes, Places, Title},
    text::{Line, Prose},
};
use gateways::{razorpay::Razorpay, settings::SettingError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    About, Answer, ApiError, Bearer, Body, Caller, Created, Face, Listed, MentorOnly, PageQuery, PathId, Routes, about,
    once_per_key,
};

/// What the group's handlers call.
#[derive(Debug, Clone)]
pub struct MentorDeps {
    deps: Deps,
    purchases: Purchases,
}

with_deps!(MentorDeps has purchases: Purchases; Face, Accounts, Idempotency, Leads, PublicEvents);

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    let deps = Deps::new(platform)?;
    let razorpay = Razorpay::from_settings(&platform.settings)?;
    let purchases = Purchases::new(platform.store.clone(), deps.leads(), razorpay);
    Ok(routes(Router::new()).with_state(MentorDeps { deps, purchases }))
}

async fn show_profile(State(events): State<PublicEvents>, caller: Caller<MentorOnly>) -> Answer<Json<ProfileShape>> {
    let membership = &caller.member.membership;
    let profile = events.profile(&caller.cx, membership).await?;
    Ok(Json(ProfileShape::new(membership, &profile)))
}

/// What is missing stays as it is.
#[derive(Deserialize, ToSchema)]
struct UpdateProfile {
    bio: Option<Prose<2000>>,
    /// At most 30.
    expertise: Option<Vec<Line<60>>>,
    experience: Option<Prose<1000>>,
}

async fn update_profile(
    State(events): State<PublicEvents>,
    caller: Caller<MentorOnly>,
    Body(body): Body<UpdateProfile>,
) -> Answer<Json<Message>> {
    let UpdateProfile { bio, expertise, experience } = body;
    if expertise.as_ref().is_some_and(|expertise| expertise.len() > 30) {
        return Err(ApiError::invalid("expertise", "Give at most 30 of them"));
    }
    let expertise = expertise.map(|expertise| expertise.into_iter().filter_map(Line::non_empty).collect());
    events.change_profile(&caller.cx, &caller.member, HostChange { bio, expertise, experience }).await?;
    Ok(Json(Message { message: "Profile updated" }))
}

async fn list_events(
    State(events): State<PublicEvents>,
    caller: Caller<MentorOnly>,
    page: PageQuery,
) -> Answer<Listed<OwnEventShape>> {
    let found = events.of_mentor(&caller.cx, &caller.member, page.request.clone()).await?;
    Ok(page.answer(found, OwnEventShape::from))
}

#[derive(Deserialize, ToSchema)]
struct CreateEvent {
    title: Title,
    description: Prose<5000>,
    category: Title,
    event_datetime: UtcInstant,
    duration: Minutes,
    available_slots: Places,
    price_per_lead: Rupees,
}

#[derive(Serialize, ToSchema)]
struct EventCreated {
    event_id: ShownEventId,
    message: &'static str,
}

async fn create_event(
    State(events): State<PublicEvents>,
    caller: Caller<MentorOnly>,
    Body(body): Body<CreateEvent>,
) -> Answer<Created<EventCreated>> {
    let CreateEvent { title, description, category, event_datetime, duration, available_slots, price_per_lead } = body;
    let draft = EventDraft {
        title,
        description,
        category,
        starts_at: event_datetime.0,
        duration,
        places: available_slots,
        price: price_per_lead.0,
    };
    let event = events.create(&caller.cx, &caller.member, draft).await?;
    Ok(Created(EventCreated { event_id: ShownEventId(event.id), message: "Event created" }))
}

/// What is missing stays as it is.
#[derive(Deserialize, ToSchema)]
struct UpdateEvent {
    title: Option<Title>,
    description: Option<Prose<5000>>,
    category: Option<Title>,
    event_datetime: Option<UtcInstant>,
    duration: Option<Minutes>,
    /// All places, free and booked; not fewer than are booked.
    available_slots: Option<Places>,
    price_per_lead: Option<Rupees>,
}

async fn update_event(
    State(events): State<PublicEvents>,
    caller: Caller<MentorOnly>,
    PathId(ShownEventId(id)): PathId<ShownEventId>,
    Body(body): Body<UpdateEvent>,
) -> Answer<Json<Message>> {
    let UpdateEvent { title, description, category, event_datetime, duration, available_slots, price_per_lead } = body;
    let edit = Edit {
        title,
        description,
        category,
        starts_at: event_datetime.map(|at| at.0),
        duration,
        places: available_slots,
        price: price_per_lead.map(|price| price.0),
    };
    events.edit(&caller.cx, &caller.member, id, edit).await?;
    Ok(Json(Message { message: "Event updated" }))
}

async fn delete_event(
    State(events): State<PublicEvents>,
    caller: Caller<MentorOnly>,
    PathId(ShownEventId(id)): PathId<ShownEventId>,
) -> Answer<Json<Message>> {
    events.delete(&caller.cx, &caller.member, id).await?;
    Ok(Json(Message { message: "Event deleted" }))
}

async fn list_leads(State(leads): State<Leads>, bearer: Bearer<MentorOnly>, page: PageQuery) -> Answer<Listed<LeadShape>> {
    let found = leads.of_mentor(&bearer.cx, bearer.account, page.request.clone());
    let (caller, found) = bearer.along(found).await?;
    let shown = leads.shown_to_mentor(&caller.cx, &caller.member, found?).await?;
    Ok(page.answer(shown, LeadShape::from))
}

async fn show_stats(State(events): State<PublicEvents>, caller: Caller<MentorOnly>) -> Answer<Json<MentorStats>> {
    Ok(Json(events.figures(&caller.cx, Some(caller.member.id())).await?.into()))
}

#[derive(Serialize, ToSchema)]
struct OrderMade {
    /// Razorpay's, for its checkout.
    order_id: RazorpayOrderId,
    /// In paise.
    amount: Paise,
    currency: &'static str,
    /// Razorpay's public key.
    key: String,
}

async fn purchase_lead(
    State(purchases): State<Purchases>,
    caller: Caller<MentorOnly>,
    PathId(ShownLeadId(id)): PathId<ShownLeadId>,
) -> Answer<Json<OrderMade>> {
    let order = purchases.order(&caller.cx, &caller.member, id).await?;
    let key = purchases.key_id().to_owned();
    let (order_id, amount) = (order.razorpay_order_id, order.amount);
    Ok(Json(OrderMade { order_id, amount, currency: Paise::CURRENCY, key }))
}

#[derive(Deserialize, ToSchema)]
struct VerifyPayment {
    razorpay_order_id: RazorpayOrderId,
    razorpay_payment_id: RazorpayPaymentId,
    razorpay_signature: String,
}

#[derive(Serialize, ToSchema)]
struct PaymentVerified {
    message: &'static str,
    lead: LeadShape,
}

async fn verify(
    purchases: &Purchases,
    caller: &Caller<MentorOnly>,
    lead: Option<LeadId>,
    body: VerifyPayment,
) -> Answer<Json<PaymentVerified>> {
    let VerifyPayment { razorpay_order_id, razorpay_payment_id, razorpay_signature: signature } = body;
    let word = Verification { order_id: None, razorpay_order_id, razorpay_payment_id, signature };
    let lead = purchases.verify(&caller.cx, &caller.member, lead, &word).await?;
    Ok(Json(PaymentVerified { message: "Payment verified", lead: lead.into() }))
}

async fn verify_payment(
    State(purchases): State<Purchases>,
    caller: Caller<MentorOnly>,
    Body(body): Body<VerifyPayment>,
) -> Answer<Json<PaymentVerified>> {
    verify(&purchases, &caller, None, body).await
}

async fn verify_payment_of_lead(
    State(purchases): State<Purchases>,
    bearer: Bearer<MentorOnly>,
    PathId(ShownLeadId(id)): PathId<ShownLeadId>,
    body: Result<Body<VerifyPayment>, ApiError>,
) -> Answer<Json<PaymentVerified>> {
    let Body(body) = bearer.parsed(body).await?;
    let (caller, own) = bearer.along(purchases.must_be_own(&bearer.cx, bearer.account, id)).await?;
    own?;
    verify(&purchases, &caller, Some(id), body).await
}

const VERIFY: About = about("Tell of a payment made at the checkout, and learn how to reach the person")
    .bad_request(&["PAYMENT_VERIFICATION_FAILED", "PAYMENT_FAILED"])
    .not_found()
    .conflict(&["PAYMENT_MISMATCH", "PAYMENT_PENDING"])
    .unavailable(&["PAYMENT_PROVIDER_UNAVAILABLE"]);

/// The group's list of routes.
pub fn routes<R: Routes<MentorDeps>>(routes: R) -> R {
    const OFFER: [&str; 2] = ["ACCOUNT_PAUSED", "MENTOR_NOT_APPROVED"];
    routes
        .get("/api/mentor/profile", "Show one's own profile", show_profile)
        .put(
            "/api/mentor/profile",
            about("Change one's own profile; whoever was rejected asks anew with it")
                .bad_request(&["NOTHING_TO_CHANGE"])
                .forbidden(&["ACCOUNT_PAUSED"]),
            update_profile,
        )
        .get("/api/mentor/events", "List one's own events, the latest first", list_events)
        .post("/api/mentor/events", about("Offer an event").forbidden(&OFFER), create_event)
        .put("/api/mentor/events/{id}", about("Edit an event").forbidden(&OFFER).conflict(&["PLACES_BOOKED"]), update_event)
        .delete(
            "/api/mentor/events/{id}",
            about("Delete an event that nobody has booked").forbidden(&["ACCOUNT_PAUSED"]).conflict(&["PLACES_BOOKED"]),
            delete_event,
        )
        .get("/api/mentor/leads", "List the verified leads of one's own events, newest first", list_leads)
        .get("/api/mentor/stats", "Show one's own figures", show_stats)
        .post(
            "/api/mentor/leads/{id}/purchase",
            about("Order a lead, or get its open order again")
                .forbidden(&OFFER)
                .conflict(&["LEAD_PURCHASED", "LEAD_NOT_VERIFIED"])
                .unavailable(&["PAYMENT_PROVIDER_UNAVAILABLE"]),
            once_per_key(purchase_lead),
        )
        .post("/api/mentor/payment-verify", VERIFY, once_per_key(verify_payment))
        .post("/api/mentor/leads/{id}/verify-payment", VERIFY, once_per_key(verify_payment_of_lead))
}
