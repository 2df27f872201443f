use domain::{
    Instant,
    ai::{KeptAnalysis, ResumeAnalysis},
};
use serde::Serialize;
use utoipa::ToSchema;

/// What came of a resume, and when.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnalysisShape {
    #[serde(flatten)]
    analysis: ResumeAnalysis,
    target_role: String,
    created_at: Instant,
}

impl From<KeptAnalysis> for AnalysisShape {
    fn from(kept: KeptAnalysis) -> Self {
        Self { analysis: kept.analysis, target_role: kept.target_role.to_string(), created_at: kept.created_at }
    }
}
