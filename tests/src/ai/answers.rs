//! No answer, a late one, none at all.

use super::{PREP, PRODUCT, RESUME, interview, left, mentee_with, now, open_runs, resume};
use crate::{
    harness::{App, flow, flow_with},
    scenes::Person,
};
use app::{
    Context,
    ai::{AiError, AiTools, Employer},
};
use domain::{
    AccountId,
    account::{Allowance, Member},
    ai::{InterviewAhead, PracticeKind, QuestionCount},
    event::Actor,
    text::Line,
};
use gateways::bedrock::{Bedrock, ModelError, Patience};
use jiff::SignedDuration;
use local::{Options, standins::bedrock::Trouble};
use serde_json::json;
use std::time::{Duration, Instant as Stopwatch};

#[tokio::test]
async fn what_is_no_answer_is_asked_for_once_more_and_then_given_back() {
    flow(async |app| {
        let mentee = mentee_with(app, "patient", 30, 0).await;
        let token = &mentee.token;
        let incomplete = json!({ "company_insights": { "culture": "Good" }, "technical_topics": [] }).to_string();
        let troubles = [
            Trouble::CutOff,
            Trouble::Silent,
            Trouble::Says("I would rather not.".to_owned()),
            Trouble::Says("{\"company_insights\":".to_owned()),
            Trouble::Says("[]".to_owned()),
            Trouble::Says("{".repeat(100_000)),
            Trouble::Says(incomplete),
            Trouble::Throttled,
            Trouble::Fails(500, "InternalServerException"),
            Trouble::Fails(503, "ServiceUnavailableException"),
            Trouble::Fails(424, "ModelErrorException"),
            Trouble::Fails(408, "ModelTimeoutException"),
        ];
        let model = &app.local.services.model;
        for (n, trouble) in (0..).zip(troubles) {
            app.local.clock.advance(SignedDuration::from_mins(2)).unwrap();
            let before = model.requests().len();
            model.trouble_next(trouble.clone());
            app.post(PREP, token, interview()).await.ok();
            assert_eq!(left(app, &mentee).await.ai_tools, Allowance::Count(29 - n), "{trouble:?}");
            model.trouble_next(trouble.clone());
            model.trouble_next(trouble.clone());
            let answer = app.post(PREP, token, interview()).await;
            assert_eq!(answer.headers["retry-after"], "1");
            answer.refused(503, "AI_UNAVAILABLE");
            assert_eq!((model.requests().len() - before, model.troubles_left()), (4, 0), "{trouble:?}");
            assert_eq!((left(app, &mentee).await.ai_tools, open_runs(app).await), (Allowance::Count(29 - n), (0, 0)));
        }
        // What will not pass is not asked again.
        for code in ["ValidationException", "AccessDeniedException"] {
            let before = model.requests().len();
            model.trouble_next(Trouble::Fails(400, code));
            app.post(PREP, token, interview()).await.refused(503, "AI_UNAVAILABLE");
            assert_eq!(model.requests().len() - before, 1, "{code}");
        }
        assert_eq!(left(app, &mentee).await.ai_tools, Allowance::Count(18));
        app.drain().await;
        assert_eq!(app.published("AiToolUsed"), 12, "only answers are told of");
    })
    .await;
}

/// The tools with another patience, and who asks them.
async fn impatient(app: &App, person: &Person, patience: Patience) -> (AiTools, Context, Member) {
    let platform = &app.local.platform;
    let model = Bedrock::from_settings(&platform.aws, &platform.settings).unwrap().with_patience(patience);
    let tools = AiTools::new(platform.store.clone(), model, platform.clock.clone());
    let id: AccountId = person.id.parse().unwrap();
    let (account, membership) = platform.store.account(id, PRODUCT).await.unwrap().unwrap();
    let member = Member { account, membership: membership.unwrap().value };
    (tools, Context::new(PRODUCT, now(app), Actor::Account(id)), member)
}

#[tokio::test]
async fn a_slow_model_is_not_waited_for() {
    flow(async |app| {
        let mentee = mentee_with(app, "hasty", 5, 0).await;
        let interview = InterviewAhead {
            company: Line::default(),
            role: Line::default(),
            kind: PracticeKind::Coding,
            level: None,
            topics: Vec::new(),
        };
        let ask = async |patience: Patience| {
            let (tools, cx, member) = impatient(app, &mentee, patience).await;
            let (employer, count) = (Employer::Named(Line::default()), QuestionCount::default());
            tools.questions(&cx, &member, employer, interview.clone(), count).await
        };
        let slow = Trouble::Slow(Duration::from_secs(20));
        let short = Patience { attempt: Duration::from_millis(300), in_all: Duration::from_secs(10) };
        let began = Stopwatch::now();
        app.local.services.model.trouble_next(slow.clone());
        assert!(ask(short).await.is_ok(), "the second attempt is in time");
        for _ in 0..2 {
            app.local.services.model.trouble_next(slow.clone());
        }
        assert!(matches!(ask(short).await, Err(AiError::Unavailable(ModelError::Passing(_)))));
        assert_eq!((left(app, &mentee).await.ai_tools, app.local.services.model.troubles_left()), (Allowance::Count(4), 0));
        // However long an attempt may take, all of them end.
        app.local.services.model.trouble_next(slow);
        let in_all = Patience { attempt: Duration::from_secs(10), in_all: Duration::from_millis(300) };
        assert!(matches!(ask(in_all).await, Err(AiError::Unavailable(_))));
        assert_eq!((left(app, &mentee).await.ai_tools, open_runs(app).await), (Allowance::Count(4), (0, 0)));
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        let usual = Patience::default();
        assert_eq!((usual.attempt, usual.in_all), (Duration::from_secs(11), Duration::from_secs(25)));
    })
    .await;
}

#[tokio::test]
async fn without_a_model_nothing_is_taken() {
    let settings = vec![("BEDROCK_MODEL_ID".to_owned(), String::new())];
    flow_with(Options { settings, ..Options::in_memory() }, async |app| {
        let mentee = app.paid_mentee("modelless", "foundation").await;
        for _ in 0..3 {
            app.post(PREP, &mentee.token, interview()).await.refused(503, "AI_UNAVAILABLE");
            app.post(RESUME, &app.admin().await, resume()).await.refused(503, "AI_UNAVAILABLE");
        }
        assert_eq!(left(app, &mentee).await.ai_tools, Allowance::Count(1));
        assert_eq!((app.local.services.model.requests().len(), app.items("RATE#codementee#ai_tools").await.len()), (0, 0));
        let free = app.free_mentee("still-free").await;
        app.post(PREP, &free.token, interview()).await.refused(403, "TIER_UPGRADE_REQUIRED");
    })
    .await;
}
