//! The AI tools: what is asked of a model, what it must answer, and what a use of it takes from a plan.

mod answer;

pub use answer::{
    BehavioralFramework, CompanyInsights, Headed, InterviewPrep, InterviewQuestions, KeywordAnalysis, Note, Notes, Percent,
    ResumeAnalysis, read_answer,
};

use crate::{
    AccountId, AiRunId, Instant, Invalid, Product,
    account::{Allowance, Allowances, PlanHolding},
    catalog::ExperienceLevel,
    text::{Line, Prose},
};
use serde::{Deserialize, Serialize};

/// A tool (F-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AiTool {
    ResumeAnalysis,
    InterviewPrep,
    InterviewQuestions,
}

impl AiTool {
    /// What one use takes from a plan.
    pub fn quota(self) -> Quota {
        match self {
            Self::ResumeAnalysis => Quota::ResumeReviews,
            Self::InterviewPrep | Self::InterviewQuestions => Quota::AiTools,
        }
    }

    /// The name in logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ResumeAnalysis => "resume_analysis",
            Self::InterviewPrep => "interview_prep",
            Self::InterviewQuestions => "interview_questions",
        }
    }
}

/// Which of a plan's limits is counted (F-13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quota {
    ResumeReviews,
    AiTools,
}

impl Quota {
    /// The limit's name among a plan's limits.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ResumeReviews => "resume_reviews",
            Self::AiTools => "ai_tools",
        }
    }

    /// What is left of it.
    pub fn left(self, of: &Allowances) -> Allowance {
        match self {
            Self::ResumeReviews => of.resume_reviews,
            Self::AiTools => of.ai_tools,
        }
    }
}

/// A use that was taken from a plan and has not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiRun {
    pub id: AiRunId,
    pub product: Product,
    pub account_id: AccountId,
    pub quota: Quota,
    /// The end of the plan that it was taken from.
    pub plan_expires_at: Instant,
    /// A run that has not come to its end by then never will.
    pub lease_until: Instant,
}

impl AiRun {
    /// Whether a plan gets the use back that it was taken from.
    ///
    /// While the plan of then would still run, whatever was bought since has extended it, and what was left went over.
    /// Later, another end means that a plan may have begun anew, which lost nothing to this run.
    pub fn gives_back_to(&self, plan: &PlanHolding, now: Instant) -> bool {
        let same = plan.expires_at == self.plan_expires_at || now <= self.plan_expires_at;
        same && matches!(self.quota.left(&plan.left), Allowance::Count(_))
    }
}

/// What an interview is about, in the words of the tools' pages and of booking requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PracticeKind {
    Technical,
    Coding,
    SystemDesign,
    Behavioral,
    HrRound,
}

/// The longest resume that is looked at, in characters.
pub const LONGEST_RESUME: usize = 20_000;

/// A resume's text: at most 20,000 characters, not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResumeText(Prose<LONGEST_RESUME>);

impl ResumeText {
    /// Parses a text as typed, or as it was read from a file.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = Prose::parse(text)?.non_empty().ok_or_else(|| Invalid::new("The resume must not be empty"))?;
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}
crate::string_newtype!(ResumeText);

/// A resume to be analysed, and for what.
#[derive(Debug, Clone)]
pub struct ResumeToAnalyse {
    pub text: ResumeText,
    pub target_role: Line<100>,
    pub target_companies: Vec<Line<100>>,
}

/// An interview to be prepared; what is not known is empty.
#[derive(Debug, Clone)]
pub struct InterviewAhead {
    pub company: Line<100>,
    pub role: Line<100>,
    pub kind: PracticeKind,
    pub level: Option<ExperienceLevel>,
    pub topics: Vec<Line<100>>,
}

/// How many questions may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u8")]
pub struct QuestionCount(u8);

impl QuestionCount {
    /// The number.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl Default for QuestionCount {
    fn default() -> Self {
        Self(10)
    }
}

impl TryFrom<u8> for QuestionCount {
    type Error = Invalid;
    fn try_from(count: u8) -> Result<Self, Invalid> {
        if (1..=20).contains(&count) { Ok(Self(count)) } else { Err(Invalid::new("Ask for 1 to 20 questions")) }
    }
}

/// An analysis that is kept: the latest of a member's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnalysis {
    pub account_id: AccountId,
    pub product: Product,
    pub target_role: Line<100>,
    pub analysis: ResumeAnalysis,
    pub created_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::PlanId;

    #[test]
    fn a_use_goes_back_to_the_plan_that_it_was_taken_from_and_to_no_other() {
        let at = |text: &str| Instant::parse(text).unwrap();
        let end = at("2026-03-01T00:00:00Z");
        let run = AiRun {
            id: uuid::Uuid::nil().into(),
            product: Product::Codementee,
            account_id: uuid::Uuid::nil().into(),
            quota: Quota::AiTools,
            plan_expires_at: end,
            lease_until: at("2026-02-28T23:59:59Z"),
        };
        let plan = |expires_at, ai_tools| PlanHolding {
            plan_id: PlanId::parse("growth").unwrap(),
            plan_name: Line::parse("Growth").unwrap(),
            expires_at,
            since: Instant::long_ago(),
            left: Allowances { ai_tools, ..Allowances::NONE },
            bought: Vec::new(),
        };
        let (before, after, other) = (at("2026-02-28T23:59:59Z"), at("2026-03-01T00:00:01Z"), at("2026-04-01T00:00:00Z"));
        assert!(run.gives_back_to(&plan(end, Allowance::Count(0)), before));
        assert!(run.gives_back_to(&plan(end, Allowance::Count(0)), after), "the same plan, though it has ended");
        assert!(run.gives_back_to(&plan(other, Allowance::Count(3)), before), "extended while it ran");
        assert!(!run.gives_back_to(&plan(other, Allowance::Count(3)), after), "bought when it had ended");
        assert!(!run.gives_back_to(&plan(end, Allowance::Unlimited), before), "there is nothing to count");
    }
}
