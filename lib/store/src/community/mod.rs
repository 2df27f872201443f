//! The community: posts, their comments, votes and reports.

mod comments;
mod posts;
mod reports;
mod views;
mod votes;

pub use comments::CommentRefused;
pub use posts::Discussion;
pub use reports::{ReportContext, ReportRefused};
pub use views::{ViewRefused, Viewer};
pub use votes::{VoteContext, VoteRefused};

use crate::change::Change;
use domain::community::Standing;

/// A change of a post that counts something, provided that members see it.
fn seen_post() -> Change {
    Change::default().when("standing", &Standing::Visible)
}
