//! What functions ask of the table, and what their policies allow them. Each function runs with its own settings
//! against its own ear on the table, behind the gateway's routes; then whatever was heard must be allowed.

use super::{
    document::{Deployment, Function, Template, list, root, text},
    routes::{Greedy, Route, choose, routes},
    stack::{Part, actions, settings_of, start, start_of},
};
use crate::{harness::App, scenes::feedback};
use axum::{
    Router,
    body::Body,
    body::Bytes,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::any,
};
use http::{HeaderMap, StatusCode, header};
use jiff::SignedDuration;
use local::{
    Local, Options,
    standins::eventbridge::{self, Consumer, EventBridge},
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};
use tower::ServiceExt;
use web::Served;
use workers::{relay::Relay, scheduler::Scheduler, sweeper::Sweeper};

/// One thing asked of the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    action: String,
    index: Option<String>,
    partition: String,
}

/// What was asked by whom, and the new items that carry an event, as the table's stream would tell of them.
#[derive(Debug, Default)]
struct Noted {
    asked: BTreeMap<String, BTreeSet<Asked>>,
    new: Vec<Value>,
}

type Heard = Arc<Mutex<Noted>>;

/// The new items of a request that carry an event.
fn new_events(operation: &str, request: &Value) -> Vec<Value> {
    let puts = match operation {
        "PutItem" => vec![request["Item"].clone()],
        "TransactWriteItems" => list(&request["TransactItems"]).iter().map(|item| item["Put"]["Item"].clone()).collect(),
        _ => Vec::new(),
    };
    puts.into_iter().filter(|item| item["outbox_pk"].is_object()).collect()
}

/// What a request to DynamoDB asks, item by item.
fn asked(operation: &str, request: &Value) -> Vec<Asked> {
    let one = |action: &str, partition: &Value| {
        let index = request["IndexName"].as_str().map(str::to_owned);
        Asked { action: format!("dynamodb:{action}"), index, partition: partition["S"].as_str().unwrap_or("?").to_owned() }
    };
    let tables = |what: &str| request[what].as_object().into_iter().flatten().map(|(_, table)| table.clone()).collect::<Vec<_>>();
    match operation {
        "GetItem" | "UpdateItem" | "DeleteItem" => vec![one(operation, &request["Key"]["pk"])],
        "PutItem" => vec![one(operation, &request["Item"]["pk"])],
        "Query" => vec![one(operation, &request["ExpressionAttributeValues"][":pk"])],
        "BatchGetItem" => {
            let keys = tables("RequestItems").into_iter().flat_map(|table| list(&table["Keys"]));
            keys.map(|key| one(operation, &key["pk"])).collect()
        }
        "TransactWriteItems" => list(&request["TransactItems"])
            .iter()
            .map(|item| match item.as_object().unwrap().iter().next().unwrap() {
                (kind, put) if kind == "Put" => one("PutItem", &put["Item"]["pk"]),
                (kind, check) if kind == "ConditionCheck" => one("ConditionCheckItem", &check["Key"]["pk"]),
                (kind, other) => one(&format!("{kind}Item"), &other["Key"]["pk"]),
            })
            .collect(),
        other => vec![one(other, &Value::Null)],
    }
}

/// A policy's text with stars.
fn fits(pattern: &str, value: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = value.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (n, part) in parts.iter().enumerate() {
        if n + 1 == parts.len() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}

fn allows(statement: &Value, asked: &Asked) -> bool {
    let resource =
        asked.index.as_ref().map_or("<PlatformTable.Arn>".to_owned(), |index| format!("<PlatformTable.Arn>/index/{index}"));
    let keys = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
    statement["Effect"] == "Allow"
        && actions(statement).contains(&asked.action)
        && list(&statement["Resource"]).contains(&resource.into())
        && (statement["Condition"].is_null() || list(keys).iter().any(|pattern| fits(text(pattern), &asked.partition)))
}

/// One function's ear on the table.
#[derive(Clone)]
struct Ear {
    binary: String,
    engine: String,
    http: reqwest::Client,
    heard: Heard,
}

async fn hear(State(ear): State<Ear>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    {
        let mut heard = ear.heard.lock().unwrap();
        heard.asked.entry(ear.binary.clone()).or_default().extend(asked(operation, &request));
        heard.new.extend(new_events(operation, &request));
    }
    let mut forwarded = ear.http.post(&ear.engine).body(body);
    for (name, value) in &headers {
        if *name == header::AUTHORIZATION || *name == header::CONTENT_TYPE || name.as_str().starts_with("x-amz-") {
            forwarded = forwarded.header(name, value);
        }
    }
    let answer = forwarded.send().await.unwrap();
    let status = answer.status();
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], answer.bytes().await.unwrap()).into_response()
}

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // Ends with the test's runtime.
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// The gateway.
#[derive(Clone)]
struct Gateway {
    routes: Arc<Vec<Route>>,
    functions: Arc<BTreeMap<String, Served>>,
}

