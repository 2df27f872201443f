//! What is offered: plans, companies and slots, and what admins do about them.

use crate::{
    harness::{App, flow, flow_with},
    input::NOTHING,
};
use local::Options;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Some fields of each entry of a list.
fn columns(list: &Value, names: &[&str]) -> Vec<Vec<Value>> {
    let row = |entry: &Value| names.iter().map(|name| entry[name].clone()).collect();
    list.as_array().unwrap().iter().map(row).collect()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_price_list_says_what_each_plan_costs_and_limits() {
    flow(async |app| {
        let plans = app.get_public("/api/pricing-plans").await.ok();
        let figures = ["plan_id", "price", "duration_months"];
        let wanted = json!([["foundation", 1999, 1], ["growth", 4999, 3], ["accelerator", 8999, 6]]);
        assert_eq!(json!(columns(&plans, &figures)), wanted);
        let limits: Vec<_> = columns(&plans, &["limits"]).concat();
        let wanted = json!([
            { "mock_interviews": 1, "resume_reviews": 1, "ai_tools": 1 },
            { "mock_interviews": 3, "resume_reviews": 2, "ai_tools": "all" },
            { "mock_interviews": 6, "resume_reviews": 3, "ai_tools": "all" },
        ]);
        assert_eq!(json!(limits), wanted);
        let foundation = &plans[0];
        let features = json!(["1 Mock Interview (total)", "Basic Resume Review", "Interview Prep Guide"]);
        assert_eq!((&foundation["features"], &foundation["popular"]), (&features, &json!(false)));
        // What is asked for is what the list says: in paise, once somebody orders.
        let asked = json!({ "plan_id": "foundation", "name": "Some Body", "email": "buyer@example.com" });
        let order = app.post_public("/api/payment/create-order", asked).await.ok();
        assert_eq!((&order["amount"], &order["currency"]), (&json!(199_900), &json!("INR")));
    })
    .await;
}

#[tokio::test]
async fn every_spelling_of_a_public_route_answers_the_same() {
    flow(async |app| {
        let companies = app.get_public("/api/companies").await.ok();
        assert_eq!(app.get_public("/api/public/companies").await.ok(), companies);
        let plans = app.get_public("/api/pricing-plans").await.ok();
        assert_eq!(app.get_public("/api/public/pricing-plans").await.ok(), plans);
        for path in ["/api", "/api/", "/api/health", "/api/public/health", "/health"] {
            assert_eq!(app.get_public(path).await.ok()["status"], "healthy", "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_first_client_s_plans_can_be_bought() {
    flow(async |app| {
        let bought = [("monthly", 199_900, 1), ("quarterly", 499_900, 3), ("biannual", 899_900, 6)];
        for (plan, paise, months) in bought {
            let person = app.free_mentee(plan).await;
            let answer = app.post("/api/payment/create-order", &person.token, json!({ "plan_id": plan })).await.ok();
            assert_eq!(answer["amount"], paise, "{plan}");
            let payment = app.pay(answer["razorpay_order_id"].as_str().unwrap());
            let member = app.verify(Some(&person.token), &payment).await.ok();
            assert_eq!((&member["user"]["plan_id"], &member["user"]["status"]), (&json!(plan), &json!("Active")));
            let items = app.items(&format!("ACCOUNT#{}", person.id)).await;
            let held = items.iter().find_map(|item| item.get("plan")).unwrap().as_m().unwrap();
            let end = held["expires_at"].as_s().unwrap().parse::<jiff::Timestamp>().unwrap();
            let today = app::Clock::now(&*app.local.clock).timestamp().to_zoned(jiff::tz::TimeZone::UTC);
            let due = today.checked_add(jiff::Span::new().months(months)).unwrap();
            assert_eq!(end.to_zoned(jiff::tz::TimeZone::UTC).date(), due.date(), "{plan}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_demo_companies_are_those_that_the_product_names() {
    flow(async |app| {
        let all = app.get_public("/api/companies").await.ok();
        let of = |category: &str| {
            let mut found = all.as_array().unwrap().clone();
            found.retain(|company| company["category"] == category);
            json!(found)
        };
        assert_eq!(names(&of("product")), ["Amazon", "Google", "Microsoft", "Meta", "Apple", "Netflix"]);
        assert_eq!(names(&of("unicorn")), ["Flipkart", "Zomato", "Paytm", "Swiggy"]);
    })
    .await;
}

#[tokio::test]
async fn an_admin_adds_a_company_with_what_it_asks_for_and_removes_it() {
    flow(async |app| {
        let admin = app.admin().await;
        let before = app.get_public("/api/companies").await.ok();
        let body = json!({
            "name": "Stripe", "logo_url": "https://example.com/stripe.png", "description": "Payments", "category": "startup",
            "interview_tracks": ["sde", "leadership"], "difficulty_levels": ["senior", "staff_plus"],
        });
        let added = app.post("/api/admin/companies", &admin, body.clone()).await.ok();
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&added[name], value, "{name}");
        }
        let listed = app.get_public("/api/companies").await.ok();
        assert_eq!(listed.as_array().unwrap().last(), Some(&added));
        let mentee = app.paid_mentee("chooser", "growth").await;
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let id = added["id"].as_str().unwrap();
        app.book(&mentee, id, &[&slot]).await;

        let path = format!("/api/admin/companies/{id}");
        app.delete(&path, &admin).await.ok();
        assert_eq!(app.get_public("/api/companies").await.ok(), before);
        app.delete(&path, &admin).await.refused(404, "NOT_FOUND");
        app.delete(&format!("/api/admin/companies/{NOTHING}"), &admin).await.refused(404, "NOT_FOUND");
        let again = json!({ "company_id": id, "slot_ids": [slot] });
        app.post("/api/mentee/booking-request", &mentee.token, again).await.refused(404, "NOT_FOUND");
        let kept = app.get("/api/mentee/booking-requests", &mentee.token).await.ok();
        assert_eq!(kept[0]["company_name"], "Stripe", "a booking remembers what it was for");
    })
    .await;
}

#[tokio::test]
async fn an_admin_deletes_a_slot_that_nobody_has() {
    flow(async |app| {
        let admin = app.admin().await;
        let free = app.add_slot(&admin, 21, 600, 60).await;
        let listed = async || {
            let slots = app.get("/api/admin/time-slots", &admin).await.ok();
            columns(&slots, &["id"]).concat()
        };
        assert!(listed().await.contains(&json!(free)));
        app.delete(&format!("/api/admin/time-slots/{free}"), &admin).await.ok();
        assert!(!listed().await.contains(&json!(free)));
        app.delete(&format!("/api/admin/time-slots/{free}"), &admin).await.refused(404, "NOT_FOUND");

        let (_, _, booked) = app.confirmed_session("sitter").await;
        app.delete(&format!("/api/admin/time-slots/{booked}"), &admin).await.refused(409, "SLOT_BOOKED");
        assert!(listed().await.contains(&json!(booked)));
    })
    .await;
}

#[tokio::test]
async fn every_id_in_an_answer_is_a_uuid() {
    flow(async |app| {
        app.confirmed_session("numbered").await;
        let admin = app.admin().await;
        let mut seen = 0;
        for path in
            ["booking-requests", "companies", "meet-links", "mentees", "mentors", "mocks", "orders", "time-slots", "users"]
        {
            let list = app.get(&format!("/api/admin/{path}"), &admin).await.ok();
            for entry in list.as_array().unwrap() {
                for (name, value) in entry.as_object().unwrap() {
                    let foreign = name.starts_with("razorpay") || name == "plan_id";
                    if (name == "id" || name.ends_with("_id")) && !value.is_null() && !foreign {
                        let text = value.as_str().unwrap();
                        let id: uuid::Uuid = text.parse().unwrap();
                        assert_eq!(id.to_string(), text, "{path}: {name}");
                        seen += 1;
                    }
                }
            }
        }
        assert!(seen >= 40, "{seen}");
    })
    .await;
}

/// Passes bytes on to an address, and counts who connects.
async fn counted(target: String) -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let connections = count.clone();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            connections.fetch_add(1, Ordering::Relaxed);
            let target = target.clone();
            tokio::spawn(async move {
                let mut far = tokio::net::TcpStream::connect(target).await.unwrap();
                // Either side may hang up whenever it likes.
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    (url, count)
}

#[tokio::test]
async fn a_server_uses_its_connections_to_the_table_again() {
    let table = App::start(Options { background: false, ..Options::in_memory() }).await;
    let engine = table.local.environment["DYNAMODB_ENDPOINT"].strip_prefix("http://").unwrap().to_owned();
    let (url, connections) = counted(engine).await;
    let options = Options { dynamodb_endpoint: Some(url), background: false, ..Options::in_memory() };
    flow_with(options, async |app| {
        let token = app.admin().await;
        let before = connections.load(Ordering::Relaxed);
        for _ in 0..50 {
            app.call(Method::GET, "/api/auth/me", Some(&token), None).await.ok();
        }
        let opened = connections.load(Ordering::Relaxed) - before;
        assert!(before >= 1 && opened <= 2, "{opened} connections more for 50 requests");
    })
    .await;
}
