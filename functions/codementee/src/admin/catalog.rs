//! Companies, slots, meet links and plans.

use crate::{
    forms::{Few, OptionalId, null_as_default},
    shapes::{CompanyShape, LinkShape, Message, PlanShape, SlotShape},
    state::Deps,
};
use app::{
    catalog::{Catalog, CompanyDraft, NewSlot, PlanDraft, SlotSearch},
    days::Days,
};
use axum::{Json, extract::State};
use domain::{
    AccountId, CompanyId, LinkId, Paise, SlotId, Zone,
    account::Allowances,
    booking::InterviewType,
    catalog::{CompanyCategory, ExperienceLevel, Months, PlanId, Track},
    link::{LinkStatus, MeetUrl},
    slot::SlotStatus,
    text::{Line, Prose, WebUrl},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    AdminOnly, Answer, ApiError, Body, BodyOf, Caller, Complete, Listed, PageQuery, PathId, Query, Routes, about,
    openapi::lenient::IdOrEmpty,
};

pub(super) fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/admin/companies", "List the companies", list_companies)
        .post("/api/admin/companies", "Add a company", create_company)
        .put("/api/admin/companies/{id}", "Replace a company", update_company)
        .delete("/api/admin/companies/{id}", "Delete a company", delete_company)
        .get("/api/admin/time-slots", "List the slots of some days", list_slots)
        .post("/api/admin/time-slots", about("Offer a slot").conflict(&["MENTOR_UNAVAILABLE"]), create_slot)
        .put("/api/admin/time-slots/{id}", about("Block a slot, or offer it again").conflict(&["SLOT_BOOKED"]), update_slot)
        .delete("/api/admin/time-slots/{id}", about("Delete a slot").conflict(&["SLOT_BOOKED"]), delete_slot)
        .get("/api/admin/meet-links", "List the pool of meet links", list_links)
        .post("/api/admin/meet-links", about("Add a meet link to the pool").bad_request(&["LINK_EXISTS"]), create_link)
        .put("/api/admin/meet-links/{id}", "Give a meet link another name", rename_link)
        .delete("/api/admin/meet-links/{id}", about("Delete a free meet link").bad_request(&["LINK_IN_USE"]), delete_link)
        .post("/api/admin/meet-links/{id}/release", "Give a meet link back to the pool", release_link)
        .get("/api/admin/pricing-plans", "List all plans, prices in paise", list_plans)
        .post("/api/admin/pricing-plans", about("Add a plan").bad_request(&["PLAN_EXISTS"]), create_plan)
        .put("/api/admin/pricing-plans/{id}", "Replace a plan", update_plan)
        .delete("/api/admin/pricing-plans/{id}", "Delete a plan", delete_plan)
}

async fn list_companies(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    page: PageQuery,
) -> Answer<Listed<CompanyShape>> {
    Ok(page.answer(catalog.companies(&caller.cx, None, page.request.clone()).await?, CompanyShape::from))
}

#[derive(Deserialize, ToSchema)]
struct WriteCompany {
    name: Line<100>,
    #[serde(default, deserialize_with = "null_as_default")]
    logo_url: WebUrl,
    #[serde(default, deserialize_with = "null_as_default")]
    description: Prose<1000>,
    /// Without one a company keeps the category that it has; a new one is `product`.
    category: Option<CompanyCategory>,
    #[serde(default)]
    #[schema(value_type = Vec<Track>, max_items = 30)]
    interview_tracks: Few<Track, 30>,
    #[serde(default)]
    #[schema(value_type = Vec<ExperienceLevel>, max_items = 10)]
    difficulty_levels: Few<ExperienceLevel, 10>,
}

impl WriteCompany {
    fn draft(self) -> Result<CompanyDraft, ApiError> {
        let Self { name, logo_url, description, category, interview_tracks, difficulty_levels } = self;
        let name = name.non_empty().ok_or_else(|| ApiError::invalid("name", "name is required"))?;
        let (interview_tracks, difficulty_levels) = (interview_tracks.0, difficulty_levels.0);
        Ok(CompanyDraft { name, logo_url, description, category, interview_tracks, difficulty_levels })
    }
}

async fn create_company(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    Body(body): Body<WriteCompany>,
) -> Answer<Json<CompanyShape>> {
    Ok(Json(catalog.add_company(&caller.cx, body.draft()?).await?.into()))
}

async fn update_company(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<CompanyId>,
    Body(body): Body<WriteCompany>,
) -> Answer<Json<CompanyShape>> {
    Ok(Json(catalog.edit_company(&caller.cx, id, body.draft()?).await?.into()))
}

async fn delete_company(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<CompanyId>,
) -> Answer<Json<Message>> {
    catalog.delete_company(&caller.cx, id).await?;
    Ok(Json(Message { message: "Company deleted" }))
}

#[derive(Deserialize, ToSchema)]
struct SlotFilter {
    /// `YYYY-MM-DD`; a week ago unless given.
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<jiff::civil::Date>,
    /// The last day that is shown.
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<jiff::civil::Date>,
    status: Option<SlotStatus>,
    mentor_id: Option<AccountId>,
}

async fn list_slots(
    State(catalog): State<Catalog>,
    State(days): State<Days>,
    caller: Caller<AdminOnly>,
    Query(filter): Query<SlotFilter>,
    page: PageQuery,
) -> Answer<Listed<SlotShape>> {
    let starting = days.span(filter.from, filter.to)?;
    let search = SlotSearch { starting, status: filter.status, mentor: filter.mentor_id };
    Ok(page.answer(catalog.slots(&caller.cx, search, page.request.clone()).await?, SlotShape::from))
}

