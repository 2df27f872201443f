//! The audit log.

use super::column;
use crate::{
    harness::{App, flow},
    input::quiet_flow,
    scenes::PASSWORD,
};
use jiff::{SignedDuration, ToSpan, civil::Date};
use serde_json::{Value, json};

fn today(app: &App) -> Date {
    app::Clock::now(&*app.local.clock).timestamp().to_zoned(jiff::tz::TimeZone::UTC).date()
}

async fn log(app: &App, query: &str) -> Vec<Value> {
    let log = app.get(&format!("/api/admin/audit-log?limit=1000&{query}"), &app.admin().await).await.ok();
    log.as_array().unwrap().clone()
}

#[tokio::test]
async fn the_log_says_who_did_what_to_whom_when_and_how_it_was_before() {
    quiet_flow(async |app| {
        let admin = app.fresh_admin().await;
        let me = app.get("/api/auth/me", &admin).await.ok();
        let mentee = app.free_mentee("logged").await;
        let path = format!("/api/admin/mentees/{}/status", mentee.id);
        let answer = app.put(&path, &admin, json!({ "status": "Paused" })).await;
        let request_id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
        answer.ok();
        let record = log(app, "").await.remove(0);
        assert_eq!(record["action"], "mentee.status_changed", "the newest first");
        assert_eq!(record["subject"], format!("account:{}", mentee.id));
        assert_eq!((&record["actor"], &record["actor_id"]), (&json!("account"), &me["id"]));
        assert_eq!((&record["actor_name"], &record["request_id"]), (&me["name"], &json!(request_id)));
        assert_eq!((&record["before"]["state"], &record["after"]["state"]), (&json!("active"), &json!("paused")));
        let at: jiff::Timestamp = record["at"].as_str().unwrap().parse().unwrap();
        let age = app::Clock::now(&*app.local.clock).timestamp().duration_since(at);
        assert!(!age.is_negative() && age < SignedDuration::from_mins(1), "{age}");

        // A payment is told by Razorpay, and done by the platform itself.
        let body = json!({ "name": "Visitor", "email": "v@example.com", "password": PASSWORD, "plan_id": "growth" });
        let payment = app.pay(&app.order(None, body).await);
        app.send_webhook(&app.local.provider.webhook("payment.captured", &payment)).await.ok();
        app.drain().await;
        let record = log(app, "").await.remove(0);
        assert_eq!((&record["action"], &record["actor"]), (&json!("order.paid"), &json!("system")));
        assert_eq!((&record["actor_id"], &record["actor_name"]), (&Value::Null, &Value::Null));
        for record in log(app, "").await {
            assert!(!record.to_string().contains("$2b$"), "a password's hash: {record}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_log_is_walked_over_its_days_page_by_page() {
    flow(async |app| {
        let first = today(app);
        // Days with three, none and four of them; the demo's own stand on the first.
        for (n, companies) in [3, 0, 4].into_iter().enumerate() {
            let admin = app.admin().await;
            for company in 0..companies {
                let body = json!({ "name": format!("Company {n} {company}") });
                app.post("/api/admin/companies", &admin, body).await.ok();
            }
            app.local.clock.advance(SignedDuration::from_hours(24)).unwrap();
        }
        let last = today(app);
        let admin = app.admin().await;
        let (second, third) = (first.checked_add(1.day()).unwrap(), first.checked_add(2.days()).unwrap());
        assert_eq!(log(app, "").await.len(), 0, "today");
        assert_eq!((log(app, &format!("day={second}")).await.len(), log(app, &format!("day={third}")).await.len()), (0, 4));
        let all = log(app, &format!("from={first}")).await;
        assert_eq!(log(app, &format!("from={first}&to={last}")).await, all);
        assert_eq!(all.len(), 4 + log(app, &format!("day={first}")).await.len());
        assert!(all.len() > 7 && all.windows(2).all(|pair| pair[0]["at"].as_str() >= pair[1]["at"].as_str()));

        for limit in [1, 2, 3, 4, 5] {
            let (mut ids, mut cursor) = (Vec::new(), String::new());
            loop {
                let path = format!("/api/admin/audit-log?from={first}&to={last}&limit={limit}{cursor}");
                let answer = app.get(&path, &admin).await;
                let next = answer.headers.get("x-next-cursor").map(|next| next.to_str().unwrap().to_owned());
                let page = column(&answer.ok(), "id");
                assert!(page.len() <= limit && ids.len() <= all.len());
                ids.extend(page);
                let Some(next) = next else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(ids, column(&Value::Array(all.clone()), "id"), "by {limit}");
        }
        let answer = app.get(&format!("/api/admin/audit-log?day={third}&limit=1"), &admin).await;
        let cursor = answer.headers["x-next-cursor"].to_str().unwrap();
        let other_day = format!("/api/admin/audit-log?day={first}&cursor={cursor}");
        app.get(&other_day, &admin).await.refused(422, "VALIDATION_FAILED");
    })
    .await;
}

#[tokio::test]
async fn the_log_is_for_admins_and_at_most_31_days() {
    flow(async |app| {
        let admin = app.admin().await;
        app.get_public("/api/admin/audit-log").await.refused(401, "NOT_AUTHENTICATED");
        app.get("/api/admin/audit-log", &app.mentor().await).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        app.get("/api/admin/audit-log?from=2030-01-01&to=2030-01-31", &admin).await.ok();
        for wrong in ["from=2030-01-01&to=2030-02-01", "from=2030-01-02&to=2030-01-01", "day=2030-01-01&to=2030-01-01"] {
            app.get(&format!("/api/admin/audit-log?{wrong}"), &admin).await.refused(422, "VALIDATION_FAILED");
        }
    })
    .await;
}
