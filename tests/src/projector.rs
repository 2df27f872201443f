//! Figures against a recount of what they are figures of.

use crate::{
    calls::Answer,
    harness::{App, flow_with},
    scenes::{PASSWORD, feedback},
};
use aws_lambda_events::event::sqs::SqsEvent;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Instant, Zone};
use futures::future::join_all;
use jiff::SignedDuration;
use local::{Options, standins::eventbridge::BusEvent};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use workers::projector::Projector;

type Item = HashMap<String, AttributeValue>;

/// Random numbers that a seed repeats.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % limit
    }

    fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        (!things.is_empty()).then(|| &things[self.below(things.len())])
    }

    fn shuffle<T>(&mut self, things: &mut [T]) {
        for n in (1..things.len()).rev() {
            things.swap(n, self.below(n + 1));
        }
    }
}

fn seed() -> u64 {
    let chosen = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = chosen.unwrap_or_else(|| app::Clock::now(&app::SystemClock).epoch_millis().unsigned_abs());
    println!("SEED={seed}");
    seed | 1
}

/// Somebody who does things at random; what the platform refuses is as good as what it does.
struct Walk<'a> {
    app: &'a App,
    random: Random,
    admin: String,
    mentor: String,
    people: usize,
}

fn field<'a>(thing: &'a Value, name: &str) -> &'a str {
    thing[name].as_str().unwrap()
}

