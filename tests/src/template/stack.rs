//! The functions as they are deployed: each with exactly the settings and secrets that the template gives it.

use super::document::{Deployment, Function, Template, text};
use app::Platform;
use aspirex::socket::Socket;
use axum::Router;
use gateways::settings::{SettingError, Settings};
use jiff::SignedDuration;
use razorpay::settlement::Settlement;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};
use workers::{bounces::Bounces, notifier::Notifier, projector::Projector, relay::Relay, scheduler::Scheduler, sweeper::Sweeper};

/// What a binary runs.
#[derive(Clone)]
pub enum Part {
    Router(Router),
    Settlement(Settlement),
    Notifier(Notifier),
    Projector(Projector),
    Bounces(Bounces),
    Relay(Relay),
    Sweeper(Sweeper),
    Scheduler(Scheduler),
    Socket(Socket),
}

pub type Start = fn(&Platform) -> Result<Part, SettingError>;

/// Every binary and how its `main` starts.
pub const PARTS: &[(&str, Start)] = &[
    ("codementee-auth", |platform| codementee::auth::router(platform).map(Part::Router)),
    ("codementee-catalog", |platform| codementee::catalog::router(platform).map(Part::Router)),
    ("codementee-mentee", |platform| codementee::mentee::router(platform).map(Part::Router)),
    ("codementee-mentor", |platform| codementee::mentor::router(platform).map(Part::Router)),
    ("codementee-admin", |platform| codementee::admin::router(platform).map(Part::Router)),
    ("codementee-payment", |platform| codementee::payment::router(platform).map(Part::Router)),
    ("codementee-interviews", |platform| codementee::interviews::router(platform).map(Part::Router)),
    ("codementee-community", |platform| codementee::community::router(platform).map(Part::Router)),
    ("codementee-ai", |platform| codementee::ai::router(platform).map(Part::Router)),
    ("leadbridge-auth", |platform| leadbridge::auth::router(platform).map(Part::Router)),
    ("leadbridge-mentor", |platform| leadbridge::mentor::router(platform).map(Part::Router)),
    ("leadbridge-admin", |platform| leadbridge::admin::router(platform).map(Part::Router)),
    ("leadbridge-events", |platform| leadbridge::events::router(platform).map(Part::Router)),
    ("mansa-mentorship", |platform| mansa::mentorship::router(platform).map(Part::Router)),
    ("aspirex-accounts", |platform| aspirex::accounts::router(platform).map(Part::Router)),
    ("aspirex-sessions", |platform| aspirex::sessions::router(platform).map(Part::Router)),
    ("aspirex-community", |platform| aspirex::community::router(platform).map(Part::Router)),
    ("aspirex-socket", |platform| Socket::new(platform).map(Part::Socket)),
    ("razorpay-webhook", |platform| razorpay::webhook::router(platform).map(Part::Router)),
    ("razorpay-settlement", |platform| Ok(Part::Settlement(Settlement::new(platform)))),
    ("notifier", |platform| Notifier::new(platform).map(Part::Notifier)),
    ("sweeper", |platform| Sweeper::new(platform, SignedDuration::ZERO).map(Part::Sweeper)),
    ("scheduler", |platform| Scheduler::new(platform).map(Part::Scheduler)),
    ("projector", |platform| Projector::new(platform).map(Part::Projector)),
    ("bounces", |platform| Ok(Part::Bounces(Bounces::new(platform)))),
    ("relay", |platform| Relay::new(platform).map(Part::Relay)),
];

/// How a binary starts, if this test knows it.
pub fn start_of(binary: &str) -> Option<Start> {
    PARTS.iter().find(|(known, _)| *known == binary).map(|(_, start)| *start)
}

/// The names in a secret, as the template makes it.
pub fn names_in_secret(template: &Template, secret: &str) -> Vec<String> {
    let properties = &template.resource(secret).unwrap()["Properties"];
    let generated = &properties["GenerateSecretString"];
    let initial = if generated.is_null() { &properties["SecretString"] } else { &generated["SecretStringTemplate"] };
    let initial: BTreeMap<String, String> = serde_json::from_str(text(initial)).unwrap();
    initial.into_keys().chain(generated["GenerateStringKey"].as_str().map(str::to_owned)).collect()
}

/// What a function finds in its environment on AWS, its secrets included; each secret is `secret(name)`.
pub fn settings_of(
    deployment: &Deployment<'_>,
    function: &Function,
    secret: impl Fn(&str) -> String,
) -> BTreeMap<String, String> {
    let (environment, _) = function.environment();
    let secrets = function.secrets().into_iter().flat_map(|secret| names_in_secret(deployment.template, &secret));
    let secrets = secrets.map(|name| (name.clone(), secret(&name)));
    let lambda = [("AWS_REGION", "ap-south-1"), ("AWS_ACCESS_KEY_ID", "local"), ("AWS_SECRET_ACCESS_KEY", "local")];
    let lambda = lambda.map(|(name, value)| (name.to_owned(), value.to_owned()));
    environment.into_iter().filter(|(name, _)| name != "SECRETS_ARN").chain(secrets).chain(lambda).collect()
}

/// Starts a function with settings.
pub fn start(start: Start, settings: &BTreeMap<String, String>, clock: Arc<dyn app::Clock>) -> Result<Part, SettingError> {
    start(&Platform::new(Settings::from_values(settings.clone()), clock)?)
}

/// The operations that a statement allows.
pub fn actions(statement: &Value) -> Vec<String> {
    super::document::list(&statement["Action"]).iter().map(|action| text(action).to_owned()).collect()
}
