use super::{MessageShape, first_and_last, hundredths, rupees};
use crate::sessions::shapes::MeetingShape;
use app::{
    Context,
    portraits::{PortraitFiles, Seen},
};
use domain::{
    AccountId, Instant, SessionBookingId,
    account::{DELETED_NAME, MemberState, Membership, Verification},
    mentorship::{Expertise, MentorProfile, SessionBooking},
    portrait::{DaySlot, Portrait, Service, StudentProfile, Weekday},
};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
struct Profession {
    title: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct Skill {
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceOffered)]
struct ServiceShape {
    id: String,
    title: String,
    duration: String,
    /// In rupees.
    price: f64,
    description: String,
    features: Vec<String>,
    popularity: String,
}

impl From<&Service> for ServiceShape {
    fn from(service: &Service) -> Self {
        Self {
            id: service.id.to_string(),
            title: service.title.to_string(),
            duration: service.duration.to_string(),
            price: hundredths(service.price.get()),
            description: service.description.to_string(),
            features: service.features.iter().map(ToString::to_string).collect(),
            popularity: service.popularity.to_string(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct TimeSlot {
    /// As `9:00 AM`.
    time: String,
    start_time: String,
    available: bool,
}

impl From<&DaySlot> for TimeSlot {
    fn from(slot: &DaySlot) -> Self {
        Self { time: slot.time.to_string(), start_time: slot.time.to_string(), available: slot.available }
    }
}

#[derive(Debug, Default, Serialize, ToSchema)]
struct DayShape {
    slots: Vec<TimeSlot>,
}

/// What a person says of himself, under every name that a page of the client's knows. What somebody may not see is empty.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Details)]
pub struct DetailsShape {
    first_name: String,
    last_name: String,
    email: String,
    phone_number: String,
    phone: String,
    dob: Option<String>,
    date_of_birth: Option<String>,
    age: Option<u8>,
    gender: String,
    location: String,
    college: String,
    degree: String,
    field_of_study: String,
    year_of_study: Option<u8>,
    cgpa: Option<f64>,
    batch: Option<u16>,
    professions: Vec<Profession>,
    designation: String,
    skills: Vec<Skill>,
    expertise: String,
    about: String,
    bio: String,
    interests: String,
    languages: Vec<String>,
    profile_photo: String,
    profile_picture: String,
    cv: String,
    linkedin_url: String,
    github_url: String,
    portfolio_url: String,
    is_approved: bool,
    /// Of a mentor: `PENDING`, `APPROVED` or `REJECTED`.
    verification_status: Option<Verification>,
    company: String,
    years_of_experience: Option<u8>,
    /// In rupees, with two decimals.
    fees: String,
    hourly_rate: String,
    availability_timings: String,
    #[schema(value_type = std::collections::HashMap<String, DayShape>)]
    availability_day_wise: BTreeMap<Weekday, DayShape>,
    services: Vec<ServiceShape>,
    key_achievements: Vec<String>,
    average_rating: f64,
    rating: f64,
    total_sessions: u64,
    /// Of a mentor who is shown by himself.
    pub total_students: Option<u64>,
    is_online: bool,
}

impl DetailsShape {
    /// What everybody may see who sees the profile at all.
    fn open(member: &Membership, portrait: &Portrait, skills: &[Expertise]) -> Self {
        let (first_name, last_name) = first_and_last(member.name.as_str());
        let professions: Vec<_> = portrait.professions.iter().map(|title| Profession { title: title.to_string() }).collect();
        let day =
            |(day, slots): (&Weekday, &Vec<DaySlot>)| (*day, DayShape { slots: slots.iter().map(TimeSlot::from).collect() });
        Self {
            first_name,
            last_name,
            location: portrait.location.to_string(),
            college: portrait.college.to_string(),
            degree: portrait.degree.to_string(),
            field_of_study: portrait.field_of_study.to_string(),
            year_of_study: portrait.year_of_study,
            batch: portrait.batch,
            designation: portrait.professions.first().map(ToString::to_string).unwrap_or_default(),
            professions,
            skills: skills.iter().map(|skill| Skill { name: skill.to_string() }).collect(),
            expertise: skills.iter().map(Expertise::as_str).collect::<Vec<_>>().join(", "),
            interests: portrait.interests.to_string(),
            languages: portrait.languages.iter().map(ToString::to_string).collect(),
            portfolio_url: portrait.portfolio_url.to_string(),
            fees: rupees(portrait.hourly_rate),
            hourly_rate: rupees(portrait.hourly_rate),
            availability_timings: portrait.availability_timings.to_string(),
            availability_day_wise: portrait.week.iter().map(day).collect(),
            services: portrait.services.iter().map(ServiceShape::from).collect(),
            key_achievements: portrait.key_achievements.iter().map(ToString::to_string).collect(),
            ..Self::default()
        }
    }

    /// What its owner alone sees.
    fn with_own(self, member: &Membership, portrait: &Portrait, cv: String) -> Self {
        let born = portrait.date_of_birth.map(|date| date.to_string());
        Self {
            email: member.email.to_string(),
            phone_number: portrait.phone.to_string(),
            phone: portrait.phone.to_string(),
            dob: born.clone(),
            date_of_birth: born,
            age: portrait.age,
            gender: portrait.gender.to_string(),
            cgpa: portrait.cgpa.map(|cgpa| hundredths(cgpa.into())),
            cv,
            ..self
        }
    }

    fn with_photo(self, photo: String) -> Self {
        Self { profile_picture: photo.clone(), profile_photo: photo, ..self }
    }
}

/// A student.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Student)]
pub struct StudentShape {
    id: AccountId,
    student_id: String,
    name: String,
    /// Empty for others.
    email: String,
    is_active: bool,
    is_online: bool,
    profile_photo: String,
    details: DetailsShape,
}

/// A mentor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mentor)]
pub struct MentorShape {
    id: AccountId,
    mentor_id: String,
    name: String,
    /// Empty for others.
    email: String,
    is_active: bool,
    is_online: bool,
    profile_photo: String,
    feedback_count: u64,
    pub details: DetailsShape,
}

/// One's own profile as a student, with what one was told lately.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnStudent)]
pub struct OwnStudentShape {
    #[serde(flatten)]
    pub profile: StudentShape,
    /// The latest sessions.
    pub meetings: Vec<MeetingShape>,
    /// The latest notices.
    pub messages: Vec<MessageShape>,
}

/// The same as a mentor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnMentor)]
pub struct OwnMentorShape {
    #[serde(flatten)]
    pub profile: MentorShape,
    /// The latest sessions.
    pub meetings: Vec<MeetingShape>,
    /// The latest notices.
    pub messages: Vec<MessageShape>,
}

/// What a student wrote about a session, as everybody reads it, under every name that a page of the client's knows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Review)]
pub struct ReviewShape {
    id: SessionBookingId,
    /// First name and initial.
    name: String,
    student_name: String,
    role: &'static str,
    student_role: &'static str,
    rating: u8,
    date: Instant,
    created_at: Instant,
    comment: String,
    feedback_text: String,
    /// Nobody can say so yet.
    helpful: u64,
    avatar: &'static str,
}

impl ReviewShape {
    /// Of a session that was rated.
    pub fn new(session: &SessionBooking) -> Option<Self> {
        let rating = session.rating?.get();
        let rated_at = session.terms.as_ref().and_then(|terms| terms.rated_at).unwrap_or(session.updated_at);
        let words = session.mentor_feedback.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = abbreviated(session.mentee.name.as_str());
        Some(Self {
            id: session.id,
            student_name: name.clone(),
            name,
            role: "Student",
            student_role: "Student",
            rating,
            date: rated_at,
            created_at: rated_at,
            feedback_text: words.clone(),
            comment: words,
            helpful: 0,
            avatar: "",
        })
    }
}

fn abbreviated(name: &str) -> String {
    if name == DELETED_NAME {
        return name.to_owned();
    }
    let (first, last) = first_and_last(name);
    last.chars().next().map_or(first.clone(), |initial| format!("{first} {initial}."))
}

/// A mentor by himself, with what students wrote.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicMentor)]
pub struct PublicMentorShape {
    #[serde(flatten)]
    pub mentor: MentorShape,
    /// The latest.
    pub reviews: Vec<ReviewShape>,
}

/// Either of them, as whoever signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum MentorUserShape {
    Mentor(Box<MentorShape>),
    Student(Box<StudentShape>),
}

/// Writes profiles with links to their files.
#[derive(Debug, Clone, Copy)]
pub struct ProfileShapes<'a> {
    pub cx: &'a Context,
    pub files: &'a PortraitFiles,
}

impl ProfileShapes<'_> {
    /// A mentor as everybody sees him.
    pub fn mentor(self, seen: Seen<MentorProfile>) -> MentorShape {
        self.mentor_shape(&seen.member, &seen.profile, seen.is_online, false)
    }

    /// A mentor as he sees himself.
    pub fn own_mentor(self, member: &Membership, profile: &MentorProfile, is_online: bool) -> MentorShape {
        self.mentor_shape(member, profile, is_online, true)
    }

    fn mentor_shape(self, member: &Membership, profile: &MentorProfile, is_online: bool, own: bool) -> MentorShape {
        let nothing = Portrait::default();
        let portrait = profile.portrait.as_deref().unwrap_or(&nothing);
        let photo = self.files.address(self.cx, profile.photo.as_ref());
        let mut details = DetailsShape::open(member, portrait, &profile.details.expertise).with_photo(photo.clone());
        if own {
            details = details.with_own(member, portrait, self.files.address(self.cx, portrait.cv.as_ref()));
        }
        // A mentor is chosen by it, so he shows it to everybody.
        details.cgpa = portrait.cgpa.map(|cgpa| hundredths(cgpa.into()));
        let rating = hundredths(profile.rating.hundredths());
        MentorShape {
            id: member.account_id,
            mentor_id: member.mentor_number.map(|number| number.to_string()).unwrap_or_default(),
            name: member.name.to_string(),
            email: if own { member.email.to_string() } else { String::new() },
            is_active: member.state == MemberState::Active,
            is_online,
            profile_photo: photo,
            feedback_count: profile.rating.ratings,
            details: DetailsShape {
                about: profile.details.bio.to_string(),
                bio: profile.details.bio.to_string(),
                linkedin_url: profile.details.linkedin_url.to_string(),
                github_url: profile.details.github_url.to_string(),
                company: profile.details.company.to_string(),
                years_of_experience: profile.details.years_of_experience,
                is_approved: member.verification == Some(Verification::Approved),
                verification_status: own.then_some(member.verification).flatten(),
                average_rating: rating,
                rating,
                total_sessions: profile.sessions,
                is_online,
                ..details
            },
        }
    }

    /// A student as other members see him.
    pub fn student(self, seen: Seen<StudentProfile>) -> StudentShape {
        self.student_shape(&seen.member, &seen.profile, seen.is_online, false)
    }

    /// A student as he sees himself.
    pub fn own_student(self, member: &Membership, profile: &StudentProfile, is_online: bool) -> StudentShape {
        self.student_shape(member, profile, is_online, true)
    }

    fn student_shape(self, member: &Membership, profile: &StudentProfile, is_online: bool, own: bool) -> StudentShape {
        let portrait = &profile.portrait;
        let photo = self.files.address(self.cx, profile.photo.as_ref());
        let mut details = DetailsShape::open(member, portrait, &profile.skills).with_photo(photo.clone());
        if own {
            details = details.with_own(member, portrait, self.files.address(self.cx, portrait.cv.as_ref()));
        }
        StudentShape {
            id: member.account_id,
            student_id: member.student_number.map(|number| number.to_string()).unwrap_or_default(),
            name: member.name.to_string(),
            email: if own { member.email.to_string() } else { String::new() },
            is_active: member.state == MemberState::Active,
            is_online,
            profile_photo: photo,
            details: DetailsShape {
                about: profile.about.to_string(),
                bio: profile.about.to_string(),
                linkedin_url: profile.linkedin_url.to_string(),
                github_url: profile.github_url.to_string(),
                // Students need nobody's approval.
                is_approved: true,
                is_online,
                ..details
            },
        }
    }
}
