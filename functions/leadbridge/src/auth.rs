//! `/api/auth/…`: registering, signing in and out, who one is. Sessions live in a cookie (L-28).

use crate::{
    shapes::{ExportShape, Message, ShownRole, User},
    state::{Deps, with_deps},
};
use app::{
    Platform,
    accounts::{Accounts, Registration, SignIn},
    brokered::Brokered,
    care::Care,
    export::Export,
    idempotency::Idempotency,
    tokens::OpaqueToken,
};
use axum::{Json, Router, extract::State};
use domain::{
    Instant,
    account::{Password, Role},
    text::{Email, Line, PersonName},
};
use gateways::{broker::Broker, settings::SettingError};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, ApiError, Body, Caller, DELETE_ME, DeleteAccount, EXPORT, Face, OwnPage, Routes, Visitor, WithCookie, about,
    clear_cookie, delete_me, export, perhaps_any_case, set_cookie,
};

/// What the group's handlers call.
#[derive(Debug, Clone)]
pub struct AuthDeps {
    deps: Deps,
    brokered: Brokered,
}

with_deps!(AuthDeps has brokered: Brokered; Face, Accounts, Idempotency, Care, Export);

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    let brokered = Brokered::new(platform.store.clone(), Broker::from_settings(&platform.settings)?);
    Ok(routes(Router::new()).with_state(AuthDeps { deps: Deps::new(platform)?, brokered }))
}

/// The answer to a sign-in: the person, and the cookie that holds the session.
fn signed_in((sign_in, token): (SignIn, OpaqueToken), face: &Face, now: Instant) -> WithCookie<User> {
    let cookie = set_cookie(&token.reveal(), &sign_in.session, face.same_site(), now);
    WithCookie { answer: User::from(&sign_in.member), cookie }
}

#[derive(Deserialize, ToSchema)]
struct Register {
    name: PersonName,
    email: Email,
    password: Password,
    /// USER unless given; nobody makes himself an admin (hole 1).
    #[serde(default, deserialize_with = "perhaps_any_case")]
    role: Option<ShownRole>,
}

async fn register(
    State(accounts): State<Accounts>,
    State(face): State<Face>,
    page: OwnPage,
    Visitor(cx): Visitor,
    Body(body): Body<Register>,
) -> Answer<WithCookie<User>> {
    page.require_if_named()?;
    let Register { name, email, password, role } = body;
    let role = Role::from(role.unwrap_or(ShownRole::User));
    if role == Role::Admin {
        return Err(ApiError::forbidden("ADMIN_REGISTRATION_CLOSED", "Admins cannot register themselves"));
    }
    let (current_role, target_role) = (Line::default(), Line::default());
    let registration = Registration { name, email, password, role, current_role, target_role };
    Ok(signed_in(accounts.sign_up_stored(&cx, registration).await?, &face, cx.now))
}

#[derive(Deserialize, ToSchema)]
struct Login {
    email: Email,
    #[schema(format = Password)]
    password: String,
}

async fn login(
    State(accounts): State<Accounts>,
    State(face): State<Face>,
    page: OwnPage,
    Visitor(cx): Visitor,
    Body(body): Body<Login>,
) -> Answer<WithCookie<User>> {
    page.require_if_named()?;
    Ok(signed_in(accounts.login_stored(&cx, &body.email, &body.password).await?, &face, cx.now))
}

#[derive(Deserialize, ToSchema)]
struct Exchange {
    /// What the broker left in the address of the page.
    session_id: String,
}

async fn exchange_session(
    State(brokered): State<Brokered>,
    State(face): State<Face>,
    page: OwnPage,
    Visitor(cx): Visitor,
    Body(body): Body<Exchange>,
) -> Answer<WithCookie<User>> {
    page.require_if_named()?;
    Ok(signed_in(brokered.sign_in(&cx, &body.session_id).await?, &face, cx.now))
}

async fn me(caller: Caller) -> Json<User> {
    Json(User::from(&caller.member))
}

/// Ends the session in whatever form it came; a browser also forgets its cookie.
async fn logout(State(accounts): State<Accounts>, State(face): State<Face>, caller: Caller) -> Answer<WithCookie<Message>> {
    accounts.logout(&caller.session).await?;
    Ok(WithCookie { answer: Message { message: "Logged out" }, cookie: clear_cookie(face.same_site()) })
}

/// The group's list of routes.
pub fn routes<R: Routes<AuthDeps>>(routes: R) -> R {
    routes
        .post(
            "/api/auth/register",
            about("Register as a user or a mentor, and sign in")
                .bad_request(&["EMAIL_TAKEN"])
                .forbidden(&["ADMIN_REGISTRATION_CLOSED"]),
            register,
        )
        .post("/api/auth/login", about("Sign in").unauthorized(&["INVALID_CREDENTIALS"]).forbidden(&["ACCOUNT_INACTIVE"]), login)
        .post(
            "/api/auth/session",
            about("Sign in with a session of the broker")
                .bad_request(&["INVALID_SESSION"])
                .forbidden(&["ACCOUNT_INACTIVE"])
                .unavailable(&["BROKER_UNAVAILABLE"]),
            exchange_session,
        )
        .get("/api/auth/me", "Show who is signed in", me)
        .post("/api/auth/logout", "Sign out: the session is worth nothing afterwards", logout)
        .delete("/api/auth/me", DELETE_ME, delete_me::<DeleteAccount>)
        .post("/api/auth/delete-account", DELETE_ME, delete_me::<DeleteAccount>)
        .get("/api/auth/export", EXPORT, export::<ExportShape>)
}
