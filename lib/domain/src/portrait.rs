//! What students and mentors say of themselves beyond what every mentor's profile has.

use crate::{
    AccountId, Instant, Invalid, InvalidField, Paise, Product,
    file::FileKey,
    mentorship::Expertise,
    string_newtype,
    text::{Line, Prose, WebUrl},
};
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A day of the week, as clients name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// The weekday of a date.
    pub fn of(date: Date) -> Self {
        match date.weekday() {
            jiff::civil::Weekday::Monday => Self::Monday,
            jiff::civil::Weekday::Tuesday => Self::Tuesday,
            jiff::civil::Weekday::Wednesday => Self::Wednesday,
            jiff::civil::Weekday::Thursday => Self::Thursday,
            jiff::civil::Weekday::Friday => Self::Friday,
            jiff::civil::Weekday::Saturday => Self::Saturday,
            jiff::civil::Weekday::Sunday => Self::Sunday,
        }
    }
}

/// A time of day, to the minute, as clients write it: `9:00 AM`, or `09:00`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(String);

impl TimeOfDay {
    /// Reads a time of day.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let time = read_time(text).ok_or_else(|| Invalid::new("Enter a time like 9:00 AM"))?;
        Ok(Self(time.strftime("%-I:%M %p").to_string()))
    }

    /// As `9:00 AM`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The time; midnight should it ever be none.
    pub fn time(&self) -> Time {
        read_time(&self.0).unwrap_or_default()
    }
}
string_newtype!(TimeOfDay);

fn read_time(text: &str) -> Option<Time> {
    let text = text.trim().to_uppercase();
    let read = |format: &str| Time::strptime(format, &text).ok();
    let time = read("%I:%M %p").or_else(|| read("%I:%M%p")).or_else(|| read("%H:%M")).or_else(|| read("%H:%M:%S"))?;
    (time.second() == 0).then_some(time)
}

/// A time at which a mentor may be met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySlot {
    pub time: TimeOfDay,
    pub available: bool,
}

/// Something that a mentor offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    pub id: Line<60>,
    pub title: Line<100>,
    /// As he words it, like `60 min`.
    pub duration: Line<40>,
    pub price: Paise,
    pub description: Prose<1000>,
    pub features: Vec<Line<200>>,
    pub popularity: Line<40>,
}

/// What a person says of himself, whatever his role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Portrait {
    pub phone: Line<30>,
    pub date_of_birth: Option<Date>,
    pub age: Option<u8>,
    pub gender: Line<20>,
    pub location: Line<100>,
    pub college: Line<150>,
    pub degree: Line<100>,
    pub field_of_study: Line<100>,
    pub year_of_study: Option<u8>,
    /// In hundredths.
    pub cgpa: Option<u16>,
    /// The year.
    pub batch: Option<u16>,
    pub professions: Vec<Line<100>>,
    pub interests: Prose<1000>,
    pub languages: Vec<Line<40>>,
    pub portfolio_url: WebUrl,
    /// Where the curriculum vitae lies.
    pub cv: Option<FileKey>,
    /// What an hour costs.
    pub hourly_rate: Paise,
    pub availability_timings: Line<200>,
    pub week: BTreeMap<Weekday, Vec<DaySlot>>,
    pub services: Vec<Service>,
    pub key_achievements: Vec<Line<300>>,
}

impl Default for Portrait {
    fn default() -> Self {
        Self {
            phone: Line::default(),
            date_of_birth: None,
            age: None,
            gender: Line::default(),
            location: Line::default(),
            college: Line::default(),
            degree: Line::default(),
            field_of_study: Line::default(),
            year_of_study: None,
            cgpa: None,
            batch: None,
            professions: Vec::new(),
            interests: Prose::default(),
            languages: Vec::new(),
            portfolio_url: WebUrl::default(),
            cv: None,
            hourly_rate: Paise::new(0),
            availability_timings: Line::default(),
            week: BTreeMap::new(),
            services: Vec::new(),
            key_achievements: Vec::new(),
        }
    }
}

/// The dearest hour and service.
const DEAREST: Paise = Paise::rupees(1_000_000);

