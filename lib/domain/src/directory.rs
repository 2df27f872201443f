//! The member directory: who belongs to a community, and what its members may be at the product.

use crate::{
    DirectoryId, Instant, Invalid, Product,
    account::Role,
    text::{Email, Line, PersonName, Prose, WebUrl},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the directory says of a member, as an admin's import or his own sign-up wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryDetails {
    pub name: PersonName,
    /// Decides the roles: see [`roles_of`].
    #[serde(default)]
    pub membershiptype: Line<60>,
    #[serde(default)]
    pub phone: Line<40>,
    #[serde(default)]
    pub country: Line<60>,
    #[serde(default)]
    pub city: Line<60>,
    #[serde(default)]
    pub gender: Line<20>,
    #[serde(default)]
    pub linkedin: WebUrl,
    #[serde(default)]
    pub experience: Prose<1000>,
    #[serde(default)]
    pub area_of_expertise: Prose<1000>,
    #[serde(default)]
    pub school: Line<200>,
    #[serde(default)]
    pub level: Line<60>,
    #[serde(default)]
    pub occupation: Line<100>,
    #[serde(default)]
    pub job_title: Line<100>,
    #[serde(default)]
    pub industry: Line<100>,
    #[serde(default)]
    pub major: Line<100>,
}

impl DirectoryDetails {
    /// A member of whom only the name is known.
    pub fn named(name: PersonName) -> Self {
        Self {
            name,
            membershiptype: Line::default(),
            phone: Line::default(),
            country: Line::default(),
            city: Line::default(),
            gender: Line::default(),
            linkedin: WebUrl::default(),
            experience: Prose::default(),
            area_of_expertise: Prose::default(),
            school: Line::default(),
            level: Line::default(),
            occupation: Line::default(),
            job_title: Line::default(),
            industry: Line::default(),
            major: Line::default(),
        }
    }

    /// With what is changed about it; what is not given stays.
    pub fn with(self, change: DirectoryChange) -> Self {
        Self {
            name: change.name.unwrap_or(self.name),
            membershiptype: change.membershiptype.unwrap_or(self.membershiptype),
            phone: change.phone.unwrap_or(self.phone),
            country: change.country.unwrap_or(self.country),
            city: change.city.unwrap_or(self.city),
            gender: change.gender.unwrap_or(self.gender),
            linkedin: change.linkedin.unwrap_or(self.linkedin),
            experience: change.experience.unwrap_or(self.experience),
            area_of_expertise: change.area_of_expertise.unwrap_or(self.area_of_expertise),
            school: change.school.unwrap_or(self.school),
            level: change.level.unwrap_or(self.level),
            occupation: change.occupation.unwrap_or(self.occupation),
            job_title: change.job_title.unwrap_or(self.job_title),
            industry: change.industry.unwrap_or(self.industry),
            major: change.major.unwrap_or(self.major),
        }
    }
}

/// What is changed about a member of the directory, under the names that the web client sends too.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DirectoryChange {
    pub name: Option<PersonName>,
    pub membershiptype: Option<Line<60>>,
    pub phone: Option<Line<40>>,
    pub country: Option<Line<60>>,
    pub city: Option<Line<60>>,
    pub gender: Option<Line<20>>,
    pub linkedin: Option<WebUrl>,
    pub experience: Option<Prose<1000>>,
    #[serde(alias = "areaOfExpertise")]
    pub area_of_expertise: Option<Prose<1000>>,
    pub school: Option<Line<200>>,
    pub level: Option<Line<60>>,
    pub occupation: Option<Line<100>>,
    #[serde(alias = "jobtitle")]
    pub job_title: Option<Line<100>>,
    pub industry: Option<Line<100>>,
    pub major: Option<Line<100>>,
}

/// A member of the directory. An account is made of it when he first signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryEntry {
    pub id: DirectoryId,
    pub product: Product,
    pub email: Email,
    #[serde(flatten)]
    pub details: DirectoryDetails,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// The roles that a kind of membership gives (M-9 to M-12, Q-34): none when it says nothing, mentee when it says
/// something else.
pub fn roles_of(membershiptype: &Line<60>) -> BTreeSet<Role> {
    let kind = membershiptype.as_str().to_lowercase();
    if kind.is_empty() {
        return BTreeSet::new();
    }
    let mentor = kind.contains("mentor").then_some(Role::Mentor);
    let mentee = (kind.contains("mentee") || kind == "student" || mentor.is_none()).then_some(Role::Mentee);
    mentor.into_iter().chain(mentee).collect()
}

/// The kinds that people may choose when they sign up by themselves.
pub fn kind_by_sign_up(membershiptype: &Line<60>) -> Result<(), Invalid> {
    match membershiptype.as_str().to_lowercase().as_str() {
        "mentor" | "student" | "mentee" | "other" => Ok(()),
        _ => Err(Invalid::new("membershiptype must be mentor, student, mentee or other")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_follow_the_kind_of_membership() {
        let roles = |kind: &str| roles_of(&Line::parse(kind).unwrap()).into_iter().collect::<Vec<_>>();
        for (kind, expected) in [
            ("Mentor", vec![Role::Mentor]),
            ("Lead mentorship", vec![Role::Mentor]),
            ("mentee", vec![Role::Mentee]),
            ("STUDENT", vec![Role::Mentee]),
            ("student mentor", vec![Role::Mentor]),
            ("mentor & mentee", vec![Role::Mentor, Role::Mentee]),
            ("other", vec![Role::Mentee]),
            ("students", vec![Role::Mentee]),
            ("  ", vec![]),
        ] {
            assert_eq!(roles(kind), expected, "{kind:?}");
        }
    }

    #[test]
    fn nobody_signs_himself_up_as_anything() {
        let may = |kind: &str| kind_by_sign_up(&Line::parse(kind).unwrap()).is_ok();
        assert!(may("Student") && may("mentor") && !may("admin") && !may("") && !may("mentor & mentee"));
    }
}
