//! Refunds: decided once, carried out once, whatever fails in between.

use crate::{
    alarms::Lines,
    harness::{App, flow, flow_with},
    input::unchanged,
    scenes::Person,
};
use app::{
    Clock, Context,
    refunds::{Misfit, Refunds},
};
use domain::{
    Product,
    account::PlanHolding,
    event::Actor,
    payment::{Order, OrderStatus, Payment, PaymentStatus, RazorpayOrderId, Refund},
};
use futures::future::join_all;
use jiff::SignedDuration;
use local::{
    Options,
    standins::razorpay::{RazorpayPayment, RazorpayRefund},
};
use serde_json::{Value, json};
use store::{PlanLeft, Record, RefundRefused, TxError};

fn by_hand() -> Options {
    Options { background: false, ..Options::in_memory() }
}

async fn later(app: &App, minutes: i64) {
    app.local.clock.advance(SignedDuration::from_mins(minutes)).unwrap();
    app.local.pump.run_due().await;
}

/// A mentee, the order with which he bought a plan, and its payment.
async fn buyer(app: &App, name: &str, plan: &str) -> (Person, String, RazorpayPayment) {
    let person = app.free_mentee(name).await;
    let (order, payment) = buys(app, &person, plan).await;
    (person, order, payment)
}

async fn buys(app: &App, person: &Person, plan: &str) -> (String, RazorpayPayment) {
    let order = app.order(Some(&person.token), json!({ "plan_id": plan })).await;
    let payment = app.pay(&order);
    app.verify(Some(&person.token), &payment).await.ok();
    app.drain().await;
    (order, payment)
}

async fn refund(app: &App, admin: &str, order: &str) -> crate::calls::Answer {
    app.post(&format!("/api/admin/orders/{order}/refund"), admin, Value::Null).await
}

async fn shown(app: &App, admin: &str, order: &str) -> Value {
    let orders = app.get("/api/admin/orders", admin).await.ok();
    orders.as_array().unwrap().iter().find(|shown| shown["razorpay_order_id"] == order).unwrap().clone()
}

fn refunds(app: &App, payment: &RazorpayPayment) -> Vec<RazorpayRefund> {
    app.local.provider.refunds_of(&payment.id)
}

async fn audited(app: &App, action: &str) -> usize {
    app.items("codementee#AUDIT#").await.iter().filter(|item| item["action"].as_s().unwrap() == action).count()
}

#[tokio::test]
async fn a_refund_ends_the_plan_at_once_and_the_money_and_the_figures_follow() {
    flow_with(by_hand(), async |app| {
        let admin = app.admin().await;
        let (buyer, order, payment) = buyer(app, "regret", "growth").await;
        let other = app.paid_mentee("content", "growth").await;
        app.drain().await;
        let before = app.get("/api/admin/revenue-stats", &admin).await.ok();
        assert_eq!((&before["total_orders"], &before["total_revenue"]), (&json!(2), &json!(9998)));

        let answer = refund(app, &admin, &order).await.ok();
        assert_eq!((&answer["status"], &answer["refunded_at"]), (&json!("refunding"), &Value::Null));
        let me = app.get("/api/auth/me", &buyer.token).await.ok();
        assert_eq!((&me["status"], &me["plan_id"]), (&json!("Free"), &Value::Null), "the plan has ended");
        assert_eq!((refunds(app, &payment).len(), app.due("refund").await.len()), (0, 1), "state first, money after");

        app.local.pump.run_due().await;
        assert_eq!(refunds(app, &payment).len(), 1);
        let done = shown(app, &admin, &order).await;
        assert_eq!((&done["status"], done["refunded_at"].is_string()), (&json!("refunded"), true));
        assert_eq!((app.published("OrderRefunded"), app.due("refund").await.len()), (1, 0));
        let after = app.get("/api/admin/revenue-stats", &admin).await.ok();
        assert_eq!((&after["total_orders"], &after["total_revenue"]), (&json!(1), &json!(4999)));
        assert_eq!((&after["plan_counts"]["growth"], &after["monthly_revenue"][0]["orders"]), (&json!(1), &json!(1)));
        assert_eq!(after["recent_orders"].as_array().unwrap().len(), 1);
        assert_eq!(app.get("/api/admin/stats", &admin).await.ok()["total_orders"], 1);
        assert_eq!(app.get("/api/auth/me", &other.token).await.ok()["plan_id"], "growth", "nobody else's");
        assert_eq!((audited(app, "order.refunding").await, audited(app, "order.refunded").await), (1, 1));
        let events = app.local.bus.events();
        let event = &events.iter().find(|event| event.detail_type == "OrderRefunded").unwrap().detail;
        assert!(event["request_id"].is_string(), "the request that asked for it: {event}");
    })
    .await;
}

