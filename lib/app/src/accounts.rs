//! Registering, signing in and out, passwords.

use crate::{
    Context,
    limits::{LimitError, Limits, MAILED_SECRET, MAILED_SECRETS_OF_SOURCE, REDEEMING, REGISTRATION, SIGN_IN},
    passwords::{HashError, Passwords},
    tokens::{JwtKeys, OpaqueKind, OpaqueToken, TokenError},
};
use domain::{
    AccountId, Instant, Product,
    account::{Account, Member, MemberState, Membership, Password, Role, Session, Verification},
    event::Detail,
    text::{Email, Line, PersonName},
};
use std::sync::Arc;
use store::{NewAccount, Record, RegisterRefused, Store, StoreError, TxError};

/// Why registering, signing in or authenticating failed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("the address has an account")]
    EmailTaken,
    #[error("address or password is wrong")]
    InvalidCredentials,
    #[error("the account is inactive")]
    Inactive,
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("the mailed token is unknown, used or late")]
    UsedToken,
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who registers, parsed.
#[derive(Debug, Clone)]
pub struct Registration {
    pub name: PersonName,
    pub email: Email,
    pub password: Password,
    pub role: Role,
    pub current_role: Line<100>,
    pub target_role: Line<100>,
}

/// A fresh sign-in; the face makes its token of it.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub member: Member,
    pub session: Session,
}

/// The use cases of accounts.
#[derive(Debug, Clone)]
pub struct Accounts {
    store: Store,
    passwords: Passwords,
    limits: Limits,
    jwt: Arc<JwtKeys>,
}

/// A new session of an account, for a JWT to carry.
pub(crate) fn new_session(cx: &Context, account_id: AccountId) -> Session {
    Session::fixed(cx.id(), account_id, cx.product, cx.now)
}

impl Accounts {
    /// Accounts in a store.
    pub fn new(store: Store, passwords: Passwords, jwt: Arc<JwtKeys>) -> Self {
        Self { limits: Limits::new(store.clone()), store, passwords, jwt }
    }

    /// The keys of this platform's tokens.
    pub fn jwt(&self) -> &JwtKeys {
        &self.jwt
    }

    /// Registers somebody. Whoever has an account and knows its password joins this product with it.
    pub async fn register(&self, cx: &Context, registration: Registration) -> Result<Member, AccountError> {
        self.add_member(cx, registration, |_| None).await.map(|(member, _)| member)
    }

    /// Registers somebody and signs him in.
    pub async fn sign_up(&self, cx: &Context, registration: Registration) -> Result<SignIn, AccountError> {
        let signed_in = self.add_member(cx, registration, |account| Some(new_session(cx, account))).await?;
        let (member, session) = signed_in;
        session.map(|session| SignIn { member, session }).ok_or(AccountError::InvalidCredentials)
    }

    /// The same with a session that is renewed as long as it is used, behind an opaque token.
    pub async fn sign_up_stored(&self, cx: &Context, registration: Registration) -> Result<(SignIn, OpaqueToken), AccountError> {
        let mut token = None;
        let session = |account| {
            let token = token.insert(OpaqueToken::new(OpaqueKind::Session, account));
            Some(Session::sliding(token.session_id(), account, cx.product, cx.now))
        };
        let (member, session) = self.add_member(cx, registration, session).await?;
        let signed_in = session.map(|session| SignIn { member, session });
        signed_in.zip(token).ok_or(AccountError::InvalidCredentials)
    }

