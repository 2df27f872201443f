use domain::{
    Paise,
    mentorship::{Expertise, MentorProfile},
    portrait::{DaySlot, Portrait, Service, StudentProfile, Weekday},
    text::{Line, PersonName, Prose, WebUrl},
};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What somebody changes about what he shows; what is not given stays. Where there may be nothing, given and none takes
/// it away.
#[derive(Debug, Clone, Default)]
pub struct PortraitChange {
    pub name: Option<PersonName>,
    pub about: Option<Prose<4000>>,
    pub skills: Option<Vec<Expertise>>,
    pub linkedin_url: Option<WebUrl>,
    pub github_url: Option<WebUrl>,
    pub portfolio_url: Option<WebUrl>,
    pub phone: Option<Line<30>>,
    pub date_of_birth: Option<Option<Date>>,
    pub age: Option<Option<u8>>,
    pub gender: Option<Line<20>>,
    pub location: Option<Line<100>>,
    pub college: Option<Line<150>>,
    pub degree: Option<Line<100>>,
    pub field_of_study: Option<Line<100>>,
    pub year_of_study: Option<Option<u8>>,
    pub cgpa: Option<Option<u16>>,
    pub batch: Option<Option<u16>>,
    pub professions: Option<Vec<Line<100>>>,
    pub interests: Option<Prose<1000>>,
    pub languages: Option<Vec<Line<40>>>,
    pub company: Option<Line<100>>,
    pub years_of_experience: Option<Option<u8>>,
    pub hourly_rate: Option<Paise>,
    pub availability_timings: Option<Line<200>>,
    pub week: Option<BTreeMap<Weekday, Vec<DaySlot>>>,
    pub services: Option<Vec<Service>>,
    pub key_achievements: Option<Vec<Line<300>>>,
}

/// What was given, else what was.
fn or<T: Clone>(given: &Option<T>, was: &T) -> T {
    given.as_ref().unwrap_or(was).clone()
}

impl PortraitChange {
    fn of_portrait(&self, was: &Portrait) -> Portrait {
        Portrait {
            phone: or(&self.phone, &was.phone),
            date_of_birth: or(&self.date_of_birth, &was.date_of_birth),
            age: or(&self.age, &was.age),
            gender: or(&self.gender, &was.gender),
            location: or(&self.location, &was.location),
            college: or(&self.college, &was.college),
            degree: or(&self.degree, &was.degree),
            field_of_study: or(&self.field_of_study, &was.field_of_study),
            year_of_study: or(&self.year_of_study, &was.year_of_study),
            cgpa: or(&self.cgpa, &was.cgpa),
            batch: or(&self.batch, &was.batch),
            professions: or(&self.professions, &was.professions),
            interests: or(&self.interests, &was.interests),
            languages: or(&self.languages, &was.languages),
            portfolio_url: or(&self.portfolio_url, &was.portfolio_url),
            cv: was.cv.clone(),
            hourly_rate: or(&self.hourly_rate, &was.hourly_rate),
            availability_timings: or(&self.availability_timings, &was.availability_timings),
            week: or(&self.week, &was.week),
            services: or(&self.services, &was.services),
            key_achievements: or(&self.key_achievements, &was.key_achievements),
        }
    }

    /// A mentor's profile with it.
    pub(super) fn of_mentor(&self, was: &MentorProfile) -> MentorProfile {
        let portrait = self.of_portrait(was.portrait.as_deref().unwrap_or(&Portrait::default()));
        let mut after = was.clone();
        let details = &mut after.details;
        details.bio = or(&self.about, &details.bio);
        details.expertise = or(&self.skills, &details.expertise);
        details.company = or(&self.company, &details.company);
        details.job_title = portrait.professions.first().cloned().unwrap_or_default();
        details.years_of_experience = or(&self.years_of_experience, &details.years_of_experience);
        details.linkedin_url = or(&self.linkedin_url, &details.linkedin_url);
        details.github_url = or(&self.github_url, &details.github_url);
        after.portrait = Some(Box::new(portrait));
        after
    }

    /// A student's profile with it.
    pub(super) fn of_student(&self, was: &StudentProfile) -> StudentProfile {
        StudentProfile {
            about: or(&self.about, &was.about),
            skills: or(&self.skills, &was.skills),
            linkedin_url: or(&self.linkedin_url, &was.linkedin_url),
            github_url: or(&self.github_url, &was.github_url),
            portrait: self.of_portrait(&was.portrait),
            ..was.clone()
        }
    }
}
