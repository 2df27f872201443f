//! `/api/community/…`: posts, comments and votes, for whoever has a plan that runs, mentors and admins (F-8).

use crate::{
    forms::null_as_default,
    shapes::{CommentShape, DiscussionShape, Message, PostShape},
    state::Deps,
};
use app::{Platform, community::Community};
use axum::{Json, Router, extract::State};
use domain::{
    CommentId, PostId,
    community::{Category, CommunityText, Tags, Vote, Writing},
    text::Line,
};
use gateways::settings::SettingError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{About, Answer, Bearer, Body, Caller, Complete, Listed, PageQuery, PathId, Query, Routes, about, report_post};

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    Ok(routes(Router::new()).with_state(Deps::new(platform)?))
}

const READ: &[&str] = &["TIER_UPGRADE_REQUIRED", "MENTOR_NOT_APPROVED"];
const WRITE: &[&str] = &["ACCOUNT_PAUSED", "TIER_UPGRADE_REQUIRED", "MENTOR_NOT_APPROVED"];
const EDIT: &[&str] = &["ACCOUNT_PAUSED", "TIER_UPGRADE_REQUIRED", "MENTOR_NOT_APPROVED", "NOT_THE_AUTHOR"];
const DELETE: &[&str] = &["ACCOUNT_PAUSED", "NOT_THE_AUTHOR"];

async fn list_categories(State(community): State<Community>, caller: Caller) -> Answer<Complete<Category>> {
    Ok(Complete(community.categories(&caller.cx, &caller.member)?.into()))
}

#[derive(Deserialize, ToSchema)]
struct PostFilter {
    category: Option<Category>,
}

async fn list_posts(
    State(community): State<Community>,
    bearer: Bearer,
    Query(filter): Query<PostFilter>,
    page: PageQuery,
) -> Answer<Listed<PostShape>> {
    let (caller, posts) = bearer.along(community.posts(&bearer.cx, filter.category, page.request.clone())).await?;
    Ok(page.answer(posts.shown_to(&caller.cx, &caller.member)?, PostShape::from))
}

async fn list_own_posts(State(community): State<Community>, caller: Caller, page: PageQuery) -> Answer<Listed<PostShape>> {
    let posts = community.own_posts(&caller.cx, caller.member.id(), page.request.clone()).await?;
    Ok(page.answer(posts, PostShape::from))
}

/// The documents ask for the content alone; the client sends all of it.
#[derive(Deserialize, ToSchema)]
struct WritePost {
    #[serde(default, deserialize_with = "null_as_default")]
    title: Line<200>,
    content: CommunityText,
    #[serde(default, deserialize_with = "null_as_default")]
    category: Category,
    #[serde(default, deserialize_with = "null_as_default")]
    tags: Tags,
}

impl From<WritePost> for Writing {
    fn from(WritePost { title, content, category, tags }: WritePost) -> Self {
        Self { title, content, category, tags }
    }
}

async fn create_post(State(community): State<Community>, caller: Caller, Body(body): Body<WritePost>) -> Answer<Json<PostShape>> {
    Ok(Json(community.write_post(&caller.cx, &caller.member, body.into()).await?.into()))
}

async fn show_post(
    State(community): State<Community>,
    caller: Caller,
    PathId(id): PathId<PostId>,
) -> Answer<Json<DiscussionShape>> {
    Ok(Json(community.discussion(&caller.cx, &caller.member, id).await?.into()))
}

async fn edit_post(
    State(community): State<Community>,
    caller: Caller,
    PathId(id): PathId<PostId>,
    Body(body): Body<WritePost>,
) -> Answer<Json<PostShape>> {
    Ok(Json(community.edit_post(&caller.cx, &caller.member, id, body.into()).await?.into()))
}

async fn delete_post(State(community): State<Community>, caller: Caller, PathId(id): PathId<PostId>) -> Answer<Json<Message>> {
    community.delete_post(&caller.cx, &caller.member, id).await?;
    Ok(Json(Message { message: "Post deleted" }))
}

/// A vote in words; `none` takes it back.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum VoteWord {
    Up,
    Down,
    None,
}

#[derive(Deserialize, ToSchema)]
struct CastVote {
    vote: VoteWord,
}

#[derive(Serialize, ToSchema)]
struct Voted {
    vote: VoteWord,
    upvotes: u64,
    downvotes: u64,
}

async fn vote_on_post(
    State(community): State<Community>,
    caller: Caller,
    PathId(id): PathId<PostId>,
    Body(CastVote { vote }): Body<CastVote>,
) -> Answer<Json<Voted>> {
    let cast = match vote {
        VoteWord::Up => Some(Vote::Up),
        VoteWord::Down => Some(Vote::Down),
        VoteWord::None => None,
    };
    let post = community.vote(&caller.cx, &caller.member, id, cast).await?;
    Ok(Json(Voted { vote, upvotes: post.upvotes, downvotes: post.downvotes }))
}

