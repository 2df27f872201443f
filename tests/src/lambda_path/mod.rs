//! Every saved event of `events/`, on the path on which Lambda hands it to its function: parsed into the event's type,
//! through the function's own router or consumer, and back into Lambda's answer.

mod expected;
mod router;

use crate::harness::{App, flow_with};
use app::Platform;
use aws_lambda_events::event::{
    eventbridge::EventBridgeEvent,
    sqs::{SqsBatchResponse, SqsEvent},
};
use expected::{EXPECTED, Expected};
use gateways::settings::SettingError;
use lambda_http::{Adapter, Context, LambdaEvent, request::LambdaRequest};
use local::Options;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};
use tower::ServiceExt;
use web::ErrorStyle;

/// What came of an event.
#[derive(Debug)]
enum Outcome {
    /// Lambda's answer to the gateway.
    Answer(Value),
    /// The messages or records that are to be given again.
    Failed(Vec<String>),
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

/// The names of the functions' binaries.
fn binaries() -> BTreeSet<String> {
    let functions = folder().join("../functions");
    let manifest = |package: String| std::fs::read_to_string(functions.join(package).join("Cargo.toml")).unwrap();
    let name = |section: &str| section.split('"').nth(1).unwrap().to_owned();
    let manifests = names(&functions).into_iter().map(manifest);
    manifests.flat_map(|manifest| manifest.split("[[bin]]").skip(1).map(name).collect::<Vec<_>>()).collect()
}

fn parse<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

async fn http(platform: &Platform, router: Result<axum::Router, SettingError>, text: &str) -> Outcome {
    let service = web::serve(router.unwrap(), platform.clock.clone(), ErrorStyle::default());
    let event = LambdaEvent::new(parse::<LambdaRequest>(text), Context::default());
    let answer = Adapter::from(web::lambda::adapt(service)).oneshot(event).await.unwrap();
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
        "codementee-auth" => http(platform, codementee::auth::router(platform), text).await,
        "codementee-catalog" => http(platform, codementee::catalog::router(platform), text).await,
        "codementee-mentee" => http(platform, codementee::mentee::router(platform), text).await,
        "codementee-mentor" => http(platform, codementee::mentor::router(platform), text).await,
        "codementee-admin" => http(platform, codementee::admin::router(platform), text).await,
        "codementee-payment" => http(platform, codementee::payment::router(platform), text).await,
        "codementee-interviews" => http(platform, codementee::interviews::router(platform), text).await,
        "razorpay-webhook" => http(platform, razorpay::webhook::router(platform), text).await,
        "razorpay-settlement" => failed(razorpay::settlement::Settlement::new(platform).handle(parse::<SqsEvent>(text)).await),
        "notifier" => failed(workers::notifier::Notifier::new(platform).unwrap().handle(parse::<SqsEvent>(text)).await),
        "sweeper" => {
            check_schedule(text);
            let sweeper = workers::sweeper::Sweeper::new(platform, jiff::SignedDuration::ZERO).unwrap();
            let swept = sweeper.run().await.unwrap();
            assert!(swept > 0, "the events before left nothing to publish");
            Outcome::Done
        }
        "scheduler" => {
            check_schedule(text);
            assert_eq!(workers::scheduler::Scheduler::new(platform).unwrap().run().await.unwrap().failed, 0);
            Outcome::Done
        }
        "projector" => failed(workers::projector::Projector::new(platform).unwrap().handle(parse::<SqsEvent>(text)).await),
        "bounces" => failed(workers::bounces::Bounces::new(platform).handle(parse::<SqsEvent>(text)).await),
        "relay" => {
            let answer = workers::relay::Relay::new(platform).unwrap().handle(parse(text)).await;
            Outcome::Failed(answer.batch_item_failures.into_iter().filter_map(|failure| failure.item_identifier).collect())
        }
        "docs" => http(platform, Ok(docs::router(&docs::CODEMENTEE)), text).await,
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
    values.extend([("slot_id", slot), ("company_id", company)]);
    values
}

fn fill(text: &str, values: &BTreeMap<&str, String>) -> String {
    let filled = values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value));
    assert!(!filled.contains("{{"), "a placeholder that nothing fills: {filled}");
    filled
}

/// What is wrong with an outcome, if anything is.
fn complaint(expected: &Expected, outcome: &Outcome) -> Option<String> {
    let fits = match (expected, outcome) {
        (Expected::Answer(status, part), Outcome::Answer(answer)) => {
            let text = answer["isBase64Encoded"] == false && answer["body"].as_str().is_some_and(|body| body.contains(part));
            answer["statusCode"] == *status && text && has_request_id(answer)
        }
        (Expected::Gzip(status), Outcome::Answer(answer)) => {
            let gzip = answer["isBase64Encoded"] == true && answer["headers"]["content-encoding"] == "gzip";
            // The first bytes of every gzip stream, in base64.
            answer["statusCode"] == *status && gzip && answer["body"].as_str().is_some_and(|body| body.starts_with("H4sI"))
        }
        (Expected::Failed(ids), Outcome::Failed(failed)) => ids == failed,
        (Expected::Done, Outcome::Done) => true,
        _ => false,
    };
    (!fits).then(|| format!("expected {expected:?}, was {outcome:?}"))
}

fn has_request_id(answer: &Value) -> bool {
    answer["headers"]["x-request-id"].as_str().is_some_and(|id| id.len() >= 8)
}

#[tokio::test]
async fn every_saved_event_comes_to_what_is_expected() {
    let settings = vec![("RAZORPAY_WEBHOOK_SECRET".to_owned(), spawned::WEBHOOK_SECRET.to_owned())];
    let demo_password = Some(spawned::DEMO_PASSWORD.to_owned());
    let options = Options { background: false, demo_password, settings, ..Options::in_memory() };
    flow_with(options, async |app| {
        let values = placeholders(app).await;
        let mut complaints = Vec::new();
        for (function, events) in EXPECTED {
            for (event, expected) in *events {
                let text = std::fs::read_to_string(folder().join(function).join(format!("{event}.json"))).unwrap();
                let outcome = invoke(&app.local.platform, function, &fill(&text, &values)).await;
                complaints.extend(complaint(expected, &outcome).map(|why| format!("{function}/{event}: {why}")));
            }
        }
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
        for reader in ["notified.mentee@example.com", "notified.payer@example.com"] {
            assert_eq!(app.local.inbox.mails(Some(reader), None).len(), 1, "{reader}");
        }
    })
    .await;
}

#[test]
fn every_function_has_events_and_every_event_an_expectation() {
    let written: BTreeMap<String, BTreeSet<String>> = names(&folder())
        .into_iter()
        .filter(|name| name != "README")
        .map(|name| (name.clone(), names(&folder().join(name))))
        .collect();
    let listed = |(function, events): &(&str, &[(&str, Expected)])| {
        ((*function).to_owned(), events.iter().map(|(event, _)| (*event).to_owned()).collect())
    };
    let expected: BTreeMap<String, BTreeSet<String>> = EXPECTED.iter().map(listed).collect();
    assert_eq!(written, expected);
    let run: BTreeSet<String> = EXPECTED.iter().map(|(function, _)| (*function).to_owned()).collect();
    assert_eq!(binaries(), run, "a function without events that are run");
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
