//! What this group's request bodies have in common.

use domain::{
    Instant, Invalid, Zone,
    mentorship::SessionMinutes,
    portrait::{TimeOfDay, Weekday},
};
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Deserializer, de::Error};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// A duration: a number of minutes, or as mentors word it.
#[derive(Debug, Clone, Copy)]
pub struct Duration(pub SessionMinutes);

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(i64),
            Text(String),
        }
        let minutes = match Written::deserialize(deserializer).map_err(|_| D::Error::custom("Enter a duration such as 60"))? {
            Written::Number(minutes) => SessionMinutes::try_from(minutes),
            Written::Text(text) => SessionMinutes::parse(&text),
        };
        minutes.map(Self).map_err(D::Error::custom)
    }
}

impl PartialSchema for Duration {
    fn schema() -> RefOr<Schema> {
        let builder = utoipa::openapi::schema::AnyOfBuilder::new().item(SessionMinutes::schema());
        builder.item(ObjectBuilder::new().schema_type(Type::String).examples(["60 minutes"])).into()
    }
}
impl ToSchema for Duration {}

/// A moment with an offset, or without one by the platform's clock.
#[derive(Debug, Clone)]
pub enum Moment {
    Exact(Instant),
    Local(DateTime),
}

impl Moment {
    /// The instant; a time that the clock skips or repeats is refused.
    pub fn instant(&self, zone: &Zone) -> Result<Instant, Invalid> {
        match self {
            Self::Exact(at) => Ok(*at),
            Self::Local(local) => zone.instant(local.date(), local.time()),
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let text = text.trim();
        if let Ok(at) = Instant::parse(text) {
            return Ok(Self::Exact(at));
        }
        text.parse().map(Self::Local).map_err(|_| D::Error::custom("Enter a time such as 2026-02-01T10:00"))
    }
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).examples(["2026-02-01T10:00:00Z", "2026-02-01T10:00"]).into()
    }
}
impl ToSchema for Moment {}

/// A wall-clock time without an offset, such as a browser's field gives.
#[derive(Debug, Clone)]
pub struct LocalTime(pub DateTime);

impl<'de> Deserialize<'de> for LocalTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Moment::deserialize(deserializer)? {
            Moment::Local(local) => Ok(Self(local)),
            Moment::Exact(_) => Err(D::Error::custom("Enter a local time such as 2026-02-01T10:00")),
        }
    }
}

impl PartialSchema for LocalTime {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).examples(["2026-02-01T10:00"]).into()
    }
}
impl ToSchema for LocalTime {}

/// When a slot begins that the client words as `Monday, Mon 12 - 9:00 AM`. Browsers give the date beside it by UTC, which
/// may be that of the day before or after: the words decide.
pub fn slot_start(time_slot: &str, date: &str) -> Result<DateTime, Invalid> {
    let unclear = || Invalid::new("Enter a time slot such as \"Monday, Mon 12 - 9:00 AM\"");
    let (day, time) = time_slot.rsplit_once(" - ").ok_or_else(unclear)?;
    let time = TimeOfDay::parse(time)?.time();
    let date = Date::strptime("%Y-%m-%d", date.trim()).map_err(|_| Invalid::new("Enter the date as YYYY-MM-DD"))?;
    let weekday = day.split(',').next().unwrap_or_default().trim().to_lowercase();
    let of_month: Option<i8> = day.split_whitespace().next_back().and_then(|last| last.parse().ok());
    let near = [Ok(date), date.tomorrow(), date.yesterday()].into_iter().flatten();
    let means = |day: &Date| {
        let named = serde_json::to_value(Weekday::of(*day)).ok();
        named.is_some_and(|named| named == weekday.as_str()) && of_month.is_none_or(|of_month| of_month == day.day())
    };
    let mut meant = near.filter(means);
    meant.next().map(|day| day.to_datetime(time)).ok_or_else(|| Invalid::new("The time slot is on another day than the date"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_slot_decide_on_its_day() {
        let start = |slot: &str, date: &str| slot_start(slot, date).map(|start| start.to_string());
        let expected = Ok("2026-01-12T09:00:00".to_owned());
        for date in ["2026-01-12", "2026-01-11", "2026-01-13"] {
            assert_eq!(start("Monday, Mon 12 - 9:00 AM", date), expected, "{date}");
        }
        assert_eq!(start("Monday - 9:00 AM", "2026-01-12"), expected);
        for (slot, date) in [
            ("Monday, Mon 12 - 9:00 AM", "2026-01-19"),
            ("Monday, Mon 13 - 9:00 AM", "2026-01-12"),
            ("Monday 9:00 AM", "2026-01-12"),
            ("Monday, Mon 12 - noon", "2026-01-12"),
            ("Monday, Mon 12 - 9:00 AM", "tomorrow"),
            ("", ""),
        ] {
            assert!(slot_start(slot, date).is_err(), "{slot} {date}");
        }
    }
}