impl Walk<'_> {
    async fn list(&self, path: &str) -> Vec<Value> {
        self.app.get(&format!("/api/admin/{path}?limit=1000"), &self.admin).await.ok().as_array().unwrap().clone()
    }

    async fn any(&mut self, path: &str) -> Option<Value> {
        let list = self.list(path).await;
        self.random.pick(&list).cloned()
    }

    async fn mentees_token(&mut self) -> Option<String> {
        let mentee = self.any("mentees").await?;
        let answer = self.app.login(field(&mentee, "email"), PASSWORD).await;
        answer.body["access_token"].as_str().map(str::to_owned)
    }

    fn new_person(&mut self, role: &str) -> Value {
        self.people += 1;
        let email = format!("person{}@example.com", self.people);
        json!({ "name": format!("Person {}", self.people), "email": email, "password": PASSWORD, "role": role })
    }

    fn done(&self, answer: Option<Answer>) -> bool {
        answer.is_some_and(|answer| {
            assert!(answer.status < 500, "{}", answer.body);
            answer.status == 200
        })
    }

    /// One thing; true when it came about.
    async fn step(&mut self) -> bool {
        let answer = match self.random.below(15) {
            0 => {
                let body = self.new_person("mentee");
                Some(self.app.post_public("/api/auth/register-free", body).await)
            }
            1 => {
                let body = self.new_person("mentor");
                Some(self.app.post_public("/api/auth/register", body).await)
            }
            2 => {
                let body = self.new_person("");
                Some(self.app.post("/api/admin/mentors", &self.admin, body).await)
            }
            3 => self.judge().await,
            4 => self.set_status().await,
            5 | 6 => self.buy().await,
            7 | 8 => self.ask().await,
            9 | 10 => self.confirm().await,
            11 => self.cancel().await,
            12 => self.arrange().await,
            13 => self.finish().await,
            _ => {
                self.app.drain().await;
                None
            }
        };
        self.done(answer)
    }

    async fn judge(&mut self) -> Option<Answer> {
        // The demo's own mentor stays, so that sessions can go on.
        let mentors: Vec<Value> =
            self.list("mentors").await.into_iter().filter(|mentor| field(mentor, "id") != self.mentor).collect();
        let mentor = self.random.pick(&mentors)?.clone();
        let status = *self.random.pick(&["PENDING", "APPROVED", "REJECTED"])?;
        let path = format!("/api/admin/mentors/{}/verification", field(&mentor, "id"));
        Some(self.app.put(&path, &self.admin, json!({ "status": status })).await)
    }

    async fn set_status(&mut self) -> Option<Answer> {
        let mentee = self.any("mentees").await?;
        let status = *self.random.pick(&["Active", "Active", "Paused", "Inactive", "Applied"])?;
        let path = format!("/api/admin/mentees/{}/status", field(&mentee, "id"));
        Some(self.app.put(&path, &self.admin, json!({ "status": status })).await)
    }

    /// Buys for himself or as a visitor, pays or does not, is told of by browser, webhook or both.
    async fn buy(&mut self) -> Option<Answer> {
        let mut body = self.new_person("");
        body["plan_id"] = (*self.random.pick(&["foundation", "growth", "accelerator"])?).into();
        let token = if self.random.below(3) == 0 { None } else { self.mentees_token().await };
        if token.is_some() {
            body = json!({ "plan_id": body["plan_id"] });
        }
        let answer = self.app.call(Method::POST, "/api/payment/create-order", token.as_deref(), Some(body)).await;
        let order = answer.body["razorpay_order_id"].as_str()?.to_owned();
        let told = self.random.below(4);
        if told == 0 {
            return Some(answer);
        }
        let payment = self.app.pay(&order);
        if told != 1 {
            self.app.send_webhook(&self.app.local.provider.webhook("payment.captured", &payment)).await.ok();
        }
        if told != 2 {
            return Some(self.app.verify(token.as_deref(), &payment).await);
        }
        Some(answer)
    }

    async fn ask(&mut self) -> Option<Answer> {
        let token = self.mentees_token().await?;
        let slots = self.app.get_public("/api/available-slots?limit=1000").await.ok();
        let slot = self.random.pick(slots.as_array()?)?.clone();
        let body = json!({ "company_id": self.app.company().await, "slot_ids": [slot["id"]] });
        Some(self.app.post("/api/mentee/booking-request", &token, body).await)
    }

    async fn confirm(&mut self) -> Option<Answer> {
        let bookings = self.list("booking-requests").await;
        let pending: Vec<_> = bookings.iter().filter(|booking| booking["status"] == "pending").collect();
        let booking = *self.random.pick(&pending)?;
        let slot = field(&booking["preferred_slots"][0], "id").to_owned();
        Some(self.app.confirm(&self.admin, field(booking, "id"), &self.mentor, &slot).await)
    }

    async fn cancel(&mut self) -> Option<Answer> {
        let booking = self.any("booking-requests").await?;
        let path = format!("/api/admin/booking-requests/{}/cancel", field(&booking, "id"));
        Some(self.app.post(&path, &self.admin, json!({})).await)
    }

    async fn arrange(&mut self) -> Option<Answer> {
        let mentee = self.any("mentees").await?;
        let hours = i64::try_from(24 + self.random.below(900)).unwrap();
        let at = app::Clock::now(&*self.app.local.clock).plus(SignedDuration::from_hours(hours));
        let body = json!({
            "mentee_id": mentee["id"], "mentor_id": self.mentor, "scheduled_at": at, "meet_link": "",
        });
        Some(self.app.post("/api/mocks", &self.admin, body).await)
    }

    async fn finish(&mut self) -> Option<Answer> {
        let mock = self.any("mocks").await?;
        let id = field(&mock, "id");
        match self.random.below(3) {
            0 => Some(self.app.put(&format!("/api/admin/mock/{id}/complete"), &self.admin, json!({})).await),
            1 => {
                let mentor = self.app.mentor().await;
                Some(self.app.post("/api/mentor/feedback", &mentor, feedback(&mock)).await)
            }
            _ => {
                let body = json!({ "status": "cancelled" });
                Some(self.app.put(&format!("/api/mocks/{id}/status"), &self.admin, body).await)
            }
        }
    }

    /// Lets three weeks pass, so that figures lie in several months; tokens end meanwhile.
    async fn weeks_later(&mut self) {
        self.app.local.clock.advance(SignedDuration::from_hours(24 * 21)).unwrap();
        self.admin = self.app.admin().await;
        for day in 1..4 {
            let starts: [i64; 4] = [540, 720, 900, 1080];
            for start in starts {
                self.app.add_slot(&self.admin, day, start, 60).await;
            }
        }
    }
}

fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}

/// How many of some items have an attribute that begins so.
fn having(items: &[&Item], name: &str, value: &str) -> usize {
    items.iter().filter(|item| text(item, name).starts_with(value)).count()
}

