//! The local pages for programs: timelines, triggers of the checkout, the inbox.

use crate::{
    calls::{Answer, read},
    harness::{App, flow_with},
    scenes::PASSWORD,
};
use local::Options;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn recorded() -> Options {
    Options { recorded: true, background: false, ..Options::in_memory() }
}

fn refused(answer: Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{}", answer.body);
}

async fn timeline(app: &App, id: &str) -> Vec<Value> {
    let answer = app.get_public(&format!("/_local/timeline/{id}.json")).await.ok();
    assert_eq!(answer["id"], id.strip_prefix("lead_").unwrap_or(id));
    answer["steps"].as_array().unwrap().clone()
}

fn of_kind<'a>(steps: &'a [Value], kind: &str) -> Vec<&'a Value> {
    steps.iter().filter(|step| step["kind"] == kind).collect()
}

fn titles(steps: &[&Value]) -> Vec<String> {
    steps.iter().map(|step| step["title"].as_str().unwrap().to_owned()).collect()
}

async fn trigger(app: &App, order: &str, switches: Value) -> Value {
    let url = format!("{}/_local/checkout/{order}/trigger", app.local.url);
    let answer = read(app.http.post(url).json(&switches)).await.ok();
    app.drain().await;
    answer
}

async fn page(app: &App, method: Method, path: &str, form: &'static str) -> (u16, String) {
    let request = app.http.request(method, format!("{}{path}", app.local.url)).header("accept", "text/html");
    let request =
        if form.is_empty() { request } else { request.header("content-type", "application/x-www-form-urlencoded").body(form) };
    let answer = request.send().await.unwrap();
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn the_timeline_of_a_booking_has_all_that_its_confirmation_brought_about() {
    flow_with(recorded(), async |app| {
        let admin = app.admin().await;
        let mentee = app.paid_mentee("watched", "growth").await;
        let slot = app.add_slot(&admin, 5, 600, 60).await;
        let booking = app.book(&mentee, &app.company().await, &[&slot]).await;
        let confirmed = app.confirm(&admin, &booking, &app.mentor_id(&admin).await, &slot).await.ok();
        app.drain().await;

        let steps = timeline(app, &booking).await;
        let asked = of_kind(&steps, "request");
        assert_eq!(
            titles(&asked),
            ["POST /api/mentee/booking-request → 200", "POST /api/admin/confirm-booking → 200"],
            "in order of time, and no look at lists"
        );
        let request = &asked[1]["request_id"];
        assert!(asked[1]["detail"]["milliseconds"].is_u64(), "{}", asked[1]);
        let caused: Vec<Value> = steps.iter().filter(|step| &step["request_id"] == request).cloned().collect();

        let written = of_kind(&caused, "transaction");
        assert_eq!(written.len(), 1, "one transaction: {:?}", titles(&written));
        let items: BTreeSet<&str> =
            written[0]["detail"]["writes"].as_array().unwrap().iter().map(|write| write["item"].as_str().unwrap()).collect();
        for item in ["booking", "slot", "mock", "link", "event"] {
            assert!(items.contains(item), "{item} is among {items:?}");
        }
        assert_eq!(titles(&of_kind(&caused, "event")), ["BookingConfirmed"]);
        let deliveries = titles(&of_kind(&caused, "delivery"));
        assert_eq!(deliveries, ["BookingConfirmed to the notifier", "BookingConfirmed to the projector"]);
        let mails = of_kind(&caused, "mail");
        let to: BTreeSet<&str> = mails.iter().map(|mail| mail["detail"]["to"][0].as_str().unwrap()).collect();
        assert_eq!(to, BTreeSet::from([mentee.email.as_str(), "mentor@codementee.com"]), "both, under the same request");

        let mock = confirmed["mock_id"].as_str().unwrap();
        let by_mock: Vec<Value> = timeline(app, mock).await;
        assert!(of_kind(&by_mock, "request").len() >= 2, "the session's timeline is the booking's");
        let by_request = timeline(app, request.as_str().unwrap()).await;
        assert_eq!(by_request.len(), caused.len());
        refused(app.get_public("/_local/timeline/01920000-0000-7000-8000-0000000000b1.json").await, 404);
    })
    .await;
}

#[tokio::test]
async fn the_timeline_of_a_lead_is_found_by_either_spelling_of_its_id_and_tells_nobody_s_number() {
    flow_with(recorded(), async |app| {
        let mentor = app.bridge_mentor("watched_mentor").await;
        let event = app.offer_event(&mentor, 3).await;
        let lead = app.verified_lead("watched_lead", &event).await;
        app.order_lead(&mentor, &lead).await;
        app.drain().await;

        let steps = timeline(app, &lead).await;
        let asked = titles(&of_kind(&steps, "request"));
        let paths = [format!("/leadbridge/api/events/{event}/book"), format!("/leadbridge/api/mentor/leads/{lead}/purchase")];
        assert_eq!(asked, paths.map(|path| format!("POST {path} → 200")));
        assert!(titles(&of_kind(&steps, "event")).contains(&"LeadBooked".to_owned()), "{:?}", titles(&of_kind(&steps, "event")));
        let whole = json!(steps).to_string();
        assert!(!whole.contains("12345"), "the contact is no more readable here than in the table: {whole}");

        let bare = crate::leadbridge::bare(&lead);
        assert_eq!(timeline(app, &bare).await.len(), steps.len());
        refused(app.get_public("/_local/timeline/lead_01920000-0000-7000-8000-0000000000b1.json").await, 404);
    })
    .await;
}

#[tokio::test]
async fn the_timeline_of_an_order_has_its_webhook_its_settlement_and_its_refund() {
    flow_with(recorded(), async |app| {
        let admin = app.admin().await;
        let body = json!({ "name": "Watched Payer", "email": "payer@example.com", "password": PASSWORD, "plan_id": "growth" });
        let order = app.order(None, body).await;
        let told = trigger(app, &order, json!({ "kind": "payment.captured", "duplicate": 2 })).await;
        assert_eq!(told["sent"].as_array().unwrap().len(), 2);

        let steps = timeline(app, &order).await;
        assert_eq!(titles(&of_kind(&steps, "webhook")), ["payment.captured → 200", "payment.captured → 200"]);
        assert_eq!(titles(&of_kind(&steps, "razorpay")), ["POST /v1/orders → 200"]);
        let events = titles(&of_kind(&steps, "event"));
        assert_eq!(events, ["RazorpayWebhookReceived", "PlanPurchased"], "the second came again");
        let deliveries = titles(&of_kind(&steps, "delivery"));
        assert!(deliveries.contains(&"RazorpayWebhookReceived to the settlement".to_owned()), "{deliveries:?}");
        let paid = of_kind(&steps, "transaction").into_iter().find(|step| step.to_string().contains("PlanPurchased")).unwrap();
        assert_eq!(paid["request_id"], of_kind(&steps, "webhook")[0]["request_id"], "settled under the webhook's request");
        assert_eq!(titles(&of_kind(&steps, "mail")).len(), 1);
        let whole = json!(steps).to_string();
        assert!(!whole.contains("$2b$") && whole.contains("left out"), "no hash of a password is shown");

        let ours = app.get("/api/admin/orders", &admin).await.ok()[0]["id"].as_str().unwrap().to_owned();
        let refund = app.post(&format!("/api/admin/orders/{ours}/refund"), &admin, Value::Null).await.ok();
        assert_eq!(refund["status"], "refunding");
        app.local.pump.run_due().await;
        let payment = told["payment_id"].as_str().unwrap();
        let by_our_id = timeline(app, &ours).await;
        assert!(titles(&of_kind(&by_our_id, "event")).contains(&"OrderRefunded".to_owned()));
        assert!(titles(&of_kind(&by_our_id, "razorpay")).contains(&format!("POST /v1/payments/{payment}/refund → 200")));
        assert_eq!(timeline(app, &order).await.len(), by_our_id.len(), "by either id");
    })
    .await;
}

#[tokio::test]
async fn triggers_misbehave_as_they_are_told_and_the_order_is_paid_once() {
    flow_with(recorded(), async |app| {
        let mentee = app.free_mentee("rough").await;
        let body = json!({ "plan_id": "growth" });
        let order = app.order(Some(&mentee.token), body.clone()).await;
        let forged = trigger(app, &order, json!({ "bad_signature": true })).await;
        assert_eq!(forged["sent"][0]["status"], 400);
        assert_eq!(app.published("RazorpayWebhookReceived"), 0);
        let low = trigger(app, &order, json!({ "overrides": ["amount=100"] })).await;
        assert_eq!(low["sent"][0]["status"], 200);
        assert_eq!((app.published("PaymentMismatched"), app.published("PlanPurchased")), (1, 0));
        let switches = json!({ "late_authorised": true, "duplicate": 3, "seed": 7 });
        let names = async |order: &str| {
            let told = trigger(app, order, switches.clone()).await;
            assert_eq!(told["seed"], 7);
            told["sent"].as_array().unwrap().iter().map(|one| one["event"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let first = names(&order).await;
        assert_eq!(first.len(), 12);
        assert_eq!(app.published("PlanPurchased"), 1);
        let other = app.order(Some(&mentee.token), body).await;
        assert_eq!(names(&other).await, first, "a seed is an order");
        for bad in [json!({ "kind": "payment.stolen" }), json!({ "overrides": ["amount"] }), json!({ "duplicate": "x" })] {
            let url = format!("{}/_local/checkout/{order}/trigger", app.local.url);
            refused(read(app.http.post(url).json(&bad)).await, 400);
        }
    })
    .await;
}

#[tokio::test]
async fn pages_show_checkout_inbox_and_timelines() {
    flow_with(recorded(), async |app| {
        let mentee = app.free_mentee("reader").await;
        let order = app.order(Some(&mentee.token), json!({ "plan_id": "growth" })).await;
        app.drain().await;
        let form = "kind=payment.captured&duplicate=2&overrides=notes.a%3D%3Cb%3E%0D%0Afee%3D1&seed=";
        let (status, shown) = page(app, Method::POST, &format!("/_local/checkout/{order}/trigger"), form).await;
        assert_eq!(status, 200);
        assert!(shown.contains("2 sent, 2 taken."), "{shown}");
        app.drain().await;
        for path in ["/", "/_local/inbox", "/_local/events", "/_local/checkout", "/_local/clock", "/_local/timeline"] {
            assert_eq!(page(app, Method::GET, path, "").await.0, 200, "{path}");
        }
        let (status, shown) = page(app, Method::GET, &format!("/_local/timeline/{order}"), "").await;
        assert!(status == 200 && shown.contains("PlanPurchased") && shown.contains("&#60;b&#62;"), "{status} {shown}");
        assert_eq!(page(app, Method::GET, "/_local/timeline/order_nothing", "").await.0, 404);

        let mail = app.local.inbox.search("READER@example.com plan")[0].clone();
        assert!(app.local.inbox.search("reader@example.com nobody-wrote-this").is_empty());
        assert!(mail.source.contains("MIME-Version"), "{}", mail.source);
        for (view, needle) in [("html", "<iframe"), ("text", "<pre class=\"wrap\">"), ("source", "MIME-Version")] {
            let (_, shown) = page(app, Method::GET, &format!("/_local/inbox/{}?view={view}", mail.id), "").await;
            assert!(shown.contains(needle), "{view}");
        }
        let (status, body) = page(app, Method::GET, &format!("/_local/inbox/{}/body", mail.id), "").await;
        assert_eq!((status, body), (200, mail.html));
        assert_eq!(page(app, Method::GET, "/_local/inbox/nothing", "").await.0, 404);
    })
    .await;
}

#[tokio::test]
async fn the_environment_is_for_this_machine_alone() {
    flow_with(recorded(), async |app| {
        let url = format!("{}/_local/environment", app.local.url);
        let environment = read(app.http.get(&url)).await.ok();
        assert_eq!(environment["TABLE_NAME"], "platform");
        let elsewhere = app.http.get(&url).header("host", "rebound.example.com");
        refused(read(elsewhere).await, 403);
    })
    .await;
}
