//! A product's community: posts, their discussion, votes and moderation.

mod discussion;
mod words;

pub use discussion::*;
pub(crate) use words::never_empty;
pub use words::{Category, CommunityText, Reason, ShortText, Tag, Tags};