async fn list_comments(
    State(community): State<Community>,
    bearer: Bearer,
    PathId(id): PathId<PostId>,
    page: PageQuery,
) -> Answer<Listed<CommentShape>> {
    let (caller, comments) = bearer.along(community.comments(&bearer.cx, id, page.request.clone())).await?;
    Ok(page.answer(comments.shown_to(&caller.cx, &caller.member)?, CommentShape::from))
}

async fn list_own_comments(State(community): State<Community>, caller: Caller, page: PageQuery) -> Answer<Listed<CommentShape>> {
    let comments = community.own_comments(&caller.cx, &caller.member, page.request.clone()).await?;
    Ok(page.answer(comments, CommentShape::from))
}

#[derive(Deserialize, ToSchema)]
struct CreateComment {
    post_id: PostId,
    content: CommunityText,
}

async fn create_comment(
    State(community): State<Community>,
    caller: Caller,
    Body(body): Body<CreateComment>,
) -> Answer<Json<CommentShape>> {
    Ok(Json(community.comment(&caller.cx, &caller.member, body.post_id, body.content).await?.into()))
}

#[derive(Deserialize, ToSchema)]
struct WriteComment {
    content: CommunityText,
}

async fn comment_on_post(
    State(community): State<Community>,
    caller: Caller,
    PathId(id): PathId<PostId>,
    Body(body): Body<WriteComment>,
) -> Answer<Json<CommentShape>> {
    Ok(Json(community.comment(&caller.cx, &caller.member, id, body.content).await?.into()))
}

async fn edit_comment(
    State(community): State<Community>,
    caller: Caller,
    PathId(id): PathId<CommentId>,
    Body(body): Body<WriteComment>,
) -> Answer<Json<CommentShape>> {
    Ok(Json(community.edit_comment(&caller.cx, &caller.member, id, body.content).await?.into()))
}

async fn delete_comment(
    State(community): State<Community>,
    caller: Caller,
    PathId(id): PathId<CommentId>,
) -> Answer<Json<Message>> {
    community.delete_comment(&caller.cx, &caller.member, id).await?;
    Ok(Json(Message { message: "Comment deleted" }))
}

const LIST: About = about("List the posts, newest first").forbidden(READ);
const WRITE_POST: About = about("Write a post").forbidden(WRITE);
const SHOW: About = about("Show a post with its newest comments").forbidden(READ);
const COMMENT: About = about("Comment on a post").forbidden(WRITE).not_found().conflict(&["POST_LOCKED"]);

/// The group's list of routes. The documents say `forum-posts` and the client `posts`.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    let routes = routes
        .get("/api/community/categories", about("List the categories of posts").forbidden(READ), list_categories)
        .get("/api/community/posts", LIST, list_posts)
        .get("/api/community/forum-posts", LIST, list_posts)
        .get("/api/community/my-posts", "List one's own posts, hidden ones too", list_own_posts)
        .post("/api/community/posts", WRITE_POST, create_post)
        .post("/api/community/forum-posts", WRITE_POST, create_post)
        .get("/api/community/posts/{id}", SHOW, show_post)
        .get("/api/community/forum-posts/{id}", SHOW, show_post);
    routes
        .put(
            "/api/community/posts/{id}",
            about("Write one's own post anew").forbidden(EDIT).conflict(&["POST_LOCKED"]),
            edit_post,
        )
        .delete("/api/community/posts/{id}", about("Take one's own post back").forbidden(DELETE), delete_post)
        .post(
            "/api/community/posts/{id}/vote",
            about("Vote for or against a post, or take the vote back").forbidden(WRITE),
            vote_on_post,
        )
        .post(
            "/api/community/posts/{id}/report",
            about("Report a post to the moderators").forbidden(WRITE).conflict(&["ALREADY_REPORTED"]),
            report_post,
        )
        .get("/api/community/posts/{id}/comments", about("List a post's comments, newest first").forbidden(READ), list_comments)
        .get("/api/community/my-comments", "List one's own comments, hidden ones too", list_own_comments)
        .post("/api/community/posts/{id}/comments", COMMENT, comment_on_post)
        .post("/api/community/comments", COMMENT, create_comment)
        .put(
            "/api/community/comments/{id}",
            about("Write one's own comment anew").forbidden(EDIT).conflict(&["POST_LOCKED"]),
            edit_comment,
        )
        .delete("/api/community/comments/{id}", about("Take one's own comment back").forbidden(DELETE), delete_comment)
}
