use super::rules::{Booking, By, Model, Op, Slot, State, Who};
use crate::{
    calls::Answer,
    harness::App,
    scenes::{PASSWORD, Person},
};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Instant;
use futures::future::join_all;
use jiff::{SignedDuration, tz::TimeZone};
use local::Options;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Minute 0. Runs start some minutes later, so that no step ends at the very instant at which something begins.
const BEGINNING: &str = "2099-01-01T00:00:00Z";
const FIRST_MINUTE: i64 = 7;

/// A server with some people, and what the model's places mean on it.
pub struct Server {
    pub app: App,
    beginning: Instant,
    minutes: i64,
    mentees: Vec<Person>,
    /// Ids and addresses.
    mentors: Vec<(String, String)>,
    tokens: BTreeMap<String, String>,
    company: String,
    slots: Vec<String>,
    bookings: Vec<Option<String>>,
    mocks: BTreeMap<usize, String>,
}

/// Status, slots asked for, and the slot confirmed.
type BookingSeen = (String, Vec<usize>, Option<usize>);

/// What can be seen of a state.
#[derive(Debug, PartialEq, Eq)]
pub struct View {
    bookings: Vec<Option<BookingSeen>>,
    /// Status and start of each booking's session.
    sessions: Vec<Option<(String, i64)>>,
    slots: Vec<Option<usize>>,
    left: Vec<Option<u32>>,
    free_links: usize,
    links: BTreeSet<usize>,
    releases: BTreeSet<(usize, i64)>,
    hours: BTreeMap<(Who, i64), usize>,
}

/// A place for the booking that a request would make.
pub fn handle(model: &mut Model, op: &Op) -> usize {
    if let Op::Request { mentee, .. } = op {
        let (asked, session) = (Vec::new(), None);
        model.bookings.push(Booking {
            mentee: *mentee,
            asked,
            made: model.now,
            state: State::Missing,
            session,
            mentor: None,
            holds_link: false,
        });
    }
    model.bookings.len().saturating_sub(1)
}

/// The code of a refusal; None for a success.
pub fn code(answer: &Answer) -> Option<String> {
    (answer.status != 200).then(|| answer.body["code"].as_str().unwrap().to_owned())
}

impl View {
    /// What should be seen of a model.
    pub fn of(model: &Model) -> Self {
        let booking = |booking: &Booking| {
            let (status, slot) = match booking.state {
                State::Missing => return None,
                State::Pending => ("pending", None),
                State::Confirmed { slot, .. } | State::Completed { slot, .. } => ("confirmed", Some(slot)),
                State::Cancelled => ("cancelled", booking.session),
            };
            Some((status.to_owned(), booking.asked.clone(), slot))
        };
        let session = |booking: &Booking| {
            let status = match booking.state {
                State::Confirmed { .. } => "scheduled",
                State::Completed { .. } => "completed",
                _ => "cancelled",
            };
            booking.session.map(|slot| (status.to_owned(), model.slots[slot].start))
        };
        let holders = model.bookings.iter().enumerate().filter(|(_, booking)| booking.holds_link);
        Self {
            bookings: model.bookings.iter().map(booking).collect(),
            sessions: model.bookings.iter().map(session).collect(),
            slots: model.slots.iter().map(|slot| slot.held_by).collect(),
            left: model.plans.iter().map(|plan| plan.map(|plan| plan.left)).collect(),
            free_links: model.free_links,
            links: holders.map(|(n, _)| n).collect(),
            releases: model.releases(),
            hours: model.hours.clone(),
        }
    }
}

type Item = HashMap<String, AttributeValue>;

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).map(|value| value.as_s().unwrap().as_str())
}

impl Server {
    pub async fn start(mentees: usize, mentors: usize) -> Self {
        let app = App::start(Options { background: false, ..Options::in_memory() }).await;
        let beginning = Instant::parse(BEGINNING).unwrap();
        let now: Instant = app::Clock::now(&*app.local.clock);
        app.local.clock.advance(beginning.since(now) + SignedDuration::from_mins(FIRST_MINUTE)).unwrap();
        let admin = app.admin().await;
        let mut people = Vec::new();
        for n in 0..mentees {
            people.push(app.free_mentee(&format!("property{n}")).await);
        }
        for n in 1..mentors {
            let body = json!({ "name": "Another Mentor", "email": format!("mentor{n}@example.com"), "password": PASSWORD });
            app.post("/api/admin/mentors", &admin, body).await.ok();
        }
        let found = app.get("/api/admin/mentors", &admin).await.ok();
        let field = |mentor: &serde_json::Value, name: &str| mentor[name].as_str().unwrap().to_owned();
        let mentors = found.as_array().unwrap().iter().map(|mentor| (field(mentor, "id"), field(mentor, "email"))).collect();
        let company = app.company().await;
        let mut server = Self {
            app,
            beginning,
            minutes: FIRST_MINUTE,
            mentees: people,
            mentors,
            tokens: BTreeMap::new(),
            company,
            slots: Vec::new(),
            bookings: Vec::new(),
            mocks: BTreeMap::new(),
        };
        server.sign_in().await;
        for half_hours in [0, 1, 2, 4] {
            server.offer(half_hours).await;
        }
        server
    }

