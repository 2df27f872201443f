//! Instants in UTC, zones, and the quarter hours that guard a calendar.

use crate::Invalid;
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

/// A point in time, UTC, to the millisecond.
///
/// Written always as `2026-02-01T10:00:00.000Z`: the fixed width makes the text sort like the time,
/// which the table's sort keys rely on (C-29).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Timestamp);

impl Instant {
    /// The instant, cut to whole milliseconds.
    pub fn new(at: Timestamp) -> Self {
        Self(Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at))
    }

    /// Parses ISO 8601 with an offset or `Z`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        text.trim()
            .parse()
            .map(Self::new)
            .map_err(|_| Invalid::new("Enter a date and time with an offset, like 2026-02-01T10:00:00Z"))
    }

    /// So many whole seconds after 1970-01-01.
    pub fn epoch_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// So many milliseconds after 1970-01-01.
    pub fn epoch_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// The instant with its zone rules at hand.
    pub fn timestamp(self) -> Timestamp {
        self.0
    }

    /// When the current stretch began, if time since 1970 is cut into stretches of so many whole seconds.
    pub fn floor(self, stretch: SignedDuration) -> Self {
        let stretch = stretch.as_secs();
        Timestamp::from_second(self.epoch_seconds().div_euclid(stretch) * stretch).map_or(self, Self)
    }

    /// Before anything happened here.
    pub fn long_ago() -> Self {
        Self::new(Timestamp::UNIX_EPOCH)
    }

    /// Later (or, negative, earlier) by a duration; stays at the end of time rather than pass it.
    pub fn plus(self, by: SignedDuration) -> Self {
        self.0.saturating_add(by).map_or(self, Self::new)
    }

    /// Later by so many calendar months of UTC; the day is cut to the month's last.
    pub fn plus_months(self, months: u32) -> Self {
        let zoned = self.0.to_zoned(TimeZone::UTC);
        zoned.checked_add(jiff::Span::new().months(i64::from(months))).map_or(self, |later| Self::new(later.timestamp()))
    }

    /// So many calendar months before, in UTC.
    pub fn minus_months(self, months: u32) -> Self {
        let zoned = self.0.to_zoned(TimeZone::UTC);
        zoned.checked_sub(jiff::Span::new().months(i64::from(months))).map_or(self, |earlier| Self::new(earlier.timestamp()))
    }

    /// How long after `earlier`.
    pub fn since(self, earlier: Self) -> SignedDuration {
        self.0.duration_since(earlier.0)
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").fmt(f)
    }
}

impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A stretch of time: from an instant on until before another one; open where none is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    pub from: Option<Instant>,
    pub until: Option<Instant>,
}

impl Span {
    /// Whether an instant lies within.
    pub fn contains(self, at: Instant) -> bool {
        self.from.is_none_or(|from| at >= from) && self.until.is_none_or(|until| at < until)
    }
}

/// A zone by its IANA name, like `Asia/Kolkata`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Looks a zone up in the compiled-in database.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        match TimeZone::get(name) {
            Ok(zone) if zone.iana_name().is_some() => Ok(Self(zone)),
            _ => Err(Invalid(format!("'{name}' is no IANA time zone"))),
        }
    }

    /// The zone of UTC.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The rules.
    pub fn rules(&self) -> &TimeZone {
        &self.0
    }

    /// The calendar month in which an instant falls here, like `2026-02`.
    pub fn month(&self, at: Instant) -> String {
        at.0.to_zoned(self.0.clone()).strftime("%Y-%m").to_string()
    }

    /// The instant at which this wall clock shows a date and time; refused where a clock change skips or repeats it.
    pub fn instant(&self, date: civil::Date, time: civil::Time) -> Result<Instant, Invalid> {
        let ambiguous = self.0.to_ambiguous_timestamp(date.to_datetime(time));
        ambiguous
            .unambiguous()
            .map(Instant::new)
            .map_err(|_| Invalid(format!("{date} {} does not exist once in {}", time.strftime("%H:%M"), self.name())))
    }
}

