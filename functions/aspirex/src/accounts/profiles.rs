//! `/api/student/profile`, `/api/mentor/profile`: what one says of oneself.

use super::AccountsDeps;
use crate::{
    forms::{hundredths, lines, perhaps, professions, rupees, services, skills, text, week},
    sessions::shapes::MeetingShape,
    shapes::{MessageShape, OwnMentorShape, OwnStudentShape, ProfileShapes},
};
use app::{
    inbox::Inbox,
    paid_sessions::{Earnings, PaidSessions},
    portraits::{PortraitChange, PortraitFiles, Portraits},
};
use axum::{
    Json,
    extract::{FromRef, State},
};
use domain::{
    Instant, Paise,
    account::Membership,
    mentorship::{Expertise, MentorProfile},
    portrait::{DaySlot, Service, StudentProfile, Weekday},
    text::{Line, PersonName, Prose, WebUrl},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::PageRequest;
use utoipa::ToSchema;
use web::{
    Answer, ApiError, Body, BodyOf, Caller, MenteeOnly, MentorOnly, Routes, about,
    openapi::lenient::{DayOrEmpty, Names, NumberOrDigits, TextOrNumber},
};

/// So many of the latest notices stand in one's own profile.
const MESSAGES: u32 = 50;
/// And so many of the latest sessions.
const MEETINGS: u32 = 100;

/// A name, and details in an object of their own, as the client sends them.
#[derive(Deserialize, ToSchema)]
#[schema(as = ProfileChange)]
struct Whole {
    name: Option<PersonName>,
    details: Option<Details>,
}

/// What one says of oneself; what is not given stays. Null and an empty text take away. What the platform itself says of
/// somebody, such as his approval, is not read.
#[derive(Deserialize, ToSchema)]
#[schema(as = DetailsChange)]
struct Details {
    #[serde(default, deserialize_with = "perhaps")]
    #[schema(value_type = Option<DayOrEmpty>)]
    dob: Option<Option<Date>>,
    /// Another name of `dob`, which goes before it; so with the other names.
    #[serde(default, deserialize_with = "perhaps")]
    #[schema(value_type = Option<DayOrEmpty>)]
    date_of_birth: Option<Option<Date>>,
    #[serde(default, deserialize_with = "perhaps")]
    #[schema(value_type = Option<NumberOrDigits>)]
    age: Option<Option<u8>>,
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<20>>)]
    gender: Option<Line<20>>,
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<30>>)]
    phone_number: Option<Line<30>>,
    /// Another name of `phone_number`.
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<30>>)]
    phone: Option<Line<30>>,
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<100>>)]
    location: Option<Line<100>>,
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<150>>)]
    college: Option<Line<150>>,
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<100>>)]
    degree: Option<Line<100>>,
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<100>>)]
    field_of_study: Option<Line<100>>,
    #[serde(default, deserialize_with = "perhaps")]
    #[schema(value_type = Option<NumberOrDigits>)]
    year_of_study: Option<Option<u8>>,
    /// With at most two decimals.
    #[serde(default, deserialize_with = "hundredths")]
    #[schema(value_type = Option<NumberOrDigits>)]
    cgpa: Option<Option<u16>>,
    /// A year from 1900 to 2200.
    #[serde(default, deserialize_with = "perhaps")]
    #[schema(value_type = Option<NumberOrDigits>)]
    batch: Option<Option<u16>>,
    /// Texts, objects with a `title`, or one text with commas.
    #[serde(default, deserialize_with = "professions")]
    #[schema(value_type = Option<Names>)]
    professions: Option<Vec<Line<100>>>,
    /// Another name of `professions`.
    #[serde(default, deserialize_with = "professions")]
    #[schema(value_type = Option<Names>)]
    designation: Option<Vec<Line<100>>>,
    /// Texts, objects with a `name`, or one text with commas.
    #[serde(default, deserialize_with = "skills")]
    #[schema(value_type = Option<Names>)]
    skills: Option<Vec<Expertise>>,
    /// Another name of `skills`.
    #[serde(default, deserialize_with = "skills")]
    #[schema(value_type = Option<Names>)]
    expertise: Option<Vec<Expertise>>,
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<1000>>)]
    interests: Option<Prose<1000>>,
    #[serde(default, deserialize_with = "lines")]
    #[schema(value_type = Option<Names>)]
    languages: Option<Vec<Line<40>>>,
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<4000>>)]
    about: Option<Prose<4000>>,
    /// Another name of `about`.
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<4000>>)]
    bio: Option<Prose<4000>>,
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<100>>)]
    company: Option<Line<100>>,
    #[serde(default, deserialize_with = "perhaps")]
    #[schema(value_type = Option<NumberOrDigits>)]
    years_of_experience: Option<Option<u8>>,
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<2048>>)]
    linkedin_url: Option<WebUrl>,
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<2048>>)]
    github_url: Option<WebUrl>,
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<2048>>)]
    portfolio_url: Option<WebUrl>,
    /// What an hour costs, in rupees.
    #[serde(default, deserialize_with = "rupees")]
    #[schema(value_type = Option<NumberOrDigits>)]
    fees: Option<Paise>,
    /// Another name of `fees`.
    #[serde(default, deserialize_with = "rupees")]
    #[schema(value_type = Option<NumberOrDigits>)]
    hourly_rate: Option<Paise>,
    #[serde(default, deserialize_with = "text")]
    #[schema(value_type = Option<TextOrNumber<200>>)]
    availability_timings: Option<Line<200>>,
    /// Each day by its name, with `slots` of `{time, available}`.
    #[serde(default, deserialize_with = "week")]
    #[schema(value_type = Option<serde_json::Value>)]
    availability_day_wise: Option<BTreeMap<Weekday, Vec<DaySlot>>>,
    /// Objects with a `title`, and `price` in rupees.
    #[serde(default, deserialize_with = "services")]
    #[schema(value_type = Option<Vec<serde_json::Value>>)]
    services: Option<Vec<Service>>,
    #[serde(default, deserialize_with = "lines")]
    #[schema(value_type = Option<Names>)]
    key_achievements: Option<Vec<Line<300>>>,
}

