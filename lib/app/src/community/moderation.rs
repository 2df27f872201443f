//! What admins see and do of what others wrote. Each change leaves its audit record, with the reason.

use super::{Community, CommunityError, ROUNDS, WithPhotos, kept_changing};
use crate::Context;
use domain::{
    CommentId, PostId,
    community::{Comment, CommentAction, Post, PostAction, Reason, Report, ReportCase, Standing, StandingChange},
};
use serde::Serialize;
use store::{Page, PageRequest, Record, Stored};

/// So many comments of each kind are shown to a moderator at once.
const COMMENTS_SHOWN: u32 = 100;

/// Everything about a post that a moderator decides on.
#[derive(Debug)]
pub struct Dossier {
    pub post: Post,
    /// The newest.
    pub comments: Vec<Comment>,
    pub hidden_comments: Vec<Comment>,
    /// The reports that wait to be dealt with.
    pub reports: Vec<Report>,
}

/// What an audit record says of how something stands now.
#[derive(Serialize)]
struct Verdict<'a> {
    standing: Option<Standing>,
    locked: Option<bool>,
    reason: &'a Reason,
}

fn post_record(cx: &Context, action: &str, before: &Post, after: Option<&Post>, reason: &Reason) -> Record {
    let verdict = Verdict { standing: after.map(|post| post.standing), locked: after.map(|post| post.locked), reason };
    Record::audit(cx.audit(action, format!("post:{}", before.id), Some(before), Some(&verdict)))
}

fn comment_record(cx: &Context, action: &str, before: &Comment, after: Option<Standing>, reason: &Reason) -> Record {
    let verdict = Verdict { standing: after, locked: None, reason };
    Record::audit(cx.audit(action, format!("comment:{}", before.id), Some(before), Some(&verdict)))
}

impl Community {
    /// The posts that are hidden, newest first.
    pub async fn hidden_posts(&self, cx: &Context, page: PageRequest) -> Result<Page<Post>, CommunityError> {
        Ok(self.store.hidden_posts(cx.product, page).await?)
    }

    /// The same with the photos of those who wrote them.
    pub async fn hidden_posts_with_photos(&self, cx: &Context, page: PageRequest) -> Result<WithPhotos<Post>, CommunityError> {
        let posts = self.hidden_posts(cx, page).await?;
        self.with_photos(cx, posts, |post| &post.author).await
    }

    /// The posts whose reports wait, the latest first.
    pub async fn reported_posts(&self, cx: &Context, page: PageRequest) -> Result<Page<ReportCase>, CommunityError> {
        Ok(self.store.reported_posts(cx.product, page).await?)
    }

    /// A post, visible or hidden, with what is said in it and of it.
    pub async fn dossier(&self, cx: &Context, id: PostId) -> Result<Dossier, CommunityError> {
        let found = self.store.discussion(cx.product, id, COMMENTS_SHOWN).await?;
        let found = found.ok_or(CommunityError::NotFound("post"))?;
        let hidden = self.store.hidden_comments(cx.product, id, PageRequest::first(COMMENTS_SHOWN)).await?;
        let reports = self.store.case_of(cx.product, id).await?.map(|(_, reports)| reports).unwrap_or_default();
        Ok(Dossier { post: found.post.value, comments: found.comments, hidden_comments: hidden.items, reports })
    }

    /// Does something about a post.
    pub async fn moderate_post(
        &self,
        cx: &Context,
        id: PostId,
        action: PostAction,
        reason: &Reason,
    ) -> Result<(), CommunityError> {
        for _ in 0..ROUNDS {
            let before = self.store.post(cx.product, id).await?.ok_or(CommunityError::NotFound("post"))?;
            let done = match action {
                PostAction::Hide => self.change_standing(cx, &before, StandingChange::Hide, "post.hidden", reason).await?,
                PostAction::Unhide => self.change_standing(cx, &before, StandingChange::Unhide, "post.unhidden", reason).await?,
                PostAction::Lock => self.change_standing(cx, &before, StandingChange::Lock, "post.locked", reason).await?,
                PostAction::Unlock => self.change_standing(cx, &before, StandingChange::Unlock, "post.unlocked", reason).await?,
                PostAction::Delete => {
                    let record = post_record(cx, "post.deleted", &before.value, None, reason);
                    self.store.delete_post(&before, cx.now, &record).await?
                }
                PostAction::DismissReports => self.dismiss_reports(cx, id, reason).await?,
            };
            if done {
                return Ok(());
            }
        }
        Err(kept_changing())
    }

    async fn change_standing(
        &self,
        cx: &Context,
        before: &Stored<Post>,
        change: StandingChange,
        action: &str,
        reason: &Reason,
    ) -> Result<bool, CommunityError> {
        let after = before.value.moderated(change, reason, cx.now).ok_or(CommunityError::NotApplicable)?;
        let record = post_record(cx, action, &before.value, Some(&after), reason);
        Ok(self.store.change_post(before, &after, &record).await?)
    }

    async fn dismiss_reports(&self, cx: &Context, id: PostId, reason: &Reason) -> Result<bool, CommunityError> {
        let (case, _) = self.store.case_of(cx.product, id).await?.ok_or(CommunityError::NotApplicable)?;
        let verdict = Verdict { standing: None, locked: None, reason };
        let audit = cx.audit("post.reports_dismissed", format!("post:{id}"), Some(&case), Some(&verdict));
        Ok(self.store.dismiss_case(cx.product, &case, &Record::audit(audit)).await?)
    }

    /// Does something about a comment.
    pub async fn moderate_comment(
        &self,
        cx: &Context,
        id: CommentId,
        action: CommentAction,
        reason: &Reason,
    ) -> Result<(), CommunityError> {
        for _ in 0..ROUNDS {
            let before = self.store.comment(cx.product, id).await?.ok_or(CommunityError::NotFound("comment"))?;
            let moved = |standing| Comment { standing, ..before.value.clone() };
            let record = |action: &str, standing| comment_record(cx, action, &before.value, standing, reason);
            let done = match (action, before.value.standing) {
                (CommentAction::Hide, Standing::Visible) => {
                    let record = record("comment.hidden", Some(Standing::Hidden));
                    self.store.move_comment(&before, &moved(Standing::Hidden), &record).await?
                }
                (CommentAction::Unhide, Standing::Hidden) => {
                    let record = record("comment.unhidden", Some(Standing::Visible));
                    self.store.move_comment(&before, &moved(Standing::Visible), &record).await?
                }
                (CommentAction::Delete, _) => self.store.delete_comment(&before, &record("comment.deleted", None)).await?,
                _ => return Err(CommunityError::NotApplicable),
            };
            if done {
                return Ok(());
            }
        }
        Err(kept_changing())
    }
}
