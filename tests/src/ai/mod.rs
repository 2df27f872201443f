//! The AI tools: what they answer, what a use takes from a plan, and what becomes of it when no answer comes.

mod answers;
mod files;
mod runs;
mod words;

use crate::{
    calls::{Answer, Part},
    harness::{App, flow},
    scenes::Person,
};
use app::Clock;
use domain::{
    AccountId, Instant, Product,
    account::{Allowance, Allowances},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

const PRODUCT: Product = Product::Codementee;
const PREP: &str = "/api/ai-tools/interview-prep";
const RESUME: &str = "/api/ai-tools/resume-analysis";
const GENERATOR: &str = "/api/ai-tools/question-generator";
const QUESTIONS: &str = "/api/ai-tools/interview-questions?company=Amazon&role=SDE&interview_type=system_design";

fn interview() -> Value {
    json!({ "company": "Amazon", "role": "SDE 2", "interview_type": "technical", "experience_level": "mid" })
}

fn resume() -> Value {
    json!({ "resume_text": "Ten years of graphs", "target_role": "SDE 2", "target_companies": ["Amazon", "Google"] })
}

fn now(app: &App) -> Instant {
    app.local.clock.now()
}

async fn left(app: &App, person: &Person) -> Allowances {
    let id: AccountId = person.id.parse().unwrap();
    app.local.platform.store.membership(PRODUCT, id).await.unwrap().unwrap().value.plan.unwrap().left
}

/// Runs that have not come to their end, and what would give them back.
async fn open_runs(app: &App) -> (usize, usize) {
    let items = app.items("ACCOUNT#").await;
    let runs = items.iter().filter(|item| item["sk"].as_s().unwrap().starts_with("AI_RUN#")).count();
    (runs, app.due("give_back_ai_run").await.len())
}

/// A mentee with a plan of so many uses.
async fn mentee_with(app: &App, name: &str, ai_tools: u32, resume_reviews: u32) -> Person {
    let plan = json!({
        "plan_id": name, "name": "Tools", "price": 100_000, "duration_months": 1,
        "limits": { "ai_tools": ai_tools, "resume_reviews": resume_reviews },
    });
    app.post("/api/admin/pricing-plans", &app.admin().await, plan).await.ok();
    app.paid_mentee(name, name).await
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[track_caller]
fn is_texts(value: &Value) {
    let texts = value.as_array().unwrap();
    assert!(!texts.is_empty() && texts.iter().all(|text| text.as_str().is_some_and(|text| !text.is_empty())), "{value}");
}

/// The one system text of a request to the model, and the texts of its message.
fn told(request: &Value) -> (&str, Vec<&str>) {
    let messages = request["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 1, "{request}");
    let message = &messages[0];
    assert_eq!(message["role"], "user");
    let blocks = message["content"].as_array().unwrap().iter().map(|block| block["text"].as_str().unwrap());
    (request["system"][0]["text"].as_str().unwrap(), blocks.collect())
}

async fn upload(app: &App, token: &str, parts: &[Part<'_>]) -> Answer {
    app.upload(RESUME, token, parts).await
}

/// A PDF of one page with a line of text.
fn pdf(text: &str) -> Vec<u8> {
    let contents = format!("BT /F1 12 Tf 72 720 Td ({text}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{contents}\nendstream", contents.len()),
    ];
    let (mut file, mut table) = ("%PDF-1.4\n".to_owned(), "0000000000 65535 f \n".to_owned());
    for (number, object) in (1..).zip(objects) {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let start = file.len();
    file.push_str(&format!("xref\n0 6\n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    file.into_bytes()
}

#[tokio::test]
async fn each_tool_answers_whoever_may_use_it_in_the_client_s_shape() {
    flow(async |app| {
        let mentee = app.paid_mentee("asker", "growth").await;
        for token in [&mentee.token, &app.mentor().await, &app.admin().await] {
            app.get(RESUME, token).await.refused(404, "NOT_FOUND");
            let analysis = app.post(RESUME, token, resume()).await.ok();
            assert!(analysis["overall_score"].is_u64() && analysis["ats_score"].is_u64(), "{analysis}");
            let lists = ["strengths", "weaknesses", "suggestions"].map(|field| &analysis[field]);
            let words = &analysis["keyword_analysis"];
            lists.into_iter().chain([&words["missing_keywords"], &words["present_keywords"]]).for_each(is_texts);
            assert!(analysis["section_feedback"].as_object().unwrap().values().all(Value::is_string), "{analysis}");
            assert_eq!(app.get(RESUME, token).await.ok(), analysis, "the latest");
            let second = app.post(RESUME, token, json!({ "resume_text": "x", "target_role": "CTO" })).await.ok();
            assert_eq!((app.get(RESUME, token).await.ok(), &second["target_role"]), (second.clone(), &json!("CTO")));

            let prep = app.post(PREP, token, interview()).await.ok();
            let insights = &prep["company_insights"];
            assert!(insights["culture"].is_string() && insights["interview_process"].is_string(), "{prep}");
            assert!(prep["behavioral_framework"]["method"].is_string(), "{prep}");
            is_texts(&prep["behavioral_framework"]["key_areas"]);
            [&insights["common_questions"], &prep["technical_topics"], &prep["practice_problems"]].into_iter().for_each(is_texts);
            assert_eq!(keys(&prep["timeline"]), ["week_1", "week_2", "week_3", "week_4"]);

            let generated = json!({ "interview_type": "coding", "topics": ["graphs"], "count": 3 });
            for questions in [app.post(GENERATOR, token, generated).await.ok(), app.get(QUESTIONS, token).await.ok()] {
                is_texts(&questions["questions"]);
                is_texts(&questions["tips"]);
            }
            app.local.clock.advance(SignedDuration::from_mins(5)).unwrap();
        }
        app.drain().await;
        assert_eq!((app.published("AiToolUsed"), open_runs(app).await), (15, (0, 0)));
        let kept: Vec<_> = app.items("ACCOUNT#").await.into_iter().filter(|item| item.contains_key("analysis")).collect();
        assert_eq!(kept.len(), 3, "the latest of each");
        assert!(!format!("{kept:?}").contains("Ten years"), "the resume itself is not kept");
    })
    .await;
}

#[tokio::test]
async fn only_paid_plans_that_run_open_the_tools() {
    flow(async |app| {
        let admin = app.admin().await;
        let free = app.free_mentee("free").await;
        let pending =
            json!({ "name": "New Mentor", "email": "new@example.com", "password": crate::scenes::PASSWORD, "role": "mentor" });
        app.post_public("/api/auth/register", pending).await.ok();
        let pending = app.login("new@example.com", crate::scenes::PASSWORD).await.ok();
        let pending = pending["access_token"].as_str().unwrap().to_owned();
        let ask_all = async |token: &str| -> Vec<Answer> {
            vec![
                app.post(RESUME, token, resume()).await,
                app.post(PREP, token, interview()).await,
                app.post(GENERATOR, token, interview()).await,
                app.get(QUESTIONS, token).await,
            ]
        };
        let tier_errors = async |token: &str| {
            for answer in ask_all(token).await.into_iter().chain([app.get(RESUME, token).await]) {
                assert_eq!(answer.headers["x-upgrade-url"], "/mentee/book");
                let body = answer.refused(403, "TIER_UPGRADE_REQUIRED");
                assert_eq!(body["detail"], "Upgrade required to access this feature");
                let rest = ["required_tier", "current_tier", "upgrade_url"].map(|field| &body[field]);
                assert_eq!(rest, ["Active", "Free", "/mentee/book"]);
            }
        };
        tier_errors(&free.token).await;
        for answer in ask_all(&pending).await {
            answer.refused(403, "MENTOR_NOT_APPROVED");
        }

        let paid = app.paid_mentee("paid", "foundation").await;
        app.post(RESUME, &paid.token, resume()).await.ok();
        let pause = |status: &str| json!({ "status": status });
        app.put(&format!("/api/admin/mentees/{}/status", paid.id), &admin, pause("paused")).await.ok();
        for answer in ask_all(&paid.token).await {
            answer.refused(403, "ACCOUNT_PAUSED");
        }
        app.get(RESUME, &paid.token).await.ok();
        app.put(&format!("/api/admin/mentees/{}/status", paid.id), &admin, pause("active")).await.ok();
        assert_eq!(left(app, &paid).await.ai_tools, Allowance::Count(1));

        app.local.clock.advance(SignedDuration::from_hours(24 * 32)).unwrap();
        let again = app.login(&paid.email, crate::scenes::PASSWORD).await.ok();
        tier_errors(again["access_token"].as_str().unwrap()).await;
        assert_eq!((left(app, &paid).await.ai_tools, app.local.services.model.requests().len()), (Allowance::Count(1), 1));
    })
    .await;
}

#[tokio::test]
async fn each_use_takes_one_of_its_own_limit() {
    flow(async |app| {
        let mentee = mentee_with(app, "thrifty", 2, 1).await;
        let token = &mentee.token;
        let exceeded = |answer: Answer, what: &str| {
            let body = answer.refused(403, "QUOTA_EXCEEDED");
            assert_eq!(body["detail"], format!("You have used all {what} of your plan"));
        };
        app.post(PREP, token, interview()).await.ok();
        app.get(QUESTIONS, token).await.ok();
        app.post(RESUME, token, resume()).await.ok();
        let asked = app.local.services.model.requests().len();
        exceeded(app.post(PREP, token, interview()).await, "AI tools");
        exceeded(app.post(GENERATOR, token, interview()).await, "AI tools");
        exceeded(app.get(QUESTIONS, token).await, "AI tools");
        exceeded(app.post(RESUME, token, resume()).await, "resume reviews");
        assert_eq!((app.local.services.model.requests().len(), asked), (3, 3), "nobody was asked in vain");
        app.get(RESUME, token).await.ok();
        // What is of no use to a model takes nothing either.
        let other = mentee_with(app, "careful", 1, 1).await;
        let unknown = json!({ "company_id": crate::input::NOTHING, "interview_type": "coding" });
        app.post(PREP, &other.token, unknown).await.refused(404, "NOT_FOUND");
        app.post(PREP, &other.token, json!({ "interview_type": "juggling" })).await.refused(422, "VALIDATION_FAILED");
        app.get("/api/ai-tools/interview-questions?interview_type=coding", &other.token).await.refused(422, "VALIDATION_FAILED");
        let unlimited = app.paid_mentee("unlimited", "growth").await;
        for _ in 0..4 {
            app.post(PREP, &unlimited.token, interview()).await.ok();
        }
        assert_eq!(left(app, &other).await.ai_tools, Allowance::Count(1));
        assert_eq!(left(app, &unlimited).await.ai_tools, Allowance::Unlimited);
    })
    .await;
}

#[tokio::test]
async fn a_model_is_asked_only_so_often_by_one_member() {
    flow(async |app| {
        let mentee = app.paid_mentee("eager", "growth").await;
        for _ in 0..10 {
            app.post(PREP, &mentee.token, interview()).await.ok();
        }
        let limited = app.post(PREP, &mentee.token, interview()).await;
        assert!(limited.headers.contains_key("retry-after"));
        limited.refused(429, "RATE_LIMITED");
        app.post(PREP, &app.mentor().await, interview()).await.ok();
        app.local.clock.advance(SignedDuration::from_secs(20)).unwrap();
        app.post(PREP, &mentee.token, interview()).await.ok();
        app.post(PREP, &mentee.token, interview()).await.refused(429, "RATE_LIMITED");
    })
    .await;
}
