use crate::{AccountId, AvailabilityId, Instant, Invalid, InvalidField, Zone, slot::SlotTime};
use jiff::{
    SignedDuration,
    civil::{Date, DateTime},
    tz::AmbiguousOffset,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A mentor has at most so many rules.
pub const MOST_RULES: usize = 100;

/// Free time is offered in pieces of this length.
const PIECE: SignedDuration = SignedDuration::from_hours(1);
/// What is left of it is offered too, from this length on.
const SHORTEST: SignedDuration = SignedDuration::from_mins(15);

/// When a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "recurrence", rename_all = "snake_case")]
pub enum Recurrence {
    /// Every week; 0 is Sunday.
    Weekly { day_of_week: u8 },
    /// On one date.
    Once { specific_date: Date },
}

/// Minutes after midnight, on the quarter hour; 24:00 ends a day. Written `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ClockTime(i16);

impl ClockTime {
    fn parse(text: &str) -> Result<Self, Invalid> {
        let minutes = match text.trim() {
            "24:00" | "24:00:00" => 24 * 60,
            text => {
                let time = crate::slot::clock_time(text)?;
                i16::from(time.hour()) * 60 + i16::from(time.minute())
            }
        };
        if minutes % 15 == 0 { Ok(Self(minutes)) } else { Err(Invalid::new("Times are on the quarter hour")) }
    }

    /// On a date, by the wall clock.
    fn on(self, date: Date) -> DateTime {
        let midnight = date.at(0, 0, 0, 0);
        midnight.checked_add(jiff::Span::new().minutes(self.0)).unwrap_or(midnight)
    }
}

impl std::fmt::Display for ClockTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for ClockTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ClockTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A rule as a mentor enters it.
#[derive(Debug, Clone, Default)]
pub struct RuleWanted {
    pub is_recurring: Option<bool>,
    pub day_of_week: Option<i64>,
    pub specific_date: Option<String>,
    pub start_time: String,
    pub end_time: String,
    /// A weekly rule that is not active says nothing; one for a date takes that time out of the day.
    pub is_active: bool,
}

/// A stretch of time that a mentor offers, or on a date does not, by the clock of his own zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailabilityRule {
    pub id: AvailabilityId,
    pub account_id: AccountId,
    #[serde(flatten)]
    pub recurrence: Recurrence,
    start_time: ClockTime,
    end_time: ClockTime,
    pub is_active: bool,
    pub created_at: Instant,
}

impl AvailabilityRule {
    /// Parses a rule as entered.
    pub fn parse(
        id: AvailabilityId,
        account_id: AccountId,
        wanted: &RuleWanted,
        created_at: Instant,
    ) -> Result<Self, InvalidField> {
        let start_time = ClockTime::parse(&wanted.start_time).map_err(|invalid| invalid.at("start_time"))?;
        let end_time = ClockTime::parse(&wanted.end_time).map_err(|invalid| invalid.at("end_time"))?;
        // Midnight as an end is the end of the day.
        let end_time = if end_time == ClockTime(0) { ClockTime(24 * 60) } else { end_time };
        if end_time <= start_time || start_time == ClockTime(24 * 60) {
            return Err(Invalid::new("The end time must be after the start time").at("end_time"));
        }
        let recurring = wanted.is_recurring.unwrap_or(wanted.specific_date.is_none());
        let recurrence = match (recurring, wanted.day_of_week, &wanted.specific_date) {
            (true, Some(day), _) => {
                let day = u8::try_from(day).ok().filter(|day| *day <= 6);
                let day = day.ok_or_else(|| Invalid::new("day_of_week is 0 (Sunday) to 6 (Saturday)").at("day_of_week"))?;
                Recurrence::Weekly { day_of_week: day }
            }
            (true, None, _) => return Err(Invalid::new("A weekly time needs its day_of_week").at("day_of_week")),
            (false, _, Some(date)) => {
                let date = Date::strptime("%Y-%m-%d", date.trim());
                let date = date.map_err(|_| Invalid::new("Enter the date as YYYY-MM-DD").at("specific_date"))?;
                Recurrence::Once { specific_date: date }
            }
            (false, _, None) => return Err(Invalid::new("A single time needs its specific_date").at("specific_date")),
        };
        Ok(Self { id, account_id, recurrence, start_time, end_time, is_active: wanted.is_active, created_at })
    }

    /// The start, as `HH:MM`.
    pub fn start_time(&self) -> String {
        self.start_time.to_string()
    }

    /// The end, as `HH:MM`; that of a day is `24:00`.
    pub fn end_time(&self) -> String {
        self.end_time.to_string()
    }

    fn holds_on(&self, date: Date) -> bool {
        match self.recurrence {
            Recurrence::Weekly { day_of_week } => i16::from(day_of_week) == i16::from(date.weekday().to_sunday_zero_offset()),
            Recurrence::Once { specific_date } => specific_date == date,
        }
    }

    fn is_exception(&self) -> bool {
        !self.is_active && matches!(self.recurrence, Recurrence::Once { .. })
    }
}

