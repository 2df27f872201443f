//! What stands between the platform and everybody whom it calls: forwards each request, unless the seed says that
//! something happens to it. One place for all faults, at the HTTP level, so that the platform's own clients meet them.

mod answers;
mod faults;
mod paths;
mod plants;
mod tally;

pub use faults::{Fault, Service, numbers};
pub use plants::Plant;
pub use tally::{Key, Row, Sent, Tally, Told};

use answers::{Reply, instead};
use faults::{decide, delay};
use http::{HeaderMap, Request, Response, header, request::Parts};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use paths::Call;
use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use tally::Part;
use tokio::net::TcpListener;

/// What is common to the proxies of a run.
#[derive(Debug)]
pub struct Proxies {
    seed: u64,
    rate: f64,
    plant: Option<Plant>,
    http: reqwest::Client,
    tally: Mutex<Tally>,
    /// Whether anything happens to calls; not while a run is set up and while it recovers.
    failing: AtomicBool,
    /// How many steps of calls are left until the process is killed; negative when it is not to be.
    until_kill: AtomicI64,
    /// The process that calls: raised by each start, and when what runs beside requests is cut off.
    pub generation: AtomicU64,
    kill: Box<dyn Kill>,
}

/// Ends the process, at once.
pub trait Kill: std::fmt::Debug + Send + Sync {
    fn kill(&self);
}

/// Why a connection ends without a reply.
#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("dropped")
    }
}

impl std::error::Error for Dropped {}

/// A call on its way to whom it is for.
#[derive(Debug)]
struct Asked {
    call: Call,
    parts: Parts,
    bytes: Bytes,
    /// Whether a bug was planted in it.
    planted: bool,
    /// The places of entries that were taken out.
    held_back: Vec<usize>,
    part: Part,
    generation: u64,
}

impl Proxies {
    pub fn new(seed: u64, rate: f64, plant: Option<Plant>, kill: Box<dyn Kill>) -> Arc<Self> {
        Arc::new(Self {
            seed,
            rate,
            plant,
            http: reqwest::Client::new(),
            tally: Mutex::default(),
            failing: AtomicBool::new(false),
            until_kill: AtomicI64::new(-1),
            generation: AtomicU64::new(0),
            kill,
        })
    }