impl From<Details> for PortraitChange {
    fn from(details: Details) -> Self {
        Self {
            name: None,
            about: details.about.or(details.bio),
            skills: details.skills.or(details.expertise),
            linkedin_url: details.linkedin_url,
            github_url: details.github_url,
            portfolio_url: details.portfolio_url,
            phone: details.phone_number.or(details.phone),
            date_of_birth: details.dob.or(details.date_of_birth),
            age: details.age,
            gender: details.gender,
            location: details.location,
            college: details.college,
            degree: details.degree,
            field_of_study: details.field_of_study,
            year_of_study: details.year_of_study,
            cgpa: details.cgpa,
            batch: details.batch,
            professions: details.professions.or(details.designation),
            interests: details.interests,
            languages: details.languages,
            company: details.company,
            years_of_experience: details.years_of_experience,
            hourly_rate: details.fees.or(details.hourly_rate),
            availability_timings: details.availability_timings,
            week: details.availability_day_wise,
            services: details.services,
            key_achievements: details.key_achievements,
        }
    }
}

/// Details in an object of their own go before those beside the name.
fn change(whole: Whole, flat: Details) -> PortraitChange {
    PortraitChange { name: whole.name, ..whole.details.unwrap_or(flat).into() }
}

/// What showing somebody to himself takes.
#[derive(Debug, Clone)]
struct Mirror {
    portraits: Portraits,
    files: PortraitFiles,
    inbox: Inbox,
    sessions: PaidSessions,
    earnings: Earnings,
}

impl FromRef<AccountsDeps> for Mirror {
    fn from_ref(deps: &AccountsDeps) -> Self {
        Self {
            portraits: deps.portraits.clone(),
            files: deps.portrait_files.clone(),
            inbox: deps.inbox.clone(),
            sessions: deps.sessions.clone(),
            earnings: deps.earnings.clone(),
        }
    }
}

impl Mirror {
    async fn messages<R: web::RoleRule>(&self, caller: &Caller<R>) -> Result<Vec<MessageShape>, ApiError> {
        let notices = self.inbox.list(&caller.cx, caller.member.id(), PageRequest::first(MESSAGES)).await?;
        Ok(notices.items.into_iter().map(MessageShape::from).collect())
    }

    /// The caller's latest sessions in a role.
    async fn meetings<R: web::RoleRule>(&self, caller: &Caller<R>) -> Result<Vec<MeetingShape>, ApiError> {
        let found = self.sessions.of(&caller.cx, caller.role(), caller.member.id(), PageRequest::first(MEETINGS)).await?;
        Ok(found.items.into_iter().map(MeetingShape::from).collect())
    }

