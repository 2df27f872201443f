use super::{COMMENTING, Community, CommunityError, ForReaders, ROUNDS, WithPhotos, kept_changing, may_write, visible};
use crate::Context;
use domain::{
    CommentId, PostId,
    account::Member,
    community::{Author, Comment, CommunityText, Standing},
    event::Detail,
};
use store::{CommentRefused, Page, PageRequest, Record, Stored, TxError};

impl Community {
    /// The comments on a post, newest first.
    pub async fn comments(&self, cx: &Context, id: PostId, page: PageRequest) -> ForReaders<Page<Comment>> {
        let found = async {
            let comments = self.store.comments(cx.product, id, page).await?;
            visible(self.store.post(cx.product, id).await?)?;
            Ok(comments)
        };
        ForReaders(found.await)
    }

    /// The same with the photos of those who wrote them.
    pub async fn comments_with_photos(&self, cx: &Context, id: PostId, page: PageRequest) -> ForReaders<WithPhotos<Comment>> {
        let found = async {
            let comments = self.store.comments(cx.product, id, page).await?;
            let photos = self.with_photos(cx, comments, |comment| &comment.author);
            let (post, comments) = self.store.together(self.store.post(cx.product, id), photos).await;
            visible(post?)?;
            comments
        };
        ForReaders(found.await)
    }

    /// What the member commented himself, with what moderators have hidden of it. It is his, with or without a plan.
    pub async fn own_comments(&self, cx: &Context, by: &Member, page: PageRequest) -> Result<Page<Comment>, CommunityError> {
        Ok(self.store.comments_of(cx.product, by.id(), page).await?)
    }

    /// Comments on an open post. The post counts it in the same transaction.
    pub async fn comment(
        &self,
        cx: &Context,
        by: &Member,
        post_id: PostId,
        content: CommunityText,
    ) -> Result<Comment, CommunityError> {
        may_write(cx, by)?;
        self.limits.take(cx, COMMENTING, &format!("account:{}", by.id())).await?;
        for _ in 0..ROUNDS {
            let post = visible(self.store.post(cx.product, post_id).await?)?.value;
            if post.locked {
                return Err(CommunityError::Locked);
            }
            let comment = Comment {
                id: cx.id(),
                product: cx.product,
                post_id,
                author: Author::from(&by.membership),
                content: content.clone(),
                standing: Standing::Visible,
                created_at: cx.now,
                updated_at: cx.now,
            };
            let event = cx.event(Detail::CommentAdded {
                comment_id: comment.id,
                author_id: comment.author.id,
                author_name: comment.author.name.clone(),
                post_id,
                post_title: post.writing.title,
                post_author_id: post.author.id,
            });
            match self.store.add_comment(&comment, &cx.record(event)).await {
                Ok(()) => return Ok(comment),
                // What it was closed by is told by the next look.
                Err(TxError::Refused(_)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(kept_changing())
    }

    /// A member's own comment that he may change.
    async fn own_comment(&self, cx: &Context, by: &Member, id: CommentId) -> Result<Stored<Comment>, CommunityError> {
        let comment = self.store.comment(cx.product, id).await?.filter(|comment| comment.value.is_visible());
        let comment = comment.ok_or(CommunityError::NotFound("comment"))?;
        if comment.value.author.id == by.id() { Ok(comment) } else { Err(CommunityError::NotTheAuthor) }
    }

    /// The author writes his comment anew, while its post is open.
    pub async fn edit_comment(
        &self,
        cx: &Context,
        by: &Member,
        id: CommentId,
        content: CommunityText,
    ) -> Result<Comment, CommunityError> {
        may_write(cx, by)?;
        for _ in 0..ROUNDS {
            let before = self.own_comment(cx, by, id).await?;
            let after = Comment { content: content.clone(), updated_at: cx.now, ..before.value.clone() };
            match self.store.edit_comment(&before, &after, &Record::default()).await {
                Ok(()) => return Ok(after),
                Err(TxError::Refused(CommentRefused::Moved)) => {}
                Err(TxError::Refused(CommentRefused::PostClosed)) => {
                    let post = visible(self.store.post(cx.product, after.post_id).await?);
                    let post = post.map_err(|_| CommunityError::NotFound("comment"))?;
                    if post.value.locked {
                        return Err(CommunityError::Locked);
                    }
                }
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(kept_changing())
    }

    /// The author takes his comment back, with or without a plan.
    pub async fn delete_comment(&self, cx: &Context, by: &Member, id: CommentId) -> Result<(), CommunityError> {
        by.must_be_active().map_err(|_| CommunityError::Paused)?;
        for _ in 0..ROUNDS {
            let before = self.own_comment(cx, by, id).await?;
            if self.store.delete_comment(&before, &Record::default()).await? {
                return Ok(());
            }
        }
        Err(kept_changing())
    }
}
