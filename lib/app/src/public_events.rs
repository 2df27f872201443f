//! Events that mentors offer to the public.

use crate::{Context, context::NOTHING};
use domain::{
    AccountId, PublicEventId,
    account::{Member, Membership, Verification},
    event::Detail,
    figures::LeadFigures,
    public_event::{Announcement, Edit, EventDraft, HostChange, HostProfile, PublicEvent, Wanted, When},
};
use store::{Direction, Host, Page, PageRequest, Record, Store, StoreError};

/// Why something about an event was not done.
#[derive(Debug, thiserror::Error)]
pub enum PublicEventError {
    #[error("the member is paused")]
    Paused,
    #[error("the mentor is not approved")]
    MentorNotApproved,
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("the event is not in the future")]
    InThePast,
    #[error("more places are booked")]
    PlacesBooked,
    #[error("nothing is to be changed")]
    NothingToChange,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An event with whoever offers it.
#[derive(Debug)]
pub struct Offer {
    pub event: PublicEvent,
    pub host: Host,
}

/// Bookings and other edits may come in between.
const ROUNDS: u32 = 8;

/// The use cases of public events.
#[derive(Debug, Clone)]
pub struct PublicEvents {
    store: Store,
}

fn of_whom(by: &Member) -> Result<(), PublicEventError> {
    by.must_be_active().map_err(|_| PublicEventError::Paused)?;
    by.membership.can_mentor().then_some(()).ok_or(PublicEventError::MentorNotApproved)
}

impl PublicEvents {
    /// The events in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// What is on offer, the earliest first: events of approved mentors only.
    pub async fn on_offer(
        &self,
        cx: &Context,
        when: When,
        wanted: Wanted,
        page: PageRequest,
    ) -> Result<Page<Offer>, PublicEventError> {
        let keep = (!wanted.is_anything()).then_some(|event: &PublicEvent| wanted.admits(event));
        let found = self.store.public_events(cx.product, (when.span(cx.now), Direction::EarliestFirst), page, keep).await?;
        self.offers(cx, found).await
    }

    /// What is announced: what is to come by itself the earliest first, with what was the latest first. Events of approved
    /// mentors only.
    pub async fn announced(&self, cx: &Context, when: When, page: PageRequest) -> Result<Page<Offer>, PublicEventError> {
        let direction = match when {
            When::Upcoming => Direction::EarliestFirst,
            When::Past | When::All => Direction::LatestFirst,
        };
        let everything = None::<fn(&PublicEvent) -> bool>;
        let found = self.store.public_events(cx.product, (when.span(cx.now), direction), page, everything).await?;
        self.offers(cx, found).await
    }

    /// Events with their mentors, without those whose mentor may not offer any.
    async fn offers(&self, cx: &Context, Page { items, next }: Page<PublicEvent>) -> Result<Page<Offer>, PublicEventError> {
        let hosts = self.store.hosts(cx.product, items.iter().map(|event| event.mentor_id)).await?;
        let offer = |event: PublicEvent| {
            let host = hosts.get(&event.mentor_id).filter(|host| host.membership.can_mentor())?;
            Some(Offer { host: host.clone(), event })
        };
        Ok(Page { items: items.into_iter().filter_map(offer).collect(), next })
    }

    /// An event of an approved mentor.
    pub async fn show(&self, cx: &Context, id: PublicEventId) -> Result<Offer, PublicEventError> {
        let event =
            self.store.public_event::<PublicEvent>(cx.product, id).await?.ok_or(PublicEventError::NotFound("event"))?.value;
        let host = self.store.hosts(cx.product, [event.mentor_id]).await?.remove(&event.mentor_id);
        let host = host.filter(|host| host.membership.can_mentor()).ok_or(PublicEventError::NotFound("event"))?;
        Ok(Offer { event, host })
    }

    /// The caller's events, the latest first.
    pub async fn of_mentor(&self, cx: &Context, by: &Member, page: PageRequest) -> Result<Page<PublicEvent>, PublicEventError> {
        Ok(self.store.public_events_of_mentor(cx.product, by.id(), page).await?)
    }

    /// Offers a new event.
    pub async fn create(&self, cx: &Context, by: &Member, draft: EventDraft) -> Result<PublicEvent, PublicEventError> {
        self.keep(cx, by, PublicEvent::new(cx.id(), cx.product, by.id(), draft, cx.now)).await
    }

    /// Announces a new event.
    pub async fn announce(&self, cx: &Context, by: &Member, what: Announcement) -> Result<PublicEvent, PublicEventError> {
        self.keep(cx, by, PublicEvent::announced(cx.id(), (cx.product, by.id()), what, cx.now)).await
    }

    async fn keep(&self, cx: &Context, by: &Member, event: PublicEvent) -> Result<PublicEvent, PublicEventError> {
        of_whom(by)?;
        if event.starts_at <= cx.now {
            return Err(PublicEventError::InThePast);
        }
        let created = cx.event(Detail::PublicEventCreated { event_id: event.id, mentor_id: event.mentor_id });
        let kept = self.store.add_public_event(&event, &cx.record(created)).await?;
        kept.then_some(event).ok_or(PublicEventError::MentorNotApproved)
    }

