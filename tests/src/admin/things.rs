//! Slots, companies and links after they were made.

use crate::{
    harness::{App, flow},
    input::{NOTHING, quiet_flow, unchanged},
};
use domain::{Product, SlotId, text::Line};
use serde_json::{Value, json};
use store::Record;

async fn set(app: &App, admin: &str, slot: &str, status: &str) -> crate::calls::Answer {
    app.put(&format!("/api/admin/time-slots/{slot}"), admin, json!({ "status": status })).await
}

async fn offered(app: &App, slot: &str) -> bool {
    let slots = app.get_public("/api/available-slots?limit=1000").await.ok();
    slots.as_array().unwrap().iter().any(|open| open["id"] == slot)
}

#[tokio::test]
async fn a_blocked_slot_is_neither_offered_nor_asked_for_nor_confirmed() {
    flow(async |app| {
        let admin = app.admin().await;
        let (mentee, company, mentor) =
            (app.paid_mentee("blocked", "growth").await, app.company().await, app.mentor_id(&admin).await);
        let (slot, other) = (app.add_slot(&admin, 20, 600, 60).await, app.add_slot(&admin, 21, 600, 60).await);
        let booking = app.book(&mentee, &company, &[&slot, &other]).await;
        let blocked = set(app, &admin, &slot, "blocked").await.ok();
        assert_eq!((&blocked["id"], &blocked["status"]), (&json!(slot), &json!("blocked")));
        assert!(!offered(app, &slot).await && offered(app, &other).await);

        let again = json!({ "company_id": company, "slot_ids": [slot] });
        app.post("/api/mentee/booking-request", &mentee.token, again).await.refused(409, "SLOT_UNAVAILABLE");
        app.confirm(&admin, &booking, &mentor, &slot).await.refused(409, "SLOT_TAKEN");
        // The request is as it was: another of its slots serves.
        app.confirm(&admin, &booking, &mentor, &other).await.ok();

        assert_eq!(set(app, &admin, &slot, "available").await.ok()["status"], "available");
        assert!(offered(app, &slot).await);
        app.book(&mentee, &company, &[&slot]).await;
    })
    .await;
}

#[tokio::test]
async fn a_booked_slot_is_not_blocked_and_one_that_is_so_already_is_left_alone() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let (_, _, booked) = app.confirmed_session("booked").await;
        let open = app.add_slot(&admin, 30, 600, 60).await;
        unchanged(app, async || {
            for status in ["blocked", "available"] {
                set(app, &admin, &booked, status).await.refused(409, "SLOT_BOOKED");
                set(app, &admin, NOTHING, status).await.refused(404, "NOT_FOUND");
            }
            set(app, &admin, &open, "available").await.ok();
            set(app, &admin, &open, "booked").await.refused(422, "VALIDATION_FAILED");
        })
        .await;
        set(app, &admin, &open, "blocked").await.ok();
        unchanged(app, async || {
            set(app, &admin, &open, "blocked").await.ok();
        })
        .await;
        app.delete(&format!("/api/admin/time-slots/{open}"), &admin).await.ok();
    })
    .await;
}

