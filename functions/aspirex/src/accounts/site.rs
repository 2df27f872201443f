//! `/api/site-status`, `/api/platform-stats`: how the site and the platform stand.

use super::AccountsDeps;
use app::{figures::Figures, site::Site};
use axum::{Json, extract::State};
use domain::{Instant, site::SiteStatus, text::Prose};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{AdminOnly, Answer, Body, Caller, Routes, Visitor};

#[derive(Serialize, ToSchema)]
#[schema(as = SiteStatus)]
struct StatusShape {
    /// Every route but this one, health, sign-in and the admins' own answers 503 then.
    maintenance_mode: bool,
    message: String,
    updated_at: Option<Instant>,
}

impl From<SiteStatus> for StatusShape {
    fn from(status: SiteStatus) -> Self {
        let SiteStatus { maintenance_mode, message, updated_at, .. } = status;
        Self { maintenance_mode, message: message.to_string(), updated_at }
    }
}

async fn show_status(State(site): State<Site>, Visitor(cx): Visitor) -> Answer<Json<StatusShape>> {
    Ok(Json(site.status(cx.product, cx.now).await?.into()))
}

#[derive(Deserialize, ToSchema)]
struct NewStatus {
    maintenance_mode: bool,
    /// What visitors are told; stays as it is when it is missing.
    message: Option<Prose<500>>,
}

async fn set_status(
    State(site): State<Site>,
    caller: Caller<AdminOnly>,
    Body(body): Body<NewStatus>,
) -> Answer<Json<StatusShape>> {
    let status = site.set(&caller.cx, caller.member.id(), body.maintenance_mode, body.message).await?;
    Ok(Json(status.into()))
}

/// A few seconds behind.
#[derive(Serialize, ToSchema)]
struct PlatformStats {
    total_students: u64,
    /// Approved ones.
    total_mentors: u64,
    /// Sessions that took place.
    total_sessions: u64,
}

async fn show_stats(State(figures): State<Figures>, Visitor(cx): Visitor) -> Answer<Json<PlatformStats>> {
    let (stats, sessions) = figures.session_stats(&cx).await?;
    Ok(Json(PlatformStats {
        total_students: stats.mentees,
        total_mentors: stats.approved_mentors,
        total_sessions: sessions.completed,
    }))
}

pub(super) fn routes<R: Routes<AccountsDeps>>(routes: R) -> R {
    routes
        .get("/api/site-status", "Say whether the site is open", show_status)
        .put("/api/site-status", "Close the site for maintenance, or open it", set_status)
        .get("/api/platform-stats", "Show the platform's figures", show_stats)
}
