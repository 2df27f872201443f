//! The log lines that alarms read, as they stand in the log.

use crate::harness::{App, flow_with};
use aws_lambda_events::event::sqs::SqsEvent;
use domain::event::{Actor, Detail, Event};
use jiff::SignedDuration;
use local::{Options, standins::razorpay::PayOptions};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tracing_subscriber::{fmt::MakeWriter, layer::SubscriberExt};

/// Keeps what is logged on this thread, in the form of `web::logging`.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    pub fn begin(&self) -> tracing::subscriber::DefaultGuard {
        let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(true).with_span_list(false);
        let lines = lines.with_target(false).with_writer(self.clone());
        tracing::subscriber::set_default(tracing_subscriber::registry().with(lines))
    }

    /// The lines that a function writes: those below `info` it does not.
    pub fn written(&self) -> Vec<Value> {
        let bytes = self.0.lock().unwrap();
        let lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok());
        lines.filter(|line| ["INFO", "WARN", "ERROR"].contains(&line["level"].as_str().unwrap_or_default())).collect()
    }

    /// The lines with a message.
    pub fn with(&self, message: &str) -> Vec<Value> {
        let bytes = self.0.lock().unwrap();
        let lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok());
        lines.filter(|line| line["message"] == message).inspect(|line| println!("{line}")).collect()
    }
}

fn by_hand() -> Options {
    Options { background: false, ..Options::in_memory() }
}

#[tokio::test]
async fn the_age_of_the_oldest_waiting_event_is_logged_also_while_the_bus_is_down() {
    flow_with(by_hand(), async |app| {
        app.drain().await;
        let lines = Lines::default();
        let _logging = lines.begin();
        let sweeper = workers::sweeper::Sweeper::new(&app.local.platform, SignedDuration::from_secs(5)).unwrap();
        sweeper.run().await.unwrap();
        app.free_mentee("unheard").await;
        app.local.clock.advance(SignedDuration::from_secs(90)).unwrap();
        app.local.bus.refuse_next(1);
        sweeper.run().await.unwrap();
        sweeper.run().await.unwrap();
        let swept = lines.with("outbox.swept");
        let counts: Vec<_> = swept.iter().map(|line| (&line["published"], &line["refused"])).collect();
        assert_eq!(counts, [(&json!(0), &json!(0)), (&json!(0), &json!(1)), (&json!(1), &json!(0))]);
        let ages: Vec<i64> = swept.iter().map(|line| line["oldest_seconds"].as_i64().unwrap()).collect();
        assert!(ages[0] == 0 && (90..100).contains(&ages[1]) && ages[2] == 0, "{ages:?}");
    })
    .await;
}

#[tokio::test]
async fn a_misfit_payment_is_logged_as_an_error_once() {
    flow_with(by_hand(), async |app| {
        let lines = Lines::default();
        let _logging = lines.begin();
        let body = json!({ "name": "Odd Payer", "email": "odd@example.com", "plan_id": "growth" });
        let order = app.order(None, body).await;
        let payment = app.local.provider.pay(&order, &PayOptions { amount: Some(100), ..PayOptions::default() }).unwrap();
        for _ in 0..2 {
            app.verify(None, &payment).await.refused(409, "PAYMENT_MISMATCH");
        }
        let logged = lines.with("payment.mismatched");
        assert_eq!(logged.len(), 1);
        assert_eq!((&logged[0]["level"], &logged[0]["reason"]), (&json!("ERROR"), &json!("another amount")));
        assert_eq!(logged[0]["payment.id"], json!(payment.id));
    })
    .await;
}

/// A message about a webhook that is nowhere kept, received so many times.
async fn settle_unknown(app: &App, name: &str, received: u32) {
    let now = app::Clock::now(&*app.local.clock);
    let detail = Detail::RazorpayWebhookReceived { webhook_id: "nowhere".to_owned(), event: name.to_owned() };
    let event = Event::new(app::new_id(now), None, Actor::System, now, detail);
    let attributes = json!({ "ApproximateReceiveCount": received.to_string() });
    let message = json!({ "messageId": "m", "body": json!({ "detail": event }).to_string(), "attributes": attributes });
    let batch: SqsEvent = serde_json::from_value(json!({ "Records": [message] })).unwrap();
    let answer = razorpay::settlement::Settlement::new(&app.local.platform).handle(batch).await;
    assert_eq!(answer.batch_item_failures.len(), 1);
}

#[tokio::test]
async fn a_payment_that_cannot_be_settled_is_logged_when_the_queue_gives_up() {
    flow_with(by_hand(), async |app| {
        let lines = Lines::default();
        let _logging = lines.begin();
        settle_unknown(app, "payment.captured", 4).await;
        settle_unknown(app, "payment.failed", 5).await;
        assert!(lines.with("payment.unsettled").is_empty());
        settle_unknown(app, "payment.captured", 5).await;
        let logged = lines.with("payment.unsettled");
        assert_eq!((logged.len(), &logged[0]["level"]), (1, &json!("ERROR")));
        assert_eq!((&logged[0]["webhook.id"], &logged[0]["webhook.event"]), (&json!("nowhere"), &json!("payment.captured")));
    })
    .await;
}
