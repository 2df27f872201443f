use domain::{
    AccountId, Instant, SessionBookingId,
    account::{Member, Role},
    booking::Party,
    mentorship::{SessionBooking, SessionStatus, Stars},
};
use serde::Serialize;
use utoipa::ToSchema;

/// One side of a session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionParty)]
struct PartyShape {
    id: AccountId,
    name: String,
    email: String,
    photo_url: Option<String>,
}

impl From<&Party> for PartyShape {
    fn from(party: &Party) -> Self {
        Self { id: party.id, name: party.name.to_string(), email: party.email.to_string(), photo_url: None }
    }
}

/// A session, in the words of both of the client's pages. Dates and times are by the mentor's clock.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionBooking)]
pub struct BookingShape {
    id: SessionBookingId,
    mentor_id: AccountId,
    mentee_id: AccountId,
    mentor: PartyShape,
    mentee: PartyShape,
    mentor_name: String,
    mentee_name: String,
    mentee_photo_url: Option<String>,
    session_date: String,
    start_time: String,
    end_time: String,
    timezone: String,
    duration_minutes: i64,
    scheduled_at: Instant,
    ends_at: Instant,
    topic: String,
    description: String,
    status: SessionStatus,
    /// The mentee's only while the session is confirmed.
    meeting_link: Option<String>,
    meeting_url: Option<String>,
    meeting_platform: Option<String>,
    cancellation_reason: Option<String>,
    rating: Option<Stars>,
    /// What the mentee wrote about the mentor; `feedback` says the same.
    mentor_feedback: Option<String>,
    feedback: Option<String>,
    booking_version: u32,
    version: u32,
    created_at: Instant,
    updated_at: Instant,
}

impl BookingShape {
    /// A session as somebody sees it.
    pub fn new(session: &SessionBooking, by: &Member) -> Self {
        let is_admin = by.membership.is(Role::Admin);
        let sees_link = session.status == SessionStatus::Confirmed || session.mentor.id == by.id() || is_admin;
        let link = session.meeting_url.as_ref().filter(|_| sees_link).map(ToString::to_string);
        let feedback = session.mentor_feedback.as_ref().map(ToString::to_string);
        Self {
            id: session.id,
            mentor_id: session.mentor.id,
            mentee_id: session.mentee.id,
            mentor: (&session.mentor).into(),
            mentee: (&session.mentee).into(),
            mentor_name: session.mentor.name.to_string(),
            mentee_name: session.mentee.name.to_string(),
            mentee_photo_url: None,
            session_date: session.time.date.clone(),
            start_time: session.time.start_time.clone(),
            end_time: session.time.end_time.clone(),
            timezone: session.time.zone.name().to_owned(),
            duration_minutes: session.time.ends_at.since(session.time.starts_at).as_mins(),
            scheduled_at: session.time.starts_at,
            ends_at: session.time.ends_at,
            topic: session.topic.to_string(),
            description: session.description.to_string(),
            status: session.status,
            meeting_platform: session.meeting_platform.as_ref().filter(|_| link.is_some()).map(ToString::to_string),
            meeting_link: link.clone(),
            meeting_url: link,
            cancellation_reason: session.cancellation_reason.as_ref().map(ToString::to_string),
            rating: session.rating,
            mentor_feedback: feedback.clone(),
            feedback,
            booking_version: session.version,
            version: session.version,
            created_at: session.created_at,
            updated_at: session.updated_at,
        }
    }
}
