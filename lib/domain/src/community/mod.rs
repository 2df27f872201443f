//! A product's community: posts, their discussion, votes and moderation.

mod discussion;
mod words;

pub use discussion::*;
pub use words::{Category, CommunityText, Reason, Tag, Tags};
