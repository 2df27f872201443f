use super::flow;
use reqwest::Method;
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";
const PDF: &[u8] = b"%PDF-1.4\n%%EOF\n";

#[tokio::test]
async fn a_student_says_who_he_is_in_both_spellings() {
    flow(async |app| {
        let student = app.student("stu").await;
        let blank = app.ax_get("/student/profile/", &student.token).await.ok();
        assert_eq!((&blank["details"]["cv"], &blank["details"]["skills"]), (&json!(""), &json!([])));
        assert!(blank["messages"].is_array());
        let body = json!({ "name": "Stuart Dent", "details": {
            "dob": "2004-02-29", "age": "21", "gender": "male", "phone_number": 9876543210u64, "college": "IIT", "cgpa": 8.75,
            "batch": 2026, "professions": [{ "title": "Student" }], "skills": [{ "name": "Rust" }, { "name": "rust" }],
            "about": "I learn.", "linkedin_url": "", "github_url": "https://github.com/stu",
        } });
        let after = app.ax_put("/student/profile/update/", &student.token, body).await.ok();
        let details = &after["details"];
        assert_eq!(
            (&after["name"], &details["first_name"], &details["last_name"]),
            (&json!("Stuart Dent"), &json!("Stuart"), &json!("Dent"))
        );
        assert_eq!((&details["cgpa"], &details["batch"], &details["age"]), (&json!(8.75), &json!(2026), &json!(21)));
        assert_eq!((&details["phone_number"], &details["dob"]), (&json!("9876543210"), &json!("2004-02-29")));
        assert_eq!(details["skills"], json!([{ "name": "Rust" }]));
        // The documents' spelling, flat; what is not given stays.
        let flat = json!({ "degree": "BTech", "skills": "Rust, SQL", "date_of_birth": null, "bio": "I learn more." });
        let after = app.ax_post("/student/detail/", &student.token, flat).await.ok();
        let details = &after["details"];
        assert_eq!((&details["degree"], &details["college"]), (&json!("BTech"), &json!("IIT")));
        assert_eq!((&details["expertise"], &details["dob"]), (&json!("Rust, SQL"), &Value::Null));
        assert_eq!(app.ax_get("/student/profile/", &student.token).await.ok()["details"]["bio"], "I learn more.");
        assert_eq!(app.aspirex_member(&student.id).await.account.name.as_str(), "Stuart Dent");
    })
    .await;
}

