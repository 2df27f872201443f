use super::{ADMIN, MENTEE, V1, id};
use crate::harness::{App, flow};
use jiff::SignedDuration;
use serde_json::json;

const ZOOM: &str = "https://zoom.us/j/1234567890";

async fn link(app: &App, token: &str, session: &str, url: &str) -> crate::calls::Answer {
    app.patch(&format!("{V1}/bookings/{session}/add_meeting_link/"), token, json!({ "meeting_link": url })).await
}

async fn rate(app: &App, token: &str, session: &str, stars: i64) -> crate::calls::Answer {
    app.post(&format!("{V1}/bookings/{session}/add_feedback/"), token, json!({ "rating": stars, "feedback": "Good" })).await
}

#[tokio::test]
async fn the_road_from_a_wish_to_its_rating() {
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let mentor = app.open_mentor(&admin, "guide", "Europe/London").await;
        let mentee = app.enter_mansa(MENTEE).await;
        let answer = app.ask_session(&mentee.token, &mentor.id, &app.day(3), "10:00", "11:00").await;
        assert_eq!((answer.status, &answer.body["status"]), (201, &json!("pending")), "{}", answer.body);
        let session = id(&answer.body);
        assert_eq!(app.held().await, 8);
        // Each move is its own side's, in its own order.
        link(app, &mentor.token, &session, ZOOM).await.refused(409, "BOOKING_NOT_CONFIRMED");
        app.move_session(&mentee.token, &session, "confirmed").await.refused(403, "NOT_YOUR_PART");
        app.move_session(&mentor.token, &session, "completed").await.refused(409, "BOOKING_NOT_CONFIRMED");
        app.move_session(&mentee.token, &session, "cancelled_by_mentor").await.refused(403, "NOT_YOUR_PART");
        app.move_session(&mentor.token, &session, "confirmed").await.ok();
        app.move_session(&mentor.token, &session, "confirmed").await.refused(409, "BOOKING_NOT_PENDING");
        assert_eq!(link(app, &mentor.token, &session, "https://evil.example/j/1").await.status, 400);
        link(app, &mentee.token, &session, ZOOM).await.refused(403, "NOT_YOUR_PART");
        link(app, &mentor.token, &session, "https://meet.google.com/abc-defg-hij").await.ok();
        link(app, &mentor.token, &session, ZOOM).await.ok();
        let row = app.get(&format!("{V1}/bookings/{session}/"), &mentee.token).await.ok();
        assert_eq!((&row["meeting_link"], &row["meeting_platform"], &row["booking_version"]), (&json!(ZOOM), &json!("zoom"), &json!(4)));
        app.move_session(&mentor.token, &session, "completed").await.refused(409, "SESSION_NOT_STARTED");
        rate(app, &mentee.token, &session, 5).await.refused(409, "BOOKING_NOT_COMPLETED");
        app.drain().await;
        let mails = app.local.inbox.mails(Some(MENTEE), Some("Meeting link"));
        assert!(mails.iter().any(|mail| mail.text.contains(ZOOM) && mail.attachments.iter().any(|file| file.name == "invite.ics")));
        // Later.
        app.local.clock.advance(SignedDuration::from_hours(24 * 4)).unwrap();
        let (mentor, mentee) = (app.enter_mansa("guide@example.com").await, app.enter_mansa(MENTEE).await);
        app.move_session(&mentee.token, &session, "cancelled").await.refused(409, "SESSION_STARTED");
        app.move_session(&mentor.token, &session, "completed").await.ok();
        assert_eq!(app.held().await, 0);
        let row = app.get(&format!("{V1}/bookings/{session}/"), &mentee.token).await.ok();
        assert!(row["meeting_link"].is_null(), "the link is the mentee's while the session is confirmed");
        rate(app, &mentor.token, &session, 5).await.refused(403, "NOT_YOUR_PART");
        for (status, many) in [("completed", 1), ("pending", 0), ("confirmed", 0), ("cancelled", 0)] {
            let listed = app.get(&format!("{V1}/bookings/?role=mentee&status={status}"), &mentee.token).await.ok();
            assert_eq!(listed.as_array().unwrap().len(), many, "{status}");
        }
        assert_eq!(rate(app, &mentee.token, &session, 6).await.status, 400);
        rate(app, &mentee.token, &session, 4).await.ok();
        rate(app, &mentee.token, &session, 4).await.refused(409, "ALREADY_RATED");
        app.drain().await;
        let shown = app.get_public(&format!("{V1}/mentors/{}/", mentor.id)).await.ok();
        assert_eq!((&shown["rating"], &shown["total_sessions"], &shown["total_reviews"]), (&json!(4.0), &json!(1), &json!(1)));
        let stats = app.get(&format!("{V1}/mentors/stats/"), &mentor.token).await.ok();
        let expected = json!({ "total_sessions": 1, "completed_sessions": 1, "upcoming_sessions": 0, "pending_requests": 0,
            "total_mentees": 1, "average_rating": 4.0, "rating": 4.0, "total_reviews": 1, "response_rate": 100, "next_sessions": [] });
        assert_eq!(stats, expected);
        let admin = app.mansa_token(ADMIN).await;
        let stats = app.get(&format!("{V1}/admin/stats/"), &admin).await.ok();
        assert_eq!((&stats["total_mentors"], &stats["active_mentors"], &stats["completed_bookings"]), (&json!(11), &json!(11), &json!(1)));
        let activity = app.get(&format!("{V1}/admin/activity/?limit=3"), &admin).await.ok();
        let kinds: Vec<_> = activity.as_array().unwrap().iter().map(|line| line["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["review_submitted", "booking_completed", "booking_created"]);
    })
    .await;
}

