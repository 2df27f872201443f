//! Orders whose payment nobody told of, found at Razorpay by moving the clock.

use crate::{
    harness::{App, flow_with},
    scenes::PASSWORD,
};
use jiff::SignedDuration;
use local::{Options, standins::razorpay::PayOptions};
use serde_json::{Value, json};

/// Only the test runs what is due.
fn by_hand() -> Options {
    Options { background: false, ..Options::in_memory() }
}

fn visitor(name: &str) -> Value {
    json!({ "name": format!("Payer {name}"), "email": format!("{name}@example.com"), "password": PASSWORD, "plan_id": "growth" })
}

async fn later(app: &App, minutes: i64) {
    app.local.clock.advance(SignedDuration::from_mins(minutes)).unwrap();
    app.local.pump.run_due().await;
}

async fn is_open(app: &App) -> bool {
    !app.due("reconcile_order").await.is_empty()
}

async fn status(app: &App, order: &str) -> String {
    app.items(&format!("ORDER#{order}")).await.iter().find_map(|item| item.get("status")?.as_s().ok().cloned()).unwrap()
}

#[tokio::test]
async fn a_payment_that_nobody_told_of_is_settled_after_15_minutes() {
    flow_with(by_hand(), async |app| {
        app.pay(&app.order(None, visitor("silent")).await);
        later(app, 14).await;
        app.login("silent@example.com", PASSWORD).await.refused(401, "INVALID_CREDENTIALS");
        later(app, 2).await;
        assert_eq!(app.login("silent@example.com", PASSWORD).await.ok()["user"]["plan_id"], "growth");
        assert_eq!(app.published("PlanPurchased"), 1);
        assert!(is_open(app).await, "somebody may pay it once more");
        later(app, 60 * 24).await;
        assert!(!is_open(app).await, "done");
        later(app, 60 * 24 * 6).await;
        assert_eq!(app.published("PlanPurchased"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_paid_order_is_not_asked_about_for_a_day() {
    flow_with(by_hand(), async |app| {
        let payment = app.pay(&app.order(None, visitor("told")).await);
        let due = async || app.due("reconcile_order").await[0]["at"].as_s().unwrap().clone();
        let first = due().await;
        app.verify(None, &payment).await.ok();
        app.local.provider.set_down(true);
        later(app, 16).await;
        let at = |text: &str| domain::Instant::parse(text).unwrap();
        assert_eq!(at(&due().await).since(at(&first)).as_mins(), 24 * 60 - 15, "put off without Razorpay");
        app.local.provider.set_down(false);
        later(app, 60 * 24).await;
        assert!(!is_open(app).await);
        assert_eq!((app.published("PlanPurchased"), app.published("PaymentMismatched")), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_second_payment_that_nobody_told_of_is_found_within_a_day() {
    flow_with(by_hand(), async |app| {
        let order = app.order(None, visitor("twice")).await;
        let payment = app.pay(&order);
        app.verify(None, &payment).await.ok();
        later(app, 16).await;
        app.pay(&order);
        later(app, 60 * 24).await;
        assert_eq!((app.published("PlanPurchased"), app.published("PaymentMismatched")), (1, 1));
        assert_eq!((status(app, &order).await.as_str(), is_open(app).await), ("paid", false));
    })
    .await;
}

#[tokio::test]
async fn razorpay_down_keeps_the_order_due_and_holds_up_nothing_else() {
    flow_with(by_hand(), async |app| {
        let admin = app.admin().await;
        let mentee = app.paid_mentee("session", "growth").await;
        let slot = app.add_slot(&admin, 2, 600, 60).await;
        let booking = app.book(&mentee, &app.company().await, &[&slot]).await;
        let mentor = app.mentor_id(&admin).await;
        app.confirm(&admin, &booking, &mentor, &slot).await.ok();
        for n in 0..5 {
            app.pay(&app.order(None, visitor(&format!("down{n}"))).await);
        }
        app.local.provider.set_down(true);
        later(app, 60 * 24 * 3).await;
        assert_eq!(app.published("MeetLinkReleased"), 1, "what needs only the table is done");
        let open = (app.due("reconcile_order").await.len(), app.published("PlanPurchased"));
        assert_eq!(open, (1 + 5, 1), "all stay due, the paid one too");
        later(app, 6).await;
        assert_eq!(app.due("reconcile_order").await.len(), 1 + 5);
        app.local.provider.set_down(false);
        later(app, 6).await;
        later(app, 6).await;
        assert_eq!((app.due("reconcile_order").await.len(), app.published("PlanPurchased")), (0, 6));
    })
    .await;
}

#[tokio::test]
async fn an_order_that_nobody_pays_is_looked_at_less_and_less_and_then_left() {
    flow_with(by_hand(), async |app| {
        let order = app.order(None, visitor("window")).await;
        let made = app.due("reconcile_order").await.remove(0)["at"].as_s().unwrap().clone();
        let made = domain::Instant::parse(&made).unwrap().plus(SignedDuration::from_mins(-15));
        for (wait, next_hours) in [(16, 1), (60, 6), (60 * 6, 24), (60 * 24, 24 * 5)] {
            later(app, wait).await;
            let due = app.due("reconcile_order").await;
            let at = domain::Instant::parse(due[0]["at"].as_s().unwrap()).unwrap();
            assert_eq!((due.len(), at.since(made).as_hours()), (1, next_hours));
        }
        later(app, 60 * 24 * 5).await;
        assert!(!is_open(app).await, "given up");
        assert_eq!(status(app, &order).await, "pending");
        // A webhook that comes later still than that settles it all the same.
        let payment = app.pay(&order);
        app.send_webhook(&app.local.provider.webhook("payment.captured", &payment)).await.ok();
        app.drain().await;
        assert_eq!(status(app, &order).await, "paid");
    })
    .await;
}

#[tokio::test]
async fn a_razorpay_that_never_answers_is_given_up_in_the_end() {
    flow_with(by_hand(), async |app| {
        let order = app.order(None, visitor("forever")).await;
        app.local.provider.set_down(true);
        later(app, 60 * 24 * 7).await;
        assert!(is_open(app).await);
        later(app, 60 * 25).await;
        assert!(!is_open(app).await);
        assert_eq!(status(app, &order).await, "pending");
    })
    .await;
}

#[tokio::test]
async fn failed_and_misfit_payments_leave_the_order_open_for_the_right_one() {
    flow_with(by_hand(), async |app| {
        let order = app.order(None, visitor("retry")).await;
        app.local.provider.fail(&order).unwrap();
        later(app, 16).await;
        assert_eq!((status(app, &order).await.as_str(), is_open(app).await), ("failed", true));
        app.local.provider.pay(&order, &PayOptions { amount: Some(100), ..PayOptions::default() }).unwrap();
        later(app, 60).await;
        assert_eq!((app.published("PaymentMismatched"), is_open(app).await), (1, true));
        app.pay(&order);
        later(app, 60 * 6).await;
        assert_eq!(status(app, &order).await, "paid");
        later(app, 60 * 24).await;
        assert!(!is_open(app).await);
        assert_eq!((app.published("PaymentMismatched"), app.published("PlanPurchased")), (1, 1), "each once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn webhook_browser_and_reconciliation_at_once_settle_once() {
    flow_with(by_hand(), async |app| {
        for n in 0..8 {
            let name = format!("race{n}");
            let payment = app.pay(&app.order(None, visitor(&name)).await);
            app.local.clock.advance(SignedDuration::from_mins(16)).unwrap();
            let webhook = app.local.provider.webhook("payment.captured", &payment);
            let hooked = async {
                app.send_webhook(&webhook).await.ok();
                app.drain().await;
            };
            let scheduler = workers::scheduler::Scheduler::new(&app.local.platform).unwrap();
            let other = workers::scheduler::Scheduler::new(&app.local.platform).unwrap();
            let (_, (), first, second) = futures::join!(app.verify(None, &payment), hooked, scheduler.run(), other.run());
            assert_eq!((first.unwrap().failed, second.unwrap().failed), (0, 0));
            app.drain().await;
            assert_eq!((app.published("PlanPurchased"), app.published("PaymentMismatched")), (n + 1, 0));
            assert_eq!(app.login(&format!("{name}@example.com"), PASSWORD).await.ok()["user"]["status"], "Active");
        }
    })
    .await;
}
