//! The binaries as Lambda runs them.

use serde_json::{Value, json};
use spawned::{Function, refuses_to_start_without, saved};

/// The ids of the requests that were served, from the logs.
fn served(logs: &[Value]) -> Vec<&str> {
    let lines = logs.iter().filter(|line| line["message"] == "request served");
    lines.map(|line| line["span"]["request.id"].as_str().unwrap_or_default()).collect()
}

#[tokio::test]
async fn auth_serves_one_event_after_the_other_in_one_process() {
    let function = Function::start(env!("CARGO_BIN_EXE_codementee-auth")).await;
    let (status, first) = function.request(&saved("codementee-auth/login")).await;
    assert_eq!((status, &first["user"]["email"]), (200, &json!("mentee@codementee.com")), "{first}");
    let (status, second) = function.request(&saved("codementee-auth/login-base64")).await;
    assert_eq!(status, 200, "{second}");
    assert_ne!(first["access_token"], second["access_token"], "a session of its own");

    let mut me = saved("codementee-auth/me");
    me["headers"]["authorization"] = format!("Bearer {}", first["access_token"].as_str().unwrap()).into();
    me["headers"]["x-request-id"] = "from-the-caller".into();
    let (status, body) = function.request(&me).await;
    assert_eq!((status, &body["email"]), (200, &json!("mentee@codementee.com")), "{body}");

    let logs = function.stop().await;
    let ids = served(&logs);
    assert_eq!(ids.len(), 3, "{logs:?}");
    assert!(ids[0].len() == 36 && ids[0] != ids[1] && ids[2] == "from-the-caller", "{ids:?}");
}

#[tokio::test]
async fn mentee_lists_what_the_caller_may_see() {
    let function = Function::start(env!("CARGO_BIN_EXE_codementee-mentee")).await;
    let (status, body) = function.request(&saved("codementee-mentee/mocks-bad-token")).await;
    assert_eq!((status, &body["code"]), (401, &json!("INVALID_TOKEN")), "{body}");
    let mut list = saved("codementee-mentee/booking-requests");
    list["headers"]["authorization"] = format!("Bearer {}", function.sign_in("mentee@codementee.com").await).into();
    assert_eq!(function.request(&list).await, (200, json!([])));
    assert_eq!(served(&function.stop().await).len(), 2);
}

#[tokio::test]
async fn a_missing_setting_ends_the_process_with_a_sentence() {
    refuses_to_start_without(env!("CARGO_BIN_EXE_codementee-auth"), "JWT_SECRET").await;
    refuses_to_start_without(env!("CARGO_BIN_EXE_codementee-mentee"), "JWT_SECRET").await;
    refuses_to_start_without(env!("CARGO_BIN_EXE_codementee-payment"), "RAZORPAY_KEY_SECRET").await;
}
