use super::Venue;
use crate::{
    AccountId, Instant, Invalid, Paise, Product, PublicEventId, Span, string_newtype,
    text::{Line, Prose},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What an event is called, or the category it is in: one line, not empty, at most 200 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title(Line<200>);

impl Title {
    /// The longest.
    pub const MAX: usize = 200;

    /// Parses a title as typed.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let line = Line::parse(text)?.non_empty();
        line.map(Self).ok_or_else(|| Invalid::new("Must not be empty"))
    }

    /// The title.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}
string_newtype!(Title);

macro_rules! bounded_number {
    ($(#[$doc:meta])* $name:ident, $most:literal, $sentence:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "u32", into = "u32")]
        pub struct $name(u32);

        impl $name {
            /// The most that there may be.
            pub const MAX: u32 = $most;

            /// So many.
            pub fn new(number: u32) -> Result<Self, Invalid> {
                if (1..=Self::MAX).contains(&number) { Ok(Self(number)) } else { Err(Invalid::new($sentence)) }
            }

            /// How many.
            pub fn get(self) -> u32 {
                self.0
            }
        }

        impl TryFrom<u32> for $name {
            type Error = Invalid;
            fn try_from(number: u32) -> Result<Self, Invalid> {
                Self::new(number)
            }
        }

        impl From<$name> for u32 {
            fn from(number: $name) -> Self {
                number.0
            }
        }
    };
}

bounded_number! {
    /// How long an event lasts, in minutes (L-62).
    Minutes, 1440, "An event lasts 1 to 1440 minutes"
}
bounded_number! {
    /// How many may book an event.
    Places, 10_000, "An event has 1 to 10000 places"
}

/// What an event is, as its mentor describes it.
#[derive(Debug, Clone)]
pub struct EventDraft {
    pub title: Title,
    pub description: Prose<5000>,
    pub category: Title,
    pub starts_at: Instant,
    pub duration: Minutes,
    pub places: Places,
    pub price: Paise,
}

/// What of it changes; what is missing stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub title: Option<Title>,
    pub description: Option<Prose<5000>>,
    pub category: Option<Title>,
    pub starts_at: Option<Instant>,
    pub duration: Option<Minutes>,
    pub places: Option<Places>,
    pub price: Option<Paise>,
}

/// An event with places that people book, each of which becomes a lead for its mentor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublicEvent {
    pub id: PublicEventId,
    pub product: Product,
    pub mentor_id: AccountId,
    pub title: Title,
    pub description: Prose<5000>,
    pub category: Title,
    pub starts_at: Instant,
    pub duration: Minutes,
    /// How many are free; with those that are booked, all that there are.
    pub places_left: u32,
    /// How many leads hold a place.
    pub booked: u32,
    /// What a lead costs its mentor.
    pub price: Paise,
    /// Of an event that is only announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<Venue>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl PublicEvent {
    /// A new event, of which nothing is booked.
    pub fn new(id: PublicEventId, product: Product, mentor_id: AccountId, draft: EventDraft, now: Instant) -> Self {
        let EventDraft { title, description, category, starts_at, duration, places, price } = draft;
        Self {
            id,
            product,
            mentor_id,
            title,
            description,
            category,
            starts_at,
            duration,
            places_left: places.get(),
            booked: 0,
            price,
            venue: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// When it ends.
    pub fn ends_at(&self) -> Instant {
        self.starts_at.plus(SignedDuration::from_mins(self.duration.get().into()))
    }

    /// All places, free and booked.
    pub fn places(&self) -> u32 {
        self.places_left + self.booked
    }

    /// The event after an edit; None when it would have fewer places than are booked.
    pub fn edited(self, edit: Edit, now: Instant) -> Option<Self> {
        let Edit { title, description, category, starts_at, duration, places, price } = edit;
        let places_left = match places {
            Some(places) => places.get().checked_sub(self.booked)?,
            None => self.places_left,
        };
        Some(Self {
            title: title.unwrap_or(self.title),
            description: description.unwrap_or(self.description),
            category: category.unwrap_or(self.category),
            starts_at: starts_at.unwrap_or(self.starts_at),
            duration: duration.unwrap_or(self.duration),
            price: price.unwrap_or(self.price),
            places_left,
            updated_at: now,
            ..self
        })
    }
}

/// Which events by their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum When {
    /// Those that have not begun.
    #[default]
    Upcoming,
    Past,
    All,
}

impl When {
    /// The span in which such events begin.
    pub fn span(self, now: Instant) -> Span {
        match self {
            Self::Upcoming => Span { from: Some(now), until: None },
            Self::Past => Span { from: None, until: Some(now) },
            Self::All => Span::default(),
        }
    }
}

/// Which events are looked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Stands in title, description or category, in any case.
    pub search: Option<Line<100>>,
    /// The category, in any case.
    pub category: Option<Title>,
}

impl Wanted {
    /// Whether everything is.
    pub fn is_anything(&self) -> bool {
        self.search.is_none() && self.category.is_none()
    }

    /// Whether an event is one of them.
    pub fn admits(&self, event: &PublicEvent) -> bool {
        let lower = |text: &str| text.to_lowercase();
        let texts = [event.title.as_str(), event.description.as_str(), event.category.as_str()];
        let found = self.search.as_ref().is_none_or(|words| super::mentions(&texts, words.as_str()));
        found && self.category.as_ref().is_none_or(|category| lower(category.as_str()) == lower(event.category.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(booked: u32) -> PublicEvent {
        let at = Instant::parse("2026-02-01T10:00:00Z").unwrap();
        let id = uuid::Uuid::from_u128(7);
        let draft = EventDraft {
            title: Title::parse("Scaling Postgres").unwrap(),
            description: Prose::parse("From one table to many").unwrap(),
            category: Title::parse("Databases").unwrap(),
            starts_at: at,
            duration: Minutes::new(60).unwrap(),
            places: Places::new(15).unwrap(),
            price: Paise::rupees(500),
        };
        let event = PublicEvent::new(id.into(), Product::LeadBridge, id.into(), draft, at);
        PublicEvent { places_left: 15 - booked, booked, ..event }
    }

    #[test]
    fn places_never_shrink_below_those_that_are_booked() {
        let places = |n| Edit { places: Some(Places::new(n).unwrap()), ..Edit::default() };
        let now = Instant::long_ago();
        assert!(event(4).edited(places(3), now).is_none());
        let tight = event(4).edited(places(4), now).unwrap();
        assert_eq!((tight.places_left, tight.booked, tight.places()), (0, 4, 4));
        assert_eq!(event(4).edited(Edit::default(), now).unwrap().places(), 15);
    }

    #[test]
    fn events_are_found_by_words_and_category_in_any_case() {
        let wanted = |search: &str, category: &str| Wanted {
            search: Line::parse(search).unwrap().non_empty(),
            category: Title::parse(category).ok(),
        };
        let admits = |wanted: Wanted| wanted.admits(&event(0));
        assert!(admits(wanted("", "")) && admits(wanted("POSTGRES", "")) && admits(wanted("many", "databases")));
        assert!(!admits(wanted("redis", "")) && !admits(wanted("", "data")));
    }
}
