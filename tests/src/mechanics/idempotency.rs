//! `Idempotency-Key`: repeated, raced, reused, crashed, taken over.

use crate::{
    calls::{Answer, read},
    harness::{App, flow},
    scenes::Person,
};
use app::{
    Clock,
    idempotency::{Handling, Idempotency, KeyedRequest, Running},
};
use domain::{Product, text::Line};
use futures::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::{MemberEdit, Record, StoreError};

async fn keyed(app: &App, path: &str, token: Option<&str>, key: &str, body: &Value) -> Answer {
    let mut request = app.http.post(format!("{}{path}", app.local.url)).header("Idempotency-Key", key).json(body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    read(request).await
}

fn replayed(answer: &Answer) -> bool {
    answer.headers.get("idempotency-replayed").is_some_and(|value| value == "true")
}

const BOOK: &str = "/api/mentee/booking-request";

async fn scene(app: &App, name: &str) -> (Person, Value) {
    let mentee = app.paid_mentee(name, "growth").await;
    let slot = app.add_slot(&app.admin().await, 20, 600, 60).await;
    let body = json!({ "company_id": app.company().await, "slot_ids": [slot] });
    (mentee, body)
}

async fn bookings_of(app: &App, mentee: &Person) -> usize {
    app.get("/api/mentee/booking-requests", &mentee.token).await.ok().as_array().unwrap().len()
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_and_does_nothing() {
    flow(async |app| {
        let (mentee, body) = scene(app, "twice").await;
        let first = keyed(app, BOOK, Some(&mentee.token), "key-1", &body).await;
        assert!(!replayed(&first));
        let again = keyed(app, BOOK, Some(&mentee.token), "key-1", &body).await;
        assert!(replayed(&again));
        assert_eq!((first.status, &first.body), (again.status, &again.body));
        assert_eq!(first.headers["content-type"], again.headers["content-type"]);
        assert_ne!(first.headers["x-request-id"], again.headers["x-request-id"]);
        assert_eq!(bookings_of(app, &mentee).await, 1);
        // Another key is another wish.
        let other = keyed(app, BOOK, Some(&mentee.token), "key-2", &body).await;
        assert_ne!(other.ok()["id"], first.body["id"]);
    })
    .await;
}

#[tokio::test]
async fn requests_under_one_key_at_once_book_once() {
    flow(async |app| {
        let (mentee, body) = scene(app, "race").await;
        let answers = join_all((0..16).map(|_| keyed(app, BOOK, Some(&mentee.token), "key", &body))).await;
        let booked: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert!(!booked.is_empty());
        assert!(booked.iter().all(|answer| answer.body["id"] == booked[0].body["id"]));
        assert_eq!(booked.iter().filter(|answer| !replayed(answer)).count(), 1);
        for answer in answers.into_iter().filter(|answer| answer.status != 200) {
            assert!(answer.headers.contains_key("retry-after"));
            answer.refused(409, "IDEMPOTENCY_IN_PROGRESS");
        }
        assert_eq!(bookings_of(app, &mentee).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_belongs_to_one_body_one_caller_and_one_route() {
    flow(async |app| {
        let (mentee, body) = scene(app, "mine").await;
        keyed(app, BOOK, Some(&mentee.token), "key", &body).await.ok();
        let mut other = body.clone();
        other["additional_notes"] = "Something else".into();
        keyed(app, BOOK, Some(&mentee.token), "key", &other).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
        let another = app.paid_mentee("theirs", "growth").await;
        let theirs = keyed(app, BOOK, Some(&another.token), "key", &body).await;
        assert!(!replayed(&theirs) && theirs.status == 200, "{}", theirs.body);
        let order = json!({ "plan_id": "growth" });
        let order = keyed(app, "/api/payment/create-order", Some(&mentee.token), "key", &order).await;
        assert!(!replayed(&order) && order.status == 200, "{}", order.body);
    })
    .await;
}

#[tokio::test]
async fn what_was_wrong_with_a_request_is_not_kept_but_a_conflict_is() {
    flow(async |app| {
        let (mentee, body) = scene(app, "mended").await;
        let token = Some(mentee.token.as_str());
        keyed(app, BOOK, token, "key", &json!({ "company_id": "?" })).await.refused(422, "VALIDATION_FAILED");
        keyed(app, BOOK, None, "key", &body).await.refused(401, "NOT_AUTHENTICATED");
        assert!(app.items("IDEMPOTENCY#").await.is_empty());
        keyed(app, BOOK, token, "key", &body).await.ok();

        let admin = app.admin().await;
        let gone = app.add_slot(&admin, 21, 600, 60).await;
        app.delete(&format!("/api/admin/time-slots/{gone}"), &admin).await.ok();
        let body = json!({ "company_id": app.company().await, "slot_ids": [gone] });
        let first = keyed(app, BOOK, token, "conflict", &body).await;
        let again = keyed(app, BOOK, token, "conflict", &body).await;
        assert!(!replayed(&first) && replayed(&again));
        assert_eq!(first.body, again.body);
        again.refused(409, "SLOT_UNAVAILABLE");
    })
    .await;
}

#[tokio::test]
async fn bad_keys_are_refused() {
    flow(async |app| {
        let (mentee, body) = scene(app, "bad").await;
        for bad in ["", &"k".repeat(256)] {
            keyed(app, BOOK, Some(&mentee.token), bad, &body).await.refused(400, "INVALID_IDEMPOTENCY_KEY");
        }
        assert_eq!(bookings_of(app, &mentee).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_key_lives_for_a_day() {
    flow(async |app| {
        let (mentee, body) = scene(app, "day").await;
        let first = keyed(app, BOOK, Some(&mentee.token), "key", &body).await.ok();
        app.local.clock.advance(SignedDuration::from_hours(23)).unwrap();
        assert!(replayed(&keyed(app, BOOK, Some(&mentee.token), "key", &body).await));
        app.local.clock.advance(SignedDuration::from_hours(1)).unwrap();
        let token = app.login(&mentee.email, crate::scenes::PASSWORD).await.ok();
        let token = token["access_token"].as_str().unwrap();
        let later = keyed(app, BOOK, Some(token), "key", &body).await;
        assert!(!replayed(&later));
        assert_ne!(later.ok()["id"], first["id"]);
    })
    .await;
}

#[tokio::test]
async fn every_route_that_books_or_pays_takes_a_key() {
    flow(async |app| {
        let (mentee, body) = scene(app, "all").await;
        let (admin, mentor) = (app.admin().await, app.mentor().await);
        let mentor_id = app.mentor_id(&admin).await;
        app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": mentee.id, "mentor_id": mentor_id })).await.ok();
        let again = async |path: &str, token: Option<&str>, body: Value| {
            let first = keyed(app, path, token, path, &body).await;
            let second = keyed(app, path, token, path, &body).await;
            assert!(!replayed(&first) && replayed(&second), "{path}: {} {}", first.status, first.body);
            assert_eq!((first.status, &first.body), (second.status, &second.body), "{path}");
            first.body
        };
        let token = Some(mentee.token.as_str());
        let booking = again(BOOK, token, body.clone()).await["id"].clone();
        let confirm = json!({ "booking_request_id": booking, "confirmed_slot_id": body["slot_ids"][0], "mentor_id": mentor_id });
        again("/api/admin/confirm-booking", Some(&admin), confirm.clone()).await;
        // The mentor comes too late, which is an outcome as well.
        again("/api/mentor/confirm-booking", Some(&mentor), confirm).await;
        let at = app.local.clock.now().plus(SignedDuration::from_hours(24 * 30));
        let mock = json!({ "mentee_id": mentee.id, "mentor_id": mentor_id, "scheduled_at": at, "company_name": "Acme" });
        again("/api/mocks", Some(&admin), mock).await;
        let visitor = json!({ "plan_id": "growth", "name": "New Person", "email": "new-person@example.com" });
        let order = again("/api/payment/create-order", None, visitor).await["razorpay_order_id"].clone();
        let payment = app.pay(order.as_str().unwrap());
        let word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        let verified = again("/api/payment/verify", None, word.clone()).await;
        again("/api/payment/verify-payment", None, word).await;
        // The answer holds a token, so the table must not hold the answer in the clear.
        let token = verified["access_token"].as_str().unwrap();
        let records = format!("{:?}", app.items("IDEMPOTENCY#").await);
        assert!(!records.contains(token) && !records.contains("new-person@example.com"));
        assert_eq!(app.items("IDEMPOTENCY#").await.len(), 7);
    })
    .await;
}

/// What a process leaves behind that dies between carrying a request out and keeping its answer.
#[tokio::test]
async fn a_request_that_was_carried_out_but_never_answered_is_not_carried_out_again() {
    flow(async |app| {
        let (mentee, body) = scene(app, "crash").await;
        let platform = &app.local.platform;
        let records = Idempotency::from_settings(platform.store.clone(), &platform.settings).unwrap();
        let (caller, bytes) = (format!("account:{}", mentee.id), serde_json::to_vec(&body).unwrap());
        let request = KeyedRequest { key: "key", caller: &caller, route: &format!("POST {BOOK} {BOOK}"), body: &bytes };
        let begun = records.begin(Product::Codementee, platform.clock.now(), request).await.unwrap();
        let Handling::CarryOut(running) = begun else { panic!("{begun:?}") };
        // Not carried out yet: whoever comes is asked to wait.
        keyed(app, BOOK, Some(&mentee.token), "key", &body).await.refused(409, "IDEMPOTENCY_IN_PROGRESS");
        assert_eq!(mark(app, &mentee, &running).await, Ok(true));
        for minutes in [0, 1, 60] {
            app.local.clock.advance(SignedDuration::from_mins(minutes)).unwrap();
            keyed(app, BOOK, Some(&mentee.token), "key", &body).await.refused(409, "IDEMPOTENCY_ANSWER_LOST");
        }
        assert_eq!(bookings_of(app, &mentee).await, 0);
    })
    .await;
}

/// Some change of a member that carries a keyed request out.
async fn mark(app: &App, member: &Person, running: &Running) -> Result<bool, StoreError> {
    let record = Record::default().once(Some(running.once.clone()));
    let edit = MemberEdit::Label(Line::parse("marked").unwrap());
    let store = &app.local.platform.store;
    let member = store.membership(Product::Codementee, member.id.parse().unwrap()).await?.unwrap();
    store.edit_member(&member, &edit, app.local.clock.now(), &record).await
}

#[tokio::test]
async fn a_run_whose_lease_was_taken_over_changes_nothing() {
    flow(async |app| {
        let (mentee, _) = scene(app, "zombie").await;
        let platform = &app.local.platform;
        let records = Idempotency::from_settings(platform.store.clone(), &platform.settings).unwrap();
        let begin = async || {
            let request = KeyedRequest { key: "key", caller: "somebody", route: "POST /somewhere", body: b"{}" };
            records.begin(Product::Codementee, platform.clock.now(), request).await.unwrap()
        };
        let Handling::CarryOut(slow) = begin().await else { panic!("the first must run") };
        assert!(matches!(begin().await, Handling::InProgress));
        app.local.clock.advance(SignedDuration::from_secs(41)).unwrap();
        let Handling::CarryOut(second) = begin().await else { panic!("the lease must be over") };

        assert_eq!(mark(app, &mentee, &slow).await, Err(StoreError::Overtaken));
        assert_eq!(mark(app, &mentee, &second).await, Ok(true));
        // Carried out once is carried out: not even the same run may do it twice.
        assert_eq!(mark(app, &mentee, &second).await, Err(StoreError::Overtaken));
        records.forget(&second).await.unwrap();
        assert!(matches!(begin().await, Handling::AnswerLost));
    })
    .await;
}
