//! A platform on which scenes are played, with its meter, and what the scenes remember.

use crate::{
    Result, cpu,
    engine::{Engine, TABLE},
    form,
    scene::{Ask, Line, Scene},
};
use app::{Clock, outbox::Outbox};
use gateways::bus::Bus;
use jiff::SignedDuration;
use local::{
    Local, Options,
    standins::{
        dynamodb::Metered,
        razorpay::{PayOptions, RazorpayPayment},
    },
};
use reqwest::{Method, RequestBuilder};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

const DEMO_PASSWORD: &str = "demo-password";

/// What was asked of the table.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Used {
    pub requests: usize,
    pub read_units: f64,
    pub write_units: f64,
}

impl Used {
    fn of(metered: &[Metered]) -> Self {
        Self {
            requests: metered.len(),
            // A sum of nothing is -0.
            read_units: metered.iter().map(|request| request.read_units).sum::<f64>() + 0.0,
            write_units: metered.iter().map(|request| request.write_units).sum::<f64>() + 0.0,
        }
    }

    /// The larger of each.
    pub fn or_more(self, other: Self) -> Self {
        Self {
            requests: self.requests.max(other.requests),
            read_units: self.read_units.max(other.read_units),
            write_units: self.write_units.max(other.write_units),
        }
    }
}

impl std::ops::AddAssign for Used {
    fn add_assign(&mut self, more: Self) {
        self.requests += more.requests;
        self.read_units += more.read_units;
        self.write_units += more.write_units;
    }
}

/// One request as it went.
#[derive(Debug, Clone)]
pub struct Sample {
    pub used: Used,
    pub took: Duration,
    pub cpu: Duration,
}

/// What the workers did behind requests.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Behind {
    /// Publishing and marking events.
    pub relay: Used,
    /// Notifier, projector and settlement.
    pub consumers: Used,
    /// What was due.
    pub scheduler: Used,
    pub events: usize,
    pub messages: usize,
    pub mails: usize,
}

impl std::ops::AddAssign for Behind {
    fn add_assign(&mut self, more: Self) {
        self.relay += more.relay;
        self.consumers += more.consumers;
        self.scheduler += more.scheduler;
        self.events += more.events;
        self.messages += more.messages;
        self.mails += more.mails;
    }
}

/// When every scene begins. The clock moves by a second with each request, and by the scenes' own steps: what names of days take in an item, and
/// whether a limit has had time to recover, must be the same everywhere.
const START: &str = "2030-06-10T04:30:00Z";

/// A platform with a table of its own.
#[derive(Debug)]
pub struct Stage {
    pub engine: Engine,
    pub local: Local,
    http: reqwest::Client,
    outbox: Outbox,
    names: HashMap<String, String>,
    payment: Option<RazorpayPayment>,
}

impl Stage {
    /// Starts one with the demo data.
    pub async fn start() -> Result<Self> {
        let engine = Engine::start().await?;
        let options = Options {
            metered: true,
            background: false,
            dynamodb_endpoint: Some(engine.url.clone()),
            demo_password: Some(DEMO_PASSWORD.to_owned()),
            stands_at: Some(START.parse()?),
            ..Options::in_memory()
        };
        let local = local::start(options).await?;
        let bus = Bus::new(local.platform.aws.eventbridge(), "platform");
        let outbox = Outbox::new(local.platform.store.clone(), bus);
        // Where an answer leads is for the scene to see.
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        let names = HashMap::new();
        Ok(Self { engine, local, http, outbox, names, payment: None })
    }

    /// Begins another round: what was remembered is forgotten.
    pub fn begin(&mut self, round: u32) {
        self.names.clear();
        let known = [("demo", DEMO_PASSWORD.to_owned()), ("n", round.to_string()), ("n4", format!("{round:04}"))];
        self.names.extend(known.map(|(name, value)| (name.to_owned(), value)));
        self.names.insert("bio".to_owned(), "Likes to explain things twice. ".repeat(3));
    }

    fn take(&self) -> Used {
        self.local.meter.as_ref().map(|meter| Used::of(&meter.take())).unwrap_or_default()
    }

