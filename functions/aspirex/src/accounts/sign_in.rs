//! `/api/auth/…`: registering, signing in by password or with Google, leaving.

use super::AccountsDeps;
use crate::{
    forms::UserType,
    shapes::{ExportShape, MentorUserShape, ProfileShapes, SignedInShape, shown_role},
};
use app::{
    Context,
    accounts::{Accounts, LoginName, Registration, SignIn},
    care::Care,
    google::{GoogleSignIn, GoogleSignIns},
    portraits::{PortraitFiles, Portraits},
    tokens::OpaqueToken,
};
use axum::{
    Json,
    extract::{FromRef, State},
    http::HeaderMap,
};
use domain::{
    account::{Password, Role},
    text::{Email, Line, PersonName},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, ApiError, Body, Caller, Created, EXPORT, Query, Redirect, Routes, Visitor, about, brought_back, export,
    null_as_default, passing_cookie,
};

/// The cookie that ties a sign-in with Google to the browser that began it.
const STATE_COOKIE: &str = "google_state";

/// What every sign-in needs to answer.
#[derive(Debug, Clone)]
struct Desk {
    accounts: Accounts,
    portraits: Portraits,
    files: PortraitFiles,
}

impl FromRef<AccountsDeps> for Desk {
    fn from_ref(deps: &AccountsDeps) -> Self {
        Self { accounts: deps.accounts.clone(), portraits: deps.portraits.clone(), files: deps.portrait_files.clone() }
    }
}

impl Desk {
    /// The answer to a sign-in: in the role that was asked for if he has it, else as a mentor first.
    async fn answer(
        &self,
        cx: &Context,
        (sign_in, token): (SignIn, OpaqueToken),
        wanted: Option<Role>,
        message: &'static str,
    ) -> Result<SignedInShape, ApiError> {
        let member = &sign_in.member.membership;
        let role = wanted.filter(|role| member.is(*role)).unwrap_or_else(|| member.primary_role());
        let (shapes, portraits) = (ProfileShapes { cx, files: &self.files }, &self.portraits);
        let online = portraits.is_online(cx, member.account_id).await?;
        let user = match role {
            Role::Mentor => {
                MentorUserShape::Mentor(Box::new(shapes.own_mentor(member, &portraits.mentor(cx, member).await?, online)))
            }
            Role::Mentee | Role::Admin => {
                MentorUserShape::Student(Box::new(shapes.own_student(member, &portraits.student(cx, member).await?, online)))
            }
        };
        Ok(SignedInShape {
            message,
            token: token.reveal(),
            user_type: shown_role(role),
            student_id: member.student_number.map(|number| number.to_string()),
            mentor_id: member.mentor_number.map(|number| number.to_string()),
            user,
        })
    }

    async fn register(&self, cx: &Context, body: Register, role: Role, message: &'static str) -> Answer<Created<SignedInShape>> {
        if !body.accepted_terms {
            return Err(ApiError::invalid("accepted_terms", "Please accept the terms"));
        }
        if role == Role::Admin {
            return Err(ApiError::forbidden("ADMIN_REGISTRATION_CLOSED", "Admins cannot register themselves"));
        }
        let Register { name, email, password, .. } = body;
        let (current_role, target_role) = (Line::default(), Line::default());
        let registration = Registration { name, email, password, role, current_role, target_role };
        let signed_in = self.accounts.sign_up_stored(cx, registration).await?;
        self.answer(cx, signed_in, Some(role), message).await.map(Created)
    }
}

#[derive(Deserialize, ToSchema)]
struct Register {
    name: PersonName,
    email: Email,
    password: Password,
    /// Must be true.
    #[serde(default)]
    accepted_terms: bool,
    /// `student` unless given; only where the path does not say it.
    role: Option<UserType>,
}

async fn register_student(
    State(desk): State<Desk>,
    Visitor(cx): Visitor,
    Body(body): Body<Register>,
) -> Answer<Created<SignedInShape>> {
    desk.register(&cx, body, Role::Mentee, "Student registered successfully").await
}

async fn register_mentor(
    State(desk): State<Desk>,
    Visitor(cx): Visitor,
    Body(body): Body<Register>,
) -> Answer<Created<SignedInShape>> {
    desk.register(&cx, body, Role::Mentor, "Mentor registered successfully").await
}

async fn register(State(desk): State<Desk>, Visitor(cx): Visitor, Body(body): Body<Register>) -> Answer<Created<SignedInShape>> {
    let role = body.role.map_or(Role::Mentee, Role::from);
    desk.register(&cx, body, role, "Registration successful").await
}

#[derive(Deserialize, ToSchema)]
struct Login {
    /// The number of a student or mentor, or an address.
    #[serde(default, deserialize_with = "null_as_default")]
    #[schema(value_type = Option<String>)]
    user_id: String,
    /// The same.
    #[serde(default, deserialize_with = "null_as_default")]
    #[schema(value_type = Option<String>)]
    email: String,
    #[schema(format = Password)]
    password: String,
    role: Option<UserType>,
}

async fn login(State(desk): State<Desk>, Visitor(cx): Visitor, Body(body): Body<Login>) -> Answer<Json<SignedInShape>> {
    let (field, name) = if body.user_id.trim().is_empty() { ("email", &body.email) } else { ("user_id", &body.user_id) };
    let name: LoginName = name.parse().map_err(|invalid: domain::Invalid| ApiError::invalid(field, invalid.0))?;
    let number = match &name {
        LoginName::Number(number) => Some(number.role()),
        LoginName::Email(_) => None,
    };
    let role = body.role.map(Role::from);
    let refused = |error| match ApiError::from(error) {
        error if error.code == "INVALID_CREDENTIALS" => {
            ApiError { detail: "Unable to log in with provided credentials.".to_owned(), ..error }
        }
        error => error,
    };
    let signed_in = desk.accounts.login_stored_as(&cx, &name, role, &body.password).await.map_err(refused)?;
    desk.answer(&cx, signed_in, role.or(number), "Login successful").await.map(Json)
}

