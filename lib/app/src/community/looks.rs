use super::{Community, CommunityError, ROUNDS, kept_changing, may_write, visible};
use crate::{
    Context,
    limits::{VIEWING, VOTING, network},
};
use domain::{
    PostId,
    account::{Member, Role},
    community::{Post, PostAction, Reason, Vote},
    event::Detail,
};
use store::{Record, StoreError, TxError, ViewRefused, Viewer, VoteContext};

impl Community {
    /// Likes a post, or likes it no more; says which, and how the post then stands.
    pub async fn toggle_like(&self, cx: &Context, by: &Member, id: PostId) -> Result<(bool, Post), CommunityError> {
        may_write(cx, by)?;
        self.limits.take(cx, VOTING, &format!("account:{}", by.id())).await?;
        for _ in 0..ROUNDS {
            let VoteContext { post, vote: from, voted } = self.store.post_and_vote(cx.product, id, by.id()).await?;
            let post = visible(post)?.value;
            let liked = from != Some(Vote::Up);
            // The author is told of each person once, however often that one changes his mind.
            let told = liked && !voted && post.author.id != by.id();
            let record = if told { cx.record(cx.event(liked_by(by, &post))) } else { Record::default() };
            if let Some(post) = self.voted(cx, by, post, (from, liked.then_some(Vote::Up)), &record).await? {
                return Ok((liked, post));
            }
        }
        Err(kept_changing())
    }

    /// Counts that somebody looks at a post, each person once, and visitors by their address; says how many did.
    pub async fn view(&self, cx: &Context, by: Option<&Member>, id: PostId) -> Result<u64, CommunityError> {
        self.limits.take_from_source(cx, VIEWING).await?;
        let post = visible(self.store.post(cx.product, id).await?)?.value;
        let viewer = match (by, cx.source) {
            (Some(by), _) => Viewer::Member(by.id()),
            (None, Some(source)) => Viewer::Source(network(source)),
            // Without a known source everybody is the same visitor.
            (None, None) => Viewer::Source("unknown".to_owned()),
        };
        match self.store.count_view(cx.product, id, &viewer, cx.now).await {
            Ok(()) => Ok(post.views + 1),
            Err(TxError::Refused(ViewRefused::Counted) | TxError::Store(StoreError::Busy(_))) => Ok(post.views),
            Err(TxError::Refused(ViewRefused::PostGone)) => Err(CommunityError::NotFound("post")),
            Err(TxError::Store(error)) => Err(error.into()),
        }
    }

    /// Takes a post away, hidden or not: the author his own, an admin anybody's, which is audited.
    pub async fn remove_post(&self, cx: &Context, by: &Member, id: PostId) -> Result<(), CommunityError> {
        match self.take_back(cx, by, id).await {
            Err(CommunityError::NotTheAuthor | CommunityError::NotFound(_)) if by.membership.is(Role::Admin) => {
                let reason = Reason::parse("Removed by an admin").map_err(|_| CommunityError::NotApplicable)?;
                self.moderate_post(cx, id, PostAction::Delete, &reason).await
            }
            other => other,
        }
    }
}

fn liked_by(by: &Member, post: &Post) -> Detail {
    Detail::PostLiked {
        post_id: post.id,
        post_author_id: post.author.id,
        member_id: by.id(),
        member_name: by.membership.name.clone(),
    }
}
