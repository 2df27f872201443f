//! `/api/events…` and `/api/user/…`: what is on offer, booking it, and what became of one's bookings.

use crate::{
    forms::Phone,
    ids::{ShownEventId, ShownLeadId},
    shapes::{BookingShape, EventDetail, EventShape},
    state::Deps,
};
use app::{Platform, leads::Leads, public_events::PublicEvents};
use axum::{Json, Router, extract::State};
use domain::{
    lead::Contact,
    public_event::{Title, Wanted, When},
    text::{Email, Line, PersonName, Prose},
};
use gateways::settings::SettingError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, Bearer, Body, Caller, Listed, MenteeOnly, PageQuery, PathId, Query, Routes, Visitor, about, null_as_default,
    once_per_key, show_health,
};

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    Ok(routes(Router::new()).with_state(Deps::new(platform)?))
}

/// Which events by their time.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum TimeFilter {
    Upcoming,
    Past,
    All,
}

#[derive(Deserialize, ToSchema)]
struct EventFilter {
    /// Stands in title, description or category, in any case.
    search: Option<Line<100>>,
    category: Option<Title>,
    /// Those that have not begun unless told otherwise.
    filter: Option<TimeFilter>,
}

async fn list_events(
    State(events): State<PublicEvents>,
    Visitor(cx): Visitor,
    Query(EventFilter { search, category, filter }): Query<EventFilter>,
    page: PageQuery,
) -> Answer<Listed<EventShape>> {
    let when = match filter {
        None | Some(TimeFilter::Upcoming) => When::Upcoming,
        Some(TimeFilter::Past) => When::Past,
        Some(TimeFilter::All) => When::All,
    };
    let wanted = Wanted { search: search.and_then(Line::non_empty), category };
    let found = events.on_offer(&cx, when, wanted, page.request.clone()).await?;
    Ok(page.answer(found, |offer| EventShape::from(&offer)))
}

async fn show_event(
    State(events): State<PublicEvents>,
    Visitor(cx): Visitor,
    PathId(ShownEventId(id)): PathId<ShownEventId>,
) -> Answer<Json<EventDetail>> {
    Ok(Json(events.show(&cx, id).await?.into()))
}

#[derive(Deserialize, ToSchema)]
struct BookEvent {
    name: PersonName,
    email: Email,
    phone: Phone,
    #[serde(default, deserialize_with = "null_as_default")]
    message: Prose<2000>,
}

#[derive(Serialize, ToSchema)]
struct Booked {
    lead_id: ShownLeadId,
    message: &'static str,
}

async fn book_event(
    State(leads): State<Leads>,
    caller: Caller<MenteeOnly>,
    PathId(ShownEventId(id)): PathId<ShownEventId>,
    Body(body): Body<BookEvent>,
) -> Answer<Json<Booked>> {
    let BookEvent { name, email, phone: Phone(phone), message } = body;
    let contact = Contact { name, email, phone, message };
    let lead = leads.book(&caller.cx, &caller.member, id, &contact).await?;
    Ok(Json(Booked { lead_id: ShownLeadId(lead), message: "Booking successful" }))
}

async fn list_bookings(State(leads): State<Leads>, bearer: Bearer<MenteeOnly>, page: PageQuery) -> Answer<Listed<BookingShape>> {
    let found = leads.of_user(&bearer.cx, bearer.account, page.request.clone());
    let (_, found) = bearer.along(found).await?;
    Ok(page.answer(found?, BookingShape::from))
}

/// The group's list of routes.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api", "Say that the API answers", show_health)
        .get("/api/health", "Say that the API answers", show_health)
        .get("/health", "Say that the API answers", show_health)
        .get("/api/events", "List what is on offer, the earliest first", list_events)
        .get("/api/events/{id}", "Show an event with its mentor", show_event)
        .post(
            "/api/events/{id}/book",
            about("Book a place").forbidden(&["ACCOUNT_PAUSED"]).conflict(&["EVENT_FULL", "EVENT_STARTED", "ALREADY_BOOKED"]),
            once_per_key(book_event),
        )
        .get("/api/user/bookings", "List one's own bookings, newest first", list_bookings)
}
