//! `/api/mentee/…`: a mentee's own bookings, mocks and feedback.

use crate::{
    forms::{Few, either_slots, null_as_default},
    interviews::{list_feedbacks, list_mocks},
    shapes::BookingShape,
    state::Deps,
};
use app::{
    Platform,
    booking::{Bookings, StatusFilter},
};
use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use domain::{
    BookingId, CompanyId, SlotId,
    booking::{BookingRequest, Interview, InterviewType},
    catalog::{ExperienceLevel, Track},
    text::{Line, Prose},
};
use gateways::settings::SettingError;
use serde::Deserialize;
use web::{Answer, ApiError, Body, Caller, Listed, MenteeOnly, PageQuery, PathId, Query, RoleRule, once_per_key};

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    let deps = Deps::new(platform)?;
    Ok(Router::new()
        .route("/api/mentee/booking-request", once_per_key(&deps, post(create_booking)))
        .route("/api/mentee/booking-requests", get(list_bookings))
        .route("/api/mentee/booking-requests/{id}/cancel", post(cancel_booking::<MenteeOnly>))
        .route("/api/mentee/mocks", get(list_mocks::<MenteeOnly>))
        .route("/api/mentee/feedbacks", get(list_feedbacks::<MenteeOnly>))
        .with_state(deps))
}

#[derive(Deserialize)]
struct CreateBooking {
    company_id: CompanyId,
    slot_ids: Option<Vec<SlotId>>,
    preferred_slots: Option<Vec<SlotId>>,
    interview_type: Option<InterviewType>,
    experience_level: Option<ExperienceLevel>,
    interview_track: Option<Track>,
    #[serde(default)]
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
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StatusWord {
    All,
    Pending,
    Confirmed,
    Cancelled,
}

/// The filter of a list of bookings.
#[derive(Debug, Deserialize)]
pub(crate) struct BookingFilter {
    status: Option<StatusWord>,
}

impl BookingFilter {
    /// The filter, or what the list shows without one.
    pub fn or(&self, default: StatusFilter) -> StatusFilter {
        match self.status {
            None => default,
            Some(StatusWord::All) => StatusFilter::All,
            Some(StatusWord::Pending) => StatusFilter::Pending,
            Some(StatusWord::Confirmed) => StatusFilter::Confirmed,
            Some(StatusWord::Cancelled) => StatusFilter::Cancelled,
        }
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

/// Calls a booking off in the role of the route.
pub(crate) async fn cancel_booking<R: RoleRule>(
    State(bookings): State<Bookings>,
    caller: Caller<R>,
    PathId(id): PathId<BookingId>,
) -> Answer<Json<BookingShape>> {
    let booking = bookings.cancel(&caller.cx, &caller.member, caller.role(), id).await?;
    Ok(Json(booking.into()))
}
