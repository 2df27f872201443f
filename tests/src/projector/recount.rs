//! The figures as they must be, counted from the things themselves.

use crate::harness::App;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Instant, Product, Zone};
use serde_json::{Map, Value, json};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

type Item = HashMap<String, AttributeValue>;

pub fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}

fn number(item: &Item, name: &str) -> u64 {
    item[name].as_n().unwrap().parse().unwrap()
}

/// How many of some items have an attribute that begins so.
fn having(items: &[&Item], name: &str, value: &str) -> usize {
    items.iter().filter(|item| text(item, name).starts_with(value)).count()
}

/// The month of an attribute, when it is there.
fn month(item: &Item, name: &str) -> Option<String> {
    let zone = Zone::parse("Asia/Kolkata").unwrap();
    Some(text(item, name)).filter(|at| !at.is_empty()).map(|at| zone.month(Instant::parse(at).unwrap()))
}

fn plan_of(order: &Item) -> &str {
    text(order["purpose"].as_m().unwrap()["plan"].as_m().unwrap(), "plan_id")
}

fn is_paid(order: &Item) -> bool {
    text(order, "status") == "paid"
}

fn rupees(order: &Item) -> u64 {
    number(order, "amount") / 100
}

/// So many of a hundred, or the mean of scores: two decimals, half up, and whole where it is whole.
fn hundredths(sum: u64, of: u64) -> Value {
    let hundredths = (sum * 100 + of / 2) / of;
    if hundredths.is_multiple_of(100) { json!(hundredths / 100) } else { json!(hundredths as f64 / 100.0) }
}

fn mean(scores: &[u64]) -> Value {
    if scores.is_empty() { Value::Null } else { hundredths(scores.iter().sum(), scores.len() as u64) }
}

/// Every item of the table.
struct Things(Vec<Item>);

impl Things {
    fn of(&self, sk: &str) -> Vec<&Item> {
        self.0.iter().filter(|item| text(item, "sk") == sk).collect()
    }

    fn members(&self) -> Vec<&Item> {
        self.of("MEMBER#codementee")
    }

    fn with_role(&self, role: &str) -> Vec<&Item> {
        let has = |item: &&Item| item["roles"].as_l().unwrap().contains(&AttributeValue::S(role.to_owned()));
        self.members().into_iter().filter(has).collect()
    }

    /// The orders that were ever paid, the latest payment first.
    fn bought(&self) -> Vec<&Item> {
        let mut bought: Vec<&Item> = self.of("ORDER").into_iter().filter(|order| !text(order, "paid_at").is_empty()).collect();
        bought.sort_by_key(|order| Reverse((text(order, "paid_at"), text(order, "razorpay_order_id"))));
        bought
    }

    /// Those of them whose money did not go back.
    fn paid(&self) -> Vec<&Item> {
        self.bought().into_iter().filter(|order| is_paid(order)).collect()
    }

    /// The first order that each account ever paid.
    fn first_paid(&self) -> Vec<&Item> {
        let mut seen = BTreeSet::new();
        self.bought().into_iter().rev().filter(|order| seen.insert(text(order, "account_id"))).collect()
    }

    fn stats(&self) -> Value {
        let (members, mentors) = (self.members(), self.with_role("mentor"));
        let (bookings, mocks) = (self.of("BOOKING"), self.of("MOCK"));
        json!({
            "total_users": members.len(), "total_admins": self.with_role("admin").len(), "total_mentors": mentors.len(),
            "approved_mentors": having(&mentors, "verification", "APPROVED"),
            "pending_mentors": having(&mentors, "verification", "PENDING"),
            "rejected_mentors": having(&mentors, "verification", "REJECTED"),
            "total_mentees": self.with_role("mentee").len(),
            "paused_users": having(&members, "state", "paused"), "inactive_users": having(&members, "state", "inactive"),
            "total_bookings": bookings.len(), "pending_bookings": having(&bookings, "status", "pending"),
            "confirmed_bookings": having(&bookings, "status", "confirmed"),
            "cancelled_bookings": having(&bookings, "status", "cancelled"),
            "total_mocks": mocks.len(), "scheduled_mocks": having(&mocks, "status", "scheduled"),
            "completed_mocks": having(&mocks, "status", "completed"), "cancelled_mocks": having(&mocks, "status", "cancelled"),
            "total_feedbacks": self.of("FEEDBACK").len(), "total_orders": self.paid().len(),
        })
    }