    async fn add_member(
        &self,
        cx: &Context,
        registration: Registration,
        session: impl FnOnce(AccountId) -> Option<Session>,
    ) -> Result<(Member, Option<Session>), AccountError> {
        self.limits.take_from_source(cx, REGISTRATION).await?;
        match self.store.account_by_email(&registration.email, cx.product).await? {
            Some((_, Some(_))) => Err(AccountError::EmailTaken),
            Some((account, None)) => {
                // This tries a password, as signing in does.
                self.limits.take(cx, SIGN_IN, &format!("address:{}", registration.email)).await?;
                if !self.passwords.matches(registration.password.expose(), account.password_hash.as_ref()).await? {
                    return Err(AccountError::EmailTaken);
                }
                let membership = membership_of(cx, &account, registration);
                let record = Record::event(registered(cx, &account, &membership));
                let session = session(account.id);
                self.store.join(&membership, session.as_ref(), &record).await.map_err(taken)?;
                Ok((Member { account, membership }, session))
            }
            None => {
                let hash = self.passwords.hash(registration.password.clone()).await?;
                let Registration { email, name, .. } = registration.clone();
                let account = Account::new(cx.id(), email, name, Some(hash), cx.now);
                let membership = membership_of(cx, &account, registration);
                let record = Record::event(registered(cx, &account, &membership));
                let new = NewAccount { account, membership };
                let session = session(new.account.id);
                self.store.register(&new, session.as_ref(), &record).await.map_err(taken)?;
                Ok((Member { account: new.account, membership: new.membership }, session))
            }
        }
    }

    /// Makes an approved mentor's account for somebody else; he sets his password by a mailed link unless one is given.
    pub async fn create_mentor(
        &self,
        cx: &Context,
        name: PersonName,
        email: Email,
        password: Option<Password>,
    ) -> Result<Membership, AccountError> {
        let password_hash = match password {
            Some(password) => Some(self.passwords.hash(password).await?),
            None => None,
        };
        let needs_password = password_hash.is_none();
        let id: AccountId = cx.id();
        let account = Account::new(id, email.clone(), name.clone(), password_hash, cx.now);
        let mut membership = Membership::new(id, cx.product, email.clone(), name.clone(), Role::Mentor, cx.now);
        membership.verification = Some(Verification::Approved);
        let (role, approved) = (Role::Mentor, true);
        let detail = Detail::AccountRegistered { account_id: id, name, email, role, approved, needs_password };
        let audit = cx.audit("mentor.created", format!("account:{id}"), crate::context::NOTHING, Some(&membership));
        let record = Record::event(cx.event(detail)).audited(audit);
        self.store.register(&NewAccount { account, membership: membership.clone() }, None, &record).await.map_err(taken)?;
        Ok(membership)
    }

    /// Signs somebody in by address and password, for a JWT.
    pub async fn login(&self, cx: &Context, email: &Email, password: &str) -> Result<SignIn, AccountError> {
        self.log_in(cx, email, password, |account| new_session(cx, account)).await
    }

    /// The same with a session that is renewed as long as it is used, behind an opaque token.
    pub async fn login_stored(&self, cx: &Context, email: &Email, password: &str) -> Result<(SignIn, OpaqueToken), AccountError> {
        let mut token = None;
        let sign_in = self
            .log_in(cx, email, password, |account| {
                let token = token.insert(OpaqueToken::new(OpaqueKind::Session, account));
                Session::sliding(token.session_id(), account, cx.product, cx.now)
            })
            .await?;
        token.map(|token| (sign_in, token)).ok_or(AccountError::InvalidCredentials)
    }

    /// Unknown addresses and wrong passwords take the same work and get the same answer.
    async fn log_in(
        &self,
        cx: &Context,
        email: &Email,
        password: &str,
        session: impl FnOnce(AccountId) -> Session,
    ) -> Result<SignIn, AccountError> {
        self.limits.take_from_source(cx, SIGN_IN).await?;
        self.limits.take(cx, SIGN_IN, &format!("address:{email}")).await?;
        let known = self.store.account_by_email(email, cx.product).await?;
        if known.is_none() {
            // As many reads as for a known address.
            self.store.account(cx.id(), cx.product).await?;
        }
        let hash = known.as_ref().and_then(|(account, _)| account.password_hash.as_ref());
        let right = self.passwords.matches(password, hash).await?;
        let Some((account, Some(membership))) = known.filter(|_| right) else {
            return Err(AccountError::InvalidCredentials);
        };
        if membership.value.state == MemberState::Inactive {
            return Err(AccountError::Inactive);
        }
        let session = session(account.id);
        let checked = account.password_hash.as_ref().ok_or(AccountError::InvalidCredentials)?;
        // A password set meanwhile ended every session; none of the old password may follow.
        if !self.store.open_session_by_password(&session, checked).await? {
            return Err(AccountError::InvalidCredentials);
        }
        Ok(SignIn { member: Member { account, membership: membership.value }, session })
    }