    /// The model of a server that has just started.
    pub fn model(&self) -> Model {
        let slots = [0, 1, 2, 4].map(|half_hours| self.slot(half_hours).1).to_vec();
        let plans = vec![None; self.mentees.len()];
        Model { now: FIRST_MINUTE, plans, slots, bookings: Vec::new(), free_links: 3, hours: BTreeMap::new() }
    }

    fn minutes_of(&self, at: Instant) -> i64 {
        at.since(self.beginning).as_mins()
    }

    /// A place in time so many months later.
    pub fn months_after(&self, minutes: i64, months: u32) -> i64 {
        self.minutes_of(self.beginning.plus(SignedDuration::from_mins(minutes)).plus_months(months))
    }

    /// Tokens last a day.
    async fn sign_in(&mut self) {
        let demo = self.app.local.demo_password.clone();
        let addresses = self.mentees.iter().map(|mentee| &mentee.email).chain(self.mentors.iter().map(|(_, email)| email));
        for email in addresses {
            let password = if email.ends_with("@codementee.com") { demo.as_str() } else { PASSWORD };
            let answer = self.app.login(email, password).await.ok();
            self.tokens.insert(email.clone(), answer["access_token"].as_str().unwrap().to_owned());
        }
    }

    pub async fn pass(&mut self, minutes: i64) {
        self.minutes += minutes;
        self.app.local.clock.advance(SignedDuration::from_mins(minutes)).unwrap();
        self.app.local.pump.run_due().await;
        self.sign_in().await;
    }

    pub async fn buy(&mut self, mentee: usize, plan: &str) {
        let token = &self.tokens[&self.mentees[mentee].email];
        let order = self.app.order(Some(token), json!({ "plan_id": plan })).await;
        self.app.verify(Some(token), &self.app.pay(&order)).await.ok();
    }

    /// The slot of an hour that begins so many half hours after ten, two days from now.
    fn slot(&self, half_hours: u8) -> (serde_json::Value, Slot) {
        let zone = TimeZone::get("Asia/Kolkata").unwrap();
        let day = self.beginning.plus(SignedDuration::from_mins(self.minutes + 2 * 24 * 60));
        let midnight = day.timestamp().to_zoned(zone).start_of_day().unwrap();
        let start = &midnight + SignedDuration::from_mins(600 + 30 * i64::from(half_hours));
        let end = &start + SignedDuration::from_hours(1);
        let show = |time: &jiff::Zoned, format: &str| time.strftime(format).to_string();
        let body =
            json!({ "date": show(&start, "%Y-%m-%d"), "start_time": show(&start, "%H:%M"), "end_time": show(&end, "%H:%M") });
        let minutes = |time: &jiff::Zoned| self.minutes_of(Instant::new(time.timestamp()));
        (body, Slot { start: minutes(&start), end: minutes(&end), held_by: None })
    }

    /// The admin offers a slot.
    pub async fn offer(&mut self, half_hours: u8) -> Slot {
        let (body, slot) = self.slot(half_hours);
        let answer = self.app.post("/api/admin/time-slots", &self.app.admin().await, body).await.ok();
        self.slots.push(answer["id"].as_str().unwrap().to_owned());
        slot
    }

    /// Tries things at once.
    pub async fn try_at_once(&self, model: &Model, ops: &[Op]) -> Vec<Answer> {
        let admin = self.app.admin().await;
        join_all(ops.iter().map(|op| self.attempt(model, &admin, op))).await
    }

    async fn attempt(&self, model: &Model, admin: &str, op: &Op) -> Answer {
        const NOTHING: &str = crate::input::NOTHING;
        let id = |booking: usize| self.bookings.get(booking).and_then(Option::as_deref).unwrap_or(NOTHING);
        let role = |by: By, booking: usize| match by {
            By::Mentee => ("mentee", self.tokens[&self.mentees[model.bookings[booking].mentee].email].as_str()),
            By::Mentor(mentor) => ("mentor", self.tokens[&self.mentors[mentor].1].as_str()),
            By::Admin => ("admin", admin),
        };
        match op {
            Op::Request { mentee, slots } => {
                let slots: Vec<_> = slots.iter().map(|slot| &self.slots[*slot]).collect();
                let body = json!({ "company_id": self.company, "slot_ids": slots });
                self.app.post("/api/mentee/booking-request", &self.tokens[&self.mentees[*mentee].email], body).await
            }
            Op::Confirm { booking, slot, mentor } => {
                self.app.confirm(admin, id(*booking), &self.mentors[*mentor].0, &self.slots[*slot]).await
            }
            Op::Cancel { booking, by } => {
                let (role, token) = role(*by, *booking);
                let path = format!("/api/{role}/booking-requests/{}/cancel", id(*booking));
                self.app.post(&path, token, json!({})).await
            }
            Op::Reschedule { booking, by, slot } => {
                let (role, token) = role(*by, *booking);
                self.app.reschedule(role, token, id(*booking), &[&self.slots[*slot]]).await
            }
            Op::Complete { booking } => {
                let path = format!("/api/mocks/{}/status", self.mocks[booking]);
                self.app.put(&path, admin, json!({ "status": "completed" })).await
            }
        }
    }
}

