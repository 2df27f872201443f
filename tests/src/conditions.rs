//! The conditions of the writes, each broken alone: what was read has moved since, and nothing but the table can tell.

use crate::{
    harness::App,
    input::{quiet_flow, unchanged},
    scenes::PASSWORD,
};
use app::new_id;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    AccountId, BookingId, EventId, Instant, LinkId, Product, SessionId, SlotId,
    account::Session,
    booking::{Confirmation, Party},
    link::FreeLink,
    payment::RazorpayOrderId,
};
use jiff::SignedDuration;
use serde_json::json;
use store::{
    Claim, ConfirmRefused, CreateRefused, Fulfilment, PageRequest, Record, SettleRefused, Store, TxError,
    keys::{self, Key},
};

const PRODUCT: Product = Product::Codementee;

fn now(app: &App) -> Instant {
    app::Clock::now(&*app.local.clock)
}

fn store(app: &App) -> &Store {
    &app.local.platform.store
}

/// Changes an item behind everybody's back.
async fn tamper(app: &App, key: &Key, attribute: &str, value: &str) {
    let request = app.local.platform.aws.dynamodb().update_item().table_name("platform");
    let request = request.key("pk", AttributeValue::S(key.pk.clone())).key("sk", AttributeValue::S(key.sk.clone()));
    let request = request.update_expression("SET #name = :value").expression_attribute_names("#name", attribute);
    request.expression_attribute_values(":value", AttributeValue::S(value.to_owned())).send().await.unwrap();
}

async fn remove(app: &App, key: &Key) {
    let request = app.local.platform.aws.dynamodb().delete_item().table_name("platform");
    let request = request.key("pk", AttributeValue::S(key.pk.clone())).key("sk", AttributeValue::S(key.sk.clone()));
    request.send().await.unwrap();
}

/// Some free link.
async fn free_link(app: &App) -> FreeLink {
    let mut links = Vec::new();
    for shard in 0..keys::POOL_SHARDS {
        links.extend(store(app).free_links(PRODUCT, shard).await.unwrap());
    }
    links.into_iter().next().unwrap()
}

/// A pending booking for a slot of a day, ready to be confirmed with a free link.
async fn ready(app: &App, name: &str, days_ahead: i64) -> Confirmation {
    let admin = app.admin().await;
    let mentee = app.paid_mentee(name, "growth").await;
    let slot = app.add_slot(&admin, days_ahead, 600, 60).await;
    let booking: BookingId = app.book(&mentee, &app.company().await, &[&slot]).await.parse().unwrap();
    let (mentor, slot): (AccountId, SlotId) = (app.mentor_id(&admin).await.parse().unwrap(), slot.parse().unwrap());
    let (booking, _, mentor) = store(app).booking_to_confirm(PRODUCT, booking, slot, mentor).await.unwrap();
    let (booking, mentor, now) = (booking.unwrap(), mentor.unwrap(), now(app));
    let slot = booking.slot_to_confirm(slot, now).unwrap();
    booking.confirmed(slot, Party::from(&mentor), free_link(app).await, mentor.account_id, new_id(now), now)
}

/// Confirming is refused, for this reason, and leaves nothing.
async fn refused(app: &App, confirmation: &Confirmation, wanted: ConfirmRefused) {
    unchanged(app, async || {
        let answer = store(app).confirm_booking(confirmation, &[], &Record::default()).await;
        assert!(matches!(&answer, Err(TxError::Refused(why)) if *why == wanted), "{wanted:?} expected: {answer:?}");
    })
    .await;
}

async fn confirm(app: &App, confirmation: &Confirmation) {
    store(app).confirm_booking(confirmation, &[], &Record::default()).await.unwrap();
}

fn link_of(confirmation: &Confirmation) -> LinkId {
    confirmation.booking.meet_link_id.unwrap()
}

