//! `/api/auth/…`: registering, signing in and out, who one is, passwords.

use crate::{
    forms::null_as_default,
    shapes::{Message, User, claims},
    state::Deps,
};
use app::{
    Context, Platform,
    accounts::{Accounts, Registration, SignIn},
};
use axum::{Json, Router, extract::State};
use domain::{
    Instant,
    account::{Password, Role},
    text::{Email, Line, PersonName},
};
use gateways::settings::SettingError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, ApiError, Body, Caller, Face, HtmlPage, OwnPage, Query, Routes, SeenCaller, Visitor, WithCookie, about, clear_cookie,
    set_cookie,
};

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    Ok(routes(Router::new()).with_state(Deps::new(platform)?))
}

#[derive(Deserialize, ToSchema)]
struct Register {
    name: PersonName,
    email: Email,
    password: Password,
    #[serde(default)]
    #[schema(examples("mentee"))]
    role: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    current_role: Line<100>,
    #[serde(default, deserialize_with = "null_as_default")]
    target_role: Line<100>,
}

impl Register {
    fn registration(self, role: Role) -> Registration {
        let Self { name, email, password, current_role, target_role, .. } = self;
        Registration { name, email, password, role, current_role, target_role }
    }

    /// The role asked for; nobody makes himself an admin (hole 1).
    fn wanted_role(&self) -> Result<Role, ApiError> {
        match self.role.as_deref().map(str::trim).unwrap_or_default().to_lowercase().as_str() {
            "" | "mentee" => Ok(Role::Mentee),
            "mentor" => Ok(Role::Mentor),
            "admin" => Err(ApiError::forbidden("ADMIN_REGISTRATION_CLOSED", "Admins cannot register themselves")),
            _ => Err(ApiError::invalid("role", "Role must be mentee or mentor")),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct SignedIn {
    success: bool,
    message: &'static str,
    access_token: Option<String>,
    token_type: &'static str,
    user: User,
}

/// The answer to a sign-in: the token and the person.
pub(crate) fn token(accounts: &Accounts, sign_in: &SignIn, now: Instant) -> Result<String, ApiError> {
    let SignIn { member, session } = sign_in;
    accounts.jwt().issue(session, &member.account, claims(member, now), now).map_err(ApiError::internal)
}

fn signed_in(
    accounts: &Accounts,
    cx: &Context,
    seen: &SeenCaller,
    sign_in: &SignIn,
    message: &'static str,
) -> Answer<Json<SignedIn>> {
    seen.note(&sign_in.member.membership);
    let access_token = Some(token(accounts, sign_in, cx.now)?);
    let user = User::new(&sign_in.member.membership, cx.now);
    Ok(Json(SignedIn { success: true, message, access_token, token_type: "bearer", user }))
}

async fn register(State(accounts): State<Accounts>, Visitor(cx): Visitor, Body(body): Body<Register>) -> Answer<Json<Message>> {
    let role = body.wanted_role()?;
    accounts.register(&cx, body.registration(role)).await?;
    Ok(Json(Message { message: "User created successfully" }))
}

async fn register_free(
    State(accounts): State<Accounts>,
    seen: SeenCaller,
    Visitor(cx): Visitor,
    Body(body): Body<Register>,
) -> Answer<Json<SignedIn>> {
    if body.wanted_role()? != Role::Mentee {
        return Err(ApiError::invalid("role", "Free registration is for mentees"));
    }
    let sign_in = accounts.sign_up(&cx, body.registration(Role::Mentee)).await?;
    signed_in(&accounts, &cx, &seen, &sign_in, "Welcome to Codementee")
}

#[derive(Deserialize, ToSchema)]
struct Login {
    email: Email,
    #[schema(format = Password)]
    password: String,
}

/// In which form the client wants its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum SessionForm {
    /// A JWT in the answer, for an Authorization header.
    Token,
    /// A cookie that no script can read (hole 5), renewed while it is used.
    Cookie,
}

#[derive(Deserialize, ToSchema)]
struct LoginQuery {
    session: Option<SessionForm>,
}

async fn login(
    State(accounts): State<Accounts>,
    State(face): State<Face>,
    page: OwnPage,
    seen: SeenCaller,
    Visitor(cx): Visitor,
    Query(query): Query<LoginQuery>,
    Body(body): Body<Login>,
) -> Answer<WithCookie<SignedIn>> {
    const MESSAGE: &str = "Login successful";
    if query.session != Some(SessionForm::Cookie) {
        let sign_in = accounts.login(&cx, &body.email, &body.password).await?;
        let Json(answer) = signed_in(&accounts, &cx, &seen, &sign_in, MESSAGE)?;
        return Ok(WithCookie { answer, cookie: None });
    }
    page.require()?;
    let (sign_in, token) = accounts.login_stored(&cx, &body.email, &body.password).await?;
    seen.note(&sign_in.member.membership);
    let user = User::new(&sign_in.member.membership, cx.now);
    let answer = SignedIn { success: true, message: MESSAGE, access_token: None, token_type: "cookie", user };
    Ok(WithCookie { answer, cookie: set_cookie(&token.reveal(), &sign_in.session, face.same_site(), cx.now) })
}

/// Ends the session in whatever form it came; a browser also forgets its cookie.
async fn logout(State(accounts): State<Accounts>, State(face): State<Face>, caller: Caller) -> Answer<WithCookie<Message>> {
    accounts.logout(&caller.session).await?;
    Ok(WithCookie { answer: Message { message: "Logged out" }, cookie: clear_cookie(face.same_site()) })
}

async fn me(caller: Caller) -> Json<User> {
    Json(User::new(&caller.member.membership, caller.cx.now))
}

#[derive(Deserialize, ToSchema)]
struct ForgotPassword {
    email: Email,
}

async fn forgot_password(
    State(accounts): State<Accounts>,
    Visitor(cx): Visitor,
    Body(body): Body<ForgotPassword>,
) -> Answer<Json<Message>> {
    accounts.forgot_password(&cx, body.email).await?;
    Ok(Json(Message { message: "If this address has an account, a link to set a new password is on its way" }))
}

#[derive(Deserialize, ToSchema)]
struct SetPassword {
    token: String,
    password: Password,
}

async fn set_password(
    State(accounts): State<Accounts>,
    Visitor(cx): Visitor,
    Body(body): Body<SetPassword>,
) -> Answer<Json<Message>> {
    accounts.set_password(&cx, &body.token, body.password).await?;
    Ok(Json(Message { message: "Your password is set. Please log in." }))
}

/// The group's list of routes.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    let routes = crate::care::routes(routes);
    routes
        .post(
            "/api/auth/register",
            about("Register as a mentee or a mentor").bad_request(&["EMAIL_TAKEN"]).forbidden(&["ADMIN_REGISTRATION_CLOSED"]),
            register,
        )
        .post(
            "/api/auth/register-free",
            about("Register as a mentee and sign in").bad_request(&["EMAIL_TAKEN"]).forbidden(&["ADMIN_REGISTRATION_CLOSED"]),
            register_free,
        )
        .post("/api/auth/login", about("Sign in").unauthorized(&["INVALID_CREDENTIALS"]).forbidden(&["ACCOUNT_INACTIVE"]), login)
        .post("/api/auth/logout", "Sign out: the token is worth nothing afterwards", logout)
        .get("/api/auth/me", "Show who is signed in", me)
        .post("/api/auth/forgot-password", "Mail a link to set a new password", forgot_password)
        .get("/api/auth/set-password", "Show the page behind that link", set_password_page)
        .post("/api/auth/set-password", about("Set a password by a mailed link").bad_request(&["LINK_EXPIRED"]), set_password)
}

/// The page behind the mailed link, since the product's own web client has none. Its policy lets only its own style
/// and script run, each named by its hash.
async fn set_password_page() -> HtmlPage {
    const PAGE: &str = include_str!("../pages/set-password.html");
    const POLICY: &str = "default-src 'none'; style-src 'sha256-WRFuTo6suVDEPz313G30CSDtVOGyshQ0EjGut0jzfxA='; script-src 'sha256-UIAtORak6nFlb1/HZLhJoJlXoqM7mTaDlSN9tPasipY='; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    HtmlPage { html: PAGE.into(), policy: POLICY }
}
