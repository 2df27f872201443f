//! Events that mentors offer to the public, and what such a mentor says of himself.

mod announcement;
mod event;
mod host;

pub use announcement::{Announcement, MOST_PICTURES, Picture, Venue, event_time};
pub use event::{Edit, EventDraft, Minutes, Places, PublicEvent, Title, Wanted, When};
pub use host::{HostChange, HostProfile};
