//! `/api/v1/mentorship/mentors/…`: finding mentors, one's own profile, favourites.

use crate::{
    forms::{expertise, null_as_default, years},
    shapes::{BookingShape, ExpertiseShape, FreeSlotShape, MentorShape},
    state::Deps,
};
use app::{
    Context,
    mentorship::{Mentorship, ProfileChange, photos::Photos},
};
use axum::{Json, extract::State};
use domain::{
    AccountId, Zone,
    mentorship::{EXPERTISE, Expertise, MentorProfile, ProfileDetails, Word, key_of_name},
    text::{Line, Prose, WebUrl},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::MentorSearch;
use utoipa::ToSchema;
use web::{
    Answer, ApiError, Bearer, Body, Caller, Complete, Created, FileFields, MentorOnly, Message, OneFile, PathId, Query, Routes,
    Visitor, about,
};

const DEEPEST_PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 100;
const USUAL_PAGE: u32 = 12;
const MOST_WORDS: usize = 8;

#[derive(Deserialize, ToSchema)]
struct MentorQuery {
    /// An area of expertise.
    expertise: Option<String>,
    /// Beginnings of words of name, company and expertise; all of them must be found.
    search: Option<String>,
    /// From 1 to 50.
    page: Option<String>,
    /// From 1 to 100.
    page_size: Option<String>,
}

fn number(field: &'static str, text: Option<&str>, usual: u32, most: u32) -> Result<u32, ApiError> {
    let number = text.map_or(Ok(usual), str::parse).ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| ApiError::invalid(field, format!("{field} is a whole number from 1 to {most}")))
}

#[derive(Serialize, ToSchema)]
struct MentorList {
    results: Vec<MentorShape>,
    count: u64,
    page: u32,
    page_size: u32,
}

/// A profile as everybody sees it.
fn public(photos: &Photos, cx: &Context, profile: MentorProfile) -> MentorShape {
    let photo = photos.address(cx, &profile);
    MentorShape::new(profile, photo, false)
}

/// A profile as its owner sees it.
fn own(photos: &Photos, cx: &Context, profile: MentorProfile) -> MentorShape {
    let photo = photos.address(cx, &profile);
    MentorShape::new(profile, photo, true)
}

async fn list_mentors(
    State(mentorship): State<Mentorship>,
    State(photos): State<Photos>,
    Visitor(cx): Visitor,
    Query(query): Query<MentorQuery>,
) -> Answer<Json<MentorList>> {
    let page = number("page", query.page.as_deref(), 1, DEEPEST_PAGE)?;
    let page_size = number("page_size", query.page_size.as_deref(), USUAL_PAGE, LARGEST_PAGE)?;
    let words = Word::all_of(query.search.as_deref().unwrap_or_default());
    if words.len() > MOST_WORDS {
        return Err(ApiError::invalid("search", "Search for at most 8 words"));
    }
    let search = MentorSearch { words, area: query.expertise.as_deref().map(key_of_name) };
    let found = mentorship.mentors(&cx, &search, (page, page_size)).await?;
    let results = found.profiles.into_iter().map(|profile| public(&photos, &cx, profile)).collect();
    Ok(Json(MentorList { results, count: found.count, page, page_size }))
}

async fn show_mentor(
    State(mentorship): State<Mentorship>,
    State(photos): State<Photos>,
    Visitor(cx): Visitor,
    PathId(id): PathId<AccountId>,
) -> Answer<Json<MentorShape>> {
    Ok(Json(public(&photos, &cx, mentorship.profile(&cx, id).await?)))
}

#[derive(Deserialize, ToSchema)]
struct Days {
    #[schema(value_type = Option<String>, format = Date)]
    start_date: Option<Date>,
    /// At most 62 days later; 30 unless given.
    #[schema(value_type = Option<String>, format = Date)]
    end_date: Option<Date>,
}

async fn show_free_time(
    State(mentorship): State<Mentorship>,
    Visitor(cx): Visitor,
    PathId(id): PathId<AccountId>,
    Query(days): Query<Days>,
) -> Answer<Complete<FreeSlotShape>> {
    let (_, free) = mentorship.free(&cx, id, (days.start_date, days.end_date)).await?;
    Ok(Complete(free.into_iter().map(FreeSlotShape::from).collect()))
}