#[derive(Serialize, ToSchema)]
struct Said {
    message: &'static str,
}

async fn logout(State(accounts): State<Accounts>, caller: Caller) -> Answer<Json<Said>> {
    accounts.logout(&caller.session).await?;
    Ok(Json(Said { message: "Logged out successfully" }))
}

#[derive(Deserialize, ToSchema)]
struct GoogleQuery {
    /// What somebody new becomes; `student` unless given.
    role: Option<UserType>,
}

async fn begin_google(
    State(google): State<GoogleSignIns>,
    Visitor(cx): Visitor,
    Query(query): Query<GoogleQuery>,
) -> Answer<Redirect> {
    let begun = google.begin(&cx, newcomer(query.role)?).await?;
    let lasts = begun.expires_at.since(cx.now).as_secs();
    Ok(Redirect { location: begun.address, cookie: passing_cookie(STATE_COOKIE, &begun.state, lasts) })
}

fn newcomer(role: Option<UserType>) -> Result<Role, ApiError> {
    match role.map_or(Role::Mentee, Role::from) {
        Role::Admin => Err(ApiError::invalid("role", "role must be one of student, mentor")),
        role => Ok(role),
    }
}

#[derive(Deserialize, ToSchema)]
struct CallbackQuery {
    code: Option<String>,
    state: Option<String>,
}

/// Google sends the browser here. Only the one that began may finish: it brings its state in a cookie too.
async fn finish_google(
    State(google): State<GoogleSignIns>,
    State(desk): State<Desk>,
    Visitor(cx): Visitor,
    headers: HeaderMap,
    Query(query): Query<CallbackQuery>,
) -> Answer<Json<SignedInShape>> {
    let unfinished = || ApiError::from(app::google::GoogleSignInError::NotBegun);
    let state = query.state.filter(|state| brought_back(&headers, STATE_COOKIE) == Some(state)).ok_or_else(unfinished)?;
    let code = query.code.ok_or_else(unfinished)?;
    let GoogleSignIn { sign_in, token, role } = google.finish(&cx, &state, &code).await?;
    desk.answer(&cx, (sign_in, token), Some(role), "Google authentication successful").await.map(Json)
}

#[derive(Deserialize, ToSchema)]
struct GoogleToken {
    id_token: String,
    user_type: Option<UserType>,
}

async fn verify_google(
    State(google): State<GoogleSignIns>,
    State(desk): State<Desk>,
    Visitor(cx): Visitor,
    Body(body): Body<GoogleToken>,
) -> Answer<Json<SignedInShape>> {
    let signed_in = google.verify(&cx, &body.id_token, newcomer(body.user_type)?).await?;
    let GoogleSignIn { sign_in, token, role } = signed_in;
    desk.answer(&cx, (sign_in, token), Some(role), "Google authentication successful").await.map(Json)
}

#[derive(Deserialize, ToSchema)]
struct DeleteAccount {
    /// The caller's own; empty for an account that has none.
    #[serde(default, deserialize_with = "null_as_default")]
    #[schema(value_type = Option<String>, format = Password)]
    password: String,
}

async fn delete_me(State(care): State<Care>, caller: Caller, Body(body): Body<DeleteAccount>) -> Answer<Json<Said>> {
    care.leave(&caller.cx, &caller.member, &body.password).await?;
    Ok(Json(Said { message: "Your account is deleted" }))
}

pub(super) fn routes<R: Routes<AccountsDeps>>(routes: R) -> R {
    let registering = about("Register and sign in").bad_request(&["EMAIL_TAKEN"]).forbidden(&["ADMIN_REGISTRATION_CLOSED"]);
    let signing_in =
        about("Sign in by number or address").unauthorized(&["INVALID_CREDENTIALS"]).forbidden(&["ACCOUNT_INACTIVE"]);
    let leaving = about("Delete one's account").forbidden(&["WRONG_PASSWORD"]).conflict(&["LAST_ADMIN", "BALANCE_LEFT"]);
    let google = about("Sign in with Google").forbidden(&["ACCOUNT_INACTIVE"]).unavailable(&["GOOGLE_UNAVAILABLE"]);
    routes
        .post("/api/auth/student/register", registering, register_student)
        .post("/api/auth/mentor/register", registering, register_mentor)
        .post("/api/auth/unified-register", registering, register)
        .post("/api/auth/login", signing_in, login)
        .post("/api/auth/unified-login", signing_in, login)
        .post("/api/auth/logout", "Sign out: the token is worth nothing afterwards", logout)
        .get("/api/auth/google", about("Go to Google to sign in").unavailable(&["GOOGLE_UNAVAILABLE"]), begin_google)
        .get("/api/auth/google/callback", google.bad_request(&["GOOGLE_SIGN_IN_FAILED", "INVALID_GOOGLE_TOKEN"]), finish_google)
        .post("/api/auth/google/verify", google.bad_request(&["INVALID_GOOGLE_TOKEN"]), verify_google)
        .delete("/api/auth/me", leaving, delete_me)
        .get("/api/auth/export", EXPORT, export::<ExportShape>)
}
