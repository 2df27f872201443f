//! A function's real binary as a process of its own, as Lambda would run it: a Runtime API that hands it saved events,
//! and the local server's table and stand-ins behind it. Only for tests.
//!
//! `CARGO_BIN_EXE_*` exists in a binary's own package alone, so the tests stand there and name the binary.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on must stop")]

use aws_sdk_dynamodb::types::AttributeValue;
use lambda_simulator::{InvocationStatus, Simulator};
use local::{Local, Options};
use serde_json::Value;
use std::{
    path::Path,
    process::{Output, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdout, Command},
};

/// The password of the demo accounts, which the saved events sign in with.
pub const DEMO_PASSWORD: &str = "demo-password";
/// What the saved webhooks are signed with.
pub const WEBHOOK_SECRET: &str = "webhook-secret-of-the-saved-events";

/// Longer than any step takes, so that nothing hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running function. Dropping it ends the process.
#[expect(missing_debug_implementations, reason = "the simulator has none")]
pub struct Function {
    simulator: Simulator,
    /// What stands behind the function.
    pub local: Local,
    process: Child,
    logs: BufReader<ChildStdout>,
}

/// A value of a stream's image, as the table's own client writes it.
fn attribute(value: &Value) -> AttributeValue {
    let (kind, value) = value.as_object().and_then(|value| value.iter().next()).expect("a typed value");
    match (kind.as_str(), value) {
        ("S", Value::String(text)) => AttributeValue::S(text.clone()),
        ("N", Value::String(number)) => AttributeValue::N(number.clone()),
        ("BOOL", Value::Bool(truth)) => AttributeValue::Bool(*truth),
        ("M", Value::Object(map)) => {
            AttributeValue::M(map.iter().map(|(name, value)| (name.clone(), attribute(value))).collect())
        }
        ("L", Value::Array(list)) => AttributeValue::L(list.iter().map(attribute).collect()),
        _ => panic!("{kind} is in no image of ours"),
    }
}

/// Puts the items into a server's table of which a saved stream tells.
pub async fn write_images(local: &Local, stream: &Value) {
    let client = local.platform.aws.dynamodb();
    for record in stream["Records"].as_array().expect("records") {
        let image = record["dynamodb"]["NewImage"].as_object().expect("an image");
        let item = image.iter().map(|(name, value)| (name.clone(), attribute(value))).collect();
        client.put_item().table_name("platform").set_item(Some(item)).send().await.unwrap();
    }
}

/// A saved event of `events/`.
pub fn saved(event: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events").join(event).with_extension("json");
    serde_json::from_str(&std::fs::read_to_string(&path).expect("a saved event")).unwrap()
}

async fn local() -> Local {
    let options = Options {
        background: false,
        demo_password: Some(DEMO_PASSWORD.to_owned()),
        settings: vec![("RAZORPAY_WEBHOOK_SECRET".to_owned(), WEBHOOK_SECRET.to_owned())],
        ..Options::in_memory()
    };
    local::start(options).await.unwrap()
}

/// The binary with Lambda's environment and the local server's settings, and nothing of this process's own.
fn command(binary: &str, simulator: &Simulator, local: &Local) -> Command {
    let mut command = Command::new(binary);
    command.env_clear().envs(simulator.lambda_env_vars()).envs(&local.environment);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

impl Function {
    /// Puts the items into the table of which a saved stream tells.
    pub async fn write_images(&self, stream: &Value) {
        write_images(&self.local, stream).await;
    }

    /// Starts a binary.
    pub async fn start(binary: &str) -> Self {
        let (simulator, local) = (Simulator::builder().build().await.unwrap(), local().await);
        let mut process = command(binary, &simulator, &local).stderr(Stdio::inherit()).spawn().unwrap();
        let logs = BufReader::new(process.stdout.take().unwrap());
        Self { simulator, local, process, logs }
    }

    /// Hands an event to the process and returns the request id and what it answered.
    pub async fn invoke(&self, event: &Value) -> (String, Value) {
        let id = self.simulator.enqueue_payload(event.clone()).await;
        let state = self.simulator.wait_for_invocation_complete(&id, PATIENCE).await.unwrap();
        assert_eq!(state.status, InvocationStatus::Success, "{:?}", state.error);
        (id, state.response.unwrap().payload)
    }

    /// Hands over an event that comes through the gateway; returns its status and body.
    pub async fn request(&self, event: &Value) -> (u64, Value) {
        let (_, answer) = self.invoke(event).await;
        let body = answer["body"].as_str().unwrap_or_default();
        (answer["statusCode"].as_u64().unwrap(), serde_json::from_str(body).unwrap_or_default())
    }

    /// A token of a demo account, from the local server over the same table.
    pub async fn sign_in(&self, email: &str) -> String {
        let body = serde_json::json!({ "email": email, "password": DEMO_PASSWORD });
        let request = reqwest::Client::new().post(format!("{}/api/auth/login", self.local.url)).json(&body);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Ends the process and returns every line that it logged; each must be JSON.
    pub async fn stop(mut self) -> Vec<Value> {
        assert_eq!(self.process.try_wait().unwrap(), None, "it serves until it is ended");
        self.process.kill().await.unwrap();
        let (mut lines, mut read) = (self.logs.lines(), Vec::new());
        while let Some(line) = lines.next_line().await.unwrap() {
            read.push(serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}")));
        }
        read
    }
}

/// Checks that a binary without a setting ends before its first event, with one sentence that names it.
pub async fn refuses_to_start_without(binary: &str, setting: &str) {
    let (simulator, local) = (Simulator::builder().build().await.unwrap(), local().await);
    let ended = command(binary, &simulator, &local).env_remove(setting).output();
    let Output { status, stdout, stderr } = tokio::time::timeout(PATIENCE, ended).await.expect("it ends by itself").unwrap();
    assert!(status.code().is_some_and(|code| code != 0), "{status}");
    assert_eq!(String::from_utf8(stderr).unwrap(), format!("Error: {setting} is not set\n"));
    assert_eq!(String::from_utf8(stdout).unwrap(), "");
}
