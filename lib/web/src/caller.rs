use crate::{ApiError, Face, RequestId};
use app::{
    Context,
    accounts::{Accounts, SignIn},
};
use axum::extract::{FromRef, FromRequestParts};
use domain::{
    account::{Member, Role, Session},
    event::Actor,
};
use http::{header::AUTHORIZATION, request::Parts};
use std::marker::PhantomData;

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

/// The signed-in caller of a route for certain roles. A handler that takes one cannot forget to authenticate.
#[derive(Debug)]
pub struct Caller<R = Anyone> {
    pub member: Member,
    pub session: Session,
    pub cx: Context,
    rule: PhantomData<R>,
}

impl<R: RoleRule> Caller<R> {
    /// In which role he acts here.
    pub fn role(&self) -> Role {
        R::role(&self.member)
    }
}

fn context(parts: &Parts, face: &Face, actor: Actor) -> Context {
    let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone());
    Context { product: face.product, now: face.now(), actor, request_id }
}

/// The token of an Authorization header, `Bearer` or `Token`; None without the header.
fn credentials(parts: &Parts) -> Result<Option<&str>, ApiError> {
    let Some(header) = parts.headers.get(AUTHORIZATION) else { return Ok(None) };
    let invalid = || ApiError::unauthorized("INVALID_TOKEN", "Invalid token");
    let (scheme, token) = header.to_str().map_err(|_| invalid())?.trim().split_once(' ').ok_or_else(invalid)?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    known.then_some(Some(token.trim())).ok_or_else(invalid)
}

async fn authenticate<R: RoleRule>(parts: &Parts, face: &Face, accounts: &Accounts) -> Result<Option<Caller<R>>, ApiError> {
    let Some(token) = credentials(parts)? else { return Ok(None) };
    let signed_in = accounts.authenticate(face.product, face.now(), token).await?;
    if !R::admits(&signed_in.member) {
        return Err(ApiError::forbidden("INSUFFICIENT_PERMISSIONS", "Insufficient permissions"));
    }
    let cx = context(parts, face, Actor::Account(signed_in.member.id()));
    Ok(Some(Caller { member: signed_in.member, session: signed_in.session, cx, rule: PhantomData }))
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
        caller.ok_or_else(|| ApiError::unauthorized("NOT_AUTHENTICATED", "Not authenticated"))
    }
}

/// The caller of a route that serves visitors too. Credentials that are sent must be good: they decide alone.
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
        Ok(match authenticate::<Anyone>(parts, &face, &Accounts::from_ref(state)).await? {
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