    /// Lets calls fail from now on, or no longer: then the storm is over, and what ran beside requests was cut off with
    /// it, which is to a mail as if the process had been killed.
    pub fn set_failing(&self, failing: bool) {
        self.failing.store(failing, Ordering::SeqCst);
        if !failing {
            self.generation.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Kills the process after so many steps; a call has two, before and after it takes effect.
    pub fn kill_after(&self, steps: i64) {
        self.until_kill.store(steps, Ordering::SeqCst);
    }

    pub fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the process was killed at this step.
    fn step(&self) -> bool {
        let now = self.until_kill.load(Ordering::SeqCst) >= 0 && self.until_kill.fetch_sub(1, Ordering::SeqCst) == 0;
        if now {
            self.kill.kill();
        }
        now
    }

    /// Starts a proxy before a service; returns its address.
    pub async fn before(self: &Arc<Self>, service: Service, upstream: String) -> std::io::Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (proxies, upstream) = (self.clone(), Arc::new(upstream));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (proxies, upstream) = (proxies.clone(), upstream.clone());
                let service = service_fn(move |request| proxies.clone().handle(service, upstream.clone(), request));
                // A connection that was dropped on purpose ends with an error here.
                tokio::spawn(async move { http1::Builder::new().serve_connection(TokioIo::new(stream), service).await });
            }
        });
        Ok(url)
    }

    async fn handle(
        self: Arc<Self>,
        service: Service,
        upstream: Arc<String>,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Dropped> {
        let (parts, body) = request.into_parts();
        let bytes = body.collect().await.map_err(|_| Dropped)?.to_bytes();
        let mut body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let call = call_of(service, &parts, &body);
        let generation = self.generation.load(Ordering::SeqCst);
        let (fault, mut rng) = self.fault_for(&call);
        let part = self.tally().came(&call, &body);
        if self.step() {
            return Err(Dropped);
        }
        match fault {
            Some(Fault::DroppedBefore) => {
                self.fired(&call, Fault::DroppedBefore);
                return Err(Dropped);
            }
            Some(fault @ (Fault::InternalError | Fault::Throttled | Fault::ThroughputExceeded | Fault::Conflict)) => {
                self.fired(&call, fault);
                return Ok(instead(service, fault, &body, &mut rng).into_response());
            }
            Some(Fault::Delayed | Fault::TooLate | Fault::ReplyLost | Fault::FailedEntries) | None => {}
        }
        let planted = self.plant.is_some_and(|plant| plant.rewrite_request(&call, &mut body));
        let held_back = if fault == Some(Fault::FailedEntries) { hold_back(&mut body, &mut rng) } else { Vec::new() };
        let bytes = if planted || !held_back.is_empty() { Bytes::from(body.to_string()) } else { bytes };
        let asked = Arc::new(Asked { call, parts, bytes, planted, held_back, part, generation });
        // By itself, since this ends with its caller, and what was sent arrives also when whoever sent it is gone.
        let carried_out = tokio::spawn(self.clone().carry_out(upstream, asked.clone()));
        let reply = carried_out.await.map_err(|_| Dropped)??;
        if self.step() {
            return Err(Dropped);
        }
        if fault == Some(Fault::ReplyLost) && reply.status.is_success() {
            self.fired(&asked.call, Fault::ReplyLost);
            self.tally().told(&asked.part, &reply, Told::Lost);
            return Err(Dropped);
        }
        if fault == Some(Fault::Delayed) {
            tokio::time::sleep(self.delay(&asked.call, &mut rng)).await;
        }
        self.tally().told(&asked.part, &reply, Told::Caller);
        Ok(reply.into_response())
    }

    /// Asks whom a call is for, and notes what came of it.
    async fn carry_out(self: Arc<Self>, upstream: Arc<String>, asked: Arc<Asked>) -> Result<Reply, Dropped> {
        let Asked { call, parts, bytes, planted, held_back, part, generation } = &*asked;
        let mut reply = self.forward(&upstream, parts, bytes.clone()).await?;
        if !held_back.is_empty() {
            put_back(&mut reply, held_back);
            self.fired(call, Fault::FailedEntries);
        }
        let mis_told = self.plant.is_some_and(|plant| reply.rewrite(|answer| plant.rewrite_answer(call, answer)));
        if *planted || mis_told {
            self.tally().planted += 1;
        }
        // A bug that the table refuses to carry out would show nothing.
        if *planted && reply.error_type().contains("ValidationException") {
            eprintln!("a planted bug made a request that is none: {}", reply.json());
        }
        self.tally().carried_out(part, *generation, &reply);
        Ok(reply)
    }

    /// How late a reply comes.
    fn delay(&self, call: &Call, rng: &mut StdRng) -> Duration {
        let mut tally = self.tally();
        let too_late = tally.too_late.entry(call.service).or_default();
        let (delay, is_too_late) = delay(rng, call.service, *too_late);
        *too_late += u64::from(is_too_late);
        let fault = if is_too_late { Fault::TooLate } else { Fault::Delayed };
        *tally.row(call).fired.entry(fault).or_default() += 1;
        delay
    }

    /// Counts a call, and says what happens to it.
    fn fault_for(&self, call: &Call) -> (Option<Fault>, StdRng) {
        let failing = self.failing.load(Ordering::SeqCst);
        let mut tally = self.tally();
        let row = tally.row(call);
        row.calls += 1;
        let nth = row.calls;
        let never_lost = call.writes && !row.fired.contains_key(&Fault::ReplyLost);
        let mut rng = numbers(self.seed, &call.path, nth);
        let fault = if failing { decide(self.rate, &mut rng, call.service, call.transaction, never_lost) } else { None };
        (fault, rng)
    }

    fn fired(&self, call: &Call, fault: Fault) {
        *self.tally().row(call).fired.entry(fault).or_default() += 1;
    }

    async fn forward(&self, upstream: &str, parts: &Parts, body: Bytes) -> Result<Reply, Dropped> {
        let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
        let url = format!("{upstream}{}", if path == "/" { "" } else { path });
        let mut request = self.http.request(parts.method.clone(), url);
        for (name, value) in kept(&parts.headers) {
            request = request.header(name, value);
        }
        let answer = request.body(body).send().await.map_err(|_| Dropped)?;
        let (status, kind) = (answer.status(), answer.headers().get(header::CONTENT_TYPE).cloned());
        let error = answer.headers().get("x-amzn-errortype").cloned();
        let bytes = answer.bytes().await.map_err(|_| Dropped)?;
        Ok(Reply { status, kind, error, bytes })
    }
}

fn call_of(service: Service, parts: &Parts, body: &Value) -> Call {
    if service != Service::Table {
        return Call::of(service, &parts.method, parts.uri.path());
    }
    let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    Call::of_table(target.rsplit('.').next().unwrap_or_default(), body)
}

fn kept(headers: &HeaderMap) -> impl Iterator<Item = (&http::HeaderName, &http::HeaderValue)> {
    let own = [header::HOST, header::CONTENT_LENGTH, header::CONNECTION, header::ACCEPT_ENCODING, header::TRANSFER_ENCODING];
    headers.iter().filter(move |(name, _)| !own.contains(name))
}

/// Takes some entries out of a PutEvents request; returns their places.
fn hold_back(body: &mut Value, rng: &mut StdRng) -> Vec<usize> {
    let Some(entries) = body["Entries"].as_array_mut() else { return Vec::new() };
    let mut places: Vec<usize> = (0..entries.len()).filter(|_| rng.random_bool(0.5)).collect();
    if places.is_empty() {
        places.push(0);
    }
    for place in places.iter().rev() {
        entries.remove(*place);
    }
    places
}

/// Answers for the entries that were held back.
fn put_back(reply: &mut Reply, places: &[usize]) {
    // Where all were held back the bus was asked for nothing, which it refuses.
    if !reply.status.is_success() {
        (reply.status, reply.error) = (http::StatusCode::OK, None);
        reply.bytes = Bytes::from_static(b"{\"Entries\":[]}");
    }
    reply.rewrite(|answer| {
        if let Some(entries) = answer["Entries"].as_array_mut() {
            for place in places {
                let failed = json!({ "ErrorCode": "InternalException", "ErrorMessage": "The entry was refused." });
                entries.insert((*place).min(entries.len()), failed);
            }
        }
        answer["FailedEntryCount"] = json!(places.len());
        true
    });
}
