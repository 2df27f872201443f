//! What is on offer, and how admins change it: companies, plans, slots, meet links.

use crate::{Context, context::NOTHING};
use domain::{
    AccountId, BookingId, CompanyId, Instant, InvalidField, LinkId, Paise, SlotId, Span, Zone,
    account::Allowances,
    booking::InterviewType,
    catalog::{Company, CompanyCategory, ExperienceLevel, Months, Plan, PlanId, Track},
    event::{Detail, ReleaseCause},
    link::{LinkStatus, MeetLink, MeetUrl},
    slot::{Slot, SlotStatus, SlotTime},
    text::{Line, Prose, WebUrl},
};
use jiff::SignedDuration;
use store::{AddLinkRefused, HeldLink, Page, PageRequest, PlanExists, Record, Store, StoreError, TxError};

/// Why the catalogue was not changed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("the plan exists")]
    PlanExists,
    #[error("the link is in the pool")]
    LinkExists,
    #[error("the link is in use")]
    LinkInUse,
    #[error("the slot is booked")]
    SlotBooked,
    #[error("the slot lies in the past")]
    SlotPast,
    #[error("the mentor is unknown or not approved")]
    MentorUnavailable,
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A company as the admin writes it.
#[derive(Debug)]
pub struct CompanyDraft {
    pub name: Line<100>,
    pub logo_url: WebUrl,
    pub description: Prose<1000>,
    /// None keeps the category that is there (or `product`, for a new company).
    pub category: Option<CompanyCategory>,
    pub interview_tracks: Vec<Track>,
    /// Empty means every level.
    pub difficulty_levels: Vec<ExperienceLevel>,
}

/// Which slots are looked for.
#[derive(Debug, Clone, Copy)]
pub struct SlotSearch {
    pub starting: Span,
    pub status: Option<SlotStatus>,
    pub mentor: Option<AccountId>,
}

/// A slot to be added.
#[derive(Debug)]
pub struct NewSlot {
    /// The zone in which its times were entered; the platform's unless given.
    pub zone: Option<Zone>,
    pub date: String,
    pub start_time: String,
    pub end_time: String,
    pub mentor_id: Option<AccountId>,
    pub interview_types: Vec<InterviewType>,
}

/// A plan as the admin writes it.
#[derive(Debug)]
pub struct PlanDraft {
    pub name: Line<100>,
    pub price: Paise,
    pub duration_months: Months,
    pub features: Vec<Line<200>>,
    /// None keeps the limits that are there (or nothing, on a new plan).
    pub limits: Option<Allowances>,
    pub is_active: bool,
    pub is_public: Option<bool>,
    pub is_popular: Option<bool>,
    pub display_order: u32,
}

/// The use cases of the catalogue.
#[derive(Debug, Clone)]
pub struct Catalog {
    store: Store,
    zone: Zone,
}

impl Catalog {
    /// The catalogue in a store; slots are entered in this zone.
    pub fn new(store: Store, zone: Zone) -> Self {
        Self { store, zone }
    }

    /// Companies, all or of a category.
    pub async fn companies(
        &self,
        cx: &Context,
        category: Option<CompanyCategory>,
        page: PageRequest,
    ) -> Result<Page<Company>, CatalogError> {
        Ok(self.store.companies(cx.product, category, page).await?)
    }

    /// Adds a company.
    pub async fn add_company(&self, cx: &Context, draft: CompanyDraft) -> Result<Company, CatalogError> {
        // v1's form knows no category; `product` is what the booking page shows first.
        let category = draft.category.unwrap_or(CompanyCategory::Product);
        let company = company_of(cx.id(), draft, category, cx.now);
        let audit = cx.audit("company.added", format!("company:{}", company.id), NOTHING, Some(&company));
        self.store.add_company(cx.product, &company, &Record::audit(audit)).await?;
        Ok(company)
    }

