//! Dashboard figures.

use crate::{
    shapes::{RevenueShape, StatsShape},
    state::Deps,
};
use app::figures::Figures;
use axum::{Json, extract::State};
use web::{AdminOnly, Answer, Caller, Routes};

pub(super) fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes.get("/api/admin/stats", "Show how many people, bookings and sessions there are", show_stats).get(
        "/api/admin/revenue-stats",
        "Show what was sold, in rupees",
        show_revenue,
    )
}

async fn show_stats(State(figures): State<Figures>, caller: Caller<AdminOnly>) -> Answer<Json<StatsShape>> {
    Ok(Json(figures.stats(&caller.cx).await?.into()))
}

async fn show_revenue(State(figures): State<Figures>, caller: Caller<AdminOnly>) -> Answer<Json<RevenueShape>> {
    Ok(Json(figures.revenue(&caller.cx).await?.into()))
}
