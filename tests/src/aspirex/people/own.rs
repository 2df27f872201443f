use super::flow;
use serde_json::{Value, json};

#[tokio::test]
async fn notes_are_for_oneself_in_one_role() {
    flow(async |app| {
        let (student, other, mentor) = (app.student("stu").await, app.student("other").await, app.waiting_mentor("mia").await);
        let note = json!({ "title": "Ask", "content": "About ownership", "id": 1_700_000_000_000u64, "date": "today" });
        let made = app.ax_post("/student/notes/", &student.token, note.clone()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!((&made.body["title"], made.body["date"].as_str().unwrap().len()), (&json!("Ask"), 10));
        assert_eq!(app.ax_get("/student/notes/", &student.token).await.ok()[0]["id"], made.body["id"]);
        assert_eq!(app.ax_get("/student/notes/", &other.token).await.ok(), json!([]));
        for bad in [json!({ "title": "", "content": "x" }), json!({ "title": "x", "content": "  " }), json!({ "title": "x" })] {
            app.ax_post("/student/notes/", &student.token, bad).await.refused(400, "VALIDATION_FAILED");
        }
        app.ax_post("/mentor/notes/", &student.token, note.clone()).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        assert_eq!(app.ax_post("/mentor/notes/", &mentor.token, note).await.status, 201);

        let path = format!("/student/notes/{}/", made.body["id"].as_str().unwrap());
        app.ax_delete(&path, &other.token).await.refused(404, "NOT_FOUND");
        app.ax_delete("/student/notes/1700000000000/", &student.token).await.refused(404, "NOT_FOUND");
        assert_eq!(app.ax_delete(&path, &student.token).await.status, 204);
        app.ax_delete(&path, &student.token).await.refused(404, "NOT_FOUND");
        assert_eq!(app.ax_get("/student/notes/", &student.token).await.ok(), json!([]));
    })
    .await;
}

#[tokio::test]
async fn notices_come_of_events_and_are_read() {
    flow(async |app| {
        let mentor = app.approved_mentor("mia").await;
        app.drain().await;
        let notices = app.ax_get("/notifications/", &mentor.token).await;
        assert_eq!(notices.headers["x-unread-count"], "2");
        let notices = notices.ok();
        assert_eq!((&notices[0]["kind"], &notices[0]["notification_type"]), (&json!("mentor_verified"), &json!("success")));
        assert!(notices[0]["formal_id"].as_str().unwrap().starts_with("NTF-"));
        assert_eq!(notices[1]["kind"], "account_registered");
        let profile = app.ax_get("/mentor/profile/", &mentor.token).await.ok();
        assert_eq!(profile["messages"][0]["subject"], "You are approved as a mentor");

        let path = format!("/notifications/{}/read/", notices[0]["id"].as_str().unwrap());
        app.ax_post(&path, &app.student("stu").await.token, json!({})).await.refused(404, "NOT_FOUND");
        app.ax_post(&path, &mentor.token, json!({})).await.ok();
        assert_eq!(app.ax_get("/notifications/unread-count/", &mentor.token).await.ok()["unread_count"], 1);
        app.ax_post("/notifications/read-all/", &mentor.token, json!({})).await.ok();
        let read = app.ax_get("/notifications/", &mentor.token).await.ok();
        assert!(read.as_array().unwrap().iter().all(|notice| notice["is_read"] == Value::Bool(true)));
    })
    .await;
}

#[tokio::test]
async fn a_student_reads_what_he_was_told() {
    flow(async |app| {
        let student = app.student("stu").await;
        app.drain().await;
        let messages = app.ax_get("/student/messages/", &student.token).await.ok();
        assert_eq!((&messages[0]["subject"], &messages[0]["is_read"]), (&json!("Welcome to AspireX"), &json!(false)));
        assert!(messages[0]["sent_at"].is_string() && messages[0]["message"].is_string());
    })
    .await;
}

#[tokio::test]
async fn one_takes_along_what_is_kept_of_oneself() {
    flow(async |app| {
        let (student, mentor) = (app.student("stu").await, app.paid_mentor("mia", 80).await);
        let session = app.agreed(&student, &mentor, 2, "10:00").await;
        app.complete_now(&session).await;
        assert_eq!(app.withdraw(&mentor, 50).await.status, 201);
        let ids = json!({ "student_id": student.number, "mentor_id": mentor.number });
        let talk = app.ax_post("/chat/conversations/", &student.token, ids).await.body;
        let path = format!("/chat/conversations/{}/send/", talk["id"].as_str().unwrap());
        app.ax_post(&path, &student.token, json!({ "content": "Hello from the student" })).await;
        app.ax_post(&path, &mentor.token, json!({ "content": "Hello from the mentor" })).await;
        app.ax_post("/community/posts/", &student.token, json!({ "text": "A post" })).await;
        app.ax_put("/student/profile/", &student.token, json!({ "details": { "college": "IIT", "phone_number": "12345" } }))
            .await
            .ok();
        for (who, role) in [(&student, "student"), (&mentor, "mentor")] {
            app.ax_post(&format!("/{role}/notes/"), &who.token, json!({ "title": "Note", "content": role })).await;
        }
        app.drain().await;
        let own = app.ax_get("/auth/export/", &student.token).await.ok();
        assert_eq!((&own["account"]["student_id"], &own["account"]["products"]), (&json!(student.number), &json!(["aspirex"])));
        assert_eq!((&own["student_profile"]["details"]["phone_number"], &own["mentor_profile"]), (&json!("12345"), &Value::Null));
        assert_eq!((&own["sessions"][0]["meeting_id"], &own["payments"][0]["amount"]), (&json!(session), &json!(80.0)));
        assert_eq!((&own["notes"][0]["content"], &own["posts"][0]["text"]), (&json!("student"), &json!("A post")));
        assert_eq!(own["conversations"][0]["mentor"], mentor.number.as_str());
        assert_eq!((own["messages"].as_array().unwrap().len(), &own["withdrawals"]), (1, &json!([])));
        assert!(!own.to_string().contains("from the mentor") && !own.to_string().contains("password_hash"));

        let own = app.ax_get("/auth/export/", &mentor.token).await.ok();
        assert_eq!((&own["earnings"][0]["amount"], &own["withdrawals"][0]["amount"]), (&json!(80), &json!(50)));
        assert_eq!((&own["notes"][0]["content"], &own["mentor_profile"]["mentor_id"]), (&json!("mentor"), &json!(mentor.number)));
        assert_eq!(own["sessions"][0]["student_id"], student.number.as_str());
        assert!(!own["notices"].as_array().unwrap().is_empty());
    })
    .await;
}
