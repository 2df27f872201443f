//! Registering, signing in and out, passwords.

use crate::{
    Context,
    authentication::{Named, admitted, found, signed_in},
    limits::{LimitError, Limits, MAILED_SECRET, MAILED_SECRETS_OF_SOURCE, REDEEMING, REGISTRATION, SIGN_IN},
    passwords::{HashError, Passwords},
    tokens::{JwtKeys, OpaqueKind, OpaqueToken, TokenError},
};
use domain::{
    AccountId, Instant, Product,
    account::{Account, Member, MemberState, Membership, NumberSeries, Password, PublicNumber, Role, Session, Verification},
    event::Detail,
    text::{Email, Line, PersonName},
};
use std::sync::Arc;
use store::{NewAccount, Record, RegisterRefused, Store, StoreError, Stored, TxError};

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

/// By what somebody signs in: his address, or his number where people have some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginName {
    Email(Email),
    Number(PublicNumber),
}

impl std::str::FromStr for LoginName {
    type Err = domain::Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = PublicNumber::parse(text).map(Self::Number);
        number
            .or_else(|_| Email::parse(text).map(Self::Email))
            .map_err(|_| domain::Invalid::new("Enter your id or e-mail address"))
    }
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
            Some((account, Some(member))) => self.add_role(cx, registration, account, member, session).await,
            Some((account, None)) => {
                // This tries a password, as signing in does.
                self.limits.take(cx, SIGN_IN, &format!("address:{}", registration.email)).await?;
                if !self.passwords.matches(registration.password.expose(), account.password_hash.as_ref()).await? {
                    return Err(AccountError::EmailTaken);
                }
                let number = self.store.next_public_number(cx.product, registration.role).await?;
                let membership = membership_of(cx, &account, registration).numbered(number);
                let record = Record::event(registered_as(cx, &membership, membership.primary_role()));
                let session = session(account.id);
                self.store.join(&membership, session.as_ref(), &record).await.map_err(taken)?;
                Ok((Member { account, membership }, session))
            }
            None => {
                let hash = self.passwords.hash(registration.password.clone()).await?;
                let Registration { email, name, .. } = registration.clone();
                let account = Account::new(cx.id(), email, name, Some(hash), cx.now);
                let number = self.store.next_public_number(cx.product, registration.role).await?;
                let membership = membership_of(cx, &account, registration).numbered(number);
                let record = Record::event(registered_as(cx, &membership, membership.primary_role()));
                let new = NewAccount { account, membership };
                let session = session(new.account.id);
                self.store.register(&new, session.as_ref(), &record).await.map_err(taken)?;
                Ok((Member { account: new.account, membership: new.membership }, session))
            }
        }
    }

    /// Where people have a number for each role, a member registers again to have the other one too. He knows his
    /// password; otherwise the address is taken.
    async fn add_role(
        &self,
        cx: &Context,
        registration: Registration,
        account: Account,
        before: Stored<Membership>,
        session: impl FnOnce(AccountId) -> Option<Session>,
    ) -> Result<(Member, Option<Session>), AccountError> {
        let (role, member) = (registration.role, &before.value);
        let may = !member.is(role) && !member.is(Role::Admin) && member.state == MemberState::Active;
        if !may || NumberSeries::of(cx.product, role).is_none() {
            return Err(AccountError::EmailTaken);
        }
        self.limits.take(cx, SIGN_IN, &format!("address:{}", registration.email)).await?;
        if !self.passwords.matches(registration.password.expose(), account.password_hash.as_ref()).await? {
            return Err(AccountError::EmailTaken);
        }
        let after = member.clone().with_role(role, self.store.next_public_number(cx.product, role).await?);
        let record = Record::event(registered_as(cx, &after, role));
        let session = session(account.id);
        if !self.store.add_role(&before, &after, session.as_ref(), cx.now, &record).await? {
            return Err(StoreError::Busy("a member changed while he registered again".to_owned()).into());
        }
        Ok((Member { account, membership: after }, session))
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
        self.log_in(cx, &LoginName::Email(email.clone()), None, password, |account| new_session(cx, account)).await
    }

    /// The same with a session that is renewed as long as it is used, behind an opaque token.
    pub async fn login_stored(&self, cx: &Context, email: &Email, password: &str) -> Result<(SignIn, OpaqueToken), AccountError> {
        self.login_stored_as(cx, &LoginName::Email(email.clone()), None, password).await
    }

    /// The same by any name that leads to the account, for somebody who has a role.
    pub async fn login_stored_as(
        &self,
        cx: &Context,
        name: &LoginName,
        role: Option<Role>,
        password: &str,
    ) -> Result<(SignIn, OpaqueToken), AccountError> {
        let mut token = None;
        let sign_in = self
            .log_in(cx, name, role, password, |account| {
                let token = token.insert(OpaqueToken::new(OpaqueKind::Session, account));
                Session::sliding(token.session_id(), account, cx.product, cx.now)
            })
            .await?;
        token.map(|token| (sign_in, token)).ok_or(AccountError::InvalidCredentials)
    }

    /// Unknown addresses and wrong passwords take the same work and get the same answer, and so does a role that the
    /// member has not.
    async fn log_in(
        &self,
        cx: &Context,
        name: &LoginName,
        role: Option<Role>,
        password: &str,
        session: impl FnOnce(AccountId) -> Session,
    ) -> Result<SignIn, AccountError> {
        self.limits.take_from_source(cx, SIGN_IN).await?;
        let known = self.known(cx, name).await?;
        if known.is_none() {
            // As many reads as for a known address.
            self.store.account(cx.id(), cx.product).await?;
        }
        // Tries by a number and by the address of the same account are counted together.
        let subject = match (&known, name) {
            (Some((account, _)), _) => format!("address:{}", account.email),
            (None, LoginName::Email(email)) => format!("address:{email}"),
            (None, LoginName::Number(number)) => format!("number:{number}"),
        };
        self.limits.take(cx, SIGN_IN, &subject).await?;
        let hash = known.as_ref().and_then(|(account, _)| account.password_hash.as_ref());
        let right = self.passwords.matches(password, hash).await?;
        let Some((account, Some(membership))) = known.filter(|_| right) else {
            return Err(AccountError::InvalidCredentials);
        };
        if role.is_some_and(|role| !membership.value.is(role)) {
            return Err(AccountError::InvalidCredentials);
        }
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

    async fn known(&self, cx: &Context, name: &LoginName) -> Result<Option<(Account, Option<Stored<Membership>>)>, StoreError> {
        match name {
            LoginName::Email(email) => self.store.account_by_email(email, cx.product).await,
            LoginName::Number(number) => match self.store.account_by_number(cx.product, *number).await? {
                Some(id) => self.store.account(id, cx.product).await,
                None => Ok(None),
            },
        }
    }

    /// Whom a token, a JWT or one of a stored session, names. That the session still holds is for the table to say.
    pub fn named(&self, product: Product, now: Instant, token: &str) -> Result<Named, AccountError> {
        let (account, session) = match OpaqueToken::parse(OpaqueKind::Session, token) {
            Some(token) => (token.account_id, token.session_id()),
            None => self.jwt.verify(token, product, now)?,
        };
        Ok(Named { account, session, product })
    }

    /// Who that is, as the table has it now: a role, state or plan in a token decides nothing. Using a stored session
    /// renews it, at most once a day.
    pub async fn authenticate(&self, named: Named, now: Instant) -> Result<SignIn, AccountError> {
        signed_in(&self.store, named, now).await
    }

    /// The same, together with what only reads: whoever comes to be nobody learns nothing of it.
    pub async fn authenticate_along<T>(
        &self,
        named: Named,
        now: Instant,
        reads: impl Future<Output = T>,
    ) -> Result<(SignIn, T), AccountError> {
        let (found, read) = self.store.together(found(&self.store, named), reads).await;
        Ok((admitted(&self.store, named, now, found?).await?, read))
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

/// Tells that somebody became a member, or one in a further role.
pub(crate) fn registered_as(cx: &Context, member: &Membership, role: Role) -> domain::event::Event {
    cx.event(Detail::AccountRegistered {
        account_id: member.account_id,
        name: member.name.clone(),
        email: member.email.clone(),
        role,
        approved: role == Role::Mentor && member.can_mentor(),
        needs_password: false,
    })
}

fn taken(error: TxError<RegisterRefused>) -> AccountError {
    match error {
        TxError::Refused(RegisterRefused::EmailTaken | RegisterRefused::AlreadyMember) => AccountError::EmailTaken,
        TxError::Store(error) => AccountError::Store(error),
    }
}
