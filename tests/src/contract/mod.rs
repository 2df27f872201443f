//! The calls that the products' web clients make, each made as they make it: `contract/<product>.json`.

mod aspirex;
mod fields;

use crate::{
    calls::{Answer, form_request, read},
    harness::{App, flow_with},
};
use fields::{Kind, check, pick};
use jiff::SignedDuration;
use local::Options;
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A picture by its first bytes, which is all that is looked at.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR a picture";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contract {
    /// What the file says of itself.
    #[serde(rename = "about")]
    _about: Vec<String>,
    /// The hour of the day, by UTC, at which it begins; any unless given.
    begins_at: Option<i8>,
    clients: BTreeMap<String, Client>,
    calls: Vec<Call>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Client {
    /// What stands before `/api` in its addresses.
    base: String,
    /// How many different calls it makes.
    calls: usize,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Shape {
    List,
    Object,
    #[default]
    Ignored,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    client: String,
    /// Which of several calls of the same route it is.
    #[serde(default)]
    note: String,
    method: String,
    path: String,
    #[serde(rename = "as")]
    caller: Option<String>,
    /// The name of the cookie that it sends, from a page of the client's.
    cookie: Option<String>,
    /// The name under which the cookie is kept that it is given.
    keep_cookie: Option<String>,
    /// Whose mailed code is `{code}` in it.
    mailed_code: Option<String>,
    /// So many hours after the one before.
    hours: Option<i64>,
    body: Option<Value>,
    /// A file in a form instead: under which name, and what it is, `png` or `pdf`.
    file: Option<(String, String)>,
    #[serde(default)]
    shape: Shape,
    #[serde(default)]
    reads: BTreeMap<String, Kind>,
    #[serde(default)]
    keep: BTreeMap<String, String>,
    refused: Option<Refused>,
    pays: Option<String>,
}

/// The same call, gone wrong; path, body and caller are the call's own unless given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    status: u16,
    path: Option<String>,
    #[serde(rename = "as")]
    caller: Option<String>,
    body: Option<Value>,
    reads: BTreeMap<String, Kind>,
}

impl Call {
    fn name(&self) -> String {
        format!("{} {} {} {}", self.client, self.method, self.path, self.note).trim_end().to_owned()
    }
}

fn is_aspirex(client: &Client) -> bool {
    client.base == "/aspirex"
}

/// The contracts of all products.
fn contracts() -> Vec<Contract> {
    let texts = [
        include_str!("../../contract/codementee.json"),
        include_str!("../../contract/leadbridge.json"),
        include_str!("../../contract/mansa.json"),
        include_str!("../../contract/aspirex.json"),
    ];
    texts.into_iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

/// What later calls use: texts by name.
struct Scene<'a> {
    app: &'a App,
    names: BTreeMap<String, String>,
}

impl<'a> Scene<'a> {
    fn new(app: &'a App) -> Self {
        let now = app::Clock::now(&*app.local.clock);
        let ahead = |days: i64| now.plus(SignedDuration::from_hours(24 * days)).timestamp();
        let names = [
            ("demo_password", app.local.demo_password.clone()),
            ("epoch_ms", now.timestamp().as_millisecond().to_string()),
            ("today", ahead(0).strftime("%Y-%m-%d").to_string()),
            ("nobody", "nobody".to_owned()),
            ("day", ahead(20).strftime("%Y-%m-%d").to_string()),
            ("far_instant", ahead(30).strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()),
            ("farther_instant", ahead(31).strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()),
        ];
        Self { app, names: names.map(|(name, text)| (name.to_owned(), text)).into() }
    }

    /// A text with every `{name}` filled in.
    fn fill(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (name, value) in &self.names {
            filled = filled.replace(&format!("{{{name}}}"), value);
        }
        assert!(!filled.contains('{'), "{filled} names what no earlier call kept");
        filled
    }

