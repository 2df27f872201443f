//! Webhooks: which are taken in, and that the others leave nothing.

use crate::{
    calls::{Answer, read},
    harness::{App, flow, flow_with},
    input::unchanged,
    scenes::PASSWORD,
};
use local::{
    Options,
    standins::razorpay::{Provider, RazorpayPayment, Webhook},
};
use reqwest::header::HeaderValue;
use serde_json::json;

/// The secrets during a rotation.
const CURRENT: &str = "current-webhook-secret";
const PREVIOUS: &str = "previous-webhook-secret";

/// A body whose bytes change when it is read and written again, and its signatures, made with another program.
const BODY: &str = r#"{"event":"something.new", "note":"₹ 4,999 \u20b9","n":1.0}"#;
const BY_CURRENT: &str = "ee0b40d4f5448aba11b7624db72f0270aa5a8b2c85b4329d479d2bda22af6b7a";
const BY_PREVIOUS: &str = "ae0bbd1afbe105c2c014e6dd7dd9d62252df366b21ff8812b5789087c3d33067";
const BY_NO_SECRET: &str = "2fac27f6ee86cebf1c75c92f5ecdfe493e46308d57363c9ec07a5975e9fb2b38";

const LIMIT: usize = 256 * 1024;

async fn during_a_rotation(test: impl AsyncFnOnce(&App)) {
    let secrets = [("RAZORPAY_WEBHOOK_SECRET", CURRENT), ("RAZORPAY_WEBHOOK_SECRET_PREVIOUS", PREVIOUS)];
    let settings = secrets.map(|(name, secret)| (name.to_owned(), secret.to_owned())).to_vec();
    flow_with(Options { background: false, settings, ..Options::in_memory() }, test).await;
}

/// A provider that signs with another secret.
fn signer(app: &App, secret: &str) -> Provider {
    let key = || "another-key-secret".to_owned().into();
    Provider::new(app.local.clock.clone(), None, ("rzp_test_other".to_owned(), key(), secret.to_owned().into()))
}

/// Sends a webhook with any signatures and any event id.
async fn send(app: &App, signatures: &[&[u8]], event_id: Option<&[u8]>, body: impl Into<reqwest::Body>) -> Answer {
    let mut request = app.http.post(format!("{}/api/payment/webhook", app.local.url)).body(body);
    for signature in signatures {
        request = request.header("x-razorpay-signature", HeaderValue::from_bytes(signature).unwrap());
    }
    if let Some(id) = event_id {
        request = request.header("x-razorpay-event-id", HeaderValue::from_bytes(id).unwrap());
    }
    read(request).await
}

