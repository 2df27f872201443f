//! One's own data.

use super::text;
use crate::{harness::App, input::quiet_flow, scenes::feedback};
use jiff::SignedDuration;
use serde_json::{Value, json};

async fn export(app: &App, token: &str) -> (Value, Option<String>) {
    app.drain().await;
    let answer = app.get("/api/auth/export", token).await;
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"codementee-export.json\"");
    let next = answer.headers.get("x-next-cursor").map(|cursor| cursor.to_str().unwrap().to_owned());
    (answer.ok(), next)
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_export_has_all_that_is_kept_of_oneself_and_nothing_secret() {
    quiet_flow(async |app| {
        let (mentee, booking, _) = app.confirmed_session("exported").await;
        let mentor = app.mentor().await;
        let mock = app.get("/api/mentee/mocks", &mentee.token).await.ok()[0].clone();
        app.post("/api/mentor/feedback", &mentor, feedback(&mock)).await.ok();
        let post = json!({ "content": "Where to start?" });
        let post = app.post("/api/community/posts", &mentee.token, post).await.ok();
        let comment = json!({ "post_id": post["id"], "content": "Found it" });
        app.post("/api/community/comments", &mentee.token, comment).await.ok();
        let report = json!({ "reason": "Said twice" });
        app.post(&format!("/api/community/posts/{}/report", text(&post["id"])), &mentee.token, report).await.ok();
        let resume = json!({ "resume_text": "Ten years of graphs", "target_role": "SDE 2" });
        app.post("/api/ai-tools/resume-analysis", &mentee.token, resume).await.ok();
        let (data, next) = export(app, &mentee.token).await;
        assert_eq!(next, None);
        let account = &data["account"];
        assert_eq!((&account["id"], &account["email"]), (&json!(mentee.id), &json!(mentee.email)));
        assert_eq!((&account["has_password"], &account["products"]), (&json!(true), &json!(["codementee"])));
        let sessions = account["sessions"].as_array().unwrap();
        assert!(sessions.len() == 1 && sessions[0]["current"] == true, "{sessions:?}");
        assert_eq!(ids(&data["bookings"]), [booking.as_str()]);
        assert_eq!(ids(&data["mocks"]), [mock["id"].as_str().unwrap()]);
        assert_eq!(ids(&data["feedbacks"]), [mock["id"].as_str().unwrap()]);
        assert_eq!(data["orders"][0]["plan_id"], "growth");
        assert_eq!((ids(&data["posts"]), &data["comments"][0]["content"]), (ids(&json!([post])), &json!("Found it")));
        let [report] = &data["reports"].as_array().unwrap()[..] else { panic!("one report: {data}") };
        assert_eq!((&report["post_id"], &report["reason"]), (&post["id"], &json!("Said twice")));
        assert_eq!(account["resume_analysis"]["target_role"], "SDE 2");
        assert_eq!(data["notices"].as_array().unwrap().len(), 4);
        let all = data.to_string();
        assert!(!["$2b", "password_hash", "signature", "\"st_", "\"sp_"].iter().any(|secret| all.contains(secret)), "{all}");
        // The mentor's own side of the same, and nobody else's.
        let (his, _) = export(app, &mentor).await;
        assert_eq!((ids(&his["bookings"]), ids(&his["feedbacks"])), (ids(&data["bookings"]), ids(&data["feedbacks"])));
        assert_eq!([&his["orders"], &his["posts"], &his["comments"], &his["reports"]], [&json!([]); 4]);
        let stranger = app.free_mentee("stranger").await;
        let (none, _) = export(app, &stranger.token).await;
        assert_eq!((&none["bookings"], &none["mocks"], &none["orders"]), (&json!([]), &json!([]), &json!([])));
    })
    .await;
}

#[tokio::test]
async fn a_long_export_comes_in_parts_that_miss_and_repeat_nothing() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let mentee = app.paid_mentee("long", "accelerator").await;
        for n in 0..130 {
            // More than one answer takes.
            app.order(Some(&mentee.token), json!({ "plan_id": "growth" })).await;
            if n % 40 == 0 {
                let slot = app.add_slot(&admin, 20 + n / 40, 600, 60).await;
                app.book(&mentee, &app.company().await, &[&slot]).await;
            }
        }
        let (first, next) = export(app, &mentee.token).await;
        let cursor = next.unwrap();
        let stranger = app.free_mentee("stranger").await;
        let path = format!("/api/auth/export?cursor={cursor}");
        app.get(&path, &stranger.token).await.refused(422, "VALIDATION_FAILED");
        app.get("/api/auth/export?cursor=x", &mentee.token).await.refused(422, "VALIDATION_FAILED");
        let second = app.get(&path, &mentee.token).await;
        assert!(!second.headers.contains_key("x-next-cursor"));
        let second = second.ok();
        assert!(second["account"].is_null() && first["account"].is_object());
        let mut orders = [ids(&first["orders"]), ids(&second["orders"])].concat();
        orders.sort_unstable();
        orders.dedup();
        assert_eq!((orders.len(), ids(&first["bookings"]).len()), (131, 4));
        assert_eq!(second["notices"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn exporting_is_limited() {
    quiet_flow(async |app| {
        let mentee = app.free_mentee("again").await;
        for _ in 0..10 {
            app.get("/api/auth/export", &mentee.token).await.ok();
        }
        app.get("/api/auth/export", &mentee.token).await.refused(429, "RATE_LIMITED");
        app.local.clock.advance(SignedDuration::from_mins(1)).unwrap();
        let (data, _) = export(app, &mentee.token).await;
        assert_eq!(text(&data["account"]["email"]), mentee.email);
    })
    .await;
}
