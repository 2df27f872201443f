//! `/api/community/…`: the feed, its comments, likes and views, and what moderators do.

use super::{Deps, time_since};
use app::{
    Context,
    community::{Community, WithPhotos},
    portraits::PortraitFiles,
};
use axum::{
    Json,
    extract::{FromRef, State},
};
use domain::{
    AccountId, CommentId, Instant, PostId,
    account::Role,
    community::{Author, Category, Comment, CommunityText, Post, Reason, Report, ReportCase, ShortText, Tags, Writing},
    file::FileKey,
    text::Line,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;
use web::{
    About, AdminOnly, Answer, Bearer, Body, Caller, Created, Listed, MODERATE_COMMENT, MODERATE_POST, MaybeCaller, NoContent,
    PageQuery, PathId, Routes, about, moderate_comment, moderate_post, report_post,
};

/// What a person is called beside what he wrote: number and name.
fn username(author: &Author) -> String {
    match author.number {
        Some(number) => format!("{number} - {}", author.name),
        None => author.name.to_string(),
    }
}

fn role(author: &Author) -> &'static str {
    match author.role {
        Role::Admin => "admin",
        Role::Mentor => "mentor",
        Role::Mentee => "student",
    }
}

/// A post of the feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Post)]
struct PostShape {
    id: PostId,
    username: String,
    role: &'static str,
    profile_photo: Option<String>,
    text: CommunityText,
    created_at: Instant,
    time_since_posted: String,
    like_count: u64,
    comment_count: u64,
    views: u64,
    is_admin_post: bool,
    /// False for one that a moderator has hidden; its author still sees it.
    is_visible: bool,
}

impl PostShape {
    fn of(post: Post, faces: &Faces<'_>) -> Self {
        let cx = faces.cx;
        Self {
            id: post.id,
            username: username(&post.author),
            role: role(&post.author),
            profile_photo: faces.photo(&post.author),
            created_at: post.created_at,
            time_since_posted: time_since(post.created_at, cx.now),
            like_count: post.upvotes,
            comment_count: post.comment_count,
            views: post.views,
            is_admin_post: post.author.role == Role::Admin,
            is_visible: post.is_visible(),
            text: post.writing.content,
        }
    }
}

/// A comment on a post.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comment)]
struct CommentShape {
    id: CommentId,
    post: PostId,
    username: String,
    role: &'static str,
    profile_photo: Option<String>,
    text: CommunityText,
    created_at: Instant,
    time_since_posted: String,
}

impl CommentShape {
    fn of(comment: Comment, faces: &Faces<'_>) -> Self {
        let cx = faces.cx;
        Self {
            id: comment.id,
            post: comment.post_id,
            username: username(&comment.author),
            role: role(&comment.author),
            profile_photo: faces.photo(&comment.author),
            text: comment.content,
            created_at: comment.created_at,
            time_since_posted: time_since(comment.created_at, cx.now),
        }
    }
}

/// The feed, with what shows the faces of those who write in it.
#[derive(Debug, Clone)]
struct Feed {
    community: Community,
    files: PortraitFiles,
}

impl FromRef<Deps> for Feed {
    fn from_ref(deps: &Deps) -> Self {
        Self { community: deps.community.clone(), files: deps.portrait_files.clone() }
    }
}

/// The photos of some authors.
struct Faces<'a> {
    cx: &'a Context,
    files: &'a PortraitFiles,
    photos: HashMap<AccountId, FileKey>,
}

impl Feed {
    async fn faces<'a>(&'a self, cx: &'a Context, authors: impl Iterator<Item = &Author>) -> Answer<Faces<'a>> {
        let photos = self.community.photos(cx, authors).await?;
        Ok(Faces { cx, files: &self.files, photos })
    }

    fn posts(&self, cx: &Context, page: &PageQuery, found: WithPhotos<Post>) -> Listed<PostShape> {
        let faces = Faces { cx, files: &self.files, photos: found.photos };
        page.answer(found.page, |post| PostShape::of(post, &faces))
    }

    async fn comment(&self, caller: &Caller, post: PostId, text: ShortText) -> Answer<Created<CommentShape>> {
        let comment = self.community.comment(&caller.cx, &caller.member, post, text.into()).await?;
        let faces = self.faces(&caller.cx, std::iter::once(&comment.author)).await?;
        Ok(Created(CommentShape::of(comment.clone(), &faces)))
    }
}

impl Faces<'_> {
    /// A signed link to an author's photo.
    fn photo(&self, author: &Author) -> Option<String> {
        let photo = self.photos.get(&author.id)?;
        Some(self.files.address(self.cx, Some(photo))).filter(|address| !address.is_empty())
    }
}

