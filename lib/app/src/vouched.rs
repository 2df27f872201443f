//! Signing in by somebody else's word: a broker or Google says whose address it is.

use crate::{
    Context,
    accounts::{SignIn, registered_as},
    tokens::{OpaqueKind, OpaqueToken},
};
use domain::{
    account::{Account, Member, MemberState, Membership, Role, Session},
    text::{Email, PersonName, WebUrl},
};
use store::{NewAccount, Record, Store, StoreError, TxError};

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum VouchedError {
    /// What was told of the person cannot be read.
    #[error("{0}")]
    Unreadable(&'static str),
    #[error("the account is inactive")]
    Inactive,
    /// The address has come to somebody else since the account's owner signed in with it.
    #[error("the address is another person's by now")]
    AnotherPerson,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody may register or change his address at the same instant.
const ROUNDS: u32 = 4;

/// A person as somebody else names him, who has seen to it that the address is his.
#[derive(Debug, Clone)]
pub struct VouchedPerson {
    email: Email,
    name: PersonName,
    picture: Option<WebUrl>,
    /// Google's own name for the person, which never changes hands.
    google_subject: Option<String>,
}

impl VouchedPerson {
    /// The same with Google's name for the person.
    #[must_use]
    pub fn known_to_google_as(self, subject: String) -> Self {
        Self { google_subject: Some(subject), ..self }
    }

    /// Reads what was told of a person.
    pub fn parse(email: &str, name: Option<&str>, picture: Option<&str>) -> Result<Self, VouchedError> {
        let email = Email::parse(email).map_err(|_| VouchedError::Unreadable("an unreadable address was answered"))?;
        // Whatever people are called there, here a name has at least two characters.
        let local = email.as_str().split('@').next().unwrap_or_default();
        let named = name.and_then(|name| PersonName::parse(name).ok());
        let name = named.or_else(|| PersonName::parse(local).ok()).or_else(|| PersonName::parse(email.as_str()).ok());
        let name = name.ok_or(VouchedError::Unreadable("no name was answered"))?;
        let picture = picture.filter(|url| url.starts_with("https://"));
        Ok(Self { email, name, picture: picture.and_then(|url| WebUrl::parse(url).ok()), google_subject: None })
    }
}

/// Signs a person in by a stored session. Somebody new becomes a member with a role; a known one is found by his
/// address and stays what he is.
pub(crate) async fn enter(
    store: &Store,
    cx: &Context,
    person: &VouchedPerson,
    role: Role,
) -> Result<(SignIn, OpaqueToken), VouchedError> {
    for _ in 0..ROUNDS {
        let signed_in = match store.account_by_email(&person.email, cx.product).await? {
            None => register(store, cx, person, role).await?,
            Some((account, membership)) => {
                let membership = membership.map(|membership| membership.value);
                enter_known(store, cx, person, account, membership, role).await?
            }
        };
        if let Some(signed_in) = signed_in {
            return Ok(signed_in);
        }
    }
    Err(StoreError::Busy("an account kept changing while somebody signed in".to_owned()).into())
}

/// A new account; None when somebody has registered the address meanwhile.
async fn register(
    store: &Store,
    cx: &Context,
    person: &VouchedPerson,
    role: Role,
) -> Result<Option<(SignIn, OpaqueToken)>, VouchedError> {
    let account = Account::new(cx.id(), person.email.clone(), person.name.clone(), None, cx.now);
    let google_subject = person.google_subject.clone();
    let account = Account { email_proven: true, picture: person.picture.clone(), google_subject, ..account };
    let membership = member(cx, &account, role).numbered(store.next_public_number(cx.product, role).await?);
    let (session, token) = stored_session(cx, &account);
    let record = Record::event(registered_as(cx, &membership, role));
    let new = NewAccount { account, membership };
    match store.register(&new, Some(&session), &record).await {
        Ok(()) => {
            let member = Member { account: new.account, membership: new.membership };
            Ok(Some((SignIn { member, session }, token)))
        }
        Err(TxError::Refused(_)) => Ok(None),
        Err(TxError::Store(error)) => Err(error.into()),
    }
}

/// A session for a known account, which becomes a member if it is none; None when it changed meanwhile.
async fn enter_known(
    store: &Store,
    cx: &Context,
    person: &VouchedPerson,
    mut account: Account,
    membership: Option<Membership>,
    role: Role,
) -> Result<Option<(SignIn, OpaqueToken)>, VouchedError> {
    if membership.as_ref().is_some_and(|membership| membership.state == MemberState::Inactive) {
        return Err(VouchedError::Inactive);
    }
    if let Some(subject) = &person.google_subject
        && account.google_subject.as_ref() != Some(subject)
    {
        if account.google_subject.is_some() {
            return Err(VouchedError::AnotherPerson);
        }
        if !store.set_google_subject(account.id, &account.email, subject).await? {
            return Ok(None);
        }
        account.google_subject = Some(subject.clone());
    }
    if !account.email_proven {
        if !store.prove_address(&account, cx.now).await? {
            return Ok(None);
        }
        store.sign_out_everywhere(account.id).await?;
        (account.email_proven, account.password_hash, account.valid_from) = (true, None, Some(cx.now));
    }
    if let Some(picture) = person.picture.as_ref().filter(|picture| account.picture.as_ref() != Some(*picture)) {
        store.set_picture(account.id, picture).await?;
        account.picture = Some(picture.clone());
    }
    let (session, token) = stored_session(cx, &account);
    let membership = match membership {
        Some(membership) => {
            if !store.open_session_by_address(&session, &account.email).await? {
                return Ok(None);
            }
            membership
        }
        None => {
            let membership = member(cx, &account, role).numbered(store.next_public_number(cx.product, role).await?);
            let record = Record::event(registered_as(cx, &membership, role));
            match store.join(&membership, Some(&session), &record).await {
                Ok(()) => membership,
                Err(TxError::Refused(_)) => return Ok(None),
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
    };
    Ok(Some((SignIn { member: Member { account, membership }, session }, token)))
}

fn member(cx: &Context, account: &Account, role: Role) -> Membership {
    Membership::new(account.id, cx.product, account.email.clone(), account.name.clone(), role, cx.now)
}

fn stored_session(cx: &Context, account: &Account) -> (Session, OpaqueToken) {
    let token = OpaqueToken::new(OpaqueKind::Session, account.id);
    (Session::sliding(token.session_id(), account.id, cx.product, cx.now), token)
}
