use app::community::Dossier;
use domain::{
    AccountId, CommentId, Instant, PostId,
    community::{Category, Comment, Post, Report, ReportCase, Standing, Tag},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A post of the community.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Post)]
pub struct PostShape {
    id: PostId,
    author_id: AccountId,
    author_name: String,
    author_role: &'static str,
    title: String,
    content: String,
    category: Category,
    tags: Vec<Tag>,
    upvotes: u64,
    downvotes: u64,
    comment_count: u64,
    standing: Standing,
    locked: bool,
    /// Why a moderator has hidden it.
    hidden_because: Option<String>,
    created_at: Instant,
    updated_at: Instant,
}

impl From<Post> for PostShape {
    fn from(post: Post) -> Self {
        let (author, writing) = (post.author, post.writing);
        Self {
            id: post.id,
            author_id: author.id,
            author_name: author.name.to_string(),
            author_role: author.role.as_str(),
            title: writing.title.to_string(),
            content: writing.content.to_string(),
            category: writing.category,
            tags: writing.tags.iter().cloned().collect(),
            upvotes: post.upvotes,
            downvotes: post.downvotes,
            comment_count: post.comment_count,
            standing: post.standing,
            locked: post.locked,
            hidden_because: post.hidden_because.map(|reason| reason.to_string()),
            created_at: post.created_at,
            updated_at: post.updated_at,
        }
    }
}

/// A comment on a post.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comment)]
pub struct CommentShape {
    id: CommentId,
    post_id: PostId,
    author_id: AccountId,
    author_name: String,
    author_role: &'static str,
    content: String,
    standing: Standing,
    created_at: Instant,
    updated_at: Instant,
}

impl From<Comment> for CommentShape {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id,
            post_id: comment.post_id,
            author_id: comment.author.id,
            author_name: comment.author.name.to_string(),
            author_role: comment.author.role.as_str(),
            content: comment.content.to_string(),
            standing: comment.standing,
            created_at: comment.created_at,
            updated_at: comment.updated_at,
        }
    }
}

fn shown(comments: Vec<Comment>) -> Vec<CommentShape> {
    comments.into_iter().map(CommentShape::from).collect()
}

/// A post with its newest comments; `comment_count` says how many there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Discussion)]
pub struct DiscussionShape {
    #[serde(flatten)]
    post: PostShape,
    comments: Vec<CommentShape>,
}

impl From<(Post, Vec<Comment>)> for DiscussionShape {
    fn from((post, comments): (Post, Vec<Comment>)) -> Self {
        Self { post: post.into(), comments: shown(comments) }
    }
}

/// A member's report of a post.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Report)]
struct ReportShape {
    reporter_id: AccountId,
    reporter_name: String,
    reason: String,
    created_at: Instant,
}

impl From<Report> for ReportShape {
    fn from(report: Report) -> Self {
        Self {
            reporter_id: report.reporter.id,
            reporter_name: report.reporter.name.to_string(),
            reason: report.reason.to_string(),
            created_at: report.created_at,
        }
    }
}

/// Everything about a post that a moderator decides on: up to 100 of its newest comments, as many hidden ones, and
/// the reports that wait.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dossier)]
pub struct DossierShape {
    #[serde(flatten)]
    post: PostShape,
    comments: Vec<CommentShape>,
    hidden_comments: Vec<CommentShape>,
    reports: Vec<ReportShape>,
}

impl From<Dossier> for DossierShape {
    fn from(dossier: Dossier) -> Self {
        Self {
            post: dossier.post.into(),
            comments: shown(dossier.comments),
            hidden_comments: shown(dossier.hidden_comments),
            reports: dossier.reports.into_iter().map(ReportShape::from).collect(),
        }
    }
}

/// A post that was reported; its id is the post's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedPost)]
pub struct ReportedPostShape {
    id: PostId,
    title: String,
    author_id: AccountId,
    author_name: String,
    reports: u64,
    last_reason: String,
    first_reported_at: Instant,
    last_reported_at: Instant,
}

impl From<ReportCase> for ReportedPostShape {
    fn from(case: ReportCase) -> Self {
        Self {
            id: case.post_id,
            title: case.title.to_string(),
            author_id: case.author.id,
            author_name: case.author.name.to_string(),
            reports: case.reports,
            last_reason: case.last_reason.to_string(),
            first_reported_at: case.opened_at,
            last_reported_at: case.last_reported_at,
        }
    }
}