    fn revenue(&self) -> Value {
        let paid = self.paid();
        let (mut by_plan, mut by_month) = (BTreeMap::<_, (u64, u64)>::new(), BTreeMap::<_, (u64, u64)>::new());
        for order in self.bought() {
            let month = month(order, "paid_at").unwrap();
            for sum in [by_plan.entry(plan_of(order).to_owned()).or_default(), by_month.entry(month).or_default()] {
                if is_paid(order) {
                    *sum = (sum.0 + rupees(order), sum.1 + 1);
                }
            }
        }
        let months = by_month.iter().rev();
        let months = months.map(|(month, (revenue, orders))| json!({ "month": month, "revenue": revenue, "orders": orders }));
        json!({
            "total_revenue": paid.iter().map(|order| rupees(order)).sum::<u64>(), "total_orders": paid.len(),
            "plan_revenue": by_plan.iter().map(|(plan, (revenue, _))| (plan.clone(), json!(revenue))).collect::<Map<_, _>>(),
            "plan_counts": by_plan.iter().map(|(plan, (_, orders))| (plan.clone(), json!(orders))).collect::<Map<_, _>>(),
            "monthly_revenue": months.collect::<Vec<_>>(),
            "recent_orders": paid.iter().take(10).map(|order| text(order, "id")).collect::<Vec<_>>(),
        })
    }

    fn analytics(&self) -> Value {
        let (stats, revenue) = (self.stats(), self.revenue());
        let (mentees, paying) = (self.with_role("mentee").len() as u64, self.first_paid().len() as u64);
        let scores: Vec<_> = self.of("FEEDBACK").iter().map(|feedback| number(feedback, "overall")).collect();
        json!({
            "total_users": stats["total_users"], "total_mentors": stats["total_mentors"], "total_mentees": mentees,
            "total_revenue": revenue["total_revenue"], "total_orders": stats["total_orders"],
            "members_by_role": {
                "admin": stats["total_admins"], "mentor": stats["total_mentors"], "mentee": stats["total_mentees"],
            },
            "mentees_by_tier": { "free": mentees - paying, "paid": paying },
            "conversion_percent": hundredths(paying * 100, mentees),
            "bookings_by_status": {
                "pending": stats["pending_bookings"], "confirmed": stats["confirmed_bookings"],
                "cancelled": stats["cancelled_bookings"],
            },
            "completed_mocks": stats["completed_mocks"], "total_feedbacks": scores.len(), "average_feedback_score": mean(&scores),
            "revenue_by_plan": revenue["plan_revenue"], "months": self.months(), "popular_companies": self.companies(),
        })
    }

    /// The months in which anything of what is shown happened, the latest first.
    fn months(&self) -> Vec<Value> {
        let mut months = BTreeMap::<String, Map<String, Value>>::new();
        let mut add = |month: Option<String>, name: &str, by: u64| {
            let Some(month) = month else { return };
            let figures = months.entry(month).or_insert_with(|| {
                const NAMES: [&str; 9] = [
                    "new_users",
                    "conversions",
                    "bookings_requested",
                    "bookings_confirmed",
                    "bookings_cancelled",
                    "completed_mocks",
                    "feedbacks",
                    "orders",
                    "revenue",
                ];
                NAMES.iter().map(|name| ((*name).to_owned(), json!(0))).collect()
            });
            figures[name] = (figures[name].as_u64().unwrap() + by).into();
        };
        for member in self.members() {
            add(month(member, "created_at"), "new_users", 1);
        }
        for order in self.first_paid() {
            add(month(order, "paid_at"), "conversions", 1);
        }
        for booking in self.of("BOOKING") {
            add(month(booking, "created_at"), "bookings_requested", 1);
            add(month(booking, "confirmed_at"), "bookings_confirmed", 1);
            add(month(booking, "cancelled_at"), "bookings_cancelled", 1);
        }
        // A mock does not say when it was completed, but its event does.
        for item in self.of("EVENT") {
            let event = item["event"].as_m().unwrap();
            if text(event, "name") == "MockCompleted" {
                add(month(event, "occurred_at"), "completed_mocks", 1);
            }
        }
        for feedback in self.of("FEEDBACK") {
            add(month(feedback, "created_at"), "feedbacks", 1);
        }
        let mut plans = BTreeMap::<String, BTreeMap<&str, u64>>::new();
        for order in self.bought() {
            let (orders, revenue) = if is_paid(order) { (1, rupees(order)) } else { (0, 0) };
            add(month(order, "paid_at"), "orders", orders);
            add(month(order, "paid_at"), "revenue", revenue);
            *plans.entry(month(order, "paid_at").unwrap()).or_default().entry(plan_of(order)).or_default() += revenue;
        }
        let whole = |(month, mut figures): (String, Map<String, Value>)| {
            figures.insert("revenue_by_plan".to_owned(), json!(plans.remove(&month).unwrap_or_default()));
            figures.insert("month".to_owned(), json!(month));
            Value::Object(figures)
        };
        months.into_iter().rev().map(whole).collect()
    }