    fn fill_body(&self, body: &Value) -> Value {
        match body {
            Value::String(text) => self.fill(text).into(),
            Value::Array(items) => items.iter().map(|item| self.fill_body(item)).collect(),
            Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), self.fill_body(value))).collect(),
            other => other.clone(),
        }
    }

    /// Pays an order at the checkout, which hands the browser a payment and its signature.
    fn pay(&mut self, order: &str) {
        let payment = self.app.pay(&self.names[order]);
        let word = self.app.local.provider.checkout_answer(&payment);
        self.names.insert("payment".to_owned(), word.razorpay_payment_id);
        self.names.insert("signature".to_owned(), word.razorpay_signature);
    }

    /// Waits for what a call waits for.
    fn wait(&mut self, call: &Call) {
        let clock = &self.app.local.clock;
        if let Some(hours) = call.hours {
            clock.advance(SignedDuration::from_hours(hours)).unwrap();
        }
        if let Some(email) = &call.mailed_code {
            // Using codes is limited to one a second.
            clock.advance(SignedDuration::from_secs(2)).unwrap();
            self.names.insert("code".to_owned(), self.app.mailed_code(email).unwrap());
        }
    }

    async fn send(&self, call: &Call, caller: Option<&String>, base: &str, (path, body): (&str, Option<&Value>)) -> Answer {
        let method: Method = call.method.parse().unwrap();
        let token = caller.map(|caller| self.names[caller].as_str());
        let path = format!("{base}{}", self.fill(path));
        if let Some(cookie) = call.cookie.as_ref().map(|name| self.names[name].as_str()) {
            return self.app.as_page(method, &path, Some(cookie), body.map(|body| self.fill_body(body))).await;
        }
        if let Some((name, kind)) = &call.file {
            let content: &[u8] = if kind == "png" { PNG } else { b"%PDF-1.4\n%%EOF\n" };
            return read(form_request(self.app, method, &path, token, &[(name, Some("file"), content)])).await;
        }
        self.app.call(method, &path, token, body.map(|body| self.fill_body(body))).await
    }

    /// Makes a call that is served, and the one that is refused beside it; says what is not as the client needs it, or
    /// what was answered.
    async fn play(&mut self, call: &Call, base: &str) -> Result<(Answer, Option<Answer>), String> {
        if let Some(order) = &call.pays {
            self.pay(order);
        }
        self.wait(call);
        let answer = self.send(call, call.caller.as_ref(), base, (&call.path, call.body.as_ref())).await;
        if !(200..300).contains(&answer.status) {
            return Err(format!("{} {}", answer.status, answer.body));
        }
        match call.shape {
            Shape::List if !answer.body.is_array() => return Err(format!("is no list: {}", answer.body)),
            Shape::Object if !answer.body.is_object() => return Err(format!("is no object: {}", answer.body)),
            _ => check(&answer.body, &call.reads)?,
        }
        for (name, place) in &call.keep {
            let found = pick(&answer.body, place).and_then(Value::as_str).ok_or_else(|| format!("has no {place}"))?;
            self.names.insert(name.clone(), found.to_owned());
        }
        if let Some(name) = &call.keep_cookie {
            let cookie = crate::leadbridge::cookie_of(&answer).ok_or("sets no cookie")?;
            self.names.insert(name.clone(), cookie);
        }
        let Some(refused) = &call.refused else { return Ok((answer, None)) };
        let (path, body) = (refused.path.as_ref().unwrap_or(&call.path), refused.body.as_ref().or(call.body.as_ref()));
        let caller = refused.caller.as_ref().or(call.caller.as_ref());
        let refusal = self.send(call, caller, base, (path, body)).await;
        if refusal.status != refused.status {
            return Err(format!("should be refused by {}: {} {}", refused.status, refusal.status, refusal.body));
        }
        check(&refusal.body, &refused.reads).map_err(|wrong| format!("its refusal {wrong}"))?;
        Ok((answer, Some(refusal)))
    }
}

/// Every call that AspireX's client makes, with what is answered to it and to the one that is refused beside it.
pub async fn answers_of_aspirex(app: &App) -> Vec<(String, Answer, Option<Answer>)> {
    let Contract { clients, calls, .. } = contracts().into_iter().find(|one| one.clients.values().any(is_aspirex)).unwrap();
    let mut scene = Scene::new(app);
    scene.prepare_aspirex().await;
    let mut answers = Vec::new();
    for call in &calls {
        app.drain().await;
        let played = scene.play(call, &clients[&call.client].base).await;
        let (answer, refusal) = played.map_err(|wrong| format!("{} {wrong}", call.name())).unwrap();
        answers.push((call.name(), answer, refusal));
    }
    answers
}

#[tokio::test]
async fn every_call_of_the_web_clients_is_answered_as_they_need_it() {
    for contract in contracts() {
        every_call(&contract).await;
    }
}

async fn every_call(Contract { begins_at, clients, calls, .. }: &Contract) {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        if let Some(hour) = *begins_at {
            let now = app::Clock::now(&*app.local.clock).timestamp().to_zoned(jiff::tz::TimeZone::UTC);
            let begin = now.date().tomorrow().unwrap().at(hour, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap();
            app.local.clock.advance(begin.duration_since(&now)).unwrap();
        }
        let mut scene = Scene::new(app);
        if clients.values().any(is_aspirex) {
            scene.prepare_aspirex().await;
        }
        let mut broken = Vec::new();
        for call in calls {
            let base = &clients[&call.client].base;
            // Figures follow a moment later.
            app.drain().await;
            let played = scene.play(call, base).await;
            broken.extend(played.err().map(|wrong| format!("{} {wrong}", call.name())));
        }
        assert!(broken.is_empty(), "{} of {} calls:\n{}", broken.len(), calls.len(), broken.join("\n"));
    })
    .await;
}

#[test]
fn the_contract_has_every_call_of_each_client() {
    for Contract { clients, calls, .. } in contracts() {
        for (name, client) in &clients {
            let distinct: BTreeSet<_> =
                calls.iter().filter(|call| call.client == *name).map(|call| (&call.method, route(&call.path))).collect();
            assert_eq!(distinct.len(), client.calls, "{name}: {distinct:#?}");
        }
        for call in &calls {
            assert_eq!(call.shape == Shape::Ignored, call.reads.is_empty(), "{}: reads what it ignores", call.name());
        }
    }
}

/// A path without its query.
fn route(path: &str) -> &str {
    path.split('?').next().unwrap()
}
