//! Sessions that are paid for: what one costs, how the money comes, who was there.

use super::{MoveRefused, SessionBooking, SessionStatus};
use crate::{
    Instant, Invalid, OrderId, Paise,
    account::{PublicNumber, Role},
    payment::{RazorpayOrderId, RazorpayPaymentId},
    slot::{LONGEST_SESSION, SlotTime},
    string_newtype,
    text::Line,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// So long a mentee who pays at the checkout has his time held.
pub const HELD_FOR: SignedDuration = SignedDuration::from_mins(15);
/// A session is put off at the latest so long before it, and to a time that is as far ahead.
pub const RESCHEDULE_AHEAD: SignedDuration = SignedDuration::from_hours(2);
/// Attendance is taken from so long before the start …
pub const ATTENDANCE_OPENS: SignedDuration = SignedDuration::from_mins(15);
/// … until so long after the end; then the session counts as held if somebody showed that they met.
pub const ATTENDANCE_CLOSES: SignedDuration = SignedDuration::from_hours(24);

/// What a session of so many minutes costs at an hourly rate: half a paisa is rounded up.
pub fn price(hourly_rate: Paise, minutes: u32) -> Paise {
    Paise::new(hourly_rate.get().saturating_mul(u64::from(minutes)).saturating_add(30) / 60)
}

/// How long a session lasts, in minutes: whole quarter hours, at most four hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct SessionMinutes(u32);

impl SessionMinutes {
    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// Reads a duration as mentors type it: `45`, `45 mins`, `1 hour`, `1.5 hours`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim().to_lowercase();
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let (whole, tenths) = number.split_once('.').unwrap_or((number, "0"));
        let whole: Option<i64> = whole.parse().ok().filter(|hours| *hours <= 1000);
        let hundredths: Option<i64> = format!("{tenths:0<2}").parse().ok().filter(|_| tenths.len() <= 2);
        let minutes = whole.zip(hundredths).and_then(|(whole, hundredths)| match unit.trim() {
            "" | "m" | "min" | "mins" | "minute" | "minutes" => (hundredths == 0).then_some(whole),
            "h" | "hr" | "hrs" | "hour" | "hours" => Some(whole * 60 + hundredths * 60 / 100),
            _ => None,
        });
        minutes.ok_or_else(|| Invalid::new("Enter a duration such as 60 minutes")).and_then(Self::try_from)
    }
}

impl TryFrom<i64> for SessionMinutes {
    type Error = Invalid;

    fn try_from(minutes: i64) -> Result<Self, Self::Error> {
        let longest = LONGEST_SESSION.as_mins();
        match u32::try_from(minutes) {
            Ok(minutes) if minutes > 0 && minutes % 15 == 0 && i64::from(minutes) <= longest => Ok(Self(minutes)),
            _ => Err(Invalid::new("A session lasts 15 minutes to 4 hours, in steps of 15 minutes")),
        }
    }
}

impl From<SessionMinutes> for i64 {
    fn from(minutes: SessionMinutes) -> Self {
        Self::from(minutes.0)
    }
}

/// The id of a payment made elsewhere, as somebody typed it. It proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionId(String);

impl TransactionId {
    /// 4 to 64 letters, digits and `. _ / -`; the first is a letter or digit, so that no spreadsheet takes it for a formula.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let first = text.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-'));
        let fits = (4..=64).contains(&text.len()) && first && plain;
        fits.then(|| Self(text.to_owned())).ok_or_else(|| Invalid::new("Enter the transaction id of your payment"))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
string_newtype!(TransactionId);

/// The order by which a session is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionOrder {
    pub id: OrderId,
    pub razorpay_order_id: RazorpayOrderId,
}

/// How the money came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum PaidBy {
    /// At the checkout.
    Order { order_id: OrderId, payment_id: RazorpayPaymentId },
    /// Elsewhere, and somebody found it. Only what an admin found came to the platform.
    Claim { transaction_id: TransactionId, found_by: Role },
}

impl PaidBy {
    /// Whether the platform has the money, and so owes it to the mentor.
    pub fn reached_the_platform(&self) -> bool {
        matches!(self, Self::Order { .. } | Self::Claim { found_by: Role::Admin, .. })
    }

    /// The payment's id, as statements show it.
    pub fn transaction(&self) -> &str {
        match self {
            Self::Order { payment_id, .. } => payment_id.as_str(),
            Self::Claim { transaction_id, .. } => transaction_id.as_str(),
        }
    }
}

/// What a paid session has beside others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidTerms {
    /// The mentor's when the session was booked; a later change is for later sessions.
    pub hourly_rate: Paise,
    pub price: Paise,
    /// What the mentee chose of what the mentor offers.
    pub service: Line<200>,
    pub mentor_number: Option<PublicNumber>,
    pub mentee_number: Option<PublicNumber>,
    /// Until when the time is held without being paid.
    pub held_until: Instant,
    pub order: Option<SessionOrder>,
    /// What the mentee says he paid with.
    pub claim: Option<TransactionId>,
    pub paid: Option<PaidBy>,
    pub paid_at: Option<Instant>,
    /// It was not paid in time, and the time was free again.
    #[serde(default)]
    pub lapsed: bool,
    /// Nobody showed in time that they met: an admin decides what becomes of it.
    #[serde(default)]
    pub unattended: bool,
    pub mentor_attended_at: Option<Instant>,
    pub mentee_attended_at: Option<Instant>,
    pub rated_at: Option<Instant>,
}

