use crate::{
    AccountId, Instant, Invalid, Product, Zone,
    account::Verification,
    file::FileKey,
    portrait::Portrait,
    string_newtype,
    text::{Email, Line, PersonName, Prose, WebUrl},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An area of expertise that the web client offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpertiseArea {
    pub name: &'static str,
    pub category: &'static str,
    pub description: &'static str,
}

const fn area(name: &'static str, category: &'static str, description: &'static str) -> ExpertiseArea {
    ExpertiseArea { name, category, description }
}

/// The areas on offer, by name. A mentor may name others too.
pub const EXPERTISE: [ExpertiseArea; 12] = [
    area("AI & Machine Learning", "Technology", "Models, training and what they are good for"),
    area("Business & Entrepreneurship", "Business", "Founding, funding and running a business"),
    area("Career Guidance", "Professional", "Choosing a path, applying and interviewing"),
    area("Cloud & DevOps", "Technology", "Running software: cloud, automation, operations"),
    area("Cybersecurity", "Technology", "Keeping systems and data safe"),
    area("Data Science & Analytics", "Technology", "Finding out from data"),
    area("Leadership & Management", "Professional", "Leading people and projects"),
    area("Mobile Development", "Technology", "Applications for phones and tablets"),
    area("Product Management", "Business", "Deciding what to build, and for whom"),
    area("Technical Writing", "Professional", "Writing that others can work from"),
    area("UX/UI Design", "Design", "Interfaces that people understand"),
    area("Web Development", "Technology", "Sites and applications for the web"),
];

/// One expertise, as the mentor spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expertise(String);

impl Expertise {
    /// The longest.
    pub const MAX: usize = 60;

    /// Parses an expertise as typed.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        match text.chars().count() {
            1..=Self::MAX if !text.chars().any(char::is_control) => Ok(Self(text.to_owned())),
            _ => Err(Invalid::new("An expertise has 1 to 60 characters")),
        }
    }

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same for every spelling of it.
    pub fn key(&self) -> String {
        key_of_name(&self.0)
    }
}
string_newtype!(Expertise);

