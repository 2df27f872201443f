//! What an event leaves behind beside its answer.

use crate::harness::App;
use domain::Product;
use serde_json::Value;
use std::collections::BTreeMap;

const PRODUCT: Product = Product::Codementee;

/// How often each thing is there, by a line that says what it is.
#[derive(Debug, Default)]
pub struct Traces(BTreeMap<String, u64>);

impl Traces {
    /// What is there now of all that a worker may change.
    pub async fn of(app: &App) -> Self {
        let mut traces = Self::default();
        for event in app.local.bus.events() {
            traces.add(format!("published {}", event.detail_type), 1);
        }
        for mail in app.local.inbox.mails(None, None) {
            traces.add(format!("mailed {}", mail.to.join(", ")), 1);
        }
        for item in app.items("SUPPRESSED#").await {
            let address = item["pk"].as_s().unwrap().trim_start_matches("SUPPRESSED#").to_owned();
            traces.add(format!("suppressed {address}, {}", item["reason"].as_s().unwrap()), 1);
        }
        for item in app.items("DUE#").await {
            traces.add(format!("due {}", item["kind"].as_s().unwrap()), 1);
        }
        for item in app.items("ORDER#").await {
            traces.add(format!("order {}", item["status"].as_s().unwrap()), 1);
        }
        traces.add("free link".to_owned(), u64::try_from(app.items("codementee#POOL#").await.len()).unwrap());
        traces.read_figures(app).await;
        traces
    }

    fn add(&mut self, what: String, count: u64) {
        *self.0.entry(what).or_default() += count;
    }

    async fn read_figures(&mut self, app: &App) {
        let store = &app.local.platform.store;
        let counts = serde_json::to_value(store.counts(PRODUCT).await.unwrap()).unwrap();
        for (name, count) in counts.as_object().unwrap() {
            self.add(format!("counted {name}"), count.as_u64().unwrap());
        }
        for sold in store.revenue_by_plan(PRODUCT).await.unwrap() {
            self.add(format!("sold {}", sold.plan_id), sold.takings.orders);
            self.add(format!("paise of {}", sold.plan_id), sold.takings.amount.get());
        }
        for sold in store.revenue_by_month(PRODUCT, 1200).await.unwrap() {
            self.add(format!("sold in {}", sold.month), sold.takings.orders);
            self.add(format!("paise in {}", sold.month), sold.takings.amount.get());
        }
    }

    /// What has changed since, a line each, like `published MeetLinkReleased +1`.
    pub fn since(&self, before: &Self) -> Vec<String> {
        let count = |traces: &Self, what: &String| i128::from(traces.0.get(what).copied().unwrap_or_default());
        let both: std::collections::BTreeSet<_> = self.0.keys().chain(before.0.keys()).collect();
        let changes = both.into_iter().map(|what| (what, count(self, what) - count(before, what)));
        changes.filter(|(_, change)| *change != 0).map(|(what, change)| format!("{what} {change:+}")).collect()
    }
}

/// A value of a stream's image as JSON.
fn plain(value: &Value) -> Value {
    let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
    match (kind.as_str(), value) {
        ("M", Value::Object(map)) => map.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        ("L", Value::Array(list)) => list.iter().map(plain).collect(),
        ("N", Value::String(number)) => number.parse().map(Value::Number).unwrap(),
        (_, value) => value.clone(),
    }
}

/// A value without what it does not tell.
fn told(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            fields.map(|(name, value)| (name.clone(), told(value))).collect()
        }
        other => other.clone(),
    }
}

/// Checks that the last events on the bus are those of a stream's images, word for word.
pub fn check_published(app: &App, stream: &Value, published_before: usize) {
    let images = stream["Records"].as_array().unwrap().iter().map(|record| &record["dynamodb"]["NewImage"]["event"]);
    let written: Vec<_> = images.filter(|image| image.is_object()).map(|image| told(&plain(image))).collect();
    // The latest first.
    let events = app.local.bus.events();
    for event in &events[..events.len() - published_before] {
        assert!(written.contains(&told(&event.detail)), "{event:?} is none of {written:?}");
        assert_eq!(event.detail["name"], event.detail_type.as_str());
    }
}

/// Which limits were counted for a source, by their names.
pub async fn limits_of_source(app: &App, source: &str) -> Vec<String> {
    let items = app.items("RATE#").await;
    let keys = items.iter().map(|item| item["pk"].as_s().unwrap());
    let mut names: Vec<_> = keys
        .filter_map(|key| key.strip_prefix("RATE#codementee#")?.split_once("#source:"))
        .filter(|(_, counted)| *counted == source)
        .map(|(limit, _)| limit.to_owned())
        .collect();
    names.sort();
    names
}
