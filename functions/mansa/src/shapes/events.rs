use domain::{
    AccountId, Instant, PublicEventId, Zone,
    account::Membership,
    public_event::{Picture, PublicEvent},
    slot::SlotTime,
};
use serde::Serialize;
use utoipa::ToSchema;

/// Whether an event is over.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum EventStatus {
    Upcoming,
    Past,
}

/// A picture of an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventImage)]
struct ImageShape {
    id: usize,
    image: String,
    caption: String,
}

impl ImageShape {
    fn of((number, picture): (usize, &Picture)) -> Self {
        Self { id: number + 1, image: picture.image.to_string(), caption: picture.caption.to_string() }
    }
}

/// An event that a mentor announces. Date and times are by its own clock.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventShape {
    id: PublicEventId,
    mentor_id: AccountId,
    mentor_name: String,
    title: String,
    description: String,
    category: String,
    date: String,
    start_time: String,
    end_time: String,
    time_display: String,
    timezone: String,
    starts_at: Instant,
    ends_at: Instant,
    location: String,
    is_virtual: bool,
    /// `past` once it has ended.
    status: EventStatus,
    /// How many said with us that they come.
    attendee_count: u32,
    flyer: Option<String>,
    images: Vec<ImageShape>,
    created_at: Instant,
    updated_at: Instant,
}

impl EventShape {
    /// An event with its mentor, as it stands now.
    pub fn new(event: &PublicEvent, mentor: &Membership, now: Instant) -> Self {
        let venue = event.venue.as_ref();
        let zone = venue.map_or_else(Zone::utc, |venue| venue.zone.clone());
        let time = SlotTime::starting_at(event.starts_at, event.duration.get().into(), &zone);
        let flyer = venue.map(|venue| venue.flyer.to_string()).filter(|flyer| !flyer.is_empty());
        Self {
            id: event.id,
            mentor_id: event.mentor_id,
            mentor_name: mentor.name.to_string(),
            title: event.title.to_string(),
            description: event.description.to_string(),
            category: event.category.to_string(),
            time_display: format!("{} to {} ({})", time.start_time, time.end_time, zone.name()),
            date: time.date,
            start_time: time.start_time,
            end_time: time.end_time,
            timezone: zone.name().to_owned(),
            starts_at: event.starts_at,
            ends_at: event.ends_at(),
            location: venue.map(|venue| venue.location.to_string()).unwrap_or_default(),
            is_virtual: venue.is_some_and(|venue| venue.is_virtual),
            status: if event.ends_at() > now { EventStatus::Upcoming } else { EventStatus::Past },
            attendee_count: event.booked,
            flyer,
            images: venue.into_iter().flat_map(|venue| venue.pictures.iter().enumerate().map(ImageShape::of)).collect(),
            created_at: event.created_at,
            updated_at: event.updated_at,
        }
    }
}