impl Portrait {
    /// The most entries of each of its lists.
    pub const MOST: usize = 20;
    /// The most times of a day.
    pub const MOST_TIMES: usize = 48;

    /// Whether it can be kept as it is.
    pub fn check(&self, today: Date) -> Result<(), InvalidField> {
        let refuse = |sentence: &str, field| Err(Invalid::new(sentence).at(field));
        let lists = [
            ("professions", self.professions.len()),
            ("languages", self.languages.len()),
            ("services", self.services.len()),
            ("key_achievements", self.key_achievements.len()),
        ];
        if let Some((field, _)) = lists.iter().find(|(_, length)| *length > Self::MOST) {
            return refuse("Give at most 20 of them", field);
        }
        if self.services.iter().any(|service| service.features.len() > Self::MOST) {
            return refuse("A service has at most 20 features", "services");
        }
        if self.services.iter().any(|service| service.price > DEAREST) {
            return refuse("A service costs at most 1,000,000 rupees", "services");
        }
        if self.hourly_rate > DEAREST {
            return refuse("An hour costs at most 1,000,000 rupees", "fees");
        }
        if self.week.values().any(|times| times.len() > Self::MOST_TIMES) {
            return refuse("A day has at most 48 times", "availability_day_wise");
        }
        if self.date_of_birth.is_some_and(|born| born > today || born.year() < 1900) {
            return refuse("Enter the date on which you were born", "dob");
        }
        if self.age.is_some_and(|age| age > 130) {
            return refuse("Enter an age from 0 to 130", "age");
        }
        if self.year_of_study.is_some_and(|year| year > 20) {
            return refuse("Enter a year of study from 0 to 20", "year_of_study");
        }
        if self.cgpa.is_some_and(|cgpa| cgpa > 10_000) {
            return refuse("Enter a grade from 0 to 100", "cgpa");
        }
        if self.batch.is_some_and(|year| !(1900..=2200).contains(&year)) {
            return refuse("Enter a year", "batch");
        }
        Ok(())
    }
}

/// The most skills of a person.
pub const MOST_SKILLS: usize = 10;

/// What a student says of himself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudentProfile {
    pub account_id: AccountId,
    pub product: Product,
    pub about: Prose<4000>,
    pub skills: Vec<Expertise>,
    pub linkedin_url: WebUrl,
    pub github_url: WebUrl,
    /// Where the photo lies.
    pub photo: Option<FileKey>,
    #[serde(flatten)]
    pub portrait: Portrait,
    /// Counts the changes.
    pub version: u64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl StudentProfile {
    /// Nothing said yet.
    pub fn new(account_id: AccountId, product: Product, now: Instant) -> Self {
        Self {
            account_id,
            product,
            about: Prose::default(),
            skills: Vec::new(),
            linkedin_url: WebUrl::default(),
            github_url: WebUrl::default(),
            photo: None,
            portrait: Portrait::default(),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_has_one_spelling() {
        for (typed, shown) in [("9:00 AM", "9:00 AM"), ("09:00", "9:00 AM"), ("1:30pm", "1:30 PM"), ("00:00", "12:00 AM")] {
            assert_eq!(TimeOfDay::parse(typed).unwrap().as_str(), shown, "{typed}");
        }
        assert_eq!(TimeOfDay::parse("5:15 pm").unwrap().time(), jiff::civil::time(17, 15, 0, 0));
        for bad in ["", "9", "25:00", "13:00 PM", "9:00:30", "9:00 AM x"] {
            assert!(TimeOfDay::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn nobody_is_born_tomorrow() {
        let today = jiff::civil::date(2026, 2, 1);
        let born = |date| Portrait { date_of_birth: Some(date), ..Portrait::default() }.check(today);
        assert!(born(today).is_ok());
        assert_eq!(born(jiff::civil::date(2026, 2, 2)).unwrap_err().field, "dob");
        let many = Portrait { languages: vec![Line::default(); 21], ..Portrait::default() };
        assert_eq!(many.check(today).unwrap_err().field, "languages");
    }
}