impl PaidTerms {
    /// When somebody on a side said that he was there.
    pub fn attended_at(&self, side: Role) -> Option<Instant> {
        if side == Role::Mentor { self.mentor_attended_at } else { self.mentee_attended_at }
    }

    /// What the platform owes the mentor for it.
    pub fn owed(&self) -> Option<Paise> {
        self.paid.as_ref().filter(|paid| paid.reached_the_platform()).map(|_| self.price)
    }
}

/// What is done to a paid session alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaidMove {
    /// It is paid, and so agreed on. One that lapsed is agreed on again.
    Pay(PaidBy),
    /// It was not paid in time.
    Lapse,
    Reschedule(SlotTime),
    /// Somebody on this side was there.
    Attend(Role),
    /// Nobody showed in time that they met.
    LeaveToAdmin,
}

impl SessionBooking {
    /// The session after such a move, which has counted the version up already.
    pub(super) fn moved_as_paid(mut self, by: &PaidMove, now: Instant) -> Result<Self, MoveRefused> {
        let must = |holds: bool, refused: MoveRefused| holds.then_some(()).ok_or(refused);
        let starts_at = self.time.starts_at;
        let Some(terms) = self.terms.as_mut() else { return Err(MoveRefused::NotForMoney) };
        match by {
            PaidMove::Pay(paid) => {
                let lapsed = terms.lapsed && terms.paid.is_none();
                must(self.status == SessionStatus::Pending || lapsed, MoveRefused::NotPending)?;
                must(starts_at > now, MoveRefused::Started)?;
                (terms.paid, terms.paid_at) = (Some(paid.clone()), Some(now));
                (self.status, self.confirmed_at, self.cancellation_reason) = (SessionStatus::Confirmed, Some(now), None);
            }
            PaidMove::Lapse => {
                must(self.status == SessionStatus::Pending, MoveRefused::NotPending)?;
                must(terms.held_until <= now, MoveRefused::NotActive)?;
                terms.lapsed = true;
                self.status = SessionStatus::CancelledByAdmin;
            }
            PaidMove::Reschedule(time) => {
                must(self.status == SessionStatus::Confirmed, MoveRefused::NotConfirmed)?;
                must(starts_at.since(now) >= RESCHEDULE_AHEAD, MoveRefused::TooLate)?;
                must(time.starts_at.since(now) >= RESCHEDULE_AHEAD, MoveRefused::TooSoon)?;
                self.time = time.clone();
            }
            PaidMove::Attend(side) => {
                must(matches!(self.status, SessionStatus::Confirmed | SessionStatus::Completed), MoveRefused::NotConfirmed)?;
                must(starts_at.plus(-ATTENDANCE_OPENS) <= now, MoveRefused::NotStarted)?;
                must(self.time.ends_at.plus(ATTENDANCE_CLOSES) > now, MoveRefused::NotActive)?;
                let attended_at =
                    if *side == Role::Mentor { &mut terms.mentor_attended_at } else { &mut terms.mentee_attended_at };
                attended_at.get_or_insert(now);
                let both = terms.mentor_attended_at.is_some() && terms.mentee_attended_at.is_some();
                if both && starts_at <= now {
                    self.status = SessionStatus::Completed;
                }
            }
            PaidMove::LeaveToAdmin => {
                must(self.status == SessionStatus::Confirmed && !terms.unattended, MoveRefused::NotConfirmed)?;
                must(self.time.ends_at.plus(ATTENDANCE_CLOSES) <= now, MoveRefused::NotActive)?;
                must(terms.mentor_attended_at.is_none() && terms.mentee_attended_at.is_none(), MoveRefused::NotActive)?;
                terms.unattended = true;
            }
        }
        Ok(self)
    }

    /// Whether a session that nobody ended counts as held by itself: at its end when both showed that they met, a day later
    /// when one of them did, since each shows it by the other's key. When nobody did, an admin decides.
    pub fn ends_by_itself(&self, now: Instant) -> bool {
        let Some(terms) = self.terms.as_ref().filter(|_| self.status == SessionStatus::Confirmed) else { return false };
        let (mentor, mentee) = (terms.mentor_attended_at.is_some(), terms.mentee_attended_at.is_some());
        let over = self.time.ends_at <= now;
        let closed = self.time.ends_at.plus(ATTENDANCE_CLOSES) <= now;
        over && mentor && mentee || closed && (mentor || mentee)
    }
}

/// The two secrets of a session: whoever shows the other side's was with him. Each is told to its owner alone.
#[derive(Clone, Serialize, Deserialize)]
pub struct AttendanceKeys {
    pub mentor: String,
    pub mentee: String,
}

impl AttendanceKeys {
    /// The key of somebody on a side.
    pub fn of(&self, side: Role) -> &str {
        if side == Role::Mentor { &self.mentor } else { &self.mentee }
    }
}

impl std::fmt::Debug for AttendanceKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AttendanceKeys")
    }
}

#[cfg(test)]
#[path = "paid_tests.rs"]
mod tests;