#[tokio::test]
async fn a_link_is_claimed_from_the_pool_or_not_at_all() {
    quiet_flow(async |app| {
        let ready = ready(app, "poolless", 20).await;
        let (link, pool) = (link_of(&ready), keys::pool(PRODUCT, link_of(&ready)));
        remove(app, &pool).await;
        // Its own item still says that it is free.
        refused(app, &ready, ConfirmRefused::LinkTaken).await;
        let url = ready.booking.meeting_link.clone().unwrap();
        put_back(app, &pool, link, url.as_str()).await;
        confirm(app, &ready).await;
    })
    .await;
}

/// The pool's item of a link.
async fn put_back(app: &App, pool: &Key, id: LinkId, url: &str) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let request = app.local.platform.aws.dynamodb().put_item().table_name("platform");
    let request = request.item("pk", text(&pool.pk)).item("sk", text(&pool.sk));
    request.item("id", text(&id.to_string())).item("link", text(url)).send().await.unwrap();
}

#[tokio::test]
async fn a_link_in_use_is_nobody_else_s_even_when_the_pool_offers_it() {
    quiet_flow(async |app| {
        let holder = ready(app, "holder", 20).await;
        confirm(app, &holder).await;
        let (link, url) = (link_of(&holder), holder.booking.meeting_link.clone().unwrap());
        let pool = keys::pool(PRODUCT, link);
        put_back(app, &pool, link, url.as_str()).await;
        let mut rival = ready(app, "rival", 21).await;
        rival.booking.meet_link_id = Some(link);
        refused(app, &rival, ConfirmRefused::LinkTaken).await;
        let held = store(app).link(PRODUCT, link).await.unwrap().unwrap();
        assert_eq!(held.current_booking_id, Some(holder.booking.id));
        remove(app, &pool).await;
    })
    .await;
}

#[tokio::test]
async fn a_booking_slot_or_hour_that_went_meanwhile_is_refused() {
    quiet_flow(async |app| {
        let moved = ready(app, "moved", 20).await;
        let (booking, slot) = (keys::booking(PRODUCT, moved.booking.id), keys::slot(PRODUCT, moved.slot.id));
        for gone in ["confirmed", "cancelled_by_mentee"] {
            tamper(app, &booking, "status", gone).await;
            refused(app, &moved, ConfirmRefused::Changed).await;
        }
        tamper(app, &booking, "status", "pending").await;
        // Other slots were asked for since it was read.
        let read =
            Confirmation { booking: domain::booking::Booking { calendar_sequence: 7, ..moved.booking.clone() }, ..moved.clone() };
        refused(app, &read, ConfirmRefused::Changed).await;
        for gone in ["booked", "blocked"] {
            tamper(app, &slot, "status", gone).await;
            refused(app, &moved, ConfirmRefused::SlotTaken).await;
        }
        tamper(app, &slot, "status", "available").await;

        let (mentor, mentee) = (moved.mock.mentor.id, moved.mock.mentee.id);
        let quarters: Vec<_> = moved.mock.time.quarter_hours().into_iter().collect();
        assert_eq!(quarters.len(), 4);
        for quarter in quarters {
            for (person, wanted) in [(mentor, ConfirmRefused::MentorBusy), (mentee, ConfirmRefused::MenteeBusy)] {
                let guard = keys::calendar_block(PRODUCT, person, quarter);
                let name = format!("q{}", quarter.since(quarter.floor(keys::CALENDAR_BLOCK)).as_mins() / 15);
                tamper(app, &guard, &name, "somebody").await;
                refused(app, &moved, wanted).await;
                remove(app, &guard).await;
            }
        }
        confirm(app, &moved).await;
        refused(app, &moved, ConfirmRefused::Changed).await;
    })
    .await;
}

