//! The binaries as Lambda runs them.

use serde_json::{Value, json};
use spawned::{Function, refuses_to_start_without, saved};

#[tokio::test]
async fn webhook_takes_each_event_once_as_text_and_as_base64() {
    let function = Function::start(env!("CARGO_BIN_EXE_razorpay-webhook")).await;
    for event in ["payment-captured", "payment-captured-base64", "payment-captured-again", "payment-failed-trailing-slash"] {
        let (status, body) = function.request(&saved(&format!("razorpay-webhook/{event}"))).await;
        assert_eq!((status, body), (200, json!({ "status": "ok" })), "{event}");
    }
    for event in ["wrong-signature", "without-signature-base64"] {
        let (status, body) = function.request(&saved(&format!("razorpay-webhook/{event}"))).await;
        assert_eq!((status, &body["code"]), (400, &json!("INVALID_SIGNATURE")), "{event}");
    }
    let logs = function.stop().await;
    let told = |message: &str| logs.iter().filter(|line| line["message"] == message).collect::<Vec<&Value>>();
    assert_eq!(told("request served").len(), 6, "{logs:?}");
    let again = told("a webhook came again");
    assert_eq!(again.len(), 1, "{logs:?}");
    assert!(again[0]["span"]["request.id"].as_str().is_some_and(|id| id.len() == 36), "{again:?}");
}

#[tokio::test]
async fn a_missing_setting_ends_the_process_with_a_sentence() {
    refuses_to_start_without(env!("CARGO_BIN_EXE_razorpay-webhook"), "RAZORPAY_WEBHOOK_SECRET").await;
    refuses_to_start_without(env!("CARGO_BIN_EXE_razorpay-settlement"), "TABLE_NAME").await;
}
