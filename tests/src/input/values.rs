//! Values that have the right type and still cannot be: times, links, slots, scores.

use super::{NOTHING, Tokens, quiet_flow, unchanged};
use crate::scenes::feedback;
use futures::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};

#[tokio::test]
async fn slots_and_mocks_that_cannot_be_held_are_refused() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let mentor = app.mentor_id(&admin).await;
        let mentee = app.free_mentee("early").await.id;
        let day = |hours: i64| {
            let day = app::Clock::now(&*app.local.clock).plus(SignedDuration::from_hours(hours)).timestamp();
            day.strftime("%Y-%m-%d").to_string()
        };
        let (yesterday, soon) = (day(-30), day(24 * 20));
        let spans = [
            (yesterday.as_str(), "10:00", "11:00"),
            ("2020-02-29", "10:00", "11:00"),
            ("0000-01-01", "10:00", "11:00"),
            ("2090-02-30", "10:00", "11:00"),
            ("2090-13-01", "10:00", "11:00"),
            ("9999-12-31", "10:00", "11:00"),
            ("12090-01-01", "10:00", "11:00"),
            ("01/02/2090", "10:00", "11:00"),
            ("2090-02-01T10:00", "10:00", "11:00"),
            ("", "10:00", "11:00"),
            (soon.as_str(), "11:00", "10:00"),
            (soon.as_str(), "10:00", "10:00"),
            (soon.as_str(), "23:30", "00:30"),
            (soon.as_str(), "10:00", "14:01"),
            (soon.as_str(), "24:00", "25:00"),
            (soon.as_str(), "10:60", "11:00"),
            (soon.as_str(), "10:00:30", "11:00"),
            (soon.as_str(), "10am", "11am"),
            (soon.as_str(), "", ""),
        ];
        unchanged(app, async || {
            for (date, start_time, end_time) in spans {
                let body = json!({ "date": date, "start_time": start_time, "end_time": end_time });
                let refused = app.post("/api/admin/time-slots", &admin, body).await.refused(422, "VALIDATION_FAILED");
                assert_eq!(refused["errors"].as_object().unwrap().len(), 1, "{date} {start_time} {end_time}: {refused}");
            }
            for scheduled_at in ["2020-01-01T10:00:00Z", "2090-01-01T10:00:00", "2090-01-01", "2090-02-30T10:00:00Z", "tomorrow"]
            {
                let body = json!({ "mentee_id": mentee, "mentor_id": mentor, "scheduled_at": scheduled_at });
                let refused = app.post("/api/mocks", &admin, body).await.refused(422, "VALIDATION_FAILED");
                assert!(refused["errors"]["scheduled_at"].is_array(), "{scheduled_at}: {refused}");
            }
            let body = json!({
                "mentee_id": mentee, "mentor_id": mentor, "scheduled_at": "2090-01-01T10:00:00Z",
                "meet_link": "https://example.com/room",
            });
            let refused = app.post("/api/mocks", &admin, body).await.refused(422, "VALIDATION_FAILED");
            assert!(refused["errors"]["meet_link"].is_array(), "{refused}");
        })
        .await;
        let longest = json!({ "date": soon, "start_time": "10:00", "end_time": "14:00" });
        app.post("/api/admin/time-slots", &admin, longest).await.ok();
    })
    .await;
}

