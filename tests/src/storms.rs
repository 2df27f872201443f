//! Races as races: 64 confirmations at once over what only some can have.

use crate::{
    calls::Answer,
    harness::{App, flow, flow_with},
    scenes::Person,
};
use app::{
    Clock, Context,
    booking::{BookingError, Bookings},
};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use domain::{Product, account::Member, event::Actor};
use futures::future::join_all;
use local::Options;
use std::{collections::BTreeMap, time::Duration};
use store::Store;

const RIVALS: usize = 64;
const PRODUCT: Product = Product::Codementee;

async fn mentees(app: &App) -> Vec<Person> {
    join_all((0..RIVALS).map(|n| async move { app.paid_mentee(&format!("rival{n}"), "growth").await })).await
}

/// How often each status and code came.
fn tally(answers: &[Answer]) -> BTreeMap<(u16, String), usize> {
    let mut tally = BTreeMap::new();
    for answer in answers {
        let code = answer.body["code"].as_str().unwrap_or("OK").to_owned();
        *tally.entry((answer.status, code)).or_default() += 1;
    }
    tally
}

fn expected(winners: usize, losers: &str) -> BTreeMap<(u16, String), usize> {
    BTreeMap::from([((200, "OK".to_owned()), winners), ((409, losers.to_owned()), RIVALS - winners)])
}

async fn count(app: &App, prefix: &str, attribute: &str, value: &str) -> usize {
    app.items(prefix)
        .await
        .iter()
        .filter(|item| item.get(attribute).is_some_and(|found| found.as_s().is_ok_and(|found| found == value)))
        .count()
}

/// What exactly so many confirmed sessions of an hour leave in the table, and nothing else.
async fn check_left_behind(app: &App, confirmed: usize) {
    assert_eq!(count(app, "codementee#BOOKING#", "status", "confirmed").await, confirmed, "bookings");
    assert_eq!(count(app, "codementee#BOOKING#", "status", "pending").await, RIVALS - confirmed, "pending bookings");
    assert_eq!(count(app, "codementee#SLOT#", "status", "booked").await, confirmed, "slots");
    assert_eq!(count(app, "codementee#LINK#", "status", "in_use").await, confirmed, "links");
    assert_eq!(count(app, "codementee#MOCK#", "status", "scheduled").await, confirmed, "mocks");
    assert_eq!(app.due("release_link").await.len(), confirmed, "due work");
    app.drain().await;
    assert_eq!(app.published("BookingConfirmed"), confirmed, "events");
}

