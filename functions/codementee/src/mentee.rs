//! `/api/mentee/…`: a mentee's own bookings, mocks and feedback.

use crate::{
    forms::{Few, either_slots, null_as_default},
    interviews::{LIST_FEEDBACKS, LIST_MOCKS, list_feedbacks, list_mocks},
    shapes::{BookingShape, MenteeDashboardShape},
    state::Deps,
};
use app::{
    Platform,
    booking::{Bookings, StatusFilter},
    dashboards::Dashboards,
};
use axum::{Json, Router, extract::State};
use domain::{
    BookingId, CompanyId, SlotId,
    booking::{BookingRequest, Interview, InterviewType},
    catalog::{ExperienceLevel, Track},
    text::{Line, Prose},
};
use gateways::settings::SettingError;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    About, Answer, ApiError, Body, Caller, Listed, MenteeOnly, PageQuery, PathId, Query, RoleRule, Routes, about, once_per_key,
};

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    Ok(routes(Router::new()).with_state(Deps::new(platform)?))
}

#[derive(Deserialize, ToSchema)]
struct CreateBooking {
    company_id: CompanyId,
    slot_ids: Option<Vec<SlotId>>,
    preferred_slots: Option<Vec<SlotId>>,
    interview_type: Option<InterviewType>,
    experience_level: Option<ExperienceLevel>,
    interview_track: Option<Track>,
    #[serde(default)]
    #[schema(value_type = Vec<Line<100>>, max_items = 30)]
    specific_topics: Few<Line<100>, 30>,
    #[serde(default, deserialize_with = "null_as_default")]
    additional_notes: Prose<2000>,
}

impl CreateBooking {
    fn parse(self) -> Result<BookingRequest, ApiError> {
        let slots = either_slots(self.slot_ids, self.preferred_slots);
        let interview = Interview::all_or_none(self.interview_type, self.experience_level, self.interview_track);
        Ok(BookingRequest {
            company_id: self.company_id,
            slot_ids: slots.map_err(|invalid| ApiError::invalid("slot_ids", invalid.0))?,
            interview: interview.map_err(|invalid| ApiError::invalid("interview_type", invalid.0))?,
            specific_topics: self.specific_topics.0,
            additional_notes: self.additional_notes,
        })
    }
}

async fn create_booking(
    State(bookings): State<Bookings>,
    caller: Caller<MenteeOnly>,
    Body(body): Body<CreateBooking>,
) -> Answer<Json<BookingShape>> {
    let booking = bookings.request(&caller.cx, &caller.member, body.parse()?).await?;
    Ok(Json(booking.into()))
}

/// `?status=` of a list of bookings, in the clients' words.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StatusWord {
    All,
    Pending,
    Confirmed,
    Cancelled,
}

/// The filter of a list of bookings.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct BookingFilter {
    status: Option<StatusWord>,
}

impl From<StatusWord> for StatusFilter {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::All => Self::All,
            StatusWord::Pending => Self::Pending,
            StatusWord::Confirmed => Self::Confirmed,
            StatusWord::Cancelled => Self::Cancelled,
        }
    }
}

impl BookingFilter {
    /// The filter, or what the list shows without one.
    pub fn or(&self, default: StatusFilter) -> StatusFilter {
        self.status.map_or(default, Into::into)
    }
}

async fn list_bookings(
    State(bookings): State<Bookings>,
    caller: Caller<MenteeOnly>,
    Query(filter): Query<BookingFilter>,
    page: PageQuery,
) -> Answer<Listed<BookingShape>> {
    let found = bookings.of_mentee(&caller.cx, caller.member.id(), filter.or(StatusFilter::All), page.request.clone()).await?;
    Ok(page.answer(found, BookingShape::from))
}

pub(crate) const CANCEL: About = about("Call a booking off").conflict(&["SESSION_STARTED", "BOOKING_NOT_OPEN"]);

/// Calls a booking off in the role of the route.
pub(crate) async fn cancel_booking<R: RoleRule>(
    State(bookings): State<Bookings>,
    caller: Caller<R>,
    PathId(id): PathId<BookingId>,
) -> Answer<Json<BookingShape>> {
    let booking = bookings.cancel(&caller.cx, &caller.member, caller.role(), id).await?;
    Ok(Json(booking.into()))
}

pub(crate) const RESCHEDULE: About = about("Ask for other slots, or move a confirmed session to another slot")
    .bad_request(&["INVALID_SLOT"])
    .forbidden(&["ACCOUNT_PAUSED"])
    .conflict(&[
        "SLOT_UNAVAILABLE",
        "SLOT_OF_ANOTHER_MENTOR",
        "SLOT_TAKEN",
        "MENTOR_UNAVAILABLE",
        "MENTOR_BUSY",
        "MENTEE_BUSY",
        "NO_MEET_LINK",
        "SESSION_STARTED",
        "BOOKING_NOT_OPEN",
    ]);

/// A confirmed session goes to one slot; a pending request names 1 to 5.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Reschedule {
    slot_id: Option<SlotId>,
    slot_ids: Option<Vec<SlotId>>,
    preferred_slots: Option<Vec<SlotId>>,
}

/// Moves a booking in the role of the route.
pub(crate) async fn reschedule_booking<R: RoleRule>(
    State(bookings): State<Bookings>,
    caller: Caller<R>,
    PathId(id): PathId<BookingId>,
    Body(body): Body<Reschedule>,
) -> Answer<Json<BookingShape>> {
    let slots = either_slots(body.slot_id.map(|slot| vec![slot]).or(body.slot_ids), body.preferred_slots);
    let slots = slots.map_err(|invalid| ApiError::invalid("slot_ids", invalid.0))?;
    let booking = bookings.reschedule(&caller.cx, &caller.member, caller.role(), id, &slots).await?;
    Ok(Json(booking.into()))
}

async fn show_dashboard(State(dashboards): State<Dashboards>, caller: Caller<MenteeOnly>) -> Answer<Json<MenteeDashboardShape>> {
    let dashboard = dashboards.of_mentee(&caller.cx, &caller.member).await?;
    Ok(Json(MenteeDashboardShape::new(&caller.member.membership, dashboard, caller.cx.now)))
}

/// The group's list of routes.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/mentee/dashboard", "Show a mentee his plan, sessions, requests and latest feedback", show_dashboard)
        .post(
            "/api/mentee/booking-request",
            about("Ask for a mock interview in one of 1 to 5 slots")
                .forbidden(&["ACCOUNT_PAUSED", "TIER_UPGRADE_REQUIRED", "QUOTA_EXCEEDED"])
                .not_found()
                .conflict(&["SLOT_UNAVAILABLE"]),
            once_per_key(create_booking),
        )
        .get("/api/mentee/booking-requests", "List one's own booking requests", list_bookings)
        .post("/api/mentee/booking-requests/{id}/cancel", CANCEL, cancel_booking::<MenteeOnly>)
        .post("/api/mentee/booking-requests/{id}/reschedule", RESCHEDULE, once_per_key(reschedule_booking::<MenteeOnly>))
        .get("/api/mentee/mocks", LIST_MOCKS, list_mocks::<MenteeOnly>)
        .get("/api/mentee/feedbacks", LIST_FEEDBACKS, list_feedbacks::<MenteeOnly>)
}
