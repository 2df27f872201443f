//! What students and mentors show of themselves: to themselves, to each other, to the public.

mod change;
#[cfg(feature = "files")]
mod files;
mod find;

pub use change::PortraitChange;
#[cfg(feature = "files")]
pub use files::{PortraitFileError, PortraitFiles};

use crate::Context;
#[cfg(feature = "files")]
use domain::file::{FileKey, Purpose};
use domain::{
    AccountId, Instant, InvalidField, Zone,
    account::{Member, Membership, Role, Verification},
    event::{Detail, Event},
    mentorship::{MentorProfile, ProfileDetails},
    portrait::StudentProfile,
    text::PersonName,
};
use jiff::SignedDuration;
use std::collections::BTreeSet;
use store::{FileSwap, Record, Store, StoreError, Stored, Verdict};

/// Whoever was there within this time is online.
const ONLINE_FOR: SignedDuration = SignedDuration::from_mins(5);
/// Between reading and writing somebody may change it; after so many times we give up.
const ROUNDS: u32 = 4;

/// Why a portrait was not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum PortraitError {
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("the member is paused")]
    Paused,
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A member with what he shows, and whether he is there now.
#[derive(Debug, Clone)]
pub struct Seen<P> {
    pub member: Membership,
    pub profile: P,
    pub is_online: bool,
}

/// The use cases of portraits.
#[derive(Debug, Clone)]
pub struct Portraits {
    store: Store,
    zone: Zone,
}

fn kept_changing() -> PortraitError {
    StoreError::Busy("a portrait kept changing".to_owned()).into()
}

/// Whether somebody who was last seen then is there now.
pub fn is_online(seen_at: Option<Instant>, now: Instant) -> bool {
    seen_at.is_some_and(|seen| now.since(seen) < ONLINE_FOR)
}

impl Portraits {
    /// Portraits in a store. A mentor's clock goes by a zone until he says another.
    pub fn new(store: Store, zone: Zone) -> Self {
        Self { store, zone }
    }

    /// A mentor's profile before he has said anything.
    fn blank(&self, member: &Membership) -> MentorProfile {
        let person = (member.name.clone(), member.email.clone());
        let details = ProfileDetails::blank(self.zone.clone());
        let blank = MentorProfile::new((member.account_id, member.product), person, details, true, member.created_at);
        let verification = member.verification.unwrap_or(Verification::Pending);
        MentorProfile { verification, portrait: Some(Box::default()), ..blank }
    }

    /// A mentor's own profile.
    pub async fn mentor(&self, cx: &Context, member: &Membership) -> Result<MentorProfile, PortraitError> {
        let kept = self.store.mentor_profile(cx.product, member.account_id).await?;
        Ok(kept.unwrap_or_else(|| self.blank(member)))
    }

    /// A student's own profile.
    pub async fn student(&self, cx: &Context, member: &Membership) -> Result<StudentProfile, PortraitError> {
        let kept = self.store.student_profile(cx.product, member.account_id).await?;
        Ok(kept.unwrap_or_else(|| StudentProfile::new(member.account_id, cx.product, member.created_at)))
    }

    /// A mentor changes his own profile. One that was turned down waits for approval again.
    pub async fn change_mentor(
        &self,
        cx: &Context,
        by: &Member,
        change: &PortraitChange,
    ) -> Result<(Membership, MentorProfile), PortraitError> {
        by.must_be_active().map_err(|_| PortraitError::Paused)?;
        let today = cx.now.timestamp().to_zoned(self.zone.rules().clone()).date();
        let edit = |was: &MentorProfile| {
            let after = change.of_mentor(was);
            after.portrait.as_ref().map_or(Ok(()), |portrait| portrait.check(today))?;
            Ok((after, FileSwap::default()))
        };
        // The name is written by itself, so that nothing may be wrong with the rest.
        edit(&self.mentor(cx, &by.membership).await?)?;
        let name = self.rename(cx, by, change.name.as_ref()).await?;
        let profile = self.edit_mentor(cx, by.id(), &name, edit).await?;
        let verification = Some(profile.verification);
        Ok((Membership { name, verification, ..by.membership.clone() }, profile))
    }

