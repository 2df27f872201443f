use super::{first_and_last, hundredths};
use domain::{
    AccountId, AvailabilityId, Instant,
    mentorship::{AvailabilityRule, ExpertiseArea, FreeSlot, MentorProfile, Recurrence},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Whose profile it is.
#[derive(Debug, Serialize, ToSchema)]
struct MentorUser {
    name: String,
    first_name: String,
    last_name: String,
    /// Empty for whoever it is not told.
    email: String,
}

/// A mentor, under every name that a page of the client's knows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mentor)]
pub struct MentorShape {
    id: AccountId,
    name: String,
    /// Empty for whoever it is not told.
    email: String,
    user: MentorUser,
    /// A link to an uploaded photo ends within the hour; it is made anew for each answer.
    photo_url: String,
    profile_picture: String,
    job_title: String,
    jobtitle: String,
    occupation: String,
    company: String,
    city: String,
    location: String,
    bio: String,
    expertise: Vec<String>,
    areaofexpertise: String,
    #[serde(serialize_with = "hundredths")]
    #[schema(value_type = f64)]
    rating: u64,
    #[serde(serialize_with = "hundredths")]
    #[schema(value_type = f64)]
    average_rating: u64,
    total_reviews: u64,
    total_sessions: u64,
    years_of_experience: Option<u8>,
    linkedin_url: String,
    github_url: String,
    twitter_url: String,
    timezone: String,
    availability_timezone: String,
    is_approved: bool,
    is_accepting_requests: bool,
    version: u64,
    created_at: Instant,
    updated_at: Instant,
}

impl MentorShape {
    /// A profile with the address of its photo; with that of its mail for its owner and admins.
    pub fn new(profile: MentorProfile, photo: String, with_address: bool) -> Self {
        let (first_name, last_name) = first_and_last(profile.name.as_str());
        let (is_approved, details) = (profile.is_listed(), profile.details);
        let email = if with_address { profile.email.to_string() } else { String::new() };
        let name = profile.name.to_string();
        let job_title = details.job_title.to_string();
        let expertise: Vec<_> = details.expertise.iter().map(ToString::to_string).collect();
        Self {
            id: profile.account_id,
            user: MentorUser { name: name.clone(), first_name, last_name, email: email.clone() },
            name,
            email,
            profile_picture: photo.clone(),
            photo_url: photo,
            jobtitle: job_title.clone(),
            occupation: job_title.clone(),
            job_title,
            company: details.company.to_string(),
            city: String::new(),
            location: String::new(),
            bio: details.bio.to_string(),
            areaofexpertise: expertise.join(", "),
            expertise,
            rating: profile.rating.hundredths(),
            average_rating: profile.rating.hundredths(),
            total_reviews: profile.rating.ratings,
            total_sessions: profile.sessions,
            years_of_experience: details.years_of_experience,
            linkedin_url: details.linkedin_url.to_string(),
            github_url: details.github_url.to_string(),
            twitter_url: details.twitter_url.to_string(),
            timezone: details.timezone.name().to_owned(),
            availability_timezone: details.timezone.name().to_owned(),
            is_approved,
            is_accepting_requests: details.is_accepting_requests,
            version: profile.version,
            created_at: profile.created_at,
            updated_at: profile.updated_at,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct Category {
    category: String,
}

/// A mentor as the admins' page lists him: its expertise are objects.
#[derive(Debug, Serialize, ToSchema)]
pub struct MentorOfAdmin {
    id: AccountId,
    user: MentorUser,
    job_title: String,
    company: String,
    expertise: Vec<Category>,
    #[serde(serialize_with = "hundredths")]
    #[schema(value_type = f64)]
    average_rating: u64,
    total_reviews: u64,
    total_sessions: u64,
    is_approved: bool,
    /// `PENDING`, `APPROVED` or `REJECTED`.
    approval_status: domain::account::Verification,
    is_accepting_requests: bool,
    photo_url: String,
    bio: String,
    years_of_experience: Option<u8>,
    created_at: Instant,
}

impl MentorOfAdmin {
    /// A profile with the address of its photo.
    pub fn new(profile: MentorProfile, photo: String) -> Self {
        let approval_status = profile.verification;
        let shape = MentorShape::new(profile, photo, true);
        Self {
            id: shape.id,
            user: shape.user,
            job_title: shape.job_title,
            company: shape.company,
            expertise: shape.expertise.into_iter().map(|category| Category { category }).collect(),
            average_rating: shape.average_rating,
            total_reviews: shape.total_reviews,
            total_sessions: shape.total_sessions,
            is_approved: shape.is_approved,
            approval_status,
            is_accepting_requests: shape.is_accepting_requests,
            photo_url: shape.photo_url,
            bio: shape.bio,
            years_of_experience: shape.years_of_experience,
            created_at: shape.created_at,
        }
    }
}

/// An area of expertise.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExpertiseArea)]
pub struct ExpertiseShape {
    id: usize,
    name: &'static str,
    category: &'static str,
    description: &'static str,
}

impl ExpertiseShape {
    /// The areas, numbered by name.
    pub fn of((number, area): (usize, &ExpertiseArea)) -> Self {
        Self { id: number + 1, name: area.name, category: area.category, description: area.description }
    }
}

/// Time that can be booked: as a time for one date, since what sessions hold differs from week to week.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FreeSlot)]
pub struct FreeSlotShape {
    is_recurring: bool,
    specific_date: String,
    /// 0 is Sunday.
    day_of_week: i8,
    start_time: String,
    end_time: String,
    timezone: String,
    starts_at: Instant,
    ends_at: Instant,
}

impl From<FreeSlot> for FreeSlotShape {
    fn from(FreeSlot { time, date }: FreeSlot) -> Self {
        Self {
            is_recurring: false,
            specific_date: time.date,
            day_of_week: date.weekday().to_sunday_zero_offset(),
            start_time: time.start_time,
            end_time: time.end_time,
            timezone: time.zone.name().to_owned(),
            starts_at: time.starts_at,
            ends_at: time.ends_at,
        }
    }
}

/// Time that the caller offers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AvailabilityRule)]
pub struct RuleShape {
    id: AvailabilityId,
    mentor_id: AccountId,
    is_recurring: bool,
    /// 0 is Sunday.
    day_of_week: Option<u8>,
    specific_date: Option<String>,
    start_time: String,
    end_time: String,
    is_active: bool,
}

impl From<&AvailabilityRule> for RuleShape {
    fn from(rule: &AvailabilityRule) -> Self {
        let (day_of_week, specific_date) = match rule.recurrence {
            Recurrence::Weekly { day_of_week } => (Some(day_of_week), None),
            Recurrence::Once { specific_date } => (None, Some(specific_date.to_string())),
        };
        Self {
            id: rule.id,
            mentor_id: rule.account_id,
            is_recurring: day_of_week.is_some(),
            day_of_week,
            specific_date,
            start_time: rule.start_time(),
            end_time: rule.end_time(),
            is_active: rule.is_active,
        }
    }
}

/// All that the caller offers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnAvailability)]
pub struct OwnRules {
    timezone: String,
    recurring_slots: Vec<RuleShape>,
    specific_date_slots: Vec<RuleShape>,
    total: usize,
}

impl OwnRules {
    /// The rules by their kind.
    pub fn new(timezone: &str, rules: &[AvailabilityRule]) -> Self {
        let (recurring_slots, specific_date_slots) = rules.iter().map(RuleShape::from).partition(|rule| rule.is_recurring);
        Self { timezone: timezone.to_owned(), recurring_slots, specific_date_slots, total: rules.len() }
    }
}
