//! `/api/auth/…`: what people do about their own account: their data, leaving.

use crate::{
    auth::AuthDeps,
    shapes::{ExportShape, Message},
};
use app::{care::Care, export::Export};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{About, Answer, ApiError, Body, Caller, Download, Face, Query, Routes, WithCookie, about, clear_cookie};

#[derive(Deserialize, ToSchema)]
struct DeleteAccount {
    /// The caller's own; empty for an account that has none.
    #[schema(format = Password)]
    password: String,
}

/// Ends the session with the account; a browser also forgets its cookie.
async fn delete_me(
    State(care): State<Care>,
    State(face): State<Face>,
    caller: Caller,
    Body(body): Body<DeleteAccount>,
) -> Answer<WithCookie<Message>> {
    care.leave(&caller.cx, &caller.member, &body.password).await?;
    Ok(WithCookie { answer: Message { message: "Your account is deleted" }, cookie: clear_cookie(face.same_site()) })
}

#[derive(Deserialize, ToSchema)]
struct ExportQuery {
    /// Where the part before ended: its `X-Next-Cursor`.
    cursor: Option<String>,
}

/// A cursor is good for the export of one person.
async fn export(
    State(export): State<Export>,
    State(face): State<Face>,
    caller: Caller,
    Query(query): Query<ExportQuery>,
) -> Answer<Download<ExportShape>> {
    let list = format!("export:{}", caller.member.id());
    let unknown = || ApiError::invalid("cursor", "This cursor is not from this list");
    let from = query.cursor.map(|cursor| face.cursors.open(&list, &cursor).ok_or_else(unknown)).transpose()?;
    let mut part = export.part(&caller.cx, &caller.member, from).await?;
    let next = part.next.take().and_then(|bookmark| face.cursors.seal(&list, &bookmark));
    let content = ExportShape::new(&caller.member, &caller.session, part, caller.cx.now);
    Ok(Download { content, disposition: "attachment; filename=\"leadbridge-export.json\"", next })
}

const DELETE: About = about("Delete one's account").forbidden(&["WRONG_PASSWORD"]).conflict(&["LAST_ADMIN"]);

/// The routes of account care, which the group of accounts serves.
pub fn routes<R: Routes<AuthDeps>>(routes: R) -> R {
    routes.delete("/api/auth/me", DELETE, delete_me).post("/api/auth/delete-account", DELETE, delete_me).get(
        "/api/auth/export",
        "Download what is kept of oneself, part by part",
        export,
    )
}
