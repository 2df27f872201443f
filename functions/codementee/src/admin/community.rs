//! Moderation: what members reported, and what becomes of posts and comments.

use crate::{
    shapes::{DossierShape, Message, PostShape, ReportedPostShape},
    state::Deps,
};
use app::community::Community;
use axum::{Json, extract::State};
use domain::{
    CommentId, PostId,
    community::{CommentAction, PostAction, Reason},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{AdminOnly, Answer, Body, Caller, Listed, PageQuery, PathId, Routes, about};

pub(super) fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/admin/community/reports", "List the reported posts, the latest first", list_reported_posts)
        .get("/api/admin/community/hidden-posts", "List the hidden posts, newest first", list_hidden_posts)
        .get("/api/admin/community/posts/{id}", "Show a post, visible or hidden, with what was reported of it", show_dossier)
        .post(
            "/api/admin/community/posts/{id}/moderate",
            about("Hide, show, lock, unlock or delete a post, or dismiss its reports").conflict(&["MODERATION_NOT_APPLICABLE"]),
            moderate_post,
        )
        .post(
            "/api/admin/community/comments/{id}/moderate",
            about("Hide, show or delete a comment").conflict(&["MODERATION_NOT_APPLICABLE"]),
            moderate_comment,
        )
}

async fn list_reported_posts(
    State(community): State<Community>,
    caller: Caller<AdminOnly>,
    page: PageQuery,
) -> Answer<Listed<ReportedPostShape>> {
    let cases = community.reported_posts(&caller.cx, page.request.clone()).await?;
    Ok(page.answer(cases, ReportedPostShape::from))
}

async fn list_hidden_posts(
    State(community): State<Community>,
    caller: Caller<AdminOnly>,
    page: PageQuery,
) -> Answer<Listed<PostShape>> {
    Ok(page.answer(community.hidden_posts(&caller.cx, page.request.clone()).await?, PostShape::from))
}

async fn show_dossier(
    State(community): State<Community>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<PostId>,
) -> Answer<Json<DossierShape>> {
    Ok(Json(community.dossier(&caller.cx, id).await?.into()))
}

#[derive(Deserialize, ToSchema)]
struct ModeratePost {
    action: PostAction,
    reason: Reason,
}

async fn moderate_post(
    State(community): State<Community>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<PostId>,
    Body(body): Body<ModeratePost>,
) -> Answer<Json<Message>> {
    community.moderate_post(&caller.cx, id, body.action, &body.reason).await?;
    Ok(Json(Message { message: "Done" }))
}

#[derive(Deserialize, ToSchema)]
struct ModerateComment {
    action: CommentAction,
    reason: Reason,
}

async fn moderate_comment(
    State(community): State<Community>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<CommentId>,
    Body(body): Body<ModerateComment>,
) -> Answer<Json<Message>> {
    community.moderate_comment(&caller.cx, id, body.action, &body.reason).await?;
    Ok(Json(Message { message: "Done" }))
}