/// A mentor's rules with the zone whose clock they go by.
#[derive(Debug, Clone)]
pub struct Availability {
    pub zone: Zone,
    pub rules: Vec<AvailabilityRule>,
}

type Stretch<T> = (T, T);

impl Availability {
    /// The time on offer on a date, by the clock.
    fn by_clock(&self, date: Date) -> Vec<Stretch<ClockTime>> {
        let today = || self.rules.iter().filter(|rule| rule.holds_on(date));
        let offered = merged(today().filter(|rule| rule.is_active).map(|rule| (rule.start_time, rule.end_time)).collect());
        today().filter(|rule| rule.is_exception()).fold(offered, |offered, out| without(&offered, (out.start_time, out.end_time)))
    }

    /// The time on offer on some dates, by the zone's rules: what a clock change skips is no time, what it repeats is on
    /// offer twice. The clock is told by the zone first; nothing is rounded before that.
    fn stretches(&self, from: Date, until: Date) -> Vec<Stretch<Instant>> {
        let days = from.series(jiff::Span::new().days(1)).take_while(|date| *date <= until);
        let of_day = |date: Date| {
            let at = move |time: ClockTime| self.instant(time.on(date));
            self.by_clock(date).into_iter().filter_map(move |(start, end)| Some((at(start)?, at(end)?)))
        };
        merged(days.flat_map(of_day).filter(|(start, end)| start < end).collect())
    }

    /// When the wall clock shows this; the change itself when it skips it, the first time when it shows it twice.
    fn instant(&self, clock: DateTime) -> Option<Instant> {
        let rules = self.zone.rules();
        match rules.to_ambiguous_timestamp(clock).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(clock).ok().map(Instant::new),
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(clock).ok().map(Instant::new),
            AmbiguousOffset::Gap { before, .. } => {
                let within = before.to_timestamp(clock).ok()?.checked_add(SignedDuration::from_secs(1)).ok()?;
                rules.preceding(within).next().map(|change| Instant::new(change.timestamp()))
            }
        }
    }

    fn date(&self, at: Instant) -> Date {
        at.timestamp().to_zoned(self.zone.rules().clone()).date()
    }
}

/// Whether a session lies wholly within the time on offer.
pub fn is_open(availability: &Availability, time: &SlotTime) -> bool {
    let (first, last) = (availability.date(time.starts_at), availability.date(time.ends_at));
    let within = |(start, end): &Stretch<Instant>| *start <= time.starts_at && time.ends_at <= *end;
    availability.stretches(first, last).iter().any(within)
}

/// Time that can be booked, by the mentor's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeSlot {
    pub time: SlotTime,
    pub date: Date,
}

/// The free time on some dates, in pieces of an hour at the most that lie ahead: what is on offer without the quarter
/// hours that sessions hold.
pub fn free_slots(
    availability: &Availability,
    (from, until): (Date, Date),
    held: &BTreeSet<Instant>,
    now: Instant,
) -> Vec<FreeSlot> {
    let quarter = SignedDuration::from_mins(15);
    let mut free = availability.stretches(from, until);
    for start in held {
        free = without(&free, (*start, start.plus(quarter)));
    }
    free.into_iter().flat_map(|stretch| pieces(availability, stretch)).filter(|slot| slot.time.starts_at > now).collect()
}

fn pieces(availability: &Availability, (start, end): Stretch<Instant>) -> Vec<FreeSlot> {
    let mut pieces = Vec::new();
    let mut at = start;
    while end.since(at) >= SHORTEST {
        let date = availability.date(at);
        let midnight = availability.instant(ClockTime(24 * 60).on(date)).filter(|midnight| *midnight > at);
        let piece_end = at.plus(PIECE).min(end).min(midnight.unwrap_or(end));
        let time = SlotTime::starting_at(at, piece_end.since(at).as_mins(), &availability.zone);
        // A time that the clock shows twice cannot be named in a booking.
        let named = super::session_time(&time.date, &time.start_time, &time.end_time, &availability.zone);
        if named.is_ok_and(|named| (named.starts_at, named.ends_at) == (time.starts_at, time.ends_at)) {
            pieces.push(FreeSlot { time, date });
        }
        at = piece_end;
    }
    pieces
}

/// Stretches that touch or overlap are one.
fn merged<T: Ord + Copy>(mut stretches: Vec<Stretch<T>>) -> Vec<Stretch<T>> {
    stretches.sort();
    let mut merged: Vec<Stretch<T>> = Vec::new();
    for (start, end) in stretches {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

fn without<T: Ord + Copy>(stretches: &[Stretch<T>], (from, until): Stretch<T>) -> Vec<Stretch<T>> {
    let cut = |(start, end): &Stretch<T>| [(*start, (*end).min(from)), ((*start).max(until), *end)];
    let overlaps = |(start, end): &Stretch<T>| *start < until && from < *end;
    let parts = stretches.iter().flat_map(|stretch| if overlaps(stretch) { cut(stretch).to_vec() } else { vec![*stretch] });
    parts.filter(|(start, end)| start < end).collect()
}

#[cfg(test)]
#[path = "availability_tests.rs"]
mod tests;
