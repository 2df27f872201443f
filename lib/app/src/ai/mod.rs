//! The AI tools (F-7): resume analysis, interview preparation, questions.
//!
//! A use is taken from the plan before the model is asked, so that uses at once take no more than there are. An answer
//! spends it; everything else gives it back.

mod prompts;
mod resume;

pub use resume::{ResumeError, ResumeReader};

use crate::{
    Clock, Context,
    ai_runs::give_back_run,
    limits::{AI_TOOLS, LimitError, Limits},
};
use domain::{
    CompanyId, Instant,
    account::{Allowance, Member, Role, Verification},
    ai::{
        AiRun, AiTool, InterviewAhead, InterviewPrep, InterviewQuestions, KeptAnalysis, QuestionCount, Quota, ResumeAnalysis,
        ResumeToAnalyse, read_answer,
    },
    event::Detail,
    text::Line,
};
use gateways::bedrock::{Bedrock, ModelError, Prompt};
use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use store::{Record, RunRefused, Store, StoreError, TxError};
use uuid::Uuid;

/// A run that has not come to its end by then has died: its function has 29 seconds.
const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// How often a model is asked before it is given up.
const ATTEMPTS: u32 = 2;

/// Why a tool gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum AiError {
    #[error("the member is paused")]
    Paused,
    #[error("a paid plan is needed")]
    TierRequired,
    #[error("the mentor is not approved")]
    MentorNotApproved,
    #[error("the plan's {} are used up", .0.as_str())]
    QuotaExceeded(Quota),
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Nothing was taken, or it was given back.
    #[error("no answer: {0}")]
    Unavailable(ModelError),
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where an interview will be: by name, or one of the companies.
#[derive(Debug, Clone)]
pub enum Employer {
    Named(Line<100>),
    Listed(CompanyId),
}

/// The use cases of the AI tools.
#[derive(Debug, Clone)]
pub struct AiTools {
    store: Store,
    model: Bedrock,
    clock: Arc<dyn Clock>,
}

/// That a member may use a tool, and what of his plan it takes.
#[derive(Debug)]
pub struct Admitted(Option<Counted>);

impl AiTools {
    /// The tools over a store and a model.
    pub fn new(store: Store, model: Bedrock, clock: Arc<dyn Clock>) -> Self {
        Self { store, model, clock }
    }

    /// Analyses a resume and keeps the analysis as the member's latest. The resume itself is not kept.
    pub async fn analyse_resume(
        &self,
        cx: &Context,
        member: &Member,
        admitted: Admitted,
        resume: ResumeToAnalyse,
    ) -> Result<KeptAnalysis, AiError> {
        let tool = AiTool::ResumeAnalysis;
        let run = self.begin(cx, member, tool, admitted).await?;
        let prompt = prompts::of_resume(&resume, Uuid::new_v4());
        let analysis: ResumeAnalysis = self.answer(tool, &prompt, run.as_ref()).await?;
        let (account_id, product, created_at) = (member.id(), cx.product, cx.now);
        let kept = KeptAnalysis { account_id, product, target_role: resume.target_role, analysis, created_at };
        self.finish(cx, member, tool, run.as_ref(), Some(&kept)).await?;
        Ok(kept)
    }

    /// The member's latest analysis.
    pub async fn latest_analysis(&self, cx: &Context, member: &Member) -> Result<KeptAnalysis, AiError> {
        allowance(cx, member, Quota::ResumeReviews)?;
        let kept = self.store.resume_analysis(cx.product, member.id()).await?;
        kept.ok_or(AiError::NotFound("resume analysis"))
    }

    /// Tells how to prepare for an interview.
    pub async fn prepare(
        &self,
        cx: &Context,
        member: &Member,
        employer: Employer,
        interview: InterviewAhead,
    ) -> Result<InterviewPrep, AiError> {
        let interview = self.at(cx, employer, interview).await?;
        self.use_tool(cx, member, AiTool::InterviewPrep, &prompts::of_preparation(&interview, Uuid::new_v4())).await
    }

    /// Writes questions to practise.
    pub async fn questions(
        &self,
        cx: &Context,
        member: &Member,
        employer: Employer,
        interview: InterviewAhead,
        count: QuestionCount,
    ) -> Result<InterviewQuestions, AiError> {
        let interview = self.at(cx, employer, interview).await?;
        self.use_tool(cx, member, AiTool::InterviewQuestions, &prompts::of_questions(&interview, count, Uuid::new_v4())).await
    }

    async fn at(&self, cx: &Context, employer: Employer, interview: InterviewAhead) -> Result<InterviewAhead, AiError> {
        let company = match employer {
            Employer::Named(name) => name,
            Employer::Listed(id) => {
                let found = self.store.booking_context(cx.product, id, &[], None).await?;
                found.company.ok_or(AiError::NotFound("company"))?.name
            }
        };
        Ok(InterviewAhead { company, ..interview })
    }