async fn list_posts(State(feed): State<Feed>, bearer: Bearer, page: PageQuery) -> Answer<Listed<PostShape>> {
    let found = feed.community.posts_with_photos(&bearer.cx, page.request.clone());
    let (caller, found) = bearer.along(found).await?;
    Ok(feed.posts(&caller.cx, &page, found.shown_to(&caller.cx, &caller.member)?))
}

async fn list_own_posts(State(feed): State<Feed>, bearer: Bearer, page: PageQuery) -> Answer<Listed<PostShape>> {
    let found = feed.community.own_posts_with_photos(&bearer.cx, bearer.account, page.request.clone());
    let (caller, found) = bearer.along(found).await?;
    Ok(feed.posts(&caller.cx, &page, found?))
}

#[derive(Deserialize, ToSchema)]
struct WritePost {
    text: CommunityText,
}

async fn create_post(State(feed): State<Feed>, caller: Caller, Body(body): Body<WritePost>) -> Answer<Created<PostShape>> {
    let (title, category, tags) = (Line::default(), Category::default(), Tags::default());
    let writing = Writing { title, content: body.text, category, tags };
    let post = feed.community.write_post(&caller.cx, &caller.member, writing).await?;
    let faces = feed.faces(&caller.cx, std::iter::once(&post.author)).await?;
    Ok(Created(PostShape::of(post.clone(), &faces)))
}

async fn delete_post(State(community): State<Community>, caller: Caller, PathId(id): PathId<PostId>) -> Answer<NoContent> {
    community.remove_post(&caller.cx, &caller.member, id).await?;
    Ok(NoContent)
}

/// Whether one likes a post now, and how many do.
#[derive(Debug, Serialize, ToSchema)]
struct Liked {
    liked: bool,
    like_count: u64,
    likes: u64,
}

async fn toggle(community: &Community, caller: &Caller, id: PostId) -> Answer<Json<Liked>> {
    let (liked, post) = community.toggle_like(&caller.cx, &caller.member, id).await?;
    Ok(Json(Liked { liked, like_count: post.upvotes, likes: post.upvotes }))
}

async fn like_post(State(community): State<Community>, caller: Caller, PathId(id): PathId<PostId>) -> Answer<Json<Liked>> {
    toggle(&community, &caller, id).await
}

#[derive(Deserialize, ToSchema)]
struct NamedPost {
    post_id: PostId,
}

async fn like(State(community): State<Community>, caller: Caller, Body(body): Body<NamedPost>) -> Answer<Json<Liked>> {
    toggle(&community, &caller, body.post_id).await
}

#[derive(Debug, Serialize, ToSchema)]
struct Viewed {
    views: u64,
}

async fn view_post(State(community): State<Community>, caller: MaybeCaller, PathId(id): PathId<PostId>) -> Answer<Json<Viewed>> {
    let member = caller.sign_in.as_ref().map(|sign_in| &sign_in.member);
    Ok(Json(Viewed { views: community.view(&caller.cx, member, id).await? }))
}

async fn list_comments(
    State(feed): State<Feed>,
    bearer: Bearer,
    PathId(id): PathId<PostId>,
    page: PageQuery,
) -> Answer<Listed<CommentShape>> {
    let found = feed.community.comments_with_photos(&bearer.cx, id, page.request.clone());
    let (caller, found) = bearer.along(found).await?;
    let WithPhotos { page: comments, photos } = found.shown_to(&caller.cx, &caller.member)?;
    let faces = Faces { cx: &caller.cx, files: &feed.files, photos };
    Ok(page.answer(comments, |comment| CommentShape::of(comment, &faces)))
}

#[derive(Deserialize, ToSchema)]
struct WriteComment {
    text: ShortText,
}

async fn comment_on_post(
    State(feed): State<Feed>,
    caller: Caller,
    PathId(id): PathId<PostId>,
    Body(body): Body<WriteComment>,
) -> Answer<Created<CommentShape>> {
    feed.comment(&caller, id, body.text).await
}

#[derive(Deserialize, ToSchema)]
struct CreateComment {
    post_id: PostId,
    text: ShortText,
}

async fn comment(State(feed): State<Feed>, caller: Caller, Body(body): Body<CreateComment>) -> Answer<Created<CommentShape>> {
    feed.comment(&caller, body.post_id, body.text).await
}

async fn delete_comment(State(community): State<Community>, caller: Caller, PathId(id): PathId<CommentId>) -> Answer<NoContent> {
    community.delete_comment(&caller.cx, &caller.member, id).await?;
    Ok(NoContent)
}

/// A post that was reported; its id is the post's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedPost)]
struct ReportedPostShape {
    id: PostId,
    username: String,
    reports: u64,
    last_reason: Reason,
    first_reported_at: Instant,
    last_reported_at: Instant,
}

