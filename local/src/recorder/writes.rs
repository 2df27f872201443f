//! Writes to the table, as the SDK sends them: which items, with which attributes, under which conditions.

use super::{Happened, Recorder, StepKind};
use serde_json::{Map, Value, json};

/// What stands in such attributes is nobody's to see: hashes of passwords and tokens, sealed answers.
const SECRET: [&str; 6] = ["password", "hash", "secret", "token", "sealed", "answer"];
const OPERATIONS: [&str; 4] = ["TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"];
/// What a timeline may be asked for, by the word in its key.
const SUBJECTS: [(&str, &str); 4] = [("BOOKING", "booking"), ("ORDER", "order"), ("MOCK", "mock"), ("LEAD", "lead")];

/// Remembers a write, if it is one, and what became of it.
pub(crate) fn record_write(recorder: &Recorder, operation: &str, request: &Value, taken: bool, answer: &Value) {
    if !OPERATIONS.contains(&operation) {
        return;
    }
    let writes: Vec<Value> = match request["TransactItems"].as_array() {
        Some(steps) => {
            steps.iter().filter_map(|step| step.as_object()?.iter().next().map(|(what, of)| write(what, of))).collect()
        }
        None => vec![write(operation.trim_end_matches("Item"), request)],
    };
    let names: Vec<&str> = writes.iter().filter_map(|write| write["item"].as_str()).collect();
    let request_id = writes.iter().find_map(request_id_in);
    let mut detail = json!({ "operation": operation, "writes": writes, "request_id": request_id });
    let outcome = if taken { String::new() } else { " → refused".to_owned() };
    if !taken {
        let reasons = answer["CancellationReasons"].as_array().map(|reasons| {
            let code = |reason: &Value| reason["Code"].clone();
            reasons.iter().map(code).collect::<Value>()
        });
        detail["refused"] = reasons.unwrap_or_else(|| answer["__type"].clone());
    }
    let title = match names.as_slice() {
        [one] => format!("{one}{outcome}"),
        [first, rest @ ..] => format!("{first} and {} more{outcome}", rest.len()),
        [] => operation.to_owned(),
    };
    recorder.record(Happened::new(StepKind::Transaction, title, detail));
}

/// The bookings, orders and sessions that a transaction wrote about: kind and id.
pub(super) fn subjects_of(detail: &Value) -> Vec<(String, String)> {
    let keys = detail["writes"].as_array().into_iter().flatten().filter_map(|write| write["key"]["pk"].as_str());
    let subject = |key: &str| {
        let mut words = key.split('#').skip_while(|word| !SUBJECTS.iter().any(|(name, _)| name == word));
        let word = words.next()?;
        let (_, kind) = SUBJECTS.iter().find(|(name, _)| *name == word)?;
        Some(((*kind).to_owned(), words.next()?.to_owned()))
    };
    keys.filter_map(subject).collect()
}

/// One write in words: what, where, and which attributes with which values.
fn write(what: &str, of: &Value) -> Value {
    let attributes = plain_item(&of["Item"]);
    let key = if of["Key"].is_object() { plain_item(&of["Key"]) } else { attributes.clone() };
    let (pk, sk) = (key["pk"].as_str().unwrap_or_default(), key["sk"].as_str().unwrap_or_default());
    let mut write = json!({ "write": what.to_lowercase(), "item": name_of(pk, sk), "key": { "pk": pk, "sk": sk } });
    if attributes.as_object().is_some_and(|attributes| !attributes.is_empty()) {
        write["attributes"] = attributes;
    }
    if let Some(expression) = of["UpdateExpression"].as_str() {
        write["changes"] = changes(expression, of);
    }
    if let Some(condition) = of["ConditionExpression"].as_str() {
        write["condition"] = named(condition, of).into();
    }
    write
}

/// What a person calls the item: the words of its keys that are no ids.
fn name_of(pk: &str, sk: &str) -> String {
    let word = |text: &&str| text.len() > 2 && text.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let last = sk.split('#').find(word).or_else(|| pk.split('#').rfind(word)).unwrap_or("item");
    last.to_lowercase().replace('_', " ")
}

fn is_secret(name: &str) -> bool {
    SECRET.iter().any(|secret| name.contains(secret))
}

fn plain_item(item: &Value) -> Value {
    let fields = item.as_object().into_iter().flatten();
    fields.map(|(name, value)| (name.clone(), attribute(name, value))).collect::<Map<_, _>>().into()
}

fn attribute(name: &str, value: &Value) -> Value {
    if is_secret(name) { "left out".into() } else { plain(value) }
}