async fn pass(State(gateway): State<Gateway>, request: Request<Body>) -> Response {
    let route = choose(&gateway.routes, request.method().as_str(), request.uri().path(), Greedy::TakesNothing);
    match gateway.functions.get(&route.binary) {
        Some(function) => function.clone().oneshot(request).await.into_response(),
        None => StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// The deployed functions over a local server's table and stand-ins.
struct Stack {
    app: App,
    bus: EventBridge,
    relay: Relay,
    sweeper: Sweeper,
    scheduler: Scheduler,
    heard: Heard,
}

impl Stack {
    async fn start() -> Self {
        // Whoever works beside the functions would take their work away.
        let mut local = local::start(Options { background: false, ..Options::in_memory() }).await.unwrap();
        let template = Template::read();
        let deployment = Deployment::usual(&template);
        let bus = EventBridge::new(None).unwrap();
        let bus_url = serve(eventbridge::router(bus.clone())).await;
        let heard = Heard::default();
        let mut started = BTreeMap::new();
        for function in deployment.functions() {
            let Some(part) = start_of(&function.binary) else { continue };
            let settings = placed(&deployment, &function, &local, &bus_url, heard.clone()).await;
            started.insert(function.binary, start(part, &settings, local.clock.clone()).unwrap());
        }
        let clock: Arc<dyn app::Clock> = local.clock.clone();
        let mut functions = BTreeMap::new();
        let (mut relay, mut sweeper, mut scheduler) = (None, None, None);
        for (binary, part) in started {
            match part {
                Part::Router(router) => {
                    _ = functions.insert(binary, web::serve(router, clock.clone(), web::ErrorStyle::default()));
                }
                Part::Relay(part) => relay = Some(part),
                Part::Sweeper(part) => sweeper = Some(part),
                Part::Scheduler(part) => scheduler = Some(part),
                Part::Settlement(part) => {
                    bus.subscribe(Consumer::new("settlement", razorpay::settlement::HANDLED, move |batch| {
                        let part = part.clone();
                        Box::pin(async move { part.handle(batch).await })
                    }));
                }
                Part::Notifier(part) => bus.subscribe(Consumer::new("notifier", workers::notifier::HANDLED, move |batch| {
                    let part = part.clone();
                    Box::pin(async move { part.handle(batch).await })
                })),
                Part::Projector(part) => bus.subscribe(Consumer::new("projector", workers::projector::HANDLED, move |batch| {
                    let part = part.clone();
                    Box::pin(async move { part.handle(batch).await })
                })),
                Part::Bounces(part) => bus.subscribe(Consumer::new("bounces", workers::bounces::HANDLED, move |batch| {
                    let part = part.clone();
                    Box::pin(async move { part.handle(batch).await })
                })),
            }
        }
        let gateway = Gateway { routes: Arc::new(routes(&deployment)), functions: Arc::new(functions) };
        local.url = serve(Router::new().fallback(any(pass)).with_state(gateway)).await;
        let app = App { local, http: reqwest::Client::new(), demo_tokens: Mutex::default() };
        Self { app, bus, relay: relay.unwrap(), sweeper: sweeper.unwrap(), scheduler: scheduler.unwrap(), heard }
    }

    /// What the workers do about what was written.
    async fn work(&self) {
        // Twice, since consumers write events too. What the relay has published the sweeper leaves alone.
        for _ in 0..2 {
            let new = std::mem::take(&mut self.heard.lock().unwrap().new);
            let record = |(n, item): (usize, &Value)| {
                json!({
                    "eventID": n.to_string(), "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
                    "awsRegion": "ap-south-1", "eventSourceARN": "arn:aws:dynamodb:ap-south-1:000000000000:table/platform/stream/1",
                    "dynamodb": {
                        "ApproximateCreationDateTime": 1_770_000_000, "Keys": { "pk": item["pk"], "sk": item["sk"] }, "NewImage": item,
                        "SequenceNumber": n.to_string(), "SizeBytes": 1, "StreamViewType": "NEW_IMAGE",
                    },
                })
            };
            let records: Vec<Value> = new.iter().step_by(2).enumerate().map(record).collect();
            let answer = self.relay.handle(serde_json::from_value(json!({ "Records": records })).unwrap()).await;
            assert!(answer.batch_item_failures.is_empty(), "{answer:?}");
            self.sweeper.run().await.unwrap();
            self.bus.deliver().await;
            for news in self.app.local.bus.events().iter().filter(|event| event.source == "aws.ses") {
                self.bus.replay(news).unwrap();
            }
            self.bus.deliver().await;
        }
        assert!(self.bus.dead_letters().is_empty(), "{:?}", self.bus.dead_letters());
    }
}

/// A function's settings, with what must lead to the stand-ins.
async fn placed(
    deployment: &Deployment<'_>,
    function: &Function,
    local: &Local,
    bus: &str,
    heard: Heard,
) -> BTreeMap<String, String> {
    let here = |name: &str| local.platform.settings.optional(name).unwrap_or_default().to_owned();
    let mut settings = settings_of(deployment, function, here);
    let ear = Ear { binary: function.binary.clone(), engine: here("DYNAMODB_ENDPOINT"), http: reqwest::Client::new(), heard };
    settings.insert("DYNAMODB_ENDPOINT".to_owned(), serve(Router::new().fallback(any(hear)).with_state(ear)).await);
    settings.insert("EVENTBRIDGE_ENDPOINT".to_owned(), bus.to_owned());
    for name in ["TABLE_NAME", "SES_ENDPOINT", "RAZORPAY_BASE_URL", "PASSWORD_COST"] {
        settings.insert(name.to_owned(), here(name));
    }
    settings
}

/// The main road and its byways, through every function.
async fn walk(stack: &Stack) {
    let app = &stack.app;
    let (admin, mentor) = (app.admin().await, app.mentor().await);
    app.add_links(&admin, 2).await;
    for path in ["mentees", "mentors", "booking-requests", "meet-links", "orders", "time-slots", "companies", "pricing-plans"] {
        app.get(&format!("/api/admin/{path}"), &admin).await;
    }
    let company = app.company().await;
    for path in ["/api/available-slots", "/api/pricing-plans", "/api/health"] {
        app.get_public(path).await.ok();
    }
    let (_, cancelled, _) = app.confirmed_session("cancels").await;
    let mentee = app.paid_mentee("walker", "growth").await;
    stack.work().await;
    app.post(&format!("/api/admin/booking-requests/{cancelled}/cancel"), &admin, json!({})).await.ok();

    let mentor_id = app.mentor_id(&admin).await;
    app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": mentee.id, "mentor_id": mentor_id })).await.ok();
    let slot = app.add_slot(&admin, 21, 600, 60).await;
    let booking = app.book(&mentee, &company, &[&slot]).await;
    app.get("/api/mentor/booking-requests", &mentor).await.ok();
    let body = json!({ "booking_request_id": booking, "confirmed_slot_id": slot });
    app.post("/api/mentor/confirm-booking", &mentor, body).await.ok();
    let other = app.add_slot(&admin, 22, 600, 60).await;
    let late = app.book(&mentee, &company, &[&other]).await;
    app.post(&format!("/api/mentee/booking-requests/{late}/cancel"), &mentee.token, json!({})).await.ok();
    stack.work().await;

    // Paid by the webhook alone, by somebody who has no account; and by a wrong amount.
    let body = json!({ "name": "Visitor", "email": "visitor@example.com", "password": "correct-horse", "plan_id": "growth" });
    let payment = app.pay(&app.order(None, body).await);
    app.send_webhook(&app.local.provider.webhook("payment.captured", &payment)).await.ok();
    let order = app.order(Some(&mentee.token), json!({ "plan_id": "growth" })).await;
    let wrong = local::standins::razorpay::PayOptions { amount: Some(100), ..Default::default() };
    let wrong = app.local.provider.pay(&order, &wrong).unwrap();
    app.send_webhook(&app.local.provider.webhook("payment.captured", &wrong)).await.ok();
    let order = app.order(Some(&mentee.token), json!({ "plan_id": "growth" })).await;
    let failed = app.local.provider.fail(&order).unwrap();
    app.send_webhook(&app.local.provider.webhook("payment.failed", &failed)).await.ok();
    app.post_public("/api/auth/forgot-password", json!({ "email": mentee.email })).await.ok();
    stack.work().await;

    let mock = app.get("/api/mentee/mocks", &mentee.token).await.ok()[0].clone();
    app.get("/api/mocks", &admin).await.ok();
    app.get("/api/mocks", &mentor).await.ok();
    app.post("/api/mentor/feedback", &mentor, feedback(&mock)).await.ok();
    for path in ["/api/feedbacks", "/api/mentee/feedbacks", "/api/auth/me"] {
        app.get(path, &mentee.token).await.ok();
    }
    app.post("/api/auth/logout", &mentee.token, json!({})).await.ok();
    app.free_mentee("bounce-it").await;
    let order = app.order(Some(&app.free_mentee("forgetful").await.token), json!({ "plan_id": "growth" })).await;
    app.pay(&order);
    // A link that goes back by itself, and an order that only Razorpay knows to be paid.
    app.confirmed_session("forgets").await;
    app.local.clock.advance(SignedDuration::from_hours(24 * 40)).unwrap();
    stack.scheduler.run().await.unwrap();
    stack.work().await;
}

#[tokio::test]
async fn no_function_asks_for_more_than_it_may() {
    let stack = Stack::start().await;
    walk(&stack).await;
    let template = Template::read();
    let heard = stack.heard.lock().unwrap().asked.clone();
    for function in Deployment::usual(&template).functions() {
        let Some(asked) = heard.get(&function.binary) else {
            assert!(start_of(&function.binary).is_none(), "the walk does not lead through {}", function.binary);
            continue;
        };
        let statements = function.statements();
        let beyond: Vec<_> = asked.iter().filter(|asked| !statements.iter().any(|statement| allows(statement, asked))).collect();
        assert!(beyond.is_empty(), "{} may not {beyond:#?}", function.binary);
    }
}

#[test]
fn no_function_may_scan_and_none_may_do_everything() {
    let template = Template::read();
    for function in Deployment::usual(&template).functions() {
        for statement in function.statements() {
            for action in actions(&statement) {
                assert!(!action.ends_with('*') && action != "dynamodb:Scan", "{} may {action}", function.name);
            }
            let resources = list(&statement["Resource"]);
            assert!(!resources.contains(&"*".into()), "{}: {statement}", function.name);
        }
    }
    let text = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    assert!(!text.contains("CrudPolicy") && !text.contains("ReadPolicy"), "the policies are written out");
}

#[test]
fn a_star_stands_for_anything() {
    for (pattern, value, expected) in [
        ("EVENT#*", "EVENT#1", true),
        ("EVENT#*", "EVENTS", false),
        ("*#AUDIT#*", "codementee#AUDIT#2026-02-01", true),
        ("*#MEMBERS#admin", "codementee#MEMBERS#admin", true),
        ("*#MEMBERS#admin", "codementee#MEMBERS#admins", false),
        ("A", "A", true),
        ("A", "AB", false),
    ] {
        assert_eq!(fits(pattern, value), expected, "{pattern} {value}");
    }
}
