//! `/api/mentor/public`, `/api/student/public`: people as others see them.

use super::AccountsDeps;
use crate::shapes::{MentorShape, ProfileShapes, PublicMentorShape, ReviewShape, StudentShape};
use app::{
    Context,
    paid_sessions::{Earnings, PaidSessions},
    portraits::{PortraitFiles, Portraits},
};
use axum::{
    Json,
    extract::{FromRef, State},
};
use domain::{
    account::PersonKey,
    mentorship::{Word, key_of_name},
};
use serde::Deserialize;
use store::{MentorSearch, PageRequest};
use utoipa::ToSchema;
use web::{Answer, ApiError, Bearer, Listed, MenteeOnly, PageQuery, PathId, Query, Routes, Visitor};

const MOST_WORDS: usize = 8;
/// So many of the latest reviews stand beside a mentor.
const REVIEWS: u32 = 50;

#[derive(Deserialize, ToSchema)]
struct MentorQuery {
    /// Beginnings of words of name, company, college, professions and skills; all of them must be found.
    search: Option<String>,
    /// A skill.
    expertise: Option<String>,
}

async fn find(
    (portraits, files): (&Portraits, &PortraitFiles),
    cx: &Context,
    (query, page): (MentorQuery, PageQuery),
) -> Answer<Listed<MentorShape>> {
    let words = Word::all_of(query.search.as_deref().unwrap_or_default());
    if words.len() > MOST_WORDS {
        return Err(ApiError::invalid("search", "Search for at most 8 words"));
    }
    let search = MentorSearch { words, area: query.expertise.as_deref().map(key_of_name) };
    let found = portraits.mentors(cx, &search, page.request.clone()).await?;
    let shapes = ProfileShapes { cx, files };
    Ok(page.answer(found, |seen| shapes.mentor(seen)))
}

async fn list_mentors(
    State(portraits): State<Portraits>,
    State(files): State<PortraitFiles>,
    Visitor(cx): Visitor,
    page: PageQuery,
    Query(query): Query<MentorQuery>,
) -> Answer<Listed<MentorShape>> {
    find((&portraits, &files), &cx, (query, page)).await
}

async fn browse_mentors(
    State(portraits): State<Portraits>,
    State(files): State<PortraitFiles>,
    bearer: Bearer<MenteeOnly>,
    page: PageQuery,
    Query(query): Query<MentorQuery>,
) -> Answer<Listed<MentorShape>> {
    let (_, found) = bearer.along(find((&portraits, &files), &bearer.cx, (query, page))).await?;
    found
}

/// What showing a mentor by himself takes.
#[derive(Debug, Clone)]
struct Gallery {
    portraits: Portraits,
    files: PortraitFiles,
    sessions: PaidSessions,
    earnings: Earnings,
}

impl FromRef<AccountsDeps> for Gallery {
    fn from_ref(deps: &AccountsDeps) -> Self {
        Self {
            portraits: deps.portraits.clone(),
            files: deps.portrait_files.clone(),
            sessions: deps.sessions.clone(),
            earnings: deps.earnings.clone(),
        }
    }
}

impl Gallery {
    async fn show(&self, cx: &Context, key: PersonKey) -> Answer<Json<PublicMentorShape>> {
        let seen = self.portraits.listed_mentor(cx, key).await?;
        let id = seen.member.account_id;
        let mut mentor = ProfileShapes { cx, files: &self.files }.mentor(seen);
        mentor.details.total_students = Some(self.earnings.purse(cx, id).await?.students);
        let rated = self.sessions.rated(cx, id, PageRequest::first(REVIEWS)).await?;
        Ok(Json(PublicMentorShape { mentor, reviews: rated.items.iter().filter_map(ReviewShape::new).collect() }))
    }
}

async fn show_mentor(
    State(gallery): State<Gallery>,
    Visitor(cx): Visitor,
    PathId(key): PathId<PersonKey>,
) -> Answer<Json<PublicMentorShape>> {
    gallery.show(&cx, key).await
}

async fn view_mentor(
    State(gallery): State<Gallery>,
    bearer: Bearer<MenteeOnly>,
    PathId(key): PathId<PersonKey>,
) -> Answer<Json<PublicMentorShape>> {
    let (_, mentor) = bearer.along(gallery.show(&bearer.cx, key)).await?;
    mentor
}

#[derive(Deserialize, ToSchema)]
struct StudentQuery {
    /// Words of name or number.
    search: Option<String>,
}

async fn list_students(
    State(portraits): State<Portraits>,
    State(files): State<PortraitFiles>,
    bearer: Bearer,
    page: PageQuery,
    Query(query): Query<StudentQuery>,
) -> Answer<Listed<StudentShape>> {
    let search = query.search.unwrap_or_default();
    let (_, found) = bearer.along(portraits.students(&bearer.cx, &search, page.request.clone())).await?;
    let shapes = ProfileShapes { cx: &bearer.cx, files: &files };
    Ok(page.answer(found?, |seen| shapes.student(seen)))
}

async fn show_student(
    State(portraits): State<Portraits>,
    State(files): State<PortraitFiles>,
    bearer: Bearer,
    PathId(key): PathId<PersonKey>,
) -> Answer<Json<StudentShape>> {
    let (_, seen) = bearer.along(portraits.known_student(&bearer.cx, key)).await?;
    Ok(Json(ProfileShapes { cx: &bearer.cx, files: &files }.student(seen?)))
}

pub(super) fn routes<R: Routes<AccountsDeps>>(routes: R) -> R {
    routes
        .get("/api/mentor/public", "List the approved mentors, or find some", list_mentors)
        .get("/api/mentor/public/{id}", "Show an approved mentor", show_mentor)
        .get("/api/student/mentors", "List the approved mentors, or find some", browse_mentors)
        .get("/api/student/mentors/{id}", "Show an approved mentor", view_mentor)
        .get("/api/student/public", "List students, or find some", list_students)
        .get("/api/student/public/{id}", "Show a student", show_student)
}