    async fn edit_mentor(
        &self,
        cx: &Context,
        id: AccountId,
        name: &PersonName,
        edit: impl Fn(&MentorProfile) -> Result<(MentorProfile, FileSwap), InvalidField>,
    ) -> Result<MentorProfile, PortraitError> {
        for _ in 0..ROUNDS {
            let member = self.store.membership(cx.product, id).await?.ok_or(PortraitError::NotFound("mentor"))?;
            let kept = self.store.mentor_profile(cx.product, id).await?;
            let before = kept.clone().unwrap_or_else(|| self.blank(&member.value));
            let asks_again = before.verification == Verification::Rejected;
            let verification = if asks_again { Verification::Pending } else { before.verification };
            let (after, files) = edit(&before)?;
            let after = MentorProfile { verification, ..after };
            if let Some(after) = self.write(cx, (kept.as_ref(), after, name), &member, (None, &files)).await? {
                return Ok(after);
            }
        }
        Err(kept_changing())
    }

    /// An admin lets a mentor in, or turns him down. Deciding the same again changes nothing.
    pub async fn decide(&self, cx: &Context, id: AccountId, verification: Verification) -> Result<Membership, PortraitError> {
        for _ in 0..ROUNDS {
            let member = self.store.membership(cx.product, id).await?;
            let member = member.filter(|member| member.value.is(Role::Mentor)).ok_or(PortraitError::NotFound("mentor"))?;
            let kept = self.store.mentor_profile(cx.product, id).await?;
            let before = kept.clone().unwrap_or_else(|| self.blank(&member.value));
            if member.value.verification == Some(verification) && kept.is_some() {
                return Ok(member.value);
            }
            let subject = format!("account:{id}");
            let audit = cx.audit("mentor.verified", subject, member.value.verification.as_ref(), Some(&verification));
            let after = MentorProfile { verification, ..before };
            let name = member.value.name.clone();
            if self.write(cx, (kept.as_ref(), after, &name), &member, (Some(audit), &FileSwap::default())).await?.is_some() {
                return Ok(Membership { verification: Some(verification), ..member.value });
            }
        }
        Err(kept_changing())
    }

    /// Writes a mentor's profile with all that follows from it; None when something changed since it was read.
    async fn write(
        &self,
        cx: &Context,
        (before, after, name): (Option<&MentorProfile>, MentorProfile, &PersonName),
        member: &Stored<Membership>,
        (audit, files): (Option<domain::audit::AuditRecord>, &FileSwap),
    ) -> Result<Option<MentorProfile>, PortraitError> {
        let version = before.map_or(1, |before| before.version + 1);
        let (name, email) = (name.clone(), member.value.email.clone());
        let after = MentorProfile { name, email, version, updated_at: cx.now, ..after };
        let (was, is) = (member.value.verification.unwrap_or(Verification::Pending), after.verification);
        let decided = Membership { verification: Some(is), ..member.value.clone() };
        let verdict = (was != is || audit.is_some()).then_some(Verdict { before: member, after: &decided });
        let events = told(cx, before, &after, (was, is));
        let record = Record { events, audits: audit.into_iter().collect(), once: cx.once.clone() };
        let written = self.store.put_mentor_profile(before, &after, verdict.as_ref(), (files, &record)).await?;
        Ok(written.then_some(after))
    }

    /// A student changes his own profile.
    pub async fn change_student(
        &self,
        cx: &Context,
        by: &Member,
        change: &PortraitChange,
    ) -> Result<(Membership, StudentProfile), PortraitError> {
        by.must_be_active().map_err(|_| PortraitError::Paused)?;
        let today = cx.now.timestamp().to_zoned(self.zone.rules().clone()).date();
        let edit = |was: &StudentProfile| {
            let after = change.of_student(was);
            after.portrait.check(today)?;
            Ok((after, FileSwap::default()))
        };
        edit(&self.student(cx, &by.membership).await?)?;
        let name = self.rename(cx, by, change.name.as_ref()).await?;
        let member = Membership { name, ..by.membership.clone() };
        let profile = self.edit_student(cx, &member, edit).await?;
        Ok((member, profile))
    }

