//! Days as people write them.

use domain::{Instant, InvalidField, Span, Zone};
use jiff::{
    ToSpan,
    civil::{Date, Time},
};

/// Days of the platform's zone.
#[derive(Debug, Clone)]
pub struct Days {
    zone: Zone,
}

impl Days {
    /// The days of a zone.
    pub fn new(zone: Zone) -> Self {
        Self { zone }
    }

    /// The time from a day to another, that one included.
    pub fn span(&self, from: Option<Date>, to: Option<Date>) -> Result<Span, InvalidField> {
        let from = from.map(|day| self.midnight(day, "from")).transpose()?;
        let day_after = |day: Date| day.checked_add(1.day()).unwrap_or(day);
        let until = to.map(|day| self.midnight(day_after(day), "to")).transpose()?;
        if from.zip(until).is_some_and(|(from, until)| until <= from) {
            return Err(InvalidField { field: "to", sentence: "The last day is not before the first".to_owned() });
        }
        Ok(Span { from, until })
    }

    fn midnight(&self, day: Date, field: &'static str) -> Result<Instant, InvalidField> {
        self.zone.instant(day, Time::midnight()).map_err(|invalid| invalid.at(field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_span_of_days_includes_the_last_and_begins_at_the_zones_midnight() {
        let days = Days::new(Zone::parse("Asia/Kolkata").unwrap());
        let span = days.span(Some(date(2026, 2, 1)), Some(date(2026, 2, 1))).unwrap();
        let at = |text: &str| Instant::parse(text).unwrap();
        assert_eq!(span.from, Some(at("2026-01-31T18:30:00Z")));
        assert_eq!(span.until, Some(at("2026-02-01T18:30:00Z")));
        assert!(days.span(Some(date(2026, 2, 2)), Some(date(2026, 2, 1))).is_err());
    }
}