/// The figures as they must be, counted from the things themselves.
async fn recount(app: &App) -> (Value, Value) {
    let items = app.items("").await;
    let of = |sk: &str| -> Vec<&Item> { items.iter().filter(|item| text(item, "sk") == sk).collect() };
    let members = of("MEMBER#codementee");
    let with_role = |role: &str| -> Vec<&Item> {
        let has = |item: &&Item| item["roles"].as_l().unwrap().contains(&AttributeValue::S(role.to_owned()));
        members.iter().copied().filter(has).collect()
    };
    let (mentors, bookings, mocks) = (with_role("mentor"), of("BOOKING"), of("MOCK"));
    let mut paid: Vec<&Item> = of("ORDER").into_iter().filter(|order| text(order, "status") == "paid").collect();
    let stats = json!({
        "total_users": members.len(), "total_admins": with_role("admin").len(), "total_mentors": mentors.len(),
        "approved_mentors": having(&mentors, "verification", "APPROVED"),
        "pending_mentors": having(&mentors, "verification", "PENDING"),
        "rejected_mentors": having(&mentors, "verification", "REJECTED"),
        "total_mentees": with_role("mentee").len(),
        "paused_users": having(&members, "state", "paused"), "inactive_users": having(&members, "state", "inactive"),
        "total_bookings": bookings.len(), "pending_bookings": having(&bookings, "status", "pending"),
        "confirmed_bookings": having(&bookings, "status", "confirmed"),
        "cancelled_bookings": having(&bookings, "status", "cancelled"),
        "total_mocks": mocks.len(), "scheduled_mocks": having(&mocks, "status", "scheduled"),
        "completed_mocks": having(&mocks, "status", "completed"), "cancelled_mocks": having(&mocks, "status", "cancelled"),
        "total_feedbacks": of("FEEDBACK").len(), "total_orders": paid.len(),
    });

    let zone = Zone::parse("Asia/Kolkata").unwrap();
    let rupees = |order: &Item| order["amount"].as_n().unwrap().parse::<u64>().unwrap() / 100;
    let (mut by_plan, mut by_month) = (BTreeMap::<String, (u64, u64)>::new(), BTreeMap::<String, (u64, u64)>::new());
    for order in &paid {
        let plan = order["purpose"].as_m().unwrap()["plan"].as_m().unwrap();
        let month = zone.month(Instant::parse(text(order, "paid_at")).unwrap());
        for sum in [by_plan.entry(text(plan, "plan_id").to_owned()).or_default(), by_month.entry(month).or_default()] {
            *sum = (sum.0 + rupees(order), sum.1 + 1);
        }
    }
    paid.sort_by_key(|order| std::cmp::Reverse((text(order, "paid_at"), text(order, "razorpay_order_id"))));
    let months: Vec<Value> = by_month
        .iter()
        .rev()
        .map(|(month, (revenue, orders))| json!({ "month": month, "revenue": revenue, "orders": orders }))
        .collect();
    let revenue = json!({
        "total_revenue": paid.iter().map(|order| rupees(order)).sum::<u64>(), "total_orders": paid.len(),
        "plan_revenue": by_plan.iter().map(|(plan, (revenue, _))| (plan.clone(), json!(revenue))).collect::<serde_json::Map<_, _>>(),
        "plan_counts": by_plan.iter().map(|(plan, (_, orders))| (plan.clone(), json!(orders))).collect::<serde_json::Map<_, _>>(),
        "monthly_revenue": months,
        "recent_orders": paid.iter().take(10).map(|order| text(order, "id")).collect::<Vec<_>>(),
    });
    (stats, revenue)
}

/// The figures as the API tells them; of the recent orders only the ids.
async fn told(app: &App) -> (Value, Value) {
    let admin = app.admin().await;
    let stats = app.get("/api/admin/stats", &admin).await.ok();
    let mut revenue = app.get("/api/admin/revenue-stats", &admin).await.ok();
    let ids = revenue["recent_orders"].as_array().unwrap().iter().map(|order| order["id"].clone()).collect();
    revenue["recent_orders"] = Value::Array(ids);
    (stats, revenue)
}

