//! Rivals: for an address, and with leaving.

use crate::{calls::Answer, harness::flow, scenes::PASSWORD};
use futures::future::join_all;
use serde_json::json;

fn won(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status == 200).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_several_confirm_at_once_becomes_one_s() {
    flow(async |app| {
        let rivals = join_all((0..6).map(|n| async move { app.free_mentee(&format!("rival{n}")).await })).await;
        let mut tokens = Vec::new();
        for (n, rival) in rivals.iter().enumerate() {
            // An address is mailed three times at once, so time passes.
            app.local.clock.advance(jiff::SignedDuration::from_mins(5)).unwrap();
            app.ask_for_email(rival, "wanted@example.com").await.ok();
            let mailed = app.email_tokens("wanted@example.com").await;
            assert_eq!(mailed.len(), n + 1);
            tokens.push(mailed.into_iter().next().unwrap());
        }
        app.local.clock.advance(jiff::SignedDuration::from_secs(10)).unwrap();
        let answers = join_all(tokens.iter().map(|token| app.confirm_email(token))).await;
        let taken = answers.iter().filter(|answer| answer.body["code"] == "EMAIL_TAKEN").count();
        // Of a source's tries five are let through at once.
        let limited = answers.iter().filter(|answer| answer.status == 429).count();
        assert_eq!((won(&answers), taken + limited), (1, 5), "{answers:?}");
        let guards = app.items("EMAIL#wanted@example.com").await;
        let owner = guards[0]["account_id"].as_s().unwrap();
        for rival in &rivals {
            let items = app.items(&format!("ACCOUNT#{}", rival.id)).await;
            let address = if rival.id == *owner { "wanted@example.com" } else { rival.email.as_str() };
            let copies = items.iter().filter(|item| item.contains_key("name")).map(|item| item["email"].as_s().unwrap());
            assert_eq!(copies.collect::<Vec<_>>(), [address, address], "account and membership");
            let guarded = app.items(&format!("EMAIL#{}", rival.email)).await.len();
            assert_eq!(guarded, usize::from(rival.id != *owner));
        }
        let signed_in = app.login_later("wanted@example.com", PASSWORD).await.ok();
        assert_eq!(signed_in["user"]["id"], owner.as_str());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_confirms_once_however_many_follow_it() {
    flow(async |app| {
        let person = app.free_mentee("clicker").await;
        app.ask_for_email(&person, "clicked@example.com").await.ok();
        let token = &app.email_tokens("clicked@example.com").await.remove(0);
        let answers = join_all((0..5).map(|_| app.confirm_email(token))).await;
        assert_eq!(won(&answers), 1, "{answers:?}");
        for answer in answers.into_iter().filter(|answer| answer.status != 200) {
            answer.refused(400, "LINK_EXPIRED");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_and_booking_at_once_leave_no_open_booking() {
    flow(async |app| {
        let admin = app.admin().await;
        let (company, slot) = (app.company().await, app.add_slot(&admin, 20, 600, 60).await);
        for n in 0..4 {
            let mentee = app.paid_mentee(&format!("torn{n}"), "accelerator").await;
            let body = json!({ "company_id": company, "slot_ids": [slot] });
            let book = || app.post("/api/mentee/booking-request", &mentee.token, body.clone());
            let (_, left, _) = futures::join!(
                join_all((0..3).map(|_| book())),
                app.delete_me(&mentee.token, PASSWORD),
                join_all((0..3).map(|_| book())),
            );
            // Every booking counts the membership's revision up, so leaving may have to give way for a moment.
            if left.status != 200 {
                left.refused(503, "BUSY");
                app.delete_me(&mentee.token, PASSWORD).await.ok();
            }
        }
        app.forgotten().await;
        let bookings = app.items("codementee#BOOKING#").await;
        let of_torn =
            bookings.iter().filter(|booking| booking["mentee"].as_m().unwrap()["name"].as_s().unwrap() == super::NOBODY);
        assert!(of_torn.clone().all(|booking| booking["status"].as_s().unwrap() == "cancelled_by_mentee"), "{bookings:?}");
        assert_eq!(of_torn.count(), bookings.len());
        assert!(app.items_saying("torn").await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_admins_who_leave_at_once_one_stays() {
    flow(async |app| {
        let first = app.fresh_admin().await;
        let second = app.another_admin("colleague").await;
        let (one, other) =
            futures::join!(app.delete_me(&first, &app.local.demo_password), app.delete_me(&second.token, PASSWORD));
        let answers = [one, other];
        assert_eq!(won(&answers), 1, "{answers:?}");
        for answer in answers.into_iter().filter(|answer| answer.status != 200) {
            answer.refused(409, "LAST_ADMIN");
        }
        let mut admins = app.items("ACCOUNT#").await;
        admins.retain(|item| item["sk"].as_s().unwrap() == "MEMBER#codementee");
        let left = admins.iter().filter(|item| format!("{:?}", item.get("roles")).contains("admin")).count();
        assert_eq!(left, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_address_and_leaving_at_once_leave_one_or_nothing() {
    flow(async |app| {
        for n in 0..4 {
            let person = app.free_mentee(&format!("both{n}")).await;
            let new = format!("other{n}@example.com");
            app.ask_for_email(&person, &new).await.ok();
            let token = app.email_tokens(&new).await.remove(0);
            let (confirmed, left) = futures::join!(app.confirm_email(&token), app.delete_me(&person.token, PASSWORD));
            let account = app.items(&format!("ACCOUNT#{}", person.id)).await;
            let there = account.iter().any(|item| item["sk"].as_s().unwrap() == "ACCOUNT");
            let guards =
                [app.items(&format!("EMAIL#{new}")).await.len(), app.items(&format!("EMAIL#{}", person.email)).await.len()];
            let wanted = match (confirmed.status, left.status) {
                (_, 200) => (false, [0, 0]),
                (200, _) => (true, [1, 0]),
                (confirmed, left) => panic!("neither: {confirmed} {left}"),
            };
            assert_eq!((there, guards), wanted, "{confirmed:?} {left:?}");
        }
        app.forgotten().await;
    })
    .await;
}