impl serde::Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).map_err(serde::de::Error::custom)
    }
}

/// The unit in which calendars are held.
pub const QUARTER: SignedDuration = SignedDuration::from_mins(15);

/// The quarter hours that a session touches, by their starts; whoever holds them all holds the time.
///
/// Partly touched quarters count whole, so two sessions that share a minute share a quarter.
pub fn quarter_hours(starts_at: Instant, ends_at: Instant) -> Vec<Instant> {
    let first = starts_at.floor(QUARTER);
    (0..).map(|n| first.plus(QUARTER * n)).take_while(|quarter| *quarter < ends_at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn an_instant_is_written_with_fixed_width() {
        assert_eq!(at("2026-02-01T10:00:00Z").to_string(), "2026-02-01T10:00:00.000Z");
        assert_eq!(at("2026-02-01T15:30:00.123456+05:30").to_string(), "2026-02-01T10:00:00.123Z");
    }

    #[test]
    fn stretches_of_hours_begin_with_the_day_of_utc() {
        let hours = SignedDuration::from_hours(4);
        for (within, began) in [("23:59:59.999", "20:00:00"), ("20:00:00", "20:00:00"), ("03:59:59", "00:00:00")] {
            assert_eq!(at(&format!("2026-02-01T{within}Z")).floor(hours), at(&format!("2026-02-01T{began}Z")));
        }
        assert_eq!(at("1969-12-31T23:10:00Z").floor(QUARTER), at("1969-12-31T23:00:00Z"));
    }

    #[test]
    fn adjoining_sessions_share_no_quarter() {
        let first = quarter_hours(at("2026-02-01T10:00:00Z"), at("2026-02-01T11:00:00Z"));
        let second = quarter_hours(at("2026-02-01T11:00:00Z"), at("2026-02-01T11:30:00Z"));
        assert_eq!(first.len(), 4);
        assert!(first.iter().all(|quarter| !second.contains(quarter)));
    }

    #[test]
    fn sessions_that_share_a_minute_share_a_quarter() {
        let first = quarter_hours(at("2026-02-01T10:10:00Z"), at("2026-02-01T10:41:00Z"));
        let second = quarter_hours(at("2026-02-01T10:40:00Z"), at("2026-02-01T11:00:00Z"));
        assert!(first.iter().any(|quarter| second.contains(quarter)));
    }

    #[test]
    fn a_time_that_a_clock_change_skips_is_refused() {
        let london = Zone::parse("Europe/London").unwrap();
        let spring = civil::date(2026, 3, 29);
        assert!(london.instant(spring, civil::time(1, 30, 0, 0)).is_err());
        assert_eq!(london.instant(spring, civil::time(2, 30, 0, 0)).unwrap(), at("2026-03-29T01:30:00Z"));
    }

    #[test]
    fn a_month_later_is_cut_to_the_last_day() {
        assert_eq!(at("2026-01-31T10:00:00Z").plus_months(1), at("2026-02-28T10:00:00Z"));
    }

    #[test]
    fn a_month_begins_when_it_does_in_the_zone() {
        let kolkata = Zone::parse("Asia/Kolkata").unwrap();
        assert_eq!(kolkata.month(at("2026-01-31T18:29:59Z")), "2026-01");
        assert_eq!(kolkata.month(at("2026-01-31T18:30:00Z")), "2026-02");
    }

    #[test]
    fn a_span_has_its_first_instant_and_not_its_last() {
        let (first, last) = (at("2026-02-01T10:00:00Z"), at("2026-02-01T11:00:00Z"));
        let span = Span { from: Some(first), until: Some(last) };
        assert!(span.contains(first) && !span.contains(last) && !span.contains(at("2026-02-01T09:59:59Z")));
        assert!(Span::default().contains(last));
    }

    #[test]
    fn unknown_zones_are_refused() {
        assert!(Zone::parse("Mars/Olympus").is_err());
        assert_eq!(Zone::parse("Asia/Kolkata").unwrap().name(), "Asia/Kolkata");
    }
}