    async fn use_tool<T: DeserializeOwned>(
        &self,
        cx: &Context,
        member: &Member,
        tool: AiTool,
        prompt: &Prompt,
    ) -> Result<T, AiError> {
        let admitted = self.admit(cx, member, tool).await?;
        let run = self.begin(cx, member, tool, admitted).await?;
        let answer = self.answer(tool, prompt, run.as_ref()).await?;
        self.finish(cx, member, tool, run.as_ref(), None).await?;
        Ok(answer)
    }

    /// Whether the member may use a tool now, before anything is done for him: a file of his is read only then.
    pub async fn admit(&self, cx: &Context, member: &Member, tool: AiTool) -> Result<Admitted, AiError> {
        member.must_be_active().map_err(|_| AiError::Paused)?;
        let quota = tool.quota();
        let counted = allowance(cx, member, quota)?;
        if counted.as_ref().is_some_and(|counted| counted.left == 0) {
            return Err(AiError::QuotaExceeded(quota));
        }
        if !self.model.is_configured() {
            return Err(AiError::Unavailable(ModelError::NotConfigured));
        }
        Limits::new(self.store.clone()).take(cx, AI_TOOLS, &format!("account:{}", member.id())).await?;
        Ok(Admitted(counted))
    }

    /// Takes a use from the plan of a member who was admitted, if the plan counts them.
    async fn begin(&self, cx: &Context, member: &Member, tool: AiTool, admitted: Admitted) -> Result<Option<AiRun>, AiError> {
        let quota = tool.quota();
        let Some(Counted { plan_expires_at, .. }) = admitted.0 else { return Ok(None) };
        let (product, account_id, lease_until) = (cx.product, member.id(), cx.now.plus(LEASE));
        let run = AiRun { id: cx.id(), product, account_id, quota, plan_expires_at, lease_until };
        match self.store.begin_ai_run(&run, cx.now).await {
            Ok(()) => Ok(Some(run)),
            Err(TxError::Refused(RunRefused)) => Err(AiError::QuotaExceeded(quota)),
            Err(TxError::Store(error)) => Err(error.into()),
        }
    }

    /// Asks the model; without an answer the use goes back.
    async fn answer<T: DeserializeOwned>(&self, tool: AiTool, prompt: &Prompt, run: Option<&AiRun>) -> Result<T, AiError> {
        let in_all = self.model.patience().in_all;
        let asked = tokio::time::timeout(in_all, self.ask(tool, prompt)).await;
        let why = match asked.unwrap_or_else(|_| Err(ModelError::Passing("no time is left".to_owned()))) {
            Ok(answer) => return Ok(answer),
            Err(why) => why,
        };
        if let Some(run) = run
            && let Err(error) = give_back_run(&self.store, run, self.clock.now()).await
        {
            tracing::warn!(ai.run = %run.id, %error, "a use is given back when its lease ends");
        }
        Err(AiError::Unavailable(why))
    }

    /// Asks until an answer has the shape that it must have. Of what was asked and answered, nothing is logged.
    async fn ask<T: DeserializeOwned>(&self, tool: AiTool, prompt: &Prompt) -> Result<T, ModelError> {
        let mut attempt = 1;
        loop {
            let answer = self.model.ask(prompt).await;
            let why = match answer.map(|text| read_answer(&text)) {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => ModelError::Passing("an answer of another shape".to_owned()),
                Err(why) => why,
            };
            tracing::warn!(ai.tool = tool.as_str(), ai.attempt = attempt, error = %why, "a model gave no answer");
            if attempt >= ATTEMPTS || !why.may_pass() {
                return Err(why);
            }
            attempt += 1;
        }
    }

    /// Spends the use and tells of it.
    async fn finish(
        &self,
        cx: &Context,
        member: &Member,
        tool: AiTool,
        run: Option<&AiRun>,
        analysis: Option<&KeptAnalysis>,
    ) -> Result<(), AiError> {
        let record = Record::event(cx.event(Detail::AiToolUsed { account_id: member.id(), tool }));
        let settled = self.store.finish_ai_run(run, analysis, &record).await?;
        // Its lease had ended, so that it was given back: then the answer came too late.
        if settled { Ok(()) } else { Err(AiError::Unavailable(ModelError::Passing("the lease had ended".to_owned()))) }
    }
}

/// A limit that is counted: what is left of it, and until when its plan runs.
#[derive(Debug)]
struct Counted {
    plan_expires_at: Instant,
    left: u32,
}

/// What a use is taken from; nothing for mentors and admins, and of a plan without limit. Everybody else needs a
/// plan that runs (F-7). A mentor whom no admin has let in yet is nobody's mentor, and could be anybody.
fn allowance(cx: &Context, member: &Member, quota: Quota) -> Result<Option<Counted>, AiError> {
    let membership = &member.membership;
    if membership.is(Role::Admin) {
        return Ok(None);
    }
    if let Some(plan) = membership.running_plan(cx.now) {
        return Ok(match quota.left(&plan.left) {
            Allowance::Count(left) => Some(Counted { plan_expires_at: plan.expires_at, left }),
            Allowance::Unlimited => None,
        });
    }
    if !membership.is(Role::Mentor) {
        return Err(AiError::TierRequired);
    }
    if membership.verification == Some(Verification::Approved) { Ok(None) } else { Err(AiError::MentorNotApproved) }
}
