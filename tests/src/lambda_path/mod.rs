//! Every saved event of `events/`, on the path on which Lambda hands it to its function: parsed into the event's type,
//! through the function's own router or consumer, and back into Lambda's answer.

mod coverage;
mod expected;
mod router;
mod traces;

use crate::harness::{App, flow_with};
use app::Platform;
use aws_lambda_events::event::{
    eventbridge::EventBridgeEvent,
    sqs::{SqsBatchResponse, SqsEvent},
};
use domain::Instant;
use expected::{EXPECTED, Expected};
use gateways::settings::SettingError;
use jiff::SignedDuration;
use lambda_http::{Adapter, Context, LambdaEvent, request::LambdaRequest};
use local::Options;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};
use tower::ServiceExt;
use traces::{Traces, check_published, limits_of_source};
use web::Served;

/// What came of an event.
#[derive(Debug)]
enum Outcome {
    /// Lambda's answer to the gateway.
    Answer(Value),
    /// The messages or records that are to be given again.
    Failed(Vec<String>),
    /// The bare status with which a connection's event is answered.
    Status(i64),
    /// A run without an answer.
    Done,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("events")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect()
}

fn parse<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

async fn http(served: Result<Served, SettingError>, text: &str) -> Outcome {
    let event = LambdaEvent::new(parse::<LambdaRequest>(text), Context::default());
    let answer = Adapter::from(web::lambda::adapt(served.unwrap())).oneshot(event).await.unwrap();
    Outcome::Answer(serde_json::to_value(answer).unwrap())
}

fn failed(answer: SqsBatchResponse) -> Outcome {
    Outcome::Failed(answer.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect())
}

/// A schedule's event says nothing but that it is time.
fn check_schedule(text: &str) {
    let event: EventBridgeEvent = parse(text);
    assert_eq!((event.source.as_str(), event.detail_type.as_str()), ("aws.scheduler", "Scheduled Event"));
}

async fn invoke(platform: &Platform, function: &str, text: &str) -> Outcome {
    match function {
        "codementee-auth" => http(codementee::serve(codementee::auth::router, platform), text).await,
        "codementee-catalog" => http(codementee::serve(codementee::catalog::router, platform), text).await,
        "codementee-mentee" => http(codementee::serve(codementee::mentee::router, platform), text).await,
        "codementee-mentor" => http(codementee::serve(codementee::mentor::router, platform), text).await,
        "codementee-admin" => http(codementee::serve(codementee::admin::router, platform), text).await,
        "codementee-payment" => http(codementee::serve(codementee::payment::router, platform), text).await,
        "codementee-interviews" => http(codementee::serve(codementee::interviews::router, platform), text).await,
        "codementee-community" => http(codementee::serve(codementee::community::router, platform), text).await,
        "codementee-ai" => http(codementee::serve(codementee::ai::router, platform), text).await,
        "leadbridge-auth" => http(leadbridge::serve(leadbridge::auth::router, platform), text).await,
        "leadbridge-mentor" => http(leadbridge::serve(leadbridge::mentor::router, platform), text).await,
        "leadbridge-admin" => http(leadbridge::serve(leadbridge::admin::router, platform), text).await,
        "leadbridge-events" => http(leadbridge::serve(leadbridge::events::router, platform), text).await,
        "mansa-mentorship" => http(mansa::serve(mansa::mentorship::router, platform), text).await,
        "aspirex-community" => http(aspirex::serve(aspirex::community::router, platform), text).await,
        "aspirex-socket" => {
            let socket = aspirex::socket::Socket::new(platform).unwrap();
            Outcome::Status(socket.handle(parse(text)).await.status_code)
        }
        "aspirex-accounts" => http(aspirex::serve(aspirex::accounts::router, platform), text).await,
        "aspirex-sessions" => http(aspirex::serve(aspirex::sessions::router, platform), text).await,
        "razorpay-webhook" => http(razorpay::webhook::serve(platform), text).await,
        "razorpay-settlement" => failed(razorpay::settlement::Settlement::new(platform).handle(parse::<SqsEvent>(text)).await),
        "notifier" => failed(workers::notifier::Notifier::new(platform).unwrap().handle(parse::<SqsEvent>(text)).await),
        "sweeper" => {
            check_schedule(text);
            let sweeper = workers::sweeper::Sweeper::new(platform, SignedDuration::ZERO).unwrap();
            assert!(sweeper.run().await.unwrap() > 0);
            Outcome::Done
        }
        "scheduler" => {
            check_schedule(text);
            let ran = workers::scheduler::Scheduler::new(platform).unwrap().run().await.unwrap();
            assert!(ran.done > 0 && ran.failed == 0, "{ran:?}");
            Outcome::Done
        }
        "projector" => failed(workers::projector::Projector::new(platform).unwrap().handle(parse::<SqsEvent>(text)).await),
        "bounces" => failed(workers::bounces::Bounces::new(platform).handle(parse::<SqsEvent>(text)).await),
        "relay" => {
            let answer = workers::relay::Relay::new(platform).unwrap().handle(parse(text)).await;
            Outcome::Failed(answer.batch_item_failures.into_iter().filter_map(|failure| failure.item_identifier).collect())
        }
        "docs" => http(Ok(docs::serve()), text).await,
        other => {
            assert!(other.is_empty(), "{other} has no way in here");
            Outcome::Done
        }
    }
}

