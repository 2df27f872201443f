//! `/api/auth/…`: what people do about their own account: another address, another name, their data, leaving.

use crate::{
    forms::null_as_default,
    shapes::{ExportShape, Message, User},
    state::Deps,
};
use app::{
    care::{Care, Profile},
    export::Export,
};
use axum::{Json, extract::State};
use domain::text::{Email, Line, PersonName};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    About, Answer, ApiError, Body, Caller, Download, Face, HtmlPage, Query, Routes, Visitor, WithCookie, about, clear_cookie,
};

#[derive(Deserialize, ToSchema)]
struct ChangeEmail {
    new_email: Email,
    /// The caller's own, unless the account has none.
    #[serde(default, deserialize_with = "null_as_default")]
    #[schema(value_type = Option<String>, format = Password)]
    password: String,
}

/// Answers the same whoever has the new address.
async fn change_email(State(care): State<Care>, caller: Caller, Body(body): Body<ChangeEmail>) -> Answer<Json<Message>> {
    care.ask_for_email(&caller.cx, &caller.member, body.new_email, &body.password).await?;
    Ok(Json(Message { message: "A link to confirm the new address is on its way to it" }))
}

#[derive(Deserialize, ToSchema)]
struct ConfirmEmail {
    token: String,
}

async fn confirm_email(State(care): State<Care>, Visitor(cx): Visitor, Body(body): Body<ConfirmEmail>) -> Answer<Json<Message>> {
    care.confirm_email(&cx, &body.token).await?;
    Ok(Json(Message { message: "Your address is changed. Please log in with it." }))
}

/// The page behind the mailed link. Opening it changes nothing: mail programs open links by themselves. Its policy
/// lets only its own style and script run, each named by its hash.
async fn confirm_email_page() -> HtmlPage {
    const PAGE: &str = include_str!("../pages/confirm-email.html");
    const POLICY: &str = "default-src 'none'; style-src 'sha256-WRFuTo6suVDEPz313G30CSDtVOGyshQ0EjGut0jzfxA='; script-src 'sha256-ZYlvPBoxvg6ONR7PoMQzxyfl1RihEldQlDMEJi6GVhk='; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    HtmlPage { html: PAGE.into(), policy: POLICY }
}

#[derive(Deserialize, ToSchema)]
struct UpdateProfile {
    name: PersonName,
    /// Stays as it is when it is missing.
    current_role: Option<Line<100>>,
    /// Stays as it is when it is missing.
    target_role: Option<Line<100>>,
}

async fn update_me(State(care): State<Care>, caller: Caller, Body(body): Body<UpdateProfile>) -> Answer<Json<User>> {
    let UpdateProfile { name, current_role, target_role } = body;
    let profile = Profile { name, current_role, target_role };
    let membership = care.change_profile(&caller.cx, &caller.member, profile).await?;
    Ok(Json(User::new(&membership, caller.cx.now)))
}

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
    Ok(Download { content, disposition: "attachment; filename=\"codementee-export.json\"", next })
}

const DELETE: About = about("Delete one's account").forbidden(&["WRONG_PASSWORD"]).conflict(&["LAST_ADMIN"]);

/// The routes of account care, which the group of accounts serves.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .put("/api/auth/me", "Change one's name and roles", update_me)
        .delete("/api/auth/me", DELETE, delete_me)
        .post("/api/auth/delete-account", DELETE, delete_me)
        .get("/api/auth/export", "Download what is kept of oneself, part by part", export)
        .post("/api/auth/change-email", about("Have a link mailed to a new address").forbidden(&["WRONG_PASSWORD"]), change_email)
        .get("/api/auth/confirm-email", "Show the page behind that link", confirm_email_page)
        .post(
            "/api/auth/confirm-email",
            about("Change one's address by a mailed link").bad_request(&["LINK_EXPIRED", "EMAIL_TAKEN"]),
            confirm_email,
        )
}
