//! Events that mentors offer to the public, and what such a mentor says of himself.

mod announcement;
mod event;
mod gathering;
mod host;

pub use announcement::{Announcement, MOST_PICTURES, Picture, Venue, event_time};
pub use event::{Edit, EventDraft, Minutes, Places, PublicEvent, Title, Wanted, When};
pub use gathering::{Gathering, GatheringDetails, GatheringEdit};
pub use host::{HostChange, HostProfile};

/// Whether words stand in one of some texts, in any case.
fn mentions(texts: &[&str], words: &str) -> bool {
    let words = words.to_lowercase();
    texts.iter().any(|text| text.to_lowercase().contains(&words))
}
