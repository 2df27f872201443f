//! `/api/events…`: what mentors announce to everybody.

use crate::{forms::null_as_default, shapes::EventShape, state::Deps};
use app::{
    mentorship::Mentorship,
    public_events::{Offer, PublicEventError, PublicEvents},
};
use axum::{Json, extract::State};
use domain::{
    PublicEventId, Zone,
    public_event::{Announcement, MOST_PICTURES, Picture, PublicEvent, Title, Venue, When, event_time},
    text::{Line, Prose, WebUrl},
};
use jiff::civil::Date;
use serde::Deserialize;
use store::Page;
use utoipa::ToSchema;
use web::{
    Answer, ApiError, Body, Caller, Created, Listed, MentorOnly, Message, PageQuery, PathId, Query, Routes, Visitor, about,
};

/// Which events by their time.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum WantedStatus {
    Upcoming,
    Past,
}

#[derive(Deserialize, ToSchema)]
struct EventQuery {
    /// Those that have not begun, or those that have; all unless given.
    status: Option<WantedStatus>,
    /// Everything that mentors announce is published: with false there is nothing.
    published: Option<String>,
}

async fn list_events(
    State(events): State<PublicEvents>,
    Visitor(cx): Visitor,
    Query(EventQuery { status, published }): Query<EventQuery>,
    page: PageQuery,
) -> Answer<Listed<EventShape>> {
    let when = match status {
        None => When::All,
        Some(WantedStatus::Upcoming) => When::Upcoming,
        Some(WantedStatus::Past) => When::Past,
    };
    let found = match published.as_deref() {
        Some("false") => Page { items: Vec::new(), next: None },
        _ => events.announced(&cx, when, page.request.clone()).await?,
    };
    Ok(page.answer(found, |Offer { event, host }| EventShape::new(&event, &host.membership, cx.now)))
}

async fn show_event(
    State(events): State<PublicEvents>,
    Visitor(cx): Visitor,
    PathId(id): PathId<PublicEventId>,
) -> Answer<Json<EventShape>> {
    let Offer { event, host } = events.show(&cx, id).await?;
    Ok(Json(EventShape::new(&event, &host.membership, cx.now)))
}

#[derive(Deserialize, ToSchema)]
struct Image {
    image: WebUrl,
    #[serde(default, deserialize_with = "null_as_default")]
    caption: Line<200>,
}

#[derive(Deserialize, ToSchema)]
struct EventBody {
    title: Title,
    #[serde(default, deserialize_with = "null_as_default")]
    description: Prose<5000>,
    category: Title,
    #[schema(value_type = String, format = Date)]
    date: Date,
    #[schema(examples("18:00"))]
    start_time: String,
    #[schema(examples("20:00"))]
    end_time: String,
    /// By whose clock; the mentor's own unless given.
    #[schema(value_type = Option<String>, examples("Asia/Kolkata"))]
    timezone: Option<Zone>,
    #[serde(default, deserialize_with = "null_as_default")]
    location: Line<200>,
    #[serde(default, deserialize_with = "null_as_default")]
    is_virtual: bool,
    #[serde(default, deserialize_with = "null_as_default")]
    flyer: WebUrl,
    /// At most 10.
    #[serde(default, deserialize_with = "null_as_default")]
    images: Vec<Image>,
}

async fn announcement(caller: &Caller<MentorOnly>, mentorship: &Mentorship, body: EventBody) -> Answer<Announcement> {
    let EventBody { title, description, category, date, start_time, end_time, timezone, location, is_virtual, flyer, images } =
        body;
    if images.len() > MOST_PICTURES {
        return Err(ApiError::invalid("images", "Give at most 10 of them"));
    }
    let zone = match timezone {
        Some(zone) => zone,
        None => own_zone(caller, mentorship).await?,
    };
    let (starts_at, duration) = event_time(date, (&start_time, &end_time), &zone)?;
    let pictures = images.into_iter().map(|Image { image, caption }| Picture { image, caption }).collect();
    let venue = Venue { location, is_virtual, flyer, pictures, zone };
    Ok(Announcement { title, description, category, starts_at, duration, venue })
}

/// In the form's words.
fn refused(error: PublicEventError) -> ApiError {
    match error {
        PublicEventError::InThePast => ApiError::invalid("date", "The event must be in the future"),
        error => error.into(),
    }
}

async fn own_zone(caller: &Caller<MentorOnly>, mentorship: &Mentorship) -> Answer<Zone> {
    Ok(mentorship.own(&caller.cx, &caller.member).await?.details.timezone)
}

fn own(event: &PublicEvent, caller: &Caller<MentorOnly>) -> EventShape {
    EventShape::new(event, &caller.member.membership, caller.cx.now)
}

async fn announce(
    State(events): State<PublicEvents>,
    State(mentorship): State<Mentorship>,
    caller: Caller<MentorOnly>,
    Body(body): Body<EventBody>,
) -> Answer<Created<EventShape>> {
    let what = announcement(&caller, &mentorship, body).await?;
    let event = events.announce(&caller.cx, &caller.member, what).await.map_err(refused)?;
    Ok(Created(own(&event, &caller)))
}

async fn announce_anew(
    State(events): State<PublicEvents>,
    State(mentorship): State<Mentorship>,
    caller: Caller<MentorOnly>,
    PathId(id): PathId<PublicEventId>,
    Body(body): Body<EventBody>,
) -> Answer<Json<EventShape>> {
    let what = announcement(&caller, &mentorship, body).await?;
    let event = events.announce_anew(&caller.cx, &caller.member, id, what).await.map_err(refused)?;
    Ok(Json(own(&event, &caller)))
}

async fn take_down(
    State(events): State<PublicEvents>,
    caller: Caller<MentorOnly>,
    PathId(id): PathId<PublicEventId>,
) -> Answer<Json<Message>> {
    events.delete(&caller.cx, &caller.member, id).await?;
    Ok(Json(Message { message: "Deleted" }))
}

/// The routes of events.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    const OFFER: [&str; 2] = ["ACCOUNT_PAUSED", "MENTOR_NOT_APPROVED"];
    routes
        .get("/api/events", "List what mentors announce, the latest first", list_events)
        .get("/api/events/{id}", "Show what a mentor announces", show_event)
        .post("/api/events", about("Announce an event").forbidden(&OFFER).not_found(), announce)
        .put("/api/events/{id}", about("Announce one's own event anew").forbidden(&OFFER), announce_anew)
        .delete("/api/events/{id}", about("Take one's own event down").forbidden(&["ACCOUNT_PAUSED"]), take_down)
}
