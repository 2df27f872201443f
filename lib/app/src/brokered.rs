//! Signing in through the broker that speaks to Google for us.

use crate::{
    Context,
    accounts::SignIn,
    limits::{LimitError, Limits, SIGN_IN},
    tokens::{OpaqueKind, OpaqueToken},
};
use domain::{
    account::{Account, Member, MemberState, Membership, Role, Session},
    event::Detail,
    text::{Email, PersonName, WebUrl},
};
use gateways::broker::{Broker, BrokerError, BrokeredPerson};
use store::{NewAccount, Record, Store, StoreError, TxError};

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum BrokeredError {
    #[error("the broker knows no such session")]
    UnknownSession,
    #[error("the broker gave no answer to go by: {0}")]
    Unavailable(String),
    #[error("the account is inactive")]
    Inactive,
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody may register or change his address at the same instant.
const ROUNDS: u32 = 4;

/// The use case of signing in through the broker.
#[derive(Debug, Clone)]
pub struct Brokered {
    store: Store,
    limits: Limits,
    broker: Broker,
}

/// Whom the broker names, parsed.
struct Person {
    email: Email,
    name: PersonName,
    picture: Option<WebUrl>,
}

impl Brokered {
    /// Sign-ins to a store through a broker.
    pub fn new(store: Store, broker: Broker) -> Self {
        Self { limits: Limits::new(store.clone()), store, broker }
    }

    /// Exchanges a session id of the broker for a stored session here. An unknown person becomes a mentee; a known one is
    /// found by the address, for which the broker vouches.
    pub async fn sign_in(&self, cx: &Context, session_id: &str) -> Result<(SignIn, OpaqueToken), BrokeredError> {
        self.limits.take_from_source(cx, SIGN_IN).await?;
        let person = match self.broker.person(session_id).await {
            Ok(person) => parsed(person)?,
            Err(BrokerError::UnknownSession) => return Err(BrokeredError::UnknownSession),
            Err(BrokerError::Failed(why)) => return Err(BrokeredError::Unavailable(why)),
        };
        for _ in 0..ROUNDS {
            let signed_in = match self.store.account_by_email(&person.email, cx.product).await? {
                None => self.register(cx, &person).await?,
                Some((account, membership)) => {
                    let membership = membership.map(|membership| membership.value);
                    self.enter(cx, &person, account, membership).await?
                }
            };
            if let Some(signed_in) = signed_in {
                return Ok(signed_in);
            }
        }
        Err(StoreError::Busy("an account kept changing while somebody signed in".to_owned()).into())
    }

    /// A new account; None when somebody has registered the address meanwhile.
    async fn register(&self, cx: &Context, person: &Person) -> Result<Option<(SignIn, OpaqueToken)>, BrokeredError> {
        let account = Account::new(cx.id(), person.email.clone(), person.name.clone(), None, cx.now);
        let account = Account { email_proven: true, picture: person.picture.clone(), ..account };
        let membership = mentee(cx, &account);
        let (session, token) = stored_session(cx, &account);
        let new = NewAccount { account, membership };
        let record = Record::event(registered(cx, &new.account));
        match self.store.register(&new, Some(&session), &record).await {
            Ok(()) => {
                let member = Member { account: new.account, membership: new.membership };
                Ok(Some((SignIn { member, session }, token)))
            }
            Err(TxError::Refused(_)) => Ok(None),
            Err(TxError::Store(error)) => Err(error.into()),
        }
    }

    /// A session for a known account, which becomes a member if it is none; None when it changed meanwhile.
    async fn enter(
        &self,
        cx: &Context,
        person: &Person,
        mut account: Account,
        membership: Option<Membership>,
    ) -> Result<Option<(SignIn, OpaqueToken)>, BrokeredError> {
        if membership.as_ref().is_some_and(|membership| membership.state == MemberState::Inactive) {
            return Err(BrokeredError::Inactive);
        }
        if !account.email_proven {
            if !self.store.prove_address(&account, cx.now).await? {
                return Ok(None);
            }
            self.store.sign_out_everywhere(account.id).await?;
            (account.email_proven, account.password_hash, account.valid_from) = (true, None, Some(cx.now));
        }
        if let Some(picture) = person.picture.as_ref().filter(|picture| account.picture.as_ref() != Some(*picture)) {
            self.store.set_picture(account.id, picture).await?;
            account.picture = Some(picture.clone());
        }
        let (session, token) = stored_session(cx, &account);
        let membership = match membership {
            Some(membership) => {
                if !self.store.open_session_by_address(&session, &account.email).await? {
                    return Ok(None);
                }
                membership
            }
            None => {
                let membership = mentee(cx, &account);
                match self.store.join(&membership, Some(&session), &Record::event(registered(cx, &account))).await {
                    Ok(()) => membership,
                    Err(TxError::Refused(_)) => return Ok(None),
                    Err(TxError::Store(error)) => return Err(error.into()),
                }
            }
        };
        Ok(Some((SignIn { member: Member { account, membership }, session }, token)))
    }
}

fn parsed(person: BrokeredPerson) -> Result<Person, BrokeredError> {
    let unreadable = |_| BrokeredError::Unavailable("an unreadable address was answered".to_owned());
    let email = Email::parse(&person.email).map_err(unreadable)?;
    // Whatever people are called there, here a name has at least two characters.
    let local = email.as_str().split('@').next().unwrap_or_default();
    let named = person.name.as_deref().and_then(|name| PersonName::parse(name).ok());
    let name = named.or_else(|| PersonName::parse(local).ok()).or_else(|| PersonName::parse(email.as_str()).ok());
    let name = name.ok_or_else(|| BrokeredError::Unavailable("no name was answered".to_owned()))?;
    let picture = person.picture.as_deref().filter(|url| url.starts_with("https://"));
    Ok(Person { email, name, picture: picture.and_then(|url| WebUrl::parse(url).ok()) })
}

fn mentee(cx: &Context, account: &Account) -> Membership {
    Membership::new(account.id, cx.product, account.email.clone(), account.name.clone(), Role::Mentee, cx.now)
}

fn stored_session(cx: &Context, account: &Account) -> (Session, OpaqueToken) {
    let token = OpaqueToken::new(OpaqueKind::Session, account.id);
    (Session::sliding(token.session_id(), account.id, cx.product, cx.now), token)
}

fn registered(cx: &Context, account: &Account) -> domain::event::Event {
    cx.event(Detail::AccountRegistered {
        account_id: account.id,
        name: account.name.clone(),
        email: account.email.clone(),
        role: Role::Mentee,
        approved: false,
        needs_password: false,
    })
}
