use crate::{ApiError, Face, RequestId, Source, cookie, idempotent::CarriedOutOnce};
use app::{
    Context,
    accounts::{Accounts, SignIn},
    authentication::Named,
};
use axum::extract::{FromRef, FromRequestParts};
use domain::{
    account::{Member, Membership, Role, Session},
    event::Actor,
};
use http::{
    StatusCode,
    header::{AUTHORIZATION, ORIGIN},
    request::Parts,
};
use std::{
    convert::Infallible,
    marker::PhantomData,
    sync::{Arc, Mutex, PoisonError},
};

/// Which members a route lets in.
pub trait RoleRule: Send + Sync + 'static {
    /// The roles that pass: what the API document says, and what is enforced.
    const ROLES: &'static [Role];

    /// Whether the member may pass.
    fn admits(member: &Member) -> bool {
        Self::ROLES.iter().any(|role| member.membership.is(*role))
    }

    /// In which role he then acts.
    fn role(member: &Member) -> Role;
}

/// Every signed-in member, in his first role.
#[derive(Debug, Clone, Copy)]
pub struct Anyone;

impl RoleRule for Anyone {
    const ROLES: &'static [Role] = &[Role::Admin, Role::Mentor, Role::Mentee];

    /// Also who has no role yet, as at Mansa.
    fn admits(_: &Member) -> bool {
        true
    }

    fn role(member: &Member) -> Role {
        member.membership.primary_role()
    }
}

macro_rules! only {
    ($($(#[$doc:meta])* $name:ident: $role:expr),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl RoleRule for $name {
            const ROLES: &'static [Role] = &[$role];

            fn role(_: &Member) -> Role {
                $role
            }
        }
    )+};
}

only! {
    /// Admins.
    AdminOnly: Role::Admin,
    /// Mentors. An admin is none (F-72).
    MentorOnly: Role::Mentor,
    /// Mentees.
    MenteeOnly: Role::Mentee,
}

/// Mentors and admins; whoever is both acts as an admin.
#[derive(Debug, Clone, Copy)]
pub struct MentorOrAdmin;

impl RoleRule for MentorOrAdmin {
    const ROLES: &'static [Role] = &[Role::Admin, Role::Mentor];

    fn role(member: &Member) -> Role {
        if member.membership.is(Role::Admin) { Role::Admin } else { Role::Mentor }
    }
}

/// The signed-in caller of a route for certain roles. A handler that takes one cannot forget to authenticate.
#[derive(Debug)]
pub struct Caller<R = Anyone> {
    pub member: Member,
    pub session: Session,
    pub cx: Context,
    rule: PhantomData<R>,
}

impl<R: RoleRule> Caller<R> {
    /// Whoever signed in, if the route is for him.
    pub(crate) fn admit(signed_in: SignIn, cx: Context) -> Result<Self, ApiError> {
        if !R::admits(&signed_in.member) {
            return Err(ApiError::forbidden("INSUFFICIENT_PERMISSIONS", "Insufficient permissions"));
        }
        Ok(Self { member: signed_in.member, session: signed_in.session, cx, rule: PhantomData })
    }

    /// In which role he acts here.
    pub fn role(&self) -> Role {
        R::role(&self.member)
    }
}

pub(crate) fn context(parts: &Parts, face: &Face, actor: Actor) -> Context {
    let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone());
    let once = parts.extensions.get::<CarriedOutOnce>().map(|once| once.0.clone());
    let source = Source::of(&parts.extensions);
    Context { source, once, ..Context::new(face.product, face.now(), actor).caused_by(request_id) }
}

/// The form in which credentials came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Header,
    Cookie,
}

/// The token that a request carries: that of an Authorization header (`Bearer` or `Token`), which decides alone, else
/// that of the session cookie. Two headers are none that could decide: whoever reads the other one would take the
/// caller for somebody else.
fn credentials(parts: &Parts) -> Result<Option<(Form, &str)>, ApiError> {
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    let Some(header) = headers.next() else {
        return Ok(cookie::token(&parts.headers).map(|token| (Form::Cookie, token)));
    };
    let invalid = || ApiError::unauthorized("INVALID_TOKEN", "Invalid token");
    if headers.next().is_some() {
        return Err(invalid());
    }
    let (scheme, token) = header.to_str().map_err(|_| invalid())?.trim().split_once(' ').ok_or_else(invalid)?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    known.then_some(Some((Form::Header, token.trim()))).ok_or_else(invalid)
}

/// A browser adds the cookie to whatever any page makes it send, so a cookie alone changes something only for the
/// face's own pages (decisions: accounts).
fn check_origin(parts: &Parts, face: &Face) -> Result<(), ApiError> {
    let origin = parts.headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    if parts.method.is_safe() || origin.is_some_and(|origin| face.origins.contains(origin)) {
        return Ok(());
    }
    Err(ApiError::forbidden("ORIGIN_NOT_ALLOWED", "This request may not be sent from this page"))
}