    /// Changes a company. Bookings keep the name that they were made under.
    pub async fn edit_company(&self, cx: &Context, id: CompanyId, draft: CompanyDraft) -> Result<Company, CatalogError> {
        let before = self.store.company(cx.product, id).await?.ok_or(CatalogError::NotFound("company"))?;
        let category = draft.category.unwrap_or(before.category);
        let company = company_of(id, draft, category, before.created_at);
        let audit = cx.audit("company.changed", format!("company:{id}"), Some(&before), Some(&company));
        let changed = self.store.replace_company(cx.product, &company, &Record::audit(audit)).await?;
        changed.then_some(company).ok_or(CatalogError::NotFound("company"))
    }

    /// Deletes a company. Bookings keep its name.
    pub async fn delete_company(&self, cx: &Context, id: CompanyId) -> Result<(), CatalogError> {
        let audit = cx.audit("company.deleted", format!("company:{id}"), NOTHING, NOTHING);
        let deleted = self.store.delete_company(cx.product, id, &Record::audit(audit)).await?;
        deleted.then_some(()).ok_or(CatalogError::NotFound("company"))
    }

    /// The plans of the public price list.
    pub async fn public_plans(&self, cx: &Context) -> Result<Vec<Plan>, CatalogError> {
        let mut plans = self.store.plans(cx.product).await?;
        plans.retain(|plan| plan.is_active && plan.is_public);
        Ok(plans)
    }

    /// All plans.
    pub async fn plans(&self, cx: &Context) -> Result<Vec<Plan>, CatalogError> {
        Ok(self.store.plans(cx.product).await?)
    }

    /// Adds a plan.
    pub async fn add_plan(&self, cx: &Context, id: PlanId, draft: PlanDraft) -> Result<Plan, CatalogError> {
        let plan = drawn_up(cx, id, draft, None)?;
        let audit = cx.audit("plan.added", format!("plan:{}", plan.plan_id), NOTHING, Some(&plan));
        self.store.add_plan(cx.product, &plan, &Record::audit(audit)).await.map_err(|error| match error {
            TxError::Refused(PlanExists) => CatalogError::PlanExists,
            TxError::Store(error) => CatalogError::Store(error),
        })?;
        Ok(plan)
    }

    /// Changes a plan. Orders that were made keep what they were made for.
    pub async fn edit_plan(&self, cx: &Context, id: PlanId, draft: PlanDraft) -> Result<Plan, CatalogError> {
        let before = self.store.plan(cx.product, &id).await?.ok_or(CatalogError::NotFound("pricing plan"))?;
        let plan = drawn_up(cx, id, draft, Some(&before))?;
        let audit = cx.audit("plan.changed", format!("plan:{}", plan.plan_id), Some(&before), Some(&plan));
        let changed = self.store.replace_plan(cx.product, &plan, &Record::audit(audit)).await?;
        changed.then_some(plan).ok_or(CatalogError::NotFound("pricing plan"))
    }

    /// Deletes a plan. Whoever bought it keeps it.
    pub async fn delete_plan(&self, cx: &Context, id: PlanId) -> Result<(), CatalogError> {
        let audit = cx.audit("plan.deleted", format!("plan:{id}"), NOTHING, NOTHING);
        let deleted = self.store.delete_plan(cx.product, &id, &Record::audit(audit)).await?;
        deleted.then_some(()).ok_or(CatalogError::NotFound("pricing plan"))
    }

    /// The slots that can be asked for, soonest first.
    pub async fn open_slots(
        &self,
        cx: &Context,
        interview: Option<InterviewType>,
        page: PageRequest,
    ) -> Result<Page<Slot>, CatalogError> {
        Ok(self.store.open_slots(cx.product, interview, cx.now, page).await?)
    }

    /// Slots by start, of all days or some; unless told otherwise from a week ago, so that what lies ahead is on the
    /// first page.
    pub async fn slots(&self, cx: &Context, search: SlotSearch, page: PageRequest) -> Result<Page<Slot>, CatalogError> {
        let week_ago = cx.now.plus(SignedDuration::from_hours(-7 * 24));
        let from = search.starting.from.or(search.starting.until.is_none().then_some(week_ago));
        let starting = Span { from, ..search.starting };
        Ok(self.store.slots(cx.product, starting, search.status, search.mentor, page).await?)
    }

