//! The notices that a member reads in a product, alike on every face.

use crate::{Answer, Caller, Message, PageQuery, PathId, WithUnread};
use app::inbox::Inbox;
use axum::{Json, extract::State};
use domain::{EventId, Instant, notice::InAppNotice};
use serde::Serialize;
use utoipa::ToSchema;

/// A notice to the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notice {
    id: EventId,
    kind: String,
    title: String,
    message: String,
    /// Where the web client shows more of it.
    link: Option<String>,
    read: bool,
    created_at: Instant,
    read_at: Option<Instant>,
}

impl From<InAppNotice> for Notice {
    fn from(notice: InAppNotice) -> Self {
        let InAppNotice { id, kind, title, message, link, created_at, read_at, .. } = notice;
        Self { id, kind, title, message, link, read: read_at.is_some(), created_at, read_at }
    }
}

/// Lists one's own, newest first.
pub async fn list_notices(State(inbox): State<Inbox>, caller: Caller, page: PageQuery) -> Answer<WithUnread<Notice>> {
    let (notices, unread) = inbox.list_and_count(&caller.cx, caller.member.id(), page.request.clone()).await?;
    Ok(WithUnread { list: page.answer(notices, Notice::from), unread })
}

/// Marks one as read.
pub async fn read_notice(State(inbox): State<Inbox>, caller: Caller, PathId(id): PathId<EventId>) -> Answer<Json<Message>> {
    inbox.read(&caller.cx, caller.member.id(), id).await?;
    Ok(Json(Message { message: "The notice is read" }))
}

/// Marks all as read.
pub async fn read_all_notices(State(inbox): State<Inbox>, caller: Caller) -> Answer<Json<Message>> {
    inbox.read_all(&caller.cx, caller.member.id()).await?;
    Ok(Json(Message { message: "All notices are read" }))
}