/// What a mentor writes about himself; what is not given stays as it is.
#[derive(Deserialize, ToSchema)]
struct Profile {
    bio: Option<Prose<4000>>,
    /// Texts, or objects with a `category`.
    #[serde(default, deserialize_with = "expertise")]
    #[schema(value_type = Option<Vec<serde_json::Value>>)]
    expertise: Option<Vec<Expertise>>,
    company: Option<Line<100>>,
    job_title: Option<Line<100>>,
    /// A number, or text, or null.
    #[serde(default, deserialize_with = "years")]
    #[schema(value_type = Option<serde_json::Value>)]
    years_of_experience: Option<Option<u8>>,
    linkedin_url: Option<WebUrl>,
    github_url: Option<WebUrl>,
    twitter_url: Option<WebUrl>,
    linkedin: Option<WebUrl>,
    github: Option<WebUrl>,
    twitter: Option<WebUrl>,
    photo_url: Option<WebUrl>,
    #[schema(value_type = Option<String>, examples("Asia/Kolkata"))]
    timezone: Option<Zone>,
    #[schema(value_type = Option<String>, examples("Asia/Kolkata"))]
    availability_timezone: Option<Zone>,
    is_accepting_requests: Option<bool>,
    /// The version that was seen; another one is refused.
    version: Option<u64>,
}

impl Profile {
    fn change(self, photos: &Photos) -> (ProfileChange, Option<u64>) {
        let change = ProfileChange {
            bio: self.bio,
            expertise: self.expertise,
            company: self.company,
            job_title: self.job_title,
            years_of_experience: self.years_of_experience,
            linkedin_url: self.linkedin_url.or(self.linkedin),
            github_url: self.github_url.or(self.github),
            twitter_url: self.twitter_url.or(self.twitter),
            photo_url: photos.elsewhere(self.photo_url),
            timezone: self.timezone.or(self.availability_timezone),
            is_accepting_requests: self.is_accepting_requests,
        };
        (change, self.version)
    }
}

async fn create_profile(
    State(mentorship): State<Mentorship>,
    State(photos): State<Photos>,
    caller: Caller,
    Body(body): Body<Profile>,
) -> Answer<Created<MentorShape>> {
    let (change, _) = body.change(&photos);
    let zone = change.timezone.clone().unwrap_or_else(|| mentorship.usual_zone().clone());
    let details = change.of(ProfileDetails::blank(zone));
    let profile = mentorship.apply(&caller.cx, &caller.member, details).await?;
    Ok(Created(own(&photos, &caller.cx, profile)))
}

async fn my_profile(
    State(mentorship): State<Mentorship>,
    State(photos): State<Photos>,
    caller: Caller,
) -> Answer<Json<MentorShape>> {
    Ok(Json(own(&photos, &caller.cx, mentorship.own(&caller.cx, &caller.member).await?)))
}

async fn update_me(
    State(mentorship): State<Mentorship>,
    State(photos): State<Photos>,
    caller: Caller,
    Body(body): Body<Profile>,
) -> Answer<Json<MentorShape>> {
    let profile = mentorship.change(&caller.cx, &caller.member, body.change(&photos)).await?;
    Ok(Json(own(&photos, &caller.cx, profile)))
}

async fn update_profile(
    State(mentorship): State<Mentorship>,
    State(photos): State<Photos>,
    caller: Caller,
    PathId(id): PathId<AccountId>,
    Body(body): Body<Profile>,
) -> Answer<Json<MentorShape>> {
    mentorship.must_be_own(&caller.cx, &caller.member, id).await?;
    let profile = mentorship.change(&caller.cx, &caller.member, body.change(&photos)).await?;
    Ok(Json(own(&photos, &caller.cx, profile)))
}

struct PhotoField;

impl FileFields for PhotoField {
    const NAMES: &'static [&'static str] = &["photo"];
}

/// A profile's new photo, and the profile with it.
#[derive(Serialize, ToSchema)]
struct NewPhoto {
    photo_url: String,
    mentor: MentorShape,
}

async fn upload_photo(
    State(photos): State<Photos>,
    caller: Caller,
    PathId(id): PathId<AccountId>,
    photo: OneFile<PhotoField>,
) -> Answer<Json<NewPhoto>> {
    let profile = photos.upload(&caller.cx, &caller.member, id, &photo.content).await?;
    let photo_url = photos.address(&caller.cx, &profile);
    Ok(Json(NewPhoto { photo_url, mentor: own(&photos, &caller.cx, profile) }))
}

/// A mentor's own figures, a few seconds behind.
#[derive(Serialize, ToSchema)]
struct MentorStats {
    total_sessions: u64,
    completed_sessions: u64,
    upcoming_sessions: u64,
    pending_requests: u64,
    total_mentees: usize,
    average_rating: f64,
    rating: f64,
    total_reviews: u64,
    /// Of a hundred requests, how many were answered.
    response_rate: u64,
    /// The next of them.
    next_sessions: Vec<BookingShape>,
}

