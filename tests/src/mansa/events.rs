//! What mentors announce, and who sees it.

use super::{ADMIN, MENTEE, MENTOR, id};
use crate::harness::{App, flow};
use jiff::SignedDuration;
use serde_json::{Value, json};

const EVENTS: &str = "/mansa/api/events/";

fn evening(app: &App, days: i64) -> Value {
    json!({
        "title": "Open Evening", "description": "Ask us anything", "category": "Meetup", "date": app.day(days),
        "start_time": "18:00", "end_time": "20:30", "timezone": "Asia/Kathmandu", "location": "Accra", "is_virtual": true,
        "flyer": "https://example.com/flyer.png", "images": [{ "image": "https://example.com/hall.jpg", "caption": "The hall" }],
    })
}

async fn listed(app: &App, query: &str) -> Vec<String> {
    let listed = app.get_public(&format!("/mansa/api/events/?published=true{query}")).await.ok();
    listed.as_array().unwrap().iter().map(|event| event["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_mentor_announces_changes_and_takes_down_what_is_his() {
    flow(async |app| {
        let mentor = app.enter_mansa(MENTOR).await;
        let made = app.post(EVENTS, &mentor.token, evening(app, 10)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let path = format!("/mansa/api/events/{}/", id(&made.body));
        let shown = app.get_public(&path).await.ok();
        assert_eq!(shown, made.body);
        assert_eq!((&shown["time_display"], &shown["status"]), (&json!("18:00 to 20:30 (Asia/Kathmandu)"), &json!("upcoming")));
        // +05:45.
        assert_eq!(shown["starts_at"], format!("{}T12:15:00.000Z", app.day(10)).as_str());
        assert_eq!(shown["images"], json!([{ "id": 1, "image": "https://example.com/hall.jpg", "caption": "The hall" }]));
        assert_eq!((&shown["mentor_name"], &shown["attendee_count"]), (&json!("Sarah Johnson"), &json!(0)));

        let other = app.enter_mansa("lisa.wang@example.com").await;
        let anew = json!({ "title": "Closed Evening", "category": "Meetup", "date": app.day(11), "start_time": "19:00", "end_time": "20:00" });
        app.put(&path, &other.token, anew.clone()).await.refused(404, "NOT_FOUND");
        app.delete(&path, &other.token).await.refused(404, "NOT_FOUND");
        let changed = app.put(&path, &mentor.token, anew.clone()).await.ok();
        assert_eq!((&changed["title"], &changed["flyer"], &changed["images"]), (&json!("Closed Evening"), &Value::Null, &json!([])));
        assert_eq!(changed["timezone"], "America/New_York", "the mentor's own");
        let mentee = app.enter_mansa(MENTEE).await;
        app.post(EVENTS, &mentee.token, anew).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        for (field, value) in [("end_time", json!("17:00")), ("date", json!("2020-01-01")), ("date", json!("soon")), ("title", json!(" ")), ("flyer", json!("ftp://x"))] {
            let mut wrong = evening(app, 10);
            wrong[field] = value;
            let refused = app.post(EVENTS, &mentor.token, wrong).await;
            assert_eq!((refused.status, refused.body["errors"][field].is_array()), (400, true), "{field}: {}", refused.body);
        }
        app.delete(&path, &mentor.token).await.ok();
        app.get_public(&path).await.refused(404, "NOT_FOUND");
        assert_eq!(listed(app, "").await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn events_of_listed_mentors_alone_are_seen_with_what_was_last() {
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let pending = app.insider(&admin, "hopeful", "mentor").await;
        app.post(EVENTS, &pending.token, evening(app, 5)).await.refused(403, "MENTOR_NOT_APPROVED");
        let guide = app.open_mentor(&admin, "guide", "UTC").await;
        for (title, days) in [("First", 2), ("Third", 9), ("Second", 5)] {
            let mut event = evening(app, days);
            event["title"] = title.into();
            assert_eq!(app.post(EVENTS, &guide.token, event).await.status, 201);
        }
        app.local.clock.advance(SignedDuration::from_hours(24 * 3)).unwrap();
        assert_eq!(listed(app, "").await, ["Third", "Second", "First"]);
        assert_eq!(listed(app, "&status=upcoming").await, ["Second", "Third"], "the next one first");
        assert_eq!(listed(app, "&status=past").await, ["First"]);
        assert_eq!(app.get_public("/mansa/api/events/?published=false").await.ok(), json!([]));
        // Another product shows nothing of it.
        assert!(!app.get_public("/leadbridge/api/events?filter=all").await.ok().to_string().contains("Second"));
        let admin = app.mansa_token(ADMIN).await;
        let reject = format!("/mansa/api/v1/mentorship/mentors/{}/approve/", guide.id);
        app.patch(&reject, &admin, json!({ "is_approved": false })).await.ok();
        assert_eq!(listed(app, "").await, Vec::<String>::new());
        app.patch(&reject, &admin, json!({ "is_approved": true })).await.ok();
        assert_eq!(listed(app, "").await.len(), 3);
        // Whoever leaves takes his along.
        let guide = app.enter_mansa("guide@example.com").await;
        let export = app.get("/mansa/api/users/export/", &guide.token).await.ok();
        assert_eq!(export["events"].as_array().unwrap().len(), 3);
        app.delete("/mansa/api/users/me/", &guide.token).await.ok();
        app.local.pump.run_due().await;
        app.drain().await;
        assert_eq!(app.items("mansa#PUBLIC_EVENT#").await.len(), 0);
    })
    .await;
}