async fn forget_figures(app: &App) {
    let client = app.local.platform.aws.dynamodb();
    let mut items = app.items("codementee#STATS").await;
    items.extend(app.items("codementee#REVENUE").await);
    items.extend(app.items("LEDGER#").await.into_iter().filter(|item| text(item, "sk").starts_with("projector#")));
    for item in items {
        let key = |name: &str| item[name].clone();
        client.delete_item().table_name("platform").key("pk", key("pk")).key("sk", key("sk")).send().await.unwrap();
    }
}

async fn replay_twice(app: &App, random: &mut Random, events: &[BusEvent]) {
    let mut again: Vec<&BusEvent> = events.iter().chain(events).collect();
    random.shuffle(&mut again);
    for event in again {
        app.local.bus.replay(event).unwrap();
    }
    app.drain().await;
}

#[tokio::test]
async fn after_anything_at_random_the_figures_are_what_a_recount_says() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let admin = app.admin().await;
        app.add_links(&admin, 40).await;
        let mentor = app.mentor_id(&admin).await;
        let mut walk = Walk { app, random: Random(seed()), admin, mentor, people: 0 };
        let mut done = 0;
        for _ in 0..3 {
            for _ in 0..90 {
                done += usize::from(walk.step().await);
            }
            walk.weeks_later().await;
        }
        println!("{done} of 270 steps came about");
        app.drain().await;
        let expected = recount(app).await;
        println!("{}\n{}", expected.0, expected.1);
        assert_eq!(told(app).await, expected);

        let events = app.local.bus.events();
        replay_twice(app, &mut walk.random, &events).await;
        assert_eq!(told(app).await, expected, "seen again, nothing is counted again");
        forget_figures(app).await;
        replay_twice(app, &mut walk.random, &events).await;
        assert_eq!(told(app).await, expected, "counted anew in another order, each twice");
    })
    .await;
}

#[tokio::test]
async fn nothing_sold_is_shown_as_nothing() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let (stats, revenue) = told(app).await;
        let expected = json!({
            "total_revenue": 0, "total_orders": 0, "plan_revenue": {}, "plan_counts": {}, "monthly_revenue": [],
            "recent_orders": [],
        });
        assert_eq!(revenue, expected);
        assert_eq!((&stats["total_users"], &stats["approved_mentors"]), (&json!(4), &json!(1)), "the demo's own");
        for path in ["/api/admin/stats", "/api/admin/revenue-stats"] {
            app.get_public(path).await.refused(401, "NOT_AUTHENTICATED");
            app.get(path, &app.mentor().await).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        }
    })
    .await;
}

#[tokio::test]
async fn the_clients_dashboard_has_every_field_that_it_reads() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let mentee = app.paid_mentee("shown", "growth").await;
        app.drain().await;
        let revenue = app.get("/api/admin/revenue-stats", &app.admin().await).await.ok();
        assert_eq!((&revenue["total_revenue"], &revenue["total_orders"]), (&json!(4999), &json!(1)), "rupees");
        assert_eq!((&revenue["plan_revenue"]["growth"], &revenue["plan_counts"]["growth"]), (&json!(4999), &json!(1)));
        let order = &revenue["recent_orders"][0];
        assert_eq!((&order["amount"], &order["plan_id"]), (&json!(499_900), &json!("growth")), "an order's own are paise");
        assert_eq!((&order["email"], &order["name"]), (&json!(mentee.email), &json!("Mentee shown")));
        assert!(order["id"].is_string());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_event_in_many_hands_at_once_is_counted_once() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        app.free_mentee("crowd").await;
        app.drain().await;
        let before = told(app).await;
        forget_figures(app).await;
        let events = app.local.bus.events();
        let batches = (0..8).map(|_| {
            let records: Vec<Value> = events
                .iter()
                .enumerate()
                .map(|(n, event)| json!({ "messageId": n.to_string(), "body": json!({ "detail": event.detail }).to_string() }))
                .collect();
            serde_json::from_value::<SqsEvent>(json!({ "Records": records })).unwrap()
        });
        let projector = Projector::new(&app.local.platform).unwrap();
        for answer in join_all(batches.map(|batch| projector.handle(batch))).await {
            assert!(answer.batch_item_failures.is_empty());
        }
        assert_eq!(told(app).await, before);
    })
    .await;
}
