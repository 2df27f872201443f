//! `/api/notifications`, `/api/student/messages`: what one was told.

use super::AccountsDeps;
use crate::shapes::{MessageShape, NotificationShape};
use app::inbox::Inbox;
use axum::{Json, extract::State};
use domain::EventId;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Caller, Listed, MenteeOnly, MentorOnly, PageQuery, PathId, RoleRule, Routes, WithUnread};

async fn list_notifications(
    State(inbox): State<Inbox>,
    caller: Caller,
    page: PageQuery,
) -> Answer<WithUnread<NotificationShape>> {
    let (notices, unread) = inbox.list_and_count(&caller.cx, caller.member.id(), page.request.clone()).await?;
    Ok(WithUnread { list: page.answer(notices, NotificationShape::from), unread })
}

async fn list_messages<R: RoleRule>(
    State(inbox): State<Inbox>,
    caller: Caller<R>,
    page: PageQuery,
) -> Answer<Listed<MessageShape>> {
    let notices = inbox.list(&caller.cx, caller.member.id(), page.request.clone()).await?;
    Ok(page.answer(notices, MessageShape::from))
}

#[derive(Serialize, ToSchema)]
struct Unread {
    /// 100 also stands for more.
    unread_count: usize,
}

async fn unread_count(State(inbox): State<Inbox>, caller: Caller) -> Answer<Json<Unread>> {
    Ok(Json(Unread { unread_count: inbox.unread(&caller.cx, caller.member.id()).await? }))
}

#[derive(Serialize, ToSchema)]
struct Read {
    message: &'static str,
}

async fn read_notification(State(inbox): State<Inbox>, caller: Caller, PathId(id): PathId<EventId>) -> Answer<Json<Read>> {
    inbox.read(&caller.cx, caller.member.id(), id).await?;
    Ok(Json(Read { message: "Marked as read" }))
}

async fn read_all_notifications(State(inbox): State<Inbox>, caller: Caller) -> Answer<Json<Read>> {
    inbox.read_all(&caller.cx, caller.member.id()).await?;
    Ok(Json(Read { message: "Marked as read" }))
}

pub(super) fn routes<R: Routes<AccountsDeps>>(routes: R) -> R {
    routes
        .get("/api/notifications", "List one's own notices", list_notifications)
        .get("/api/notifications/unread-count", "Say how many notices are unread", unread_count)
        .post("/api/notifications/read-all", "Mark all notices as read", read_all_notifications)
        .post("/api/notifications/{id}/read", "Mark a notice as read", read_notification)
        .get("/api/student/messages", "List one's own notices as messages", list_messages::<MenteeOnly>)
        .get("/api/mentor/messages", "List one's own notices as messages", list_messages::<MentorOnly>)
}
