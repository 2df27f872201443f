//! `/api/events/…`: what mentors and admins invite everybody to.

use super::Deps;
use app::{Context, gatherings::Gatherings};
use axum::{Json, extract::State};
use domain::{
    Instant, PublicEventId,
    account::Role,
    public_event::{Gathering, GatheringDetails, GatheringEdit, Title, When},
    text::{Line, Prose, WebUrl},
};
use serde::{Deserialize, Deserializer, Serialize};
use store::Direction;
use utoipa::ToSchema;
use web::{
    About, Answer, Body, Caller, Created, Listed, MaybeCaller, MentorOrAdmin, NoContent, PageQuery, PathId, Query, Routes, about,
    null_as_default, openapi::lenient::InstantOrEmpty,
};

/// An event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
struct EventShape {
    id: PublicEventId,
    title: Title,
    description: String,
    start_time: Instant,
    end_time: Option<Instant>,
    location: String,
    cover_image: String,
    /// The organizer's name.
    organizer: String,
    organizer_name: String,
    organizer_type: &'static str,
    created_by_role: &'static str,
    is_upcoming: bool,
    is_published: bool,
    created_at: Instant,
    updated_at: Instant,
}

impl EventShape {
    fn of(event: Gathering, cx: &Context) -> Self {
        let is_upcoming = event.is_upcoming(cx.now);
        let role = if event.organizer.role == Role::Admin { "admin" } else { "mentor" };
        let details = event.details;
        Self {
            id: event.id,
            title: details.title,
            description: details.description.to_string(),
            start_time: details.starts_at,
            end_time: details.ends_at,
            location: details.location.to_string(),
            cover_image: details.cover_image.to_string(),
            organizer: event.organizer.name.to_string(),
            organizer_name: event.organizer.name.to_string(),
            organizer_type: role,
            created_by_role: role,
            is_upcoming,
            is_published: details.is_published,
            created_at: event.created_at,
            updated_at: event.updated_at,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum TimeFilter {
    Upcoming,
    Past,
    All,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
enum Organizer {
    #[serde(rename = "me")]
    Me,
}

/// By what a page is sorted. The pages go from what begins first to what begins last with `start_time` and `created_at`,
/// and back with the other two.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
enum Ordering {
    #[serde(rename = "start_time")]
    Start,
    #[serde(rename = "-start_time")]
    LatestStart,
    #[serde(rename = "created_at")]
    Made,
    #[serde(rename = "-created_at")]
    LatestMade,
}

#[derive(Deserialize, ToSchema)]
struct EventFilter {
    search: Option<Line<100>>,
    filter: Option<TimeFilter>,
    #[serde(default)]
    include_past: Option<String>,
    organizer: Option<Organizer>,
    ordering: Option<Ordering>,
}

impl EventFilter {
    fn when(&self) -> When {
        let all = self.include_past.as_deref().is_some_and(|given| given.eq_ignore_ascii_case("true") || given == "1");
        match self.filter {
            Some(TimeFilter::Past) => When::Past,
            Some(TimeFilter::All) => When::All,
            _ if all => When::All,
            Some(TimeFilter::Upcoming) | None => When::Upcoming,
        }
    }

    /// Unless a client says otherwise, what is past comes the latest first, and everything else the earliest.
    fn ordering(&self) -> Ordering {
        let usual = if self.when() == When::Past { Ordering::LatestStart } else { Ordering::Start };
        self.ordering.unwrap_or(usual)
    }
}

impl Ordering {
    fn direction(self) -> Direction {
        match self {
            Self::Start | Self::Made => Direction::EarliestFirst,
            Self::LatestStart | Self::LatestMade => Direction::LatestFirst,
        }
    }
}

async fn list_events(
    State(gatherings): State<Gatherings>,
    caller: MaybeCaller,
    Query(filter): Query<EventFilter>,
    page: PageQuery,
) -> Answer<Listed<EventShape>> {
    let cx = &caller.cx;
    let ordering = filter.ordering();
    let which = (filter.when(), ordering.direction());
    let mut events = match (filter.organizer, &caller.sign_in) {
        (None, _) => gatherings.published(cx, which, filter.search.clone(), page.request.clone()).await?,
        (Some(Organizer::Me), Some(sign_in)) => gatherings.own(cx, &sign_in.member, page.request.clone()).await?,
        // The client asks without a token, and a visitor has made none.
        (Some(Organizer::Me), None) => store::Page { items: Vec::new(), next: None },
    };
    match ordering {
        Ordering::Start => events.items.sort_by_key(|event| event.details.starts_at),
        Ordering::LatestStart => events.items.sort_by_key(|event| std::cmp::Reverse(event.details.starts_at)),
        Ordering::Made => events.items.sort_by_key(|event| event.created_at),
        Ordering::LatestMade => events.items.sort_by_key(|event| std::cmp::Reverse(event.created_at)),
    }
    Ok(page.answer(events, |event| EventShape::of(event, cx)))
}

async fn show_event(
    State(gatherings): State<Gatherings>,
    caller: MaybeCaller,
    PathId(id): PathId<PublicEventId>,
) -> Answer<Json<EventShape>> {
    let member = caller.sign_in.as_ref().map(|sign_in| &sign_in.member);
    let event = gatherings.show(&caller.cx, member, id).await?;
    Ok(Json(EventShape::of(event, &caller.cx)))
}

/// A time that a form leaves empty.
fn perhaps_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Instant>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.trim().is_empty());
    text.map(|text| Instant::parse(text.trim()).map_err(serde::de::Error::custom)).transpose()
}

/// The same where leaving it out and leaving it empty are two things.
fn given_or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Instant>>, D::Error> {
    perhaps_empty(deserializer).map(Some)
}

fn published() -> bool {
    true
}

#[derive(Deserialize, ToSchema)]
struct CreateEvent {
    title: Title,
    #[serde(default, deserialize_with = "null_as_default")]
    description: Prose<5000>,
    start_time: Instant,
    #[serde(default, deserialize_with = "perhaps_empty")]
    #[schema(value_type = Option<InstantOrEmpty>)]
    end_time: Option<Instant>,
    #[serde(default, deserialize_with = "null_as_default")]
    location: Line<300>,
    #[serde(default, deserialize_with = "null_as_default")]
    cover_image: WebUrl,
    #[serde(default = "published")]
    is_published: bool,
}

async fn create_event(
    State(gatherings): State<Gatherings>,
    caller: Caller<MentorOrAdmin>,
    Body(body): Body<CreateEvent>,
) -> Answer<Created<EventShape>> {
    let CreateEvent { title, description, start_time, end_time, location, cover_image, is_published } = body;
    let (starts_at, ends_at) = (start_time, end_time);
    let details = GatheringDetails { title, description, starts_at, ends_at, location, cover_image, is_published };
    let event = gatherings.create(&caller.cx, &caller.member, details).await?;
    Ok(Created(EventShape::of(event, &caller.cx)))
}

#[derive(Deserialize, ToSchema)]
struct EditEvent {
    title: Option<Title>,
    description: Option<Prose<5000>>,
    start_time: Option<Instant>,
    /// Null takes the end away.
    #[serde(default, deserialize_with = "given_or_empty")]
    #[schema(value_type = Option<InstantOrEmpty>)]
    end_time: Option<Option<Instant>>,
    location: Option<Line<300>>,
    cover_image: Option<WebUrl>,
    is_published: Option<bool>,
}

async fn edit_event(
    State(gatherings): State<Gatherings>,
    caller: Caller<MentorOrAdmin>,
    PathId(id): PathId<PublicEventId>,
    Body(body): Body<EditEvent>,
) -> Answer<Json<EventShape>> {
    let EditEvent { title, description, start_time, end_time, location, cover_image, is_published } = body;
    let (starts_at, ends_at) = (start_time, end_time);
    let edit = GatheringEdit { title, description, starts_at, ends_at, location, cover_image, is_published };
    let event = gatherings.edit(&caller.cx, &caller.member, id, edit).await?;
    Ok(Json(EventShape::of(event, &caller.cx)))
}

async fn delete_event(
    State(gatherings): State<Gatherings>,
    caller: Caller<MentorOrAdmin>,
    PathId(id): PathId<PublicEventId>,
) -> Answer<NoContent> {
    gatherings.delete(&caller.cx, &caller.member, id).await?;
    Ok(NoContent)
}

const CREATE: &[&str] = &["ACCOUNT_PAUSED", "MENTOR_NOT_APPROVED"];
const EDIT: About =
    about("Change an event of one's own").forbidden(&["ACCOUNT_PAUSED", "MENTOR_NOT_APPROVED", "NOT_THE_ORGANIZER"]);

pub(super) fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/events", "List events: published ones, or one's own", list_events)
        .post("/api/events", about("Make an event").forbidden(CREATE), create_event)
        .get("/api/events/{id}", "Show an event", show_event)
        .put("/api/events/{id}", EDIT, edit_event)
        .patch("/api/events/{id}", EDIT, edit_event)
        .delete(
            "/api/events/{id}",
            about("Take an event away: one's own, or as an admin anybody's").forbidden(&["ACCOUNT_PAUSED", "NOT_THE_ORGANIZER"]),
            delete_event,
        )
}