#[tokio::test]
async fn whoever_read_a_slot_before_it_was_booked_cannot_block_it() {
    quiet_flow(async |app| {
        let store = &app.local.platform.store;
        let (_, _, booked) = app.confirmed_session("raced").await;
        let id: SlotId = booked.parse().unwrap();
        let slot = store.slot(Product::Codementee, id).await.unwrap().unwrap();
        unchanged(app, async || {
            assert!(!store.block_slot(Product::Codementee, id, &Record::default()).await.unwrap());
            assert!(!store.unblock_slot(Product::Codementee, &slot, &Record::default()).await.unwrap());
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn of_a_confirmation_and_a_block_at_once_one_comes_about() {
    flow(async |app| {
        let (admin, company) = (app.admin().await, app.company().await);
        let mentor = app.mentor_id(&admin).await;
        app.add_links(&admin, 6).await;
        let mentee = app.paid_mentee("racing", "accelerator").await;
        for day in 20..24 {
            let slot = app.add_slot(&admin, day, 600, 60).await;
            let booking = app.book(&mentee, &company, &[&slot]).await;
            let block = async { set(app, &admin, &slot, "blocked").await.status };
            let confirm = async { app.confirm(&admin, &booking, &mentor, &slot).await.status };
            let (block, confirm) = futures::future::join(block, confirm).await;
            assert!(matches!((block, confirm), (200, 409) | (409, 200)), "{block} {confirm}");
            let slots = app.get("/api/admin/time-slots", &admin).await.ok();
            let now = slots.as_array().unwrap().iter().find(|one| one["id"] == slot.as_str()).unwrap()["status"].clone();
            assert_eq!(now, if block == 200 { "blocked" } else { "booked" });
        }
    })
    .await;
}

#[tokio::test]
async fn a_company_is_edited_and_bookings_keep_the_name_of_then() {
    flow(async |app| {
        let admin = app.admin().await;
        let made = json!({
            "name": "Example Labs", "category": "startup", "interview_tracks": ["sde2"], "difficulty_levels": ["mid"],
        });
        let company = app.post("/api/admin/companies", &admin, made).await.ok();
        let (id, mentee) = (company["id"].as_str().unwrap(), app.paid_mentee("keeper", "growth").await);
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        app.book(&mentee, id, &[&slot]).await;

        let path = format!("/api/admin/companies/{id}");
        let body = json!({ "name": "Example Works", "description": "Now bigger", "interview_tracks": ["l4", "e3"] });
        let edited = app.put(&path, &admin, body).await.ok();
        let wanted = ("Example Works", "Now bigger", "startup", json!(["l4", "e3"]));
        let told = (&edited["name"], &edited["description"], &edited["category"], &edited["interview_tracks"]);
        assert_eq!(told, (&json!(wanted.0), &json!(wanted.1), &json!(wanted.2), &wanted.3));
        assert_eq!((&edited["id"], &edited["created_at"]), (&company["id"], &company["created_at"]));
        assert_eq!(edited["difficulty_levels"], json!(["junior", "mid", "senior", "staff_plus"]), "none means every one");
        let listed = app.get_public("/api/companies").await.ok();
        assert_eq!(listed.as_array().unwrap().last(), Some(&edited));
        let booking = &app.get("/api/mentee/booking-requests", &mentee.token).await.ok()[0];
        assert_eq!(booking["company_name"], "Example Labs");
        app.put(&path, &admin, json!({ "name": "  " })).await.refused(422, "VALIDATION_FAILED");
    })
    .await;
}

#[tokio::test]
async fn a_link_is_renamed_whoever_holds_it() {
    flow(async |app| {
        let admin = app.admin().await;
        app.confirmed_session("holder").await;
        let of = async |status: &str| -> Vec<Value> {
            let links = app.get(&format!("/api/admin/meet-links?status={status}"), &admin).await.ok();
            links.as_array().unwrap().clone()
        };
        let (held, free) = (of("in_use").await, of("available").await);
        assert_eq!((held.len(), free.len()), (1, 2), "the demo's three");
        for link in [&held[0], &free[0]] {
            let path = format!("/api/admin/meet-links/{}", link["id"].as_str().unwrap());
            let renamed = app.put(&path, &admin, json!({ "name": "Corner Room" })).await.ok();
            let mut wanted = link.clone();
            wanted["name"] = json!("Corner Room");
            assert_eq!(renamed, wanted);
        }
        assert_eq!((of("in_use").await[0]["name"].as_str(), of("available").await.len()), (Some("Corner Room"), 2));
    })
    .await;
}

#[tokio::test]
async fn a_link_that_went_meanwhile_does_not_come_back_by_a_new_name() {
    quiet_flow(async |app| {
        let (admin, store) = (app.admin().await, &app.local.platform.store);
        let link = app.get("/api/admin/meet-links", &admin).await.ok()[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/admin/meet-links/{link}");
        app.delete(&path, &admin).await.ok();
        unchanged(app, async || {
            app.put(&path, &admin, json!({ "name": "Corner Room" })).await.refused(404, "NOT_FOUND");
            // Whoever had read it before has no better luck.
            let (id, name) = (link.parse().unwrap(), Line::parse("Corner Room").unwrap());
            assert!(!store.rename_link(Product::Codementee, id, &name, &Record::default()).await.unwrap());
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_admin_gives_a_held_link_back_and_the_booking_keeps_its_address() {
    flow(async |app| {
        let admin = app.admin().await;
        let (mentee, ..) = app.confirmed_session("released").await;
        let held = app.get("/api/admin/meet-links?status=in_use", &admin).await.ok()[0].clone();
        let id = held["id"].as_str().unwrap();
        app.delete(&format!("/api/admin/meet-links/{id}"), &admin).await.refused(400, "LINK_IN_USE");
        // A link that is free stays so.
        for _ in 0..2 {
            app.post(&format!("/api/admin/meet-links/{id}/release"), &admin, json!({})).await.ok();
            let free = app.get("/api/admin/meet-links?status=available", &admin).await.ok();
            assert_eq!(free.as_array().unwrap().len(), 3, "the demo's three");
        }
        let booking = &app.get("/api/mentee/booking-requests", &mentee.token).await.ok()[0];
        assert_eq!((&booking["meeting_link"], &booking["status"]), (&held["link"], &json!("confirmed")));
        app.drain().await;
        assert_eq!(app.published("MeetLinkReleased"), 1);
        app.delete(&format!("/api/admin/meet-links/{id}"), &admin).await.ok();
        let gone = format!("/api/admin/meet-links/{id}/release");
        app.post(&gone, &admin, json!({})).await.refused(404, "NOT_FOUND");
    })
    .await;
}
