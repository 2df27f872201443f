use super::{MeetingUrl, PaidMove, PaidTerms};
use crate::{
    Instant, Invalid, InvalidField, Product, SessionBookingId, Zone,
    account::Role,
    booking::Party,
    slot::{LONGEST_SESSION, SlotTime, clock_time},
    text::{Line, Prose},
};
use jiff::civil;
use serde::{Deserialize, Serialize};

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    Pending,
    Confirmed,
    Completed,
    CancelledByMentee,
    CancelledByMentor,
    CancelledByAdmin,
}

impl SessionStatus {
    /// Whether it holds its time in both calendars.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed)
    }

    /// Whether somebody called it off.
    pub fn is_cancelled(self) -> bool {
        matches!(self, Self::CancelledByMentee | Self::CancelledByMentor | Self::CancelledByAdmin)
    }

    /// What it becomes when somebody in a role calls it off.
    pub fn cancelled_by(role: Role) -> Self {
        match role {
            Role::Mentee => Self::CancelledByMentee,
            Role::Mentor => Self::CancelledByMentor,
            Role::Admin => Self::CancelledByAdmin,
        }
    }
}

/// A mentee's verdict: 1 to 5 stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Stars(u8);

impl Stars {
    /// The number.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for Stars {
    type Error = Invalid;
    fn try_from(stars: i64) -> Result<Self, Self::Error> {
        match u8::try_from(stars) {
            Ok(stars @ 1..=5) => Ok(Self(stars)),
            _ => Err(Invalid::new("A rating is a whole number from 1 to 5")),
        }
    }
}

impl From<Stars> for i64 {
    fn from(stars: Stars) -> Self {
        Self::from(stars.0)
    }
}

/// What a mentee asks for, parsed.
#[derive(Debug, Clone)]
pub struct SessionRequest {
    pub session_date: String,
    pub start_time: String,
    pub end_time: String,
    pub topic: Line<500>,
    pub description: Prose<2000>,
}

/// Parses the time of a session by the mentor's clock: on the quarter hour, at most 4 hours; an end that is not after
/// the start is the next day's.
pub fn session_time(date: &str, start_time: &str, end_time: &str, zone: &Zone) -> Result<SlotTime, InvalidField> {
    let day = civil::Date::strptime("%Y-%m-%d", date.trim());
    let day = day.map_err(|_| Invalid::new("Enter the date as YYYY-MM-DD").at("session_date"))?;
    let quarter = |text: &str| {
        clock_time(text).and_then(|time| {
            if time.minute() % 15 == 0 { Ok(time) } else { Err(Invalid::new("Sessions start and end on the quarter hour")) }
        })
    };
    let start = quarter(start_time).map_err(|invalid| invalid.at("start_time"))?;
    let end = quarter(end_time).map_err(|invalid| invalid.at("end_time"))?;
    let next_day = || day.tomorrow().map_err(|_| Invalid::new("The date is too late").at("session_date"));
    let end_day = if end <= start { next_day()? } else { day };
    let starts_at = zone.instant(day, start).map_err(|invalid| invalid.at("start_time"))?;
    let ends_at = zone.instant(end_day, end).map_err(|invalid| invalid.at("end_time"))?;
    let lasts = ends_at.since(starts_at);
    if lasts > LONGEST_SESSION {
        return Err(Invalid::new("A session lasts at most 4 hours").at("end_time"));
    }
    Ok(SlotTime::starting_at(starts_at, lasts.as_mins(), zone))
}

/// A session that a mentee asked a mentor for, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionBooking {
    pub id: SessionBookingId,
    pub product: Product,
    pub mentor: Party,
    pub mentee: Party,
    #[serde(flatten)]
    pub time: SlotTime,
    pub topic: Line<500>,
    pub description: Prose<2000>,
    pub status: SessionStatus,
    pub meeting_url: Option<MeetingUrl>,
    pub meeting_platform: Option<Line<40>>,
    pub cancellation_reason: Option<Prose<1000>>,
    pub rating: Option<Stars>,
    /// What the mentee wrote about the mentor.
    pub mentor_feedback: Option<Prose<2000>>,
    /// Counts its changes (M-53); calendars see it as SEQUENCE.
    pub version: u32,
    pub created_at: Instant,
    pub updated_at: Instant,
    #[serde(default)]
    pub confirmed_at: Option<Instant>,
    /// Where sessions are paid for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Box<PaidTerms>>,
}

