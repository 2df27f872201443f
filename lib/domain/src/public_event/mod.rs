//! Events that mentors offer to the public, and what such a mentor says of himself.

mod event;
mod host;

pub use event::{Edit, EventDraft, Minutes, Places, PublicEvent, Title, Wanted, When};
pub use host::{HostChange, HostProfile};
