//! What the table, the bus and the mail service do to us now and then.

use crate::harness::{App, flow, flow_with};
use aws_sdk_dynamodb::types::AttributeValue;
use local::{Data, Options, standins::dynamodb::Fault};
use serde_json::{Value, json};

fn metered() -> Options {
    Options { metered: true, background: false, ..Options::in_memory() }
}

async fn one_pending(app: &App, name: &str) -> (String, String, String, String) {
    let admin = app.admin().await;
    let mentee = app.paid_mentee(name, "growth").await;
    let slot = app.add_slot(&admin, 20, 600, 60).await;
    let booking = app.book(&mentee, &app.company().await, &[&slot]).await;
    let mentor = app.mentor_id(&admin).await;
    (admin, booking, mentor, slot)
}

fn fail(app: &App, times: u32, fault: Fault) {
    for _ in 0..times {
        app.meter().fail_next("TransactWriteItems", fault.clone());
    }
}

#[tokio::test]
async fn conflicts_and_throttling_are_ridden_out() {
    flow_with(metered(), async |app| {
        let (admin, booking, mentor, slot) = one_pending(app, "bumpy").await;
        fail(app, 3, Fault::Conflict);
        fail(app, 2, Fault::Throttled);
        app.confirm(&admin, &booking, &mentor, &slot).await.ok();
        assert_eq!(app.meter().faults_left(), 0);
    })
    .await;
}

#[tokio::test]
async fn endless_conflicts_end_in_a_503_and_nothing_written() {
    flow_with(metered(), async |app| {
        let (admin, booking, mentor, slot) = one_pending(app, "stuck").await;
        let before = app.items("").await.len();
        fail(app, store::ATTEMPTS, Fault::Conflict);
        let answer = app.confirm(&admin, &booking, &mentor, &slot).await;
        assert_eq!(answer.headers["retry-after"], "1");
        answer.refused(503, "BUSY");
        assert_eq!((app.meter().faults_left(), app.items("").await.len()), (0, before), "the retries are bounded");
        app.confirm(&admin, &booking, &mentor, &slot).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_does_not_make_a_transaction_meet_itself() {
    flow_with(metered(), async |app| {
        let (admin, booking, mentor, slot) = one_pending(app, "lossy").await;
        fail(app, 1, Fault::AnswerLost);
        app.confirm(&admin, &booking, &mentor, &slot).await.ok();
        assert_eq!(app.items("codementee#MOCK#").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_failing_mail_fails_no_request_and_is_sent_once_in_the_end() {
    flow_with(metered(), async |app| {
        app.drain().await;
        app.local.inbox.fail_next(2);
        let mentee = app.free_mentee("patient").await;
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some(&mentee.email), None).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn entries_that_the_bus_refuses_are_published_later() {
    flow_with(metered(), async |app| {
        app.drain().await;
        app.local.bus.refuse_next(1);
        let mentee = app.free_mentee("later").await;
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some(&mentee.email), None).len(), 0, "refused");
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some(&mentee.email), None).len(), 1, "published by the next sweep");
    })
    .await;
}

#[tokio::test]
async fn replaying_every_event_changes_nothing_and_mails_nobody() {
    flow(async |app| {
        let (mentee, _, _) = app.confirmed_session("again").await;
        let payment = app.pay(&app.order(Some(&mentee.token), json!({ "plan_id": "growth" })).await);
        for webhook in app.local.provider.webhooks_of(&payment) {
            app.send_webhook(&webhook).await.ok();
        }
        app.drain().await;
        let state = async || {
            let plain = |item| plain(AttributeValue::M(item)).to_string();
            let mut items: Vec<String> = app.items("").await.into_iter().map(plain).collect();
            items.sort();
            (items, app.local.inbox.mails(None, None).len())
        };
        let before = state().await;
        for _ in 0..2 {
            // The list is newest first: the other way round than they happened.
            for event in app.local.bus.events().iter().take(40) {
                app.local.bus.replay(event).unwrap();
            }
            app.drain().await;
        }
        let after = state().await;
        assert_eq!(before.1, after.1, "mails");
        let new: Vec<_> = after.0.iter().filter(|item| !before.0.contains(item)).collect();
        assert!(new.is_empty() && before.0.len() == after.0.len(), "the table changed: {new:?}");
    })
    .await;
}

/// An attribute as JSON, which sorts its fields.
fn plain(value: AttributeValue) -> Value {
    match value {
        AttributeValue::M(fields) => {
            fields.into_iter().map(|(name, value)| (name, plain(value))).collect::<serde_json::Map<_, _>>().into()
        }
        AttributeValue::L(values) => values.into_iter().map(plain).collect::<Vec<_>>().into(),
        other => format!("{other:?}").into(),
    }
}

#[tokio::test]
async fn what_a_killed_server_had_claimed_holds_no_mail_up() {
    let folder = std::env::temp_dir().join(format!("claimed-{}", std::process::id()));
    let options = || Options { data: Data::Folder(folder.clone()), background: false, ..Options::in_memory() };
    let app = App::start(options()).await;
    let mentee = app.free_mentee("claimed").await;
    let event = app.items("EVENT#").await.into_iter().find(|event| format!("{event:?}").contains("AccountRegistered")).unwrap();
    let event = event["pk"].as_s().unwrap().strip_prefix("EVENT#").unwrap().parse().unwrap();
    let (now, lease) = (app::Clock::now(&*app.local.clock), jiff::SignedDuration::from_mins(5));
    let claim = app.local.platform.store.claim(event, "mail", &mentee.id, now, lease).await.unwrap();
    assert_eq!(claim, store::Claim::Granted);
    // Killed before it was sent.
    drop(app);
    flow_with(options(), async |app| {
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some(&mentee.email), None).len(), 1);
        assert!(app.local.bus.dead_letters().is_empty());
    })
    .await;
    std::fs::remove_dir_all(folder).unwrap();
}
