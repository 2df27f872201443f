use super::{posts::taken, seen_post};
use crate::{
    Record, Store, StoreError, Stored, TxError, change::Change, item::item, keys, table::take, transaction::Transaction,
};
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

/// A member's vote. It stays without one after he took it back.
#[derive(Serialize, Deserialize)]
struct Ballot {
    #[serde(default)]
    vote: Option<Vote>,
    at: Instant,
}

/// A post and how a member has voted on it.
#[derive(Debug)]
pub struct VoteContext {
    pub post: Option<Stored<Post>>,
    pub vote: Option<Vote>,
    /// Whether he ever voted on it.
    pub voted: bool,
}

impl Store {
    /// A post and a member's vote on it, in one read.
    pub async fn post_and_vote(&self, product: Product, post: PostId, member: AccountId) -> Result<VoteContext, StoreError> {
        let keys = [keys::post(product, post), keys::vote(product, post, member)];
        let mut found = self.batch_get(&keys).await?;
        let ballot: Option<Ballot> = take(&mut found, &keys[1])?;
        let voted = ballot.is_some();
        Ok(VoteContext { post: taken(&mut found, &keys[0])?, vote: ballot.and_then(|ballot| ballot.vote), voted })
    }

    /// Changes a member's vote from what was read, and the post's counts by the difference.
    pub async fn cast_vote(
        &self,
        (product, post): (Product, PostId),
        member: AccountId,
        (from, to): (Option<Vote>, Option<Vote>),
        at: Instant,
        record: &Record,
    ) -> Result<(), TxError<VoteRefused>> {
        let key = keys::vote(product, post, member);
        let (up, down) = swing(from, to);
        let counted = seen_post().add("upvotes", up).add("downvotes", down);
        let mut tx = Transaction::new();
        tx.update(self, &keys::post(product, post), &counted, VoteRefused::PostGone);
        let as_read = match from {
            Some(from) => Change::default().when("vote", &from),
            None => Change::default().when_missing("vote"),
        };
        tx.replace(self, item(&key, &[], &Ballot { vote: to, at })?, &as_read, VoteRefused::Moved);
        tx.leave(self, record)?;
        tx.commit(self).await
    }
}
