use super::{people::said, rupees};
use crate::ids::{MentorId, ShownEventId};
use app::public_events::Offer;
use domain::{Instant, public_event::PublicEvent};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

/// An event on offer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventShape {
    event_id: ShownEventId,
    mentor_id: MentorId,
    title: String,
    description: String,
    category: String,
    event_datetime: Instant,
    /// In minutes.
    duration: u32,
    /// How many places are free.
    available_slots: u32,
    /// In rupees.
    #[schema(value_type = f64)]
    price_per_lead: Number,
    mentor_name: String,
    created_at: Instant,
}

impl From<&Offer> for EventShape {
    fn from(Offer { event, host }: &Offer) -> Self {
        Self {
            event_id: ShownEventId(event.id),
            mentor_id: MentorId(event.mentor_id),
            title: event.title.to_string(),
            description: event.description.to_string(),
            category: event.category.to_string(),
            event_datetime: event.starts_at,
            duration: event.duration.get(),
            available_slots: event.places_left,
            price_per_lead: rupees(event.price),
            mentor_name: host.membership.name.to_string(),
            created_at: event.created_at,
        }
    }
}

/// An event on offer, with what its mentor says of himself.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventDetail {
    #[serde(flatten)]
    event: EventShape,
    mentor_bio: String,
    mentor_expertise: Vec<String>,
}

impl From<Offer> for EventDetail {
    fn from(offer: Offer) -> Self {
        let (mentor_bio, mentor_expertise, _) = said(offer.host.profile.as_ref());
        Self { event: EventShape::from(&offer), mentor_bio, mentor_expertise }
    }
}

/// An event as its mentor edits it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnEvent)]
pub struct OwnEventShape {
    event_id: ShownEventId,
    mentor_id: MentorId,
    title: String,
    description: String,
    category: String,
    event_datetime: Instant,
    /// In minutes.
    duration: u32,
    /// All places, free and booked: what an edit sends back.
    available_slots: u32,
    booked_slots: u32,
    remaining_slots: u32,
    /// In rupees.
    #[schema(value_type = f64)]
    price_per_lead: Number,
    created_at: Instant,
    updated_at: Instant,
}

impl From<PublicEvent> for OwnEventShape {
    fn from(event: PublicEvent) -> Self {
        Self {
            event_id: ShownEventId(event.id),
            mentor_id: MentorId(event.mentor_id),
            available_slots: event.places(),
            booked_slots: event.booked,
            remaining_slots: event.places_left,
            title: event.title.to_string(),
            description: event.description.to_string(),
            category: event.category.to_string(),
            event_datetime: event.starts_at,
            duration: event.duration.get(),
            price_per_lead: rupees(event.price),
            created_at: event.created_at,
            updated_at: event.updated_at,
        }
    }
}
