//! Events to which everybody may come: mentors and admins make them, and whoever made one changes it.

use crate::{
    Context,
    context::NOTHING,
    limits::{GATHERINGS, LimitError, Limits},
};
use domain::{
    InvalidField, PublicEventId,
    account::{Member, Role},
    community::Author,
    event::Detail,
    public_event::{Gathering, GatheringDetails, GatheringEdit, When},
    text::Line,
};
use store::{Direction, Page, PageRequest, Record, Store, StoreError, Stored};

/// Somebody may change it at the same time; after so many times we give up.
const ROUNDS: u32 = 4;

/// Why something about an event was not done.
#[derive(Debug, thiserror::Error)]
pub enum GatheringError {
    #[error("the member is paused")]
    Paused,
    #[error("the mentor is not approved")]
    MentorNotApproved,
    #[error("there is no such event")]
    NotFound,
    #[error("it is somebody else's")]
    NotTheOrganizer,
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use cases of such events.
#[derive(Debug, Clone)]
pub struct Gatherings {
    store: Store,
    limits: Limits,
}

impl Gatherings {
    /// Events in a store.
    pub fn new(store: Store) -> Self {
        Self { limits: Limits::new(store.clone()), store }
    }

    /// The published events that begin in a span and mention some words.
    pub async fn published(
        &self,
        cx: &Context,
        (when, direction): (When, Direction),
        search: Option<Line<100>>,
        page: PageRequest,
    ) -> Result<Page<Gathering>, GatheringError> {
        let keep = move |event: &Gathering| {
            event.details.is_published && search.as_ref().is_none_or(|words| event.mentions(words.as_str()))
        };
        Ok(self.store.public_events(cx.product, (when.span(cx.now), direction), page, Some(keep)).await?)
    }

    /// The caller's own events, published or not, the latest first.
    pub async fn own(&self, cx: &Context, by: &Member, page: PageRequest) -> Result<Page<Gathering>, GatheringError> {
        Ok(self.store.public_events_of_mentor(cx.product, by.id(), page).await?)
    }

    /// A published event, or one's own.
    pub async fn show(&self, cx: &Context, by: Option<&Member>, id: PublicEventId) -> Result<Gathering, GatheringError> {
        let event = self.stored(cx, id).await?.value;
        let own = by.is_some_and(|by| by.id() == event.organizer.id);
        (own || event.details.is_published).then_some(event).ok_or(GatheringError::NotFound)
    }

    async fn stored(&self, cx: &Context, id: PublicEventId) -> Result<Stored<Gathering>, GatheringError> {
        self.store.public_event(cx.product, id).await?.ok_or(GatheringError::NotFound)
    }

    /// Makes an event.
    pub async fn create(&self, cx: &Context, by: &Member, details: GatheringDetails) -> Result<Gathering, GatheringError> {
        may_publish(by)?;
        let details = details.checked()?;
        self.limits.take(cx, GATHERINGS, &format!("account:{}", by.id())).await?;
        let (id, organizer) = (cx.id(), Author::from(&by.membership));
        let event = Gathering { id, product: cx.product, organizer, details, created_at: cx.now, updated_at: cx.now };
        let created = Detail::PublicEventCreated { event_id: event.id, mentor_id: by.id() };
        let record = cx.record(cx.event(created));
        let record = match by.membership.is(Role::Admin) {
            true => record.audited(cx.audit("event.created", format!("event:{}", event.id), NOTHING, Some(&event))),
            false => record,
        };
        self.store.add_gathering(&event, &record).await?;
        Ok(event)
    }

    /// The organizer changes it; nobody else does.
    pub async fn edit(
        &self,
        cx: &Context,
        by: &Member,
        id: PublicEventId,
        edit: GatheringEdit,
    ) -> Result<Gathering, GatheringError> {
        may_publish(by)?;
        self.limits.take(cx, GATHERINGS, &format!("account:{}", by.id())).await?;
        for _ in 0..ROUNDS {
            let before = self.stored(cx, id).await?;
            if before.value.organizer.id != by.id() {
                return Err(refused(&before.value));
            }
            let after = before.value.clone().edited(edit.clone(), cx.now)?;
            let audit = cx.audit("event.changed", format!("event:{id}"), Some(&before.value), Some(&after));
            let record = if by.membership.is(Role::Admin) { Record::audit(audit) } else { Record::default() };
            if self.store.replace_gathering(&before, &after, &record).await? {
                return Ok(after);
            }
        }
        Err(StoreError::Busy("an event kept changing while it was edited".to_owned()).into())
    }

    /// The organizer takes it away, or an admin, of whom the organizer is told.
    pub async fn delete(&self, cx: &Context, by: &Member, id: PublicEventId) -> Result<(), GatheringError> {
        by.must_be_active().map_err(|_| GatheringError::Paused)?;
        for _ in 0..ROUNDS {
            let before = self.stored(cx, id).await?;
            let own = before.value.organizer.id == by.id();
            if !own && !by.membership.is(Role::Admin) {
                return Err(refused(&before.value));
            }
            if self.store.delete_gathering(&before, &deleted(cx, by, &before.value)).await? {
                return Ok(());
            }
        }
        Err(StoreError::Busy("an event kept changing while it was deleted".to_owned()).into())
    }
}

fn may_publish(by: &Member) -> Result<(), GatheringError> {
    by.must_be_active().map_err(|_| GatheringError::Paused)?;
    let may = by.membership.is(Role::Admin) || by.membership.can_mentor();
    may.then_some(()).ok_or(GatheringError::MentorNotApproved)
}

/// What somebody learns who may not change an event: nothing of one that is not published.
fn refused(event: &Gathering) -> GatheringError {
    if event.details.is_published { GatheringError::NotTheOrganizer } else { GatheringError::NotFound }
}

/// What deleting an event leaves behind.
fn deleted(cx: &Context, by: &Member, event: &Gathering) -> Record {
    let organizer_id = event.organizer.id;
    let mut record = cx.record(cx.event(Detail::PublicEventDeleted { event_id: event.id, mentor_id: organizer_id }));
    if organizer_id != by.id() {
        let title = event.details.title.clone();
        record.events.push(cx.event(Detail::PublicEventTakenDown { event_id: event.id, organizer_id, title }));
    }
    if by.membership.is(Role::Admin) {
        let audit = cx.audit("event.deleted", format!("event:{}", event.id), Some(event), NOTHING);
        return record.audited(audit);
    }
    record
}

/// What is left behind when the organizer has left the product.
pub(crate) fn gone_with_organizer(cx: &Context, event: &Gathering) -> Record {
    Record::event(cx.event(Detail::PublicEventDeleted { event_id: event.id, mentor_id: event.organizer.id }))
}
