//! `/api/users/…`: signing in by a mailed code, renewing tokens, one's own data.

use crate::{
    forms::null_as_default,
    shapes::{ExportShape, UserShape, claims},
    state::Deps,
};
use app::{
    accounts::Accounts,
    code_sign_in::{CodeSignIn, FamilySignIn},
    mentorship::Mentorship,
};
use axum::{Json, extract::State};
use domain::{Instant, text::Email};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, ApiError, Body, Caller, DELETE_ME, DeletePasswordless, DoneOrBegun, EXPORT, Message, Routes, SeenCaller, Visitor,
    about, delete_me, export, list_notices,
};

#[derive(Deserialize, ToSchema)]
struct EmailLogin {
    email: Email,
    /// The code that was mailed; without it one is mailed.
    #[serde(default, deserialize_with = "null_as_default")]
    #[schema(value_type = Option<String>)]
    code: String,
}

#[derive(Serialize, ToSchema)]
struct CodeSent {
    detail: &'static str,
    code: &'static str,
}

#[derive(Serialize, ToSchema)]
struct Tokens {
    access: String,
    refresh: String,
    user: UserShape,
}

fn tokens(accounts: &Accounts, signed_in: FamilySignIn, now: Instant) -> Result<Tokens, ApiError> {
    let FamilySignIn { sign_in, refresh, number } = signed_in;
    let member = &sign_in.member;
    let access = accounts.jwt().issue(&sign_in.session, &member.account, claims(&member.membership), now);
    let access = access.map_err(ApiError::internal)?;
    Ok(Tokens { access, refresh, user: UserShape::new(&member.membership, number) })
}

/// The first call has a code mailed, whoever asks; the second one signs in with it.
async fn email_login(
    State(sign_in): State<CodeSignIn>,
    State(accounts): State<Accounts>,
    seen: SeenCaller,
    Visitor(cx): Visitor,
    Body(body): Body<EmailLogin>,
) -> Answer<DoneOrBegun<Tokens, CodeSent>> {
    if body.code.trim().is_empty() {
        sign_in.ask(&cx, body.email).await?;
        let detail = "If this address belongs to a member, a code is on its way to it";
        return Ok(DoneOrBegun::Begun(CodeSent { detail, code: "EMAIL_CODE_SENT" }));
    }
    let signed_in = sign_in.enter(&cx, &body.email, &body.code).await?;
    seen.note(&signed_in.sign_in.member.membership);
    tokens(&accounts, signed_in, cx.now).map(DoneOrBegun::Done)
}

#[derive(Deserialize, ToSchema)]
struct RefreshBody {
    refresh: String,
}

async fn refresh_token(
    State(sign_in): State<CodeSignIn>,
    State(accounts): State<Accounts>,
    Visitor(cx): Visitor,
    Body(body): Body<RefreshBody>,
) -> Answer<Json<Tokens>> {
    let refreshed = sign_in.refresh(&cx, &body.refresh).await?;
    tokens(&accounts, refreshed, cx.now).map(Json)
}

/// Ends the whole family: its refresh token is worth nothing afterwards either.
async fn logout(State(accounts): State<Accounts>, caller: Caller) -> Answer<Json<Message>> {
    accounts.logout(&caller.session).await?;
    Ok(Json(Message { message: "Logged out" }))
}

async fn me(State(mentorship): State<Mentorship>, caller: Caller) -> Answer<Json<UserShape>> {
    let number = mentorship.number(&caller.cx, caller.member.id()).await?;
    Ok(Json(UserShape::new(&caller.member.membership, number)))
}

/// The routes of people's own accounts.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .post(
            "/api/users/email-login",
            about("Have a code mailed, or sign in with it").bad_request(&["INVALID_CODE"]).forbidden(&["ACCOUNT_INACTIVE"]),
            email_login,
        )
        .post(
            "/api/users/token/refresh",
            about("Replace a refresh token, with a new access token").unauthorized(&["INVALID_TOKEN", "TOKEN_EXPIRED"]),
            refresh_token,
        )
        .post("/api/users/logout", "Sign out: both tokens are worth nothing afterwards", logout)
        .get("/api/users/me", "Show who is signed in", me)
        .delete("/api/users/me", DELETE_ME, delete_me::<DeletePasswordless>)
        .get("/api/users/export", EXPORT, export::<ExportShape>)
        .get("/api/notifications", "List one's own notices", list_notices)
}
