//! Removing what is left of somebody, run by run.

use super::{
    leaving::{Rooted, rooted},
    text,
};
use crate::{harness::flow_with, input::quiet_flow, scenes::PASSWORD};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Instant, Product, account::Membership};
use jiff::SignedDuration;
use local::{Options, standins::dynamodb::Fault};
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn a_removal_that_breaks_off_is_taken_up_again() {
    let options = Options { metered: true, background: false, ..Options::in_memory() };
    flow_with(options, async |app| {
        let Rooted { mentee, .. } = rooted(app, "crashed").await;
        app.delete_me(&mentee.token, PASSWORD).await.ok();
        // Each run is cut off a little further on, before what it was about to write.
        for fault in [Fault::AnswerLost, Fault::Throttled, Fault::AnswerLost] {
            (0..store::ATTEMPTS).for_each(|_| app.meter().fail_next("TransactWriteItems", fault.clone()));
            (0..8).for_each(|_| app.meter().fail_next("UpdateItem", fault.clone()));
            app.minutes(6).await;
        }
        app.forgotten().await;
        app.minutes(10).await;
        for name in ["crashed@example.com", "Mentee crashed", "of crashed"] {
            let left = app.items_saying(name).await;
            assert!(left.is_empty(), "{name} stands in {left:#?}");
        }
        assert!(app.due("erase_member").await.is_empty());
        assert_eq!(app.published("AccountDeleted"), 1);
    })
    .await;
}

#[tokio::test]
async fn what_was_written_at_the_same_moment_is_found_by_the_last_look() {
    quiet_flow(async |app| {
        let Rooted { mentee, pending, .. } = rooted(app, "blurred").await;
        let key = format!("codementee#BOOKING#{pending}");
        let as_it_was = app.items(&key).await.remove(0);
        app.delete_me(&mentee.token, PASSWORD).await.ok();
        app.minutes(3).await;
        assert!(app.items_saying("blurred@example.com").await.is_empty());
        // Somebody had read it before, and writes it over again.
        let client = app.local.platform.aws.dynamodb();
        client.put_item().table_name("platform").set_item(Some(as_it_was)).send().await.unwrap();
        assert_eq!(app.items_saying("blurred@example.com").await.len(), 1);
        app.local.clock.advance(SignedDuration::from_hours(1)).unwrap();
        app.minutes(3).await;
        assert!(app.items_saying("blurred@example.com").await.is_empty());
        assert_eq!(app.items(&key).await[0]["status"].as_s().unwrap(), "cancelled_by_mentee");
        assert!(app.due("erase_member").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_called_off_holds_up_nothing_else() {
    quiet_flow(async |app| {
        let Rooted { mentee, confirmed, .. } = rooted(app, "stuck").await;
        let bookings = app.get("/api/mentee/booking-requests", &mentee.token).await.ok();
        let booking = bookings.as_array().unwrap().iter().find(|one| one["id"] == confirmed.as_str()).unwrap();
        let slot = text(&booking["confirmed_slot"]["id"]);
        let key = format!("codementee#SLOT#{slot}");
        let client = app.local.platform.aws.dynamodb();
        let put = async |item| client.put_item().table_name("platform").set_item(Some(item)).send().await.unwrap();
        // His slot says that it is somebody else's, so that it cannot be given back.
        let as_it_was = app.items(&key).await.remove(0);
        let mut strange = as_it_was.clone();
        strange.insert("booking_id".to_owned(), AttributeValue::S(mentee.id.clone()));
        put(strange).await;
        app.delete_me(&mentee.token, PASSWORD).await.ok();
        app.forgotten().await;
        let left = app.items_saying("Mentee stuck").await;
        assert_eq!(left.len(), 1, "{left:#?}");
        assert_eq!(left[0]["pk"].as_s().unwrap(), &format!("codementee#BOOKING#{confirmed}"));
        assert_eq!(app.due("erase_member").await.len(), 1, "it is tried again");
        put(as_it_was).await;
        app.minutes(10).await;
        assert!(app.items_saying("Mentee stuck").await.is_empty());
        let (booking, slot) = (app.items(left[0]["pk"].as_s().unwrap()).await.remove(0), app.items(&key).await.remove(0));
        let status = [&booking, &slot].map(|item| item["status"].as_s().unwrap().as_str());
        assert_eq!(status, ["cancelled_by_mentee", "available"]);
        assert!(app.due("erase_member").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn leaving_two_products_at_once_is_two_things_to_do() {
    quiet_flow(async |app| {
        let mentee = app.free_mentee("everywhere").await;
        let (store, now) = (&app.local.platform.store, app::Clock::now(&*app.local.clock));
        let account_id = mentee.id.parse().unwrap();
        let here = store.membership(Product::Codementee, account_id).await.unwrap().unwrap().value;
        store.join(&Membership { product: Product::Mansa, ..here }, None, &store::Record::default()).await.unwrap();
        for product in [Product::Codementee, Product::Mansa] {
            let who = store.everywhere(account_id).await.unwrap().unwrap();
            let departure = store::Departure { account_id, product, started_at: now, running: true };
            let due = store::DueWork { at: now, task: store::DueTask::EraseMember { product, account_id } };
            let leaving = store::Leaving { who: &who, product, remaining_admin: None, in_directory: false, earns: false };
            store.leave_product(&leaving, &departure, &due, &store::Record::default()).await.unwrap();
        }
        assert_eq!(app.due("erase_member").await.len(), 2);
        app.forgotten().await;
        assert!(app.due("erase_member").await.is_empty());
        for product in [Product::Codementee, Product::Mansa] {
            assert!(!store.departure(product, account_id).await.unwrap().unwrap().running, "{product}");
        }
    })
    .await;
}

/// Half a minute goes by between any two looks at it.
#[derive(Debug)]
struct SlowDay(Mutex<Instant>);

impl app::Clock for SlowDay {
    fn now(&self) -> Instant {
        let mut now = self.0.lock().unwrap();
        *now = now.plus(SignedDuration::from_secs(31));
        *now
    }
}

#[tokio::test]
async fn a_long_removal_waits_behind_what_is_done_at_once() {
    quiet_flow(async |app| {
        let (mentee, _, _) = app.confirmed_session_on("queued", 2).await;
        let gone = app.free_mentee("gone").await;
        app.delete_me(&gone.token, PASSWORD).await.ok();
        app.local.clock.advance(SignedDuration::from_hours(24 * 4)).unwrap();
        let platform = &app.local.platform;
        let now = app::Clock::now(&*app.local.clock);
        let at_work = app::Platform { clock: Arc::new(SlowDay(Mutex::new(now))), ..platform.clone() };
        let ran = workers::scheduler::Scheduler::new(&at_work).unwrap().run().await.unwrap();
        assert!(ran.done > 0 && ran.failed == 0, "{ran:?}");
        assert_eq!((app.due("release_link").await.len(), app.due("erase_member").await.len()), (0, 1));
        assert!(app.items_saying(&mentee.email).await.len() > 1);
        app.forgotten().await;
        assert!(app.due("erase_member").await.is_empty());
    })
    .await;
}
