use super::{ADMIN, MENTEE, V1};
use crate::harness::flow;
use jiff::SignedDuration;
use serde_json::json;

#[tokio::test]
async fn a_mailed_code_signs_in_and_nothing_else_does() {
    flow(async |app| {
        // Whoever is unknown is answered the same, and nothing is mailed.
        let (known, unknown) = (app.ask_for_code(MENTEE).await, app.ask_for_code("nobody@example.com").await);
        assert_eq!((known.status, &known.body), (202, &unknown.body));
        assert_eq!(known.body["code"], "EMAIL_CODE_SENT");
        assert!(app.mailed_code("nobody@example.com").is_none());
        let code = app.mailed_code(MENTEE).unwrap();
        let wrong = app.enter_code(MENTEE, "000000").await.refused(400, "INVALID_CODE");
        let never = app.enter_code("nobody@example.com", &code).await.refused(400, "INVALID_CODE");
        assert_eq!((&wrong["detail"], &wrong["error"]), (&never["detail"], &never["detail"]));
        let answer = app.enter_code(MENTEE, &code).await.ok();
        assert_eq!(answer["user"]["role"], "mentee");
        assert!(answer["user"]["id"].is_u64() && answer["user"]["is_mentee"] == true && answer["user"]["is_mentor"] == false);
        assert_eq!((&answer["user"]["first_name"], &answer["user"]["last_name"]), (&json!("Ama"), &json!("Mentee")));
        app.enter_code(MENTEE, &code).await.refused(400, "INVALID_CODE");
    })
    .await;
}

#[tokio::test]
async fn a_code_has_five_tries_and_ten_minutes() {
    flow(async |app| {
        app.ask_for_code(MENTEE).await;
        let code = app.mailed_code(MENTEE).unwrap();
        let wrong = if code == "111111" { "222222" } else { "111111" };
        for _ in 0..5 {
            app.enter_code(MENTEE, wrong).await.refused(400, "INVALID_CODE");
        }
        app.enter_code(MENTEE, &code).await.refused(400, "INVALID_CODE");
        app.ask_for_code(MENTEE).await;
        let late = app.mailed_code(MENTEE).unwrap();
        app.local.clock.advance(SignedDuration::from_mins(10)).unwrap();
        app.enter_code(MENTEE, &late).await.refused(400, "INVALID_CODE");
        app.enter_mansa(MENTEE).await;
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_that_is_used_twice_ends_its_family() {
    flow(async |app| {
        let person = app.enter_mansa(MENTEE).await;
        let refresh = async |token: &str| app.post_public("/mansa/api/users/token/refresh/", json!({ "refresh": token })).await;
        let second = refresh(&person.refresh).await.ok();
        let (access, next) = (second["access"].as_str().unwrap(), second["refresh"].as_str().unwrap());
        app.get("/mansa/api/users/me/", access).await.ok();
        refresh(&person.refresh).await.refused(401, "INVALID_TOKEN");
        app.get("/mansa/api/users/me/", access).await.refused(401, "INVALID_TOKEN");
        refresh(next).await.refused(401, "INVALID_TOKEN");
        // One is not the other.
        let person = app.enter_mansa(MENTEE).await;
        refresh(&person.token).await.refused(401, "INVALID_TOKEN");
        app.get("/mansa/api/users/me/", &person.refresh).await.refused(401, "INVALID_TOKEN");
        // Access ends after a day, the family after seven.
        app.local.clock.advance(SignedDuration::from_hours(25)).unwrap();
        app.get("/mansa/api/users/me/", &person.token).await.refused(401, "TOKEN_EXPIRED");
        let renewed = refresh(&person.refresh).await.ok();
        app.local.clock.advance(SignedDuration::from_hours(24 * 7)).unwrap();
        refresh(renewed["refresh"].as_str().unwrap()).await.refused(401, "TOKEN_EXPIRED");
        let person = app.enter_mansa(MENTEE).await;
        app.post("/mansa/api/users/logout/", &person.token, json!({})).await.ok();
        refresh(&person.refresh).await.refused(401, "INVALID_TOKEN");
    })
    .await;
}

#[tokio::test]
async fn roles_are_the_directory_s_at_each_sign_in() {
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let kinds = [("both", "mentor_mentee"), ("student", "mentee"), ("other", "mentee"), ("sarah.johnson", "mentor")];
        let mut numbers = std::collections::BTreeSet::new();
        for (name, role) in kinds {
            let person = app.enter_mansa(&format!("{name}@example.com")).await;
            assert_eq!(person.user["role"], role, "{name}");
            assert!(numbers.insert(person.user["id"].as_u64().unwrap()), "each has a number of his own");
        }
        let nobody = app.insider(&admin, "plain", "").await;
        assert_eq!((&nobody.user["role"], &nobody.user["is_mentee"]), (&json!("user"), &json!(false)));
        app.get(&format!("{V1}/bookings/"), &nobody.token).await.ok();
        app.get(&format!("{V1}/availability/me/"), &nobody.token).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        // What an admin changes counts at the next sign-in, with a profile that waits.
        let changed = app.insider(&admin, "plain", "mentor").await;
        assert_eq!((&changed.user["role"], &changed.user["id"]), (&json!("mentor"), &nobody.user["id"]));
        let profile = app.get(&format!("{V1}/mentors/me/"), &changed.token).await.ok();
        assert_eq!((&profile["is_approved"], &profile["user"]["name"]), (&json!(false), &json!("Person plain")));
        app.get_public(&format!("{V1}/mentors/{}/", changed.id)).await.refused(404, "NOT_FOUND");
        app.post(&format!("{V1}/admin/mentors/{}/approve/", changed.id), &admin, json!({})).await.ok();
        app.get_public(&format!("{V1}/mentors/{}/", changed.id)).await.ok();
        // And what he no longer is, he is no longer shown as.
        let changed = app.insider(&admin, "plain", "student").await;
        assert_eq!(changed.user["role"], "mentee");
        app.get_public(&format!("{V1}/mentors/{}/", changed.id)).await.refused(404, "NOT_FOUND");
    })
    .await;
}

#[tokio::test]
async fn signing_up_makes_no_mentor_that_is_seen_and_changes_nobody() {
    flow(async |app| {
        let body = |email: &str, kind: &str| {
            json!({ "email": email, "name": "New Person", "phone": "+1 555", "gender": "female", "membershiptype": kind })
        };
        let sign_up = async |email: &str, kind: &str| app.post_public("/mansa/api/platform/members/", body(email, kind)).await;
        sign_up(MENTEE, "mentor").await.refused(400, "MEMBER_EXISTS");
        assert_eq!(sign_up("new@example.com", "admin").await.status, 400);
        assert_eq!(sign_up("new@example.com", "mentor").await.status, 201);
        let person = app.enter_mansa("new@example.com").await;
        assert_eq!((&person.user["role"], &person.user["approval_status"]), (&json!("mentor"), &json!("pending")));
        app.get_public(&format!("{V1}/mentors/{}/", person.id)).await.refused(404, "NOT_FOUND");
        let shown = app.get_public("/mansa/api/platform/members/?page=1").await.ok();
        assert!(shown["count"].as_u64().unwrap() >= 15 && !shown.to_string().contains('@'), "{shown}");
        app.get("/mansa/api/v1/members/", &person.token).await.refused(403, "INSUFFICIENT_PERMISSIONS");
    })
    .await;
}