#[derive(Deserialize, ToSchema)]
struct CreateSlot {
    #[schema(format = Date)]
    date: String,
    #[schema(examples("10:00"))]
    start_time: String,
    #[schema(examples("11:00"))]
    end_time: String,
    /// The zone in which date and times are meant; the platform's unless given.
    #[schema(value_type = Option<String>, examples("Asia/Kolkata"))]
    timezone: Option<Zone>,
    #[serde(default)]
    #[schema(value_type = Option<IdOrEmpty>)]
    mentor_id: OptionalId<AccountId>,
    #[serde(default)]
    #[schema(value_type = Vec<InterviewType>, max_items = 10)]
    interview_types: Few<InterviewType, 10>,
}

async fn create_slot(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    Body(body): Body<CreateSlot>,
) -> Answer<Json<SlotShape>> {
    let CreateSlot { date, start_time, end_time, timezone: zone, mentor_id, interview_types } = body;
    let new = NewSlot { zone, date, start_time, end_time, mentor_id: mentor_id.0, interview_types: interview_types.0 };
    Ok(Json(catalog.add_slot(&caller.cx, new).await?.into()))
}

/// What an admin makes of a slot that nobody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Offer {
    Available,
    Blocked,
}

#[derive(Deserialize, ToSchema)]
struct UpdateSlot {
    status: Offer,
}

async fn update_slot(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<SlotId>,
    Body(body): Body<UpdateSlot>,
) -> Answer<Json<SlotShape>> {
    Ok(Json(catalog.set_slot_open(&caller.cx, id, body.status == Offer::Available).await?.into()))
}

async fn delete_slot(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<SlotId>,
) -> Answer<Json<Message>> {
    catalog.delete_slot(&caller.cx, id).await?;
    Ok(Json(Message { message: "Time slot deleted" }))
}

#[derive(Deserialize, ToSchema)]
struct LinkFilter {
    status: Option<LinkStatus>,
}

async fn list_links(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    Query(filter): Query<LinkFilter>,
    page: PageQuery,
) -> Answer<Listed<LinkShape>> {
    Ok(page.answer(catalog.links(&caller.cx, filter.status, page.request.clone()).await?, LinkShape::from))
}

#[derive(Deserialize, ToSchema)]
struct CreateLink {
    link: MeetUrl,
    #[serde(default, deserialize_with = "null_as_default")]
    name: Line<60>,
}

async fn create_link(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    Body(body): Body<CreateLink>,
) -> Answer<Json<LinkShape>> {
    Ok(Json(catalog.add_link(&caller.cx, body.link, body.name.non_empty()).await?.into()))
}

#[derive(Deserialize, ToSchema)]
struct RenameLink {
    name: Line<60>,
}

async fn rename_link(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<LinkId>,
    Body(body): Body<RenameLink>,
) -> Answer<Json<LinkShape>> {
    let name = body.name.non_empty().ok_or_else(|| ApiError::invalid("name", "name is required"))?;
    Ok(Json(catalog.rename_link(&caller.cx, id, name).await?.into()))
}

async fn delete_link(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<LinkId>,
) -> Answer<Json<Message>> {
    catalog.delete_link(&caller.cx, id).await?;
    Ok(Json(Message { message: "Meet link deleted" }))
}

async fn release_link(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<LinkId>,
) -> Answer<Json<Message>> {
    catalog.release_link(&caller.cx, id).await?;
    Ok(Json(Message { message: "Meet link released" }))
}

async fn list_plans(State(catalog): State<Catalog>, caller: Caller<AdminOnly>) -> Answer<Complete<PlanShape>> {
    Ok(Complete(catalog.plans(&caller.cx).await?.into_iter().map(PlanShape::from).collect()))
}

/// The price is in paise.
#[derive(Deserialize, ToSchema)]
struct WritePlan {
    name: Line<100>,
    price: Paise,
    duration_months: Months,
    #[serde(default)]
    #[schema(value_type = Vec<Line<200>>, max_items = 30)]
    features: Few<Line<200>, 30>,
    limits: Option<Allowances>,
    #[serde(default = "yes")]
    is_active: bool,
    is_public: Option<bool>,
    is_popular: Option<bool>,
    #[serde(default)]
    display_order: u32,
}

fn yes() -> bool {
    true
}

impl WritePlan {
    fn draft(self) -> Result<PlanDraft, ApiError> {
        let Self { name, price, duration_months, features, limits, is_active, is_public, is_popular, display_order } = self;
        let name = name.non_empty().ok_or_else(|| ApiError::invalid("name", "name is required"))?;
        let features = features.0;
        Ok(PlanDraft { name, price, duration_months, features, limits, is_active, is_public, is_popular, display_order })
    }
}

#[derive(Deserialize, ToSchema)]
struct PlanKey {
    plan_id: PlanId,
}

async fn create_plan(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    BodyOf(key, plan): BodyOf<PlanKey, WritePlan>,
) -> Answer<Json<PlanShape>> {
    Ok(Json(catalog.add_plan(&caller.cx, key.plan_id, plan.draft()?).await?.into()))
}

/// The key is the path's; one in the body is not read.
async fn update_plan(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<PlanId>,
    Body(body): Body<WritePlan>,
) -> Answer<Json<PlanShape>> {
    Ok(Json(catalog.edit_plan(&caller.cx, id, body.draft()?).await?.into()))
}

async fn delete_plan(
    State(catalog): State<Catalog>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<PlanId>,
) -> Answer<Json<Message>> {
    catalog.delete_plan(&caller.cx, id).await?;
    Ok(Json(Message { message: "Pricing plan deleted successfully" }))
}
