//! What students write about sessions.

use super::{SessionDeps, booking::must_be, shapes::title};
use app::{
    mentorship::{Mentorship, Wish},
    paid_sessions::{Earnings, PaidSessions},
};
use axum::{Json, extract::State};
use domain::{
    Instant, SessionBookingId,
    account::{PersonKey, Role},
    mentorship::{SessionBooking, Stars},
    text::Prose,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, ApiError, Body, Caller, Created, Listed, MenteeOnly, MentorOnly, PageQuery, PathId, Routes, about, null_as_default,
    once_per_key,
};

#[derive(Deserialize, ToSchema)]
struct GiveFeedback {
    meeting_id: SessionBookingId,
    /// The mentor of that session, and no other.
    mentor_id: Option<PersonKey>,
    rating: Stars,
    #[serde(default, deserialize_with = "null_as_default")]
    feedback_text: Prose<2000>,
}

/// A feedback; it is shown at once, so none waits for approval.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionFeedback)]
struct FeedbackShape {
    id: SessionBookingId,
    student: String,
    student_id: String,
    student_name: String,
    mentor: String,
    mentor_name: String,
    meeting: SessionBookingId,
    meeting_id: SessionBookingId,
    meeting_title: String,
    rating: u8,
    /// In stars.
    rating_display: String,
    feedback_text: String,
    is_approved: bool,
    created_at: Instant,
    updated_at: Instant,
}

impl FeedbackShape {
    fn new(session: &SessionBooking) -> Option<Self> {
        let rating = session.rating?.get();
        let number = |side, id: domain::AccountId| {
            PaidSessions::number(session, side).map_or_else(|| id.to_string(), |number| number.to_string())
        };
        let (student, mentor) = (number(Role::Mentee, session.mentee.id), number(Role::Mentor, session.mentor.id));
        let rated_at = session.terms.as_ref().and_then(|terms| terms.rated_at).unwrap_or(session.updated_at);
        Some(Self {
            id: session.id,
            student_id: student.clone(),
            student,
            student_name: session.mentee.name.to_string(),
            mentor,
            mentor_name: session.mentor.name.to_string(),
            meeting: session.id,
            meeting_id: session.id,
            meeting_title: title(session),
            rating,
            rating_display: "★".repeat(rating.into()) + &"☆".repeat(usize::from(5 - rating.min(5))),
            feedback_text: session.mentor_feedback.as_ref().map(ToString::to_string).unwrap_or_default(),
            is_approved: true,
            created_at: rated_at,
            updated_at: rated_at,
        })
    }
}

async fn give_feedback(
    State(sessions): State<PaidSessions>,
    State(mentorship): State<Mentorship>,
    caller: Caller<MenteeOnly>,
    Body(body): Body<GiveFeedback>,
) -> Answer<Created<FeedbackShape>> {
    let id = body.meeting_id;
    let session = must_be(&sessions, &caller, id, Role::Mentee).await?;
    let fits = match body.mentor_id {
        None => true,
        Some(PersonKey::Account(mentor)) => mentor == session.mentor.id,
        Some(PersonKey::Number(number)) => PaidSessions::number(&session, Role::Mentor) == Some(number),
    };
    if !fits {
        return Err(ApiError::not_found("session"));
    }
    let wish = Wish::Rate { stars: body.rating, feedback: body.feedback_text };
    let rated = mentorship.act(&caller.cx, &caller.member, id, (&wish, None)).await?;
    FeedbackShape::new(&rated).map(Created).ok_or_else(|| ApiError::internal("a rated session has no rating"))
}

#[derive(Serialize, ToSchema)]
struct GivenFeedback {
    rating: u8,
    feedback_text: String,
    created_at: Instant,
}

#[derive(Serialize, ToSchema)]
struct FeedbackCheck {
    exists: bool,
    feedback: Option<GivenFeedback>,
}

async fn check_feedback(
    State(sessions): State<PaidSessions>,
    caller: Caller<MenteeOnly>,
    PathId(id): PathId<SessionBookingId>,
) -> Answer<Json<FeedbackCheck>> {
    let session = must_be(&sessions, &caller, id, Role::Mentee).await?;
    let feedback = FeedbackShape::new(&session).map(|found| GivenFeedback {
        rating: found.rating,
        feedback_text: found.feedback_text,
        created_at: found.created_at,
    });
    Ok(Json(FeedbackCheck { exists: feedback.is_some(), feedback }))
}

async fn list_feedback(
    State(sessions): State<PaidSessions>,
    caller: Caller<MentorOnly>,
    page: PageQuery,
) -> Answer<Listed<FeedbackShape>> {
    let mut found = sessions.rated(&caller.cx, caller.member.id(), page.request.clone()).await?.map(|s| FeedbackShape::new(&s));
    let shown = store::Page { items: found.items.drain(..).flatten().collect(), next: found.next };
    Ok(page.answer(shown, |feedback| feedback))
}

#[derive(Serialize, ToSchema)]
struct StarsCount {
    rating: u8,
    count: u64,
}

#[derive(Serialize, ToSchema)]
struct FeedbackStats {
    total_feedback: u64,
    average_rating: f64,
    approved_feedback: u64,
    pending_feedback: u64,
    /// Five stars first.
    rating_distribution: Vec<StarsCount>,
}

async fn show_stats(State(earnings): State<Earnings>, caller: Caller<MentorOnly>) -> Answer<Json<FeedbackStats>> {
    let purse = earnings.purse(&caller.cx, caller.member.id()).await?;
    let total_feedback = purse.ratings();
    let rating_distribution = purse.distribution().map(|(rating, count)| StarsCount { rating, count }).into();
    Ok(Json(FeedbackStats {
        total_feedback,
        average_rating: purse.average(),
        approved_feedback: total_feedback,
        pending_feedback: 0,
        rating_distribution,
    }))
}

/// The routes of feedback.
pub fn routes<R: Routes<SessionDeps>>(routes: R) -> R {
    let give = about("Rate a session that took place, once")
        .forbidden(&["ACCOUNT_PAUSED"])
        .not_found()
        .conflict(&["BOOKING_NOT_COMPLETED", "ALREADY_RATED"]);
    routes
        .post("/api/student/feedback", give, once_per_key(give_feedback))
        .get("/api/student/feedback/check/{id}", "Say whether one has rated a session", check_feedback)
        .get("/api/mentor/feedback", "List what students wrote about one's sessions, the latest session first", list_feedback)
        .get("/api/mentor/feedback/stats", "Sum up one's ratings", show_stats)
}