    /// Edits one of the caller's events.
    pub async fn edit(&self, cx: &Context, by: &Member, id: PublicEventId, edit: Edit) -> Result<(), PublicEventError> {
        self.rewrite(cx, by, id, |event| event.edited(edit.clone(), cx.now)).await.map(|_| ())
    }

    /// Announces one of the caller's events anew.
    pub async fn announce_anew(
        &self,
        cx: &Context,
        by: &Member,
        id: PublicEventId,
        what: Announcement,
    ) -> Result<PublicEvent, PublicEventError> {
        self.rewrite(cx, by, id, |event| Some(event.announced_anew(what.clone(), cx.now))).await
    }

    async fn rewrite(
        &self,
        cx: &Context,
        by: &Member,
        id: PublicEventId,
        anew: impl Fn(PublicEvent) -> Option<PublicEvent>,
    ) -> Result<PublicEvent, PublicEventError> {
        of_whom(by)?;
        for _ in 0..ROUNDS {
            let before = self.store.public_event::<PublicEvent>(cx.product, id).await?;
            let before = before.filter(|event| event.value.mentor_id == by.id()).ok_or(PublicEventError::NotFound("event"))?;
            let after = anew(before.value.clone()).ok_or(PublicEventError::PlacesBooked)?;
            // What has begun may be described anew, but not moved into the past.
            if after.starts_at <= cx.now && after.starts_at != before.value.starts_at {
                return Err(PublicEventError::InThePast);
            }
            if self.store.replace_public_event(&before, &after, &Record::default().once(cx.once.clone())).await? {
                return Ok(after);
            }
        }
        Err(StoreError::Busy("an event kept changing while it was edited".to_owned()).into())
    }

    /// Deletes one of the caller's events, as long as nothing of it is booked.
    pub async fn delete(&self, cx: &Context, by: &Member, id: PublicEventId) -> Result<(), PublicEventError> {
        by.must_be_active().map_err(|_| PublicEventError::Paused)?;
        let event = self.store.public_event::<PublicEvent>(cx.product, id).await?.map(|event| event.value);
        let event = event.filter(|event| event.mentor_id == by.id()).ok_or(PublicEventError::NotFound("event"))?;
        let gone = self.store.delete_public_event(cx.product, id, &deleted(cx, &event)).await?;
        gone.then_some(()).ok_or(PublicEventError::PlacesBooked)
    }

    /// What a mentor says of himself; nothing yet, perhaps.
    pub async fn profile(&self, cx: &Context, of: &Membership) -> Result<HostProfile, PublicEventError> {
        let profile = self.store.host_profile(cx.product, of.account_id).await?;
        Ok(profile.unwrap_or_else(|| HostProfile::empty(of.account_id, cx.product, of.created_at)))
    }

    /// Changes what the caller says of himself. Whoever was rejected asks anew with it.
    pub async fn change_profile(&self, cx: &Context, by: &Member, change: HostChange) -> Result<(), PublicEventError> {
        by.must_be_active().map_err(|_| PublicEventError::Paused)?;
        if change.is_empty() {
            return Err(PublicEventError::NothingToChange);
        }
        for _ in 0..ROUNDS {
            let member = self.store.membership(cx.product, by.id()).await?.ok_or(PublicEventError::NotFound("mentor"))?;
            let asks_anew = member.value.verification == Some(Verification::Rejected);
            let (from, to) = (Verification::Rejected, Verification::Pending);
            let anew = asks_anew.then(|| cx.event(Detail::MentorVerified { account_id: by.id(), from, to }));
            let record = Record { events: anew.into_iter().collect(), ..Record::default() };
            if self.store.change_host(&member, &change, cx.now, &record).await? {
                return Ok(());
            }
        }
        Err(StoreError::Busy("a mentor kept changing while his profile was written".to_owned()).into())
    }

    /// Mentors with what they say of themselves, all or those with a verification.
    pub async fn hosts(
        &self,
        cx: &Context,
        verification: Option<Verification>,
        page: PageRequest,
    ) -> Result<Page<Host>, PublicEventError> {
        let mentors = domain::account::Role::Mentor;
        let members = match verification {
            None => self.store.members(cx.product, Some(mentors), page).await?,
            Some(wanted) => {
                let keep = |member: &Membership| member.verification == Some(wanted);
                self.store.members_where(cx.product, mentors, None, page, keep).await?
            }
        };
        let mut profiles = self.store.host_profiles(cx.product, members.items.iter().map(|member| member.account_id)).await?;
        Ok(members.map(|membership| Host { profile: profiles.remove(&membership.account_id), membership }))
    }

    /// How the trade goes, of the whole product or of one mentor.
    pub async fn figures(&self, cx: &Context, mentor: Option<AccountId>) -> Result<LeadFigures, PublicEventError> {
        let counts = match mentor {
            None => self.store.counts(cx.product).await?,
            Some(mentor) => self.store.counts_of_person(cx.product, mentor).await?,
        };
        Ok(counts.into())
    }
}

/// What deleting an event leaves behind.
pub(crate) fn deleted(cx: &Context, event: &PublicEvent) -> Record {
    let audit = cx.audit("public_event.deleted", format!("public_event:{}", event.id), Some(event), NOTHING);
    let detail = Detail::PublicEventDeleted { event_id: event.id, mentor_id: event.mentor_id };
    Record::event(cx.event(detail)).audited(audit)
}