async fn my_stats(State(mentorship): State<Mentorship>, caller: Caller<MentorOnly>) -> Answer<Json<MentorStats>> {
    let figures = mentorship.own_figures(&caller.cx, &caller.member).await?;
    let rating = mean(figures.profile.rating.hundredths());
    Ok(Json(MentorStats {
        total_sessions: figures.stats.sessions,
        completed_sessions: figures.profile.sessions,
        upcoming_sessions: figures.stats.upcoming,
        pending_requests: figures.stats.pending,
        total_mentees: figures.mentees,
        average_rating: rating,
        rating,
        total_reviews: figures.profile.rating.ratings,
        response_rate: figures.stats.answered,
        next_sessions: figures.upcoming.iter().map(|session| BookingShape::new(session, &caller.member)).collect(),
    }))
}

#[expect(clippy::cast_precision_loss, reason = "a mean of stars has three digits")]
pub(super) fn mean(hundredths: u64) -> f64 {
    hundredths as f64 / 100.0
}

async fn list_expertise() -> Complete<ExpertiseShape> {
    Complete(EXPERTISE.iter().enumerate().map(ExpertiseShape::of).collect())
}

async fn list_favourites(State(mentorship): State<Mentorship>, bearer: Bearer) -> Answer<Complete<AccountId>> {
    let (_, found) = bearer.along(mentorship.favourites(&bearer.cx, bearer.account)).await?;
    Ok(Complete(found?.into_iter().map(|profile| profile.account_id).collect()))
}

#[derive(Deserialize, ToSchema)]
struct Favourite {
    mentor_id: AccountId,
    /// False forgets him.
    #[serde(default = "yes", deserialize_with = "null_as_default")]
    favourite: bool,
}

fn yes() -> bool {
    true
}

async fn set_favourite(
    State(mentorship): State<Mentorship>,
    caller: Caller,
    Body(body): Body<Favourite>,
) -> Answer<Json<Message>> {
    mentorship.set_favourite(&caller.cx, caller.member.id(), body.mentor_id, body.favourite).await?;
    Ok(Json(Message { message: "Saved" }))
}

async fn drop_favourite(
    State(mentorship): State<Mentorship>,
    caller: Caller,
    PathId(id): PathId<AccountId>,
) -> Answer<Json<Message>> {
    mentorship.set_favourite(&caller.cx, caller.member.id(), id, false).await?;
    Ok(Json(Message { message: "Forgotten" }))
}

/// The routes of mentors and their profiles.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    let apply = about("Apply to be a mentor").forbidden(&["ACCOUNT_PAUSED"]).conflict(&["PROFILE_EXISTS"]);
    let change = about("Change one's own profile").forbidden(&["ACCOUNT_PAUSED"]).not_found().conflict(&["STALE_VERSION"]);
    let show = about("Show one's own profile").not_found();
    let figures = about("Show a mentor what he does").not_found();
    let photo = about("Give one's own profile a photo: JPEG, PNG or WebP")
        .forbidden(&["ACCOUNT_PAUSED", "NOT_OWN_PROFILE"])
        .unavailable(&["FILES_UNAVAILABLE"]);
    routes
        .get("/api/v1/mentorship/mentors", "Find mentors", list_mentors)
        .post("/api/v1/mentorship/mentors", apply, create_profile)
        .post("/api/v1/mentorship/mentors/create_profile", apply, create_profile)
        .get("/api/v1/mentorship/mentors/me", show, my_profile)
        .get("/api/v1/mentorship/mentors/my_profile", show, my_profile)
        .patch("/api/v1/mentorship/mentors/me", change, update_me)
        .get("/api/v1/mentorship/mentors/stats", figures, my_stats)
        .get("/api/v1/mentorship/mentors/my_stats", figures, my_stats)
        .get("/api/v1/mentorship/mentors/{id}", "Show a mentor", show_mentor)
        .get("/api/v1/mentorship/mentors/{id}/availability", "Show a mentor's free time", show_free_time)
        .patch(
            "/api/v1/mentorship/mentors/{id}/update_profile",
            change.forbidden(&["ACCOUNT_PAUSED", "NOT_OWN_PROFILE"]),
            update_profile,
        )
        .post("/api/v1/mentorship/mentors/{id}/upload_photo", photo, upload_photo)
        .get("/api/v1/mentorship/expertise", "List the areas of expertise on offer", list_expertise)
        .get("/api/v1/mentorship/favorites", "List the mentors whom one likes to find again", list_favourites)
        .post("/api/v1/mentorship/favorites", about("Remember a mentor, or forget him").not_found(), set_favourite)
        .delete("/api/v1/mentorship/favorites/{id}", "Forget a mentor", drop_favourite)
}
