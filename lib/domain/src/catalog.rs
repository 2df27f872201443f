//! What is on offer: companies and plans.

use crate::{
    CompanyId, Instant, Invalid, Paise,
    account::Allowances,
    string_newtype,
    text::{Line, Prose, WebUrl},
};
use serde::{Deserialize, Serialize};

/// What kind of company it is (F-21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CompanyCategory {
    Product,
    Unicorn,
    Startup,
    Service,
}

/// How senior the interview is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExperienceLevel {
    Junior,
    Mid,
    Senior,
    StaffPlus,
}

impl ExperienceLevel {
    /// Every level, lowest first.
    pub const ALL: [Self; 4] = [Self::Junior, Self::Mid, Self::Senior, Self::StaffPlus];
}

/// A company whose interviews are practised (C-11, F-64).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Company {
    pub id: CompanyId,
    pub name: Line<100>,
    pub logo_url: WebUrl,
    pub description: Prose<1000>,
    pub category: CompanyCategory,
    pub interview_tracks: Vec<Track>,
    pub difficulty_levels: Vec<ExperienceLevel>,
    pub created_at: Instant,
}

/// An interview track such as `sde2` or `general`, lower-cased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track(String);

impl Track {
    /// Parses a track as typed.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        slug(text).map(Self).ok_or_else(|| Invalid::new("A track is 1 to 40 letters, digits, blanks, '_' or '-'"))
    }

    /// The track.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
string_newtype!(Track);

/// A plan's key, such as `growth`, lower-cased.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanId(String);

impl PlanId {
    /// Parses a key as typed.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let id = slug(text).filter(|id| !id.contains(' '));
        id.map(Self).ok_or_else(|| Invalid::new("A plan id is 1 to 40 letters, digits, '_' or '-'"))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
string_newtype!(PlanId);

fn slug(text: &str) -> Option<String> {
    let slug = text.trim().to_lowercase();
    let fits = (1..=40).contains(&slug.len()) && slug.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' '));
    fits.then_some(slug)
}

/// How long a plan lasts: 1 to 36 months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Months(u32);

impl Months {
    /// So many months.
    pub fn new(months: u32) -> Result<Self, Invalid> {
        if (1..=36).contains(&months) { Ok(Self(months)) } else { Err(Invalid::new("A plan lasts 1 to 36 months")) }
    }

    /// The number of months.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Months {
    type Error = Invalid;
    fn try_from(months: u32) -> Result<Self, Invalid> {
        Self::new(months)
    }
}

impl From<Months> for u32 {
    fn from(months: Months) -> Self {
        months.0
    }
}

/// A price that Razorpay takes: 1 rupee to 10 lakh rupees, in paise.
pub fn sellable(price: Paise) -> Result<Paise, Invalid> {
    if (100..=100_000_000).contains(&price.get()) { Ok(price) } else { Err(Invalid::new("A price is 100 to 100000000 paise")) }
}

/// A plan that can be bought. Plans are data that the admin edits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    pub plan_id: PlanId,
    pub name: Line<100>,
    pub price: Paise,
    pub duration_months: Months,
    pub features: Vec<Line<200>>,
    pub limits: Allowances,
    /// Whether it can be ordered.
    pub is_active: bool,
    /// Whether the public price list shows it (the older plans are orderable, but not listed).
    pub is_public: bool,
    pub is_popular: bool,
    pub display_order: u32,
    pub created_at: Instant,
    pub updated_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_lower_cased_and_short() {
        assert_eq!(Track::parse(" SDE2 ").unwrap().as_str(), "sde2");
        assert!(Track::parse("").is_err());
        assert!(Track::parse("a/b").is_err());
        assert!(PlanId::parse(&"x".repeat(41)).is_err());
    }

    #[test]
    fn a_plan_lasts_one_to_thirty_six_months() {
        assert!(Months::new(0).is_err());
        assert!(Months::new(37).is_err());
        assert_eq!(Months::new(6).unwrap().get(), 6);
    }

    #[test]
    fn a_price_below_one_rupee_cannot_be_charged() {
        assert!(sellable(Paise::new(99)).is_err());
        assert!(sellable(Paise::new(100)).is_ok());
    }
}
