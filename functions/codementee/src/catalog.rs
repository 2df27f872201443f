//! What anybody may see: companies, plans, open slots; and whether we are there.

use crate::{
    shapes::{CompanyShape, PublicPlan, SlotShape, price_list},
    state::Deps,
};
use app::{Platform, catalog::Catalog};
use axum::{Router, extract::State};
use domain::{booking::InterviewType, catalog::CompanyCategory};
use gateways::settings::SettingError;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Complete, Listed, PageQuery, Query, Routes, Visitor, show_health};

/// The group's routes, with every spelling that documents and clients use.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    Ok(routes(Router::new()).with_state(Deps::new(platform)?))
}

#[derive(Deserialize, ToSchema)]
struct CompanyFilter {
    category: Option<CompanyCategory>,
}

async fn list_companies(
    State(catalog): State<Catalog>,
    Visitor(cx): Visitor,
    Query(filter): Query<CompanyFilter>,
    page: PageQuery,
) -> Answer<Listed<CompanyShape>> {
    let companies = catalog.companies(&cx, filter.category, page.request.clone()).await?;
    Ok(page.answer(companies, CompanyShape::from))
}

async fn list_plans(State(catalog): State<Catalog>, Visitor(cx): Visitor) -> Answer<Complete<PublicPlan>> {
    Ok(Complete(price_list(catalog.public_plans(&cx).await?)))
}

#[derive(Deserialize, ToSchema)]
struct SlotFilter {
    interview_type: Option<InterviewType>,
}

async fn list_open_slots(
    State(catalog): State<Catalog>,
    Visitor(cx): Visitor,
    Query(filter): Query<SlotFilter>,
    page: PageQuery,
) -> Answer<Listed<SlotShape>> {
    let slots = catalog.open_slots(&cx, filter.interview_type, page.request.clone()).await?;
    Ok(page.answer(slots, SlotShape::from))
}

/// The group's list of routes.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/companies", "List the companies", list_companies)
        .get("/api/public/companies", "List the companies", list_companies)
        .get("/api/pricing-plans", "Show the price list, in rupees", list_plans)
        .get("/api/public/pricing-plans", "Show the price list, in rupees", list_plans)
        .get("/api/available-slots", "List the slots that can be asked for", list_open_slots)
        .get("/api", "Say that the API answers", show_health)
        .get("/api/health", "Say that the API answers", show_health)
        .get("/api/public/health", "Say that the API answers", show_health)
        .get("/health", "Say that the API answers", show_health)
}