    async fn of_student(
        &self,
        caller: &Caller<MenteeOnly>,
        member: &Membership,
        profile: &StudentProfile,
    ) -> Answer<Json<OwnStudentShape>> {
        let online = self.portraits.is_online(&caller.cx, member.account_id).await?;
        let profile = ProfileShapes { cx: &caller.cx, files: &self.files }.own_student(member, profile, online);
        let (meetings, messages) = (self.meetings(caller).await?, self.messages(caller).await?);
        Ok(Json(OwnStudentShape { profile, meetings, messages }))
    }

    async fn of_mentor(
        &self,
        caller: &Caller<MentorOnly>,
        member: &Membership,
        profile: &MentorProfile,
    ) -> Answer<Json<OwnMentorShape>> {
        let online = self.portraits.is_online(&caller.cx, member.account_id).await?;
        let mut profile = ProfileShapes { cx: &caller.cx, files: &self.files }.own_mentor(member, profile, online);
        profile.details.total_students = Some(self.earnings.purse(&caller.cx, member.account_id).await?.students);
        let (meetings, messages) = (self.meetings(caller).await?, self.messages(caller).await?);
        Ok(Json(OwnMentorShape { profile, meetings, messages }))
    }
}

async fn student_profile(State(mirror): State<Mirror>, caller: Caller<MenteeOnly>) -> Answer<Json<OwnStudentShape>> {
    let member = &caller.member.membership;
    let profile = mirror.portraits.student(&caller.cx, member).await?;
    mirror.of_student(&caller, member, &profile).await
}

async fn update_student(
    State(mirror): State<Mirror>,
    caller: Caller<MenteeOnly>,
    BodyOf(whole, flat): BodyOf<Whole, Details>,
) -> Answer<Json<OwnStudentShape>> {
    let (member, profile) = mirror.portraits.change_student(&caller.cx, &caller.member, &change(whole, flat)).await?;
    mirror.of_student(&caller, &member, &profile).await
}

async fn mentor_profile(State(mirror): State<Mirror>, caller: Caller<MentorOnly>) -> Answer<Json<OwnMentorShape>> {
    let member = &caller.member.membership;
    let profile = mirror.portraits.mentor(&caller.cx, member).await?;
    mirror.of_mentor(&caller, member, &profile).await
}

async fn update_mentor(
    State(mirror): State<Mirror>,
    caller: Caller<MentorOnly>,
    BodyOf(whole, flat): BodyOf<Whole, Details>,
) -> Answer<Json<OwnMentorShape>> {
    let (member, profile) = mirror.portraits.change_mentor(&caller.cx, &caller.member, &change(whole, flat)).await?;
    mirror.of_mentor(&caller, &member, &profile).await
}

#[derive(Deserialize, ToSchema)]
struct Presence {
    /// True when he goes.
    #[serde(default)]
    set_offline: bool,
}

#[derive(Serialize, ToSchema)]
struct PresenceShape {
    is_online: bool,
    last_activity: Option<Instant>,
}

async fn note_presence(
    State(portraits): State<Portraits>,
    caller: Caller<MentorOnly>,
    Body(body): Body<Presence>,
) -> Answer<Json<PresenceShape>> {
    let is_online = !body.set_offline;
    let last_activity = portraits.note_presence(&caller.cx, caller.member.id(), is_online).await?;
    Ok(Json(PresenceShape { is_online, last_activity }))
}

pub(super) fn routes<R: Routes<AccountsDeps>>(routes: R) -> R {
    let change = about("Change one's own profile").forbidden(&["ACCOUNT_PAUSED"]);
    routes
        .get("/api/student/profile", "Show one's own profile as a student", student_profile)
        .put("/api/student/profile", change, update_student)
        .put("/api/student/profile/update", change, update_student)
        .post("/api/student/detail", change, update_student)
        .get("/api/mentor/profile", "Show one's own profile as a mentor", mentor_profile)
        .put("/api/mentor/profile", change, update_mentor)
        .put("/api/mentor/profile/update", change, update_mentor)
        .post("/api/mentor/detail", change, update_mentor)
        .post("/api/mentor/online-status", "Say that one is there, or goes", note_presence)
}
