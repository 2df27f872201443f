use super::seen_post;
use crate::{
    Store, TxError,
    change::Change,
    item::{item, until},
    keys,
    transaction::Transaction,
};
use domain::{AccountId, Instant, PostId, Product};
use jiff::SignedDuration;
use serde::Serialize;

/// So long an address, which changes hands, counts once.
const VIEWS_REMEMBERED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Who looks at a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// A member, who counts once and for all.
    Member(AccountId),
    /// A visitor, known by nothing but an address.
    Source(String),
}

impl std::fmt::Display for Viewer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Member(id) => write!(f, "account:{id}"),
            Self::Source(address) => write!(f, "source:{address}"),
        }
    }
}

/// Why nobody was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewRefused {
    /// He was before.
    Counted,
    /// The post was deleted or hidden.
    PostGone,
}

#[derive(Serialize)]
struct View {
    at: Instant,
}

impl Store {
    /// Counts a viewer of a post, who is counted once.
    pub async fn count_view(
        &self,
        product: Product,
        post: PostId,
        viewer: &Viewer,
        at: Instant,
    ) -> Result<(), TxError<ViewRefused>> {
        let mut tx = Transaction::new();
        let view = item(&keys::view(product, post, &viewer.to_string()), &[], &View { at })?;
        let view = match viewer {
            Viewer::Member(_) => view,
            Viewer::Source(_) => until(view, at.plus(VIEWS_REMEMBERED)),
        };
        tx.create(self, view, ViewRefused::Counted);
        let counted: Change = seen_post().count("views", 1);
        tx.update(self, &keys::post(product, post), &counted, ViewRefused::PostGone);
        tx.commit(self).await
    }
}
