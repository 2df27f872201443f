use super::Title;
use crate::{
    Instant, Invalid, InvalidField, Product, PublicEventId,
    community::Author,
    text::{Line, Prose, WebUrl},
};
use serde::{Deserialize, Serialize};

/// An event to which everybody may come: no places are booked, and nobody pays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Gathering {
    pub id: PublicEventId,
    pub product: Product,
    pub organizer: Author,
    #[serde(flatten)]
    pub details: GatheringDetails,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// What its organizer says of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GatheringDetails {
    pub title: Title,
    pub description: Prose<5000>,
    pub starts_at: Instant,
    #[serde(default)]
    pub ends_at: Option<Instant>,
    pub location: Line<300>,
    pub cover_image: WebUrl,
    /// Only the organizer sees one that is not.
    pub is_published: bool,
}

/// What of it changes; what is missing stays as it is.
#[derive(Debug, Clone, Default)]
pub struct GatheringEdit {
    pub title: Option<Title>,
    pub description: Option<Prose<5000>>,
    pub starts_at: Option<Instant>,
    /// Given and none takes the end away.
    pub ends_at: Option<Option<Instant>>,
    pub location: Option<Line<300>>,
    pub cover_image: Option<WebUrl>,
    pub is_published: Option<bool>,
}

impl GatheringDetails {
    /// Refuses an end that is no end.
    pub fn checked(self) -> Result<Self, InvalidField> {
        match self.ends_at {
            Some(end) if end <= self.starts_at => Err(Invalid::new("End time must be after start time").at("end_time")),
            _ => Ok(self),
        }
    }

    fn edited(self, edit: GatheringEdit) -> Result<Self, InvalidField> {
        let GatheringEdit { title, description, starts_at, ends_at, location, cover_image, is_published } = edit;
        let edited = Self {
            title: title.unwrap_or(self.title),
            description: description.unwrap_or(self.description),
            starts_at: starts_at.unwrap_or(self.starts_at),
            ends_at: ends_at.unwrap_or(self.ends_at),
            location: location.unwrap_or(self.location),
            cover_image: cover_image.unwrap_or(self.cover_image),
            is_published: is_published.unwrap_or(self.is_published),
        };
        edited.checked()
    }
}

impl Gathering {
    /// The event after an edit.
    pub fn edited(self, edit: GatheringEdit, now: Instant) -> Result<Self, InvalidField> {
        Ok(Self { details: self.details.edited(edit)?, updated_at: now, ..self })
    }

    /// Whether it has not begun.
    pub fn is_upcoming(&self, now: Instant) -> bool {
        self.details.starts_at > now
    }

    /// Whether words stand in its title, description or place, in any case.
    pub fn mentions(&self, words: &str) -> bool {
        let details = &self.details;
        super::mentions(&[details.title.as_str(), details.description.as_str(), details.location.as_str()], words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{account::Role, text::PersonName};
    use uuid::Uuid;

    fn at(hour: u32) -> Instant {
        Instant::parse(&format!("2026-02-01T{hour:02}:00:00Z")).unwrap()
    }

    fn gathering() -> Gathering {
        let organizer =
            Author { id: Uuid::nil().into(), name: PersonName::parse("Some Mentor").unwrap(), role: Role::Mentor, number: None };
        let details = GatheringDetails {
            title: Title::parse("Portfolio evening").unwrap(),
            description: Prose::parse("Bring yours").unwrap(),
            starts_at: at(10),
            ends_at: Some(at(12)),
            location: Line::parse("Library").unwrap(),
            cover_image: WebUrl::default(),
            is_published: true,
        };
        let id = Uuid::nil().into();
        Gathering { id, product: Product::AspireX, organizer, details, created_at: at(1), updated_at: at(1) }
    }

    #[test]
    fn an_end_comes_after_the_start_also_when_only_one_of_them_moves() {
        let refused = gathering().edited(GatheringEdit { starts_at: Some(at(12)), ..GatheringEdit::default() }, at(2));
        assert_eq!(refused.unwrap_err().sentence, "End time must be after start time");
        let edit = GatheringEdit { starts_at: Some(at(13)), ends_at: Some(None), ..GatheringEdit::default() };
        let moved = gathering().edited(edit, at(2)).unwrap();
        assert_eq!((moved.details.ends_at, moved.updated_at, moved.created_at), (None, at(2), at(1)));
    }

    #[test]
    fn it_is_found_by_its_words() {
        assert!(gathering().mentions("PORTFOLIO") && gathering().mentions("libr") && !gathering().mentions("museum"));
        assert!(gathering().is_upcoming(at(9)) && !gathering().is_upcoming(at(10)));
    }
}
