use super::API;
use crate::harness::flow;
use domain::account::Role;
use serde_json::{Value, json};

fn titles(events: &Value) -> Vec<&str> {
    events.as_array().unwrap().iter().map(|event| event["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn mentors_and_admins_invite_and_everybody_sees_it() {
    flow(async |app| {
        let mentor = app.talker("host", Role::Mentor).await;
        let admin = app.talker("office", Role::Admin).await;
        let student = app.talker("guest", Role::Mentee).await;
        let events = format!("{API}/events/");
        let event = |title: &str, day: i64| {
            let at = format!("{}T10:00:00Z", app.day(day));
            json!({ "title": title, "description": "Come", "start_time": at, "end_time": "", "location": "Library" })
        };
        let made = app.post(&events, &mentor.token, event("Portfolio evening", 3)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(
            (&made.body["organizer_name"], &made.body["organizer_type"], &made.body["is_upcoming"], &made.body["end_time"]),
            (&json!("Talker host"), &json!("mentor"), &json!(true), &Value::Null)
        );
        let id = made.body["id"].as_str().unwrap().to_owned();
        assert_eq!(app.post(&events, &admin.token, event("Open day", 1)).await.status, 201);
        assert_eq!(app.post(&events, &admin.token, event("Last week", -7)).await.status, 201);
        assert_eq!(app.post(&events, &admin.token, event("Last month", -30)).await.status, 201);
        app.post(&events, &student.token, event("My party", 2)).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        let mut backwards = event("Backwards", 2);
        backwards["end_time"] = format!("{}T09:00:00Z", app.day(2)).into();
        let refused = app.post(&events, &mentor.token, backwards).await.refused(400, "VALIDATION_FAILED");
        assert_eq!(refused["detail"], "End time must be after start time");

        let list = async |query: &str| app.get_public(&format!("{events}{query}")).await.ok();
        assert_eq!(titles(&list("").await), ["Open day", "Portfolio evening"]);
        assert_eq!(titles(&list("?filter=past").await), ["Last week", "Last month"]);
        assert_eq!(titles(&list("?include_past=true").await), ["Last month", "Last week", "Open day", "Portfolio evening"]);
        // A page of the latest has the latest, however many there were before.
        assert_eq!(titles(&list("?filter=past&limit=1").await), ["Last week"]);
        assert_eq!(titles(&list("?include_past=true&ordering=-created_at&limit=2").await), ["Open day", "Portfolio evening"]);
        let latest = app.get_public(&format!("{events}?include_past=true&ordering=-start_time&limit=2")).await;
        let cursor = latest.headers["x-next-cursor"].to_str().unwrap().to_owned();
        assert_eq!(titles(&latest.ok()), ["Portfolio evening", "Open day"]);
        let next = list(&format!("?include_past=true&ordering=-start_time&limit=2&cursor={cursor}")).await;
        assert_eq!(titles(&next), ["Last week", "Last month"]);
        assert_eq!(titles(&list("?search=PORTFOLIO").await), ["Portfolio evening"]);
        assert_eq!(
            titles(&list("?include_past=true&ordering=-created_at").await),
            ["Last month", "Last week", "Open day", "Portfolio evening"]
        );
        assert_eq!(list("?organizer=me").await, json!([]));
        let own = app.get(&format!("{events}?organizer=me"), &mentor.token).await.ok();
        assert_eq!(titles(&own), ["Portfolio evening"]);

        // Unpublished, it is its organizer's alone; others change nothing of it.
        let path = format!("{events}{id}/");
        let changed = app.put(&path, &mentor.token, json!({ "is_published": false, "location": "Hall" })).await.ok();
        assert_eq!((&changed["location"], &changed["title"]), (&json!("Hall"), &json!("Portfolio evening")));
        app.get_public(&path).await.refused(404, "NOT_FOUND");
        app.get(&path, &mentor.token).await.ok();
        app.put(&path, &admin.token, json!({ "title": "Mine" })).await.refused(404, "NOT_FOUND");
        app.put(&path, &mentor.token, json!({ "is_published": true })).await.ok();
        app.put(&path, &admin.token, json!({ "title": "Mine" })).await.refused(403, "NOT_THE_ORGANIZER");
        assert_eq!(app.delete(&path, &admin.token).await.status, 204, "an admin may take it away");
        app.drain().await;
        let told = app.get(&format!("{API}/notifications/"), &mentor.token).await.ok();
        assert_eq!(told.as_array().unwrap().len(), 1, "and its organizer is told");
        assert_eq!(told[0]["notification_type"], "warning");
    })
    .await;
}
