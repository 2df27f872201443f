//! `/api/ai-tools/…`: what a model says of a resume or an interview (F-7).

use crate::{
    forms::{Few, OptionalId, null_as_default},
    shapes::AnalysisShape,
    state::Deps,
};
use app::{
    Platform,
    accounts::Accounts,
    ai::{AiTools, Employer, ResumeReader},
};
use axum::{
    Json, Router,
    extract::{FromRef, State},
};
use domain::{
    CompanyId,
    ai::{AiTool, InterviewAhead, InterviewPrep, InterviewQuestions, PracticeKind, QuestionCount, ResumeText, ResumeToAnalyse},
    catalog::ExperienceLevel,
    text::Line,
};
use gateways::{bedrock::Bedrock, settings::SettingError};
use serde::{Deserialize, Deserializer, de::Error as _};
use utoipa::ToSchema;
use web::{About, Answer, Body, Caller, Face, JsonOrUpload, Query, Routes, about, openapi::lenient::IdOrEmpty};

/// What the group's handlers call.
#[derive(Debug, Clone)]
pub struct AiDeps {
    deps: Deps,
    tools: AiTools,
    reader: ResumeReader,
}

impl FromRef<AiDeps> for Face {
    fn from_ref(state: &AiDeps) -> Self {
        Self::from_ref(&state.deps)
    }
}
impl FromRef<AiDeps> for Accounts {
    fn from_ref(state: &AiDeps) -> Self {
        Self::from_ref(&state.deps)
    }
}
impl FromRef<AiDeps> for AiTools {
    fn from_ref(state: &AiDeps) -> Self {
        state.tools.clone()
    }
}
impl FromRef<AiDeps> for ResumeReader {
    fn from_ref(state: &AiDeps) -> Self {
        state.reader.clone()
    }
}

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    let model = Bedrock::from_settings(&platform.aws, &platform.settings)?;
    let tools = AiTools::new(platform.store.clone(), model, platform.clock.clone());
    let deps = AiDeps { deps: Deps::new(platform)?, tools, reader: ResumeReader::default() };
    Ok(routes(Router::new()).with_state(deps))
}

/// A resume as text.
#[derive(Deserialize, ToSchema)]
struct AnalyseResume {
    resume_text: ResumeText,
    #[serde(default, deserialize_with = "null_as_default")]
    target_role: Line<100>,
    #[serde(default)]
    #[schema(value_type = Vec<Line<100>>, max_items = 20)]
    target_companies: Few<Line<100>, 20>,
}

/// What goes with a resume that is uploaded as a file.
#[derive(Deserialize, ToSchema)]
struct UploadResume {
    #[serde(default)]
    target_role: Line<100>,
    /// Separated by commas, or one field for each.
    #[serde(default, deserialize_with = "companies_of_form")]
    #[schema(value_type = String)]
    target_companies: Few<Line<100>, 20>,
}

fn companies_of_form<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Few<Line<100>, 20>, D::Error> {
    let given = match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) => text.split(',').map(str::trim).collect(),
        other => other,
    };
    Few::deserialize(given).map_err(D::Error::custom)
}

async fn analyse_resume(
    State(tools): State<AiTools>,
    State(reader): State<ResumeReader>,
    caller: Caller,
    body: JsonOrUpload<AnalyseResume, UploadResume>,
) -> Answer<Json<AnalysisShape>> {
    let admitted = tools.admit(&caller.cx, &caller.member, AiTool::ResumeAnalysis).await?;
    let resume = match body {
        JsonOrUpload::Json(AnalyseResume { resume_text, target_role, target_companies }) => {
            ResumeToAnalyse { text: resume_text, target_role, target_companies: target_companies.0 }
        }
        JsonOrUpload::Upload(UploadResume { target_role, target_companies }, file) => {
            let text = reader.text_of(file.0).await?;
            ResumeToAnalyse { text, target_role, target_companies: target_companies.0 }
        }
    };
    Ok(Json(tools.analyse_resume(&caller.cx, &caller.member, admitted, resume).await?.into()))
}

async fn show_analysis(State(tools): State<AiTools>, caller: Caller) -> Answer<Json<AnalysisShape>> {
    Ok(Json(tools.latest_analysis(&caller.cx, &caller.member).await?.into()))
}

/// Company and role under either name: the client names them, the documents say `company_id` and `target_role`.
fn employer(company: Line<100>, company_id: OptionalId<CompanyId>) -> Employer {
    match company_id.0 {
        Some(id) if company.as_str().is_empty() => Employer::Listed(id),
        _ => Employer::Named(company),
    }
}