/// Whether a request may be answered with a cookie: only one that a page of the face's own sent. Otherwise any page
/// could sign its visitors into an account that is not theirs.
#[derive(Debug)]
pub struct OwnPage {
    own: Result<(), ApiError>,
    /// Whether the request says which page sent it. What browsers send from one page to another's server always does.
    named: bool,
}

impl OwnPage {
    /// Refuses the request of any other page, and one that names none.
    pub fn require(self) -> Result<(), ApiError> {
        self.own
    }

    /// Refuses the request of any other page; one that names none was sent by no page.
    pub fn require_if_named(self) -> Result<(), ApiError> {
        if self.named { self.own } else { Ok(()) }
    }
}

impl<S> FromRequestParts<S> for OwnPage
where
    S: Send + Sync,
    Face: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Ok(Self { own: check_origin(parts, &Face::from_ref(state)), named: parts.headers.contains_key(ORIGIN) })
    }
}

/// Who was found to call, by a layer before the handler.
#[derive(Debug, Clone)]
pub(crate) struct SignedInBefore(pub Option<SignIn>);

/// Whom the credentials of a request name; nobody when it carries none.
pub(crate) fn named(parts: &Parts, face: &Face, accounts: &Accounts) -> Result<Option<Named>, ApiError> {
    let Some((form, token)) = credentials(parts)? else { return Ok(None) };
    if form == Form::Cookie {
        check_origin(parts, face)?;
    }
    Ok(Some(accounts.named(face.product, face.now(), token)?))
}

/// Who calls; nobody when the request carries no credentials.
pub(crate) async fn sign_in(parts: &Parts, face: &Face, accounts: &Accounts) -> Result<Option<SignIn>, ApiError> {
    if let Some(SignedInBefore(before)) = parts.extensions.get() {
        return Ok(before.clone());
    }
    let Some(named) = named(parts, face, accounts)? else { return Ok(None) };
    let signed_in = accounts.authenticate(named, face.now()).await?;
    if let Some(seen) = parts.extensions.get::<SeenCaller>() {
        seen.note(&signed_in.member.membership);
    }
    Ok(Some(signed_in))
}

/// Where a layer around the handlers learns who called, or who was signed in.
#[derive(Debug, Clone, Default)]
pub struct SeenCaller(Arc<Mutex<Option<Membership>>>);

impl SeenCaller {
    /// Notes whom the answer is for; what is noted last counts.
    pub fn note(&self, membership: &Membership) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(membership.clone());
    }

    /// The membership; None for a visitor.
    pub fn membership(&self) -> Option<Membership> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SeenCaller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

async fn authenticate<R: RoleRule>(parts: &Parts, face: &Face, accounts: &Accounts) -> Result<Option<Caller<R>>, ApiError> {
    let Some(signed_in) = sign_in(parts, face, accounts).await? else { return Ok(None) };
    let cx = context(parts, face, Actor::Account(signed_in.member.id()));
    Caller::admit(signed_in, cx).map(Some)
}

pub(crate) fn nobody() -> ApiError {
    ApiError::unauthorized("NOT_AUTHENTICATED", "Not authenticated")
}

impl<S, R> FromRequestParts<S> for Caller<R>
where
    S: Send + Sync,
    R: RoleRule,
    Face: FromRef<S>,
    Accounts: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let caller = authenticate(parts, &Face::from_ref(state), &Accounts::from_ref(state)).await?;
        caller.ok_or_else(nobody)
    }
}

/// Whether a failure to sign in speaks of a cookie that has outlived its session. Browsers send it all the same, so
/// where visitors are served its owner is one.
pub(crate) fn stale_cookie(parts: &Parts, error: &ApiError) -> bool {
    !parts.headers.contains_key(AUTHORIZATION) && error.status == StatusCode::UNAUTHORIZED
}

/// The caller of a route that serves visitors too. A token that is sent must be good: it decides alone.
#[derive(Debug)]
pub struct MaybeCaller {
    pub sign_in: Option<SignIn>,
    pub cx: Context,
}

impl<S> FromRequestParts<S> for MaybeCaller
where
    S: Send + Sync,
    Face: FromRef<S>,
    Accounts: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let face = Face::from_ref(state);
        let caller = match authenticate::<Anyone>(parts, &face, &Accounts::from_ref(state)).await {
            Err(error) if stale_cookie(parts, &error) => None,
            other => other?,
        };
        Ok(match caller {
            Some(Caller { member, session, cx, .. }) => Self { sign_in: Some(SignIn { member, session }), cx },
            None => Self { sign_in: None, cx: context(parts, &face, Actor::Visitor) },
        })
    }
}

/// The caller of a public route: nobody in particular.
#[derive(Debug)]
pub struct Visitor(pub Context);

impl<S> FromRequestParts<S> for Visitor
where
    S: Send + Sync,
    Face: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Ok(Self(context(parts, &Face::from_ref(state), Actor::Visitor)))
    }
}
