//! The platform's process: the faces over HTTP, and what runs beside requests, each at an address of its own, as Lambda
//! would be asked to run it. It keeps nothing, so that a kill loses only what is under way.

use app::Platform;
use aws_lambda_events::event::sqs::SqsEvent;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use domain::Product;
use gateways::settings::{SettingError, Settings};
use jiff::SignedDuration;
use local::MovableClock;
use razorpay::{settlement::Settlement, webhook};
use serde_json::{Value, json};
use std::{io::Write, sync::Arc};
use tokio::net::TcpListener;
use web::ErrorStyle;
use workers::{notifier::Notifier, projector::Projector, scheduler::Scheduler, sweeper::Sweeper};

/// What runs beside requests.
#[derive(Clone)]
struct Beside {
    settlement: Settlement,
    notifier: Notifier,
    projector: Projector,
    sweeper: Sweeper,
    scheduler: Scheduler,
    clock: Arc<MovableClock>,
}

impl Beside {
    fn new(platform: &Platform, clock: Arc<MovableClock>) -> Result<Self, SettingError> {
        Ok(Self {
            settlement: Settlement::new(platform),
            notifier: Notifier::new(platform)?,
            projector: Projector::new(platform)?,
            sweeper: Sweeper::new(platform, SignedDuration::ZERO)?,
            scheduler: Scheduler::new(platform)?,
            clock,
        })
    }
}

fn face(product: Product, platform: &Platform) -> Result<Router, SettingError> {
    let routes = match product {
        Product::Codementee => codementee::router(platform)?,
        Product::LeadBridge => leadbridge::router(platform)?,
        Product::Mansa => mansa::router(platform)?,
        Product::AspireX => aspirex::router(platform)?,
    };
    let served = web::serve(routes.merge(webhook::router(platform)?), platform.clock.clone(), ErrorStyle::of(product));
    Ok(Router::new().fallback_service(served))
}

/// Serves until it is killed; the first line that it prints is its port.
pub async fn run(ahead_ms: i64) -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).with_ansi(false).init();
    gateways::razorpay::install_tls_provider();
    let clock = Arc::new(MovableClock::new(None));
    clock.advance(SignedDuration::from_millis(ahead_ms))?;
    let platform = Platform::new(Settings::from_values(std::env::vars()), clock.clone())?;
    let mut router = Router::new()
        .route("/beside/sweep", post(sweep))
        .route("/beside/due", post(due))
        .route("/beside/clock/{ahead_ms}", post(set_clock))
        .route("/beside/consume/{consumer}", post(consume))
        .with_state(Beside::new(&platform, clock)?);
    for product in Product::ALL {
        router = router.nest(&format!("/{}", product.slug()), face(product, &platform)?);
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", listener.local_addr()?.port())?;
    out.flush()?;
    Ok(axum::serve(listener, router).await?)
}

fn failed(error: impl std::fmt::Display) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
}

async fn sweep(State(beside): State<Beside>) -> Response {
    match beside.sweeper.run().await {
        Ok(published) => Json(json!({ "published": published })).into_response(),
        Err(error) => failed(error),
    }
}

async fn due(State(beside): State<Beside>) -> Response {
    match beside.scheduler.run().await {
        Ok(ran) => Json(json!({ "done": ran.done, "failed": ran.failed })).into_response(),
        Err(error) => failed(error),
    }
}

async fn set_clock(State(beside): State<Beside>, Path(ahead_ms): Path<i64>) -> Response {
    let by = SignedDuration::from_millis(ahead_ms) - beside.clock.offset();
    if by.is_negative() {
        return Json(Value::Null).into_response();
    }
    beside.clock.advance(by).map_or_else(failed, |_| Json(Value::Null).into_response())
}

async fn consume(State(beside): State<Beside>, Path(consumer): Path<String>, Json(batch): Json<SqsEvent>) -> Response {
    let answer = match consumer.as_str() {
        "settlement" => beside.settlement.handle(batch).await,
        "notifier" => beside.notifier.handle(batch).await,
        "projector" => beside.projector.handle(batch).await,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    Json(answer).into_response()
}
