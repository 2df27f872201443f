//! Mentors who offer their own time: their profiles, what they offer, and the sessions that are booked in it.

mod availability;
mod due;
#[cfg(feature = "files")]
pub mod photos;
mod profiles;
#[cfg(feature = "payment")]
mod reminding;
mod sessions;
mod verdicts;

pub(crate) use due::reminders as session_reminders;
pub use profiles::{FoundProfiles, OwnFigures, ProfileChange};
#[cfg(feature = "payment")]
pub(crate) use reminding::remind;
pub use sessions::{SessionFilter, Wish};

use crate::{
    Context,
    limits::{LimitError, Limits},
};
use domain::{
    AccountId, InvalidField, Zone,
    account::Member,
    mentorship::{MeetingHosts, MentorProfile, MoveRefused},
};
use gateways::settings::{SettingError, Settings};
use store::{Page, PageRequest, Store, StoreError};

/// Between reading a thing and writing it somebody may change it; after so many times we give up.
const ROUNDS: u32 = 4;

/// Why something about mentors and their sessions was not done.
#[derive(Debug, thiserror::Error)]
pub enum MentorshipError {
    #[error("the member is paused")]
    Paused,
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("the member has a profile")]
    ProfileExists,
    #[error("the profile is another mentor's")]
    NotOwn,
    #[error("it was changed since it was seen")]
    Stale,
    #[error("a mentor has at most so many rules")]
    TooManyRules,
    #[error("the mentor does not offer that time")]
    NotOffered,
    #[error("the mentor has another session then")]
    MentorBusy,
    #[error("the mentee has another session then")]
    MenteeBusy,
    #[error("a mentor books no session with himself")]
    Oneself,
    #[error("a meeting is only linked at {0}")]
    HostNotAllowed(String),
    #[error("that is the other one's to do")]
    NotYours,
    #[error(transparent)]
    Move(#[from] MoveRefused),
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use cases of mentors and their sessions.
#[derive(Debug, Clone)]
pub struct Mentorship {
    store: Store,
    limits: Limits,
    hosts: MeetingHosts,
    zone: Zone,
}

impl Mentorship {
    /// Mentors and sessions in a store. `MEETING_HOSTS`: the hosts at which meetings may be linked, separated by commas;
    /// those of the products' documents unless set.
    pub fn from_settings(store: Store, settings: &Settings, zone: Zone) -> Result<Self, SettingError> {
        let hosts = settings.optional("MEETING_HOSTS").unwrap_or(MeetingHosts::USUAL);
        let hosts = MeetingHosts::parse(hosts)
            .ok_or_else(|| SettingError::Bad { name: "MEETING_HOSTS".to_owned(), why: "names no hosts".to_owned() })?;
        Ok(Self { limits: Limits::new(store.clone()), store, hosts, zone })
    }

    /// The zone of a mentor who says no other.
    pub fn usual_zone(&self) -> &Zone {
        &self.zone
    }

    /// The number by which the product shows an account.
    pub async fn number(&self, cx: &Context, of: AccountId) -> Result<u64, MentorshipError> {
        Ok(self.store.number_of(cx.product, of).await?)
    }

    /// Refuses what is another mentor's (M-49).
    pub async fn must_be_own(&self, cx: &Context, member: &Member, id: AccountId) -> Result<(), MentorshipError> {
        if id == member.id() {
            return Ok(());
        }
        // That a profile exists is known of those alone who are listed.
        self.profile(cx, id).await?;
        Err(MentorshipError::NotOwn)
    }

    async fn own_profile(&self, cx: &Context, member: &Member) -> Result<MentorProfile, MentorshipError> {
        let profile = self.store.mentor_profile(cx.product, member.id()).await?;
        profile.ok_or(MentorshipError::NotFound("mentor profile"))
    }

    /// The mentors whom somebody likes to find again, as far as they are still listed.
    pub async fn favourites(&self, cx: &Context, of: AccountId) -> Result<Vec<MentorProfile>, MentorshipError> {
        let ids = self.store.favourites(cx.product, of).await?;
        let mut found = self.store.mentor_profiles(cx.product, &ids).await?;
        found.retain(MentorProfile::is_listed);
        Ok(found)
    }

    /// Remembers a mentor for somebody, or forgets him.
    pub async fn set_favourite(
        &self,
        cx: &Context,
        of: AccountId,
        mentor: AccountId,
        wanted: bool,
    ) -> Result<(), MentorshipError> {
        if wanted {
            self.profile(cx, mentor).await?;
        }
        let known = self.store.set_favourite(cx.product, of, mentor, wanted).await?;
        known.then_some(()).ok_or(MentorshipError::NotFound("favourite"))
    }

    /// What went on, the latest first, with the names of those whom it names.
    pub async fn activities(&self, cx: &Context, page: PageRequest) -> Result<Page<Line>, MentorshipError> {
        let found = self.store.activities(cx.product, page).await?;
        let people = found.items.iter().flat_map(|line| [Some(line.account_id), line.mentor_id]).flatten().collect();
        let names = self.store.names(cx.product, &people).await?;
        let name = |id: AccountId| names.get(&id).map(ToString::to_string);
        Ok(found.map(|line| Line { name: name(line.account_id), mentor_name: line.mentor_id.and_then(name), activity: line }))
    }
}

/// A line of what went on. Whoever left has no name any more.
#[derive(Debug, Clone)]
pub struct Line {
    pub activity: domain::activity::Activity,
    pub name: Option<String>,
    pub mentor_name: Option<String>,
}

fn kept_changing() -> MentorshipError {
    StoreError::Busy("it kept changing".to_owned()).into()
}