#[tokio::test]
async fn a_profile_takes_no_nonsense_and_nothing_that_the_platform_says() {
    flow(async |app| {
        let mentor = app.waiting_mentor("mia").await;
        for (field, value) in [
            ("dob", json!("2999-01-01")),
            ("dob", json!("yesterday")),
            ("age", json!(-1)),
            ("age", json!([])),
            ("cgpa", json!("8.755")),
            ("batch", json!(12)),
            ("fees", json!(-5)),
            ("fees", json!("1e9")),
            ("linkedin_url", json!("javascript:alert(1)")),
            ("skills", json!(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"])),
            ("services", json!([{ "title": "" }])),
            ("services", json!(["no object"])),
            ("availability_day_wise", json!({ "monday": { "slots": [{ "time": "25:00" }] } })),
            ("availability_day_wise", json!({ "someday": {} })),
            ("about", json!("x".repeat(4001))),
        ] {
            let body = json!({ "details": { field: value } });
            app.ax_put("/mentor/profile/update/", &mentor.token, body).await.refused(400, "VALIDATION_FAILED");
        }
        let echoed = json!({
            "is_staff": true, "is_superuser": true, "email": "other@example.com", "mentor_id": "M000099",
            "details": { "is_approved": true, "total_sessions": 99, "average_rating": 5.0, "cv": "https://example.com/cv.pdf" },
        });
        let after = app.ax_put("/mentor/profile/update/", &mentor.token, echoed).await.ok();
        let details = &after["details"];
        assert_eq!((&details["is_approved"], &details["total_sessions"], &details["cv"]), (&json!(false), &json!(0), &json!("")));
        assert_eq!((&after["mentor_id"], &after["email"]), (&json!(mentor.number), &json!(mentor.email)));
    })
    .await;
}

#[tokio::test]
async fn a_mentor_offers_hours_and_services() {
    flow(async |app| {
        let mentor = app.approved_mentor("mia").await;
        let body = json!({ "details": {
            "fees": "80.50", "years_of_experience": 8, "languages": ["English", "Hindi"], "key_achievements": ["Spoke, twice"],
            "services": [{ "id": 7, "title": "Review", "duration": 60, "price": 80, "features": ["Notes"], "sessionCount": 99 }],
            "availability_day_wise": { "monday": { "slots": [{ "time": "9:00 AM", "available": true }, { "start_time": "14:30" }] } },
        } });
        let details = app.ax_put("/mentor/profile/update/", &mentor.token, body).await.ok()["details"].clone();
        assert_eq!((&details["fees"], &details["services"][0]["price"]), (&json!("80.50"), &json!(80.0)));
        assert_eq!(details["availability_day_wise"]["monday"]["slots"][1]["time"], "2:30 PM");
        assert_eq!(details["services"][0]["features"], json!(["Notes"]));
        let public = app.ax_public(&format!("/mentor/public/{}/", mentor.number)).await.ok();
        assert_eq!(public["details"]["services"], details["services"]);
    })
    .await;
}

#[tokio::test]
async fn files_are_what_they_contain_and_go_when_they_are_replaced() {
    flow(async |app| {
        let student = app.student("stu").await;
        let put = async |field: &str, content: &[u8]| {
            let form = crate::calls::form(&[(field, Some("file.png"), content)]);
            let request =
                app.http.put(format!("{}/aspirex/api/student/profile/file/", app.local.url)).bearer_auth(&student.token);
            let request = request.header("content-type", "multipart/form-data; boundary=----a-boundary").body(form);
            crate::calls::read(request).await
        };
        put("cv", PNG).await.refused(400, "VALIDATION_FAILED");
        put("profile_photo", PDF).await.refused(400, "VALIDATION_FAILED");
        put("other", PNG).await.refused(400, "VALIDATION_FAILED");
        let photo = put("profile_photo", PNG).await.ok()["profile_photo_url"].as_str().unwrap().to_owned();
        assert_eq!(app.http.get(&photo).send().await.unwrap().bytes().await.unwrap(), PNG);
        let cv = put("cv", PDF).await.ok()["cv_url"].as_str().unwrap().to_owned();
        assert_eq!(app.http.get(&cv).send().await.unwrap().status(), 200);
        let own = app.ax_get("/student/profile/", &student.token).await.ok();
        assert!(!own["details"]["cv"].as_str().unwrap().is_empty() && !own["profile_photo"].as_str().unwrap().is_empty());
        let seen = app.ax_get(&format!("/student/public/{}/", student.number), &student.token).await.ok();
        assert_eq!(seen["details"]["cv"], "", "others see no curriculum");

        put("cv", PDF).await.ok();
        app.local.pump.drain().await;
        app.local.pump.run_due().await;
        assert_eq!(app.http.get(&cv).send().await.unwrap().status(), 404, "the one before is gone");
        let answer = app.aspirex(Method::DELETE, "/student/profile/file/?type=cv", Some(&student.token), None).await;
        assert_eq!((answer.status, &answer.body), (204, &Value::Null));
        assert_eq!(app.ax_get("/student/profile/", &student.token).await.ok()["details"]["cv"], "");
        app.aspirex(Method::DELETE, "/student/profile/file/?type=all", Some(&student.token), None)
            .await
            .refused(400, "VALIDATION_FAILED");
    })
    .await;
}

#[tokio::test]
async fn a_profile_shows_sessions_and_what_students_wrote() {
    flow(async |app| {
        let (mentor, student) = (app.paid_mentor("mia", 80).await, app.student("maya").await);
        let meeting = app.agreed(&student, &mentor, 2, "10:00").await;
        let own = app.ax_get("/student/profile/", &student.token).await.ok();
        assert_eq!(
            (&own["meetings"][0]["meeting_id"], &own["meetings"][0]["mentor_id"]),
            (&json!(meeting), &json!(mentor.number))
        );
        let own = app.ax_get("/mentor/profile/", &mentor.token).await.ok();
        assert_eq!(own["meetings"][0]["student"], format!("{} - Person maya", student.number));
        assert_eq!(own["details"]["total_students"], 1);

        let key = app.own_key("/mentor/sessions/", &mentor, &meeting).await;
        let other = app.own_key("/student/sessions/", &student, &meeting).await;
        let starts = own["meetings"][0]["scheduled_time"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        let now = app::Clock::now(&*app.local.clock).timestamp();
        app.local.clock.advance(starts.duration_since(now)).unwrap();
        app.attend(&student, "student", &meeting, &key).await.ok();
        app.attend(&mentor, "mentor", &meeting, &other).await.ok();
        app.later(2);
        let words = json!({ "meeting_id": meeting, "mentor_id": mentor.number, "rating": 5, "feedback_text": "Very clear" });
        assert_eq!(app.ax_post("/student/feedback/", &student.token, words).await.status, 201);
        let public = app.ax_public(&format!("/mentor/public/{}/", mentor.number)).await.ok();
        let review = &public["reviews"][0];
        assert_eq!(
            (&review["name"], &review["comment"], &review["rating"]),
            (&json!("Person m."), &json!("Very clear"), &json!(5))
        );
        assert_eq!((&public["feedback_count"], &public["details"]["average_rating"]), (&json!(1), &json!(5.0)));
    })
    .await;
}

/// What the client reads it sends back whole, with one field changed.
#[tokio::test]
async fn what_was_read_may_be_sent_back() {
    flow(async |app| {
        let (student, mentor) = (app.student("stu").await, app.approved_mentor("mia").await);
        for (who, role) in [(&student, "student"), (&mentor, "mentor")] {
            let path = format!("/{role}/profile/");
            let full = json!({ "details": {
                "dob": "2001-02-03", "age": 24, "phone_number": "12345", "cgpa": 8.75, "batch": 2026, "year_of_study": 3,
                "professions": ["Student", "Speaker"], "skills": ["Rust", "SQL"], "languages": ["English"], "about": "I learn.",
                "fees": "80.50", "services": [{ "title": "Review", "duration": "60", "price": 80.5, "features": ["Notes"] }],
                "availability_day_wise": { "monday": { "slots": [{ "time": "9:00 AM" }] } }, "key_achievements": ["Spoke, twice"],
            } });
            app.ax_put(&path, &who.token, full).await.ok();
            let mut read = app.ax_get(&path, &who.token).await.ok();
            read["details"]["college"] = "IIT".into();
            let after = app.ax_put(&path, &who.token, read.clone()).await.ok();
            assert_eq!(after["details"], read["details"], "{role}");
            // Flat, as the other page sends it.
            let flat = app.ax_post(&format!("/{role}/detail/"), &who.token, read["details"].clone()).await.ok();
            assert_eq!(flat["details"], read["details"], "{role}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_name_changes_with_the_rest_or_not_at_all() {
    flow(async |app| {
        for (who, role) in [(app.student("stu").await, "student"), (app.approved_mentor("mia").await, "mentor")] {
            let path = format!("/{role}/profile/");
            let before = app.ax_get(&path, &who.token).await.ok();
            let wrong = json!({ "name": "Other Name", "details": { "dob": "2999-01-01" } });
            app.ax_put(&path, &who.token, wrong).await.refused(400, "VALIDATION_FAILED");
            assert_eq!(app.ax_get(&path, &who.token).await.ok()["name"], before["name"], "{role}");
        }
    })
    .await;
}

#[tokio::test]
async fn one_sees_oneself_online_as_others_do() {
    flow(async |app| {
        let mentor = app.approved_mentor("mia").await;
        let own = async || {
            let profile = app.ax_get("/mentor/profile/", &mentor.token).await.ok();
            assert_eq!(profile["is_online"], profile["details"]["is_online"]);
            profile["is_online"].as_bool().unwrap()
        };
        assert!(!own().await);
        app.ax_post("/mentor/online-status/", &mentor.token, json!({})).await.ok();
        assert!(own().await);
        app.ax_post("/mentor/online-status/", &mentor.token, json!({ "set_offline": true })).await.ok();
        assert!(!own().await);
    })
    .await;
}
