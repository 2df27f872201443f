//! A product's community: who may write what where, and what moderators do.

mod comments;
mod looks;
mod moderation;

pub use moderation::Dossier;

use crate::{
    Context,
    limits::{COMMENTING, DAILY_POSTS, LimitError, Limits, POSTING, REPORTING, VOTING},
};
use domain::{
    AccountId, PostId, Product,
    account::{Member, Role},
    community::{self, Author, Barred, Category, Comment, Post, Reason, Report, ReportCase, Vote, Writing},
    event::Detail,
    file::FileKey,
};
use jiff::SignedDuration;
use std::collections::HashMap;
use store::{
    Discussion, Page, PageRequest, Record, ReportContext, ReportRefused, Store, StoreError, Stored, TxError, VoteContext,
    VoteRefused,
};

/// So many of a post's newest comments come with it.
pub const COMMENTS_WITH_POST: u32 = 20;

/// Between reading and writing somebody may be faster; after so many times we give up.
const ROUNDS: u32 = 8;

/// Why something was not done in the community.
#[derive(Debug, thiserror::Error)]
pub enum CommunityError {
    #[error("the member is paused")]
    Paused,
    #[error("a paid plan is needed")]
    TierRequired,
    #[error("the mentor is not approved")]
    MentorNotApproved,
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("somebody else wrote it")]
    NotTheAuthor,
    #[error("the post is locked")]
    Locked,
    #[error("the member has reported the post")]
    AlreadyReported,
    #[error("it does not apply to how things stand")]
    NotApplicable,
    #[error("the member has posted as often as he may in a day")]
    PostedEnough { wait: SignedDuration },
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn kept_changing() -> CommunityError {
    StoreError::Busy("what was to be changed kept changing".to_owned()).into()
}

/// What was read before it is known who reads it. Whether it was found is for readers too.
#[derive(Debug)]
#[must_use]
pub struct ForReaders<T>(Result<T, CommunityError>);

impl<T> ForReaders<T> {
    /// Shows it to a member, if the community is open to him.
    pub fn shown_to(self, cx: &Context, by: &Member) -> Result<T, CommunityError> {
        may_read(cx, by)?;
        self.0
    }
}

/// A page of what people wrote, with their photos by their ids; who has none is left out.
#[derive(Debug)]
pub struct WithPhotos<T> {
    pub page: Page<T>,
    pub photos: HashMap<AccountId, FileKey>,
}

/// Lets a reader in.
fn may_read(cx: &Context, by: &Member) -> Result<(), CommunityError> {
    community::admit(&by.membership, cx.now).map_err(|barred| match barred {
        Barred::NoPlan => CommunityError::TierRequired,
        Barred::NotApproved => CommunityError::MentorNotApproved,
    })
}

/// Lets in whoever changes something.
fn may_write(cx: &Context, by: &Member) -> Result<(), CommunityError> {
    by.must_be_active().map_err(|_| CommunityError::Paused)?;
    may_read(cx, by)
}

fn visible(post: Option<Stored<Post>>) -> Result<Stored<Post>, CommunityError> {
    post.filter(|post| post.value.is_visible()).ok_or(CommunityError::NotFound("post"))
}

/// The use cases of the community.
#[derive(Debug, Clone)]
pub struct Community {
    store: Store,
    limits: Limits,
}

impl Community {
    /// The community in a store.
    pub fn new(store: Store) -> Self {
        Self { limits: Limits::new(store.clone()), store }
    }

    /// The categories of posts.
    pub fn categories(&self, cx: &Context, by: &Member) -> Result<[Category; 5], CommunityError> {
        may_read(cx, by)?;
        Ok(Category::ALL)
    }

    /// The posts, all or of a category, newest first.
    pub async fn posts(&self, cx: &Context, category: Option<Category>, page: PageRequest) -> ForReaders<Page<Post>> {
        ForReaders(self.store.posts(cx.product, category, page).await.map_err(CommunityError::from))
    }

    /// The same of all categories, with the photos of those who wrote them.
    pub async fn posts_with_photos(&self, cx: &Context, page: PageRequest) -> ForReaders<WithPhotos<Post>> {
        let found = async { self.with_photos(cx, self.store.posts(cx.product, None, page).await?, |post| &post.author).await };
        ForReaders(found.await)
    }

