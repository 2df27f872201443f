//! The relay, given what the table's stream would give it.

use crate::harness::{App, flow_with};
use aws_lambda_events::event::dynamodb::Event as StreamEvent;
use aws_sdk_dynamodb::types::AttributeValue;
use local::{Options, standins::dynamodb::Fault};
use serde_json::{Value, json};
use std::collections::HashMap;
use workers::relay::Relay;

type Item = HashMap<String, AttributeValue>;

/// Nothing but the test publishes.
fn alone() -> Options {
    Options { metered: true, background: false, ..Options::in_memory() }
}

/// An attribute as streams write it.
fn streamed(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::M(fields) => {
            json!({ "M": fields.iter().map(|(name, value)| (name.clone(), streamed(value))).collect::<serde_json::Map<_, _>>() })
        }
        AttributeValue::L(values) => json!({ "L": values.iter().map(streamed).collect::<Vec<_>>() }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(flag) => json!({ "BOOL": flag }),
        other => json!({ "S": other.as_s().unwrap() }),
    }
}

fn record(kind: &str, sequence_number: usize, item: &Item) -> Value {
    let image = item.iter().map(|(name, value)| (name.clone(), streamed(value))).collect::<serde_json::Map<_, _>>();
    let keys = json!({ "pk": image["pk"], "sk": image["sk"] });
    json!({
        "eventID": format!("id-{sequence_number}"), "eventName": kind, "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "ap-south-1", "eventSourceARN": "arn:aws:dynamodb:ap-south-1:000000000000:table/platform/stream/1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_770_000_000, "Keys": keys, "NewImage": image, "SizeBytes": 100,
            "SequenceNumber": sequence_number.to_string(), "StreamViewType": "NEW_IMAGE",
        },
    })
}

fn batch(records: &[Value]) -> StreamEvent {
    serde_json::from_value(json!({ "Records": records })).unwrap()
}

/// Inserts of these items, numbered from 100 on.
fn inserts(items: &[Item]) -> StreamEvent {
    batch(&(100..).zip(items).map(|(number, item)| record("INSERT", number, item)).collect::<Vec<_>>())
}

async fn relay(app: &App, batch: StreamEvent) -> Vec<String> {
    let answer = Relay::new(&app.local.platform).unwrap().handle(batch).await;
    answer.batch_item_failures.into_iter().map(|failure| failure.item_identifier.unwrap()).collect()
}

/// The items of events that wait, oldest first.
async fn waiting(app: &App) -> Vec<Item> {
    let mut items = app.items("EVENT#").await;
    items.extend(app.items("WEBHOOK#").await);
    items.retain(|item| item.contains_key("outbox_pk"));
    items.sort_by_key(|item| item["outbox_sk"].as_s().unwrap().clone());
    items
}

#[tokio::test]
async fn new_events_are_published_and_marked_and_nothing_else_is_touched() {
    flow_with(alone(), async |app| {
        app.drain().await;
        let mentee = app.free_mentee("streamed").await;
        let payment = app.pay(&app.order(Some(&mentee.token), json!({ "plan_id": "growth" })).await);
        app.send_webhook(&app.local.provider.webhook("payment.captured", &payment)).await.ok();
        let events = waiting(app).await;
        assert_eq!(events.len(), 2, "a registration and a webhook");
        let mut damaged = events[0].clone();
        damaged.insert("pk".to_owned(), AttributeValue::S("EVENT#damaged".to_owned()));
        damaged.insert("event".to_owned(), AttributeValue::S("no event".to_owned()));
        let other = app.items("ACCOUNT#").await.remove(0);
        let records = [
            record("INSERT", 1, &damaged),
            record("INSERT", 2, &other),
            record("MODIFY", 3, &events[0]),
            record("INSERT", 4, &events[0]),
            record("INSERT", 5, &events[1]),
        ];
        assert_eq!(relay(app, batch(&records)).await, Vec::<String>::new(), "what cannot be read stops no shard");
        assert_eq!((app.published("AccountRegistered"), app.published("RazorpayWebhookReceived")), (1, 1));
        assert!(waiting(app).await.is_empty(), "marked");
        assert!(app.items("EVENT#damaged").await.is_empty(), "no item was made");
        let published = app.items(events[0]["pk"].as_s().unwrap()).await.remove(0);
        assert!(published.contains_key("published_at") && published.contains_key("event"));

        // The same batch once more: nothing is published twice.
        assert_eq!(relay(app, batch(&records)).await, Vec::<String>::new());
        assert_eq!((app.published("AccountRegistered"), app.published("RazorpayWebhookReceived")), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn what_the_bus_refuses_is_answered_and_given_again_without_the_rest() {
    flow_with(alone(), async |app| {
        app.drain().await;
        let before = app.published("AccountRegistered");
        for n in 0..13 {
            app.free_mentee(&format!("batch{n}")).await;
        }
        let items = waiting(app).await;
        assert_eq!(items.len(), 13, "more than PutEvents takes at once");
        app.local.bus.refuse_next(2);
        assert_eq!(relay(app, inserts(&items)).await, ["100", "101"]);
        assert_eq!((app.published("AccountRegistered") - before, waiting(app).await.len()), (11, 2));
        // Lambda gives everything from the first failure on again.
        assert_eq!(relay(app, inserts(&items)).await, Vec::<String>::new());
        assert_eq!((app.published("AccountRegistered") - before, waiting(app).await.len()), (13, 0), "each once");
    })
    .await;
}

#[tokio::test]
async fn what_the_sweeper_published_first_is_not_published_again() {
    flow_with(alone(), async |app| {
        app.drain().await;
        app.free_mentee("swept").await;
        let items = waiting(app).await;
        app.drain().await;
        assert_eq!(relay(app, inserts(&items)).await, Vec::<String>::new());
        assert_eq!(app.published("AccountRegistered"), 1);
    })
    .await;
}

#[tokio::test]
async fn an_event_that_is_gone_is_not_brought_back() {
    flow_with(alone(), async |app| {
        app.drain().await;
        app.free_mentee("gone").await;
        let items = waiting(app).await;
        let client = app.local.platform.aws.dynamodb();
        let key = |name: &str| items[0][name].clone();
        client.delete_item().table_name("platform").key("pk", key("pk")).key("sk", key("sk")).send().await.unwrap();
        assert_eq!(relay(app, inserts(&items)).await, Vec::<String>::new());
        assert!(app.items(items[0]["pk"].as_s().unwrap()).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_event_that_could_not_be_marked_is_given_again() {
    flow_with(alone(), async |app| {
        app.drain().await;
        app.free_mentee("unmarked").await;
        let items = waiting(app).await;
        // As often as the store and the SDK below it try.
        for _ in 0..15 {
            app.meter().fail_next("UpdateItem", Fault::Throttled);
        }
        assert_eq!(relay(app, inserts(&items)).await, ["100"]);
        assert_eq!((app.meter().faults_left(), waiting(app).await.len()), (0, 1));
        assert_eq!(relay(app, inserts(&items)).await, Vec::<String>::new());
        assert_eq!(waiting(app).await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_table_that_does_not_answer_has_the_whole_batch_given_again() {
    flow_with(alone(), async |app| {
        app.drain().await;
        app.free_mentee("dark").await;
        let items = waiting(app).await;
        for _ in 0..3 {
            app.meter().fail_next("BatchGetItem", Fault::Throttled);
        }
        assert_eq!(relay(app, inserts(&items)).await, ["100"]);
        assert_eq!(app.published("AccountRegistered"), 0);
    })
    .await;
}
