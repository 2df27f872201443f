//! What functions ask of the table, and what their policies allow them. Each function runs with its own settings
//! against its own ear on the table, behind the gateway's routes; then whatever was heard must be allowed, and
//! whatever is allowed must have been heard.

use super::{
    document::{Deployment, Function, Template, list, root, text},
    routes::{Greedy, Route, choose, routes},
    stack::{Part, actions, settings_of, start, start_of},
    walk::walk,
};
use crate::{
    harness::App,
    openapi::{all_operations, operation_of},
};
use aspirex::socket::Socket;
use axum::{
    Router,
    body::Body,
    body::Bytes,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::any,
};
use domain::Product;
use http::{HeaderMap, StatusCode, header};
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
use web::{ErrorStyle, Served, Source};
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
    /// The statuses that each operation answered with, and those that carried a key.
    answered: BTreeMap<Named, BTreeSet<u16>>,
    keyed: BTreeSet<Named>,
}

/// An operation by its face and its id.
type Named = (Product, &'static str);

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
pub(super) fn fits(pattern: &str, value: &str) -> bool {
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
    heard: Heard,
}

async fn pass(State(gateway): State<Gateway>, mut request: Request<Body>) -> Response {
    let operation = operation_of(request.method(), request.uri().path());
    let product = take_prefix(&mut request);
    let route = choose(&gateway.routes, product, request.method().as_str(), request.uri().path(), Greedy::TakesNothing);
    let keyed = request.headers().contains_key("idempotency-key");
    // Limits count by it, and a visitor's keys go by it.
    Source::note(&mut request, Some(std::net::IpAddr::from([192, 0, 2, 1])));
    let answer = match gateway.functions.get(&route.binary) {
        Some(function) => function.clone().oneshot(request).await.into_response(),
        None => StatusCode::BAD_GATEWAY.into_response(),
    };
    if let Some(operation) = operation {
        let mut heard = gateway.heard.lock().unwrap();
        heard.answered.entry((operation.product, operation.id())).or_default().insert(answer.status().as_u16());
        if keyed {
            heard.keyed.insert((operation.product, operation.id()));
        }
    }
    answer
}

/// Takes a face's prefix off the path: on AWS each face has a gateway of its own.
fn take_prefix(request: &mut Request<Body>) -> Product {
    let uri = request.uri().to_string();
    for product in Product::ALL {
        if let Some(rest) = uri.strip_prefix(&format!("/{product}")).filter(|rest| rest.starts_with('/')) {
            *request.uri_mut() = rest.parse().unwrap();
            return product;
        }
    }
    Product::Codementee
}

/// The deployed functions over a local server's table and stand-ins.
pub struct Stack {
    pub app: App,
    bus: EventBridge,
    relay: Relay,
    sweeper: Sweeper,
    pub scheduler: Scheduler,
    pub socket: Socket,
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
        let (mut relay, mut sweeper, mut scheduler, mut socket) = (None, None, None, None);
        for (binary, part) in started {
            match part {
                Part::Router(router) => {
                    let of_face = Product::ALL.into_iter().find(|product| binary.starts_with(&format!("{product}-")));
                    let style = of_face.map(ErrorStyle::of).unwrap_or_default();
                    _ = functions.insert(binary, web::serve(router, clock.clone(), style));
                }
                Part::Socket(part) => socket = Some(part),
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
        let gateway = Gateway { routes: Arc::new(routes(&deployment)), functions: Arc::new(functions), heard: heard.clone() };
        local.url = serve(Router::new().fallback(any(pass)).with_state(gateway)).await;
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let app = App { local, http, demo_tokens: Mutex::default() };
        Self {
            app,
            bus,
            relay: relay.unwrap(),
            sweeper: sweeper.unwrap(),
            scheduler: scheduler.unwrap(),
            socket: socket.unwrap(),
            heard,
        }
    }

    /// An operator's replay of an event.
    pub async fn replay(&self, name: &str) {
        let events = self.bus.events();
        self.bus.replay(events.iter().find(|event| event.detail_type == name).unwrap()).unwrap();
        self.bus.deliver().await;
    }

    /// What the workers do about what was written.
    pub async fn work(&self) {
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
            // Every second of them, webhooks and others, is left to the sweeper.
            let (webhooks, others): (Vec<_>, Vec<_>) =
                new.iter().partition(|item| item["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with("WEBHOOK#")));
            let taken = webhooks.into_iter().step_by(2).chain(others.into_iter().step_by(2));
            let records: Vec<Value> = taken.enumerate().map(record).collect();
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
    for name in [
        "TABLE_NAME",
        "SES_ENDPOINT",
        "RAZORPAY_BASE_URL",
        "PASSWORD_COST",
        "BEDROCK_ENDPOINT",
        "BEDROCK_MODEL_ID",
        "SESSION_BROKER_URL",
        "S3_ENDPOINT",
        "FILES_BUCKET",
        "SOCKETS_URL",
        "GOOGLE_AUTH_URL",
        "GOOGLE_TOKEN_URL",
        "GOOGLE_KEYS_URL",
        "GOOGLE_OAUTH2_CLIENT_ID",
        "GOOGLE_OAUTH2_CLIENT_SECRET",
        "GOOGLE_OAUTH2_REDIRECT_URI",
    ] {
        settings.insert(name.to_owned(), here(name));
    }
    // The store of files tells functions apart by whose key has signed; a function of no face signs for none of them.
    if settings.contains_key("FILES_BUCKET") {
        settings.insert("AWS_ACCESS_KEY_ID".to_owned(), function.binary.clone());
    }
    settings
}

/// What the statements about the table grant: each action, index and beginning of a key that nothing used.
fn unused(statements: &[Value], asked: &BTreeSet<Asked>) -> BTreeSet<String> {
    let mut unused = BTreeSet::new();
    for statement in statements.iter().filter(|statement| actions(statement)[0].starts_with("dynamodb:")) {
        let narrowed = |name: &str, to: Value| {
            let mut statement = statement.clone();
            match name {
                "keys" => statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"] = to,
                name => statement[name] = to,
            }
            asked.iter().any(|asked| allows(&statement, asked))
        };
        let keys = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
        for (name, parts) in [("Action", &statement["Action"]), ("Resource", &statement["Resource"]), ("keys", keys)] {
            // Streams are read by Lambda itself, for the function.
            let parts =
                list(parts).into_iter().filter(|part| !statement["Resource"].to_string().contains("/stream/") && !part.is_null());
            unused.extend(parts.filter(|part| !narrowed(name, part.clone())).map(|part| text(&part).to_owned()));
        }
    }
    unused
}

/// The walk is long, and a test's own stack too small for it.
#[test]
fn each_function_may_do_what_it_does_and_nothing_else() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let thread = std::thread::Builder::new().stack_size(32 << 20);
    thread.spawn(move || runtime().block_on(each_does_what_it_may())).unwrap().join().unwrap();
}

async fn each_does_what_it_may() {
    let stack = Stack::start().await;
    // Its state is larger than a test's stack likes.
    Box::pin(walk(&stack)).await;
    let template = Template::read();
    let heard = std::mem::take(&mut *stack.heard.lock().unwrap());
    let mut idle = BTreeSet::new();
    for function in Deployment::usual(&template).functions() {
        let Some(asked) = heard.asked.get(&function.binary) else {
            let asks = function.statements().iter().flat_map(actions).any(|action| action.starts_with("dynamodb:"));
            assert!(start_of(&function.binary).is_none() || !asks, "the walk does not lead through {}", function.binary);
            continue;
        };
        let statements = function.statements();
        let beyond: Vec<_> = asked.iter().filter(|asked| !statements.iter().any(|statement| allows(statement, asked))).collect();
        assert!(beyond.is_empty(), "{} may not {beyond:#?}", function.binary);
        idle.extend(unused(&statements, asked).into_iter().map(|what| (function.binary.clone(), what)));
    }
    assert!(idle.is_empty(), "granted, and the walk needs none of it: {idle:?}");
    super::bucket::each_may_do_what_it_did(&template, &stack.app.local.services.files.asked());
    walked_everywhere(&heard);
}

/// Every operation was asked, and carried out; those that take a key were asked with one.
fn walked_everywhere(heard: &Noted) {
    for operation in all_operations() {
        let named = (operation.product, operation.id());
        let answered = heard.answered.get(&named).cloned().unwrap_or_default();
        // A way to Google is a redirect.
        let succeeded = answered.iter().any(|status| (200..300).contains(status) || *status == 302);
        assert!(succeeded, "{} {} answered {answered:?}", operation.method, operation.local_path());
        let parameters = operation.value["parameters"].to_string();
        let takes_key = parameters.to_lowercase().contains("idempotency");
        assert!(!takes_key || heard.keyed.contains(&named), "{} was asked without a key", operation.path);
    }
    assert_eq!(heard.keyed.len(), 22, "{:?}", heard.keyed);
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
fn only_the_named_model_may_be_asked() {
    let template = Template::read();
    let granted = |model: &str| -> Vec<(String, Value)> {
        let deployment = Deployment::new(&template, &[("MailSenderAddress", "a@b.cd"), ("BedrockModelId", model)]);
        let functions = deployment.functions().into_iter();
        let all = functions.flat_map(|function| function.statements().into_iter().map(move |one| (function.binary.clone(), one)));
        all.filter(|(_, statement)| actions(statement).iter().any(|action| action.starts_with("bedrock:"))).collect()
    };
    assert_eq!(granted(""), []);
    let granted = granted("apac.example.model-1:0");
    assert!(granted.iter().all(|(binary, statement)| binary == "codementee-ai" && actions(statement) == ["bedrock:InvokeModel"]));
    let [(_, direct), (_, through)] = &granted[..] else { panic!("{granted:?}") };
    let resources = list(&direct["Resource"]);
    assert!(resources.len() == 2 && resources.iter().all(|arn| text(arn).ends_with("/apac.example.model-1:0")), "{direct}");
    let profile = &through["Condition"]["StringEquals"]["bedrock:InferenceProfileArn"];
    assert!(resources.contains(profile) && text(profile).contains(":inference-profile/"), "{through}");
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
