//! What is asked twice because the answer was lost, and what stands in others' way.

use crate::{
    harness::{App, flow_with},
    input::quiet_flow,
};
use app::{Clock, Context, Wired};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    AccountId, EventId, Product,
    account::MemberState,
    event::{Actor, Detail},
};
use gateways::settings::Settings;
use jiff::SignedDuration;
use local::{Options, standins::dynamodb::Fault};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};
use store::{AssignRefused, Begun, Claim, Lane, Record, TxError};

const PRODUCT: Product = Product::Codementee;
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

async fn metered_flow(test: impl AsyncFnOnce(&App)) {
    flow_with(Options { metered: true, background: false, ..Options::in_memory() }, test).await;
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_still_ones_own() {
    metered_flow(async |app| {
        let (store, now) = (&app.local.platform.store, app.local.clock.now());
        app.meter().fail_next("PutItem", Fault::AnswerLost);
        let begun = store.begin_once("key", "body", now, MINUTE, MINUTE * 60).await.unwrap();
        assert!(matches!(begun, Begun::First(_)), "{begun:?}");
        let begun = store.begin_once("key", "body", now, MINUTE, MINUTE * 60).await.unwrap();
        assert_eq!(begun, Begun::InProgress, "to anybody else it is taken");

        let event: EventId = app::new_id(now);
        app.meter().fail_next("PutItem", Fault::AnswerLost);
        assert_eq!(store.claim(event, "notifier", "x@example.com", now, MINUTE).await.unwrap(), Claim::Granted);
        assert_eq!(store.claim(event, "notifier", "x@example.com", now, MINUTE).await.unwrap(), Claim::InFlight);
        assert_eq!(app.meter().faults_left(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_event_that_the_bus_cannot_take_keeps_no_other_from_it() {
    quiet_flow(async |app| {
        app.drain().await;
        let now = app.local.clock.now();
        let cx = Context::new(PRODUCT, now.plus(-MINUTE), Actor::System).caused_by(Some("x".repeat(300 * 1024)));
        let (from, to) = (MemberState::Active, MemberState::Paused);
        let event = cx.event(Detail::MemberStateChanged { account_id: app::new_id::<AccountId>(now), from, to });
        app.local.platform.store.publish(&event).await.unwrap();
        app.free_mentee("behind").await;
        app.drain().await;
        assert_eq!(app.published("AccountRegistered"), 1);
        assert_eq!(app.published("MemberStateChanged"), 0);
        let key = [("pk", format!("EVENT#{}", event.id)), ("sk", "EVENT".to_owned())];
        let key = key.map(|(name, text)| (name.to_owned(), AttributeValue::S(text)));
        let client = app.local.platform.aws.dynamodb();
        client.delete_item().table_name("platform").set_key(Some(key.into())).send().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn due_work_that_fails_or_cannot_be_read_steps_behind_the_rest() {
    metered_flow(async |app| {
        app.confirmed_session("due").await;
        let (store, client) = (&app.local.platform.store, app.local.platform.aws.dynamodb());
        let put = async |item: &HashMap<String, AttributeValue>| {
            client.put_item().table_name("platform").set_item(Some(item.clone())).send().await.unwrap();
        };
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let mut strange = app.due("release_link").await.remove(0);
        strange.insert("sk".to_owned(), text("2020-01-01T00:00:00.000Z#strange#x"));
        strange.insert("kind".to_owned(), text("strange"));
        put(&strange).await;
        let links = app.items("codementee#LINK#").await;
        let link = links.into_iter().find(|link| link["status"] == text("in_use")).unwrap();
        let mut broken = link.clone();
        broken.insert("status".to_owned(), text("broken"));
        put(&broken).await;

        app.local.clock.advance(SignedDuration::from_hours(24 * 30)).unwrap();
        let now = app.local.clock.now();
        app.local.pump.run_due().await;
        let at = &app.due("strange").await[0]["at"];
        assert_eq!(at, &text(&now.plus(MINUTE * 60).to_string()), "looked at again, since a newer version may know it");
        let due = store.due(Lane::Table, now).await.unwrap();
        assert!(due.is_empty(), "nothing stands in the way: {due:?}");
        assert_eq!(app.due("release_link").await.len(), 1, "it is not forgotten");

        put(&link).await;
        app.local.clock.advance(SignedDuration::from_mins(6)).unwrap();
        app.local.pump.run_due().await;
        assert!(app.due("release_link").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_assignment_is_written_over_what_was_read() {
    quiet_flow(async |app| {
        let (admin, mentee) = (app.admin().await, app.free_mentee("assigned").await);
        let (store, now) = (&app.local.platform.store, app.local.clock.now());
        let (id, mentor) = (mentee.id.parse().unwrap(), app.mentor_id(&admin).await.parse().unwrap());
        let read = store.membership(PRODUCT, id).await.unwrap().unwrap();
        store.assign_mentor(&read, Some(mentor), now, &Record::default()).await.unwrap();
        let stale = store.assign_mentor(&read, None, now, &Record::default()).await;
        assert!(matches!(stale, Err(TxError::Refused(AssignRefused::MenteeMoved))), "{stale:?}");
        let read = store.membership(PRODUCT, id).await.unwrap().unwrap();
        assert_eq!(read.value.mentor_id, Some(mentor));
        let other = app.free_mentee("no-mentor").await.id.parse().unwrap();
        let nobody = store.assign_mentor(&read, Some(other), now, &Record::default()).await;
        assert!(matches!(nobody, Err(TxError::Refused(AssignRefused::MentorUnavailable))), "{nobody:?}");
    })
    .await;
}

#[tokio::test]
async fn a_request_waits_a_second_at_most_for_secrets_to_be_read_again() {
    quiet_flow(async |app| {
        // Takes connections and says nothing.
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", silent.local_addr().unwrap());
        let values = app.local.environment.clone().into_iter();
        let own = [("SECRETS_MANAGER_ENDPOINT".to_owned(), endpoint), ("SECRETS_ARN".to_owned(), "arn:aws:x".to_owned())];
        let settings = Settings::from_values(values.chain(own));
        let platform = app::Platform::new(settings, app.local.clock.clone()).unwrap();
        let wired = Wired::new(platform, |_| Ok(7)).unwrap();
        app.local.clock.advance(MINUTE * 6).unwrap();
        let began = Instant::now();
        assert_eq!(*wired.current().await, 7);
        let waited = began.elapsed();
        assert!((Duration::from_millis(900)..Duration::from_millis(2500)).contains(&waited), "{waited:?}");
        assert_eq!(*wired.current().await, 7);
        assert!(began.elapsed() - waited < Duration::from_millis(500), "the next one does not wait");
        app.local.clock.advance(SignedDuration::from_secs(30)).unwrap();
        let began = Instant::now();
        assert_eq!(*wired.current().await, 7);
        assert!(began.elapsed() >= Duration::from_millis(900), "it is soon tried again");
    })
    .await;
}