impl From<ReportCase> for ReportedPostShape {
    fn from(case: ReportCase) -> Self {
        Self {
            id: case.post_id,
            username: username(&case.author),
            reports: case.reports,
            last_reason: case.last_reason,
            first_reported_at: case.opened_at,
            last_reported_at: case.last_reported_at,
        }
    }
}

async fn list_reported(
    State(community): State<Community>,
    caller: Caller<AdminOnly>,
    page: PageQuery,
) -> Answer<Listed<ReportedPostShape>> {
    Ok(page.answer(community.reported_posts(&caller.cx, page.request.clone()).await?, ReportedPostShape::from))
}

async fn list_hidden(State(feed): State<Feed>, bearer: Bearer<AdminOnly>, page: PageQuery) -> Answer<Listed<PostShape>> {
    let found = feed.community.hidden_posts_with_photos(&bearer.cx, page.request.clone());
    let (caller, found) = bearer.along(found).await?;
    Ok(feed.posts(&caller.cx, &page, found?))
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Report)]
struct ReportShape {
    username: String,
    reason: Reason,
    created_at: Instant,
}

impl From<Report> for ReportShape {
    fn from(report: Report) -> Self {
        Self { username: username(&report.reporter), reason: report.reason, created_at: report.created_at }
    }
}

/// What a moderator decides on: the post, its newest comments, and the reports that wait.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dossier)]
struct DossierShape {
    post: PostShape,
    comments: Vec<CommentShape>,
    hidden_comments: Vec<CommentShape>,
    reports: Vec<ReportShape>,
}

async fn show_dossier(
    State(feed): State<Feed>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<PostId>,
) -> Answer<Json<DossierShape>> {
    let dossier = feed.community.dossier(&caller.cx, id).await?;
    let said = dossier.comments.iter().chain(&dossier.hidden_comments).map(|comment| &comment.author);
    let faces = feed.faces(&caller.cx, said.chain([&dossier.post.author])).await?;
    let shown = |comments: Vec<Comment>| comments.into_iter().map(|comment| CommentShape::of(comment, &faces)).collect();
    Ok(Json(DossierShape {
        post: PostShape::of(dossier.post, &faces),
        comments: shown(dossier.comments),
        hidden_comments: shown(dossier.hidden_comments),
        reports: dossier.reports.into_iter().map(ReportShape::from).collect(),
    }))
}

const WRITE: &[&str] = &["ACCOUNT_PAUSED"];
const DELETE: About =
    about("Take a post away: one's own, or as an admin anybody's").forbidden(&["ACCOUNT_PAUSED", "NOT_THE_AUTHOR"]);
const LIKE: About = about("Like a post, or like it no more").forbidden(WRITE).not_found();
const COMMENT: About = about("Comment on a post").forbidden(WRITE).not_found().conflict(&["POST_LOCKED"]);
const COMMENTS: &str = "List a post's comments, newest first";

pub(super) fn routes<R: Routes<Deps>>(routes: R) -> R {
    let routes = routes
        .get("/api/community/posts", "List the posts, newest first", list_posts)
        .post("/api/community/posts", about("Write a post; five in a day").forbidden(WRITE), create_post)
        .get("/api/community/my-posts", "List one's own posts, hidden ones too", list_own_posts)
        .delete("/api/community/posts/{id}", DELETE, delete_post)
        .delete("/api/community/delete-post/{id}", DELETE, delete_post)
        .post("/api/community/posts/{id}/like", LIKE, like_post)
        .post("/api/community/like", LIKE, like)
        .post("/api/community/posts/{id}/view", "Count that somebody looks at a post; each person once", view_post);
    routes
        .get("/api/community/posts/{id}/comments", COMMENTS, list_comments)
        .get("/api/community/comments/{id}", COMMENTS, list_comments)
        .post("/api/community/posts/{id}/comment", COMMENT, comment_on_post)
        .post("/api/community/comment", COMMENT, comment)
        .delete(
            "/api/community/comments/{id}",
            about("Take one's own comment back").forbidden(&["ACCOUNT_PAUSED", "NOT_THE_AUTHOR"]),
            delete_comment,
        )
        .post(
            "/api/community/posts/{id}/report",
            about("Report a post to the moderators").forbidden(WRITE).conflict(&["ALREADY_REPORTED"]),
            report_post,
        )
        .get("/api/community/reports", "List the reported posts, the latest first", list_reported)
        .get("/api/community/hidden-posts", "List the hidden posts, newest first", list_hidden)
        .get("/api/community/posts/{id}/dossier", "Show a post, visible or hidden, with what was reported of it", show_dossier)
        .post("/api/community/posts/{id}/moderate", MODERATE_POST, moderate_post)
        .post("/api/community/comments/{id}/moderate", MODERATE_COMMENT, moderate_comment)
}
