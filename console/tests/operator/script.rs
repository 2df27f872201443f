//! The script that sets an empty deployment up.

use crate::harness::Operator;
use local::Options;
use std::{path::Path, process::Stdio};
use tokio::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn the_script_sets_an_empty_deployment_up() {
    let operator = &Operator::start(Options { demo_data: false, ..Options::in_memory() }).await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/set-up.sh");
    let mut command = Command::new("bash");
    command.arg(script).env("CONSOLE", env!("CARGO_BIN_EXE_console")).env("CONSOLE_URL", &operator.local.url);
    command.env("CONSOLE_CONFIG", operator.home.join("config.json")).stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.unwrap();
    let told = operator.read(&["script"], output);
    assert!(told.err.is_empty() || told.code == 0, "{}", told.err);
    assert!(told.ok().contains("A session is agreed on"));
    operator.local.pump.drain().await;
    assert!(operator.local.bus.dead_letters().is_empty());
    let mails = operator.local.inbox.mails(Some("asha@example.com"), Some("Confirmed"));
    assert_eq!(mails.len(), 1, "the mentee has mail");
}
