//! Signing in by a mailed code: whoever reads an address is its owner. What he may do follows from the member
//! directory, looked up anew each time (M-3 to M-12, M-62).

use crate::{
    Context,
    accounts::{AccountError, SignIn},
    codes::{CodeError, Codes},
    context::NOTHING,
    tokens::{JwtKeys, TokenError, refresh_hash},
};
use domain::{
    Zone,
    account::{Account, CodePurpose, Member, MemberState, Membership, Role, Session, Verification},
    directory::{DirectoryEntry, roles_of},
    event::{Actor, Detail, Event},
    mentorship::{MentorProfile, ProfileDetails},
    text::Email,
};
use std::{collections::BTreeSet, sync::Arc};
use store::{Entering, NewAccount, Record, Store, StoreError, Stored, TxError};

/// Between reading and writing somebody may change account or membership; after so many times we give up.
const ROUNDS: u32 = 4;

/// Why nobody was signed in by a code.
#[derive(Debug, thiserror::Error)]
pub enum CodeSignInError {
    #[error(transparent)]
    Code(#[from] CodeError),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A sign-in with the token that renews it, and the number by which the product shows the account.
#[derive(Debug)]
pub struct FamilySignIn {
    pub sign_in: SignIn,
    pub refresh: String,
    pub number: u64,
}

/// The use cases of signing in by a code.
#[derive(Debug, Clone)]
pub struct CodeSignIn {
    store: Store,
    codes: Codes,
    jwt: Arc<JwtKeys>,
    /// The zone of a profile that comes with a membership, until its owner says another.
    zone: Zone,
}

/// Everything known about an address.
struct Known {
    account: Option<Account>,
    membership: Option<Stored<Membership>>,
    entry: Option<DirectoryEntry>,
    profile: Option<MentorProfile>,
}

impl CodeSignIn {
    /// Signing in by codes, with these keys for its tokens.
    pub fn new(store: Store, codes: Codes, jwt: Arc<JwtKeys>, zone: Zone) -> Self {
        Self { store, codes, jwt, zone }
    }

    /// Has a code mailed, if the address is a member's. The work is the same for every address: the consumer of the
    /// event looks.
    pub async fn ask(&self, cx: &Context, email: Email) -> Result<(), CodeSignInError> {
        self.codes.allow(cx, &email).await?;
        Ok(self.store.publish(&cx.event(Detail::SignInCodeRequested { email })).await?)
    }

    /// Signs in by a code.
    pub async fn enter(&self, cx: &Context, email: &Email, code: &str) -> Result<FamilySignIn, CodeSignInError> {
        self.codes.redeem(cx, CodePurpose::SignIn, email, code).await?;
        for _ in 0..ROUNDS {
            let known = self.known(cx, email).await?;
            // Whoever is no member any more since the code was mailed is answered like a wrong code.
            if known.membership.is_none() && known.entry.is_none() {
                return Err(CodeError::Wrong.into());
            }
            if known.membership.as_ref().is_some_and(|member| member.value.state == MemberState::Inactive) {
                return Err(AccountError::Inactive.into());
            }
            if let Some(signed_in) = self.enter_as(cx, email, known).await? {
                return Ok(signed_in);
            }
        }
        Err(StoreError::Busy("the account kept changing".to_owned()).into())
    }

    async fn known(&self, cx: &Context, email: &Email) -> Result<Known, StoreError> {
        let entry = self.store.directory_entry(cx.product, email).await?.map(|entry| entry.value);
        let (account, membership) = match self.store.account_by_email(email, cx.product).await? {
            Some((account, membership)) => (Some(account), membership),
            None => (None, None),
        };
        let profile = match &account {
            Some(account) => self.store.mentor_profile(cx.product, account.id).await?,
            None => None,
        };
        Ok(Known { account, membership, entry, profile })
    }

    /// None when something changed since it was read.
    async fn enter_as(&self, cx: &Context, email: &Email, known: Known) -> Result<Option<FamilySignIn>, CodeSignInError> {
        let Known { account, membership, entry, profile } = known;
        let new_account = account.is_none();
        let account = match (account, &entry) {
            (Some(account), _) => account,
            (None, Some(entry)) => {
                let new = Account::new(cx.id(), email.clone(), entry.details.name.clone(), None, cx.now);
                Account { email_proven: true, ..new }
            }
            (None, None) => return Err(CodeError::Wrong.into()),
        };
        let cx = &Context { actor: Actor::Account(account.id), ..cx.clone() };
        let before = membership.as_ref().map(|before| &before.value);
        let roles = roles(before, entry.as_ref(), profile.as_ref());
        let made = self.profile_to_make(cx, &account, entry.as_ref(), &roles, profile.as_ref());
        let standing = made.as_ref().or(profile.as_ref());
        let unlisted = standing.filter(|profile| !roles.contains(&Role::Mentor) && !profile.applied && profile.is_listed());
        let unlisted =
            unlisted.map(|was| MentorProfile { verification: Verification::Pending, updated_at: cx.now, ..was.clone() });
        let verification = verification(&roles, unlisted.as_ref().or(standing));
        let after = member(cx, &account, before, roles, verification);
        let record = entered(cx, before, &after, made.as_ref(), unlisted.as_ref().and(profile.as_ref()));

        let jti = uuid::Uuid::new_v4();
        let session = Session::family(cx.id(), account.id, cx.product, refresh_hash(jti), cx.now);
        let new = NewAccount { account: account.clone(), membership: after.clone() };
        let entering = match &membership {
            Some(before) => Entering::Member { account: &account, before, after: &after },
            None if new_account => Entering::NewAccount(&new),
            None => Entering::NewMember { account: &account, membership: &after },
        };
        let unlisted = profile.as_ref().zip(unlisted.as_ref());
        match self.store.enter(entering, made.as_ref(), unlisted, &session, &record).await {
            Ok(()) => {}
            Err(TxError::Refused(store::Moved)) => return Ok(None),
            Err(TxError::Store(error)) => return Err(error.into()),
        }
        let refresh = self.jwt.issue_refresh(&session, jti, cx.now).map_err(AccountError::Token)?;
        let number = self.store.number_of(cx.product, account.id).await?;
        let sign_in = SignIn { member: Member { account, membership: after }, session };
        Ok(Some(FamilySignIn { sign_in, refresh, number }))
    }

    /// A mentor by his membership has a profile from the first sign-in on; an admin approves it before anybody sees it.
    fn profile_to_make(
        &self,
        cx: &Context,
        account: &Account,
        entry: Option<&DirectoryEntry>,
        roles: &BTreeSet<Role>,
        profile: Option<&MentorProfile>,
    ) -> Option<MentorProfile> {
        if profile.is_some() || !roles.contains(&Role::Mentor) {
            return None;
        }
        let mut details = ProfileDetails::blank(self.zone.clone());
        if let Some(entry) = entry {
            details.job_title = entry.details.job_title.clone();
            details.linkedin_url = entry.details.linkedin.clone();
        }
        let person = (account.name.clone(), account.email.clone());
        Some(MentorProfile::new((account.id, cx.product), person, details, false, cx.now))
    }

    /// Replaces a refresh token by a new one. A token that was replaced before has been copied: whoever holds the family
    /// now, it ends.
    pub async fn refresh(&self, cx: &Context, token: &str) -> Result<FamilySignIn, CodeSignInError> {
        let refresh = self.jwt.verify_refresh(token, cx.product, cx.now).map_err(AccountError::Token)?;
        let invalid = || CodeSignInError::Account(AccountError::Token(TokenError::Invalid));
        let found = self.store.signed_in(refresh.account_id, cx.product, refresh.session_id).await?;
        let store::SignedIn { account, membership, session } = found.ok_or_else(invalid)?;
        let outdated = account.valid_from.is_some_and(|from| session.created_at < from);
        if outdated || session.expires_at <= cx.now || membership.state == MemberState::Inactive {
            return Err(invalid());
        }
        let jti = uuid::Uuid::new_v4();
        let refreshed = session.refreshed(refresh_hash(jti), cx.now);
        let good = session.refresh.as_ref() == Some(&refresh.hash);
        if !good || !self.store.refresh_session(&refreshed, &refresh.hash).await? {
            tracing::warn!(account.id = %account.id, "a refresh token was used twice; its family ends");
            self.store.end_session(account.id, session.id).await?;
            return Err(invalid());
        }
        let number = self.store.number_of(cx.product, account.id).await?;
        let refresh = self.jwt.issue_refresh(&refreshed, jti, cx.now).map_err(AccountError::Token)?;
        Ok(FamilySignIn { sign_in: SignIn { member: Member { account, membership }, session: refreshed }, refresh, number })
    }
}

/// What he is from now on: what the directory says, mentor too when his application was approved, and admin if he is.
fn roles(before: Option<&Membership>, entry: Option<&DirectoryEntry>, profile: Option<&MentorProfile>) -> BTreeSet<Role> {
    let had = before.map(|before| before.roles.clone()).unwrap_or_default();
    let Some(entry) = entry else { return had };
    let admin = had.contains(&Role::Admin).then_some(Role::Admin);
    let applied = profile.is_some_and(|profile| profile.applied && profile.is_listed()).then_some(Role::Mentor);
    roles_of(&entry.details.membershiptype).into_iter().chain(admin).chain(applied).collect()
}

fn verification(roles: &BTreeSet<Role>, profile: Option<&MentorProfile>) -> Option<Verification> {
    profile.filter(|profile| profile.applied || roles.contains(&Role::Mentor)).map(|profile| profile.verification)
}

fn member(
    cx: &Context,
    account: &Account,
    before: Option<&Membership>,
    roles: BTreeSet<Role>,
    verification: Option<Verification>,
) -> Membership {
    match before {
        Some(before) => Membership { roles, verification, ..before.clone() },
        None => {
            let (email, name) = (account.email.clone(), account.name.clone());
            let new = Membership::new(account.id, cx.product, email, name, Role::Mentee, cx.now);
            Membership { roles, verification, ..new }
        }
    }
}

/// What a sign-in changes is told and kept: roles that are taken from the directory are an admin's word (hole 4).
fn entered(
    cx: &Context,
    before: Option<&Membership>,
    after: &Membership,
    made: Option<&MentorProfile>,
    unlisted: Option<&MentorProfile>,
) -> Record {
    let from = before.map(|before| before.roles.clone()).unwrap_or_default();
    let (account_id, to) = (after.account_id, after.roles.clone());
    let mut events: Vec<Event> = Vec::new();
    let mut audit = None;
    if before.is_none() || from != to {
        let was = before.map(|before| &before.roles);
        let subject = format!("account:{account_id}");
        audit = Some(match was {
            Some(was) => cx.audit("member.roles_changed", subject, Some(was), Some(&to)),
            None => cx.audit("member.joined", subject, NOTHING, Some(&to)),
        });
        events.push(cx.event(Detail::MemberRolesChanged { account_id, from, to }));
    }
    if let Some(profile) = made {
        events.push(cx.event(Detail::MentorProfileMade { account_id, name: profile.name.clone(), applied: false }));
    }
    if let Some(was) = unlisted {
        let (from, to) = (was.verification, Verification::Pending);
        events.push(cx.event(Detail::MentorVerified { account_id, from, to }));
        events.push(cx.event(Detail::MentorListingChanged { account_id, from: was.areas(), to: BTreeSet::new() }));
    }
    Record { events, audits: audit.into_iter().collect(), once: cx.once.clone() }
}
