use super::flow;
use crate::{harness::App, scenes::PASSWORD};
use domain::{
    Product,
    account::{Account, Membership, Role},
    text::{Email, PersonName},
};
use futures::future::join_all;
use serde_json::json;
use std::collections::BTreeSet;

/// Two hundred people at once, at the use case: the doors let in twenty at once.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_raced_for_are_given_once_and_their_gaps_are_refusals() {
    flow(async |app| {
        let register = async |n: usize| {
            // Every tenth has the address of the one before him: one of the two is refused.
            let email = format!("racer{}@example.com", if n % 10 == 9 { n - 1 } else { n });
            try_to_register(app, &email).await
        };
        let numbers: Vec<Option<String>> = join_all((0..200).map(register)).await;
        let given: BTreeSet<_> = numbers.iter().flatten().cloned().collect();
        assert_eq!(given.len(), 180, "each who came in has a number of his own");
        let highest: usize = given.last().unwrap()[1..].parse().unwrap();
        assert!((180..=200).contains(&highest), "{highest}: no number is skipped but for a refusal");
        for number in &given {
            let found = app.local.platform.store.account_by_number(Product::AspireX, number.parse().unwrap()).await.unwrap();
            assert!(found.is_some(), "{number} leads to nobody");
        }
    })
    .await;
}

async fn try_to_register(app: &App, email: &str) -> Option<String> {
    let store = &app.local.platform.store;
    let now = app::Clock::now(&*app.local.clock);
    let cx = app::Context::system(Product::AspireX, now);
    let name = PersonName::parse("Racer").unwrap();
    let account = Account::new(cx.id(), Email::parse(email).unwrap(), name.clone(), None, now);
    let number = store.next_public_number(Product::AspireX, Role::Mentee).await.unwrap();
    let membership = Membership::new(account.id, Product::AspireX, account.email.clone(), name, Role::Mentee, now);
    let membership = membership.numbered(number);
    let new = store::NewAccount { account, membership };
    store.register(&new, None, &store::Record::default()).await.ok().map(|()| number.unwrap().to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn registrations_at_once_get_numbers_of_their_own() {
    flow(async |app| {
        let register = async |n: usize| {
            let email = format!("both{n}@example.com");
            let body = json!({ "name": "Racer", "email": email, "password": PASSWORD, "accepted_terms": true });
            app.ax_say("/auth/student/register/", body).await
        };
        let answers = join_all((0..12).map(register)).await;
        let numbers: BTreeSet<_> = answers.iter().filter_map(|answer| answer.body["student_id"].as_str()).collect();
        assert_eq!(numbers.len(), answers.iter().filter(|answer| answer.status == 201).count());
        assert!(!numbers.is_empty());
    })
    .await;
}

#[tokio::test]
async fn whoever_leaves_takes_his_number_with_him() {
    flow(async |app| {
        let student = app.student("stu").await;
        app.aspirex(reqwest::Method::DELETE, "/auth/me", Some(&student.token), Some(json!({ "password": PASSWORD }))).await.ok();
        let number = student.number.parse().unwrap();
        assert_eq!(app.local.platform.store.account_by_number(Product::AspireX, number).await.unwrap(), None);
        let next = app.student("next").await;
        assert_eq!(next.number, "S000002", "no number is given twice");
    })
    .await;
}
