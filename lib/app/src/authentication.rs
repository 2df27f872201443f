//! Whether a token's session holds, and whose it is.

use crate::{
    accounts::{AccountError, SignIn},
    tokens::TokenError,
};
use domain::{
    AccountId, Instant, Product, SessionId,
    account::{Member, MemberState},
};
use store::Store;

/// Whom a token names, and by which session; whether it still holds is not looked at yet.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    pub account: AccountId,
    pub session: SessionId,
    pub product: Product,
}

/// Who stands behind a session, as the table has it now. Using one that is renewed by use renews it.
pub async fn signed_in(store: &Store, named: Named, now: Instant) -> Result<SignIn, AccountError> {
    let found = found(store, named).await?;
    admitted(store, named, now, found).await
}

/// What the table has of whom a token names. One read.
pub(crate) async fn found(store: &Store, named: Named) -> Result<store::SignedIn, AccountError> {
    let Named { account, session, product } = named;
    Ok(store.signed_in(account, product, session).await?.ok_or(TokenError::Invalid)?)
}

/// Lets in whoever was found, if his session holds.
pub(crate) async fn admitted(store: &Store, named: Named, now: Instant, found: store::SignedIn) -> Result<SignIn, AccountError> {
    let store::SignedIn { account, membership, mut session } = found;
    let outdated = account.valid_from.is_some_and(|from| session.created_at < from);
    if outdated || session.product != named.product || membership.state == MemberState::Inactive {
        return Err(TokenError::Invalid.into());
    }
    if session.expires_at <= now {
        return Err(TokenError::Expired.into());
    }
    if let Some(renewed) = session.renewed(now) {
        // A session that was ended in this instant stays ended.
        if !store.renew_session(&renewed).await? {
            return Err(TokenError::Invalid.into());
        }
        session = renewed;
    }
    Ok(SignIn { member: Member { account, membership }, session })
}