    /// Adds a slot in the future, perhaps for one approved mentor.
    pub async fn add_slot(&self, cx: &Context, new: NewSlot) -> Result<Slot, CatalogError> {
        let entered = new.zone.as_ref().unwrap_or(&self.zone);
        let time = SlotTime::parse(&new.date, &new.start_time, &new.end_time, entered)?.shown_in(&self.zone);
        if time.starts_at <= cx.now {
            return Err(CatalogError::SlotPast);
        }
        if let Some(mentor) = new.mentor_id {
            let mentor = self.store.membership(cx.product, mentor).await?;
            mentor.filter(|mentor| mentor.value.can_mentor()).ok_or(CatalogError::MentorUnavailable)?;
        }
        let slot = Slot {
            id: cx.id(),
            time,
            mentor_id: new.mentor_id,
            interview_types: new.interview_types,
            status: SlotStatus::Available,
            booking_id: None,
            created_at: cx.now,
        };
        let audit = cx.audit("slot.added", format!("slot:{}", slot.id), NOTHING, Some(&slot));
        self.store.add_slot(cx.product, &slot, &Record::audit(audit)).await?;
        Ok(slot)
    }

    /// Blocks a slot, so that it is neither offered nor confirmed, or offers it again. One that is so already stays so.
    /// Requests that name a blocked slot stay; another of their slots still serves.
    pub async fn set_slot_open(&self, cx: &Context, id: SlotId, open: bool) -> Result<Slot, CatalogError> {
        const ROUNDS: u32 = 4;
        let (action, status) =
            if open { ("slot.unblocked", SlotStatus::Available) } else { ("slot.blocked", SlotStatus::Blocked) };
        for _ in 0..ROUNDS {
            let slot = self.store.slot(cx.product, id).await?.ok_or(CatalogError::NotFound("time slot"))?;
            if slot.status == SlotStatus::Booked {
                return Err(CatalogError::SlotBooked);
            }
            if slot.status == status {
                return Ok(slot);
            }
            let record = Record::audit(cx.audit(action, format!("slot:{id}"), Some(&slot.status), Some(&status)));
            let done = match open {
                true => self.store.unblock_slot(cx.product, &slot, &record).await?,
                false => self.store.block_slot(cx.product, id, &record).await?,
            };
            if done {
                return Ok(Slot { status, ..slot });
            }
        }
        Err(StoreError::Busy("a slot kept changing while it was blocked or offered".to_owned()).into())
    }

    /// Deletes a slot that is not booked.
    pub async fn delete_slot(&self, cx: &Context, id: SlotId) -> Result<(), CatalogError> {
        let audit = cx.audit("slot.deleted", format!("slot:{id}"), NOTHING, NOTHING);
        if self.store.delete_slot(cx.product, id, &Record::audit(audit)).await? {
            return Ok(());
        }
        match self.store.slot(cx.product, id).await? {
            Some(_) => Err(CatalogError::SlotBooked),
            None => Err(CatalogError::NotFound("time slot")),
        }
    }

    /// Meet links, all or those with a status, newest first.
    pub async fn links(
        &self,
        cx: &Context,
        status: Option<LinkStatus>,
        page: PageRequest,
    ) -> Result<Page<MeetLink>, CatalogError> {
        Ok(self.store.links(cx.product, status, page).await?)
    }

    /// Gives a meet link another name.
    pub async fn rename_link(&self, cx: &Context, id: LinkId, name: Line<60>) -> Result<MeetLink, CatalogError> {
        let link = self.store.link(cx.product, id).await?.ok_or(CatalogError::NotFound("meet link"))?;
        let audit = cx.audit("meet_link.renamed", format!("meet_link:{id}"), Some(&link.name), Some(&name));
        let renamed = self.store.rename_link(cx.product, id, &name, &Record::audit(audit)).await?;
        renamed.then_some(MeetLink { name, ..link }).ok_or(CatalogError::NotFound("meet link"))
    }

