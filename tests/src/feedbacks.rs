//! Feedback after it was given.

use crate::{
    harness::{App, flow},
    input::{NOTHING, quiet_flow, unchanged},
    scenes::{PASSWORD, feedback},
};
use futures::future::join_all;
use serde_json::{Value, json};

/// A mock with its feedback: the mock, the mentee's token.
async fn given(app: &App, name: &str) -> (Value, String) {
    let (mentee, ..) = app.confirmed_session(name).await;
    let mock = app.get("/api/mentee/mocks", &mentee.token).await.ok()[0].clone();
    app.post("/api/mentor/feedback", &app.mentor().await, feedback(&mock)).await.ok();
    (mock, mentee.token)
}

fn other_words(overall: i64) -> Value {
    json!({
        "problem_solving": 1, "communication": 2, "technical_depth": 3, "code_quality": 4, "overall": overall,
        "strengths": "On reflection", "improvements": "Many", "hireability": "No Hire", "action_items": "Begin anew",
    })
}

#[tokio::test]
async fn a_mentor_writes_his_feedback_anew_on_either_path() {
    flow(async |app| {
        let mentor = app.mentor().await;
        let (mock, mentee) = given(app, "judged").await;
        let id = mock["id"].as_str().unwrap();
        let before = app.get(&format!("/api/feedbacks/{id}"), &mentee).await.ok();
        assert_eq!((&before["revision"], &before["updated_at"]), (&json!(0), &Value::Null));
        let mails = async || app.local.inbox.mails(Some("judged@example.com"), None).len();
        app.drain().await;
        let mailed = mails().await;

        for (revision, path) in [(1, "/api/mentor/feedback"), (2, "/api/feedbacks")] {
            let body = other_words(revision);
            let after = app.put(&format!("{path}/{id}"), &mentor, body.clone()).await.ok();
            for (name, value) in body.as_object().unwrap() {
                assert_eq!(&after[name], value, "{name}");
            }
            for name in ["id", "mock_id", "mentor_id", "mentee_id", "company_name", "created_at"] {
                assert_eq!(after[name], before[name], "{name}");
            }
            assert_eq!((&after["revision"], after["updated_at"].is_string()), (&json!(revision), true));
            assert_eq!(app.get(&format!("/api/feedbacks/{id}"), &mentee).await.ok(), after);
            for (list, token) in
                [("mentee/feedbacks", &mentee), ("mentor/feedbacks", &mentor), ("admin/feedbacks", &app.admin().await)]
            {
                assert_eq!(app.get(&format!("/api/{list}"), token).await.ok(), json!([after]), "{list}");
            }
        }
        app.drain().await;
        assert_eq!((app.published("FeedbackUpdated"), mails().await), (2, mailed), "told, and nobody is mailed again");
    })
    .await;
}

#[tokio::test]
async fn nobody_else_writes_it_nor_learns_of_it() {
    quiet_flow(async |app| {
        let (admin, mentor) = (app.admin().await, app.mentor().await);
        let (mock, mentee) = given(app, "guarded").await;
        let id = mock["id"].as_str().unwrap();
        let stranger = json!({ "name": "Other Mentor", "email": "other@example.com", "password": PASSWORD });
        app.post("/api/admin/mentors", &admin, stranger).await.ok();
        let stranger = app.login("other@example.com", PASSWORD).await.ok()["access_token"].as_str().unwrap().to_owned();
        let (person, ..) = app.confirmed_session_on("unjudged", 22).await;
        let unjudged = app.get("/api/mentee/mocks", &person.token).await.ok()[0]["id"].as_str().unwrap().to_owned();
        unchanged(app, async || {
            for path in ["/api/mentor/feedback", "/api/feedbacks"] {
                let put = async |id: &str, token: &str, body: Value| app.put(&format!("{path}/{id}"), token, body).await;
                put(id, &stranger, other_words(1)).await.refused(404, "NOT_FOUND");
                for token in [&mentee, &admin] {
                    put(id, token, other_words(1)).await.refused(403, "INSUFFICIENT_PERMISSIONS");
                }
                put(NOTHING, &mentor, other_words(1)).await.refused(404, "NOT_FOUND");
                put(&unjudged, &mentor, other_words(1)).await.refused(404, "NOT_FOUND");
                put(id, &mentor, other_words(6)).await.refused(422, "VALIDATION_FAILED");
            }
            app.get(&format!("/api/feedbacks/{id}"), &stranger).await.refused(404, "NOT_FOUND");
        })
        .await;
        let mentors = app.get("/api/admin/mentors", &admin).await.ok();
        let john = mentors.as_array().unwrap().iter().find(|one| one["email"] == "mentor@codementee.com").unwrap();
        let path = format!("/api/admin/mentors/{}/status", john["id"].as_str().unwrap());
        app.put(&path, &admin, json!({ "status": "Paused" })).await.ok();
        app.put(&format!("/api/feedbacks/{id}"), &mentor, other_words(1)).await.refused(403, "ACCOUNT_PAUSED");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn feedback_written_anew_by_many_hands_at_once_counts_each() {
    flow(async |app| {
        let mentor = &app.mentor().await;
        let (mock, mentee) = given(app, "rewritten").await;
        let path = &format!("/api/feedbacks/{}", mock["id"].as_str().unwrap());
        let answers = join_all((0..6).map(|overall| app.put(path, mentor, other_words(overall)))).await;
        // Each is carried out over what it read, or told to come again.
        let done: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert!(!done.is_empty() && answers.iter().all(|answer| matches!(answer.status, 200 | 503)));
        let kept = app.get(path, &mentee).await.ok();
        assert_eq!(kept["revision"], done.len());
        app.drain().await;
        let analytics = app.get("/api/admin/analytics", &app.admin().await).await.ok();
        assert_eq!(analytics["average_feedback_score"], kept["overall"], "the only one, as it stands");
    })
    .await;
}

#[tokio::test]
async fn each_role_lists_its_own_mocks_and_feedback_under_every_spelling() {
    flow(async |app| {
        let (admin, mentor) = (app.admin().await, app.mentor().await);
        let (mock, mentee) = given(app, "listed").await;
        let stranger = app.paid_mentee("stranger", "growth").await.token;
        for (own, token) in [("admin", &admin), ("mentor", &mentor), ("mentee", &mentee)] {
            let mocks = app.get("/api/mocks", token).await.ok();
            assert_eq!((mocks.as_array().unwrap().len(), &mocks[0]["id"]), (1, &mock["id"]), "{own}");
            assert_eq!(mocks[0]["status"], "completed", "{own}");
            assert_eq!(app.get(&format!("/api/{own}/mocks"), token).await.ok(), mocks, "{own}");
            let feedbacks = app.get("/api/feedbacks", token).await.ok();
            assert_eq!((feedbacks.as_array().unwrap().len(), &feedbacks[0]["mock_id"]), (1, &mock["id"]), "{own}");
            assert_eq!(app.get(&format!("/api/{own}/feedbacks"), token).await.ok(), feedbacks, "{own}");
        }
        for path in ["/api/mocks", "/api/feedbacks", "/api/mentee/mocks", "/api/mentee/feedbacks"] {
            assert_eq!(app.get(path, &stranger).await.ok(), json!([]), "{path}");
        }
        let one = format!("/api/feedbacks/{}", mock["id"].as_str().unwrap());
        app.get(&one, &stranger).await.refused(404, "NOT_FOUND");
    })
    .await;
}
