//! The AI tools: what a member has of them stands in his account's own partition.

use super::Key;
use domain::{AccountId, AiRunId, Product};

/// A use of a tool that has not come to its end.
pub fn ai_run(product: Product, account: AccountId, run: AiRunId) -> Key {
    Key::new(format!("ACCOUNT#{account}"), format!("AI_RUN#{product}#{run}"))
}

/// The latest analysis of a member's resume.
pub fn resume_analysis(product: Product, account: AccountId) -> Key {
    Key::new(format!("ACCOUNT#{account}"), format!("RESUME_ANALYSIS#{product}"))
}
