//! Ctrl-C in the middle of an import.

use crate::harness::Operator;
use local::Options;
use serde_json::Value;
use std::{process::Output, time::Duration};
use tokio::process::Child;

const ROWS: usize = 80;

fn interrupt(child: &Child) {
    let pid = child.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
}

/// A file of many slots, and a server that is slow enough to be interrupted.
async fn scene() -> (Operator, String) {
    let operator = Operator::start(Options { rate_limits: true, ..Options::in_memory() }).await;
    operator.log_in("admin@codementee.com").await;
    let rows: String = (0..ROWS).map(|n| format!("2090-{:02}-{:02},10:00,11:00\n", n / 28 + 1, n % 28 + 1)).collect();
    let file = operator.file("slots.csv", &format!("date,start_time,end_time\n{rows}"));
    (operator, file)
}

async fn slots(operator: &Operator) -> usize {
    let now = domain::Instant::parse("2089-12-30T00:00:00Z").unwrap();
    let span = domain::Span { from: Some(now), until: None };
    let page = store::PageRequest::first(1000);
    let found = operator.local.platform.store.slots(domain::Product::Codementee, span, None, None, page).await.unwrap();
    found.items.len()
}

async fn begun(operator: &Operator, child: &mut Child) {
    for _ in 0..600 {
        if slots(operator).await > 0 {
            return;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended too soon");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn count(report: &Value, name: &str) -> usize {
    usize::try_from(report[name].as_u64().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_finishes_the_row_in_hand_and_goes_on_where_it_was() {
    let (operator, file) = scene().await;
    let args = ["import", "slots", &file, "--output", "json"];
    let mut child = operator.command(&args).spawn().unwrap();
    begun(&operator, &mut child).await;
    interrupt(&child);
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(130));
    let told = report(&output);
    let done = count(&told, "done");
    assert_eq!((told["interrupted"].as_bool(), count(&told, "left")), (Some(true), ROWS - done), "{told}");
    assert!(done > 0 && done < ROWS, "{done} of {ROWS}");
    assert_eq!(slots(&operator).await, done, "what it says is there, and nothing else");
    let again = operator.json(&args[..3]).await;
    assert_eq!((count(&again, "unchanged"), count(&again, "done")), (done, ROWS - done));
    assert_eq!(slots(&operator).await, ROWS);
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_stops_at_once_and_nothing_is_there_twice() {
    let (operator, file) = scene().await;
    let args = ["import", "slots", &file, "--output", "json"];
    let mut child = operator.command(&args).spawn().unwrap();
    begun(&operator, &mut child).await;
    interrupt(&child);
    // Two signals at the same instant are one.
    tokio::time::sleep(Duration::from_millis(5)).await;
    if child.try_wait().unwrap().is_none() {
        interrupt(&child);
    }
    assert_eq!(child.wait_with_output().await.unwrap().status.code(), Some(130));
    operator.json(&args[..3]).await;
    assert_eq!(slots(&operator).await, ROWS);
}
