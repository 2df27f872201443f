use super::flow;
use jiff::SignedDuration;
use serde_json::{Value, json};

const PRIVATE: [&str; 8] = ["email", "phone_number", "phone", "dob", "date_of_birth", "age", "gender", "cv"];

fn shows_nothing_private(person: &Value) {
    for place in [person, &person["details"]] {
        for field in PRIVATE {
            let value = &place[field];
            assert!(value.is_null() || value == "", "{field}: {value}");
        }
    }
}

#[tokio::test]
async fn only_approved_mentors_are_listed_and_without_private_fields() {
    flow(async |app| {
        let waiting = app.waiting_mentor("wanda").await;
        let mentor = app.approved_mentor("mia").await;
        let details = json!({
            "phone_number": "12345", "dob": "1990-01-01", "age": 36, "gender": "female", "skills": ["Rust", "System Design"],
            "college": "Stanford", "professions": [{ "title": "Staff Engineer" }], "fees": 80,
        });
        let body = json!({ "name": "Mia Mentor", "details": details });
        app.ax_put("/mentor/profile/update/", &mentor.token, body).await.ok();
        app.ax_put("/mentor/profile/update/", &waiting.token, json!({ "details": { "skills": ["Rust"] } })).await.ok();

        let numbers = |list: &Value| {
            let list = list.as_array().unwrap();
            list.iter().map(|mentor| mentor["mentor_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let all = app.ax_public("/mentor/public/").await.ok();
        assert_eq!(numbers(&all), std::slice::from_ref(&mentor.number));
        shows_nothing_private(&all[0]);
        for search in ["mia", "rust", "sys", "stanford", "staff eng", "Mia%20RUST"] {
            let found = app.ax_public(&format!("/mentor/public/?search={search}")).await.ok();
            assert_eq!(numbers(&found), std::slice::from_ref(&mentor.number), "{search}");
        }
        for search in ["wanda", "python", "12345", "example.com"] {
            assert_eq!(app.ax_public(&format!("/mentor/public/?search={search}")).await.ok(), json!([]), "{search}");
        }
        let student = app.student("stu").await;
        let found = app.ax_get("/student/mentors/?expertise=system%20design", &student.token).await.ok();
        assert_eq!(numbers(&found), std::slice::from_ref(&mentor.number));

        for name in [&mentor.number, &mentor.id, &mentor.number.to_lowercase()] {
            shows_nothing_private(&app.ax_public(&format!("/mentor/public/{name}/")).await.ok());
            app.ax_get(&format!("/student/mentors/{name}/"), &student.token).await.ok();
        }
        for name in [&waiting.number, &waiting.id, &student.id, "M000099", "M1", "S000001"] {
            app.ax_public(&format!("/mentor/public/{name}/")).await.refused(404, "NOT_FOUND");
        }

        // Taking the approval back, or shutting him out, hides him at once.
        app.approve_mentor(&mentor, false).await;
        assert_eq!(app.ax_public("/mentor/public/").await.ok(), json!([]));
        app.approve_mentor(&mentor, true).await;
        assert_eq!(numbers(&app.ax_public("/mentor/public/?search=mia").await.ok()).len(), 1);
        let path = format!("/admin/users/{}/", mentor.id);
        app.ax_patch(&path, &app.aspirex_admin().await, json!({ "is_active": false })).await.ok();
        assert_eq!(app.ax_public("/mentor/public/").await.ok(), json!([]));
        app.ax_get("/mentor/profile/", &mentor.token).await.refused(401, "INVALID_TOKEN");
    })
    .await;
}

#[tokio::test]
async fn students_are_shown_to_members_alone() {
    flow(async |app| {
        let (alex, maya) = (app.student("alex").await, app.student("maya").await);
        let details =
            json!({ "details": { "phone_number": "12345", "dob": "2004-01-01", "gender": "female", "college": "IIT" } });
        app.ax_put("/student/profile/update/", &maya.token, details).await.ok();
        app.ax_public("/student/public/").await.refused(401, "NOT_AUTHENTICATED");
        app.ax_public(&format!("/student/public/{}/", maya.number)).await.refused(401, "NOT_AUTHENTICATED");
        let all = app.ax_get("/student/public/", &alex.token).await.ok();
        assert_eq!(all.as_array().unwrap().len(), 2);
        all.as_array().unwrap().iter().for_each(shows_nothing_private);
        for search in ["maya", "s000002", "MAY"] {
            let found = app.ax_get(&format!("/student/public/?search={search}"), &alex.token).await.ok();
            assert_eq!((found.as_array().unwrap().len(), &found[0]["student_id"]), (1, &json!(maya.number)), "{search}");
        }
        let seen = app.ax_get(&format!("/student/public/{}/", maya.number), &alex.token).await.ok();
        assert_eq!(seen["details"]["college"], "IIT");
        shows_nothing_private(&seen);
    })
    .await;
}

#[tokio::test]
async fn a_mentor_is_online_for_five_minutes() {
    flow(async |app| {
        let mentor = app.approved_mentor("mia").await;
        let path = format!("/mentor/public/{}/", mentor.number);
        assert_eq!(app.ax_public(&path).await.ok()["is_online"], false);
        assert_eq!(app.ax_post("/mentor/online-status/", &mentor.token, json!({})).await.ok()["is_online"], true);
        assert_eq!(app.ax_public(&path).await.ok()["is_online"], true);
        app.local.clock.advance(SignedDuration::from_secs(299)).unwrap();
        assert_eq!(app.ax_public(&path).await.ok()["is_online"], true);
        app.local.clock.advance(SignedDuration::from_secs(1)).unwrap();
        assert_eq!(app.ax_public(&path).await.ok()["is_online"], false);
        app.ax_post("/mentor/online-status/", &mentor.token, json!({})).await.ok();
        let gone = app.ax_post("/mentor/online-status/", &mentor.token, json!({ "set_offline": true })).await.ok();
        assert_eq!(gone["is_online"], false);
        assert_eq!(app.ax_public(&path).await.ok()["is_online"], false);
    })
    .await;
}

#[tokio::test]
async fn admins_see_and_change_members() {
    flow(async |app| {
        let (student, mentor) = (app.student("stu").await, app.waiting_mentor("mia").await);
        let admin = app.aspirex_admin().await;
        assert_eq!(app.ax_get("/admin/users/", &admin).await.ok().as_array().unwrap().len(), 3);
        let students = app.ax_get("/admin/users/?type=student", &admin).await.ok();
        assert_eq!((students.as_array().unwrap().len(), &students[0]["student_id"]), (1, &json!(student.number)));
        app.ax_get("/admin/users/?type=owner", &admin).await.refused(400, "VALIDATION_FAILED");
        app.ax_get("/admin/users/", &mentor.token).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        app.ax_patch("/admin/users/S000099/", &admin, json!({ "is_active": false })).await.refused(404, "NOT_FOUND");
        app.ax_patch(&format!("/admin/users/{}/", student.number), &admin, json!({ "is_approved": true }))
            .await
            .refused(404, "NOT_FOUND");
        app.ax_patch(&format!("/admin/users/{}/", student.number), &admin, json!({})).await.refused(400, "VALIDATION_FAILED");
        let path = format!("/admin/users/{}/", student.number);
        assert_eq!(app.ax_patch(&path, &admin, json!({ "is_active": false })).await.ok()["is_active"], false);
        app.ax_get("/student/profile/", &student.token).await.refused(401, "INVALID_TOKEN");
        assert_eq!(app.ax_patch(&path, &admin, json!({ "is_active": true })).await.ok()["is_active"], true);
    })
    .await;
}

#[tokio::test]
async fn mentors_come_in_pages() {
    flow(async |app| {
        let mut all = Vec::new();
        for name in ["ann", "ben", "cid"] {
            let mentor = app.approved_mentor(name).await;
            let details = json!({ "details": { "skills": ["Rust"] } });
            app.ax_put("/mentor/profile/", &mentor.token, details).await.ok();
            all.push(mentor.number);
        }
        let student = app.student("stu").await;
        for query in ["", "&search=rust", "&search=person", "&expertise=rust"] {
            for path in ["/mentor/public/", "/student/mentors/"] {
                let (mut found, mut cursor) = (Vec::new(), String::new());
                loop {
                    let page = app.ax_get(&format!("{path}?limit=1{query}{cursor}"), &student.token).await;
                    let next = page.headers.get("x-next-cursor").map(|next| next.to_str().unwrap().to_owned());
                    let page = page.ok();
                    assert!(page.as_array().unwrap().len() <= 1);
                    found.extend(page[0]["mentor_id"].as_str().map(str::to_owned));
                    let Some(next) = next else { break };
                    cursor = format!("&cursor={next}");
                }
                assert_eq!(found, all, "{path}{query}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_is_both_stands_in_both_lists_and_stays_so() {
    flow(async |app| {
        let both = app.student("both").await;
        app.local.clock.advance(SignedDuration::from_secs(10)).unwrap();
        let again = json!({ "name": "Both", "email": both.email, "password": crate::scenes::PASSWORD, "accepted_terms": true });
        assert_eq!(app.ax_say("/auth/mentor/register/", again).await.status, 201);
        let admin = app.aspirex_admin().await;
        let listed = async || {
            let seen = app.ax_get("/student/public/", &both.token).await.ok();
            assert_eq!((seen.as_array().unwrap().len(), &seen[0]["student_id"]), (1, &json!(both.number)));
            for kind in ["student", "mentor"] {
                let users = app.ax_get(&format!("/admin/users/?type={kind}"), &admin).await.ok();
                let roles = &users[0]["roles"];
                assert_eq!((users.as_array().unwrap().len(), roles), (1, &json!(["mentor", "student"])), "{kind}");
            }
        };
        listed().await;
        let path = format!("/admin/users/{}/admin/", both.id);
        assert_eq!(app.ax_put(&path, &admin, json!({ "admin": true })).await.ok()["roles"], json!(["admin"]));
        assert_eq!(app.ax_put(&path, &admin, json!({ "admin": false })).await.ok()["roles"], json!(["mentor", "student"]));
        listed().await;
        app.drain().await;
        let stats = app.ax_public("/platform-stats/").await.ok();
        assert_eq!(stats["total_students"], 1);
    })
    .await;
}
