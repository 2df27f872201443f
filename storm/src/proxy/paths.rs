//! What a call does, in words: the row of the report that it counts for.

use super::Service;
use http::Method;
use serde_json::Value;
use std::collections::BTreeSet;

/// A call as it is counted.
#[derive(Debug, Clone)]
pub struct Call {
    pub service: Service,
    /// What it does, such as `transaction BookingConfirmed`.
    pub path: String,
    /// Whether it changes anything.
    pub writes: bool,
    /// Whether it is a transaction of the table's.
    pub transaction: bool,
    /// The events whose items it writes.
    pub events: BTreeSet<String>,
}

/// The items of a transaction: what is done to each.
pub const STEPS: [&str; 4] = ["Put", "Update", "Delete", "ConditionCheck"];

fn text(value: &Value) -> &str {
    value["S"].as_str().unwrap_or_default()
}

/// A part of a request that names one item.
pub fn key(part: &Value) -> &Value {
    if part["Item"].is_object() { &part["Item"] } else { &part["Key"] }
}

/// What kind of thing an item is, by its key: `slot`, `member`, `ledger mail` …
pub fn kind(key: &Value) -> String {
    let (pk, sk) = (text(&key["pk"]), text(&key["sk"]));
    let mut parts = pk.split('#');
    let first = parts.next().unwrap_or_default();
    let of_product = domain::Product::ALL.iter().any(|product| product.slug() == first);
    let kind = if of_product { parts.next().unwrap_or_default() } else { first };
    let within = sk.split('#').next().unwrap_or_default();
    let kind = match kind {
        "LEDGER" => format!("ledger {within}"),
        "SESSION" if within == "SESSION" => "meeting".to_owned(),
        "ACCOUNT" | "ORDER" | "PUBLIC_EVENT" | "LEAD" | "MOCK" | "MENTOR" | "SESSION" => within.to_owned(),
        _ => kind.to_owned(),
    };
    kind.to_lowercase()
}

/// The steps of a transaction: what is done, and to which item.
pub fn steps(body: &Value) -> impl Iterator<Item = (&'static str, &Value)> {
    let steps = body["TransactItems"].as_array().into_iter().flatten();
    steps.filter_map(|step| STEPS.into_iter().find_map(|name| step.get(name).map(|part| (name, part))))
}

impl Call {
    /// A call of the table.
    pub fn of_table(operation: &str, body: &Value) -> Self {
        let service = Service::Table;
        let single = |word: &str| {
            let path = format!("{word} {}", kind(key(body)));
            Self { service, path, writes: true, transaction: false, events: BTreeSet::new() }
        };
        match operation {
            "TransactWriteItems" => Self::of_transaction(body),
            "PutItem" => single("put"),
            "UpdateItem" => single("update"),
            "DeleteItem" => single("delete"),
            _ => Self { service, path: "reads".to_owned(), writes: false, transaction: false, events: BTreeSet::new() },
        }
    }

    fn of_transaction(body: &Value) -> Self {
        let puts = steps(body).filter(|(name, _)| *name == "Put");
        let events = puts.map(|(_, part)| text(&part["Item"]["event"]["M"]["name"])).filter(|name| !name.is_empty());
        let events: BTreeSet<String> = events.map(str::to_owned).collect();
        let kinds: BTreeSet<String> = steps(body).map(|(_, part)| kind(key(part))).collect();
        let what = if kinds.contains("ledger projector") {
            "projection".to_owned()
        } else if events.is_empty() {
            let alone = kinds.len() == 1;
            kinds.into_iter().filter(|kind| alone || kind != "audit").collect::<Vec<_>>().join(" + ")
        } else {
            events.iter().cloned().collect::<Vec<_>>().join(" + ")
        };
        Self { service: Service::Table, path: format!("transaction {what}"), writes: true, transaction: true, events }
    }

    /// A call of another service.
    pub fn of(service: Service, method: &Method, path: &str) -> Self {
        let id = |part: &str| ["order_", "pay_", "rfnd_"].iter().any(|prefix| part.starts_with(prefix));
        let shape: Vec<&str> = path.split('/').map(|part| if id(part) { "{id}" } else { part }).collect();
        let path = match service {
            Service::Bus => "PutEvents".to_owned(),
            Service::Mail => "SendEmail".to_owned(),
            Service::Table | Service::Razorpay => format!("{method} {}", shape.join("/")),
        };
        Self { service, path, writes: method == Method::POST, transaction: false, events: BTreeSet::new() }
    }
}
