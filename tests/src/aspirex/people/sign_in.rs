use super::{flow, is};
use crate::scenes::PASSWORD;
use domain::account::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};

fn registration(email: &str) -> Value {
    json!({ "name": "Stu Dent", "email": email, "password": PASSWORD, "accepted_terms": true })
}

#[tokio::test]
async fn each_spelling_registers_and_signs_in() {
    flow(async |app| {
        let student = app.ax_say("/auth/student/register/", registration("stu@example.com")).await;
        assert_eq!(student.status, 201, "{}", student.body);
        assert_eq!(student.body["message"], "Student registered successfully");
        assert_eq!((&student.body["student_id"], &student.body["user_type"]), (&json!("S000001"), &json!("student")));
        assert_eq!(student.body["user"]["student_id"], "S000001");
        let token = student.body["token"].as_str().unwrap();
        assert_eq!(app.ax_get("/student/profile/", token).await.ok()["email"], "stu@example.com");

        let mentor = app.ax_say("/auth/mentor/register/", registration("mia@example.com")).await;
        assert_eq!((mentor.status, &mentor.body["mentor_id"]), (201, &json!("M000001")));
        assert_eq!(mentor.body["user"]["details"]["is_approved"], false);
        let mut body = registration("uma@example.com");
        body["role"] = "Mentor".into();
        let unified = app.ax_say("/auth/unified-register/", body).await;
        assert_eq!((unified.status, &unified.body["mentor_id"]), (201, &json!("M000002")));

        for login in [
            json!({ "user_id": "s000001", "password": PASSWORD, "role": "student" }),
            json!({ "user_id": "S000001", "password": PASSWORD, "role": "" }),
            json!({ "email": "STU@example.com", "password": PASSWORD }),
        ] {
            for path in ["/auth/unified-login/", "/auth/login"] {
                app.local.clock.advance(SignedDuration::from_secs(1)).unwrap();
                let body =
                    if login["role"] == "" { json!({ "user_id": "S000001", "password": PASSWORD }) } else { login.clone() };
                let answer = app.ax_say(path, body).await.ok();
                assert_eq!((&answer["user_type"], &answer["message"]), (&json!("student"), &json!("Login successful")));
            }
        }
        app.ax_post("/auth/logout/", token, json!({})).await.ok();
        app.ax_get("/student/profile/", token).await.refused(401, "INVALID_TOKEN");
    })
    .await;
}

#[tokio::test]
async fn a_failed_sign_in_says_no_more_than_that() {
    flow(async |app| {
        let student = app.student("stu").await;
        for body in [
            json!({ "user_id": student.number, "password": "wrong password", "role": "student" }),
            json!({ "user_id": student.number, "password": PASSWORD, "role": "mentor" }),
            json!({ "user_id": "S000999", "password": PASSWORD, "role": "student" }),
            json!({ "email": "nobody@example.com", "password": PASSWORD }),
        ] {
            app.local.clock.advance(SignedDuration::from_secs(1)).unwrap();
            let refused = app.ax_say("/auth/unified-login/", body).await.refused(400, "INVALID_CREDENTIALS");
            let sentence = "Unable to log in with provided credentials.";
            assert_eq!((&refused["detail"], &refused["non_field_errors"]), (&json!(sentence), &json!([sentence])));
        }
        app.ax_say("/auth/login/", json!({ "password": PASSWORD })).await.refused(400, "VALIDATION_FAILED");
    })
    .await;
}

#[tokio::test]
async fn tries_by_number_and_by_address_are_counted_together() {
    flow(async |app| {
        let student = app.student("stu").await;
        let tries = futures::future::join_all((0..8).map(async |turn| {
            let name = if turn % 2 == 0 { &student.number } else { &student.email };
            let body = json!({ "user_id": name, "password": "wrong password" });
            app.ax_say("/auth/unified-login/", body).await.status
        }));
        let limited = tries.await.into_iter().filter(|status| *status == 429).count();
        assert!(limited >= 3, "five at once, whatever the name");
    })
    .await;
}

#[tokio::test]
async fn registering_is_refused_without_terms_for_admins_and_for_taken_addresses() {
    flow(async |app| {
        let with = |field: &str, value: Value| {
            let mut body = registration("stu@example.com");
            body[field] = value;
            body
        };
        for (field, value) in [
            ("accepted_terms", json!(false)),
            ("password", json!("short")),
            ("password", json!("x".repeat(73))),
            ("name", json!(" J ")),
            ("email", json!("no address")),
            ("role", json!("owner")),
        ] {
            let refused = app.ax_say("/auth/unified-register/", with(field, value)).await.refused(400, "VALIDATION_FAILED");
            assert!(refused["errors"][field].is_array(), "{refused}");
        }
        let refused = app.ax_say("/auth/unified-register/", with("role", json!("admin"))).await;
        refused.refused(403, "ADMIN_REGISTRATION_CLOSED");
        assert_eq!(app.ax_say("/auth/unified-register/", registration("stu@example.com")).await.status, 201);
        let taken = app.ax_say("/auth/student/register/", registration("Stu@Example.com")).await;
        taken.refused(400, "EMAIL_TAKEN");
    })
    .await;
}

#[tokio::test]
async fn one_membership_has_both_roles() {
    flow(async |app| {
        let student = app.student("stu").await;
        let again =
            |password: &str| json!({ "name": "Stu", "email": student.email, "password": password, "accepted_terms": true });
        app.local.clock.advance(SignedDuration::from_secs(10)).unwrap();
        app.ax_say("/auth/mentor/register/", again("another password")).await.refused(400, "EMAIL_TAKEN");
        let mentor = app.ax_say("/auth/mentor/register/", again(PASSWORD)).await;
        assert_eq!(mentor.status, 201, "{}", mentor.body);
        assert_eq!(mentor.body["student_id"], student.number.as_str());
        assert_eq!((&mentor.body["mentor_id"], &mentor.body["user"]["id"]), (&json!("M000001"), &json!(student.id)));
        let member = app.aspirex_member(&student.id).await;
        assert!(is(&member, Role::Mentor) && is(&member, Role::Mentee) && !member.membership.can_mentor());
        app.ax_say("/auth/mentor/register/", again(PASSWORD)).await.refused(400, "EMAIL_TAKEN");

        // Without a word about it, a mentor first; his number says which.
        for (login, kind) in [
            (json!({ "email": student.email, "password": PASSWORD }), "mentor"),
            (json!({ "user_id": student.number, "password": PASSWORD }), "student"),
            (json!({ "user_id": "M000001", "password": PASSWORD, "role": "student" }), "student"),
        ] {
            app.local.clock.advance(SignedDuration::from_secs(2)).unwrap();
            assert_eq!(app.ax_say("/auth/unified-login/", login).await.ok()["user_type"], kind);
        }
        app.ax_get("/mentor/profile/", &student.token).await.ok();
        app.ax_get("/student/profile/", &student.token).await.ok();
    })
    .await;
}