#[tokio::test]
async fn only_google_meet_rooms_enter_the_pool_and_each_once() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let add = async |link: &str| app.post("/api/admin/meet-links", &admin, json!({ "link": link, "name": "" })).await;
        unchanged(app, async || {
            for link in [
                "",
                "https://meet.google.com",
                "https://meet.google.com/",
                "https://meet.google.com/ab",
                "http://meet.google.com/abc-defg-xyz",
                "https://zoom.us/j/123456",
                "https://example.com/meet.google.com/abc-defg-xyz",
                "https://meet.google.com.example.com/abc-defg-xyz",
                "https://meet.google.com@example.com/abc-defg-xyz",
                "https://example.com#meet.google.com/abc-defg-xyz",
                "//meet.google.com/abc-defg-xyz",
                "javascript:alert('https://meet.google.com/abc')",
                "https://meet.google.com/abc?authuser=1",
                "https://meet.google.com/abc defg",
                "https://meet.google.com/abc\u{0}defg",
                "https://meet.google.com/ａｂｃ-defg",
                &format!("https://meet.google.com/{}", "x".repeat(101)),
            ] {
                let refused = add(link).await.refused(422, "VALIDATION_FAILED");
                assert!(refused["errors"]["link"].is_array(), "{link}: {refused}");
            }
            for known in [
                "https://meet.google.com/abc-defg-hij",
                " https://meet.google.com/abc-defg-hij/ ",
                "meet.google.com/abc-defg-hij",
            ] {
                let refused = add(known).await.refused(400, "LINK_EXISTS");
                assert_eq!(refused["detail"], "This link already exists");
            }
        })
        .await;
        let answers = join_all((0..8).map(|_| add("https://meet.google.com/one-time-only"))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 7));
        for answer in lost {
            answer.refused(400, "LINK_EXISTS");
        }
        // Taken out, it may come back.
        let link = format!("/api/admin/meet-links/{}", won[0].body["id"].as_str().unwrap());
        app.delete(&link, &admin).await.ok();
        app.delete(&link, &admin).await.refused(404, "NOT_FOUND");
        add("https://meet.google.com/one-time-only").await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_request_for_slots_that_cannot_be_asked_for_is_refused() {
    quiet_flow(async |app| {
        let tokens = Tokens::new(app).await;
        let admin = &tokens.admin;
        let (_, _, booked) = app.confirmed_session("first").await;
        let (company, mentor) = (app.company().await, app.mentor_id(admin).await);
        let mut open = Vec::new();
        for n in 0..6 {
            open.push(app.add_slot(admin, 25, 60 * n, 60).await);
        }
        let coding = json!({ "date": "2090-01-01", "start_time": "10:00", "end_time": "11:00", "interview_types": ["coding"] });
        let coding = app.post("/api/admin/time-slots", admin, coding).await.ok()["id"].as_str().unwrap().to_owned();
        let past = app.get_public("/api/available-slots?limit=1").await.ok()[0]["id"].as_str().unwrap().to_owned();
        app.local.clock.advance(SignedDuration::from_hours(36)).unwrap();
        let tokens = Tokens::new(app).await;

        let asked = |slots: &[&String]| json!({ "company_id": company, "slot_ids": slots });
        let of_type = |kind: Value, level: Value, track: Value| {
            let mut body = asked(&[&coding]);
            (body["interview_type"], body["experience_level"], body["interview_track"]) = (kind, level, track);
            body
        };
        let (kind, level, track) = (json!("coding"), json!("mid"), json!("sde2"));
        let invalid = [
            ("slot_ids", asked(&[])),
            ("slot_ids", asked(&open.iter().collect::<Vec<_>>())),
            ("slot_ids", asked(&[&open[0], &open[0]])),
            ("slot_ids", asked(&[&open[0], &open[1], &open[0].to_uppercase()])),
            ("slot_ids", json!({ "company_id": company, "preferred_slots": [] })),
            ("slot_ids", json!({ "company_id": company, "slot_ids": [7] })),
            ("slot_ids", json!({ "company_id": company, "slot_ids": [null] })),
            ("slot_ids", json!({ "company_id": company, "slot_ids": open[0] })),
            ("interview_type", of_type(kind.clone(), Value::Null, Value::Null)),
            ("interview_type", of_type(Value::Null, level.clone(), Value::Null)),
            ("interview_type", of_type(Value::Null, Value::Null, track.clone())),
            ("interview_type", of_type(kind.clone(), level.clone(), Value::Null)),
            ("interview_type", of_type(kind.clone(), Value::Null, track.clone())),
            ("interview_type", of_type(Value::Null, level.clone(), track.clone())),
            ("interview_type", of_type(json!("Coding"), level.clone(), track.clone())),
            ("experience_level", of_type(kind.clone(), json!("expert"), track.clone())),
            ("interview_track", of_type(kind.clone(), level.clone(), json!("a/b"))),
        ];
        let topics = |topics: Value| {
            let mut body = asked(&[&open[0]]);
            body["specific_topics"] = topics;
            ("specific_topics", body)
        };
        let invalid =
            invalid.into_iter().chain([topics(json!(vec!["x"; 31])), topics(json!(["x".repeat(101)])), topics(json!([7]))]);
        let unavailable = [
            asked(&[&booked]),
            asked(&[&past]),
            asked(&[&open[0], &booked]),
            asked(&[&open[0], &past]),
            of_type(json!("behavioral"), level.clone(), track.clone()),
        ];
        let booking = app.post("/api/mentee/booking-request", &tokens.mentee, asked(&[&open[0]])).await.ok();
        let booking = booking["id"].as_str().unwrap();
        unchanged(app, async || {
            for (field, body) in invalid {
                let answer = app.post("/api/mentee/booking-request", &tokens.mentee, body.clone()).await;
                let refused = answer.refused(422, "VALIDATION_FAILED");
                let errors = refused["errors"].as_object().unwrap();
                assert!(errors.keys().all(|name| name.split('[').next() == Some(field)), "{body}: {refused}");
            }
            for body in unavailable {
                app.post("/api/mentee/booking-request", &tokens.mentee, body).await.refused(409, "SLOT_UNAVAILABLE");
            }
            for slot in [&open[1], &booked, &NOTHING.to_owned()] {
                app.confirm(&tokens.admin, booking, &mentor, slot).await.refused(400, "INVALID_SLOT");
            }
        })
        .await;
        app.post("/api/mentee/booking-request", &tokens.mentee, of_type(kind, level, track)).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_score_is_a_whole_number_from_0_to_5() {
    quiet_flow(async |app| {
        app.confirmed_session("scored").await;
        let mentor = app.mentor().await;
        let mock = app.get("/api/mentor/mocks", &mentor).await.ok()[0].clone();
        let wrong = |field: &str, value: Value| {
            let mut body = feedback(&mock);
            body[field] = value;
            body
        };
        unchanged(app, async || {
            for score in ["problem_solving", "communication", "technical_depth", "code_quality", "overall"] {
                for value in [json!(6), json!(-1), json!(2.5), json!(null), json!("4"), json!(true), json!(1e300)] {
                    let answer = app.post("/api/mentor/feedback", &mentor, wrong(score, value)).await;
                    answer.refused(422, "VALIDATION_FAILED");
                }
            }
            for value in [json!("Maybe"), json!("hire"), json!(""), json!(1)] {
                let answer = app.post("/api/feedbacks", &mentor, wrong("hireability", value)).await;
                answer.refused(422, "VALIDATION_FAILED");
            }
        })
        .await;
        app.post("/api/mentor/feedback", &mentor, feedback(&mock)).await.ok();
    })
    .await;
}
