//! What a request for a session keeps, and who sees what of it.

use crate::harness::flow;
use serde_json::json;

#[tokio::test]
async fn a_request_keeps_whom_and_what_it_is_about_and_the_mentor_sees_its_slots() {
    flow(async |app| {
        let (admin, mentor) = (app.admin().await, app.mentor().await);
        let mentee = app.paid_mentee("asker", "growth").await;
        let mentor_id = app.mentor_id(&admin).await;
        app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": mentee.id, "mentor_id": mentor_id })).await.ok();
        let slots = [app.add_slot(&admin, 20, 600, 60).await, app.add_slot(&admin, 21, 615, 90).await];
        let company = app.company().await;
        let body = json!({
            "company_id": company, "slot_ids": slots, "interview_type": "coding", "experience_level": "mid",
            "interview_track": "sde2", "specific_topics": ["Graphs", "Trees"], "additional_notes": "Be hard\non me",
        });
        let booking = app.post("/api/mentee/booking-request", &mentee.token, body).await.ok();

        let seen = app.get("/api/mentor/booking-requests", &mentor).await.ok();
        let times: Vec<_> = seen[0]["preferred_slots"].as_array().unwrap().iter().collect();
        assert_eq!(times.iter().map(|slot| &slot["id"]).collect::<Vec<_>>(), [&json!(slots[0]), &json!(slots[1])]);
        assert_eq!((&times[1]["start_time"], &times[1]["end_time"]), (&json!("10:15"), &json!("11:45")));
        let own = app.get("/api/mentee/booking-requests", &mentee.token).await.ok();
        let all = app.get("/api/admin/booking-requests", &admin).await.ok();
        for read in [&own[0], &all[0], &seen[0]] {
            assert_eq!(read["id"], booking["id"]);
            assert_eq!(read["specific_topics"], json!(["Graphs", "Trees"]));
            assert_eq!(read["additional_notes"], "Be hard\non me");
            assert_eq!((&read["company_id"], &read["company_name"]), (&json!(company), &json!("Amazon")));
            assert_eq!((&read["mentee_name"], &read["mentee_email"]), (&json!("Mentee asker"), &json!("asker@example.com")));
            assert_eq!((&read["mentor_name"], &read["mentor_email"]), (&json!("John Mentor"), &json!("mentor@codementee.com")));
        }
    })
    .await;
}

#[tokio::test]
async fn who_confirmed_when_is_kept_and_the_mock_names_its_booking() {
    flow(async |app| {
        let admin = app.admin().await;
        let admin_id = app.get("/api/auth/me", &admin).await.ok()["id"].clone();
        let (_, booking, _) = app.confirmed_session("keeper").await;
        let now = app::Clock::now(&*app.local.clock);
        let read = app.get("/api/admin/booking-requests?status=confirmed", &admin).await.ok();
        assert_eq!((&read[0]["id"], &read[0]["confirmed_by"]), (&json!(booking), &admin_id));
        let at = domain::Instant::parse(read[0]["confirmed_at"].as_str().unwrap()).unwrap();
        let age = now.since(at);
        assert!(!age.is_negative() && age < jiff::SignedDuration::from_mins(1), "{age:?}");
        let mocks = app.get("/api/admin/mocks", &admin).await.ok();
        assert_eq!((&mocks[0]["booking_request_id"], &mocks[0]["id"]), (&json!(booking), &read[0]["mock_id"]));
    })
    .await;
}

#[tokio::test]
async fn a_slot_of_one_mentor_is_confirmed_for_him_alone() {
    flow(async |app| {
        let admin = app.admin().await;
        let mentee = app.paid_mentee("picky", "growth").await;
        let body = json!({ "name": "Second Mentor", "email": "second@example.com", "password": "correct-horse" });
        let second = app.post("/api/admin/mentors", &admin, body).await.ok()["id"].as_str().unwrap().to_owned();
        let first = app.mentor_id(&admin).await;
        let first = if first == second {
            app.get("/api/admin/mentors", &admin).await.ok()[1]["id"].as_str().unwrap().to_owned()
        } else {
            first
        };
        let date = app::Clock::now(&*app.local.clock).plus(jiff::SignedDuration::from_hours(24 * 20));
        let date = date.timestamp().strftime("%Y-%m-%d").to_string();
        let body = json!({ "date": date, "start_time": "10:00", "end_time": "11:00", "mentor_id": second });
        let slot = app.post("/api/admin/time-slots", &admin, body).await.ok();
        assert_eq!(slot["mentor_id"], json!(second));
        let slot = slot["id"].as_str().unwrap();
        let booking = app.book(&mentee, &app.company().await, &[slot]).await;
        app.confirm(&admin, &booking, &first, slot).await.refused(409, "SLOT_OF_ANOTHER_MENTOR");
        app.confirm(&admin, &booking, &second, slot).await.ok();
    })
    .await;
}