/// A name without regard to case and blanks.
pub fn key_of_name(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A word by which mentors are found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word(String);

impl Word {
    /// A word is cut to so many characters.
    const LONGEST: usize = 24;
    /// So many words of a profile are found.
    const MOST: usize = 24;

    /// The words of a text, in lower case, cut where something is neither letter nor digit.
    pub fn all_of(text: &str) -> Vec<Self> {
        let lower = text.to_lowercase();
        // "C++" and "C#" are found by these signs.
        let words = lower.split(|c: char| !(c.is_alphanumeric() || matches!(c, '+' | '#')));
        let cut = |word: &str| word.chars().take(Self::LONGEST).collect::<String>();
        words.map(cut).filter(|word| !word.is_empty()).map(Self).collect()
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a mentor writes about himself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileDetails {
    pub bio: Prose<4000>,
    pub expertise: Vec<Expertise>,
    pub company: Line<100>,
    pub job_title: Line<100>,
    pub years_of_experience: Option<u8>,
    pub linkedin_url: WebUrl,
    pub github_url: WebUrl,
    pub twitter_url: WebUrl,
    /// An address of a picture elsewhere; empty once a photo is uploaded.
    pub photo_url: WebUrl,
    pub timezone: Zone,
    pub is_accepting_requests: bool,
}

impl ProfileDetails {
    /// The shortest bio, and the most areas of expertise.
    pub const SHORTEST_BIO: usize = 50;
    pub const MOST_EXPERTISE: usize = 10;

    /// Nothing said yet.
    pub fn blank(timezone: Zone) -> Self {
        Self {
            bio: Prose::default(),
            expertise: Vec::new(),
            company: Line::default(),
            job_title: Line::default(),
            years_of_experience: None,
            linkedin_url: WebUrl::default(),
            github_url: WebUrl::default(),
            twitter_url: WebUrl::default(),
            photo_url: WebUrl::default(),
            timezone,
            is_accepting_requests: true,
        }
    }

    /// Whether it says enough to be shown to mentees.
    pub fn check(&self) -> Result<(), crate::InvalidField> {
        if self.bio.as_str().chars().count() < Self::SHORTEST_BIO {
            return Err(Invalid::new("The bio has at least 50 characters").at("bio"));
        }
        let distinct: BTreeSet<_> = self.expertise.iter().map(Expertise::key).collect();
        if distinct.len() != self.expertise.len() || !(1..=Self::MOST_EXPERTISE).contains(&distinct.len()) {
            return Err(Invalid::new("Choose 1 to 10 different areas of expertise").at("expertise"));
        }
        if self.years_of_experience.is_some_and(|years| years > 80) {
            return Err(Invalid::new("Enter years of experience from 0 to 80").at("years_of_experience"));
        }
        Ok(())
    }
}

/// What mentees gave so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rating {
    pub ratings: u64,
    pub stars: u64,
}

impl Rating {
    /// The mean in hundredths, rounded half up; 0 while there is none.
    pub fn hundredths(self) -> u64 {
        (self.stars * 100 + self.ratings / 2).checked_div(self.ratings).unwrap_or(0)
    }
}

/// A mentor's profile. Its id is his account's, so that either names it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MentorProfile {
    pub account_id: AccountId,
    pub product: Product,
    pub name: PersonName,
    pub email: Email,
    #[serde(flatten)]
    pub details: ProfileDetails,
    /// Where the uploaded photo lies.
    #[serde(default)]
    pub photo: Option<FileKey>,
    /// What else a mentor of AspireX says of himself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portrait: Option<Box<Portrait>>,
    pub verification: Verification,
    /// Whether he applied for it; otherwise it came with his membership, and goes with it.
    pub applied: bool,
    #[serde(flatten)]
    pub rating: Rating,
    /// Sessions that took place.
    pub sessions: u64,
    /// Counts the changes that people make of it (M-53).
    pub version: u64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl MentorProfile {
    /// A profile that waits for approval.
    pub fn new(
        (account_id, product): (AccountId, Product),
        (name, email): (PersonName, Email),
        details: ProfileDetails,
        applied: bool,
        now: Instant,
    ) -> Self {
        Self {
            account_id,
            product,
            name,
            email,
            details,
            photo: None,
            portrait: None,
            verification: Verification::Pending,
            applied,
            rating: Rating::default(),
            sessions: 0,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether mentees see it.
    pub fn is_listed(&self) -> bool {
        self.verification == Verification::Approved
    }

    /// The words by which it is found: of name, company and expertise, and where he has them of professions and college;
    /// no more than a write has room for.
    pub fn words(&self) -> BTreeSet<Word> {
        let skills = self.details.expertise.iter().map(Expertise::as_str);
        let more = self.portrait.iter().flat_map(|of| of.professions.iter().map(Line::as_str).chain([of.college.as_str()]));
        let texts = [self.name.as_str(), self.details.company.as_str()].into_iter().chain(skills).chain(more);
        let mut words = BTreeSet::new();
        for word in texts.flat_map(Word::all_of) {
            if words.len() < Word::MOST {
                words.insert(word);
            }
        }
        words
    }

    /// Each of its areas of expertise once.
    pub fn areas(&self) -> BTreeSet<String> {
        self.details.expertise.iter().map(Expertise::key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case_and_by_their_signs() {
        let words = |text: &str| Word::all_of(text).into_iter().map(|word| word.0).collect::<Vec<_>>();
        assert_eq!(words("Fatima Al-Hassan"), ["fatima", "al", "hassan"]);
        assert_eq!(words("UX/UI Design, C++ & C#"), ["ux", "ui", "design", "c++", "c#"]);
        assert_eq!(words(" & / "), Vec::<String>::new());
        assert_eq!(words("ÉCOLE")[0], "école");
    }

    #[test]
    fn a_mean_is_rounded_half_up() {
        let mean = |ratings, stars| Rating { ratings, stars }.hundredths();
        assert_eq!((mean(0, 0), mean(3, 14), mean(8, 37)), (0, 467, 463));
    }

    #[test]
    fn the_areas_stand_by_name() {
        assert!(EXPERTISE.windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn a_profile_says_enough_before_it_is_shown() {
        let zone = Zone::parse("Asia/Kathmandu").unwrap();
        let bio = Prose::parse(&"x".repeat(50)).unwrap();
        let expertise = |names: &[&str]| names.iter().map(|name| Expertise::parse(name).unwrap()).collect::<Vec<_>>();
        let full = ProfileDetails { bio, expertise: expertise(&["Rust"]), ..ProfileDetails::blank(zone.clone()) };
        assert!(full.check().is_ok());
        assert!(ProfileDetails::blank(zone).check().is_err());
        assert!(ProfileDetails { expertise: expertise(&["Rust", "rust "]), ..full.clone() }.check().is_err());
        assert!(ProfileDetails { years_of_experience: Some(81), ..full }.check().is_err());
    }
}
