use super::{Mentorship, MentorshipError, ROUNDS, kept_changing};
use crate::Context;
use domain::{
    AccountId, Zone,
    account::{Member, Membership, Role, Verification},
    audit::AuditRecord,
    event::{Detail, Event},
    figures::SessionStats,
    mentorship::{Expertise, MentorProfile, ProfileDetails, SessionBooking, SessionStatus},
    text::{Line, Prose, WebUrl},
};
use futures::future::try_join3;
use std::collections::BTreeSet;
use store::{FileSwap, MentorSearch, PageRequest, Record, SessionsWanted, TxError, Verdict};

/// A look at one's own figures counts the mentees of so many sessions.
const SESSIONS_COUNTED: u32 = 1000;
const UPCOMING_SHOWN: u32 = 5;

/// What a mentor changes about his profile; what is not given stays.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    pub bio: Option<Prose<4000>>,
    pub expertise: Option<Vec<Expertise>>,
    pub company: Option<Line<100>>,
    pub job_title: Option<Line<100>>,
    /// Given and none takes the years away.
    pub years_of_experience: Option<Option<u8>>,
    pub linkedin_url: Option<WebUrl>,
    pub github_url: Option<WebUrl>,
    pub twitter_url: Option<WebUrl>,
    pub photo_url: Option<WebUrl>,
    pub timezone: Option<Zone>,
    pub is_accepting_requests: Option<bool>,
}

impl ProfileChange {
    /// The details with it.
    pub fn of(self, was: ProfileDetails) -> ProfileDetails {
        ProfileDetails {
            bio: self.bio.unwrap_or(was.bio),
            expertise: self.expertise.unwrap_or(was.expertise),
            company: self.company.unwrap_or(was.company),
            job_title: self.job_title.unwrap_or(was.job_title),
            years_of_experience: self.years_of_experience.unwrap_or(was.years_of_experience),
            linkedin_url: self.linkedin_url.unwrap_or(was.linkedin_url),
            github_url: self.github_url.unwrap_or(was.github_url),
            twitter_url: self.twitter_url.unwrap_or(was.twitter_url),
            photo_url: self.photo_url.unwrap_or(was.photo_url),
            timezone: self.timezone.unwrap_or(was.timezone),
            is_accepting_requests: self.is_accepting_requests.unwrap_or(was.is_accepting_requests),
        }
    }
}

/// A page of the mentors whom mentees see.
#[derive(Debug)]
pub struct FoundProfiles {
    pub profiles: Vec<MentorProfile>,
    pub count: u64,
}

/// What a mentor sees of what he does.
#[derive(Debug)]
pub struct OwnFigures {
    pub profile: MentorProfile,
    pub stats: SessionStats,
    /// How many people he had sessions with, or has.
    pub mentees: usize,
    /// Soonest first.
    pub upcoming: Vec<SessionBooking>,
}

impl Mentorship {
    /// A page of the listed mentors, all or those who are looked for. The first page is 1.
    pub async fn mentors(
        &self,
        cx: &Context,
        search: &MentorSearch,
        (page, size): (u32, u32),
    ) -> Result<FoundProfiles, MentorshipError> {
        let found = self.store.find_mentors(cx.product, search, page.saturating_mul(size)).await?;
        let before = page.saturating_sub(1).saturating_mul(size) as usize;
        let shown: Vec<AccountId> = found.ids.into_iter().skip(before).take(size as usize).collect();
        let counted = async {
            match (found.count, &search.area) {
                (Some(count), _) => Ok(count),
                (None, Some(area)) => self.store.mentors_in_area(cx.product, area).await,
                (None, None) => Ok(domain::figures::Stats::from(self.store.counts(cx.product).await?).approved_mentors),
            }
        };
        let (profiles, count) = self.store.together(self.store.mentor_profiles(cx.product, &shown), counted).await;
        let (profiles, count) = (profiles?, count?);
        let profiles: Vec<_> = profiles.into_iter().filter(MentorProfile::is_listed).collect();
        // The count follows by seconds; it never says less than what is seen.
        let count = count.max((before + profiles.len()) as u64);
        Ok(FoundProfiles { profiles, count })
    }

    /// A listed mentor.
    pub async fn profile(&self, cx: &Context, mentor: AccountId) -> Result<MentorProfile, MentorshipError> {
        let profile = self.store.mentor_profile(cx.product, mentor).await?;
        profile.filter(MentorProfile::is_listed).ok_or(MentorshipError::NotFound("mentor"))
    }

    /// One's own profile, listed or not.
    pub async fn own(&self, cx: &Context, member: &Member) -> Result<MentorProfile, MentorshipError> {
        self.own_profile(cx, member).await
    }

    /// What a mentor sees of what he does.
    pub async fn own_figures(&self, cx: &Context, member: &Member) -> Result<OwnFigures, MentorshipError> {
        let profile = self.own_profile(cx, member).await?;
        let (store, wanted) = (&self.store, SessionsWanted::Of(Role::Mentor, member.id()));
        let (counts, sessions, upcoming) = try_join3(
            store.counts_of_person(cx.product, member.id()),
            store.session_bookings(cx.product, wanted, None, PageRequest::first(SESSIONS_COUNTED)),
            store.upcoming_sessions(
                cx.product,
                wanted,
                |status| status == SessionStatus::Confirmed,
                cx.now,
                PageRequest::first(UPCOMING_SHOWN),
            ),
        )
        .await?;
        let met = sessions.items.iter().filter(|session| !session.status.is_cancelled());
        let mentees: BTreeSet<AccountId> = met.map(|session| session.mentee.id).collect();
        Ok(OwnFigures { profile, stats: counts.into(), mentees: mentees.len(), upcoming: upcoming.items })
    }

