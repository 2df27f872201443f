use super::{ADMIN, MENTEE, MENTOR, V1};
use crate::harness::flow;
use serde_json::json;

#[tokio::test]
async fn whoever_has_no_role_applies_and_an_admin_decides() {
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let person = app.insider(&admin, "hopeful", "").await;
        app.get(&format!("{V1}/mentors/me/"), &person.token).await.refused(404, "NOT_FOUND");
        let body = json!({ "bio": "I have led teams for twenty years and like to pass it on.", "expertise": [{ "category": "Leadership & Management" }],
            "job_title": "Director", "years_of_experience": "20", "timezone": "Asia/Kathmandu" });
        let short = json!({ "bio": "short", "expertise": ["Rust"] });
        assert_eq!(app.post(&format!("{V1}/mentors/"), &person.token, short).await.status, 400);
        let made = app.post(&format!("{V1}/mentors/"), &person.token, body.clone()).await;
        assert_eq!((made.status, &made.body["is_approved"]), (201, &json!(false)), "{}", made.body);
        app.post(&format!("{V1}/mentors/create_profile/"), &person.token, body).await.refused(409, "PROFILE_EXISTS");
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some(ADMIN), Some("waits for approval")).len(), 1);
        app.post(&format!("{V1}/admin/mentors/{}/reject/", person.id), &person.token, json!({})).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        app.post(&format!("{V1}/admin/mentors/{}/reject/", person.id), &admin, json!({ "reason": "Say more" })).await.ok();
        // What is changed after that waits again.
        let changed = app.patch(&format!("{V1}/mentors/me/"), &person.token, json!({ "company": "Acme" })).await.ok();
        assert_eq!(changed["version"], 3);
        app.post(&format!("{V1}/admin/mentors/{}/approve/", person.id), &admin, json!({})).await.ok();
        let person = app.enter_mansa("hopeful@example.com").await;
        assert_eq!((&person.user["role"], &person.user["approval_status"]), (&json!("mentor"), &json!("approved")));
        app.get(&format!("{V1}/availability/me/"), &person.token).await.ok();
        let found = app.get_public(&format!("{V1}/mentors/?search=hop%20acm")).await.ok();
        assert_eq!(found["results"][0]["id"], json!(person.id));
    })
    .await;
}

#[tokio::test]
async fn a_profile_is_its_own_mentor_s_to_change_over_what_he_saw() {
    flow(async |app| {
        let mentor = app.enter_mansa(MENTOR).await;
        let path = format!("{V1}/mentors/{}/update_profile/", mentor.id);
        let changed = app.patch(&path, &mentor.token, json!({ "company": "Initech", "version": 1 })).await.ok();
        assert_eq!((&changed["company"], &changed["version"]), (&json!("Initech"), &json!(2)));
        app.patch(&path, &mentor.token, json!({ "company": "Globex", "version": 1 })).await.refused(409, "STALE_VERSION");
        let list = app.get_public(&format!("{V1}/mentors/?search=initech")).await.ok();
        assert_eq!((&list["count"], &list["results"][0]["email"]), (&json!(1), &json!("")), "addresses are nobody's");
        assert_eq!(app.get_public(&format!("{V1}/mentors/?search=google")).await.ok()["count"], 0);
        let other = app.enter_mansa("lisa.wang@example.com").await;
        app.patch(&path, &other.token, json!({ "company": "Mine" })).await.refused(403, "NOT_OWN_PROFILE");
        let mentee = app.enter_mansa(MENTEE).await;
        app.patch(&path, &mentee.token, json!({ "company": "Mine" })).await.refused(403, "NOT_OWN_PROFILE");
        // Favourites are remembered.
        app.post(&format!("{V1}/favorites/"), &mentee.token, json!({ "mentor_id": mentor.id })).await.ok();
        assert_eq!(app.get(&format!("{V1}/favorites/"), &mentee.token).await.ok(), json!([mentor.id]));
        app.delete(&format!("{V1}/favorites/{}/", mentor.id), &mentee.token).await.ok();
        assert_eq!(app.get(&format!("{V1}/favorites/"), &mentee.token).await.ok(), json!([]));
    })
    .await;
}

#[tokio::test]
async fn the_directory_is_imported_again_without_a_change() {
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let member = |n: u32| json!({ "email": format!("import{n}@example.com"), "first_name": "Ida", "last_name": "Import", "membershiptype": "student" });
        let body = json!({ "members": (0..20).map(member).collect::<Vec<_>>() });
        let import = async || app.post("/mansa/api/v1/members/import/", &admin, body.clone()).await.ok();
        assert_eq!(import().await, json!({ "created": 20, "updated": 0, "unchanged": 0, "refused": [] }));
        assert_eq!(import().await, json!({ "created": 0, "updated": 0, "unchanged": 20, "refused": [] }));
        let listed = app.get("/mansa/api/v1/members/?limit=1", &admin).await.ok();
        let path = format!("/mansa/api/v1/members/{}/", listed[0]["id"].as_str().unwrap());
        let changed = app.patch(&path, &admin, json!({ "membershiptype": "mentor" })).await.ok();
        assert_eq!((&changed["membershiptype"], &changed["last_name"]), (&json!("mentor"), &json!("Import")));
    })
    .await;
}

#[tokio::test]
async fn the_documents_paths_lead_where_the_client_s_do() {
    flow(async |app| {
        for path in ["/mansa/api", "/mansa/api/health", "/mansa/health"] {
            app.get_public(path).await.ok();
        }
        app.post_public("/mansa/api/payment/webhook", json!({})).await.refused(400, "INVALID_SIGNATURE");
        let mentor = app.enter_mansa(MENTOR).await;
        let mine = app.get(&format!("{V1}/mentors/my_profile/"), &mentor.token).await.ok();
        assert_eq!(mine, app.get(&format!("{V1}/mentors/me/"), &mentor.token).await.ok());
        let stats = app.get(&format!("{V1}/mentors/my_stats/"), &mentor.token).await.ok();
        assert_eq!(stats, app.get(&format!("{V1}/mentors/stats/"), &mentor.token).await.ok());
        let offered = app.get(&format!("{V1}/availability/me/"), &mentor.token).await.ok();
        let rule = offered["recurring_slots"][0]["id"].as_str().unwrap();
        let later = json!({ "day_of_week": 6, "start_time": "10:00", "end_time": "12:00", "is_recurring": true });
        let changed = app.patch(&format!("{V1}/availability/{rule}/"), &mentor.token, later).await.ok();
        assert_eq!((&changed["id"], &changed["day_of_week"], &changed["end_time"]), (&json!(rule), &json!(6), &json!("12:00")));
    })
    .await;
}
