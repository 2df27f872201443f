//! `/api/auth/…`: what people do about their own account: another address, another name, their data, leaving.

use crate::{
    forms::null_as_default,
    shapes::{ExportShape, Message, User},
    state::Deps,
};
use app::care::{Care, Profile};
use axum::{Json, extract::State};
use domain::text::{Email, Line, PersonName};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, Body, Caller, DELETE_ME, DeleteAccount, EXPORT, HtmlPage, Routes, Visitor, about, delete_me, export, link_page,
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

async fn confirm_email_page() -> HtmlPage {
    let sentence = "From now on your account uses the address to which this link was mailed. You are then signed out everywhere.";
    link_page("Confirm your address", sentence, "Confirm")
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

/// The routes of account care, which the group of accounts serves.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .put("/api/auth/me", "Change one's name and roles", update_me)
        .delete("/api/auth/me", DELETE_ME, delete_me::<DeleteAccount>)
        .post("/api/auth/delete-account", DELETE_ME, delete_me::<DeleteAccount>)
        .get("/api/auth/export", EXPORT, export::<ExportShape>)
        .post("/api/auth/change-email", about("Have a link mailed to a new address").forbidden(&["WRONG_PASSWORD"]), change_email)
        .get("/api/auth/confirm-email", "Show the page behind that link", confirm_email_page)
        .post(
            "/api/auth/confirm-email",
            about("Change one's address by a mailed link").bad_request(&["LINK_EXPIRED", "EMAIL_TAKEN"]),
            confirm_email,
        )
}
