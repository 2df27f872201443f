//! `/api/v1/mentorship/admin/…`: how the product stands, mentors' applications, everybody's sessions.

use super::mentors::mean;
use crate::{
    shapes::{BookingShape, MentorOfAdmin},
    state::Deps,
};
use app::{
    Context,
    figures::Figures,
    mentorship::{Line as ActivityLine, Mentorship, photos::Photos},
};
use axum::{Json, extract::State};
use domain::{AccountId, EventId, Instant, account::Verification, activity::ActivityKind, text::Prose};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{AdminOnly, Answer, Body, Caller, Listed, PageQuery, PathId, Routes};

/// How the product stands, a few seconds behind.
#[derive(Serialize, ToSchema)]
struct AdminStats {
    total_mentors: u64,
    active_mentors: u64,
    pending_mentors: u64,
    total_mentees: u64,
    total_bookings: u64,
    completed_bookings: u64,
    pending_bookings: u64,
    average_rating: f64,
    total_reviews: u64,
}

async fn show_stats(State(figures): State<Figures>, caller: Caller<AdminOnly>) -> Answer<Json<AdminStats>> {
    let (stats, sessions) = figures.session_stats(&caller.cx).await?;
    let decided = stats.approved_mentors + stats.rejected_mentors;
    Ok(Json(AdminStats {
        total_mentors: sessions.mentors,
        active_mentors: stats.approved_mentors,
        pending_mentors: sessions.mentors.saturating_sub(decided),
        total_mentees: stats.mentees,
        total_bookings: sessions.sessions,
        completed_bookings: sessions.completed,
        pending_bookings: sessions.pending,
        average_rating: mean(sessions.average),
        total_reviews: sessions.ratings,
    }))
}

/// A line of what goes on.
#[derive(Serialize, ToSchema)]
struct Activity {
    id: EventId,
    #[serde(rename = "type")]
    kind: ActivityKind,
    user_name: String,
    details: String,
    timestamp: Instant,
}

impl From<ActivityLine> for Activity {
    fn from(line: ActivityLine) -> Self {
        let ActivityLine { activity, name, mentor_name } = line;
        let date = activity.date.unwrap_or_default();
        let nobody = || domain::account::DELETED_NAME.to_owned();
        let mentor = mentor_name.unwrap_or_else(nobody);
        let details = match activity.kind {
            ActivityKind::MentorApplication => "Wants to be a mentor".to_owned(),
            ActivityKind::BookingCreated => format!("Asked {mentor} for a session on {date}"),
            ActivityKind::BookingCompleted => format!("Completed the session on {date}"),
            ActivityKind::ReviewSubmitted => {
                format!("Rated {mentor} with {} of 5 stars", activity.stars.unwrap_or_default())
            }
        };
        let user_name = name.unwrap_or_else(nobody);
        Self { id: activity.id, kind: activity.kind, user_name, details, timestamp: activity.at }
    }
}

async fn list_activity(
    State(mentorship): State<Mentorship>,
    caller: Caller<AdminOnly>,
    page: PageQuery,
) -> Answer<Listed<Activity>> {
    let found = mentorship.activities(&caller.cx, page.request.clone()).await?;
    Ok(page.answer(found, Activity::from))
}

async fn list_mentors(
    State(mentorship): State<Mentorship>,
    State(photos): State<Photos>,
    caller: Caller<AdminOnly>,
    page: PageQuery,
) -> Answer<Listed<MentorOfAdmin>> {
    let found = mentorship.all_profiles(&caller.cx, page.request.clone()).await?;
    Ok(page.answer(found, |profile| {
        let photo = photos.address(&caller.cx, &profile);
        MentorOfAdmin::new(profile, photo)
    }))
}

#[derive(Deserialize, ToSchema)]
struct Verdict {
    reason: Option<Prose<1000>>,
}

/// Decides about an application.
async fn judge(
    (mentorship, photos): (&Mentorship, &Photos),
    cx: &Context,
    id: AccountId,
    verdict: Verification,
    reason: Option<Prose<1000>>,
) -> Answer<Json<MentorOfAdmin>> {
    let profile = mentorship.decide(cx, id, verdict, reason).await?;
    let photo = photos.address(cx, &profile);
    Ok(Json(MentorOfAdmin::new(profile, photo)))
}

async fn approve(
    State(mentorship): State<Mentorship>,
    State(photos): State<Photos>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<AccountId>,
    Body(body): Body<Verdict>,
) -> Answer<Json<MentorOfAdmin>> {
    judge((&mentorship, &photos), &caller.cx, id, Verification::Approved, body.reason).await
}

async fn reject(
    State(mentorship): State<Mentorship>,
    State(photos): State<Photos>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<AccountId>,
    Body(body): Body<Verdict>,
) -> Answer<Json<MentorOfAdmin>> {
    judge((&mentorship, &photos), &caller.cx, id, Verification::Rejected, body.reason).await
}

#[derive(Deserialize, ToSchema)]
struct Approval {
    is_approved: bool,
    reason: Option<Prose<1000>>,
}

async fn decide(
    State(mentorship): State<Mentorship>,
    State(photos): State<Photos>,
    caller: Caller<AdminOnly>,
    PathId(id): PathId<AccountId>,
    Body(Approval { is_approved, reason }): Body<Approval>,
) -> Answer<Json<MentorOfAdmin>> {
    let verdict = if is_approved { Verification::Approved } else { Verification::Rejected };
    judge((&mentorship, &photos), &caller.cx, id, verdict, reason).await
}

async fn list_bookings(
    State(mentorship): State<Mentorship>,
    caller: Caller<AdminOnly>,
    page: PageQuery,
) -> Answer<Listed<BookingShape>> {
    let found = mentorship.all_sessions(&caller.cx, page.request.clone()).await?;
    Ok(page.answer(found, |session| BookingShape::new(&session, &caller.member)))
}

/// The admins' routes.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/v1/mentorship/admin/stats", "Show how the product stands", show_stats)
        .get("/api/v1/mentorship/admin/activity", "List what went on, the latest first", list_activity)
        .get("/api/v1/mentorship/admin/mentors", "List all mentors and applications", list_mentors)
        .post("/api/v1/mentorship/admin/mentors/{id}/approve", "Let a mentor in", approve)
        .post("/api/v1/mentorship/admin/mentors/{id}/reject", "Turn a mentor down", reject)
        .patch("/api/v1/mentorship/mentors/{id}/approve", "Let a mentor in, or turn him down", decide)
        .get("/api/v1/mentorship/admin/bookings", "List everybody's sessions, the latest first", list_bookings)
}