#[tokio::test]
async fn a_version_that_was_not_seen_is_refused_and_three_an_hour_are_enough() {
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let mentor = app.open_mentor(&admin, "guide", "UTC").await;
        let mentee = app.enter_mansa(MENTEE).await;
        let day = app.day(5);
        let ask = async |start: &str, end: &str| app.ask_session(&mentee.token, &mentor.id, &day, start, end).await;
        let first = id(&ask("10:00", "11:00").await.body);
        // What is refused takes none of the three.
        for _ in 0..4 {
            ask("10:30", "11:30").await.refused(409, "MENTOR_BUSY");
            assert_eq!(ask("10:10", "11:00").await.status, 400);
        }
        assert_eq!((ask("11:00", "12:00").await.status, ask("12:00", "13:00").await.status), (201, 201));
        let limited = ask("13:00", "14:00").await;
        assert!(limited.headers.contains_key("retry-after"));
        limited.refused(429, "RATE_LIMITED");
        app.get(&format!("{V1}/bookings/?role=mentee"), &mentee.token).await.ok();
        app.local.clock.advance(SignedDuration::from_mins(61)).unwrap();
        assert_eq!(ask("13:00", "14:00").await.status, 201);
        let stale = json!({ "status": "cancelled_by_mentee", "version": 7 });
        let path = format!("{V1}/bookings/{first}/update_status/");
        app.patch(&path, &mentee.token, stale).await.refused(409, "STALE_VERSION");
        app.patch(&path, &mentee.token, json!({ "status": "cancelled", "version": 1 })).await.ok();
        // A stranger learns nothing.
        let stranger = app.enter_mansa("student@example.com").await;
        app.move_session(&stranger.token, &first, "cancelled").await.refused(404, "NOT_FOUND");
        app.get(&format!("{V1}/bookings/{first}/"), &stranger.token).await.refused(404, "NOT_FOUND");
        let admins = app.get(&format!("{V1}/admin/bookings/"), &admin).await.ok();
        assert_eq!(admins.as_array().unwrap().len(), 4);
    })
    .await;
}

#[tokio::test]
async fn whoever_leaves_is_named_nowhere_and_holds_no_time() {
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let mentor = app.open_mentor(&admin, "leaver", "UTC").await;
        let mentee = app.enter_mansa(MENTEE).await;
        app.ask_session(&mentee.token, &mentor.id, &app.day(5), "10:00", "11:00").await;
        let export = app.get("/mansa/api/users/export/", &mentor.token).await.ok();
        assert_eq!((&export["mentor_profile"]["id"], export["bookings"].as_array().unwrap().len()), (&json!(mentor.id), 1));
        assert_eq!(
            (export["availability"].as_array().unwrap().len(), &export["directory"]["email"]),
            (7, &json!("leaver@example.com"))
        );
        app.delete("/mansa/api/users/me/", &mentor.token).await.ok();
        app.local.pump.run_due().await;
        app.drain().await;
        assert_eq!(app.held().await, 0);
        app.get_public(&format!("{V1}/mentors/{}/", mentor.id)).await.refused(404, "NOT_FOUND");
        let named: Vec<_> = app
            .items("mansa#")
            .await
            .into_iter()
            .filter(|item| {
                let audit = item["pk"].as_s().unwrap().contains("#AUDIT#");
                !audit && format!("{item:?}").contains("Person leaver")
            })
            .collect();
        assert!(named.is_empty(), "{named:?}");
        let found = app.get_public(&format!("{V1}/mentors/?search=leaver")).await.ok();
        assert_eq!(found["count"], 0);
    })
    .await;
}