async fn confirm_all(app: &App, admin: &str, mentor: &str, wanted: &[(String, String)]) -> Vec<Answer> {
    join_all(wanted.iter().map(|(booking, slot)| app.confirm(admin, booking, mentor, slot))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_confirmations_share_ten_links() {
    flow(async |app| {
        let admin = app.admin().await;
        app.add_links(&admin, 7).await;
        let (company, mentor) = (app.company().await, app.mentor_id(&admin).await);
        let mut wanted = Vec::new();
        for (n, mentee) in (0i64..).zip(mentees(app).await) {
            // Sixteen adjoining hours on each of four days: nobody is in anybody's way but for the links.
            let slot = app.add_slot(&admin, 20 + n / 16, 60 * (n % 16), 60).await;
            wanted.push((app.book(&mentee, &company, &[&slot]).await, slot));
        }
        let answers = confirm_all(app, &admin, &mentor, &wanted).await;
        assert_eq!(tally(&answers), expected(10, "NO_MEET_LINK"));
        check_left_behind(app, 10).await;
        assert_eq!(app.held_quarters("codementee#CALENDAR#").await.len(), 10 * 2 * 4, "calendars");
        let links: std::collections::BTreeSet<_> =
            answers.iter().filter_map(|answer| answer.body["meeting_link"].as_str()).collect();
        assert_eq!(links.len(), 10, "no link was given twice");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_confirmations_share_one_slot() {
    flow(async |app| {
        let admin = app.admin().await;
        app.add_links(&admin, RIVALS).await;
        let (company, mentor) = (app.company().await, app.mentor_id(&admin).await);
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let mut wanted = Vec::new();
        for mentee in mentees(app).await {
            wanted.push((app.book(&mentee, &company, &[&slot]).await, slot.clone()));
        }
        let answers = confirm_all(app, &admin, &mentor, &wanted).await;
        assert_eq!(tally(&answers), expected(1, "SLOT_TAKEN"));
        check_left_behind(app, 1).await;
        assert_eq!(app.held_quarters("codementee#CALENDAR#").await.len(), 2 * 4, "calendars");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mentor_is_never_booked_twice_at_the_same_time() {
    flow(async |app| {
        let admin = app.admin().await;
        app.add_links(&admin, RIVALS).await;
        let (company, mentor) = (app.company().await, app.mentor_id(&admin).await);
        let mut wanted = Vec::new();
        for (n, mentee) in (0i64..).zip(mentees(app).await) {
            // Each slot starts some minutes after another and all share the last of the first hour.
            let slot = app.add_slot(&admin, 20, 600 + n % 59, 60).await;
            wanted.push((app.book(&mentee, &company, &[&slot]).await, slot));
        }
        let answers = confirm_all(app, &admin, &mentor, &wanted).await;
        assert_eq!(tally(&answers), expected(1, "MENTOR_BUSY"));
        check_left_behind(app, 1).await;
    })
    .await;
}

/// The table behind a client that waits for as long as the embedded table takes: what is asked here is who comes through, not
/// how fast the machine is.
fn patient_store(app: &App) -> Store {
    let client = app.local.platform.aws.dynamodb();
    let config = client.config().to_builder().timeout_config(TimeoutConfig::disabled()).build();
    Store::new(aws_sdk_dynamodb::Client::from_conf(config), "platform")
}

/// Sessions that lie in the same four hours meet in one item of the mentor's calendar; each of them comes through all the
/// same, and only those are refused that want somebody else's quarter hour.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_confirmations_for_one_mentor_and_day_come_through() {
    const STORM: usize = 100;
    const APART: usize = 90;
    let options = Options { metered: true, background: false, ..Options::in_memory() };
    flow_with(options, async |app| {
        let admin = app.admin().await;
        app.add_links(&admin, STORM).await;
        let (company, mentor) = (app.company().await, app.mentor_id(&admin).await);
        let mut wanted = Vec::new();
        for n in 0..STORM {
            // Quarters of an hour side by side, and ten that others have already.
            let start = 15 * i64::try_from(n % APART).unwrap();
            let mentee = app.paid_mentee(&format!("storm{n}"), "growth").await;
            let slot = app.add_slot(&admin, 20, start, 15).await;
            wanted.push((app.book(&mentee, &company, &[&slot]).await, slot));
        }
        let id = app.get("/api/auth/me", &admin).await.ok()["id"].as_str().unwrap().parse().unwrap();
        let (account, membership) = app.local.platform.store.account(id, PRODUCT).await.unwrap().unwrap();
        let by = Member { account, membership: membership.unwrap().value };
        let (bookings, mentor) = (Bookings::new(patient_store(app)), mentor.parse().unwrap());
        let cx = Context::new(PRODUCT, app.local.clock.now(), Actor::Account(id));
        app.meter().let_transactions_meet(Duration::from_millis(10));
        let began = std::time::Instant::now();
        let confirmed = join_all(wanted.iter().map(|(booking, slot)| async {
            bookings.confirm(&cx, &by, booking.parse().unwrap(), slot.parse().unwrap(), mentor).await
        }));
        let (won, lost): (Vec<_>, Vec<_>) = confirmed.await.into_iter().partition(Result::is_ok);
        println!("{:?}, {} met another", began.elapsed(), app.meter().transactions_met());
        let lost: Vec<_> = lost.into_iter().filter_map(Result::err).collect();
        assert!(lost.iter().all(|error| matches!(error, BookingError::MentorBusy)), "{lost:?}");
        assert_eq!((won.len(), lost.len()), (APART, STORM - APART));
        assert_eq!(app.held_quarters("codementee#CALENDAR#").await.len(), 2 * APART, "calendars");
        assert!(app.meter().transactions_met() > STORM / 4, "they hardly met");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_booking_is_confirmed_once_however_often_it_is_asked() {
    flow(async |app| {
        let admin = app.admin().await;
        app.add_links(&admin, RIVALS).await;
        let (company, mentor) = (app.company().await, app.mentor_id(&admin).await);
        let mentee = app.paid_mentee("eager", "growth").await;
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let booking = app.book(&mentee, &company, &[&slot]).await;
        let answers = confirm_all(app, &admin, &mentor, &vec![(booking, slot); RIVALS]).await;
        assert_eq!(tally(&answers), expected(1, "BOOKING_NOT_PENDING"));
        assert_eq!(count(app, "codementee#LINK#", "status", "in_use").await, 1, "links");
        assert_eq!(app.held_quarters("codementee#CALENDAR#").await.len(), 2 * 4, "calendars");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_s_last_mock_interview_is_used_once() {
    flow(async |app| {
        let admin = app.admin().await;
        let company = app.company().await;
        let mentee = app.paid_mentee("thrifty", "foundation").await;
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let body = serde_json::json!({ "company_id": company, "slot_ids": [slot] });
        let ask = || app.post("/api/mentee/booking-request", &mentee.token, body.clone());
        let answers = join_all((0..16).map(|_| ask())).await;
        let won = answers.iter().filter(|answer| answer.status == 200).count();
        let lost = answers.iter().filter(|answer| answer.body["code"] == "QUOTA_EXCEEDED").count();
        assert_eq!((won, lost), (1, 15));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_registered_once() {
    flow(async |app| {
        let body = serde_json::json!({ "name": "Twin", "email": "twin@example.com", "password": "correct-horse" });
        let register = || app.post_public("/api/auth/register-free", body.clone());
        let answers = join_all((0..16).map(|_| register())).await;
        let won = answers.iter().filter(|answer| answer.status == 200).count();
        let lost =
            answers.iter().filter(|answer| (answer.status, answer.body["code"].as_str()) == (400, Some("EMAIL_TAKEN"))).count();
        assert_eq!((won, lost), (1, 15));
        assert_eq!(app.items("EMAIL#twin@example.com").await.len(), 1);
    })
    .await;
}
