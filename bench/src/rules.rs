//! How the embedded engine counts, next to DynamoDB's published rules.

use crate::{
    Result,
    engine::{Engine, TABLE},
};
use serde_json::{Value, json};

/// One thing asked, what it costs by the rules and what the engine says.
#[derive(Debug)]
pub struct Checked {
    pub what: &'static str,
    pub by_the_rules: f64,
    pub by_the_engine: f64,
}

fn key(id: &str) -> Value {
    json!({ "pk": { "S": format!("CHECK#{id}") }, "sk": { "S": "CHECK" } })
}

/// An item of about so many bytes, in the index `all` or in none.
fn item(id: &str, bytes: usize, listed: bool) -> Value {
    let mut item = key(id);
    item["body"] = json!({ "S": "x".repeat(bytes) });
    if listed {
        item["all_pk"] = json!({ "S": "CHECKS" });
        item["all_sk"] = json!({ "S": id });
    }
    item
}

fn put(item: Value) -> Value {
    json!({ "Put": { "TableName": TABLE, "Item": item } })
}

fn update(id: &str, expression: &str) -> Value {
    let mut request = json!({ "TableName": TABLE, "Key": key(id), "UpdateExpression": expression });
    if expression.contains(":v") {
        request["ExpressionAttributeValues"] = json!({ ":v": { "S": "another" } });
    }
    request
}

fn get(id: &str) -> Value {
    json!({ "TableName": TABLE, "Key": key(id), "ConsistentRead": true })
}

/// What is tried: in this order, since some build on what was written before.
fn cases() -> Vec<(&'static str, &'static str, Value, f64)> {
    let plain = |item: Value| json!({ "TableName": TABLE, "Item": item });
    let together = |steps: Value| json!({ "TransactItems": steps });
    let check =
        json!({ "ConditionCheck": { "TableName": TABLE, "Key": key("a"), "ConditionExpression": "attribute_exists(pk)" } });
    let mut waiting = item("w", 1300, false);
    waiting["outbox_pk"] = json!({ "S": "CHECKED" });
    waiting["outbox_sk"] = json!({ "S": "w" });
    let batch = json!({ "RequestItems": { TABLE: { "Keys": [key("a"), key("b"), key("none")], "ConsistentRead": true } } });
    let listed = json!({ "TableName": TABLE, "IndexName": "all", "KeyConditionExpression": "all_pk = :v",
        "ExpressionAttributeValues": { ":v": { "S": "CHECKS" } } });
    vec![
        ("put 0.5 KB", "PutItem", plain(item("a", 450, false)), 1.0),
        ("put 1.3 KB", "PutItem", plain(item("b", 1300, false)), 2.0),
        ("put 0.5 KB, an index entry", "PutItem", plain(item("c", 450, true)), 2.0),
        ("put 1.3 KB, an index entry", "PutItem", plain(item("d", 1300, true)), 4.0),
        ("put 1.3 KB, an entry of keys only", "PutItem", plain(waiting), 3.0),
        ("change 0.5 KB in an index", "UpdateItem", update("c", "SET note = :v"), 2.0),
        ("change 1.3 KB that its index has not", "UpdateItem", update("w", "SET note = :v"), 2.0),
        ("move 0.5 KB in an index", "UpdateItem", update("c", "SET all_sk = :v"), 3.0),
        ("take 0.5 KB out of an index", "UpdateItem", update("c", "REMOVE all_pk, all_sk"), 2.0),
        ("take 1.3 KB out of an index of keys", "UpdateItem", update("w", "REMOVE outbox_pk, outbox_sk"), 3.0),
        ("delete 1.3 KB in an index", "DeleteItem", json!({ "TableName": TABLE, "Key": key("d") }), 4.0),
        ("transaction: put 0.5 KB", "TransactWriteItems", together(json!([put(item("e", 450, false))])), 2.0),
        ("transaction: put 1.3 KB, an index entry", "TransactWriteItems", together(json!([put(item("f", 1300, true))])), 6.0),
        (
            "transaction: put 0.5 KB, check 0.5 KB",
            "TransactWriteItems",
            together(json!([put(item("g", 450, false)), check])),
            4.0,
        ),
        (
            "transaction: set an attribute of nothing",
            "TransactWriteItems",
            together(json!([{ "Update": update("h", "SET note = :v") }])),
            2.0,
        ),
        ("get 0.5 KB, strong", "GetItem", get("a"), 1.0),
        ("get nothing, strong", "GetItem", get("none"), 1.0),
        ("batch of two and nothing, strong", "BatchGetItem", batch, 3.0),
        ("query 1.3 KB of an index", "Query", listed, 0.5),
    ]
}

/// Tries each on a new engine.
pub async fn check() -> Result<Vec<Checked>> {
    let engine = Engine::start().await?;
    let mut checked = Vec::new();
    for (what, operation, mut request, by_the_rules) in cases() {
        request["ReturnConsumedCapacity"] = "TOTAL".into();
        let answer = engine.ask(operation, &request).await?;
        let consumed = &answer["ConsumedCapacity"];
        let units = |table: &Value| table["CapacityUnits"].as_f64().unwrap_or_default();
        let by_the_engine = consumed.as_array().map_or_else(|| units(consumed), |tables| tables.iter().map(units).sum());
        checked.push(Checked { what, by_the_rules, by_the_engine });
    }
    Ok(checked)
}