    /// Things with the photos of those who wrote them.
    pub(super) async fn with_photos<T>(
        &self,
        cx: &Context,
        page: Page<T>,
        author: impl Fn(&T) -> &Author,
    ) -> Result<WithPhotos<T>, CommunityError> {
        let photos = self.photos(cx, page.items.iter().map(author)).await?;
        Ok(WithPhotos { page, photos })
    }

    /// What the member posted himself, with what moderators have hidden of it. It is his, with or without a plan.
    pub async fn own_posts(&self, cx: &Context, author: AccountId, page: PageRequest) -> Result<Page<Post>, CommunityError> {
        Ok(self.store.posts_of(cx.product, author, page).await?)
    }

    /// The same with his photo.
    pub async fn own_posts_with_photos(
        &self,
        cx: &Context,
        author: AccountId,
        page: PageRequest,
    ) -> Result<WithPhotos<Post>, CommunityError> {
        let posts = self.own_posts(cx, author, page).await?;
        self.with_photos(cx, posts, |post| &post.author).await
    }

    /// A post with its newest comments.
    pub async fn discussion(&self, cx: &Context, by: &Member, id: PostId) -> Result<(Post, Vec<Comment>), CommunityError> {
        may_read(cx, by)?;
        let found = self.store.discussion(cx.product, id, COMMENTS_WITH_POST).await?;
        let found = found.filter(|found| found.post.value.is_visible());
        let Discussion { post, comments } = found.ok_or(CommunityError::NotFound("post"))?;
        Ok((post.value, comments))
    }

    /// Writes a post.
    pub async fn write_post(&self, cx: &Context, by: &Member, writing: Writing) -> Result<Post, CommunityError> {
        may_write(cx, by)?;
        self.may_post(cx, by).await?;
        let post = Post::new(cx.id(), cx.product, Author::from(&by.membership), writing, cx.now);
        let event = cx.event(Detail::PostCreated {
            post_id: post.id,
            author_id: post.author.id,
            author_name: post.author.name.clone(),
            category: post.writing.category,
            title: post.writing.title.clone(),
        });
        self.store.add_post(&post, &cx.record(event)).await?;
        Ok(post)
    }

    /// Counts a post: at AspireX five in a day, of admins as many as they like; elsewhere one a minute.
    async fn may_post(&self, cx: &Context, by: &Member) -> Result<(), CommunityError> {
        let subject = format!("account:{}", by.id());
        match cx.product {
            Product::AspireX if by.membership.is(Role::Admin) => Ok(()),
            Product::AspireX => self.limits.take(cx, DAILY_POSTS, &subject).await.map_err(|error| match error {
                LimitError::Limited { wait } => CommunityError::PostedEnough { wait },
                LimitError::Store(error) => error.into(),
            }),
            Product::Codementee | Product::LeadBridge | Product::Mansa => Ok(self.limits.take(cx, POSTING, &subject).await?),
        }
    }

    /// A member's own post, hidden or not. Others learn nothing of one that is hidden.
    async fn own_post(&self, cx: &Context, by: &Member, id: PostId) -> Result<Stored<Post>, CommunityError> {
        let post = self.store.post(cx.product, id).await?.ok_or(CommunityError::NotFound("post"))?;
        if post.value.author.id == by.id() {
            return Ok(post);
        }
        visible(Some(post)).and(Err(CommunityError::NotTheAuthor))
    }

    /// The photos of authors, who have one each at the most, as what they wrote in.
    pub async fn photos(
        &self,
        cx: &Context,
        authors: impl Iterator<Item = &Author>,
    ) -> Result<HashMap<AccountId, FileKey>, CommunityError> {
        let people: Vec<_> = authors.map(|author| (author.id, author.role)).collect();
        Ok(self.store.photos(cx.product, people).await?)
    }

    /// The author writes his post anew, while it is open.
    pub async fn edit_post(&self, cx: &Context, by: &Member, id: PostId, writing: Writing) -> Result<Post, CommunityError> {
        may_write(cx, by)?;
        for _ in 0..ROUNDS {
            let before = visible(Some(self.own_post(cx, by, id).await?))?;
            if before.value.locked {
                return Err(CommunityError::Locked);
            }
            let after = before.value.rewritten(writing.clone(), cx.now);
            if self.store.change_post(&before, &after, &Record::default()).await? {
                return Ok(after);
            }
        }
        Err(kept_changing())
    }