/// What stands in a saved event for what only a running platform knows, such as `{{mentee_token}}`.
async fn placeholders(app: &App) -> BTreeMap<&'static str, String> {
    let mut values = BTreeMap::new();
    for (name, address) in
        [("admin_token", "admin"), ("mentor_token", "mentor"), ("mentee_token", "mentee"), ("free_token", "free")]
    {
        values.insert(name, app.demo_login(&format!("{address}@codementee.com")).await);
    }
    let slot = app.add_slot(&values["admin_token"], 20, 600, 60).await;
    let company = app.company().await;
    let body = json!({ "company_id": company, "slot_ids": [slot] });
    let booking = app.post("/api/mentee/booking-request", &values["mentee_token"], body).await.ok();
    values.insert("booking_id", booking["id"].as_str().unwrap().to_owned());
    values.extend([("slot_id", slot), ("company_id", company), ("leadbridge_event_id", app.demo_event().await)]);
    for (name, role) in
        [("leadbridge_admin_token", "admin"), ("leadbridge_mentor_token", "mentor"), ("leadbridge_user_token", "mentee")]
    {
        values.insert(name, crate::faces::sign_in(app, domain::Product::LeadBridge, role).await);
    }
    values
}

fn fill(text: &str, values: &BTreeMap<&str, String>) -> String {
    let filled = values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value));
    assert!(!filled.contains("{{"), "a placeholder that nothing fills: {filled}");
    filled
}

/// What is wrong with an outcome and what was left behind, if anything is.
fn complaint(expected: &Expected, outcome: &Outcome, left: &[String]) -> Option<String> {
    let fits = match (expected, outcome) {
        (Expected::Answer(status, part), Outcome::Answer(answer)) => is_text(answer, *status, part),
        (Expected::Envelope(part), Outcome::Answer(answer)) => is_text(answer, 200, part) && is_envelope(answer),
        (Expected::Gzip(status), Outcome::Answer(answer)) => {
            let gzip = answer["isBase64Encoded"] == true && answer["headers"]["content-encoding"] == "gzip";
            // The first bytes of every gzip stream, in base64.
            answer["statusCode"] == *status && gzip && answer["body"].as_str().is_some_and(|body| body.starts_with("H4sI"))
        }
        (Expected::Failed(ids, traces), Outcome::Failed(failed)) => ids == failed && left == *traces,
        (Expected::Status(status), Outcome::Status(answered)) => status == answered,
        (Expected::Done(traces), Outcome::Done) => left == *traces,
        _ => false,
    };
    (!fits).then(|| format!("expected {expected:?}, was {outcome:?}, left {left:#?}"))
}

fn is_text(answer: &Value, status: u16, part: &str) -> bool {
    let text = answer["isBase64Encoded"] == false && answer["body"].as_str().is_some_and(|body| body.contains(part));
    let request_id = answer["headers"]["x-request-id"].as_str().is_some_and(|id| id.len() >= 8);
    answer["statusCode"] == status && text && request_id
}

