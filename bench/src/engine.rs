//! The table's engine in a process of its own, so that its processor time is not counted as the platform's.

use crate::Result;
use local::Options;
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
};

/// The argument that makes a binary of this crate be an engine.
pub const ARGUMENT: &str = "engine";
/// The name of the table in it.
pub const TABLE: &str = "platform";

/// An engine; it stops with this.
#[derive(Debug)]
pub struct Engine {
    pub url: String,
    http: reqwest::Client,
    _process: Child,
}

/// Is the engine: tells its address and serves until nobody listens.
pub async fn serve() -> Result<()> {
    let options = Options { demo_data: false, background: false, ..Options::in_memory() };
    let local = local::start(options).await?;
    println!("{}", local.environment["DYNAMODB_ENDPOINT"]);
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    Ok(())
}

impl Engine {
    /// Starts one.
    pub async fn start() -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn()?;
        let output = process.stdout.take().ok_or("the engine has no output")?;
        let url = BufReader::new(output).lines().next_line().await?.ok_or("the engine did not start")?;
        Ok(Self { url, http: reqwest::Client::new(), _process: process })
    }

    /// Asks it something, past the meter.
    pub async fn ask(&self, operation: &str, request: &Value) -> Result<Value> {
        let asked = self.http.post(&self.url).header("x-amz-target", format!("DynamoDB_20120810.{operation}"));
        let asked = asked.header("content-type", "application/x-amz-json-1.0").header("x-amz-date", "20260101T000000Z").header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=local/20260101/ap-south-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
        );
        let answer = asked.body(request.to_string()).send().await?;
        let status = answer.status();
        let body: Value = serde_json::from_str(&answer.text().await?)?;
        if status.is_success() { Ok(body) } else { Err(format!("{operation}: {status} {body}").into()) }
    }

    /// Every item of the table.
    pub async fn items(&self) -> Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut request = json!({ "TableName": TABLE, "ConsistentRead": true });
        loop {
            let page = self.ask("Scan", &request).await?;
            items.extend(page["Items"].as_array().cloned().unwrap_or_default());
            if page["LastEvaluatedKey"].is_null() {
                return Ok(items);
            }
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"].clone();
        }
    }

    /// Puts items in, 25 in a request.
    pub async fn put(&self, items: &[Value]) -> Result<()> {
        for batch in items.chunks(25) {
            let puts: Vec<Value> = batch.iter().map(|item| json!({ "PutRequest": { "Item": item } })).collect();
            let answer = self.ask("BatchWriteItem", &json!({ "RequestItems": { TABLE: puts } })).await?;
            if answer["UnprocessedItems"].as_object().is_some_and(|left| !left.is_empty()) {
                return Err("the engine left items unwritten".into());
            }
        }
        Ok(())
    }
}