    /// Who a token, a JWT or one of a stored session, speaks for, as the table has it now: a role, state or plan in a
    /// token decides nothing. Using a stored session renews it, at most once a day.
    pub async fn authenticate(&self, product: Product, now: Instant, token: &str) -> Result<SignIn, AccountError> {
        let (account, session) = match OpaqueToken::parse(OpaqueKind::Session, token) {
            Some(token) => (token.account_id, token.session_id()),
            None => self.jwt.verify(token, product, now)?,
        };
        let signed_in = self.store.signed_in(account, product, session).await?.ok_or(TokenError::Invalid)?;
        let outdated = signed_in.account.valid_from.is_some_and(|from| signed_in.session.created_at < from);
        if outdated || signed_in.session.product != product || signed_in.membership.state == MemberState::Inactive {
            return Err(TokenError::Invalid.into());
        }
        if signed_in.session.expires_at <= now {
            return Err(TokenError::Expired.into());
        }
        let mut session = signed_in.session;
        if let Some(renewed) = session.renewed(now) {
            // A session that was ended in this instant stays ended.
            if !self.store.renew_session(&renewed).await? {
                return Err(TokenError::Invalid.into());
            }
            session = renewed;
        }
        let member = Member { account: signed_in.account, membership: signed_in.membership };
        Ok(SignIn { member, session })
    }

    /// Ends a session.
    pub async fn logout(&self, session: &Session) -> Result<(), AccountError> {
        Ok(self.store.end_session(session.account_id, session.id).await?)
    }

    /// Has a set-password link mailed, if the address has an account here. The work is the same for every address
    /// (hole 30): the consumer of the event looks.
    pub async fn forgot_password(&self, cx: &Context, email: Email) -> Result<(), AccountError> {
        self.limits.take_from_source(cx, MAILED_SECRETS_OF_SOURCE).await?;
        self.limits.take(cx, MAILED_SECRET, &format!("address:{email}")).await?;
        Ok(self.store.publish(&cx.event(Detail::PasswordResetRequested { email })).await?)
    }

    /// Sets a password by a mailed token, which proves the address: every session from before ends, and so does
    /// every other such token.
    pub async fn set_password(&self, cx: &Context, token: &str, password: Password) -> Result<(), AccountError> {
        self.limits.take_from_source(cx, REDEEMING).await?;
        let token = OpaqueToken::parse(OpaqueKind::SetPassword, token).ok_or(AccountError::UsedToken)?;
        let hash = self.passwords.hash(password).await?;
        if !self.store.set_password(token.account_id, &hash, &token.hash(), cx.now).await? {
            return Err(AccountError::UsedToken);
        }
        Ok(self.store.sign_out_everywhere(token.account_id).await?)
    }
}

fn membership_of(cx: &Context, account: &Account, registration: Registration) -> Membership {
    let Registration { role, current_role, target_role, .. } = registration;
    let membership = Membership::new(account.id, cx.product, account.email.clone(), account.name.clone(), role, cx.now);
    Membership { current_role, target_role, ..membership }
}

fn registered(cx: &Context, account: &Account, membership: &Membership) -> domain::event::Event {
    cx.event(Detail::AccountRegistered {
        account_id: account.id,
        name: account.name.clone(),
        email: account.email.clone(),
        role: membership.primary_role(),
        approved: membership.can_mentor(),
        needs_password: false,
    })
}

fn taken(error: TxError<RegisterRefused>) -> AccountError {
    match error {
        TxError::Refused(RegisterRefused::EmailTaken | RegisterRefused::AlreadyMember) => AccountError::EmailTaken,
        TxError::Store(error) => AccountError::Store(error),
    }
}
