//! Dashboard figures.

use crate::{
    shapes::{RevenueShape, StatsShape},
    state::Deps,
};
use app::figures::Figures;
use axum::{Json, Router, extract::State, routing::get};
use web::{AdminOnly, Answer, Caller};

pub(super) fn routes() -> Router<Deps> {
    Router::new().route("/api/admin/stats", get(show_stats)).route("/api/admin/revenue-stats", get(show_revenue))
}

async fn show_stats(State(figures): State<Figures>, caller: Caller<AdminOnly>) -> Answer<Json<StatsShape>> {
    Ok(Json(figures.stats(&caller.cx).await?.into()))
}

async fn show_revenue(State(figures): State<Figures>, caller: Caller<AdminOnly>) -> Answer<Json<RevenueShape>> {
    Ok(Json(figures.revenue(&caller.cx).await?.into()))
}
