//! What members report and moderators decide, at every product with a community.

use crate::{About, AdminOnly, Answer, Body, Caller, Message, PathId, about};
use app::community::Community;
use axum::{Json, extract::State};
use domain::{
    CommentId, PostId,
    community::{CommentAction, PostAction, Reason},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// What is said of [`moderate_post`].
pub const MODERATE_POST: About =
    about("Hide, show, lock, unlock or delete a post, or dismiss its reports").conflict(&["MODERATION_NOT_APPLICABLE"]);

/// What is said of [`moderate_comment`].
pub const MODERATE_COMMENT: About = about("Hide, show or delete a comment").conflict(&["MODERATION_NOT_APPLICABLE"]);

#[derive(Debug, Deserialize, ToSchema)]
pub struct ReportPost {
    reason: Reason,
}

/// Reports a post to the moderators.
pub async fn report_post(
    State(community): State<Community>,
    caller: Caller,
    PathId(id): PathId<PostId>,
    Body(body): Body<ReportPost>,
) -> Answer<Json<Message>> {
    community.report(&caller.cx, &caller.member, id, body.reason).await?;
    Ok(Json(Message { message: "Thank you. A moderator will look at it." }))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ModeratePost {
    action: PostAction,
    reason: Reason,
}

/// Carries out what a moderator decided of a post.
pub async fn moderate_post(
    State(community): State<Community>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<PostId>,
    Body(body): Body<ModeratePost>,
) -> Answer<Json<Message>> {
    community.moderate_post(&caller.cx, id, body.action, &body.reason).await?;
    Ok(Json(Message { message: "Done" }))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ModerateComment {
    action: CommentAction,
    reason: Reason,
}

/// Carries out what a moderator decided of a comment.
pub async fn moderate_comment(
    State(community): State<Community>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<CommentId>,
    Body(body): Body<ModerateComment>,
) -> Answer<Json<Message>> {
    community.moderate_comment(&caller.cx, id, body.action, &body.reason).await?;
    Ok(Json(Message { message: "Done" }))
}
