use crate::{
    Answer, ApiError, Caller, Face, RoleRule, SeenCaller,
    caller::{Anyone, SignedInBefore, context, named, nobody},
};
use app::{
    Context,
    accounts::{Accounts, SignIn},
    authentication::Named,
};
use axum::extract::{FromRef, FromRequestParts};
use domain::{AccountId, event::Actor};
use http::request::Parts;
use std::{future::ready, marker::PhantomData};

/// Whoever carries a token that names an account: the caller of a route that reads before it does anything else. Whether he
/// is still signed in, and may be here, is read along with what he asks for, which saves a request to the table; nothing
/// of it is his before. A stored session's token can be made up for any account, so a handler never acts for
/// [`Self::account`], but for the caller that [`Self::along`] gives it (`tests/src/roles.rs` asks every operation with such
/// a token).
#[derive(Debug)]
pub struct Bearer<R = Anyone> {
    /// The account that the token names.
    pub account: AccountId,
    /// Of that account.
    pub cx: Context,
    proof: Proof,
    accounts: Accounts,
    seen: SeenCaller,
    rule: PhantomData<R>,
}

#[derive(Debug)]
enum Proof {
    /// A layer before the handler has looked.
    SignedIn(Box<SignIn>),
    Token(Named),
}

impl<R: RoleRule> Bearer<R> {
    /// The caller, with what was read along, once he is found to be signed in and to have the role that the route demands.
    /// Otherwise it is said why not, whatever came of the reads, which can write nothing.
    pub async fn along<T>(&self, reads: impl Future<Output = T>) -> Answer<(Caller<R>, T)> {
        let (signed_in, read) = match &self.proof {
            // Nothing is left to find out but his role, which comes first.
            Proof::SignedIn(signed_in) => {
                let caller = Caller::admit(signed_in.as_ref().clone(), self.cx.clone())?;
                return Ok((caller, reads.await));
            }
            Proof::Token(named) => self.accounts.authenticate_along(*named, self.cx.now, reads).await?,
        };
        self.seen.note(&signed_in.member.membership);
        let caller = Caller::admit(signed_in, self.cx.clone())?;
        Ok((caller, read))
    }

    /// What a request says, for a route that needs it before it knows who calls. Whoever may not be here is told so first,
    /// whatever he said.
    pub async fn parsed<T>(&self, said: Result<T, ApiError>) -> Answer<T> {
        match said {
            Ok(said) => Ok(said),
            Err(error) => self.along(ready(())).await.and(Err(error)),
        }
    }
}

impl<S, R> FromRequestParts<S> for Bearer<R>
where
    S: Send + Sync,
    R: RoleRule,
    Face: FromRef<S>,
    Accounts: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let (face, accounts) = (Face::from_ref(state), Accounts::from_ref(state));
        let proof = match parts.extensions.get() {
            Some(SignedInBefore(before)) => before.clone().map(|signed_in| Proof::SignedIn(Box::new(signed_in))),
            None => named(parts, &face, &accounts)?.map(Proof::Token),
        };
        let proof = proof.ok_or_else(nobody)?;
        let account = match &proof {
            Proof::SignedIn(signed_in) => signed_in.member.id(),
            Proof::Token(named) => named.account,
        };
        let cx = context(parts, &face, Actor::Account(account));
        let seen = parts.extensions.get().cloned().unwrap_or_default();
        Ok(Self { account, cx, proof, accounts, seen, rule: PhantomData })
    }
}