    /// The author takes his post back, with or without a plan.
    pub async fn delete_post(&self, cx: &Context, by: &Member, id: PostId) -> Result<(), CommunityError> {
        by.must_be_active().map_err(|_| CommunityError::Paused)?;
        visible(Some(self.own_post(cx, by, id).await?))?;
        self.take_back(cx, by, id).await
    }

    /// The same, hidden or not.
    async fn take_back(&self, cx: &Context, by: &Member, id: PostId) -> Result<(), CommunityError> {
        by.must_be_active().map_err(|_| CommunityError::Paused)?;
        for _ in 0..ROUNDS {
            let before = self.own_post(cx, by, id).await?;
            if self.store.delete_post(&before, cx.now, &Record::default()).await? {
                return Ok(());
            }
        }
        Err(kept_changing())
    }

    /// Votes for or against a post, or takes the vote back. A member has one vote, however often he asks.
    pub async fn vote(&self, cx: &Context, by: &Member, id: PostId, vote: Option<Vote>) -> Result<Post, CommunityError> {
        may_write(cx, by)?;
        self.limits.take(cx, VOTING, &format!("account:{}", by.id())).await?;
        for _ in 0..ROUNDS {
            let VoteContext { post, vote: from, .. } = self.store.post_and_vote(cx.product, id, by.id()).await?;
            let post = visible(post)?.value;
            if from == vote {
                return Ok(post);
            }
            if let Some(post) = self.voted(cx, by, post, (from, vote), &Record::default()).await? {
                return Ok(post);
            }
        }
        Err(kept_changing())
    }

    /// The post with a member's vote changed from what was read; none when something changed meanwhile.
    async fn voted(
        &self,
        cx: &Context,
        by: &Member,
        post: Post,
        (from, to): (Option<Vote>, Option<Vote>),
        record: &Record,
    ) -> Result<Option<Post>, CommunityError> {
        match self.store.cast_vote((cx.product, post.id), by.id(), (from, to), cx.now, record).await {
            Ok(()) => {
                let (up, down) = community::swing(from, to);
                let (upvotes, downvotes) = (post.upvotes.saturating_add_signed(up), post.downvotes.saturating_add_signed(down));
                Ok(Some(Post { upvotes, downvotes, ..post }))
            }
            Err(TxError::Refused(VoteRefused::PostGone | VoteRefused::Moved)) => Ok(None),
            Err(TxError::Store(error)) => Err(error.into()),
        }
    }

    /// Reports a post to the moderators: once a member, until they have dealt with it.
    pub async fn report(&self, cx: &Context, by: &Member, id: PostId, reason: Reason) -> Result<(), CommunityError> {
        may_write(cx, by)?;
        self.limits.take(cx, REPORTING, &format!("account:{}", by.id())).await?;
        for _ in 0..ROUNDS {
            let ReportContext { post, case, report: last } = self.store.report_context(cx.product, id, by.id()).await?;
            let post = visible(post)?.value;
            let reported = |case: &ReportCase| last.as_ref().is_some_and(|last| last.case_of == case.opened_at);
            if case.as_ref().is_some_and(reported) {
                return Err(CommunityError::AlreadyReported);
            }
            let case = ReportCase {
                post_id: id,
                title: post.writing.title,
                author: post.author,
                reports: case.as_ref().map_or(0, |case| case.reports) + 1,
                last_reason: reason.clone(),
                opened_at: case.map_or(cx.now, |case| case.opened_at),
                last_reported_at: cx.now,
            };
            let reporter = Author::from(&by.membership);
            let (reason, case_of) = (reason.clone(), case.opened_at);
            let report = Report { post_id: id, reporter, reason, case_of, created_at: cx.now };
            match self.store.report_post(cx.product, &case, &report, last.as_ref()).await {
                Ok(()) => return Ok(()),
                Err(TxError::Refused(ReportRefused::PostGone | ReportRefused::Moved)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(kept_changing())
    }
}