    /// Text with the names in braces replaced; other braces stay.
    fn filled(&self, text: &str) -> Result<String> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            filled.push_str(&rest[..at]);
            rest = &rest[at..];
            let name = rest
                .find('}')
                .map(|end| &rest[1..end])
                .filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '+')));
            let Some(name) = name else {
                filled.push('{');
                rest = &rest[1..];
                continue;
            };
            filled.push_str(&self.value(name)?);
            rest = &rest[name.len() + 2..];
        }
        Ok(filled + rest)
    }

    /// What stands for a name: something remembered, `day+N` for the date in so many days, `slot+N` for nine o'clock on that
    /// day as AspireX's client writes it, `in+Nh` for the instant in so many hours.
    fn value(&self, name: &str) -> Result<String> {
        let later = |hours: i64| self.local.clock.now().plus(SignedDuration::from_hours(hours)).timestamp();
        if let Some(days) = name.strip_prefix("day+") {
            return Ok(later(24 * days.parse::<i64>()?).strftime("%Y-%m-%d").to_string());
        }
        if let Some(days) = name.strip_prefix("slot+") {
            return Ok(later(24 * days.parse::<i64>()?).strftime("%A, %a %-d - 9:00 AM").to_string());
        }
        if let Some(hours) = name.strip_prefix("in+").and_then(|hours| hours.strip_suffix('h')) {
            return Ok(later(hours.parse()?).strftime("%Y-%m-%dT%H:00:00Z").to_string());
        }
        Ok(self.names.get(name).cloned().ok_or(format!("nothing is known as {name}"))?)
    }

    /// Plays a scene; tells of each line that is a request or a command.
    pub async fn play(&mut self, scene: &Scene, mut told: impl FnMut(&Line, Option<Sample>, Behind)) -> Result<()> {
        for line in &scene.lines {
            let at = |number: usize, error| format!("{} scene, line {number}: {error}", scene.face);
            match line {
                Line::Ask(ask) => {
                    let sample = self.ask(&scene.face, ask).await.map_err(|error| at(ask.line, error))?;
                    told(line, Some(sample), Behind::default());
                }
                Line::Command { line: number, words } => {
                    let behind = self.command(words).await.map_err(|error| at(*number, error))?;
                    told(line, None, behind);
                }
                Line::Part(_) => told(line, None, Behind::default()),
            }
        }
        Ok(())
    }

    fn request(&self, face: &str, ask: &Ask) -> Result<RequestBuilder> {
        let url = format!("{}/{face}{}", self.local.url, self.filled(&ask.path)?);
        if ask.method == "HOOK" {
            let payment = self.payment.as_ref().ok_or("nothing was paid")?;
            let webhook = self.local.provider.webhook(ask.body.as_deref().unwrap_or_default(), payment);
            let request = self.http.post(url).header("x-razorpay-signature", &webhook.signature);
            // The same payment may have been told of in another round.
            return Ok(request.header("x-razorpay-event-id", format!("evt_{}", uuid::Uuid::new_v4())).body(webhook.body));
        }
        let mut request = self.http.request(ask.method.parse::<Method>()?, url);
        match ask.who.as_deref().map(|who| (who.strip_prefix('@'), who)) {
            Some((Some(cookie), _)) => request = request.header("cookie", self.value(cookie)?),
            Some((None, token)) => request = request.bearer_auth(self.value(token)?),
            None => {}
        }
        match ask.body.as_deref().map(|body| (body.strip_prefix("form "), body)) {
            Some((Some(parts), _)) => request = request.header("content-type", form::TYPE).body(form::body(parts)?),
            Some((None, body)) => request = request.header("content-type", "application/json").body(self.filled(body)?),
            None => {}
        }
        Ok(request)
    }

    async fn ask(&mut self, face: &str, ask: &Ask) -> Result<Sample> {
        self.local.clock.advance(SignedDuration::from_secs(1))?;
        let request = self.request(face, ask)?;
        self.take();
        let (began, before) = (Instant::now(), cpu::used());
        let answer = request.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.text().await?;
        let sample = Sample { took: began.elapsed(), cpu: cpu::used().saturating_sub(before), used: self.take() };
        if !status.is_success() && !status.is_redirection() {
            return Err(format!("{} {}: {status} {body}", ask.method, ask.path).into());
        }
        let parsed: Value = serde_json::from_str(&body).unwrap_or_default();
        for (name, place) in &ask.keep {
            let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
            let pair = || header("set-cookie").and_then(|set| set.split(';').next());
            let kept = match place.as_str() {
                "all" => Some(body.clone()),
                "location" => header("location").map(str::to_owned),
                "set-cookie" => pair().map(str::to_owned),
                "cookie" => pair().and_then(|pair| Some(pair.split_once('=')?.1.to_owned())),
                place => parsed.pointer(place).map(|value| value.as_str().map_or(value.to_string(), str::to_owned)),
            };
            self.names.insert(name.clone(), kept.ok_or(format!("{place} is not in {body}"))?);
        }
        Ok(sample)
    }

    async fn command(&mut self, words: &[String]) -> Result<Behind> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["work"] => return self.work().await,
            ["due"] => return self.due().await,
            ["advance", by] => {
                self.local.clock.advance(by.parse()?)?;
            }
            // To so long after (or, negative, before) an instant, unless that has passed.
            ["until", at, by] => {
                let (at, by) = (self.filled(at)?.parse::<jiff::Timestamp>()?, by.parse::<SignedDuration>()?);
                let left = at.checked_add(by)?.duration_since(self.local.clock.now().timestamp());
                if left.is_positive() {
                    self.local.clock.advance(left)?;
                }
            }
            ["pay", order] => {
                let payment = self.local.provider.pay(&self.value(order)?, &PayOptions::default()).ok_or("no such order")?;
                let word = serde_json::to_string(&self.local.provider.checkout_answer(&payment))?;
                self.names.insert("word".to_owned(), word);
                self.payment = Some(payment);
            }
            ["mailed", name, to, before] => {
                let to = self.filled(to)?;
                let mails = self.local.inbox.mails(Some(&to), None);
                let token = mails.iter().find_map(|mail| mail.text.split(before).nth(1)?.split_whitespace().next());
                self.names.insert(name.to_owned(), token.ok_or(format!("nothing was mailed to {to}"))?.to_owned());
            }
            ["code", name, to] => {
                let code = self.mailed_code(&self.filled(to)?)?;
                self.names.insert(name.to_owned(), code);
            }
            // A browser goes where it was sent, and is sent back with these.
            ["visit", to] => {
                let back = self.http.get(self.filled(to)?).send().await?;
                let back = back.headers().get("location").ok_or("it leads nowhere")?.to_str()?;
                for name in ["code", "state"] {
                    let value = back.split(['?', '&']).find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
                    self.names.insert(name.to_owned(), value.ok_or(format!("no {name} in {back}"))?.to_owned());
                }
            }
            ["google", name, email] => {
                let google = &self.local.services.google;
                let token = google.id_token(&google.claims(&self.filled(email)?));
                self.names.insert(name.to_owned(), token);
            }
            // Sends a file to where an answer said.
            ["upload", begun, file] => {
                let begun: Value = serde_json::from_str(&self.value(begun)?)?;
                let mut put = self.http.put(begun["url"].as_str().ok_or("no place for it")?).body(form::file(file)?);
                for (name, value) in begun["headers"].as_object().into_iter().flatten() {
                    put = put.header(name, value.as_str().unwrap_or_default());
                }
                put.send().await?.error_for_status()?;
            }
            ["enter", name, email] => self.enter(name, &self.filled(email)?).await?,
            // Without the word before an id.
            ["bare", name] => {
                let bare = self.value(name)?.rsplit('_').next().unwrap_or_default().to_owned();
                self.names.insert(name.to_owned(), bare);
            }
            // The link that a booking holds, which no list finds among very many.
            ["link", name, booking] => {
                let key =
                    json!({ "pk": { "S": format!("codementee#BOOKING#{}", self.value(booking)?) }, "sk": { "S": "BOOKING" } });
                let found = self.engine.ask("GetItem", &json!({ "TableName": TABLE, "Key": key })).await?;
                let link = found.pointer("/Item/meet_link_id/S").and_then(Value::as_str).ok_or("it holds no link")?;
                self.names.insert(name.to_owned(), link.to_owned());
            }
            _ => return Err(format!("no command: {}", words.join(" ")).into()),
        }
        Ok(Behind::default())
    }

    fn mailed_code(&self, to: &str) -> Result<String> {
        let mails = self.local.inbox.mails(Some(to), Some("Your code"));
        let digits = |word: &&str| word.len() == 6 && word.chars().all(|c| c.is_ascii_digit());
        let code = mails.first().and_then(|mail| mail.text.split_whitespace().find(digits));
        Ok(code.ok_or(format!("no code was mailed to {to}"))?.to_owned())
    }

    /// Signs somebody in at Mansa by a mailed code; keeps his tokens and his id.
    async fn enter(&mut self, name: &str, email: &str) -> Result<()> {
        self.local.clock.advance(SignedDuration::from_mins(6))?;
        let url = format!("{}/mansa/api/users/email-login", self.local.url);
        let ask = async |body: Value| self.http.post(&url).json(&body).send().await?.json::<Value>().await;
        ask(json!({ "email": email })).await?;
        self.work().await?;
        self.local.clock.advance(SignedDuration::from_secs(2))?;
        let answer = ask(json!({ "email": email, "code": self.mailed_code(email)? })).await?;
        for (suffix, place) in [("", "/access"), ("_refresh", "/refresh"), ("_id", "/user/account_id")] {
            let value = answer.pointer(place).and_then(Value::as_str).ok_or(format!("{email} was not let in: {answer}"))?;
            self.names.insert(format!("{name}{suffix}"), value.to_owned());
        }
        Ok(())
    }

    /// Publishes what waits as the relay does when the stream tells of it, and has it delivered, until nothing is left.
    pub async fn work(&self) -> Result<Behind> {
        let mut behind = Behind::default();
        let mails = self.local.inbox.mails(None, None).len();
        loop {
            let now = self.local.clock.now();
            // In AWS the stream tells what is new; what is asked here to know it is not counted.
            let told = self.local.platform.store.unpublished(now.plus(SignedDuration::from_hours(1))).await?;
            if told.is_empty() {
                break;
            }
            self.take();
            let known = self.local.bus.events().len();
            self.outbox.relay(told, now).await?;
            behind.relay += self.take();
            let events = self.local.bus.events();
            let new = &events[..events.len().saturating_sub(known)];
            behind.events += new.len();
            for handled in [workers::notifier::HANDLED, workers::projector::HANDLED, razorpay::settlement::HANDLED] {
                behind.messages += new.iter().filter(|event| handled.contains(&event.detail_type.as_str())).count();
            }
            self.local.bus.deliver().await;
            behind.consumers += self.take();
        }
        behind.mails = self.local.inbox.mails(None, None).len().saturating_sub(mails);
        self.take();
        Ok(behind)
    }

    /// Does what is due, and what comes of it. What the scheduler asks whether anything is due or not is left out: it
    /// belongs to the minute and not to the thing.
    pub async fn due(&self) -> Result<Behind> {
        let scheduler = workers::scheduler::Scheduler::new(&self.local.platform)?;
        self.take();
        scheduler.run().await?;
        let used = self.take();
        scheduler.run().await?;
        let looking = self.take();
        let mut behind = self.work().await?;
        behind.scheduler += Used {
            requests: used.requests.saturating_sub(looking.requests),
            read_units: used.read_units - looking.read_units,
            write_units: used.write_units - looking.write_units,
        };
        Ok(behind)
    }

    /// A minute in which nothing happens: the sweeper and the scheduler look.
    pub async fn idle_minute(&self) -> Result<Used> {
        self.work().await?;
        self.take();
        workers::sweeper::Sweeper::new(&self.local.platform, SignedDuration::ZERO)?.run().await?;
        workers::scheduler::Scheduler::new(&self.local.platform)?.run().await?;
        Ok(self.take())
    }
}
