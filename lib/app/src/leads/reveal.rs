//! Contact data in the clear: only for whoever bought the lead, and for admins. Every answer that shows some leaves an
//! audit record first, which names the leads.

use super::{LeadError, Leads, Listed};
use crate::{Context, context::NOTHING};
use domain::{
    AccountId, LeadId,
    account::Member,
    audit::AuditRecord,
    lead::{Contact, Lead, LeadStatus},
    public_event::PublicEvent,
};
use store::{Page, PageRequest, Record, Stored};

/// A lead, with how to reach the person if the reader may know.
#[derive(Debug)]
pub struct Revealed {
    pub listed: Listed,
    pub contact: Option<Contact>,
}

/// What came of sealing a page of leads anew.
#[derive(Debug)]
pub struct Resealed {
    /// Sealed under the current key from now on.
    pub resealed: usize,
    /// Where the next page begins.
    pub next: Option<store::Position>,
}

/// What is noted when somebody is shown how to reach those of some leads.
pub(crate) fn reveal(cx: &Context, shown: &[LeadId]) -> AuditRecord {
    let subject = match shown {
        [only] => format!("lead:{only}"),
        _ => "leads".to_owned(),
    };
    cx.audit("lead.contact_revealed", subject, NOTHING, Some(&serde_json::json!({ "leads": shown })))
}

impl Leads {
    /// The leads of a mentor's events that are verified.
    pub async fn of_mentor(&self, cx: &Context, mentor: AccountId, page: PageRequest) -> Result<Page<Listed>, LeadError> {
        let leads = self.store.leads_of_mentor(cx.product, mentor, page).await?;
        self.with_events(cx, leads).await
    }

    /// Every lead, or those with a status.
    pub async fn all(&self, cx: &Context, status: Option<LeadStatus>, page: PageRequest) -> Result<Page<Listed>, LeadError> {
        let leads = self.store.leads(cx.product, status, page).await?.map(|lead| lead.value);
        self.with_events(cx, leads).await
    }

    /// Leads as a mentor sees them: without anything of the person, but for those that he bought.
    pub async fn shown_to_mentor(&self, cx: &Context, by: &Member, leads: Page<Listed>) -> Result<Page<Revealed>, LeadError> {
        let bought = |lead: &Lead| lead.status == LeadStatus::Purchased && lead.purchased_by == Some(by.id());
        self.revealed(cx, leads, bought).await
    }

    /// Leads as an admin sees them.
    pub async fn shown_to_admin(&self, cx: &Context, leads: Page<Listed>) -> Result<Page<Revealed>, LeadError> {
        self.revealed(cx, leads, |_| true).await
    }

    /// One lead that the caller has bought, if he had when it was read, or has now.
    #[cfg(feature = "payment")]
    pub(crate) async fn bought(
        &self,
        cx: &Context,
        by: &Member,
        (id, read): (LeadId, Option<Lead>),
        event: Option<PublicEvent>,
    ) -> Result<Revealed, LeadError> {
        let bought = |lead: &Lead| lead.purchased_by == Some(by.id());
        let lead = match read.filter(bought) {
            Some(lead) => Some(lead),
            None => self.store.lead(cx.product, id).await?.map(|lead| lead.value).filter(bought),
        };
        let lead = lead.ok_or(LeadError::NotFound("lead"))?;
        let page = Page { items: vec![Listed { lead, event }], next: None };
        self.revealed(cx, page, |_| true).await?.items.pop().ok_or(LeadError::NotFound("lead"))
    }

    /// A lead with how to reach the person, when it is noted that this is shown.
    pub(crate) fn opened(&self, listed: Listed) -> Result<Revealed, LeadError> {
        Ok(Revealed { contact: self.open(&listed.lead)?, listed })
    }

    /// The caller's own bookings with what he wrote, for his export. One's own data are no reveal.
    pub async fn own(&self, cx: &Context, by: &Member, page: PageRequest) -> Result<Page<Revealed>, LeadError> {
        let mut opened = Vec::new();
        let Page { items, next } = self.of_user(cx, by.id(), page).await?;
        for listed in items {
            opened.push(self.opened(listed)?);
        }
        Ok(Page { items: opened, next })
    }

    fn open(&self, lead: &Lead) -> Result<Option<Contact>, LeadError> {
        let sealed = lead.contact.as_ref();
        Ok(sealed.map(|sealed| self.keys.open(lead.id, sealed)).transpose()?)
    }

    async fn revealed(
        &self,
        cx: &Context,
        Page { items, next }: Page<Listed>,
        may: impl Fn(&Lead) -> bool,
    ) -> Result<Page<Revealed>, LeadError> {
        let leads = items.iter().map(|listed| &listed.lead);
        let shown: Vec<LeadId> = leads.filter(|lead| may(lead) && lead.contact.is_some()).map(|lead| lead.id).collect();
        if !shown.is_empty() {
            self.store.note(&Record::audit(reveal(cx, &shown))).await?;
        }
        let mut revealed = Vec::new();
        for listed in items {
            let contact = if may(&listed.lead) { self.open(&listed.lead)? } else { None };
            revealed.push(Revealed { listed, contact });
        }
        Ok(Page { items: revealed, next })
    }

    /// Seals the contacts of a page of leads under the current key, those that another one sealed. Doing it twice changes
    /// nothing; a lead that changes meanwhile is tried once more.
    pub async fn reseal(&self, cx: &Context, page: PageRequest) -> Result<Resealed, LeadError> {
        let Page { items, next } = self.store.leads(cx.product, None, page).await?;
        let mut resealed = 0;
        for lead in items {
            // The list may lag behind.
            if self.outdated(&lead) && self.reseal_one(cx, lead.value.id).await? {
                resealed += 1;
            }
        }
        if resealed > 0 {
            let audit = cx.audit(
                "lead.contacts_resealed",
                format!("contact_key:{}", self.keys.current_id()),
                NOTHING,
                Some(&serde_json::json!({ "leads": resealed })),
            );
            self.store.note(&Record::audit(audit)).await?;
        }
        Ok(Resealed { resealed, next })
    }

    fn outdated(&self, lead: &Stored<Lead>) -> bool {
        lead.value.contact.as_ref().is_some_and(|sealed| sealed.key_id != self.keys.current_id())
    }

    async fn reseal_one(&self, cx: &Context, id: LeadId) -> Result<bool, LeadError> {
        for _ in 0..super::ROUNDS {
            let Some(lead) = self.store.lead(cx.product, id).await? else { return Ok(false) };
            let Some(contact) = self.open(&lead.value)?.filter(|_| self.outdated(&lead)) else { return Ok(false) };
            if self.store.reseal_lead(&lead, &self.keys.seal(id, &contact)?).await? {
                return Ok(true);
            }
        }
        Err(store::StoreError::Busy("a lead kept changing while it was sealed".to_owned()).into())
    }
}
