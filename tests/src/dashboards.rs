//! What mentors and mentees see first.

use crate::{
    harness::{App, flow, flow_with},
    scenes::feedback,
};
use jiff::SignedDuration;
use local::Options;
use serde_json::{Value, json};

async fn of(app: &App, who: &str, token: &str) -> Value {
    app.drain().await;
    app.get(&format!("/api/{who}/dashboard"), token).await.ok()
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_free_mentee_is_in_explore_mode_and_sees_what_an_upgrade_gives() {
    flow(async |app| {
        let mentee = app.free_mentee("explorer").await;
        let seen = of(app, "mentee", &mentee.token).await;
        assert_eq!((&seen["user_tier"], &seen["mode"], &seen["plan"]), (&json!("Free"), &json!("explore"), &Value::Null));
        for nothing in ["upcoming_mocks", "pending_requests"] {
            assert_eq!(seen[nothing], json!([]), "{nothing}");
        }
        assert_eq!((&seen["latest_feedback"], &seen["average_score"]), (&Value::Null, &Value::Null));
        assert_eq!(seen["upgrade"]["upgrade_url"], "/mentee/book");
        assert_eq!(seen["upgrade"]["plans"], app.get_public("/api/pricing-plans").await.ok(), "the public price list");
        assert!(seen["upgrade"]["message"].as_str().unwrap().contains("Explore Mode"));
    })
    .await;
}

#[tokio::test]
async fn a_paying_mentee_sees_his_plan_and_what_is_left_of_it_until_it_ends() {
    flow(async |app| {
        let admin = app.admin().await;
        let mentee = app.paid_mentee("payer", "growth").await;
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let booking = app.book(&mentee, &app.company().await, &[&slot]).await;
        let seen = of(app, "mentee", &mentee.token).await;
        assert_eq!((&seen["user_tier"], &seen["mode"], &seen["upgrade"]), (&json!("Active"), &json!("full"), &Value::Null));
        let plan = &seen["plan"];
        assert_eq!((&plan["plan_id"], &plan["plan_name"]), (&json!("growth"), &json!("Growth")));
        assert_eq!(plan["left"], json!({ "mock_interviews": 2, "resume_reviews": 2, "ai_tools": "all" }));
        let days = plan["days_left"].as_i64().unwrap();
        assert!((89..=92).contains(&days), "three months are {days} days");
        assert_eq!(ids(&seen["pending_requests"]), [booking.as_str()]);

        app.local.clock.advance(SignedDuration::from_hours(24 * days)).unwrap();
        let token = app.login_later(&mentee.email, crate::scenes::PASSWORD).await.ok()["access_token"].clone();
        let seen = of(app, "mentee", token.as_str().unwrap()).await;
        assert_eq!((&seen["mode"], &seen["plan"]), (&json!("explore"), &Value::Null), "it has ended");
        assert!(!seen["upgrade"]["plans"].as_array().unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn both_sides_see_their_coming_sessions_with_links_and_what_is_over() {
    flow(async |app| {
        let (admin, mentor) = (app.admin().await, app.mentor().await);
        let mentor_id = app.mentor_id(&admin).await;
        let before = of(app, "mentor", &mentor).await;
        assert_eq!((&before["mentees_count"], &before["average_score_given"]), (&json!(1), &Value::Null), "the demo's own");

        let mentee = app.paid_mentee("busy", "accelerator").await;
        app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": mentee.id, "mentor_id": mentor_id })).await.ok();
        let company = app.company().await;
        let mut mocks = Vec::new();
        // The later one is confirmed first.
        for day in [22, 20] {
            let slot = app.add_slot(&admin, day, 600, 60).await;
            let booking = app.book(&mentee, &company, &[&slot]).await;
            let confirmed = app.confirm(&admin, &booking, &mentor_id, &slot).await.ok();
            mocks.insert(0, confirmed["mock_id"].as_str().unwrap().to_owned());
        }
        let other = app.add_slot(&admin, 25, 600, 60).await;
        let waiting = app.book(&mentee, &company, &[&other]).await;
        for (who, token) in [("mentor", &mentor), ("mentee", &mentee.token)] {
            let seen = of(app, who, token).await;
            assert_eq!(ids(&seen["upcoming_mocks"]), mocks, "{who}: soonest first");
            for mock in seen["upcoming_mocks"].as_array().unwrap() {
                assert!(mock["meet_link"].as_str().unwrap().starts_with("https://meet.google.com/"), "{mock}");
            }
            assert_eq!(ids(&seen["pending_requests"]), [waiting.as_str()], "{who}");
        }
        let seen = of(app, "mentor", &mentor).await;
        assert_eq!((&seen["mentees_count"], &seen["pending_requests_count"]), (&json!(2), &json!(1)));

        let body = feedback(&json!({ "id": mocks[0] }));
        let given = app.post("/api/mentor/feedback", &mentor, body).await.ok();
        let (of_mentor, of_mentee) = (of(app, "mentor", &mentor).await, of(app, "mentee", &mentee.token).await);
        for seen in [&of_mentor, &of_mentee] {
            assert_eq!((ids(&seen["upcoming_mocks"]), &seen["completed_mocks"]), (vec![mocks[1].as_str()], &json!(1)));
        }
        assert_eq!((&of_mentor["recent_feedbacks"], &of_mentor["feedbacks_given"]), (&json!([given]), &json!(1)));
        assert_eq!((&of_mentee["latest_feedback"], &of_mentee["average_score"]), (&given, &json!(4)));
        assert_eq!(of_mentor["average_score_given"], 4);
        app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": mentee.id, "mentor_id": "" })).await.ok();
        assert_eq!(of(app, "mentor", &mentor).await["mentees_count"], 1);
    })
    .await;
}

#[tokio::test]
async fn a_session_is_shown_while_it_lasts_and_not_after() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let (mentee, ..) = app.confirmed_session("lasting").await;
        let starts = app.get("/api/mentee/mocks", &mentee.token).await.ok()[0]["scheduled_at"].clone();
        let starts = domain::Instant::parse(starts.as_str().unwrap()).unwrap();
        let now = app::Clock::now(&*app.local.clock);
        app.local.clock.advance(starts.since(now) + SignedDuration::from_mins(59)).unwrap();
        let signed_in = async || {
            let answer = app.login_later(&mentee.email, crate::scenes::PASSWORD).await.ok();
            answer["access_token"].as_str().unwrap().to_owned()
        };
        let upcoming = async |token: &str| {
            let seen = app.get("/api/mentee/dashboard", token).await.ok();
            seen["upcoming_mocks"].as_array().unwrap().len()
        };
        let token = signed_in().await;
        assert_eq!(upcoming(&token).await, 1, "a minute before its end");
        app.local.clock.advance(SignedDuration::from_mins(1)).unwrap();
        assert_eq!(upcoming(&token).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_dashboard_is_a_handful_of_reads() {
    let options = Options { metered: true, background: false, ..Options::in_memory() };
    flow_with(options, async |app| {
        let (mentee, ..) = app.confirmed_session("metered").await;
        let free = app.free_mentee("metered-too").await;
        for (who, token, most) in [("mentor", app.mentor().await, 5), ("mentee", mentee.token, 5), ("mentee", free.token, 6)] {
            app.meter().take();
            app.get(&format!("/api/{who}/dashboard"), &token).await.ok();
            let requests = app.meter().take();
            assert_eq!(requests.len(), most, "{who}: {requests:?}");
        }
        app.meter().take();
        let admin = app.admin().await;
        app.meter().take();
        app.get("/api/admin/analytics", &admin).await.ok();
        assert!(app.meter().take().len() <= 6);
    })
    .await;
}
