//! Dated slots that an admin offers and mentees ask for.

use crate::{AccountId, Instant, Invalid, InvalidField, SlotId, Zone, booking::InterviewType, time::quarter_hours};
use jiff::{SignedDuration, civil};
use serde::{Deserialize, Serialize};

/// The longest session: its guards must fit the confirm transaction.
pub const LONGEST_SESSION: SignedDuration = SignedDuration::from_hours(4);

/// A dated span as entered (C-33), with its zone and the instants it means. Only these are kept: the zone's clock shows
/// what was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "KeptTime", into = "KeptTime")]
pub struct SlotTime {
    /// `YYYY-MM-DD` in the zone.
    pub date: String,
    /// `HH:MM` in the zone.
    pub start_time: String,
    /// `HH:MM` in the zone.
    pub end_time: String,
    pub zone: Zone,
    pub starts_at: Instant,
    pub ends_at: Instant,
}

#[derive(Serialize, Deserialize)]
struct KeptTime {
    zone: Zone,
    starts_at: Instant,
    ends_at: Instant,
}

impl From<SlotTime> for KeptTime {
    fn from(time: SlotTime) -> Self {
        Self { zone: time.zone, starts_at: time.starts_at, ends_at: time.ends_at }
    }
}

impl From<KeptTime> for SlotTime {
    fn from(kept: KeptTime) -> Self {
        Self::between(kept.starts_at, kept.ends_at, &kept.zone)
    }
}

impl SlotTime {
    /// Parses a span as entered in a zone.
    pub fn parse(date: &str, start_time: &str, end_time: &str, zone: &Zone) -> Result<Self, InvalidField> {
        let day = civil::Date::strptime("%Y-%m-%d", date.trim());
        let day = day.map_err(|_| Invalid::new("Enter the date as YYYY-MM-DD").at("date"))?;
        let start = clock_time(start_time).map_err(|invalid| invalid.at("start_time"))?;
        let end = clock_time(end_time).map_err(|invalid| invalid.at("end_time"))?;
        if end <= start {
            return Err(Invalid::new("The end time must be after the start time").at("end_time"));
        }
        let starts_at = zone.instant(day, start).map_err(|invalid| invalid.at("start_time"))?;
        let ends_at = zone.instant(day, end).map_err(|invalid| invalid.at("end_time"))?;
        if ends_at.since(starts_at) > LONGEST_SESSION {
            return Err(Invalid::new("A slot lasts at most 4 hours").at("end_time"));
        }
        let show = |time: civil::Time| time.strftime("%H:%M").to_string();
        Ok(Self { date: day.to_string(), start_time: show(start), end_time: show(end), zone: zone.clone(), starts_at, ends_at })
    }

    /// A span that starts at an instant and lasts so many minutes, shown in a zone.
    pub fn starting_at(starts_at: Instant, minutes: i64, zone: &Zone) -> Self {
        Self::between(starts_at, starts_at.plus(SignedDuration::from_mins(minutes)), zone)
    }

    fn between(starts_at: Instant, ends_at: Instant, zone: &Zone) -> Self {
        let show = |at: Instant, format: &str| at.timestamp().to_zoned(zone.rules().clone()).strftime(format).to_string();
        Self {
            date: show(starts_at, "%Y-%m-%d"),
            start_time: show(starts_at, "%H:%M"),
            end_time: show(ends_at, "%H:%M"),
            zone: zone.clone(),
            starts_at,
            ends_at,
        }
    }

    /// The same span as it is written in another zone.
    pub fn shown_in(self, zone: &Zone) -> Self {
        if self.zone == *zone {
            return self;
        }
        let minutes = self.ends_at.since(self.starts_at).as_mins();
        Self::starting_at(self.starts_at, minutes, zone)
    }

    /// The quarter hours that guard this span in a person's calendar.
    pub fn quarter_hours(&self) -> Vec<Instant> {
        quarter_hours(self.starts_at, self.ends_at)
    }
}

pub(crate) fn clock_time(text: &str) -> Result<civil::Time, Invalid> {
    let text = text.trim();
    let time = civil::Time::strptime("%H:%M", text).or_else(|_| civil::Time::strptime("%H:%M:%S", text));
    time.ok().filter(|time| time.second() == 0).ok_or_else(|| Invalid::new("Enter times as HH:MM"))
}

/// What can become of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SlotStatus {
    Available,
    Booked,
    Blocked,
}

/// A slot: who offers it, when, for which interviews.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Slot {
    pub id: SlotId,
    #[serde(flatten)]
    pub time: SlotTime,
    /// Set when the slot belongs to one mentor (C-34).
    pub mentor_id: Option<AccountId>,
    /// Empty fits every interview.
    pub interview_types: Vec<InterviewType>,
    pub status: SlotStatus,
    /// The booking that holds the slot.
    pub booking_id: Option<crate::BookingId>,
    pub created_at: Instant,
}

impl Slot {
    /// Whether a request made now may name this slot.
    pub fn is_open(&self, now: Instant) -> bool {
        self.status == SlotStatus::Available && self.time.starts_at > now
    }

    /// Whether the slot serves an interview; one without a type fits any slot.
    pub fn fits(&self, interview: Option<InterviewType>) -> bool {
        self.interview_types.is_empty() || interview.is_none_or(|wanted| self.interview_types.contains(&wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kolkata() -> Zone {
        Zone::parse("Asia/Kolkata").unwrap()
    }

    #[test]
    fn a_slot_keeps_what_was_entered_and_knows_the_instant() {
        let time = SlotTime::parse("2026-02-01", "18:00", "19:30", &kolkata()).unwrap();
        assert_eq!((time.start_time.as_str(), time.end_time.as_str()), ("18:00", "19:30"));
        assert_eq!(time.starts_at, Instant::parse("2026-02-01T12:30:00Z").unwrap());
        assert_eq!(time.quarter_hours().len(), 6);
    }

    #[test]
    fn a_slot_entered_in_one_zone_is_shown_in_another() {
        let utc = Zone::parse("UTC").unwrap();
        let entered = SlotTime::parse("2026-02-01", "20:00", "21:30", &utc).unwrap();
        let shown = entered.clone().shown_in(&kolkata());
        assert_eq!((shown.date.as_str(), shown.start_time.as_str(), shown.end_time.as_str()), ("2026-02-02", "01:30", "03:00"));
        assert_eq!((shown.starts_at, shown.ends_at), (entered.starts_at, entered.ends_at));
        assert_eq!(shown.shown_in(&utc), entered);
    }

    #[test]
    fn what_was_entered_is_read_off_the_zone_s_clock() {
        let entered = SlotTime::parse("2026-02-01", "18:00", "19:30", &kolkata()).unwrap();
        let kept = serde_json::to_value(&entered).unwrap();
        assert_eq!(kept.as_object().unwrap().len(), 3, "{kept}");
        assert_eq!(serde_json::from_value::<SlotTime>(kept).unwrap(), entered);
    }

    #[test]
    fn impossible_spans_are_refused() {
        for (date, start, end) in [
            ("2026-02-30", "10:00", "11:00"),
            ("2026-02-01", "11:00", "11:00"),
            ("2026-02-01", "23:00", "00:30"),
            ("2026-02-01", "10:00", "14:01"),
            ("01/02/2026", "10:00", "11:00"),
            ("2026-02-01", "25:00", "26:00"),
            ("2026-02-01", "10:00:30", "11:00"),
        ] {
            assert!(SlotTime::parse(date, start, end, &kolkata()).is_err(), "{date} {start} {end}");
        }
    }
}
