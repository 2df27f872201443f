//! What outlives the platform's process: the table, the bus with its queues, mail, Razorpay, the time. All are the local
//! server's own stand-ins, in this process; the platform reaches them through the proxies alone.

use crate::{
    process::{Process, Start},
    proxy::{Proxies, Service},
    queue::{CONSUMERS, Queues},
};
use app::Clock;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::Instant;
use jiff::SignedDuration;
use local::{
    Local, Options,
    standins::eventbridge::{self, Consumer, EventBridge},
};
use serde_json::Value;
use std::{path::PathBuf, sync::Arc};
use tokio::net::TcpListener;

/// The demo accounts' password.
pub const PASSWORD: &str = "storm-password";

/// Why a run could not go on.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Everything but the platform.
#[derive(Debug)]
pub struct World {
    pub local: Local,
    pub bus: EventBridge,
    pub queues: Arc<Queues>,
    pub proxies: Arc<Proxies>,
    pub process: Process,
    pub http: reqwest::Client,
}

/// What decides how the world behaves.
#[derive(Debug, Clone)]
pub struct Weather {
    pub seed: u64,
    pub faults: f64,
    pub plant: Option<crate::proxy::Plant>,
    pub log: Option<PathBuf>,
}

/// A rule of the bus whose messages go into a queue of ours.
fn rule(name: &'static str, handled: &'static [&'static str], queues: &Arc<Queues>) -> Consumer {
    let queues = queues.clone();
    Consumer::new(name, handled, move |batch: SqsEvent| {
        for message in &batch.records {
            queues.push(name, message.body.as_deref().unwrap_or_default());
        }
        Box::pin(async { SqsBatchResponse::default() })
    })
}

impl World {
    pub async fn start(weather: &Weather) -> Result<Arc<Self>, Failure> {
        let options = Options { background: false, demo_password: Some(PASSWORD.to_owned()), ..Options::in_memory() };
        let local = local::start(options).await?;
        let queues = Arc::new(Queues::new(weather.seed));
        let bus = EventBridge::new(None)?;
        for ((name, _), handled) in
            CONSUMERS.into_iter().zip([razorpay::settlement::HANDLED, workers::notifier::HANDLED, workers::projector::HANDLED])
        {
            bus.subscribe(rule(name, handled, &queues));
        }
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let bus_url = format!("http://{}", listener.local_addr()?);
        let router = eventbridge::router(bus.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });

        let process = Process::default();
        let proxies = Proxies::new(weather.seed, weather.faults, weather.plant, Box::new(process.clone()));
        let mut environment = local.environment.clone();
        // As in production: what is delayed for longer than that counts as lost.
        environment.remove("AWS_TIMEOUT_MS");
        let upstream = |name: &str| local.environment.get(name).cloned().unwrap_or_default();
        for (name, service, upstream) in [
            ("DYNAMODB_ENDPOINT", Service::Table, upstream("DYNAMODB_ENDPOINT")),
            ("EVENTBRIDGE_ENDPOINT", Service::Bus, bus_url),
            ("SES_ENDPOINT", Service::Mail, upstream("SES_ENDPOINT")),
            ("RAZORPAY_BASE_URL", Service::Razorpay, upstream("RAZORPAY_BASE_URL")),
        ] {
            environment.insert(name.to_owned(), proxies.before(service, upstream).await?);
        }
        let (clock, counted) = (local.clock.clone(), proxies.clone());
        let ahead = move || i64::try_from(clock.offset().as_millis()).unwrap_or(0);
        let started = move || {
            counted.generation.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        };
        process.keep_running(Start { environment, log: weather.log.clone() }, ahead, started);
        Ok(Arc::new(Self { local, bus, queues, proxies, process, http: reqwest::Client::new() }))
    }

    pub fn now(&self) -> Instant {
        self.local.clock.now()
    }

    /// Moves everybody's time. A process that is being started has the new time anyway.
    pub async fn pass(&self, by: SignedDuration) -> Result<(), Failure> {
        self.local.clock.advance(by)?;
        let ahead = self.local.clock.offset().as_millis();
        // Without an answer the next start sets it.
        let _ = self.beside(&format!("clock/{ahead}"), None).await;
        Ok(())
    }

    /// Asks the process to do some of what runs beside requests; None when it failed or was killed.
    pub async fn beside(&self, what: &str, body: Option<&Value>) -> Option<Value> {
        let url = self.process.url().await;
        let request = self.http.post(format!("{url}/beside/{what}"));
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.ok()?.error_for_status().ok()?;
        answer.json().await.ok()
    }

    /// Publishes what waits; how much that was.
    pub async fn sweep(&self) -> Option<u64> {
        let published = self.beside("sweep", None).await?["published"].as_u64();
        self.bus.deliver().await;
        published
    }

    /// Does what is due; how much that was, done or tried.
    pub async fn run_due(&self) -> Option<u64> {
        let ran = self.beside("due", None).await?;
        Some(ran["done"].as_u64()? + ran["failed"].as_u64()?)
    }

    /// Hands one batch to a consumer; false when none waits.
    pub async fn deliver(&self, consumer: &'static str) -> bool {
        // What the bus took goes into the queues at once.
        self.bus.deliver().await;
        let Some((ids, batch)) = self.queues.take(consumer, self.now()) else { return false };
        if let Some(answer) = self.beside(&format!("consume/{consumer}"), Some(&batch)).await {
            let failures = answer["batchItemFailures"].as_array().cloned().unwrap_or_default();
            let failed = |id: &String| failures.iter().any(|failure| failure["itemIdentifier"] == **id);
            let done: Vec<String> = ids.into_iter().filter(|id| !failed(id)).collect();
            self.queues.delete(consumer, &done);
        }
        true
    }
}
