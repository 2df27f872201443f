//! Dashboard figures, and who did what.

use crate::{
    shapes::{AnalyticsShape, AuditShape, RevenueShape, StatsShape},
    state::Deps,
};
use app::{
    audit_log::{AuditLog, DaysAsked},
    figures::Figures,
};
use axum::{Json, extract::State};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{AdminOnly, Answer, Caller, Listed, PageQuery, Query, Routes};

pub(super) fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/admin/stats", "Show how many people, bookings and sessions there are", show_stats)
        .get("/api/admin/revenue-stats", "Show what was sold, in rupees", show_revenue)
        .get("/api/admin/analytics", "Show how the business goes, month by month", show_analytics)
        .get("/api/admin/audit-log", "List what admins did and what money did, on some days of UTC", list_audit_records)
}

async fn show_stats(State(figures): State<Figures>, caller: Caller<AdminOnly>) -> Answer<Json<StatsShape>> {
    Ok(Json(figures.stats(&caller.cx).await?.into()))
}

async fn show_revenue(State(figures): State<Figures>, caller: Caller<AdminOnly>) -> Answer<Json<RevenueShape>> {
    Ok(Json(figures.revenue(&caller.cx).await?.into()))
}

async fn show_analytics(State(figures): State<Figures>, caller: Caller<AdminOnly>) -> Answer<Json<AnalyticsShape>> {
    Ok(Json(figures.analytics(&caller.cx).await?.into()))
}

/// Today unless told otherwise; at most 31 days.
#[derive(Deserialize, ToSchema)]
struct AuditFilter {
    /// One day of UTC, `YYYY-MM-DD`.
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<Date>,
    /// The first of several days.
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last of them; today unless given.
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

async fn list_audit_records(
    State(log): State<AuditLog>,
    caller: Caller<AdminOnly>,
    Query(AuditFilter { day, from, to }): Query<AuditFilter>,
    page: PageQuery,
) -> Answer<Listed<AuditShape>> {
    let records = log.records(&caller.cx, DaysAsked { day, from, to }, page.request.clone()).await?;
    Ok(page.answer(records, AuditShape::from))
}
