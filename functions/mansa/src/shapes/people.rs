use super::{BookingShape, EventShape, MentorShape, RuleShape, first_and_last};
use app::{Context, export::ExportPart, mentorship::photos::Photos, tokens::FaceClaims};
use domain::{
    DirectoryId, Instant,
    account::{Member, Membership, Role, Session, Verification},
    directory::DirectoryEntry,
};
use serde::Serialize;
use utoipa::ToSchema;
use web::{AccountFacts, Exported, Notice, shaped};

/// Whoever is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserShape {
    /// The number by which the product shows an account.
    id: u64,
    account_id: domain::AccountId,
    email: String,
    name: String,
    first_name: String,
    last_name: String,
    /// `admin`, `mentor_mentee`, `mentor`, `mentee`, or `user` for whoever has no role yet.
    role: &'static str,
    is_mentor: bool,
    is_mentee: bool,
    /// `approved`, or how an application as a mentor stands.
    approval_status: &'static str,
}

/// The one word for a set of roles.
fn role(member: &Membership) -> &'static str {
    match (member.is(Role::Admin), member.is(Role::Mentor), member.is(Role::Mentee)) {
        (true, ..) => "admin",
        (_, true, true) => "mentor_mentee",
        (_, true, false) => "mentor",
        (_, false, true) => "mentee",
        (_, false, false) => "user",
    }
}

impl UserShape {
    /// A member by his number.
    pub fn new(member: &Membership, id: u64) -> Self {
        let (first_name, last_name) = first_and_last(member.name.as_str());
        let approval_status = match member.verification {
            Some(Verification::Pending) => "pending",
            Some(Verification::Rejected) => "rejected",
            Some(Verification::Approved) | None => "approved",
        };
        Self {
            id,
            account_id: member.account_id,
            email: member.email.to_string(),
            name: member.name.to_string(),
            first_name,
            last_name,
            role: role(member),
            is_mentor: member.is(Role::Mentor),
            is_mentee: member.is(Role::Mentee),
            approval_status,
        }
    }
}

/// What a token says of its member; nothing is decided by it.
pub fn claims(member: &Membership) -> FaceClaims {
    FaceClaims { role: role(member).to_owned(), status: "active".to_owned(), plan_id: None }
}

/// A member of the directory, for admins.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectoryMember)]
pub struct EntryShape {
    id: DirectoryId,
    email: String,
    name: String,
    first_name: String,
    last_name: String,
    membershiptype: String,
    phone: String,
    country: String,
    city: String,
    gender: String,
    linkedin: String,
    experience: String,
    area_of_expertise: String,
    school: String,
    level: String,
    occupation: String,
    job_title: String,
    industry: String,
    major: String,
    created_at: Instant,
    updated_at: Instant,
}

impl From<DirectoryEntry> for EntryShape {
    fn from(entry: DirectoryEntry) -> Self {
        let details = entry.details;
        let (first_name, last_name) = first_and_last(details.name.as_str());
        Self {
            id: entry.id,
            email: entry.email.to_string(),
            name: details.name.to_string(),
            first_name,
            last_name,
            membershiptype: details.membershiptype.to_string(),
            phone: details.phone.to_string(),
            country: details.country.to_string(),
            city: details.city.to_string(),
            gender: details.gender.to_string(),
            linkedin: details.linkedin.to_string(),
            experience: details.experience.to_string(),
            area_of_expertise: details.area_of_expertise.to_string(),
            school: details.school.to_string(),
            level: details.level.to_string(),
            occupation: details.occupation.to_string(),
            job_title: details.job_title.to_string(),
            industry: details.industry.to_string(),
            major: details.major.to_string(),
            created_at: entry.created_at,
            updated_at: entry.updated_at,
        }
    }
}

/// What is kept of the caller. The account stands in the first part; each list goes on where it ended before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Export)]
pub struct ExportShape {
    exported_at: Instant,
    user: UserShape,
    account: Option<AccountFacts>,
    directory: Option<EntryShape>,
    mentor_profile: Option<MentorShape>,
    availability: Vec<RuleShape>,
    favourites: Vec<domain::AccountId>,
    bookings: Vec<BookingShape>,
    events: Vec<EventShape>,
    notices: Vec<Notice>,
}

impl Exported for ExportShape {
    type With = Photos;

    fn new(photos: &Photos, cx: &Context, member: &Member, session: &Session, part: ExportPart) -> Self {
        let mentor = part.mentor.unwrap_or_default();
        Self {
            exported_at: cx.now,
            user: UserShape::new(&member.membership, mentor.number),
            account: part.account.map(|of| AccountFacts::new(member, session, &of)),
            directory: mentor.directory.map(EntryShape::from),
            mentor_profile: mentor.profile.map(|profile| {
                let photo = photos.address(cx, &profile);
                MentorShape::new(profile, photo, true)
            }),
            availability: mentor.rules.iter().map(RuleShape::from).collect(),
            favourites: mentor.favourites,
            bookings: part.sessions.iter().map(|booking| BookingShape::new(booking, member)).collect(),
            events: part.public_events.iter().map(|event| EventShape::new(event, &member.membership, cx.now)).collect(),
            notices: shaped(part.notices),
        }
    }
}
