//! Mock interviews and the mentor's feedback about them.

use crate::{
    AccountId, BookingId, Instant, LinkId, MockId, Product,
    booking::Party,
    link::MeetUrl,
    slot::SlotTime,
    text::{Line, Prose},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// Where a mock stands: scheduled becomes completed or cancelled, nothing else (decisions: Codementee).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MockStatus {
    Scheduled,
    Completed,
    Cancelled,
}

impl MockStatus {
    /// Whether the move is legal.
    pub fn may_become(self, next: Self) -> bool {
        self == Self::Scheduled && next != Self::Scheduled
    }
}

/// A mock interview that was agreed on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mock {
    pub id: MockId,
    pub product: Product,
    pub mentee: Party,
    pub mentor: Party,
    pub company_name: Line<100>,
    #[serde(flatten)]
    pub time: SlotTime,
    pub meet_link: Option<MeetUrl>,
    /// Set when the link is one of the pool.
    pub meet_link_id: Option<LinkId>,
    pub status: MockStatus,
    pub booking_id: Option<BookingId>,
    pub created_at: Instant,
}

impl Mock {
    /// Whether the session is still to be, and at that time.
    pub fn is_ahead_at(&self, starts_at: Instant) -> bool {
        self.status == MockStatus::Scheduled && self.time.starts_at == starts_at
    }
}

/// How long before a session its people are reminded (decisions: Codementee).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reminder {
    #[serde(rename = "24h")]
    Day,
    #[serde(rename = "1h")]
    Hour,
}

impl Reminder {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Day, Self::Hour];

    fn lead(self) -> SignedDuration {
        SignedDuration::from_hours(match self {
            Self::Day => 24,
            Self::Hour => 1,
        })
    }

    /// When it is due for a session.
    pub fn due_at(self, starts_at: Instant) -> Instant {
        starts_at.plus(-self.lead())
    }

    /// Whether it still makes sense: before the session, and not in the last hour, when the other one takes its place.
    pub fn is_timely(self, starts_at: Instant, now: Instant) -> bool {
        let left = starts_at.since(now);
        match self {
            Self::Day => left > Self::Hour.lead(),
            Self::Hour => left > SignedDuration::ZERO,
        }
    }
}

/// A score from 0 to 5 (C-40); null and fractions are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Score(u8);

impl Score {
    /// The number.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for Score {
    type Error = crate::Invalid;
    fn try_from(score: i64) -> Result<Self, Self::Error> {
        match u8::try_from(score) {
            Ok(score @ 0..=5) => Ok(Self(score)),
            _ => Err(crate::Invalid::new("A score is a whole number from 0 to 5")),
        }
    }
}

impl From<Score> for i64 {
    fn from(score: Score) -> Self {
        score.0.into()
    }
}

/// Would the mentor hire: the documented four (C-41) and the client's fifth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Hireability {
    #[serde(rename = "Strong Hire")]
    StrongHire,
    #[serde(rename = "Hire")]
    Hire,
    #[serde(rename = "Lean No Hire")]
    LeanNoHire,
    #[serde(rename = "No Hire")]
    NoHire,
    #[serde(rename = "Strong No Hire")]
    StrongNoHire,
}

/// What the mentor says of an interview.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Assessment {
    pub problem_solving: Score,
    pub communication: Score,
    pub technical_depth: Score,
    pub code_quality: Score,
    pub overall: Score,
    pub strengths: Prose<5000>,
    pub improvements: Prose<5000>,
    pub hireability: Hireability,
    pub action_items: Prose<5000>,
}

/// The feedback about one mock, at most one (its id is the mock's).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Feedback {
    pub mock_id: MockId,
    pub mentor_id: AccountId,
    pub mentor_name: Line<100>,
    pub mentee_id: AccountId,
    pub company_name: Line<100>,
    #[serde(flatten)]
    pub assessment: Assessment,
    pub created_at: Instant,
    /// When it was last written anew.
    #[serde(default)]
    pub updated_at: Option<Instant>,
    /// How often it was written anew.
    #[serde(default)]
    pub revision: u32,
}

impl Feedback {
    /// The feedback with another assessment.
    pub fn rewritten(&self, assessment: Assessment, now: Instant) -> Self {
        Self { assessment, updated_at: Some(now), revision: self.revision + 1, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_a_whole_number_from_0_to_5() {
        let read = |json: &str| serde_json::from_str::<Score>(json).is_ok();
        assert!(read("0") && read("5"));
        for json in ["-1", "6", "2.5", "null", "\"3\"", "300"] {
            assert!(!read(json), "{json}");
        }
    }

    #[test]
    fn a_late_reminder_leaves_its_place_to_the_next() {
        let starts_at = Instant::parse("2026-03-01T00:15:00Z").unwrap();
        assert_eq!(Reminder::Day.due_at(starts_at), Instant::parse("2026-02-28T00:15:00Z").unwrap());
        assert_eq!(Reminder::Hour.due_at(starts_at), Instant::parse("2026-02-28T23:15:00Z").unwrap());
        for (reminder, now, timely) in [
            (Reminder::Day, "2026-02-28T23:14:59Z", true),
            (Reminder::Day, "2026-02-28T23:15:00Z", false),
            (Reminder::Hour, "2026-03-01T00:14:59Z", true),
            (Reminder::Hour, "2026-03-01T00:15:00Z", false),
        ] {
            assert_eq!(reminder.is_timely(starts_at, Instant::parse(now).unwrap()), timely, "{reminder:?} at {now}");
        }
    }

    #[test]
    fn a_finished_mock_moves_no_more() {
        use MockStatus::{Cancelled, Completed, Scheduled};
        assert!(Scheduled.may_become(Completed) && Scheduled.may_become(Cancelled));
        for from in [Completed, Cancelled] {
            for to in [Scheduled, Completed, Cancelled] {
                assert!(!from.may_become(to));
            }
        }
        assert!(!Scheduled.may_become(Scheduled));
    }
}
