//! Notices in the product.

use super::text;
use crate::{
    calls::Answer,
    harness::{App, flow, flow_with},
    input::NOTHING,
    scenes::feedback,
};
use jiff::SignedDuration;
use local::Options;
use serde_json::{Value, json};

fn titles(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|notice| notice["title"].as_str().unwrap()).collect()
}

fn unread(answer: &Answer) -> usize {
    answer.headers["x-unread-count"].to_str().unwrap().parse().unwrap()
}

async fn notices(app: &App, token: &str) -> (Value, usize) {
    app.drain().await;
    let answer = app.get("/api/notifications", token).await;
    let unread = unread(&answer);
    (answer.ok(), unread)
}

#[tokio::test]
async fn each_occasion_is_told_in_the_product_too() {
    flow(async |app| {
        let admin = app.admin().await;
        let mentor = app.another_mentor("told").await;
        let mentee = app.paid_mentee("teller", "growth").await;
        app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": mentee.id, "mentor_id": mentor.id })).await.ok();
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let booking = app.book(&mentee, &app.company().await, &[&slot]).await;
        let (list, count) = notices(app, &mentor.token).await;
        assert_eq!((titles(&list), count), (vec!["New booking request from Mentee teller", "Welcome to Codementee"], 2));
        assert_eq!(list[0]["link"], "/mentor/booking-requests");
        assert_eq!((&list[0]["kind"], &list[0]["read"]), (&json!("booking_requested"), &json!(false)));

        app.confirm(&admin, &booking, &mentor.id, &slot).await.ok();
        let mock = app.get("/api/mentee/mocks", &mentee.token).await.ok()[0].clone();
        app.post("/api/mentor/feedback", &mentor.token, feedback(&mock)).await.ok();
        let (list, count) = notices(app, &mentee.token).await;
        let kinds: Vec<_> = list.as_array().unwrap().iter().map(|notice| text(&notice["kind"])).collect();
        let wanted = ["feedback_given", "booking_confirmed", "plan_purchased", "account_registered"];
        assert_eq!((kinds, count), (wanted.map(str::to_owned).to_vec(), 4));
        // A forgotten password is a matter of the mailbox alone.
        app.post_public("/api/auth/forgot-password", json!({ "email": mentee.email })).await.ok();
        assert_eq!(notices(app, &mentee.token).await.1, 4);
        // A request that has no mentor is told to the admins.
        let other = app.paid_mentee("alone", "growth").await;
        app.book(&other, &app.company().await, &[&app.add_slot(&admin, 21, 600, 60).await]).await;
        assert!(titles(&notices(app, &admin).await.0)[0].contains("waits for a mentor"));
    })
    .await;
}

#[tokio::test]
async fn a_notice_is_read_once_by_its_owner() {
    flow(async |app| {
        let (mentee, other) = (app.paid_mentee("reads", "growth").await, app.free_mentee("other").await);
        let (list, count) = notices(app, &mentee.token).await;
        assert_eq!(count, 2);
        let read = format!("/api/notifications/{}/read", text(&list[0]["id"]));
        app.put(&read, &other.token, json!({})).await.refused(404, "NOT_FOUND");
        app.put(&format!("/api/notifications/{NOTHING}/read"), &mentee.token, json!({})).await.refused(404, "NOT_FOUND");
        app.put(&read, &mentee.token, json!({})).await.ok();
        let (after, count) = notices(app, &mentee.token).await;
        assert_eq!((count, &after[0]["read"], &after[1]["read"]), (1, &json!(true), &json!(false)));
        app.local.clock.advance(SignedDuration::from_mins(1)).unwrap();
        app.put(&read, &mentee.token, json!({})).await.ok();
        assert_eq!(notices(app, &mentee.token).await.0[0]["read_at"], after[0]["read_at"], "when it was first read");
        app.put("/api/notifications/read-all", &mentee.token, json!({})).await.ok();
        let (after, count) = notices(app, &mentee.token).await;
        assert!(count == 0 && after.as_array().unwrap().iter().all(|notice| notice["read"] == true), "{after}");
        assert_eq!(notices(app, &other.token).await.1, 1, "somebody else's stay as they are");

        let first = app.get("/api/notifications?limit=1", &mentee.token).await;
        let cursor = first.headers["x-next-cursor"].to_str().unwrap().to_owned();
        let second = app.get(&format!("/api/notifications?limit=1&cursor={cursor}"), &mentee.token).await.ok();
        assert_eq!(second[0], after[1]);
        app.get(&format!("/api/notifications?cursor={cursor}"), &other.token).await.refused(422, "VALIDATION_FAILED");
        let ttl = app.items(&format!("codementee#NOTICES#{}", mentee.id)).await[0]["ttl"].as_n().unwrap().clone();
        let days = (ttl.parse::<i64>().unwrap() - app::Clock::now(&*app.local.clock).epoch_seconds()) / 86400;
        assert!((89..=90).contains(&days), "{days}");
    })
    .await;
}

#[tokio::test]
async fn a_failing_mail_neither_holds_up_a_notice_nor_repeats_it() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        app.drain().await;
        app.local.inbox.fail_next(1);
        let mentee = app.free_mentee("patient").await;
        let (list, count) = notices(app, &mentee.token).await;
        assert_eq!((titles(&list), count), (vec!["Welcome to Codementee"], 1));
        assert_eq!(app.local.inbox.mails(Some(&mentee.email), None).len(), 1);
        // Read, and told again: it stays read.
        app.put("/api/notifications/read-all", &mentee.token, json!({})).await.ok();
        let event = app.local.bus.events().into_iter().find(|event| event.detail_type == "AccountRegistered").unwrap();
        app.local.bus.replay(&event).unwrap();
        assert_eq!(notices(app, &mentee.token).await.1, 0);
    })
    .await;
}

#[tokio::test]
async fn whoever_has_no_mail_any_more_still_has_notices() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let mentee = app.free_mentee("bounce-me").await;
        app.drain().await;
        let mails = app.local.inbox.mails(Some(&mentee.email), None).len();
        app.order_and_pay(&mentee.token).await;
        let (list, _) = notices(app, &mentee.token).await;
        assert!(titles(&list)[0].contains("plan is active"), "{list}");
        assert_eq!(app.local.inbox.mails(Some(&mentee.email), None).len(), mails, "the address refuses mail");
    })
    .await;
}

impl App {
    async fn order_and_pay(&self, token: &str) {
        let payment = self.pay(&self.order(Some(token), json!({ "plan_id": "growth" })).await);
        self.verify(Some(token), &payment).await.ok();
    }
}
