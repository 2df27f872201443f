//! The model's steps on a real server, over HTTP.

use super::rules::{Booked, By, LINKS, LeadIs, PLACES, STARTS, State, Step, USERS};
use crate::{
    calls::Answer,
    harness::App,
    leadbridge::{Member, PHONE},
    scenes::Person,
};
use jiff::SignedDuration;
use local::{
    Options,
    standins::razorpay::{PayOptions, RazorpayPayment},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// A server, and what the model's places mean on it.
pub struct Driver {
    runtime: Runtime,
    app: App,
    admin: String,
    mentor: String,
    company: String,
    mentees: Vec<Person>,
    slots: Vec<String>,
    host: Member,
    users: Vec<Member>,
    events: Vec<String>,
    orders: Vec<String>,
    payments: Vec<RazorpayPayment>,
    bookings: Vec<String>,
    /// By the booking's place.
    mocks: Vec<Option<String>>,
    leads: Vec<String>,
    lead_orders: Vec<Option<String>>,
}

/// The code of a refusal.
fn code(answer: &Answer) -> Option<String> {
    (answer.status != 200).then(|| answer.body["code"].as_str().unwrap_or("?").to_owned())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Driver {
    pub fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        runtime.block_on(Self::set_up()).with(runtime)
    }

    async fn set_up() -> Unplaced {
        let app = App::start(Options { background: false, ..Options::in_memory() }).await;
        let admin = app.admin().await;
        let links = app.get("/api/admin/meet-links", &admin).await.ok();
        for link in links.as_array().unwrap().iter().skip(LINKS) {
            app.delete(&format!("/api/admin/meet-links/{}", link["id"].as_str().unwrap()), &admin).await.ok();
        }
        let (mut slots, mut mentees, mut users, mut events) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for start in STARTS {
            slots.push(app.add_slot(&admin, 20, 600 + 30 * start, 60).await);
        }
        for name in ["first", "second"] {
            mentees.push(app.free_mentee(name).await);
        }
        let host = app.bridge_mentor("host").await;
        for n in 0..USERS {
            users.push(app.bridge_user(&format!("guest{n}")).await);
        }
        for places in PLACES {
            events.push(app.offer_event(&host, u32::try_from(places).unwrap()).await);
        }
        let (mentor, company) = (app.mentor_id(&admin).await, app.company().await);
        Unplaced { app, admin, mentor, company, mentees, slots, host, users, events }
    }

    /// Does a step; the code of its refusal.
    pub fn act(&mut self, step: &Step) -> Option<String> {
        let runtime = self.runtime.handle().clone();
        runtime.block_on(self.try_step(step))
    }

    async fn try_step(&mut self, step: &Step) -> Option<String> {
        let app = &self.app;
        match step {
            Step::Order { mentee, growth } => {
                let plan = if *growth { "growth" } else { "foundation" };
                let order = app.order(Some(&self.mentees[*mentee].token), json!({ "plan_id": plan })).await;
                self.orders.push(order);
                None
            }
            Step::Pay { order, right } => {
                let options = PayOptions { amount: (!right).then_some(100), ..PayOptions::default() };
                let payment = app.local.provider.pay(&self.orders[*order], &options).unwrap();
                self.payments.push(payment);
                None
            }
            Step::Tell { payment, by: By::Browser } => {
                let payment = &self.payments[*payment];
                let order = self.orders.iter().position(|order| *order == payment.order_id).unwrap();
                let payer = self.payer(order).await;
                code(&app.verify(Some(&payer), payment).await)
            }
            Step::Tell { payment, by: By::Webhook { times } } => {
                self.deliver("", &self.payments[*payment], *times).await;
                None
            }
            Step::Request { .. } | Step::Confirm { .. } | Step::Cancel { .. } | Step::Complete { .. } => self.session(step).await,
            Step::Book { .. } | Step::Decide { .. } | Step::OrderLead { .. } | Step::PayLead { .. } => self.lead(step).await,
        }
    }

    /// The token of him who ordered.
    async fn payer(&self, order: usize) -> String {
        let orders = self.app.get("/api/admin/orders?limit=1000", &self.admin).await.ok();
        let found = orders.as_array().unwrap().iter().find(|one| one["razorpay_order_id"] == self.orders[order].as_str());
        let email = text(&found.unwrap()["email"]);
        self.mentees.iter().find(|mentee| mentee.email == email).unwrap().token.clone()
    }

    async fn deliver(&self, face: &str, payment: &RazorpayPayment, times: usize) {
        let webhook = self.app.local.provider.webhook("payment.captured", payment);
        for _ in 0..times {
            self.app.send_webhook_to(face, &webhook).await.ok();
        }
        self.app.drain().await;
    }

    async fn session(&mut self, step: &Step) -> Option<String> {
        let app = &self.app;
        let answer = match step {
            Step::Request { mentee, slot } => {
                let body = json!({ "company_id": self.company, "slot_ids": [self.slots[*slot]] });
                app.post("/api/mentee/booking-request", &self.mentees[*mentee].token, body).await
            }
            Step::Confirm { booking } => {
                let slot = self.slot_of(*booking).await;
                app.confirm(&self.admin, &self.bookings[*booking], &self.mentor, &slot).await
            }
            Step::Cancel { booking, by_admin } => {
                let id = &self.bookings[*booking];
                let shown = self.booking(*booking).await;
                let mentee = self.mentees.iter().find(|mentee| shown["mentee_id"] == mentee.id.as_str()).unwrap();
                let (role, token) = if *by_admin { ("admin", &self.admin) } else { ("mentee", &mentee.token) };
                app.post(&format!("/api/{role}/booking-requests/{id}/cancel"), token, json!({})).await
            }
            Step::Complete { booking } => {
                let path = format!("/api/mocks/{}/status", self.mocks[*booking].as_ref().unwrap());
                app.put(&path, &self.admin, json!({ "status": "completed" })).await
            }
            // The others are about no session.
            _ => return None,
        };
        match step {
            Step::Request { .. } if answer.status == 200 => {
                self.bookings.push(text(&answer.body["id"]));
                self.mocks.push(None);
            }
            Step::Confirm { booking } if answer.status == 200 => self.mocks[*booking] = Some(text(&answer.body["mock_id"])),
            _ => {}
        }
        code(&answer)
    }

    async fn booking(&self, booking: usize) -> Value {
        let list = self.app.get("/api/admin/booking-requests?limit=1000", &self.admin).await.ok();
        let id = self.bookings[booking].as_str();
        list.as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone()
    }

    async fn slot_of(&self, booking: usize) -> String {
        text(&self.booking(booking).await["preferred_slots"][0]["id"])
    }

    async fn lead(&mut self, step: &Step) -> Option<String> {
        let app = &self.app;
        match step {
            Step::Book { user, event, sound } => {
                let phone = if *sound { PHONE } else { "12345" };
                let answer = app.try_to_book(&self.users[*user], &self.events[*event], phone).await;
                if answer.status == 200 {
                    self.leads.push(text(&answer.body["lead_id"]));
                    self.lead_orders.push(None);
                }
                code(&answer)
            }
            Step::Decide { lead, verify } => {
                let verdict = if *verify { "VERIFIED" } else { "REJECTED" };
                code(&app.decide_lead(&self.leads[*lead], verdict).await)
            }
            Step::OrderLead { lead } => {
                let answer = app.try_to_order(&self.host, &self.leads[*lead]).await;
                if answer.status == 200 {
                    let order = text(&answer.body["order_id"]);
                    let before = self.lead_orders[*lead].replace(order.clone());
                    assert!(before.is_none_or(|before| before == order), "a lead has one order");
                }
                code(&answer)
            }
            Step::PayLead { lead, by } => {
                let payment = app.pay(self.lead_orders[*lead].as_ref().unwrap());
                match by {
                    By::Browser => code(&app.verify_lead_payment(&self.host, &payment).await),
                    By::Webhook { times } => {
                        self.deliver("/leadbridge", &payment, *times).await;
                        None
                    }
                }
            }
            // The others are about no lead.
            _ => None,
        }
    }

    /// Everything that can be seen is what the model says.
    pub fn compare(&self, state: &State) {
        self.runtime.block_on(async {
            self.compare_plans(state).await;
            self.compare_sessions(state).await;
            self.compare_leads(state).await;
        });
    }

    async fn compare_plans(&self, state: &State) {
        for (mentee, left) in self.mentees.iter().zip(state.left) {
            let dashboard = self.app.get("/api/mentee/dashboard", &mentee.token).await.ok();
            assert_eq!(dashboard["plan"]["left"]["mock_interviews"].as_u64(), left, "{}: {state:#?}", mentee.email);
        }
        let orders = self.app.get("/api/admin/orders?limit=1000", &self.admin).await.ok();
        let orders = orders.as_array().unwrap();
        assert_eq!(orders.len(), state.orders.len());
        for (id, order) in self.orders.iter().zip(&state.orders) {
            let shown = orders.iter().find(|shown| shown["razorpay_order_id"] == id.as_str()).unwrap();
            let paid_by = order.paid_by.map(|payment| self.payments[payment].id.as_str());
            assert_eq!(shown["razorpay_payment_id"].as_str(), paid_by, "{state:#?}");
            assert_eq!(shown["status"] == "paid", paid_by.is_some(), "{state:#?}");
        }
    }

    async fn compare_sessions(&self, state: &State) {
        let list = self.app.get("/api/admin/booking-requests?limit=1000", &self.admin).await.ok();
        let shown = |id: &str| list.as_array().unwrap().iter().find(|one| one["id"] == id).unwrap();
        for (id, booking) in self.bookings.iter().zip(&state.bookings) {
            let status = match booking.is {
                Booked::Pending => "pending",
                Booked::Confirmed | Booked::Completed => "confirmed",
                Booked::Cancelled => "cancelled",
            };
            assert_eq!(shown(id)["status"], status, "{state:#?}");
        }
        let slots = self.app.get("/api/admin/time-slots?limit=1000", &self.admin).await.ok();
        for (n, id) in self.slots.iter().enumerate() {
            let slot = slots.as_array().unwrap().iter().find(|slot| slot["id"] == id.as_str()).unwrap();
            assert_eq!(slot["status"] == "booked", state.holder(n).is_some(), "{state:#?}");
        }
        let links = self.app.get("/api/admin/meet-links", &self.admin).await.ok();
        let free = links.as_array().unwrap().iter().filter(|link| link["status"] == "available").count();
        assert_eq!(free, state.links_free(), "{state:#?}");
    }

    async fn compare_leads(&self, state: &State) {
        let list = self.app.bridge_get("/admin/leads", &self.app.bridge_admin().await).await.ok();
        let list = list.as_array().unwrap();
        assert_eq!(list.len(), state.leads.len());
        for (id, lead) in self.leads.iter().zip(&state.leads) {
            let shown = list.iter().find(|shown| shown["lead_id"] == id.as_str()).unwrap();
            let status = match lead.is {
                LeadIs::Pending => "PENDING",
                LeadIs::Verified { .. } => "VERIFIED",
                LeadIs::Rejected => "REJECTED",
                LeadIs::Purchased => "PURCHASED",
            };
            assert_eq!(shown["status"], status, "{state:#?}");
        }
        for (n, (id, places)) in self.events.iter().zip(PLACES).enumerate() {
            let event = self.app.get_public(&format!("/leadbridge/api/events/{id}")).await.ok();
            assert_eq!(event["available_slots"], json!(places - state.holding(n).count()), "{state:#?}");
        }
        self.compare_refunds(state).await;
    }

    /// Money that fitted nothing is back after its due work, each payment once.
    async fn compare_refunds(&self, state: &State) {
        if state.leads.iter().all(|lead| lead.misfits == 0) {
            return;
        }
        self.app.local.clock.advance(SignedDuration::from_secs(1)).unwrap();
        self.app.local.pump.run_due().await;
        for (order, lead) in self.lead_orders.iter().zip(&state.leads) {
            let payments = order.as_ref().map(|order| self.app.local.provider.payments_of(order)).unwrap_or_default();
            let back = payments.iter().map(|payment| self.app.local.provider.refunds_of(&payment.id).len());
            let back: Vec<usize> = back.filter(|times| *times > 0).collect();
            assert_eq!(back, vec![1; lead.misfits], "{state:#?}");
        }
    }
}

/// A server before its driver has a runtime.
struct Unplaced {
    app: App,
    admin: String,
    mentor: String,
    company: String,
    mentees: Vec<Person>,
    slots: Vec<String>,
    host: Member,
    users: Vec<Member>,
    events: Vec<String>,
}

impl Unplaced {
    fn with(self, runtime: Runtime) -> Driver {
        let Self { app, admin, mentor, company, mentees, slots, host, users, events } = self;
        Driver {
            runtime,
            app,
            admin,
            mentor,
            company,
            mentees,
            slots,
            host,
            users,
            events,
            orders: Vec::new(),
            payments: Vec::new(),
            bookings: Vec::new(),
            mocks: Vec::new(),
            leads: Vec::new(),
            lead_orders: Vec::new(),
        }
    }
}