    /// Adds a link to the pool. Without a name it is called after its room.
    pub async fn add_link(&self, cx: &Context, url: MeetUrl, name: Option<Line<60>>) -> Result<MeetLink, CatalogError> {
        let room = || Line::parse(&format!("Room {}", url.as_str().rsplit('/').next().unwrap_or_default()));
        let link = MeetLink {
            id: cx.id(),
            name: name.map_or_else(room, Ok).map_err(|invalid| invalid.at("name"))?,
            link: url.clone(),
            status: LinkStatus::Available,
            current_booking_id: None,
            created_at: cx.now,
        };
        let audit = cx.audit("meet_link.added", format!("meet_link:{}", link.id), NOTHING, Some(&link));
        self.store.add_link(cx.product, &link, &Record::audit(audit)).await.map_err(|error| match error {
            TxError::Refused(AddLinkRefused::Exists) => CatalogError::LinkExists,
            TxError::Store(error) => CatalogError::Store(error),
        })?;
        Ok(link)
    }

    /// Takes a free link out of the pool for good.
    pub async fn delete_link(&self, cx: &Context, id: LinkId) -> Result<(), CatalogError> {
        let link = self.store.link(cx.product, id).await?.ok_or(CatalogError::NotFound("meet link"))?;
        let audit = cx.audit("meet_link.deleted", format!("meet_link:{id}"), Some(&link), NOTHING);
        let deleted = self.store.delete_link(cx.product, id, &link.link, &Record::audit(audit)).await?;
        deleted.then_some(()).ok_or(CatalogError::LinkInUse)
    }

    /// Gives a link back to the pool by the admin's word; a link that is free stays so. The booking keeps its address.
    pub async fn release_link(&self, cx: &Context, id: LinkId) -> Result<(), CatalogError> {
        let link = self.store.link(cx.product, id).await?.ok_or(CatalogError::NotFound("meet link"))?;
        if link.status == LinkStatus::Available {
            return Ok(());
        }
        let booking_id: Option<BookingId> = link.current_booking_id;
        let held = HeldLink { link: domain::link::FreeLink { id, link: link.link.clone() }, booking_id };
        let event = cx.event(Detail::MeetLinkReleased { link_id: id, booking_id, cause: ReleaseCause::Admin });
        let audit = cx.audit("meet_link.released", format!("meet_link:{id}"), Some(&link), NOTHING);
        // If it was given back meanwhile, all is as asked.
        self.store.release_link(cx.product, &held, &Record::event(event).audited(audit)).await?;
        Ok(())
    }
}

/// A company as it was written; no level means every one.
fn company_of(id: CompanyId, draft: CompanyDraft, category: CompanyCategory, created_at: Instant) -> Company {
    let CompanyDraft { name, logo_url, description, interview_tracks, difficulty_levels: levels, .. } = draft;
    let difficulty_levels = if levels.is_empty() { ExperienceLevel::ALL.to_vec() } else { levels };
    Company { id, name, logo_url, description, category, interview_tracks, difficulty_levels, created_at }
}

fn drawn_up(cx: &Context, plan_id: PlanId, draft: PlanDraft, before: Option<&Plan>) -> Result<Plan, InvalidField> {
    Ok(Plan {
        plan_id,
        name: draft.name,
        price: domain::catalog::sellable(draft.price).map_err(|invalid| invalid.at("price"))?,
        duration_months: draft.duration_months,
        features: draft.features,
        limits: draft.limits.unwrap_or(before.map_or(Allowances::NONE, |before| before.limits)),
        is_active: draft.is_active,
        is_public: draft.is_public.unwrap_or(before.is_none_or(|before| before.is_public)),
        is_popular: draft.is_popular.unwrap_or(before.is_some_and(|before| before.is_popular)),
        display_order: draft.display_order,
        created_at: before.map_or(cx.now, |before| before.created_at),
        updated_at: cx.now,
    })
}