    fn companies(&self) -> Vec<Value> {
        let mut asked = BTreeMap::<(&str, &str), u64>::new();
        let bookings = self.of("BOOKING");
        for booking in &bookings {
            *asked.entry((text(booking, "company_id"), text(booking, "company_name"))).or_default() += 1;
        }
        let mut asked: Vec<_> = asked.into_iter().collect();
        asked.sort_by_key(|((id, _), bookings)| (Reverse(*bookings), *id));
        let shape = |((id, name), bookings)| json!({ "company_id": id, "name": name, "bookings": bookings });
        asked.into_iter().take(10).map(shape).collect()
    }

    /// What each member has done.
    fn people(&self) -> Value {
        let (members, mocks, feedbacks) = (self.members(), self.of("MOCK"), self.of("FEEDBACK"));
        let person = |member: &&Item| {
            let id = text(member, "account_id");
            let part = |item: &Item| ["mentor", "mentee"].iter().any(|side| text(item[*side].as_m().unwrap(), "id") == id);
            let about = |item: &&&Item| [text(item, "mentor_id"), text(item, "mentee_id")].contains(&id);
            let scores: Vec<u64> = feedbacks.iter().filter(about).map(|feedback| number(feedback, "overall")).collect();
            let completed = mocks.iter().filter(|mock| text(mock, "status") == "completed" && part(mock)).count();
            let mentees = members.iter().filter(|mentee| text(mentee, "mentor_id") == id).count();
            (id.to_owned(), json!([mentees, completed, scores.len(), mean(&scores)]))
        };
        members.iter().map(person).collect::<Map<_, _>>().into()
    }
}

/// All figures, counted from the things themselves.
pub async fn recount(app: &App) -> Value {
    let things = Things(app.items("").await);
    json!({
        "stats": things.stats(), "revenue": things.revenue(), "analytics": things.analytics(), "people": things.people(),
    })
}

/// All figures as they are told: by the API, of recent orders only the ids and of the months those with something in
/// them; of the people by the store.
pub async fn told(app: &App) -> Value {
    let admin = app.admin().await;
    let stats = app.get("/api/admin/stats", &admin).await.ok();
    let mut revenue = app.get("/api/admin/revenue-stats", &admin).await.ok();
    let ids = revenue["recent_orders"].as_array().unwrap().iter().map(|order| order["id"].clone()).collect();
    revenue["recent_orders"] = Value::Array(ids);
    let mut analytics = app.get("/api/admin/analytics", &admin).await.ok();
    let something = |month: &Value| month.as_object().unwrap().values().any(|figure| figure.as_u64().is_some_and(|n| n > 0));
    analytics["months"].as_array_mut().unwrap().retain(something);
    json!({ "stats": stats, "revenue": revenue, "analytics": analytics, "people": people(app).await })
}

async fn people(app: &App) -> Value {
    let mut people = Map::new();
    for member in app.items("ACCOUNT#").await.iter().filter(|item| text(item, "sk") == "MEMBER#codementee") {
        let id = text(member, "account_id");
        let store = &app.local.platform.store;
        let counts = store.counts_of_person(Product::Codementee, id.parse().unwrap()).await.unwrap();
        let average = counts.average_overall().map(|average| hundredths(average, 100));
        let figures = json!([counts.mentees(), counts.mocks_completed, counts.feedbacks_given, average]);
        people.insert(id.to_owned(), figures);
    }
    people.into()
}
