//! The binaries as Lambda runs them.

use serde_json::json;
use spawned::{Function, refuses_to_start_without, saved};

#[tokio::test]
async fn notifier_answers_what_failed_and_never_mails_twice() {
    let function = Function::start(env!("CARGO_BIN_EXE_notifier")).await;
    let batch = saved("notifier/batch");
    let unreadable = &batch["Records"][2]["messageId"];
    let failed = json!({ "batchItemFailures": [{ "itemIdentifier": unreadable }] });
    let (first, answer) = function.invoke(&batch).await;
    assert_eq!(answer, failed);
    assert_eq!(function.invoke(&batch).await.1, failed);
    for reader in ["notified.mentee@example.com", "notified.payer@example.com"] {
        assert_eq!(function.local.inbox.mails(Some(reader), None).len(), 1, "{reader}");
    }
    let logs = function.stop().await;
    let errors: Vec<_> = logs.iter().filter(|line| line["level"] == "ERROR").collect();
    assert_eq!(errors.len(), 2, "one for each time: {logs:?}");
    assert_eq!(&errors[0]["message.id"], unreadable);
    assert_eq!(errors[0]["span"]["requestId"], first, "Lambda's request id");
}

#[tokio::test]
async fn relay_publishes_what_the_stream_brings_and_lets_the_unreadable_pass() {
    let function = Function::start(env!("CARGO_BIN_EXE_relay")).await;
    let before = function.local.bus.events().len();
    let written = saved("relay/events-written");
    function.write_images(&written).await;
    assert_eq!(function.invoke(&written).await.1["batchItemFailures"], json!([]));
    let published = function.local.bus.events().len() - before;
    assert_eq!(published, written["Records"].as_array().unwrap().len());
    // Given again, as a stream does after a failure, they are out of the outbox.
    function.invoke(&written).await;
    assert_eq!(function.local.bus.events().len() - before, published);
    assert_eq!(function.invoke(&saved("relay/unreadable-among-others")).await.1["batchItemFailures"], json!([]));
    let logs = function.stop().await;
    assert!(logs.iter().any(|line| line["level"] == "ERROR"), "{logs:?}");
}

#[tokio::test]
async fn a_missing_setting_ends_the_process_with_a_sentence() {
    refuses_to_start_without(env!("CARGO_BIN_EXE_notifier"), "MAIL_SENDER_ADDRESS").await;
    refuses_to_start_without(env!("CARGO_BIN_EXE_sweeper"), "EVENT_BUS_NAME").await;
    refuses_to_start_without(env!("CARGO_BIN_EXE_scheduler"), "TABLE_NAME").await;
}
