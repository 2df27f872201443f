use super::{ADMIN, V1};
use crate::harness::flow;
use serde_json::json;

/// By the mentor's clock, through both clock changes, in zones of odd offsets, over midnight.
#[tokio::test]
async fn sessions_go_by_the_mentor_s_own_clock() {
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let rows = [
            // Zone, date, start, end: status, start by UTC, minutes.
            ("Europe/London", "2031-03-30", "00:30", "02:30", 201, "2031-03-30T00:30:00.000Z", 60),
            ("Europe/London", "2031-03-30", "01:15", "01:45", 400, "", 0),
            ("Europe/London", "2031-10-26", "00:30", "02:30", 201, "2031-10-25T23:30:00.000Z", 180),
            ("Europe/London", "2031-10-26", "01:15", "01:45", 400, "", 0),
            ("America/New_York", "2031-03-09", "01:30", "03:30", 201, "2031-03-09T06:30:00.000Z", 60),
            ("America/New_York", "2031-11-02", "02:00", "05:00", 201, "2031-11-02T07:00:00.000Z", 180),
            ("America/New_York", "2031-11-02", "01:00", "01:30", 400, "", 0),
            ("Asia/Kolkata", "2031-02-03", "09:15", "09:45", 201, "2031-02-03T03:45:00.000Z", 30),
            ("Asia/Kathmandu", "2031-02-03", "00:15", "01:00", 201, "2031-02-02T18:30:00.000Z", 45),
            ("Asia/Kathmandu", "2031-02-03", "23:30", "00:30", 201, "2031-02-03T17:45:00.000Z", 60),
        ];
        for (n, (zone, date, start, end, status, at, minutes)) in rows.into_iter().enumerate() {
            let mentor = app.open_mentor(&admin, &format!("guide{n}"), zone).await;
            let mentee = app.insider(&admin, &format!("mentee{n}"), "mentee").await;
            let answer = app.ask_session(&mentee.token, &mentor.id, date, start, end).await;
            assert_eq!(answer.status, status, "{zone} {date} {start}: {}", answer.body);
            if status == 201 {
                assert_eq!(
                    (&answer.body["scheduled_at"], &answer.body["duration_minutes"]),
                    (&json!(at), &json!(minutes)),
                    "{zone} {date}"
                );
                // What is booked is no longer free, by the same clock.
                let path = format!("{V1}/mentors/{}/availability/?start_date={date}&end_date={date}", mentor.id);
                let free = app.get_public(&path).await.ok();
                let starts: Vec<_> = free.as_array().unwrap().iter().map(|slot| slot["starts_at"].clone()).collect();
                assert!(!starts.is_empty() && !starts.contains(&json!(at)), "{zone} {date}: {free}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_mentor_offers_is_what_can_be_booked() {
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let mentor = app.open_mentor(&admin, "guide", "UTC").await;
        let mentee = app.insider(&admin, "asker", "mentee").await;
        let me = format!("{V1}/availability/me/");
        // 2031-02-03 is a Monday.
        let only = json!({ "slots": [{ "day_of_week": 1, "start_time": "09:00", "end_time": "12:00", "is_recurring": true }] });
        app.post(&me, &mentor.token, only).await;
        let ask = async |start: &str, end: &str| app.ask_session(&mentee.token, &mentor.id, "2031-02-03", start, end).await;
        ask("08:45", "09:15").await.refused(409, "SLOT_UNAVAILABLE");
        let out = json!({ "specific_date": "2031-02-03", "start_time": "10:00", "end_time": "11:00", "is_recurring": false, "is_active": false });
        let rule = app.post(&format!("{V1}/availability/"), &mentor.token, out).await;
        assert_eq!(rule.status, 201, "{}", rule.body);
        ask("10:30", "11:30").await.refused(409, "SLOT_UNAVAILABLE");
        assert_eq!(ask("09:00", "10:00").await.status, 201);
        let rule = format!("{V1}/availability/{}/", rule.body["id"].as_str().unwrap());
        let other = app.open_mentor(&admin, "other", "UTC").await;
        app.delete(&rule, &other.token).await.refused(404, "NOT_FOUND");
        app.delete(&rule, &mentor.token).await.ok();
        assert_eq!(ask("10:30", "11:30").await.status, 201);
        let shown = app.get(&me, &mentor.token).await.ok();
        assert_eq!((&shown["total"], &shown["recurring_slots"][0]["start_time"]), (&json!(1), &json!("09:00")));
        app.patch(&format!("{V1}/mentors/me/"), &mentor.token, json!({ "is_accepting_requests": false })).await.ok();
        ask("11:30", "12:00").await.refused(409, "SLOT_UNAVAILABLE");
        app.ask_session(&mentor.token, &other.id, "2031-02-03", "09:00", "10:00").await.refused(403, "INSUFFICIENT_PERMISSIONS");
    })
    .await;
}
