//! Leads: booking a place of an event, what is decided about it, and who may read how to reach whom.

mod contacts;
mod decide;
mod reveal;

pub use contacts::{ContactKeys, SealError};
pub(crate) use decide::withdraw;
#[cfg(feature = "payment")]
pub(crate) use reveal::reveal;
pub use reveal::{Resealed, Revealed};

use crate::Context;
use domain::{
    AccountId, LeadId, PublicEventId,
    account::Member,
    event::Detail,
    lead::{Contact, Lead, LeadStatus, MoveRefused, Verdict, VerificationLog, doubts},
    public_event::PublicEvent,
    text::Prose,
};
use store::{LeadContext, LeadRefused, Page, PageRequest, Store, StoreError, TxError};

/// Why something about a lead was not done.
#[derive(Debug, thiserror::Error)]
pub enum LeadError {
    #[error("the member is paused")]
    Paused,
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("the event has begun")]
    EventStarted,
    #[error("no place is left")]
    EventFull,
    #[error("the user holds a place already")]
    AlreadyBooked,
    #[error("it was decided about the lead before")]
    Decided,
    #[error("the lead is bought")]
    Purchased,
    #[error("the lead is not verified")]
    NotVerified,
    #[error("the mentor is not approved")]
    MentorNotApproved,
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<MoveRefused> for LeadError {
    fn from(refused: MoveRefused) -> Self {
        match refused {
            MoveRefused::Decided => Self::Decided,
            MoveRefused::Purchased => Self::Purchased,
            MoveRefused::NotVerified => Self::NotVerified,
        }
    }
}

/// A lead with the event as it is now, when it is still there.
#[derive(Debug)]
pub struct Listed {
    pub lead: Lead,
    pub event: Option<PublicEvent>,
}

impl Listed {
    /// What the event is called.
    pub fn title(&self) -> &str {
        self.event.as_ref().map_or(&self.lead.event_title, |event| &event.title).as_str()
    }
}

/// Rivals may take the last place or edit the event; each round sees something new.
const ROUNDS: u32 = 8;

/// The use cases of leads.
#[derive(Debug, Clone)]
pub struct Leads {
    store: Store,
    keys: ContactKeys,
}

impl Leads {
    /// Leads in a store, with the keys of their contact data.
    pub fn new(store: Store, keys: ContactKeys) -> Self {
        Self { store, keys }
    }

    /// Books a place of an event. What is sound is verified at once; what is not waits for an admin.
    pub async fn book(&self, cx: &Context, by: &Member, event: PublicEventId, contact: &Contact) -> Result<LeadId, LeadError> {
        by.must_be_active().map_err(|_| LeadError::Paused)?;
        for _ in 0..ROUNDS {
            let context = self.store.lead_context(cx.product, event, by.id()).await?;
            let context = context.ok_or(LeadError::NotFound("event"))?;
            if let Some(refusal) = refusal(cx, &context) {
                return Err(self.told_of(cx, &context.event, refusal).await?);
            }
            let event = context.event;
            let lead = self.new_lead(cx, by, &event, contact)?;
            let log = (lead.status == LeadStatus::Verified).then(|| verified_by_itself(cx, &lead));
            let booked = cx.event(Detail::LeadBooked {
                lead_id: lead.id,
                event_id: lead.event_id,
                mentor_id: lead.mentor_id,
                user_id: lead.user_id,
                status: lead.status,
            });
            match self.store.add_lead(&lead, log.as_ref(), &cx.record(booked)).await {
                Ok(()) => return Ok(lead.id),
                Err(TxError::Refused(LeadRefused::AlreadyBooked)) => return Err(LeadError::AlreadyBooked),
                // What has changed is seen when it is read again.
                Err(TxError::Refused(LeadRefused::NoPlace)) => {}
                // Events are offered by approved mentors alone.
                Err(TxError::Refused(LeadRefused::MentorUnavailable)) => return Err(LeadError::NotFound("event")),
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Busy("an event kept changing while it was booked".to_owned()).into())
    }

    /// What somebody is told whose booking is refused: nothing of an event that he cannot see.
    async fn told_of(&self, cx: &Context, event: &PublicEvent, refusal: LeadError) -> Result<LeadError, LeadError> {
        let mentor = self.store.membership(cx.product, event.mentor_id).await?;
        let is_seen = mentor.is_some_and(|mentor| mentor.value.can_mentor());
        Ok(if is_seen { refusal } else { LeadError::NotFound("event") })
    }

    fn new_lead(&self, cx: &Context, by: &Member, event: &PublicEvent, contact: &Contact) -> Result<Lead, LeadError> {
        let id = cx.id();
        let doubts = doubts(contact, &by.account.email);
        let (status, verification) = Lead::first_standing(&doubts);
        Ok(Lead {
            id,
            product: cx.product,
            event_id: event.id,
            event_title: event.title.clone(),
            mentor_id: event.mentor_id,
            user_id: by.id(),
            contact: Some(self.keys.seal(id, contact)?),
            status,
            verification,
            doubts,
            order: None,
            purchased_by: None,
            purchased_at: None,
            created_at: cx.now,
        })
    }

    /// Somebody's bookings, newest first.
    pub async fn of_user(&self, cx: &Context, user: AccountId, page: PageRequest) -> Result<Page<Listed>, LeadError> {
        let leads = self.store.leads_of_user(cx.product, user, page).await?;
        self.with_events(cx, leads).await
    }

    async fn with_events(&self, cx: &Context, leads: Page<Lead>) -> Result<Page<Listed>, LeadError> {
        let events = self.store.public_events_by_id(cx.product, leads.items.iter().map(|lead| lead.event_id)).await?;
        Ok(leads.map(|lead| Listed { event: events.get(&lead.event_id).cloned(), lead }))
    }

    /// What was decided, about all leads or about one, the latest first.
    pub async fn logs(&self, cx: &Context, lead: Option<LeadId>, page: PageRequest) -> Result<Page<VerificationLog>, LeadError> {
        Ok(self.store.verification_logs(cx.product, lead, page).await?)
    }
}

/// Why no place of an event can be had.
fn refusal(cx: &Context, LeadContext { event, booked }: &LeadContext) -> Option<LeadError> {
    if booked.is_some() {
        return Some(LeadError::AlreadyBooked);
    }
    if event.starts_at <= cx.now {
        return Some(LeadError::EventStarted);
    }
    (event.places_left == 0).then_some(LeadError::EventFull)
}

fn verified_by_itself(cx: &Context, lead: &Lead) -> VerificationLog {
    VerificationLog {
        id: cx.id(),
        product: cx.product,
        lead_id: lead.id,
        verified_by: None,
        status: Verdict::Verified,
        reason: Prose::parse("Address and phone number passed the automatic checks").unwrap_or_default(),
        at: cx.now,
    }
}
