use super::{Minutes, PublicEvent, Title};
use crate::{
    AccountId, Instant, Invalid, InvalidField, Paise, Product, PublicEventId, Zone,
    slot::clock_time,
    text::{Line, Prose, WebUrl},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most pictures of an event.
pub const MOST_PICTURES: usize = 10;

/// A picture of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub image: WebUrl,
    pub caption: Line<200>,
}

/// Where an event is, by which clock, and what it looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Venue {
    pub location: Line<200>,
    pub is_virtual: bool,
    pub flyer: WebUrl,
    pub pictures: Vec<Picture>,
    /// In which its times are written.
    pub zone: Zone,
}

/// An event that is announced, but not booked with us.
#[derive(Debug, Clone)]
pub struct Announcement {
    pub title: Title,
    pub description: Prose<5000>,
    pub category: Title,
    pub starts_at: Instant,
    pub duration: Minutes,
    pub venue: Venue,
}

/// When an event is: from a date's time to a later one of that date, by a zone's clock.
pub fn event_time(date: Date, (start, end): (&str, &str), zone: &Zone) -> Result<(Instant, Minutes), InvalidField> {
    let at = |text: &str, field: &'static str| {
        clock_time(text).and_then(|time| zone.instant(date, time)).map_err(|invalid| invalid.at(field))
    };
    let (starts_at, ends_at) = (at(start, "start_time")?, at(end, "end_time")?);
    let minutes = u32::try_from(ends_at.since(starts_at).as_mins()).unwrap_or_default();
    let minutes = Minutes::new(minutes).map_err(|_| Invalid::new("The end time must be after the start time").at("end_time"))?;
    Ok((starts_at, minutes))
}

impl PublicEvent {
    /// A new event of which nothing can be booked.
    pub fn announced(id: PublicEventId, (product, mentor): (Product, AccountId), what: Announcement, now: Instant) -> Self {
        let Announcement { title, description, category, starts_at, duration, venue } = what;
        Self {
            id,
            product,
            mentor_id: mentor,
            title,
            description,
            category,
            starts_at,
            duration,
            places_left: 0,
            booked: 0,
            price: Paise::new(0),
            venue: Some(venue),
            created_at: now,
            updated_at: now,
        }
    }

    /// The event as it is announced from now on.
    pub fn announced_anew(self, what: Announcement, now: Instant) -> Self {
        let anew = Self::announced(self.id, (self.product, self.mentor_id), what, now);
        Self { created_at: self.created_at, ..anew }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_by_its_own_clock_and_ends_on_its_day() {
        let time = |start: &str, end: &str| {
            event_time("2026-07-01".parse().unwrap(), (start, end), &Zone::parse("Europe/London").unwrap())
        };
        let (starts_at, minutes) = time("10:00", "16:30:00").unwrap();
        assert_eq!((starts_at.to_string().as_str(), minutes.get()), ("2026-07-01T09:00:00.000Z", 390));
        for (start, end, field) in
            [("10:00", "10:00", "end_time"), ("10:00", "09:00", "end_time"), ("ten", "11:00", "start_time")]
        {
            assert_eq!(time(start, end).unwrap_err().field, field, "{start} {end}");
        }
    }
}