fn either(role: Line<100>, target_role: Line<100>) -> Line<100> {
    if role.as_str().is_empty() { target_role } else { role }
}

#[derive(Deserialize, ToSchema)]
struct PrepareInterview {
    interview_type: PracticeKind,
    experience_level: Option<ExperienceLevel>,
    #[serde(default, deserialize_with = "null_as_default")]
    company: Line<100>,
    #[serde(default)]
    #[schema(value_type = Option<IdOrEmpty>)]
    company_id: OptionalId<CompanyId>,
    #[serde(default, deserialize_with = "null_as_default")]
    role: Line<100>,
    #[serde(default, deserialize_with = "null_as_default")]
    target_role: Line<100>,
}

async fn prepare_interview(
    State(tools): State<AiTools>,
    caller: Caller,
    Body(body): Body<PrepareInterview>,
) -> Answer<Json<InterviewPrep>> {
    let (kind, level, role) = (body.interview_type, body.experience_level, either(body.role, body.target_role));
    let interview = InterviewAhead { company: Line::default(), role, kind, level, topics: Vec::new() };
    let employer = employer(body.company, body.company_id);
    Ok(Json(tools.prepare(&caller.cx, &caller.member, employer, interview).await?))
}

#[derive(Deserialize, ToSchema)]
struct GenerateQuestions {
    interview_type: PracticeKind,
    experience_level: Option<ExperienceLevel>,
    #[serde(default)]
    #[schema(value_type = Vec<Line<100>>, max_items = 30)]
    topics: Few<Line<100>, 30>,
    count: Option<QuestionCount>,
    #[serde(default, deserialize_with = "null_as_default")]
    company: Line<100>,
    #[serde(default)]
    #[schema(value_type = Option<IdOrEmpty>)]
    company_id: OptionalId<CompanyId>,
    #[serde(default, deserialize_with = "null_as_default")]
    role: Line<100>,
    #[serde(default, deserialize_with = "null_as_default")]
    target_role: Line<100>,
}

async fn generate_questions(
    State(tools): State<AiTools>,
    caller: Caller,
    Body(body): Body<GenerateQuestions>,
) -> Answer<Json<InterviewQuestions>> {
    let (kind, level, role) = (body.interview_type, body.experience_level, either(body.role, body.target_role));
    let interview = InterviewAhead { company: Line::default(), role, kind, level, topics: body.topics.0 };
    let (employer, count) = (employer(body.company, body.company_id), body.count.unwrap_or_default());
    Ok(Json(tools.questions(&caller.cx, &caller.member, employer, interview, count).await?))
}

#[derive(Deserialize, ToSchema)]
struct InterviewInQuery {
    company: Line<100>,
    role: Line<100>,
    interview_type: PracticeKind,
    experience_level: Option<ExperienceLevel>,
}

async fn list_questions(
    State(tools): State<AiTools>,
    caller: Caller,
    Query(query): Query<InterviewInQuery>,
) -> Answer<Json<InterviewQuestions>> {
    let InterviewInQuery { company, role, interview_type: kind, experience_level: level } = query;
    let interview = InterviewAhead { company: Line::default(), role, kind, level, topics: Vec::new() };
    let count = QuestionCount::default();
    Ok(Json(tools.questions(&caller.cx, &caller.member, Employer::Named(company), interview, count).await?))
}

/// What every use of a tool may be refused for.
const fn tool(summary: &'static str) -> About {
    about(summary)
        .forbidden(&["ACCOUNT_PAUSED", "MENTOR_NOT_APPROVED", "TIER_UPGRADE_REQUIRED", "QUOTA_EXCEEDED"])
        .unavailable(&["AI_UNAVAILABLE"])
}

/// The group's list of routes.
pub fn routes<R: Routes<AiDeps>>(routes: R) -> R {
    routes
        .post(
            "/api/ai-tools/resume-analysis",
            tool("Have a resume analysed: as text, or as a file (PDF or text, at most 4 MB and 10 pages)"),
            analyse_resume,
        )
        .get(
            "/api/ai-tools/resume-analysis",
            about("Show the latest analysis of one's own resume")
                .forbidden(&["MENTOR_NOT_APPROVED", "TIER_UPGRADE_REQUIRED"])
                .not_found(),
            show_analysis,
        )
        .post("/api/ai-tools/interview-prep", tool("Have an interview prepared").not_found(), prepare_interview)
        .post("/api/ai-tools/question-generator", tool("Have questions written to practise").not_found(), generate_questions)
        .get("/api/ai-tools/interview-questions", tool("Have questions written to practise"), list_questions)
}