#[tokio::test]
async fn a_mock_interview_is_taken_only_from_a_plan_that_has_one() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let mentee = app.paid_mentee("thrifty", "foundation").await;
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let first: BookingId = app.book(&mentee, &app.company().await, &[&slot]).await.parse().unwrap();
        let first = store(app).booking(PRODUCT, first).await.unwrap().unwrap();
        // What was read said that one is left; it has gone since.
        let again = domain::booking::Booking { id: new_id(now(app)), ..first };
        let allowance = domain::account::Allowance::Count(1);
        unchanged(app, async || {
            let answer = store(app).create_booking(&again, allowance, &Record::default()).await;
            assert!(matches!(answer, Err(TxError::Refused(CreateRefused))), "{answer:?}");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_event_is_claimed_by_one_run_until_its_lease_ends_and_never_once_done() {
    quiet_flow(async |app| {
        let (now, lease) = (now(app), SignedDuration::from_mins(2));
        let event: EventId = new_id(now);
        let claim = async |at: Instant| store(app).claim(event, "notifier", "x@example.com", at, lease).await.unwrap();
        assert_eq!(claim(now).await, Claim::Granted);
        assert_eq!(claim(now).await, Claim::InFlight);
        assert_eq!(claim(now.plus(lease)).await, Claim::InFlight, "to the end of the lease");
        let later = now.plus(lease).plus(SignedDuration::from_millis(1));
        assert_eq!(claim(later).await, Claim::Granted, "whoever had it is gone");
        assert_eq!(claim(later).await, Claim::InFlight);
        store(app).mark_done(event, "notifier", "x@example.com").await.unwrap();
        assert_eq!(claim(later.plus(SignedDuration::from_hours(24 * 365))).await, Claim::Done);
        let other = store(app).claim(event, "notifier", "y@example.com", now, lease).await.unwrap();
        assert_eq!(other, Claim::Granted, "each recipient by himself");
    })
    .await;
}

#[tokio::test]
async fn an_order_is_paid_once_and_a_paid_one_never_fails() {
    quiet_flow(async |app| {
        let body = json!({ "name": "Visitor", "email": "visitor@example.com", "password": PASSWORD, "plan_id": "growth" });
        let id = app.order(None, body).await;
        app.verify(None, &app.pay(&id)).await.ok();
        let paid = store(app).orders(PRODUCT, None, PageRequest::first(1)).await.unwrap().items.remove(0);
        let account_id = paid.account_id.unwrap();
        let member = store(app).membership(PRODUCT, account_id).await.unwrap().unwrap();
        // Everything else about it would still be right.
        let holding = member.value.plan.clone().unwrap();
        let fulfilment = Fulfilment::Plan { account_id, holding, rev: member.rev() };
        unchanged(app, async || {
            let answer = store(app).pay_order(&paid, &fulfilment, now(app), &Record::default()).await;
            assert!(matches!(answer, Err(TxError::Refused(SettleRefused::OrderMoved))), "{answer:?}");
            assert!(!store(app).fail_order(&id.parse::<RazorpayOrderId>().unwrap()).await.unwrap());
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_was_ended_meanwhile_is_not_kept() {
    quiet_flow(async |app| {
        let person = app.free_mentee("leaver").await;
        let id: AccountId = person.id.parse().unwrap();
        let (account, _) = store(app).account(id, PRODUCT).await.unwrap().unwrap();
        let kept = async |session: SessionId| {
            !app.items(&keys::session(id, session).pk)
                .await
                .iter()
                .all(|item| item["sk"].as_s().unwrap() != &keys::session(id, session).sk)
        };
        for everywhere in [false, true] {
            let opened = Session::sliding(new_id(now(app)), id, PRODUCT, now(app));
            assert!(store(app).open_session_by_password(&opened, account.password_hash.as_ref().unwrap()).await.unwrap());
            let read = store(app).signed_in(id, PRODUCT, opened.id).await.unwrap().unwrap().session;
            let renewed = read.renewed(now(app).plus(SignedDuration::from_hours(24))).unwrap();
            assert!(store(app).renew_session(&renewed).await.unwrap() && kept(opened.id).await);
            if everywhere {
                store(app).sign_out_everywhere(id).await.unwrap();
            } else {
                store(app).end_session(id, opened.id).await.unwrap();
            }
            assert!(!store(app).renew_session(&renewed).await.unwrap());
            assert!(!kept(opened.id).await, "it came back");
        }
    })
    .await;
}
