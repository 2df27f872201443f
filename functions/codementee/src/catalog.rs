//! What anybody may see: companies, plans, open slots; and whether we are there.

use crate::{
    shapes::{CompanyShape, PublicPlan, SlotShape, price_list},
    state::Deps,
};
use app::{Platform, catalog::Catalog};
use axum::{Json, Router, extract::State, routing::get};
use domain::{Instant, booking::InterviewType, catalog::CompanyCategory};
use gateways::settings::SettingError;
use serde::{Deserialize, Serialize};
use web::{Answer, Listed, PageQuery, Query, Visitor};

/// The group's routes, with every spelling that documents and clients use.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    Ok(Router::new()
        .route("/api/companies", get(list_companies))
        .route("/api/public/companies", get(list_companies))
        .route("/api/pricing-plans", get(list_plans))
        .route("/api/public/pricing-plans", get(list_plans))
        .route("/api/available-slots", get(list_open_slots))
        .route("/api", get(show_health))
        .route("/api/health", get(show_health))
        .route("/api/public/health", get(show_health))
        .route("/health", get(show_health))
        .with_state(Deps::new(platform)?))
}

#[derive(Deserialize)]
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

async fn list_plans(State(catalog): State<Catalog>, Visitor(cx): Visitor) -> Answer<Json<Vec<PublicPlan>>> {
    Ok(Json(price_list(catalog.public_plans(&cx).await?)))
}

#[derive(Deserialize)]
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

#[derive(Serialize)]
struct Health {
    status: &'static str,
    timestamp: Instant,
    version: &'static str,
}

/// Shallow: that this answer came is all it says (hole 29).
async fn show_health(Visitor(cx): Visitor) -> Json<Health> {
    Json(Health { status: "healthy", timestamp: cx.now, version: env!("CARGO_PKG_VERSION") })
}
