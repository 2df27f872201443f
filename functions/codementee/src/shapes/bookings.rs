use domain::{
    AccountId, Instant,
    booking::{Booking, InterviewType, RequestedSlot},
    catalog::ExperienceLevel,
    interview::{Assessment, Feedback, Mock, MockStatus},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A slot as it was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestedSlot)]
struct RequestedSlotShape {
    id: String,
    date: String,
    start_time: String,
    end_time: String,
}

impl From<&RequestedSlot> for RequestedSlotShape {
    fn from(slot: &RequestedSlot) -> Self {
        let time = &slot.time;
        let (date, start_time, end_time) = (time.date.clone(), time.start_time.clone(), time.end_time.clone());
        Self { id: slot.id.to_string(), date, start_time, end_time }
    }
}

/// A booking request, with copies of names and addresses (C-42).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Booking)]
pub struct BookingShape {
    id: String,
    mentee_id: AccountId,
    mentee_name: String,
    mentee_email: String,
    mentor_id: Option<AccountId>,
    mentor_name: Option<String>,
    mentor_email: Option<String>,
    company_id: String,
    company_name: String,
    interview_type: Option<InterviewType>,
    experience_level: Option<ExperienceLevel>,
    interview_track: Option<String>,
    specific_topics: Vec<String>,
    additional_notes: String,
    preferred_slots: Vec<RequestedSlotShape>,
    status: &'static str,
    confirmed_slot: Option<RequestedSlotShape>,
    meeting_link: Option<String>,
    meet_link_id: Option<String>,
    mock_id: Option<String>,
    confirmed_by: Option<AccountId>,
    confirmed_at: Option<Instant>,
    cancelled_at: Option<Instant>,
    created_at: Instant,
}

fn booking_status(booking: &Booking) -> &'static str {
    use domain::booking::BookingStatus::{Confirmed, Pending};
    match booking.status {
        Pending => "pending",
        Confirmed => "confirmed",
        _ => "cancelled",
    }
}

impl From<Booking> for BookingShape {
    fn from(booking: Booking) -> Self {
        let mentor = booking.mentor.as_ref();
        let interview = booking.interview.as_ref();
        Self {
            id: booking.id.to_string(),
            mentee_id: booking.mentee.id,
            mentee_name: booking.mentee.name.to_string(),
            mentee_email: booking.mentee.email.to_string(),
            mentor_id: mentor.map(|mentor| mentor.id),
            mentor_name: mentor.map(|mentor| mentor.name.to_string()),
            mentor_email: mentor.map(|mentor| mentor.email.to_string()),
            company_id: booking.company_id.to_string(),
            company_name: booking.company_name.to_string(),
            interview_type: interview.map(|interview| interview.interview_type),
            experience_level: interview.map(|interview| interview.experience_level),
            interview_track: interview.map(|interview| interview.interview_track.to_string()),
            specific_topics: booking.specific_topics.iter().map(ToString::to_string).collect(),
            additional_notes: booking.additional_notes.to_string(),
            preferred_slots: booking.preferred_slots.iter().map(Into::into).collect(),
            status: booking_status(&booking),
            confirmed_slot: booking.confirmed_slot.as_ref().map(Into::into),
            // The link of a cancelled session may be somebody else's by now.
            meeting_link: booking.meeting_link.as_ref().filter(|_| booking.status.is_open()).map(ToString::to_string),
            meet_link_id: booking.meet_link_id.map(|id| id.to_string()),
            mock_id: booking.mock_id.map(|id| id.to_string()),
            confirmed_by: booking.confirmed_by,
            confirmed_at: booking.confirmed_at,
            cancelled_at: booking.cancelled_at,
            created_at: booking.created_at,
        }
    }
}

/// A mock interview.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mock)]
pub struct MockShape {
    id: String,
    mentee_id: AccountId,
    mentee_name: String,
    mentor_id: AccountId,
    mentor_name: String,
    company_name: String,
    scheduled_at: Instant,
    ends_at: Instant,
    meet_link: Option<String>,
    status: MockStatus,
    booking_request_id: Option<String>,
    created_at: Instant,
}

impl From<Mock> for MockShape {
    fn from(mock: Mock) -> Self {
        Self {
            id: mock.id.to_string(),
            mentee_id: mock.mentee.id,
            mentee_name: mock.mentee.name.to_string(),
            mentor_id: mock.mentor.id,
            mentor_name: mock.mentor.name.to_string(),
            company_name: mock.company_name.to_string(),
            scheduled_at: mock.time.starts_at,
            ends_at: mock.time.ends_at,
            meet_link: mock.meet_link.as_ref().filter(|_| mock.status != MockStatus::Cancelled).map(ToString::to_string),
            status: mock.status,
            booking_request_id: mock.booking_id.map(|id| id.to_string()),
            created_at: mock.created_at,
        }
    }
}

/// Feedback about a mock; its id is the mock's, since a mock has at most one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Feedback)]
pub struct FeedbackShape {
    id: String,
    mock_id: String,
    mentor_id: AccountId,
    mentor_name: String,
    mentee_id: AccountId,
    company_name: String,
    #[serde(flatten)]
    assessment: Assessment,
    created_at: Instant,
    /// When it was last written anew.
    updated_at: Option<Instant>,
    /// How often it was written anew.
    revision: u32,
}

impl From<Feedback> for FeedbackShape {
    fn from(feedback: Feedback) -> Self {
        Self {
            id: feedback.mock_id.to_string(),
            mock_id: feedback.mock_id.to_string(),
            mentor_id: feedback.mentor_id,
            mentor_name: feedback.mentor_name.to_string(),
            mentee_id: feedback.mentee_id,
            company_name: feedback.company_name.to_string(),
            assessment: feedback.assessment,
            created_at: feedback.created_at,
            updated_at: feedback.updated_at,
            revision: feedback.revision,
        }
    }
}
