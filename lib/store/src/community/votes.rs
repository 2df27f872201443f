use super::{posts::taken, seen_post};
use crate::{Store, StoreError, Stored, TxError, change::Change, item::item, keys, table::take, transaction::Transaction};
use domain::{
    AccountId, Instant, PostId, Product,
    community::{Post, Vote, swing},
};
use serde::{Deserialize, Serialize};

/// Why a vote was not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoteRefused {
    /// The post was deleted or hidden meanwhile.
    PostGone,
    /// The member's vote changed since it was read.
    Moved,
}

#[derive(Serialize, Deserialize)]
struct Ballot {
    vote: Vote,
    at: Instant,
}

impl Store {
    /// A post and a member's vote on it, in one read.
    pub async fn post_and_vote(
        &self,
        product: Product,
        post: PostId,
        member: AccountId,
    ) -> Result<(Option<Stored<Post>>, Option<Vote>), StoreError> {
        let keys = [keys::post(product, post), keys::vote(product, post, member)];
        let mut found = self.batch_get(&keys).await?;
        let ballot: Option<Ballot> = take(&mut found, &keys[1])?;
        Ok((taken(&mut found, &keys[0])?, ballot.map(|ballot| ballot.vote)))
    }

    /// Changes a member's vote from what was read, and the post's counts by the difference.
    pub async fn cast_vote(
        &self,
        (product, post): (Product, PostId),
        member: AccountId,
        (from, to): (Option<Vote>, Option<Vote>),
        at: Instant,
    ) -> Result<(), TxError<VoteRefused>> {
        let key = keys::vote(product, post, member);
        let (up, down) = swing(from, to);
        let counted = seen_post().add("upvotes", up).add("downvotes", down);
        let mut tx = Transaction::new();
        tx.update(self, &keys::post(product, post), &counted, VoteRefused::PostGone);
        let as_read = |from: Vote| Change::default().when("vote", &from);
        match (from, to) {
            (None, Some(vote)) => tx.create(self, item(&key, &[], &Ballot { vote, at })?, VoteRefused::Moved),
            (Some(from), Some(vote)) => {
                tx.replace(self, item(&key, &[], &Ballot { vote, at })?, &as_read(from), VoteRefused::Moved);
            }
            (Some(from), None) => tx.delete(self, &key, &as_read(from), Some(VoteRefused::Moved)),
            (None, None) => return Ok(()),
        }
        tx.commit(self).await
    }
}
