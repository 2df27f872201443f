//! Moderation: what members reported, and what becomes of posts and comments.

use crate::{
    shapes::{DossierShape, PostShape, ReportedPostShape},
    state::Deps,
};
use app::community::Community;
use axum::{Json, extract::State};
use domain::PostId;
use web::{
    AdminOnly, Answer, Caller, Listed, MODERATE_COMMENT, MODERATE_POST, PageQuery, PathId, Routes, moderate_comment,
    moderate_post,
};

pub(super) fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/admin/community/reports", "List the reported posts, the latest first", list_reported_posts)
        .get("/api/admin/community/hidden-posts", "List the hidden posts, newest first", list_hidden_posts)
        .get("/api/admin/community/posts/{id}", "Show a post, visible or hidden, with what was reported of it", show_dossier)
        .post("/api/admin/community/posts/{id}/moderate", MODERATE_POST, moderate_post)
        .post("/api/admin/community/comments/{id}/moderate", MODERATE_COMMENT, moderate_comment)
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