impl Server {
    /// Remembers what an answer tells the ids of.
    pub fn note(&mut self, op: &Op, told: &Answer) {
        let id = |name: &str| (told.status == 200).then(|| told.body[name].as_str().unwrap().to_owned());
        match op {
            Op::Request { .. } => self.bookings.push(id("id")),
            Op::Confirm { booking, .. } => self.mocks.extend(id("mock_id").map(|mock| (*booking, mock))),
            _ => {}
        }
    }

    /// What the table holds.
    pub async fn view(&self) -> View {
        let items = self.app.items("codementee#").await;
        let of = |kind: &'static str| items.iter().filter(move |item| text(item, "sk") == Some(kind));
        let by_id = |kind| of(kind).map(|item| (text(item, "id").unwrap(), item)).collect::<HashMap<_, _>>();
        let (bookings, mocks, slots) = (by_id("BOOKING"), by_id("MOCK"), by_id("SLOT"));
        let due = self.app.due("release_link").await;
        let minute = |at: &str| self.minutes_of(Instant::parse(at).unwrap());
        let booking_of = |id: &str| self.bookings.iter().position(|known| known.as_deref() == Some(id)).unwrap();
        let session = |n: usize| {
            let mock = mocks[self.mocks.get(&n)?.as_str()];
            Some((text(mock, "status").unwrap().to_owned(), minute(text(mock, "starts_at").unwrap())))
        };
        let held = self.app.held_quarters("codementee#CALENDAR#").await;
        let hours = held.iter().filter_map(|(calendar, quarter, holder)| {
            let person = calendar.strip_prefix("codementee#CALENDAR#")?;
            let booking = booking_of(text(mocks[holder.as_str()], "booking_id")?);
            Some(((self.who(person), minute(&quarter.to_string())), booking))
        });
        View {
            bookings: self.bookings.iter().map(|id| Some(self.booking_seen(bookings[id.as_deref()?]))).collect(),
            sessions: (0..self.bookings.len()).map(session).collect(),
            slots: self.slots.iter().map(|id| text(slots[id.as_str()], "booking_id").map(booking_of)).collect(),
            left: self.left().await,
            free_links: items.iter().filter(|item| text(item, "pk").unwrap().starts_with("codementee#POOL#")).count(),
            links: of("LINK").filter_map(|link| text(link, "current_booking_id")).map(booking_of).collect(),
            releases: due
                .iter()
                .map(|due| (booking_of(text(due, "booking_id").unwrap()), minute(text(due, "at").unwrap())))
                .collect(),
            hours: hours.collect(),
        }
    }

    fn who(&self, account: &str) -> Who {
        let mentor = self.mentors.iter().position(|(id, _)| id == account).map(Who::Mentor);
        mentor.or_else(|| self.mentees.iter().position(|mentee| mentee.id == account).map(Who::Mentee)).unwrap()
    }

    fn booking_seen(&self, item: &Item) -> BookingSeen {
        let slot_of = |slot: &AttributeValue| {
            let id = slot.as_m().unwrap()["id"].as_s().unwrap();
            self.slots.iter().position(|known| known == id).unwrap()
        };
        let status = text(item, "status").unwrap();
        let status = if status.starts_with("cancelled") { "cancelled" } else { status };
        let asked = item["preferred_slots"].as_l().unwrap().iter().map(slot_of).collect();
        (status.to_owned(), asked, item.get("confirmed_slot").map(slot_of))
    }

    async fn left(&self) -> Vec<Option<u32>> {
        let mut left = Vec::new();
        for mentee in &self.mentees {
            let id = mentee.id.parse().unwrap();
            let member = self.app.local.platform.store.membership(domain::Product::Codementee, id).await.unwrap().unwrap().value;
            left.push(member.plan.map(|plan| match plan.left.mock_interviews {
                domain::account::Allowance::Count(n) => n,
                domain::account::Allowance::Unlimited => u32::MAX,
            }));
        }
        left
    }
}