impl SessionBooking {
    /// A session that was just asked for.
    pub fn asked(
        id: SessionBookingId,
        product: Product,
        (mentor, mentee): (Party, Party),
        (time, topic): (SlotTime, Line<500>),
        now: Instant,
    ) -> Self {
        Self {
            id,
            product,
            mentor,
            mentee,
            time,
            topic,
            description: Prose::default(),
            status: SessionStatus::Pending,
            meeting_url: None,
            meeting_platform: None,
            cancellation_reason: None,
            rating: None,
            mentor_feedback: None,
            version: 1,
            created_at: now,
            updated_at: now,
            confirmed_at: None,
            terms: None,
        }
    }
}

/// What is done to a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionMove {
    Confirm,
    Link {
        url: MeetingUrl,
        platform: Line<40>,
    },
    Cancel {
        by: Role,
        reason: Option<Prose<1000>>,
    },
    Complete,
    Rate {
        stars: Stars,
        feedback: Prose<2000>,
    },
    /// What is done to paid sessions alone.
    Paid(PaidMove),
}

/// Why a session cannot do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefused {
    #[error("the session is no longer pending")]
    NotPending,
    #[error("the session is not confirmed")]
    NotConfirmed,
    #[error("the session is over or called off")]
    NotActive,
    #[error("the session did not take place")]
    NotCompleted,
    #[error("the session has begun")]
    Started,
    #[error("the session has not begun")]
    NotStarted,
    #[error("the session is rated")]
    Rated,
    #[error("it is too late to put the session off")]
    TooLate,
    #[error("the new time is too near")]
    TooSoon,
    #[error("the session costs nothing")]
    NotForMoney,
}

impl SessionBooking {
    /// Whether a session is still to be, and at that time.
    pub fn is_ahead_at(&self, starts_at: Instant) -> bool {
        self.status == SessionStatus::Confirmed && self.time.starts_at == starts_at
    }

