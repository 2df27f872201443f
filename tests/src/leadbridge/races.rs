//! Many at once: places, verdicts, orders, payments.

use super::{Member, PHONE};
use crate::{
    calls::Answer,
    harness::{App, flow},
};
use futures::future::join_all;
use std::collections::BTreeSet;

fn won(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status == 200).count()
}

fn lost(answers: &[Answer], code: &str) -> usize {
    answers.iter().filter(|answer| (answer.status, answer.body["code"].as_str()) == (409, Some(code))).count()
}

/// Books, and asks again when the answer is that we are busy, as its `Retry-After` says.
async fn insist(app: &App, user: &Member, event: &str) -> Answer {
    for _ in 0..50 {
        let answer = app.try_to_book(user, event, PHONE).await;
        if answer.status != 503 {
            return answer;
        }
    }
    app.try_to_book(user, event, PHONE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_bookings_share_fifteen_places() {
    flow(async |app| {
        let event = app.demo_event().await;
        let mut users = Vec::new();
        for n in 0..200 {
            users.push(app.bridge_user(&format!("rival{n}")).await);
        }
        let answers = join_all(users.iter().map(|user| insist(app, user, &event))).await;
        // Whoever was answered that we are busy may hold a place all the same, and is told so when he asks again.
        assert_eq!((won(&answers) + lost(&answers, "ALREADY_BOOKED"), lost(&answers, "EVENT_FULL")), (15, 185));
        let id = super::bare(&event);
        let held = app.items(&format!("leadbridge#PUBLIC_EVENT#{id}")).await;
        assert_eq!(held.iter().filter(|item| item["sk"].as_s().unwrap().starts_with("GUEST#")).count(), 15);
        let event = held.iter().find(|item| item["sk"].as_s().unwrap() == "PUBLIC_EVENT").unwrap();
        assert_eq!((event["places_left"].as_n().unwrap().as_str(), event["booked"].as_n().unwrap().as_str()), ("0", "15"));
        let leads = app.items("leadbridge#LEAD#").await;
        assert_eq!(leads.iter().filter(|item| item["sk"].as_s().unwrap() == "LEAD").count(), 15);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_holds_one_place_however_often_he_asks() {
    flow(async |app| {
        let (event, user) = (app.demo_event().await, app.bridge_user("eager").await);
        let answers = join_all((0..16).map(|_| app.try_to_book(&user, &event, PHONE))).await;
        assert_eq!((won(&answers), lost(&answers, "ALREADY_BOOKED")), (1, 15));
        assert_eq!(app.get_public("/leadbridge/api/events").await.ok()[0]["available_slots"], 14);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_admins_at_once_one_decides() {
    flow(async |app| {
        let (event, _) = (app.demo_event().await, app.bridge_admin().await);
        for n in 0..8 {
            let user = app.bridge_user(&format!("judged{n}")).await;
            let lead = app.book_event(&user, &event, "no number").await;
            let verdicts = ["VERIFIED", "REJECTED", "VERIFIED", "REJECTED"];
            let answers = join_all(verdicts.iter().map(|status| app.decide_lead(&lead, status))).await;
            assert_eq!((won(&answers), lost(&answers, "LEAD_DECIDED")), (1, 3));
            let path = format!("/admin/verification-logs?lead_id={lead}");
            assert_eq!(app.bridge_get(&path, &app.bridge_admin().await).await.ok().as_array().unwrap().len(), 1);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_at_once_are_one_order_and_payments_at_once_one_purchase() {
    flow(async |app| {
        let mentor = app.demo_mentor().await;
        let lead = app.verified_lead("wanted", &app.demo_event().await).await;
        let answers = join_all((0..8).map(|_| app.try_to_order(&mentor, &lead))).await;
        assert_eq!(won(&answers), 8);
        let orders: BTreeSet<_> = answers.iter().map(|answer| answer.body["order_id"].as_str().unwrap()).collect();
        assert_eq!(orders.len(), 1);
        let payment = app.pay(orders.first().unwrap());
        let answers = join_all((0..8).map(|_| app.verify_lead_payment(&mentor, &payment))).await;
        assert_eq!(won(&answers), 8, "repeating it succeeds again");
        app.drain().await;
        assert_eq!(app.published("LeadPurchased"), 1);
    })
    .await;
}
