//! Addresses that refuse mail get none any more.

use crate::harness::{App, flow};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::{Instant, text::Email};
use serde_json::{Value, json};
use store::SuppressionReason;
use workers::bounces::Bounces;

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

fn now(app: &App) -> Instant {
    app::Clock::now(&*app.local.clock)
}

async fn reason(app: &App, address: &str) -> Option<SuppressionReason> {
    app.local.platform.store.suppression(&email(address)).await.unwrap().map(|suppression| suppression.reason)
}

async fn forgot(app: &App, address: &str) {
    app.post_public("/api/auth/forgot-password", json!({ "email": address })).await.ok();
    app.drain().await;
}

async fn tokens(app: &App) -> usize {
    app.items("ACCOUNT#").await.iter().filter(|item| item["sk"].as_s().unwrap().starts_with("TOKEN#")).count()
}

#[tokio::test]
async fn an_address_that_bounced_gets_no_mail_and_no_link() {
    flow(async |app| {
        let mentee = app.free_mentee("bounce-me").await;
        app.drain().await;
        assert_eq!(reason(app, &mentee.email).await, Some(SuppressionReason::Bounce), "the welcome bounced");
        forgot(app, &mentee.email).await;
        assert_eq!((app.published("PasswordResetRequested"), app.published("Email Bounced")), (1, 1), "nothing more was sent");
        assert_eq!(tokens(app).await, 0, "no link was made");
    })
    .await;
}

#[tokio::test]
async fn a_complaint_suppresses_until_it_is_lifted() {
    flow(async |app| {
        let mentee = app.free_mentee("complaint-box").await;
        app.drain().await;
        assert_eq!(reason(app, &mentee.email).await, Some(SuppressionReason::Complaint));
        forgot(app, &mentee.email).await;
        assert_eq!(app.local.inbox.mails(Some(&mentee.email), None).len(), 1, "the welcome alone");
        let complaint = app.local.bus.events().into_iter().find(|event| event.source == "aws.ses").unwrap();

        let store = &app.local.platform.store;
        assert!(store.lift_suppression(&email(&mentee.email), now(app)).await.unwrap());
        app.local.bus.replay(&complaint).unwrap();
        app.drain().await;
        assert_eq!(reason(app, &mentee.email).await, None, "the old complaint told again changes nothing");
        forgot(app, &mentee.email).await;
        assert_eq!(app.local.inbox.mails(Some(&mentee.email), None).len(), 2);
        assert_eq!(reason(app, &mentee.email).await, Some(SuppressionReason::Complaint), "a new one counts");
        assert!(!store.lift_suppression(&email("nobody@example.com"), now(app)).await.unwrap());
        assert!(app.items("SUPPRESSED#nobody").await.is_empty());
    })
    .await;
}

fn message(id: &str, body: &Value) -> Value {
    json!({ "messageId": id, "body": body.to_string() })
}

/// As EventBridge puts SES's events into a queue.
fn bounce(kind: &str, addresses: &[&str], at: &str) -> Value {
    let recipients: Vec<_> = addresses.iter().map(|address| json!({ "emailAddress": address, "status": "5.1.1" })).collect();
    json!({
        "version": "0", "id": "c3d4", "detail-type": "Email Bounced", "source": "aws.ses", "account": "000000000000",
        "region": "ap-south-1", "resources": [], "time": at,
        "detail": {
            "eventType": "Bounce",
            "bounce": { "bounceType": kind, "bounceSubType": "General", "bouncedRecipients": recipients, "timestamp": at },
            "mail": { "messageId": "m-1", "destination": addresses, "tags": { "ses:configuration-set": ["platform"] } },
        },
    })
}

fn complaint(kind: Option<&str>, address: &str, at: &str) -> Value {
    json!({
        "version": "0", "id": "d4e5", "detail-type": "Email Complaint Received", "source": "aws.ses", "time": at,
        "detail": {
            "eventType": "Complaint", "mail": { "messageId": "m-2" },
            "complaint": {
                "complaintSubType": null, "complaintFeedbackType": kind, "timestamp": at,
                "complainedRecipients": [{ "emailAddress": address }],
            },
        },
    })
}

async fn take(app: &App, bodies: &[Value]) -> SqsBatchResponse {
    let records: Vec<_> = bodies.iter().enumerate().map(|(n, body)| message(&format!("m{n}"), body)).collect();
    let batch: SqsEvent = serde_json::from_value(json!({ "Records": records })).unwrap();
    Bounces::new(&app.local.platform).handle(batch).await
}

#[tokio::test]
async fn only_lasting_refusals_suppress_and_bad_messages_fail_alone() {
    flow(async |app| {
        const AT: &str = "2026-02-01T10:00:00.000Z";
        let answer = take(
            app,
            &[
                bounce("Transient", &["full@example.com"], AT),
                bounce("Undetermined", &["odd@example.com"], AT),
                json!({ "detail-type": "Email Bounced", "detail": {} }),
                bounce("Permanent", &["Gone Person <Gone@Example.com>", "also@example.com", "no address"], AT),
                complaint(Some("not-spam"), "pleased@example.com", AT),
                complaint(None, "cross@example.com", AT),
            ],
        )
        .await;
        let failed: Vec<_> = answer.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect();
        assert_eq!(failed, ["m2"]);
        for address in ["full@example.com", "odd@example.com", "pleased@example.com"] {
            assert_eq!(reason(app, address).await, None, "{address}");
        }
        for address in ["gone@example.com", "also@example.com"] {
            assert_eq!(reason(app, address).await, Some(SuppressionReason::Bounce), "{address}");
        }
        assert_eq!(reason(app, "cross@example.com").await, Some(SuppressionReason::Complaint));
    })
    .await;
}

#[tokio::test]
async fn whatever_order_refusals_come_in_the_latest_counts() {
    flow(async |app| {
        const ADDRESS: &str = "twice@example.com";
        let early = complaint(Some("abuse"), ADDRESS, "2026-02-01T10:00:00.000Z");
        let late = bounce("Permanent", &[ADDRESS], "2026-02-03T10:00:00.000Z");
        for _ in 0..2 {
            take(app, &[late.clone(), early.clone()]).await;
            assert_eq!(reason(app, ADDRESS).await, Some(SuppressionReason::Bounce));
        }
        let between = Instant::parse("2026-02-02T10:00:00Z").unwrap();
        let store = &app.local.platform.store;
        store.lift_suppression(&email(ADDRESS), between).await.unwrap();
        assert_eq!(reason(app, ADDRESS).await, Some(SuppressionReason::Bounce), "refused after it was lifted");
        store.lift_suppression(&email(ADDRESS), Instant::parse("2026-02-04T10:00:00Z").unwrap()).await.unwrap();
        take(app, &[early, late]).await;
        assert_eq!(reason(app, ADDRESS).await, None);
    })
    .await;
}
