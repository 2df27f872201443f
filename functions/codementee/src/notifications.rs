//! `/api/notifications…`: the notices that a member reads in the product.

use crate::{
    shapes::{Message, NoticeShape},
    state::Deps,
};
use app::inbox::Inbox;
use axum::{Json, extract::State};
use domain::EventId;
use web::{Answer, Caller, PageQuery, PathId, Routes, WithUnread};

async fn list_notices(State(inbox): State<Inbox>, caller: Caller, page: PageQuery) -> Answer<WithUnread<NoticeShape>> {
    let (notices, unread) = inbox.list(&caller.cx, caller.member.id(), page.request.clone()).await?;
    Ok(WithUnread { list: page.answer(notices, NoticeShape::from), unread })
}

async fn read_notice(State(inbox): State<Inbox>, caller: Caller, PathId(id): PathId<EventId>) -> Answer<Json<Message>> {
    inbox.read(&caller.cx, caller.member.id(), id).await?;
    Ok(Json(Message { message: "The notice is read" }))
}

async fn read_all_notices(State(inbox): State<Inbox>, caller: Caller) -> Answer<Json<Message>> {
    inbox.read_all(&caller.cx, caller.member.id()).await?;
    Ok(Json(Message { message: "All notices are read" }))
}

/// The routes of notices, which the group of interviews serves.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/notifications", "List one's own notices, newest first", list_notices)
        .put("/api/notifications/read-all", "Mark all of one's notices as read", read_all_notices)
        .put("/api/notifications/{id}/read", "Mark one of one's notices as read", read_notice)
}