    async fn edit_student(
        &self,
        cx: &Context,
        member: &Membership,
        edit: impl Fn(&StudentProfile) -> Result<(StudentProfile, FileSwap), InvalidField>,
    ) -> Result<StudentProfile, PortraitError> {
        for _ in 0..ROUNDS {
            let kept = self.store.student_profile(cx.product, member.account_id).await?;
            let was = kept.clone().unwrap_or_else(|| StudentProfile::new(member.account_id, cx.product, cx.now));
            let version = kept.as_ref().map_or(1, |kept| kept.version + 1);
            let (after, files) = edit(&was)?;
            let after = StudentProfile { version, updated_at: cx.now, ..after };
            if self.store.put_student_profile(kept.as_ref(), &after, &files).await? {
                return Ok(after);
            }
        }
        Err(kept_changing())
    }

    /// Puts a file into a portrait, or takes it out, with what that does to files.
    #[cfg(feature = "files")]
    async fn set_file(
        &self,
        cx: &Context,
        by: &Member,
        (role, purpose): (Role, Purpose),
        file: Option<&FileKey>,
        swap: impl Fn(Option<&FileKey>) -> FileSwap,
    ) -> Result<(), PortraitError> {
        by.must_be_active().map_err(|_| PortraitError::Paused)?;
        if role == Role::Mentor {
            self.edit_mentor(cx, by.id(), &by.membership.name, |was| {
                let mut after = was.clone();
                let place = match purpose {
                    Purpose::Photo => &mut after.photo,
                    Purpose::Cv => &mut after.portrait.get_or_insert_default().cv,
                };
                let swap = swap(std::mem::replace(place, file.cloned()).as_ref());
                Ok((after, swap))
            })
            .await?;
        } else {
            self.edit_student(cx, &by.membership, |was| {
                let mut after = was.clone();
                let place = if purpose == Purpose::Photo { &mut after.photo } else { &mut after.portrait.cv };
                let swap = swap(std::mem::replace(place, file.cloned()).as_ref());
                Ok((after, swap))
            })
            .await?;
        }
        Ok(())
    }

    /// A person's name is one in every product.
    async fn rename(&self, cx: &Context, by: &Member, name: Option<&PersonName>) -> Result<PersonName, PortraitError> {
        let Some(name) = name.filter(|name| **name != by.membership.name) else { return Ok(by.membership.name.clone()) };
        for _ in 0..ROUNDS {
            let of = self.store.everywhere(by.id()).await?.ok_or(PortraitError::NotFound("account"))?;
            let member = &of.member(cx.product).ok_or(PortraitError::NotFound("account"))?.value;
            let roles = (cx.product, [&member.current_role, &member.target_role]);
            if self.store.change_profile(&of, name, roles, cx.now, &Record::default()).await? {
                return Ok(name.clone());
            }
        }
        Err(kept_changing())
    }

    /// Whether somebody is there now.
    pub async fn is_online(&self, cx: &Context, id: AccountId) -> Result<bool, PortraitError> {
        Ok(is_online(self.store.seen_at(cx.product, id).await?, cx.now))
    }

    /// Notes that somebody is there, or that he went; answers since when he is known to be there.
    pub async fn note_presence(&self, cx: &Context, id: AccountId, here: bool) -> Result<Option<Instant>, PortraitError> {
        if here {
            self.store.note_presence(cx.product, id, cx.now).await?;
            return Ok(Some(cx.now));
        }
        let seen_at = self.store.seen_at(cx.product, id).await?;
        self.store.end_presence(cx.product, id).await?;
        Ok(seen_at)
    }
}

/// What a change of a profile tells.
fn told(
    cx: &Context,
    before: Option<&MentorProfile>,
    after: &MentorProfile,
    (was, is): (Verification, Verification),
) -> Vec<Event> {
    let account_id = after.account_id;
    let areas = |profile: &MentorProfile| if profile.is_listed() { profile.areas() } else { BTreeSet::new() };
    let (from, to) = (before.map(areas).unwrap_or_default(), areas(after));
    let made = before.is_none().then(|| Detail::MentorProfileMade { account_id, name: after.name.clone(), applied: true });
    let verified = (was != is).then_some(Detail::MentorVerified { account_id, from: was, to: is });
    let listing = (from != to).then_some(Detail::MentorListingChanged { account_id, from, to });
    made.into_iter().chain(verified).chain(listing).map(|detail| cx.event(detail)).collect()
}