fn is_envelope(answer: &Value) -> bool {
    let body: Value = parse(answer["body"].as_str().unwrap_or_default());
    let fields: BTreeSet<_> = body.as_object().into_iter().flat_map(|body| body.keys().map(String::as_str)).collect();
    answer["headers"]["content-type"] == "application/vnd.codementee.envelope+json"
        && fields == BTreeSet::from(["data", "message", "timestamp", "user_tier"])
        && body["data"].is_object()
}

/// Brings about what an event tells of.
async fn prepare(app: &App, function: &str, event: &str, text: &str) {
    match (function, event) {
        ("relay", "events-written" | "unreadable-among-others") => spawned::write_images(&app.local, &parse(text)).await,
        // The session that was confirmed ends, and nobody pays the orders that were made.
        ("scheduler", _) => {
            app.local.clock.advance(SignedDuration::from_hours(24 * 30)).unwrap();
        }
        _ => {}
    }
}

/// A server at a fixed time, shortly after the saved events came about: what is too old is treated in another way.
async fn flow_of_the_day(test: impl AsyncFnOnce(&App)) {
    let settings = vec![("RAZORPAY_WEBHOOK_SECRET".to_owned(), spawned::WEBHOOK_SECRET.to_owned())];
    let demo_password = Some(spawned::DEMO_PASSWORD.to_owned());
    let options = Options { background: false, demo_password, settings, ..Options::in_memory() };
    flow_with(options, async |app| {
        let day = Instant::parse("2026-11-21T10:10:00Z").unwrap();
        app.local.clock.advance(day.since(app::Clock::now(&*app.local.clock))).unwrap();
        test(app).await;
    })
    .await;
}

#[tokio::test]
async fn every_saved_event_comes_to_what_is_expected() {
    flow_of_the_day(async |app| {
        let mut values = placeholders(app).await;
        let (student, mentor, conversation) = app.pair("saved").await;
        let fees = json!({ "details": { "fees": 80 } });
        app.put("/aspirex/api/mentor/profile/", &mentor.token, fees).await.ok();
        values.extend([("aspirex_student_token", student.token.clone()), ("aspirex_mentor_id", mentor.number.clone())]);
        values.insert("conversation", conversation);
        let mut complaints = Vec::new();
        for (function, events) in EXPECTED {
            for (event, expected) in *events {
                let text = std::fs::read_to_string(folder().join(function).join(format!("{event}.json"))).unwrap();
                prepare(app, function, event, &text).await;
                if text.contains("{{ticket}}") {
                    // It opens nothing a minute later.
                    values.insert("ticket", app.ticket(&student).await);
                }
                let (before, published) = (Traces::of(app).await, app.local.bus.events().len());
                let outcome = invoke(&app.local.platform, function, &fill(&text, &values)).await;
                let left = Traces::of(app).await.since(&before);
                complaints.extend(complaint(expected, &outcome, &left).map(|why| format!("{function}/{event}: {why}")));
                if *function == "relay" {
                    check_published(app, &parse(&text), published);
                }
            }
        }
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
        // What the gateway saw counts; what stands in `x-forwarded-for` anybody may write.
        assert_eq!(limits_of_source(app, "198.51.100.7").await, ["registration", "sign_in", "visitors_order"]);
        assert_eq!(limits_of_source(app, "203.0.113.99").await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn the_stream_s_images_are_items_as_the_store_writes_them() {
    let attributes = |item: &Value| item.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
    let text = std::fs::read_to_string(folder().join("relay/events-written.json")).unwrap();
    let stream: Value = parse(&text);
    let event = &stream["Records"][0]["dynamodb"]["NewImage"];
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        app.free_mentee("imaged").await;
        let items = app.items("EVENT#").await;
        let written = items.iter().find(|item| item.contains_key("outbox_pk")).unwrap();
        assert_eq!(attributes(event), written.keys().cloned().collect());
        assert_eq!(attributes(&event["event"]["M"]), written["event"].as_m().unwrap().keys().cloned().collect());
    })
    .await;
}
