//! Contact data in the clear: only for whoever bought the lead, and for admins. Every answer that shows some leaves an
//! audit record first, which names the leads.

use super::{LeadError, Leads, Listed};
use crate::{Context, context::NOTHING};
use domain::{
    LeadId,
    account::Member,
    lead::{Contact, Lead, LeadStatus},
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

impl Leads {
    /// The leads of the caller's events that are verified, without anything of the person; those that he bought with
    /// it.
    pub async fn of_mentor(&self, cx: &Context, by: &Member, page: PageRequest) -> Result<Page<Revealed>, LeadError> {
        let leads = self.store.leads_of_mentor(cx.product, by.id(), page).await?;
        let bought = |lead: &Lead| lead.status == LeadStatus::Purchased && lead.purchased_by == Some(by.id());
        self.revealed(cx, leads, bought).await
    }

    /// Every lead, or those with a status, for an admin.
    pub async fn all(&self, cx: &Context, status: Option<LeadStatus>, page: PageRequest) -> Result<Page<Revealed>, LeadError> {
        let leads = self.store.leads(cx.product, status, page).await?.map(|lead| lead.value);
        self.revealed(cx, leads, |_| true).await
    }

    /// One lead that the caller has bought.
    pub async fn bought(&self, cx: &Context, by: &Member, id: LeadId) -> Result<Revealed, LeadError> {
        let lead = self.store.lead(cx.product, id).await?.ok_or(LeadError::NotFound("lead"))?.value;
        if lead.purchased_by != Some(by.id()) {
            return Err(LeadError::NotFound("lead"));
        }
        let page = Page { items: vec![lead], next: None };
        self.revealed(cx, page, |_| true).await?.items.pop().ok_or(LeadError::NotFound("lead"))
    }

    /// The caller's own bookings with what he wrote, for his export. One's own data are no reveal.
    pub async fn own(&self, cx: &Context, by: &Member, page: PageRequest) -> Result<Page<Revealed>, LeadError> {
        let mut opened = Vec::new();
        let Page { items, next } = self.of_user(cx, by, page).await?;
        for listed in items {
            opened.push(Revealed { contact: self.open(&listed.lead)?, listed });
        }
        Ok(Page { items: opened, next })
    }

    fn open(&self, lead: &Lead) -> Result<Option<Contact>, LeadError> {
        let sealed = lead.contact.as_ref();
        Ok(sealed.map(|sealed| self.keys.open(lead.id, sealed)).transpose()?)
    }

    async fn revealed(&self, cx: &Context, leads: Page<Lead>, may: impl Fn(&Lead) -> bool) -> Result<Page<Revealed>, LeadError> {
        let shown: Vec<LeadId> =
            leads.items.iter().filter(|lead| may(lead) && lead.contact.is_some()).map(|lead| lead.id).collect();
        if !shown.is_empty() {
            let subject = match shown.as_slice() {
                [only] => format!("lead:{only}"),
                _ => "leads".to_owned(),
            };
            let audit = cx.audit("lead.contact_revealed", subject, NOTHING, Some(&serde_json::json!({ "leads": shown })));
            self.store.note(&Record::audit(audit)).await?;
        }
        let Page { items, next } = self.with_events(cx, leads).await?;
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