#[tokio::test]
async fn a_wrong_signature_is_refused_and_nothing_is_kept() {
    during_a_rotation(async |app| {
        let upper = BY_CURRENT.to_uppercase();
        let mixed = format!("{}{}", &BY_CURRENT[..32], &upper[32..]);
        let last = if BY_CURRENT.ends_with('a') { "b" } else { "a" };
        let flipped = format!("{}{last}", &BY_CURRENT[..63]);
        let other = signer(app, "another-webhook-secret").signed(BODY.to_owned()).signature;
        let rewritten = serde_json::from_str::<serde_json::Value>(BODY).unwrap().to_string();
        assert_ne!(rewritten, BODY);
        let of_rewritten = signer(app, CURRENT).signed(rewritten.clone()).signature;
        let twice = format!("{BY_CURRENT},{BY_CURRENT}");
        let refused: Vec<(&str, Vec<&[u8]>, &str)> = vec![
            ("missing", vec![], BODY),
            ("empty", vec![b""], BODY),
            ("no hexadecimal", vec![b"signature"], BODY),
            ("upper case", vec![upper.as_bytes()], BODY),
            ("mixed case", vec![mixed.as_bytes()], BODY),
            ("one digit short", vec![&BY_CURRENT.as_bytes()[..63]], BODY),
            ("one byte short", vec![&BY_CURRENT.as_bytes()[..62]], BODY),
            ("one digit flipped", vec![flipped.as_bytes()], BODY),
            ("all zeros", vec![&[b'0'; 64]], BODY),
            ("twice in one header", vec![twice.as_bytes()], BODY),
            ("behind another", vec![b"0", BY_CURRENT.as_bytes()], BODY),
            ("very long", vec![&[b'a'; 4096]], BODY),
            ("non-ASCII letters", vec!["ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßß".as_bytes()], BODY),
            ("bytes that are no text", vec![&[0xff; 64]], BODY),
            ("of another secret", vec![other.as_bytes()], BODY),
            ("of an empty secret", vec![BY_NO_SECRET.as_bytes()], BODY),
            ("of a checkout", vec![b"b2335e3b0801106b84a7faff035df56ecffde06918c9ddd1f0fafbb37a51cc89"], BODY),
            ("of the body as it was before it was written again", vec![BY_CURRENT.as_bytes()], &rewritten),
            ("of the body written again", vec![of_rewritten.as_bytes()], BODY),
            ("of another body", vec![BY_CURRENT.as_bytes()], "{\"event\":\"something.else\"}"),
            ("of a body without its last byte", vec![BY_CURRENT.as_bytes()], &BODY[..BODY.len() - 1]),
            ("of an empty body", vec![BY_CURRENT.as_bytes()], ""),
        ];
        let one_byte_long = format!("{BY_CURRENT}00");
        let one_digit_long = format!("{BY_CURRENT}0");
        unchanged(app, async || {
            for (case, signatures, body) in refused {
                let answer = send(app, &signatures, Some(b"evt_1"), body.to_owned()).await;
                assert_eq!(answer.status, 400, "{case}: {}", answer.body);
                answer.refused(400, "INVALID_SIGNATURE");
            }
            for signature in [one_byte_long, one_digit_long] {
                let answer = send(app, &[signature.as_bytes()], Some(b"evt_1"), BODY).await;
                answer.refused(400, "INVALID_SIGNATURE");
            }
        })
        .await;
        send(app, &[BY_CURRENT.as_bytes()], Some(b"evt_1"), BODY).await.ok();
        assert_eq!(app.items("WEBHOOK#").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn both_secrets_of_a_rotation_are_taken_and_after_it_one() {
    during_a_rotation(async |app| {
        for signature in [BY_CURRENT, BY_PREVIOUS] {
            assert_eq!(send(app, &[signature.as_bytes()], Some(b"evt_1"), BODY).await.ok(), json!({ "status": "ok" }));
            let kept = app.items("WEBHOOK#").await;
            assert_eq!(kept.len(), 1, "one event, whichever secret signed it");
            assert_eq!(kept[0]["body"].as_s().unwrap(), BODY, "byte by byte");
        }
    })
    .await;
    let settings = vec![("RAZORPAY_WEBHOOK_SECRET".to_owned(), CURRENT.to_owned())];
    flow_with(Options { background: false, settings, ..Options::in_memory() }, async |app| {
        unchanged(app, async || {
            send(app, &[BY_PREVIOUS.as_bytes()], Some(b"evt_1"), BODY).await.refused(400, "INVALID_SIGNATURE");
        })
        .await;
        send(app, &[BY_CURRENT.as_bytes()], Some(b"evt_1"), BODY).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_signed_body_that_is_no_event_is_refused_and_not_kept() {
    during_a_rotation(async |app| {
        let deep = format!("{{\"event\":\"x\",\"payload\":{}", "[".repeat(100_000));
        let signer = signer(app, CURRENT);
        unchanged(app, async || {
            for body in [
                "",
                " ",
                "no json",
                "{",
                "null",
                "[]",
                "\"payment.captured\"",
                "{}",
                "{\"event\":null}",
                "{\"event\":7}",
                "{\"event\":[\"payment.captured\"]}",
                "{\"event\":\"x\"} {\"event\":\"x\"}",
                "{\"event\":\"\\ud800\"}",
                &deep,
            ] {
                let Webhook { signature, body, .. } = signer.signed(body.to_owned());
                let answer = send(app, &[signature.as_bytes()], Some(b"evt_1"), body.clone()).await;
                assert_eq!(answer.status, 400, "{body:.40}: {}", answer.body);
                answer.refused(400, "INVALID_JSON");
            }
            // Bytes that are no text, with their right signature.
            let signature = b"9a45646ed1b4db4247b87a4f5e4df5a42c20796cc3294e1816375164c9ea0d98";
            send(app, &[signature], Some(b"evt_1"), b"\xff\xfe{}".to_vec()).await.refused(400, "INVALID_JSON");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_webhook_has_at_most_256_kilobytes() {
    during_a_rotation(async |app| {
        let signer = signer(app, CURRENT);
        let padded = |size: usize| signer.signed(format!("{BODY}{}", " ".repeat(size - BODY.len())));
        unchanged(app, async || {
            let Webhook { signature, body, .. } = padded(LIMIT + 1);
            send(app, &[signature.as_bytes()], None, body).await.refused(413, "BODY_TOO_LARGE");
        })
        .await;
        let Webhook { signature, body, .. } = padded(LIMIT);
        send(app, &[signature.as_bytes()], None, body).await.ok();
        assert_eq!(app.items("WEBHOOK#").await.len(), 1);
    })
    .await;
}

/// The event id is not signed: whoever repeats a webhook may put any there.
#[tokio::test]
async fn an_event_id_keeps_no_other_body_out_and_needs_not_be_there() {
    flow(async |app| {
        let body = json!({ "name": "Visitor", "email": "visitor@example.com", "password": PASSWORD, "plan_id": "growth" });
        let payment = app.pay(&app.order(None, body).await);
        let provider = &app.local.provider;
        let (captured, other) = (provider.webhook("payment.captured", &payment), provider.signed(BODY.to_owned()));
        let kept = async || app.items("WEBHOOK#").await.len();

        // Somebody used the real event's id up for a body that he saw before.
        let id = captured.event_id.as_bytes();
        send(app, &[other.signature.as_bytes()], Some(id), other.body.clone()).await.ok();
        send(app, &[captured.signature.as_bytes()], Some(id), captured.body.clone()).await.ok();
        assert_eq!(kept().await, 2);
        for _ in 0..2 {
            send(app, &[captured.signature.as_bytes()], Some(id), captured.body.clone()).await.ok();
        }
        assert_eq!(kept().await, 2, "the same again is the same");

        // Without an id, or with one that is none, the body alone tells.
        let long = "x".repeat(65);
        for id in
            [None, Some(&b""[..]), Some(b"../x"), Some(b"a b"), Some(b"\xff\xff"), Some("ß".as_bytes()), Some(long.as_bytes())]
        {
            send(app, &[captured.signature.as_bytes()], id, captured.body.clone()).await.ok();
        }
        assert_eq!(kept().await, 3);
        app.drain().await;
        assert_eq!((app.published("PlanPurchased"), app.published("PaymentMismatched")), (1, 0), "paid once");
        app.login("visitor@example.com", PASSWORD).await.ok();
    })
    .await;
}

#[tokio::test]
async fn webhooks_of_other_kinds_and_orders_are_kept_and_left_alone() {
    flow(async |app| {
        let body = json!({ "name": "Bystander", "email": "bystander@example.com", "password": PASSWORD, "plan_id": "growth" });
        let payment = app.pay(&app.order(None, body).await);
        let provider = &app.local.provider;
        let unknown = RazorpayPayment { order_id: "order_elsewhere".to_owned(), ..payment.clone() };
        for webhook in [
            provider.webhook("payment.authorized", &payment),
            provider.webhook("refund.created", &payment),
            provider.webhook("payment.dispute.created", &payment),
            provider.webhook("payment.captured", &unknown),
            provider.signed(json!({ "event": "something.new" }).to_string()),
        ] {
            app.send_webhook(&webhook).await.ok();
            app.send_webhook(&webhook).await.ok();
        }
        app.drain().await;
        assert_eq!(app.items("WEBHOOK#").await.len(), 5, "each is kept once");
        assert_eq!(app.published("PlanPurchased"), 0);
        app.login("bystander@example.com", PASSWORD).await.refused(401, "INVALID_CREDENTIALS");
    })
    .await;
}
