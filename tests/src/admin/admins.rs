//! Who is an admin.

use crate::{
    calls::Answer,
    harness::{App, flow},
    input::{quiet_flow, unchanged},
};
use domain::{AccountId, Product, account::Role};
use serde_json::{Value, json};
use store::{Record, RoleRefused, TxError};

async fn set_admin(app: &App, token: &str, id: &str, admin: bool) -> Answer {
    app.put(&format!("/api/admin/users/{id}/admin"), token, json!({ "admin": admin })).await
}

#[tokio::test]
async fn a_member_becomes_an_admin_and_is_then_what_he_was() {
    flow(async |app| {
        let admin = app.admin().await;
        let mentor = app.mentor_id(&admin).await;
        let mentee = app.paid_mentee("promoted", "growth").await;
        app.drain().await;
        let stats = async || {
            app.drain().await;
            app.get("/api/admin/stats", &admin).await.ok()
        };
        let before = stats().await;
        for (id, role) in [(mentee.id.as_str(), "mentee"), (mentor.as_str(), "mentor")] {
            let made = set_admin(app, &admin, id, true).await.ok();
            assert_eq!((&made["id"], &made["role"]), (&json!(id), &json!("admin")));
            let now = stats().await;
            assert_eq!(now["total_admins"].as_u64(), before["total_admins"].as_u64().map(|admins| admins + 1));
            let field = format!("total_{role}s");
            assert_eq!(now[&field].as_u64(), before[&field].as_u64().map(|members| members - 1), "counted once");
            let again = set_admin(app, &admin, id, true).await.ok();
            assert_eq!(again["role"], "admin");
            if id == mentee.id {
                app.get("/api/admin/users", &mentee.token).await.ok();
                app.get("/api/mentee/dashboard", &mentee.token).await.refused(403, "INSUFFICIENT_PERMISSIONS");
            }
            assert_eq!(set_admin(app, &admin, id, false).await.ok()["role"], role);
            assert_eq!(stats().await, before);
        }
        app.get("/api/admin/users", &mentee.token).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        let actions = app.get("/api/admin/audit-log", &admin).await.ok();
        let changes = actions.as_array().unwrap().iter().filter(|record| record["action"] == "user.role_changed");
        let told: Vec<Value> = changes.map(|record| json!([record["before"], record["after"]])).collect();
        assert_eq!(told.len(), 4, "what changed nothing is no change: {told:?}");
        assert_eq!(told[3], json!([["mentee"], ["admin"]]));
    })
    .await;
}

#[tokio::test]
async fn only_an_active_member_becomes_an_admin_and_one_always_stays() {
    flow(async |app| {
        let admin = app.admin().await;
        let own = app.get("/api/auth/me", &admin).await.ok()["id"].as_str().unwrap().to_owned();
        set_admin(app, &admin, &own, false).await.refused(409, "LAST_ADMIN");
        let paused = app.free_mentee("paused").await;
        app.put(&format!("/api/admin/mentees/{}/status", paused.id), &admin, json!({ "status": "Paused" })).await.ok();
        set_admin(app, &admin, &paused.id, true).await.refused(409, "MEMBER_NOT_ACTIVE");
        // An admin is no mentee whom another could pause.
        let second = app.another_admin("second").await;
        let status = format!("/api/admin/mentees/{}/status", second.id);
        app.put(&status, &admin, json!({ "status": "Inactive" })).await.refused(404, "NOT_FOUND");
        set_admin(app, &second.token, &own, false).await.ok();
        set_admin(app, &second.token, &second.id, false).await.refused(409, "LAST_ADMIN");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_admins_who_depose_each_other_at_once_one_stays() {
    flow(async |app| {
        let first = app.fresh_admin().await;
        let own = app.get("/api/auth/me", &first).await.ok()["id"].as_str().unwrap().to_owned();
        let second = app.another_admin("rival").await;
        let (one, other) = futures::join!(set_admin(app, &first, &second.id, false), set_admin(app, &second.token, &own, false));
        let done = [&one, &other].into_iter().filter(|answer| answer.status == 200).count();
        assert_eq!(done, 1, "{one:?} {other:?}");
    })
    .await;
}

#[tokio::test]
async fn a_role_is_changed_over_what_was_read_and_while_another_admin_acts() {
    quiet_flow(async |app| {
        let (store, product, now) = (&app.local.platform.store, Product::Codementee, app::Clock::now(&*app.local.clock));
        let (one, other) = (app.free_mentee("one").await, app.free_mentee("other").await);
        let [one, other]: [AccountId; 2] = [one.id.parse().unwrap(), other.id.parse().unwrap()];
        let read = store.membership(product, one).await.unwrap().unwrap();
        unchanged(app, async || {
            // The other is no admin.
            let refused = store.change_role(&read, (&[Role::Mentor].into(), None), Some(other), now, &Record::default()).await;
            assert!(matches!(refused, Err(TxError::Refused(RoleRefused::AdminGone))), "{refused:?}");
        })
        .await;
        store.change_role(&read, (&[Role::Admin].into(), None), None, now, &Record::default()).await.unwrap();
        unchanged(app, async || {
            let refused = store.change_role(&read, (&[Role::Mentor].into(), None), None, now, &Record::default()).await;
            assert!(matches!(refused, Err(TxError::Refused(RoleRefused::Moved))), "{refused:?}");
        })
        .await;
    })
    .await;
}