    /// A member applies to be a mentor (M-16); an admin approves him.
    pub async fn apply(&self, cx: &Context, by: &Member, details: ProfileDetails) -> Result<MentorProfile, MentorshipError> {
        by.must_be_active().map_err(|_| MentorshipError::Paused)?;
        details.check()?;
        for _ in 0..ROUNDS {
            let member = self.store.membership(cx.product, by.id()).await?.ok_or(MentorshipError::NotFound("member"))?;
            if self.store.mentor_profile(cx.product, by.id()).await?.is_some() {
                return Err(MentorshipError::ProfileExists);
            }
            let person = (member.value.name.clone(), member.value.email.clone());
            let profile = MentorProfile::new((by.id(), cx.product), person, details.clone(), true, cx.now);
            let made = Detail::MentorProfileMade { account_id: by.id(), name: profile.name.clone(), applied: true };
            let after = Membership { verification: Some(Verification::Pending), ..member.value.clone() };
            let verdict = Verdict { before: &member, after: &after };
            match self.store.apply_as_mentor(&profile, &verdict, &cx.record(cx.event(made))).await {
                Ok(()) => return Ok(profile),
                Err(TxError::Refused(store::Moved)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(kept_changing())
    }

    /// A mentor changes his own profile; over a version, if he says which one he saw (M-53). One that was turned down
    /// waits for approval again.
    pub async fn change(
        &self,
        cx: &Context,
        by: &Member,
        (change, version): (ProfileChange, Option<u64>),
    ) -> Result<MentorProfile, MentorshipError> {
        by.must_be_active().map_err(|_| MentorshipError::Paused)?;
        for _ in 0..ROUNDS {
            let before = self.own_profile(cx, by).await?;
            if version.is_some_and(|version| version != before.version) {
                return Err(MentorshipError::Stale);
            }
            let only_availability = ProfileChange { is_accepting_requests: None, ..change.clone() }.is_empty();
            let details = change.clone().of(before.details.clone());
            if !only_availability {
                details.check()?;
            }
            let asks_again = before.verification == Verification::Rejected;
            let verification = if asks_again { Verification::Pending } else { before.verification };
            let (version, updated_at) = (before.version + 1, cx.now);
            // A picture elsewhere takes an uploaded one's place.
            let photo = if change.photo_url.is_some() { None } else { before.photo.clone() };
            let after = MentorProfile { details, photo, verification, version, updated_at, ..before.clone() };
            if self.write(cx, &before, &after, None).await? {
                return Ok(after);
            }
        }
        Err(kept_changing())
    }

    /// Writes a changed profile with all that follows from it, perhaps by an admin's verdict; false when something changed since it was read.
    pub(super) async fn write(
        &self,
        cx: &Context,
        before: &MentorProfile,
        after: &MentorProfile,
        verdict: Option<(AuditRecord, Event)>,
    ) -> Result<bool, MentorshipError> {
        let (audit, told) = verdict.unzip();
        let mut events = profile_events(cx, before, after);
        events.extend(told);
        let decided = before.verification != after.verification;
        let member = if decided { self.store.membership(cx.product, after.account_id).await? } else { None };
        if decided && member.is_none() {
            return Err(MentorshipError::NotFound("mentor"));
        }
        let standing = member.as_ref().map(|member| decided_roles(&member.value, after));
        if let Some((was, is)) = member.as_ref().map(|member| &member.value.roles).zip(standing.as_ref().map(|is| &is.roles))
            && was != is
        {
            let (from, to) = (was.clone(), is.clone());
            events.push(cx.event(Detail::MemberRolesChanged { account_id: after.account_id, from, to }));
        }
        let verdict = member.as_ref().zip(standing.as_ref()).map(|(before, after)| Verdict { before, after });
        let record = Record { events, audits: audit.into_iter().collect(), once: cx.once.clone() };
        let dropped = before.photo.as_ref().filter(|_| after.photo.is_none());
        let files = FileSwap::dropping(dropped, cx.now);
        Ok(self.store.change_mentor_profile(before, after, verdict.as_ref(), (&files, &record)).await?)
    }
}

impl ProfileChange {
    fn is_empty(&self) -> bool {
        let Self { bio, expertise, company, job_title, years_of_experience, linkedin_url, github_url, .. } = self;
        let Self { twitter_url, photo_url, timezone, is_accepting_requests, .. } = self;
        let links = [linkedin_url, github_url, twitter_url, photo_url].iter().all(|url| url.is_none());
        let lines = [company, job_title].iter().all(|line| line.is_none());
        links
            && lines
            && bio.is_none()
            && expertise.is_none()
            && years_of_experience.is_none()
            && timezone.is_none()
            && is_accepting_requests.is_none()
    }
}

/// Whoever applied is a mentor once he is approved, and no more when that is taken back; the directory's mentors stay
/// what they are.
fn decided_roles(member: &Membership, profile: &MentorProfile) -> Membership {
    let mut roles = member.roles.clone();
    if profile.applied {
        if profile.is_listed() {
            roles.insert(Role::Mentor);
        } else {
            roles.remove(&Role::Mentor);
        }
    }
    Membership { roles, verification: Some(profile.verification), ..member.clone() }
}

fn profile_events(cx: &Context, before: &MentorProfile, after: &MentorProfile) -> Vec<Event> {
    let account_id = after.account_id;
    let areas = |profile: &MentorProfile| if profile.is_listed() { profile.areas() } else { BTreeSet::new() };
    let (from, to) = (areas(before), areas(after));
    let listing = (from != to).then(|| Detail::MentorListingChanged { account_id, from, to });
    let (from, to) = (before.verification, after.verification);
    let verified = (from != to).then_some(Detail::MentorVerified { account_id, from, to });
    verified.into_iter().chain(listing).map(|detail| cx.event(detail)).collect()
}
