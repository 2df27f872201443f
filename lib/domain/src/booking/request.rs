use super::BookingStatus;
use crate::{
    AccountId, BookingId, CompanyId, Instant, Invalid, LinkId, MockId, Product, SlotId,
    account::Membership,
    catalog::{ExperienceLevel, Track},
    link::MeetUrl,
    slot::{Slot, SlotTime},
    text::{Email, Line, PersonName, Prose},
};
use serde::{Deserialize, Serialize};

/// What kind of interview is practised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InterviewType {
    Coding,
    SystemDesign,
    Behavioral,
    HrRound,
}

/// Type, level and track of the interview: all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interview {
    pub interview_type: InterviewType,
    pub experience_level: ExperienceLevel,
    pub interview_track: Track,
}

impl Interview {
    /// All three or none; anything between is refused.
    pub fn all_or_none(
        interview_type: Option<InterviewType>,
        experience_level: Option<ExperienceLevel>,
        interview_track: Option<Track>,
    ) -> Result<Option<Self>, Invalid> {
        match (interview_type, experience_level, interview_track) {
            (None, None, None) => Ok(None),
            (Some(interview_type), Some(experience_level), Some(interview_track)) => {
                Ok(Some(Self { interview_type, experience_level, interview_track }))
            }
            _ => Err(Invalid::new("Give interview type, experience level and track, or none of them")),
        }
    }
}

/// One side of a session, copied so that lists and mails need no further read (C-42).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub id: AccountId,
    pub name: PersonName,
    pub email: Email,
}

impl From<&Membership> for Party {
    fn from(member: &Membership) -> Self {
        Self { id: member.account_id, name: member.name.clone(), email: member.email.clone() }
    }
}

/// A slot as it was when it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedSlot {
    pub id: SlotId,
    #[serde(flatten)]
    pub time: SlotTime,
}

impl From<&Slot> for RequestedSlot {
    fn from(slot: &Slot) -> Self {
        Self { id: slot.id, time: slot.time.clone() }
    }
}

/// 1 to 5 distinct slot ids.
pub fn parse_slot_ids(ids: Vec<SlotId>) -> Result<Vec<SlotId>, Invalid> {
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    if distinct.len() != ids.len() {
        return Err(Invalid::new("Choose each slot only once"));
    }
    if !(1..=5).contains(&ids.len()) {
        return Err(Invalid::new("Choose 1 to 5 slots"));
    }
    Ok(ids)
}

/// What a mentee asks for, parsed.
#[derive(Debug, Clone)]
pub struct BookingRequest {
    pub company_id: CompanyId,
    pub slot_ids: Vec<SlotId>,
    pub interview: Option<Interview>,
    pub specific_topics: Vec<Line<100>>,
    pub additional_notes: Prose<2000>,
}

/// A booking request and what became of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Booking {
    pub id: BookingId,
    pub product: Product,
    pub mentee: Party,
    /// Nobody until one is assigned or confirms (C-42, F: "assigned by admin").
    pub mentor: Option<Party>,
    pub company_id: CompanyId,
    pub company_name: Line<100>,
    pub interview: Option<Interview>,
    pub specific_topics: Vec<Line<100>>,
    pub additional_notes: Prose<2000>,
    pub preferred_slots: Vec<RequestedSlot>,
    pub status: BookingStatus,
    /// Whether a mock interview of the plan was taken for it; it is given back on cancellation.
    pub charged: bool,
    pub confirmed_slot: Option<RequestedSlot>,
    pub meeting_link: Option<MeetUrl>,
    pub meet_link_id: Option<LinkId>,
    pub mock_id: Option<MockId>,
    pub confirmed_by: Option<AccountId>,
    pub confirmed_at: Option<Instant>,
    pub cancelled_at: Option<Instant>,
    /// SEQUENCE of the calendar invitation. It rises with every change after the request, so it also tells whether the
    /// booking is still as it was read.
    pub calendar_sequence: u32,
    pub created_at: Instant,
}