/// DynamoDB's way of writing a value, as plain JSON.
fn plain(value: &Value) -> Value {
    let Some((kind, inner)) = value.as_object().and_then(|value| value.iter().next()) else { return value.clone() };
    match kind.as_str() {
        "N" => inner.as_str().and_then(|number| serde_json::from_str(number).ok()).unwrap_or_else(|| inner.clone()),
        "M" => plain_item(inner),
        "L" => inner.as_array().into_iter().flatten().map(plain).collect(),
        "NULL" => Value::Null,
        _ => inner.clone(),
    }
}

/// An expression with the attributes' real names.
fn named(expression: &str, of: &Value) -> String {
    let mut names: Vec<(&String, &str)> = of["ExpressionAttributeNames"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(short, name)| Some((short, name.as_str()?)))
        .collect();
    // The longest first, or #n1 would be found in #n10.
    names.sort_by_key(|(short, _)| std::cmp::Reverse(short.len()));
    names.into_iter().fold(expression.to_owned(), |text, (short, name)| text.replace(short.as_str(), name))
}

/// The changes of an update: what is set or added, by name; what is removed has no value.
fn changes(expression: &str, of: &Value) -> Value {
    let expression = named(expression, of);
    let words: Vec<&str> = expression.split([' ', ',', '=', '(', ')', '+']).filter(|word| !word.is_empty()).collect();
    let mut changes = Map::new();
    let mut name = "";
    for word in words {
        if let Some(value) = word.starts_with(':').then(|| &of["ExpressionAttributeValues"][word]) {
            changes.insert(name.to_owned(), attribute(name, value));
        } else if !["SET", "ADD", "REMOVE", "DELETE"].contains(&word) {
            name = word;
            changes.entry(word.to_owned()).or_insert(Value::Null);
        }
    }
    changes.into()
}

fn request_id_in(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => match fields.get("request_id").and_then(Value::as_str) {
            Some(id) => Some(id.to_owned()),
            None => fields.values().find_map(request_id_in),
        },
        Value::Array(items) => items.iter().find_map(request_id_in),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_told_in_plain_words_without_secrets() {
        let recorder = Recorder::new(app::SystemClock::shared());
        let request = json!({ "TransactItems": [
            { "Put": { "Item": {
                "pk": { "S": "ACCOUNT#1" }, "sk": { "S": "ACCOUNT" }, "password_hash": { "S": "$2b$12$x" }, "rev": { "N": "3" },
                "tags": { "L": [{ "S": "a" }, { "NULL": true }] },
            } } },
            { "Update": {
                "Key": { "pk": { "S": "codementee#BOOKING#01920000-0000-7000-8000-0000000000b1" }, "sk": { "S": "BOOKING" } },
                "UpdateExpression": "SET #a1 = :v1, #a10 = :v10 REMOVE #a2",
                "ConditionExpression": "#a1 = :c",
                "ExpressionAttributeNames": { "#a1": "status", "#a10": "token_hash", "#a2": "own_pk" },
                "ExpressionAttributeValues": { ":v1": { "S": "confirmed" }, ":v10": { "S": "deadbeef" }, ":c": { "S": "pending" } },
            } },
            { "Put": { "Item": { "pk": { "S": "EVENT#2" }, "sk": { "S": "EVENT" }, "event": { "M": { "request_id": { "S": "r1" } } } } } },
        ] });
        record_write(&recorder, "TransactWriteItems", &request, true, &Value::Null);
        record_write(&recorder, "GetItem", &request, true, &Value::Null);
        let steps = recorder.latest(StepKind::Transaction, 10);
        assert_eq!(steps.len(), 1, "reads are not remembered");
        let Value::Array(writes) = &steps[0].detail["writes"] else { panic!("no writes") };
        assert_eq!(steps[0].title, "account and 2 more");
        assert_eq!(steps[0].request_id.as_deref(), Some("r1"));
        assert_eq!(writes[0]["attributes"]["password_hash"], "left out");
        assert_eq!((&writes[0]["attributes"]["rev"], &writes[0]["attributes"]["tags"]), (&json!(3), &json!(["a", null])));
        assert_eq!(writes[1]["changes"], json!({ "status": "confirmed", "token_hash": "left out", "own_pk": null }));
        assert_eq!((&writes[1]["item"], &writes[1]["condition"]), (&json!("booking"), &json!("status = :c")));
        assert!(!steps[0].detail.to_string().contains("deadbeef"));
        let subjects = recorder.subjects(10);
        assert_eq!((subjects.len(), subjects[0].kind.as_str()), (1, "booking"));
    }
}