    /// The session after a move, or why it cannot be made. Every move counts the version up.
    pub fn moved(&self, by: &SessionMove, now: Instant) -> Result<Self, MoveRefused> {
        let must = |holds: bool, refused: MoveRefused| holds.then_some(()).ok_or(refused);
        let started = self.time.starts_at <= now;
        let mut after = Self { version: self.version + 1, updated_at: now, ..self.clone() };
        match by {
            SessionMove::Confirm => {
                // One that costs something is confirmed by its payment.
                must(self.status == SessionStatus::Pending && self.terms.is_none(), MoveRefused::NotPending)?;
                must(!started, MoveRefused::Started)?;
                after.status = SessionStatus::Confirmed;
                after.confirmed_at = Some(now);
            }
            SessionMove::Link { url, platform } => {
                must(self.status == SessionStatus::Confirmed, MoveRefused::NotConfirmed)?;
                after.meeting_url = Some(url.clone());
                after.meeting_platform = platform.clone().non_empty();
            }
            SessionMove::Cancel { by, reason } => {
                must(self.status.is_active(), MoveRefused::NotActive)?;
                // Nobody calls off what has begun but an admin; a request that was never answered may go at any time.
                let may = !started || *by == Role::Admin || self.status == SessionStatus::Pending;
                must(may, MoveRefused::Started)?;
                after.status = SessionStatus::cancelled_by(*by);
                after.cancellation_reason = reason.clone().and_then(Prose::non_empty);
            }
            SessionMove::Complete => {
                must(self.status == SessionStatus::Confirmed, MoveRefused::NotConfirmed)?;
                must(started, MoveRefused::NotStarted)?;
                after.status = SessionStatus::Completed;
            }
            SessionMove::Rate { stars, feedback } => {
                must(self.status == SessionStatus::Completed, MoveRefused::NotCompleted)?;
                must(self.rating.is_none(), MoveRefused::Rated)?;
                after.rating = Some(*stars);
                after.mentor_feedback = feedback.clone().non_empty();
                if let Some(terms) = &mut after.terms {
                    terms.rated_at = Some(now);
                }
            }
            SessionMove::Paid(by) => return after.moved_as_paid(by, now),
        }
        Ok(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Email, PersonName};

    fn session(status: SessionStatus) -> SessionBooking {
        let zone = Zone::parse("Europe/London").unwrap();
        let party = |n| Party {
            id: uuid::Uuid::from_u128(n).into(),
            name: PersonName::parse("Jane Doe").unwrap(),
            email: Email::parse("jane@example.com").unwrap(),
        };
        let created_at = Instant::parse("2026-01-01T00:00:00Z").unwrap();
        let (parties, time) = ((party(1), party(2)), session_time("2026-02-02", "10:00", "11:00", &zone).unwrap());
        let topic = Line::parse("Rust").unwrap();
        let asked = SessionBooking::asked(uuid::Uuid::nil().into(), Product::Mansa, parties, (time, topic), created_at);
        SessionBooking { status, ..asked }
    }

    #[test]
    fn every_state_knows_its_moves_and_no_others() {
        use MoveRefused::{NotActive, NotCompleted, NotConfirmed, NotPending, NotStarted, Started};
        use SessionStatus::{CancelledByAdmin, CancelledByMentee, CancelledByMentor, Completed, Confirmed, Pending};
        let (before, after) = ("2026-02-02T09:00:00Z", "2026-02-02T10:00:00Z");
        let link = SessionMove::Link { url: MeetingUrl::parse("https://zoom.us/j/1").unwrap(), platform: Line::default() };
        let cancel = |by| SessionMove::Cancel { by, reason: None };
        let rate = SessionMove::Rate { stars: Stars(5), feedback: Prose::default() };
        let moves = [SessionMove::Confirm, link, cancel(Role::Mentee), cancel(Role::Admin), SessionMove::Complete, rate];
        let table = [
            (
                Pending,
                before,
                [
                    Ok(Confirmed),
                    Err(NotConfirmed),
                    Ok(CancelledByMentee),
                    Ok(CancelledByAdmin),
                    Err(NotConfirmed),
                    Err(NotCompleted),
                ],
            ),
            (
                Pending,
                after,
                [
                    Err(Started),
                    Err(NotConfirmed),
                    Ok(CancelledByMentee),
                    Ok(CancelledByAdmin),
                    Err(NotConfirmed),
                    Err(NotCompleted),
                ],
            ),
            (
                Confirmed,
                before,
                [Err(NotPending), Ok(Confirmed), Ok(CancelledByMentee), Ok(CancelledByAdmin), Err(NotStarted), Err(NotCompleted)],
            ),
            (
                Confirmed,
                after,
                [Err(NotPending), Ok(Confirmed), Err(Started), Ok(CancelledByAdmin), Ok(Completed), Err(NotCompleted)],
            ),
            (
                Completed,
                after,
                [Err(NotPending), Err(NotConfirmed), Err(NotActive), Err(NotActive), Err(NotConfirmed), Ok(Completed)],
            ),
        ];
        let over = [Err(NotPending), Err(NotConfirmed), Err(NotActive), Err(NotActive), Err(NotConfirmed), Err(NotCompleted)];
        let cancelled = [CancelledByMentee, CancelledByMentor, CancelledByAdmin].map(|status| (status, after, over));
        for (status, now, expected) in table.into_iter().chain(cancelled) {
            let now = Instant::parse(now).unwrap();
            for (a_move, expected) in moves.iter().zip(expected) {
                let found = session(status).moved(a_move, now);
                assert_eq!(
                    found.as_ref().map(|after| after.status),
                    expected.as_ref().map(|status| *status),
                    "{status:?} {a_move:?}"
                );
                assert!(found.is_ok_and(|after| after.version == 2) || expected.is_err());
            }
        }
    }

    #[test]
    fn a_session_is_rated_once() {
        let rate = SessionMove::Rate { stars: Stars(4), feedback: Prose::default() };
        let now = Instant::parse("2026-02-03T00:00:00Z").unwrap();
        let rated = session(SessionStatus::Completed).moved(&rate, now).unwrap();
        assert_eq!(rated.moved(&rate, now), Err(MoveRefused::Rated));
        assert!(Stars::try_from(0).is_err() && Stars::try_from(6).is_err());
    }

    #[test]
    fn a_session_s_time_is_on_the_quarter_and_at_most_four_hours() {
        let zone = Zone::parse("Asia/Kathmandu").unwrap();
        let refused = |start, end| session_time("2026-02-02", start, end, &zone).unwrap_err().field;
        assert_eq!(
            (refused("10:10", "11:00"), refused("10:00", "11:05"), refused("10:00", "14:15")),
            ("start_time", "end_time", "end_time")
        );
        assert_eq!(refused("10:00", "10:00"), "end_time");
        let night = session_time("2026-02-02", "23:30:00", "00:30", &zone).unwrap();
        assert_eq!((night.date.as_str(), night.end_time.as_str()), ("2026-02-02", "00:30"));
        assert_eq!(night.ends_at.since(night.starts_at).as_mins(), 60);
    }
}
