//! Lists of admins', narrowed down.

use super::column;
use crate::{
    harness::{App, flow},
    scenes::{PASSWORD, Person},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The ids of a list, by its query, walked page by page.
async fn ids(app: &App, path: &str, query: &str) -> Vec<String> {
    let admin = app.admin().await;
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = app.get(&format!("/api/admin/{path}?limit=2&{query}{cursor}"), &admin).await;
        let next = answer.headers.get("x-next-cursor").map(|next| next.to_str().unwrap().to_owned());
        let page = column(&answer.ok(), "id");
        assert!(page.len() <= 2 && ids.len() < 100);
        ids.extend(page.iter().map(|id| id.as_str().unwrap().to_owned()));
        match next {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
    }
}

async fn a_mentor(app: &App, name: &str) -> Person {
    let email = format!("{name}@example.com");
    let body = json!({ "name": format!("Mentor {name}"), "email": email, "password": PASSWORD });
    let made = app.post("/api/admin/mentors", &app.admin().await, body).await.ok();
    Person { token: String::new(), id: made["id"].as_str().unwrap().to_owned(), email }
}

async fn assign(app: &App, mentee: &Person, mentor: &str) {
    let body = json!({ "mentee_id": mentee.id, "mentor_id": mentor });
    app.post("/api/admin/assign-mentor", &app.admin().await, body).await.ok();
}

fn today(app: &App) -> String {
    let now = app::Clock::now(&*app.local.clock).timestamp();
    now.in_tz("Asia/Kolkata").unwrap().date().to_string()
}

#[tokio::test]
async fn booking_requests_by_status_mentor_mentee_and_day() {
    flow(async |app| {
        let admin = app.admin().await;
        let (john, other) = (app.mentor_id(&admin).await, a_mentor(app, "other").await);
        let (ann, bob) = (app.paid_mentee("ann", "accelerator").await, app.paid_mentee("bob", "accelerator").await);
        let company = app.company().await;
        let mut slots = Vec::new();
        for day in 20..26 {
            slots.push(app.add_slot(&admin, day, 600, 60).await);
        }
        let first_day = today(app);
        assign(app, &ann, &john).await;
        let a1 = app.book(&ann, &company, &[&slots[0]]).await;
        let a2 = app.book(&ann, &company, &[&slots[1]]).await;
        let b1 = app.book(&bob, &company, &[&slots[2]]).await;
        app.confirm(&admin, &a1, &john, &slots[0]).await.ok();
        app.local.clock.advance(SignedDuration::from_hours(24)).unwrap();
        let (admin, second_day) = (app.admin().await, today(app));
        let (ann, bob) = (again(app, &ann).await, again(app, &bob).await);
        assign(app, &bob, &other.id).await;
        let a3 = app.book(&ann, &company, &[&slots[3]]).await;
        let b2 = app.book(&bob, &company, &[&slots[4]]).await;
        app.post(&format!("/api/admin/booking-requests/{a2}/cancel"), &admin, json!({})).await.ok();

        let (ann, bob, other) = (&ann.id, &bob.id, &other.id);
        for (query, wanted) in [
            (String::new(), vec![&b2, &a3, &b1, &a2, &a1]),
            ("status=all".to_owned(), vec![&b2, &a3, &b1, &a2, &a1]),
            ("status=pending".to_owned(), vec![&b2, &a3, &b1]),
            ("status=confirmed".to_owned(), vec![&a1]),
            ("status=cancelled".to_owned(), vec![&a2]),
            (format!("mentee_id={ann}"), vec![&a3, &a2, &a1]),
            (format!("mentee_id={ann}&status=pending"), vec![&a3]),
            (format!("mentee_id={bob}&mentor_id={other}"), vec![&b2]),
            (format!("mentee_id={bob}&mentor_id={john}"), vec![]),
            // A mentor's stand by status: pending, confirmed, cancelled.
            (format!("mentor_id={john}"), vec![&a3, &a1, &a2]),
            (format!("mentor_id={john}&status=confirmed"), vec![&a1]),
            (format!("mentor_id={john}&from={second_day}"), vec![&a3]),
            (format!("mentor_id={john}&status=cancelled&to={first_day}"), vec![&a2]),
            (format!("mentor_id={john}&status=pending&to={first_day}"), vec![]),
            (format!("from={second_day}"), vec![&b2, &a3]),
            (format!("to={first_day}"), vec![&b1, &a2, &a1]),
            (format!("from={first_day}&to={first_day}&status=pending"), vec![&b1]),
            (format!("from={first_day}&to={second_day}&mentee_id={bob}"), vec![&b2, &b1]),
        ] {
            let mut found = ids(app, "booking-requests", &query).await;
            let mut wanted: Vec<String> = wanted.into_iter().cloned().collect();
            if query.starts_with("mentor_id=") && !query.contains("status") && !query.contains("from") {
                (found, wanted) = (sorted(found), sorted(wanted));
            }
            assert_eq!(found, wanted, "{query}");
        }
    })
    .await;
}

fn sorted(ids: Vec<String>) -> Vec<String> {
    ids.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

/// The same person a day later.
async fn again(app: &App, person: &Person) -> Person {
    let answer = app.login_later(&person.email, PASSWORD).await.ok();
    Person { token: answer["access_token"].as_str().unwrap().to_owned(), ..person.clone() }
}

#[tokio::test]
async fn mentees_by_status_mentor_and_plan_and_mentors_by_verification() {
    flow(async |app| {
        let admin = app.admin().await;
        let john = app.mentor_id(&admin).await;
        let (free, grown) = (app.free_mentee("free").await, app.paid_mentee("grown", "growth").await);
        let (small, paused) = (app.paid_mentee("small", "foundation").await, app.paid_mentee("paused", "growth").await);
        let labelled = app.free_mentee("labelled").await;
        for (person, status) in [(&paused, "Paused"), (&labelled, "Interviewed")] {
            let path = format!("/api/admin/mentees/{}/status", person.id);
            app.put(&path, &admin, json!({ "status": status })).await.ok();
        }
        for person in [&grown, &labelled] {
            assign(app, person, &john).await;
        }
        let demo: Vec<Value> = column(&app.get("/api/admin/mentees", &admin).await.ok(), "email");
        assert_eq!(demo.len(), 7, "the demo's two as well");
        let emails = async |path: &str| -> BTreeSet<String> {
            let list = app.get(path, &admin).await.ok();
            column(&list, "email").iter().map(|email| email.as_str().unwrap().to_owned()).collect()
        };
        let of = |people: &[&Person], more: &[&str]| -> BTreeSet<String> {
            let more = more.iter().map(|name| format!("{name}@codementee.com"));
            people.iter().map(|person| person.email.clone()).chain(more).collect()
        };
        let with_plan = "mentee";
        let without = demo
            .iter()
            .map(|email| email.as_str().unwrap())
            .find(|email| email.ends_with("@codementee.com") && *email != "mentee@codementee.com");
        let without = without.unwrap().trim_end_matches("@codementee.com");
        for (query, wanted) in [
            ("status=free".to_owned(), of(&[&free], &[without])),
            ("status=active".to_owned(), of(&[&grown, &small], &[with_plan])),
            ("status=paused".to_owned(), of(&[&paused], &[])),
            ("status=interviewed".to_owned(), of(&[&labelled], &[])),
            ("status=inactive".to_owned(), of(&[], &[])),
            (format!("mentor_id={john}"), of(&[&grown, &labelled], &[with_plan])),
            (format!("mentor_id={john}&status=active"), of(&[&grown], &[with_plan])),
            ("plan_id=growth".to_owned(), of(&[&grown, &paused], &[with_plan])),
            ("plan_id=growth&status=paused".to_owned(), of(&[&paused], &[])),
            ("plan_id=foundation".to_owned(), of(&[&small], &[])),
        ] {
            assert_eq!(emails(&format!("/api/admin/mentees?{query}")).await, wanted, "{query}");
        }

        let body = json!({ "name": "Self Made", "email": "self@example.com", "password": PASSWORD, "role": "mentor" });
        app.post_public("/api/auth/register", body).await.ok();
        let made = a_mentor(app, "made").await;
        app.put(&format!("/api/admin/mentors/{}/status", made.id), &admin, json!({ "status": "Paused" })).await.ok();
        let one = |email: &str| BTreeSet::from([email.to_owned()]);
        assert_eq!(emails("/api/admin/mentors?verification=PENDING").await, one("self@example.com"));
        assert_eq!(emails("/api/admin/mentors?verification=APPROVED&status=active").await, one("mentor@codementee.com"));
        assert_eq!(emails("/api/admin/mentors?status=paused").await, one("made@example.com"));
        assert_eq!(emails("/api/admin/mentors?verification=REJECTED").await, BTreeSet::new());
    })
    .await;
}

#[tokio::test]
async fn slots_by_status_mentor_and_day_and_orders_by_status() {
    flow(async |app| {
        let admin = app.admin().await;
        let mentor = app.mentor_id(&admin).await;
        let (blocked, own) = (app.add_slot(&admin, 40, 600, 60).await, {
            let body = json!({ "date": "2090-01-01", "start_time": "10:00", "end_time": "11:00", "mentor_id": mentor });
            app.post("/api/admin/time-slots", &admin, body).await.ok()["id"].as_str().unwrap().to_owned()
        });
        app.put(&format!("/api/admin/time-slots/{blocked}"), &admin, json!({ "status": "blocked" })).await.ok();
        let (mentee, _, booked) = app.confirmed_session("sitter").await;
        assert_eq!(ids(app, "time-slots", "status=blocked").await, [blocked.as_str()]);
        assert_eq!(ids(app, "time-slots", "status=booked").await, [booked]);
        assert_eq!(ids(app, "time-slots", &format!("mentor_id={mentor}")).await, [own.as_str()]);
        assert_eq!(ids(app, "time-slots", "from=2090-01-01&to=2090-01-01").await, [own.as_str()]);
        assert_eq!(ids(app, "time-slots", "from=2090-01-02").await, Vec::<String>::new());
        assert_eq!(ids(app, "time-slots", "from=2089-12-31&to=2089-12-31").await, Vec::<String>::new());
        assert_eq!(ids(app, "time-slots", "to=2089-12-31").await.len(), 28 + 2, "the demo's, the blocked and the booked one");
        assert_eq!(ids(app, "time-slots", "").await.len(), 31);

        let pending = app.order(Some(&mentee.token), json!({ "plan_id": "growth" })).await;
        let failed = app.order(Some(&mentee.token), json!({ "plan_id": "foundation" })).await;
        let failure = app.local.provider.fail(&failed).unwrap();
        app.send_webhook(&app.local.provider.webhook("payment.failed", &failure)).await.ok();
        app.drain().await;
        for (status, wanted) in [("pending", Some(pending)), ("failed", Some(failed)), ("paid", None)] {
            let orders = app.get(&format!("/api/admin/orders?status={status}"), &admin).await.ok();
            let found = column(&orders, "razorpay_order_id");
            assert_eq!(column(&orders, "status"), [json!(status)], "one of each");
            assert!(wanted.is_none_or(|wanted| found == [json!(wanted)]), "{status}: {found:?}");
        }
    })
    .await;
}