#[tokio::test]
async fn asking_again_by_either_id_refunds_once() {
    flow_with(by_hand(), async |app| {
        let admin = app.admin().await;
        let (_, order, payment) = buyer(app, "again", "growth").await;
        let ours = shown(app, &admin, &order).await["id"].as_str().unwrap().to_owned();
        assert_eq!(refund(app, &admin, &ours).await.ok()["status"], "refunding");
        unchanged(app, async || {
            assert_eq!(refund(app, &admin, &order).await.ok()["status"], "refunding");
        })
        .await;
        app.local.pump.run_due().await;
        unchanged(app, async || {
            assert_eq!(refund(app, &admin, &ours).await.ok()["status"], "refunded");
            app.local.pump.run_due().await;
        })
        .await;
        assert_eq!((refunds(app, &payment).len(), app.published("OrderRefunded")), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_at_once_refund_once() {
    flow(async |app| {
        let admin = app.admin().await;
        for round in 0..4 {
            let (_, order, payment) = buyer(app, &format!("rush{round}"), "growth").await;
            let answers = join_all((0..6).map(|_| refund(app, &admin, &order))).await;
            for answer in answers {
                let status = answer.ok()["status"].clone();
                assert!(status == "refunding" || status == "refunded", "{status}");
            }
            join_all((0..3).map(|_| app.local.pump.run_due())).await;
            assert_eq!((refunds(app, &payment).len(), app.published("OrderRefunded")), (1, round + 1));
            assert_eq!(audited(app, "order.refunding").await, round + 1);
        }
    })
    .await;
}

#[tokio::test]
async fn neither_silence_nor_a_lost_answer_loses_a_refund_or_makes_two() {
    flow_with(by_hand(), async |app| {
        let admin = app.admin().await;
        let (_, order, payment) = buyer(app, "silent", "growth").await;
        app.local.provider.set_down(true);
        refund(app, &admin, &order).await.ok();
        later(app, 1).await;
        assert_eq!((refunds(app, &payment).len(), app.due("refund").await.len()), (0, 1), "it stays due");
        app.local.provider.set_down(false);
        app.local.provider.lose_answers(true);
        later(app, 6).await;
        assert_eq!((refunds(app, &payment).len(), app.due("refund").await.len()), (1, 1), "it went, and nobody knows");
        assert_eq!(shown(app, &admin, &order).await["status"], "refunding");
        app.local.provider.lose_answers(false);
        later(app, 6).await;
        assert_eq!((refunds(app, &payment).len(), app.due("refund").await.len()), (1, 0));
        assert_eq!(shown(app, &admin, &order).await["status"], "refunded");
        assert_eq!(app.published("OrderRefunded"), 1);
    })
    .await;
}

#[tokio::test]
async fn what_razorpay_refuses_stays_owed() {
    flow_with(by_hand(), async |app| {
        let admin = app.admin().await;
        let person = app.free_mentee("unknown").await;
        let order = app.order(Some(&person.token), json!({ "plan_id": "growth" })).await;
        // A payment that only the webhook knows of.
        let payment = RazorpayPayment::of(&order, 499_900, "INR", "captured", 1);
        app.send_webhook(&app.local.provider.webhook("payment.captured", &payment)).await.ok();
        app.drain().await;
        refund(app, &admin, &order).await.ok();
        let at = async || app.due("refund").await[0]["at"].as_s().unwrap().clone();
        let first = at().await;
        let lines = Lines::default();
        let logging = lines.begin();
        app.local.pump.run_due().await;
        drop(logging);
        let logged = lines.with("refund.refused");
        assert_eq!((logged.len(), &logged[0]["level"], &logged[0]["payment.id"]), (1, &json!("ERROR"), &json!(payment.id)));
        let next = domain::Instant::parse(&at().await).unwrap();
        assert!(next.since(domain::Instant::parse(&first).unwrap()).as_mins() >= 60, "an hour later again");
        assert_eq!((shown(app, &admin, &order).await["status"].clone(), app.published("OrderRefunded")), (json!("refunding"), 0));
    })
    .await;
}

#[tokio::test]
async fn only_a_paid_order_is_refunded_and_only_by_an_admin() {
    flow_with(by_hand(), async |app| {
        let admin = app.admin().await;
        let mentor = app.mentor().await;
        let person = app.free_mentee("unpaid").await;
        let order = app.order(Some(&person.token), json!({ "plan_id": "growth" })).await;
        unchanged(app, async || {
            refund(app, &admin, &order).await.refused(409, "ORDER_NOT_PAID");
            refund(app, &admin, "order_nothing").await.refused(404, "NOT_FOUND");
            refund(app, &admin, "01920000-0000-7000-8000-0000000000b1").await.refused(404, "NOT_FOUND");
            refund(app, &mentor, &order).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        })
        .await;
        let failed = app.local.provider.fail(&order).unwrap();
        app.send_webhook(&app.local.provider.webhook("payment.failed", &failed)).await.ok();
        app.drain().await;
        refund(app, &admin, &order).await.refused(409, "ORDER_NOT_PAID");
    })
    .await;
}

#[tokio::test]
async fn a_refund_of_one_purchase_leaves_the_other() {
    flow_with(by_hand(), async |app| {
        let admin = app.admin().await;
        let (person, _, _) = buyer(app, "twice", "foundation").await;
        let first = app.get("/api/auth/me", &person.token).await.ok();
        let (order, _) = buys(app, &person, "growth").await;
        assert_eq!(app.get("/api/auth/me", &person.token).await.ok()["plan_id"], "growth");
        refund(app, &admin, &order).await.ok();
        let left = app.get("/api/auth/me", &person.token).await.ok();
        for field in ["plan_id", "plan_expires_at", "status"] {
            assert_eq!(left[field], first[field], "{field}");
        }
        app.local.pump.run_due().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_told_of_a_refunded_order_later_changes_nothing() {
    flow_with(by_hand(), async |app| {
        let admin = app.admin().await;
        let (person, order, payment) = buyer(app, "late", "growth").await;
        refund(app, &admin, &order).await.ok();
        app.verify(Some(&person.token), &payment).await.refused(409, "ORDER_REFUNDED");
        app.local.pump.run_due().await;
        app.verify(Some(&person.token), &payment).await.refused(409, "ORDER_REFUNDED");
        for event in ["payment.captured", "order.paid", "payment.failed", "refund.processed"] {
            app.send_webhook(&app.local.provider.webhook(event, &payment)).await.ok();
        }
        app.drain().await;
        assert_eq!((app.published("PlanPurchased"), app.published("PaymentMismatched")), (1, 0));
        assert_eq!(shown(app, &admin, &order).await["status"], "refunded");
        assert_eq!(app.get("/api/auth/me", &person.token).await.ok()["status"], "Free");
        // Another payment of it is as much too much as before.
        let second = app.pay(&order);
        app.send_webhook(&app.local.provider.webhook("payment.captured", &second)).await.ok();
        app.drain().await;
        assert_eq!((app.published("PlanPurchased"), app.published("PaymentMismatched")), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_does_not_fit_goes_back_and_the_order_stays() {
    flow_with(by_hand(), async |app| {
        let admin = app.admin().await;
        let (person, order_id, _) = buyer(app, "misfit", "growth").await;
        let second = app.pay(&order_id);
        let store = &app.local.platform.store;
        let razorpay_order: RazorpayOrderId = order_id.parse().unwrap();
        let order = store.order(&razorpay_order).await.unwrap().unwrap();
        let payment = Payment {
            id: second.id.parse().unwrap(),
            order_id: razorpay_order,
            amount: second.amount,
            currency: "INR".to_owned(),
            status: PaymentStatus::Captured,
        };
        let cx = Context::new(Product::Codementee, app.local.clock.now(), Actor::System);
        let refunds_of_store = Refunds::new(store.clone());
        let keep = async |order: &Order| refunds_of_store.refund_misfit(&cx, order, &payment, "a second payment").await.unwrap();
        let as_it_was = Order { status: OrderStatus::Pending, ..order.clone() };
        assert_eq!(keep(&as_it_was).await, Misfit::OrderMoved, "it may have been paid by this very payment since");
        assert_eq!([keep(&order).await, keep(&order).await], [Misfit::GoesBack, Misfit::KeptBefore]);
        app.local.pump.run_due().await;
        assert_eq!((refunds(app, &second).len(), app.published("MisfitRefunded"), app.published("OrderRefunded")), (1, 1, 0));
        assert_eq!((app.published("PaymentMismatched"), audited(app, "payment.refunded").await), (1, 1));
        assert_eq!(shown(app, &admin, &order_id).await["status"], "paid");
        assert_eq!(app.get("/api/auth/me", &person.token).await.ok()["plan_id"], "growth");
    })
    .await;
}

#[tokio::test]
async fn what_moved_since_it_was_read_refuses_a_refund() {
    flow_with(by_hand(), async |app| {
        let (person, order_id, _) = buyer(app, "moved", "growth").await;
        let store = &app.local.platform.store;
        let now = app.local.clock.now();
        let razorpay_order: RazorpayOrderId = order_id.parse().unwrap();
        let order = store.order(&razorpay_order).await.unwrap().unwrap();
        let owed = Refund::of_order(app::new_id(now), &order, None, now).unwrap();
        let account_id = person.id.parse().unwrap();
        let (_, held) = store.account(account_id, Product::Codementee).await.unwrap().unwrap();
        let held = held.unwrap();
        let holding: PlanHolding = held.value.plan.clone().unwrap();
        let begin = async |rev: u64| {
            let left = PlanLeft { account_id, holding: holding.clone(), rev };
            store.begin_refund(&order, &owed, Some(&left), now, &Record::default()).await
        };
        unchanged(app, async || {
            let answer = begin(held.rev() + 1).await;
            assert!(matches!(answer, Err(TxError::Refused(RefundRefused::MemberMoved))), "{answer:?}");
        })
        .await;
        begin(held.rev()).await.unwrap();
        let (_, held) = store.account(account_id, Product::Codementee).await.unwrap().unwrap();
        unchanged(app, async || {
            let answer = begin(held.unwrap().rev()).await;
            assert!(matches!(answer, Err(TxError::Refused(RefundRefused::OrderMoved))), "{answer:?}");
        })
        .await;
        app.local.pump.run_due().await;
    })
    .await;
}
