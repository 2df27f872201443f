//! What a model must answer.

use crate::{
    Invalid,
    text::{Line, Prose},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// A score of 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Percent(u8);

impl TryFrom<u8> for Percent {
    type Error = Invalid;
    fn try_from(percent: u8) -> Result<Self, Invalid> {
        if percent <= 100 { Ok(Self(percent)) } else { Err(Invalid::new("A score is at most 100")) }
    }
}

impl From<Percent> for u8 {
    fn from(percent: Percent) -> Self {
        percent.0
    }
}

/// One thing that a model says: at most 1000 characters, not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note(Prose<1000>);

impl Note {
    /// Parses what a model said.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Ok(Self(Prose::parse(text)?.non_empty().ok_or_else(|| Invalid::new("A note must not be empty"))?))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}
crate::string_newtype!(Note);

/// Several things that a model says: at least `MIN`, at most 30.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Note>", into = "Vec<Note>")]
pub struct Notes<const MIN: usize>(Vec<Note>);

impl<const MIN: usize> Notes<MIN> {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl<const MIN: usize> TryFrom<Vec<Note>> for Notes<MIN> {
    type Error = Invalid;
    fn try_from(notes: Vec<Note>) -> Result<Self, Invalid> {
        let fits = (MIN..=30).contains(&notes.len());
        if fits { Ok(Self(notes)) } else { Err(Invalid(format!("There must be {MIN} to 30 notes"))) }
    }
}

impl<const MIN: usize> From<Notes<MIN>> for Vec<Note> {
    fn from(notes: Notes<MIN>) -> Self {
        notes.0
    }
}

/// Things that a model says, each under a heading: 1 to 15 of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<Line<60>, Note>", into = "BTreeMap<Line<60>, Note>")]
pub struct Headed(BTreeMap<Line<60>, Note>);

impl TryFrom<BTreeMap<Line<60>, Note>> for Headed {
    type Error = Invalid;
    fn try_from(notes: BTreeMap<Line<60>, Note>) -> Result<Self, Invalid> {
        let named = notes.keys().all(|heading| !heading.as_str().is_empty());
        if named && (1..=15).contains(&notes.len()) {
            Ok(Self(notes))
        } else {
            Err(Invalid::new("There must be 1 to 15 notes, each under a heading"))
        }
    }
}

impl From<Headed> for BTreeMap<Line<60>, Note> {
    fn from(headed: Headed) -> Self {
        headed.0
    }
}

/// What a model makes of a resume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ResumeAnalysis {
    pub overall_score: Percent,
    /// How well a program that sorts applications would read it.
    pub ats_score: Percent,
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub strengths: Notes<1>,
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub weaknesses: Notes<1>,
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub suggestions: Notes<1>,
    pub keyword_analysis: KeywordAnalysis,
    /// What is to be said of each section, by its name.
    #[cfg_attr(feature = "schema", schema(value_type = BTreeMap<String, String>))]
    pub section_feedback: Headed,
}

/// The words that a resume has, and those that it should have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct KeywordAnalysis {
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub missing_keywords: Notes<0>,
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub present_keywords: Notes<0>,
}

/// How to prepare for an interview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InterviewPrep {
    pub company_insights: CompanyInsights,
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub technical_topics: Notes<1>,
    pub behavioral_framework: BehavioralFramework,
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub practice_problems: Notes<1>,
    /// What to do in each week: `week_1` and so on.
    #[cfg_attr(feature = "schema", schema(value_type = BTreeMap<String, String>))]
    pub timeline: Headed,
}

/// What is known of how a company interviews.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CompanyInsights {
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub culture: Note,
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub interview_process: Note,
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub common_questions: Notes<1>,
}

/// How to answer questions about oneself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BehavioralFramework {
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub method: Note,
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub key_areas: Notes<1>,
}

/// Questions to practise, and how to go about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InterviewQuestions {
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub questions: Notes<1>,
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub tips: Notes<1>,
}

/// Finds an answer of a shape in what a model wrote: the first JSON object in it, which must have all of the shape.
/// Models like to say something before and after.
pub fn read_answer<T: DeserializeOwned>(text: &str) -> Option<T> {
    /// So many beginnings are tried; whatever is no JSON has braces too.
    const BEGINNINGS: usize = 20;
    let beginnings = text.match_indices('{').take(BEGINNINGS).map(|(at, _)| &text[at..]);
    let mut objects = beginnings.filter_map(|rest| {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>();
        values.next()?.ok()
    });
    serde_json::from_value(objects.next()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn analysis() -> Value {
        json!({
            "overall_score": 75, "ats_score": 0, "strengths": ["Clear"], "weaknesses": ["Short"], "suggestions": ["Numbers"],
            "keyword_analysis": { "missing_keywords": [], "present_keywords": ["Rust"] },
            "section_feedback": { "summary": "Good" },
        })
    }

    fn with(pointer: &str, value: Value) -> String {
        let mut analysis = analysis();
        *analysis.pointer_mut(pointer).unwrap() = value;
        analysis.to_string()
    }

    #[test]
    fn an_answer_is_found_among_other_words() {
        let plain = analysis().to_string();
        let expected: ResumeAnalysis = serde_json::from_value(analysis()).unwrap();
        for text in [plain.clone(), format!("Here {{it}} is:\n```json\n{plain}\n```\nGood luck {{you}}!")] {
            assert_eq!(read_answer::<ResumeAnalysis>(&text), Some(expected.clone()), "{text}");
        }
        for text in ["", "No.", "{", "{}", "[]", "{}{}", &plain[..plain.len() - 1], &format!("{{}} {plain}")] {
            assert_eq!(read_answer::<ResumeAnalysis>(text), None, "{text}");
        }
        assert_eq!(read_answer::<ResumeAnalysis>(&"{\"a\":".repeat(100_000)), None, "no depth is too deep");
    }

    #[test]
    fn an_answer_has_every_field_within_its_bounds() {
        for (pointer, value) in [
            ("/overall_score", json!(101)),
            ("/overall_score", json!(-1)),
            ("/overall_score", json!("75")),
            ("/ats_score", Value::Null),
            ("/strengths", json!([])),
            ("/strengths", json!("Clear")),
            ("/strengths", json!([""])),
            ("/strengths", json!([null])),
            ("/strengths", json!(["a".repeat(1001)])),
            ("/strengths", json!(["a\u{0}"])),
            ("/strengths", json!(vec!["a"; 31])),
            ("/keyword_analysis", json!({ "missing_keywords": [] })),
            ("/keyword_analysis", Value::Null),
            ("/section_feedback", json!({})),
            ("/section_feedback", json!({ "": "Nothing" })),
            ("/section_feedback", json!({ "summary": null })),
            ("/section_feedback", json!([])),
        ] {
            assert_eq!(read_answer::<ResumeAnalysis>(&with(pointer, value.clone())), None, "{pointer} {value}");
        }
        for field in analysis().as_object().unwrap().keys() {
            let mut without = analysis();
            without.as_object_mut().unwrap().remove(field);
            assert_eq!(read_answer::<ResumeAnalysis>(&without.to_string()), None, "{field}");
        }
        assert!(read_answer::<ResumeAnalysis>(&with("/ats_score", json!(100))).is_some());
    }
}
