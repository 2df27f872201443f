//! LeadBridge: events, leads for their places, verdicts, purchases.

use super::{
    Doer,
    bookings::SECRET,
    cast::{Lead, Person, recent},
    site::Request,
};
use futures::future::join_all;
use jiff::SignedDuration;
use local::standins::razorpay::PayOptions;
use rand::{Rng, seq::IndexedRandom};
use serde_json::json;

const API: &str = "/leadbridge/api";

/// An id without the word before it.
fn bare(id: &str) -> String {
    id.rsplit('_').next().unwrap_or_default().to_owned()
}

impl Doer {
    async fn join_bridge(&mut self, role: &str) -> Option<Person> {
        let name = self.name(if role == "MENTOR" { "host" } else { "user" });
        let email = format!("{name}@example.com");
        let body = json!({ "name": format!("Person {name}"), "email": email, "password": SECRET, "role": role });
        let request = Request::post("register at LeadBridge", format!("{API}/auth/register"), body);
        let answer = self.site.ask(request.promising("AccountRegistered")).await;
        Some(Person { id: bare(&answer.text("/user_id")?), email, token: answer.cookie.clone()? })
    }

    /// A mentor who may offer events.
    pub async fn add_host(&mut self) -> Option<Person> {
        let host = self.join_bridge("MENTOR").await?;
        let admin = self.cast.things().bridge_admin.clone();
        let path = format!("{API}/admin/mentors/mentor_{}/verify", host.id);
        let approve = Request::put("approve a mentor", path, json!({ "status": "APPROVED" })).by(&admin);
        if !self.site.ask(approve).await.is_ok() {
            return None;
        }
        self.cast.things().hosts.push(host.clone());
        Some(host)
    }

    /// Offers an event with few places, under a title that no other has.
    pub async fn offer_event(&mut self) -> Option<String> {
        let host = self.cast.things().hosts.choose(&mut self.rng).cloned()?;
        let (title, places) = (format!("Databases by Example, {}", self.name("event")), self.rng.random_range(1..5));
        self.cast.things().places.insert(title.clone(), places);
        let starts_at = self.site.world.now().plus(SignedDuration::from_hours(24 * 30)).to_string();
        let body = json!({
            "title": title, "description": "Bring a schema.", "category": "Technology", "event_datetime": starts_at,
            "duration": 90, "available_slots": places, "price_per_lead": 500,
        });
        let request = Request::post("offer an event", format!("{API}/mentor/events"), body).by(&host.token);
        let id = self.site.ask(request.promising("PublicEventCreated")).await.text("/event_id")?;
        self.cast.things().events.push((id.clone(), host));
        Some(id)
    }

    /// Some people book an event at once; one of them twice.
    pub async fn book_event(&mut self) {
        let Some((event, mentor)) = recent(&self.cast.things().events, &mut self.rng).cloned() else { return };
        let mut people = Vec::new();
        for _ in 0..self.rng.random_range(1..4) {
            people.extend(self.join_bridge("USER").await);
        }
        people.extend(people.first().cloned());
        let phone = if self.rng.random_bool(0.7) { "+91 12345 67890" } else { "12345" };
        let asks = people.iter().map(|user| {
            let body = json!({ "name": "Zelda Quillfeather", "email": user.email, "phone": phone, "message": "Call me" });
            let request = Request::post("book an event", format!("{API}/events/{event}/book"), body).by(&user.token);
            self.site.ask(request.promising("LeadBooked"))
        });
        for answer in join_all(asks).await {
            if let Some(id) = answer.text("/lead_id").filter(|_| answer.is_ok()) {
                self.cast.things().leads.push(Lead { id, mentor: mentor.clone() });
            }
        }
    }

    fn verdict(&self, lead: &Lead, verdict: &str) -> Request {
        let admin = self.cast.things().bridge_admin.clone();
        let path = format!("{API}/admin/leads/{}/verify", lead.id);
        let body = json!({ "status": verdict, "reason": "Looked at" });
        Request::put("decide about a lead", path, body).by(&admin).promising("LeadDecided")
    }

    /// Two admins decide at once.
    pub async fn decide(&mut self) {
        let Some(lead) = recent(&self.cast.things().leads, &mut self.rng).cloned() else { return };
        let verdicts = [["VERIFIED", "REJECTED"], ["VERIFIED", "VERIFIED"]][self.rng.random_range(0..2)];
        join_all(verdicts.map(|verdict| self.site.ask(self.verdict(&lead, verdict)))).await;
    }

    /// Buys a lead; sometimes it is rejected meanwhile, or paid twice, and the money must go back.
    pub async fn buy_lead(&mut self) {
        let Some(lead) = recent(&self.cast.things().leads, &mut self.rng).cloned() else { return };
        let order = || {
            let path = format!("{API}/mentor/leads/{}/purchase", lead.id);
            self.site.ask(Request::post("order a lead", path, json!({})).by(&lead.mentor.token))
        };
        let answers = join_all([order(), order()]).await;
        let Some(order) = answers.iter().find_map(|answer| answer.text("/order_id")) else { return };
        if self.rng.random_bool(0.2) {
            self.site.ask(self.verdict(&lead, "REJECTED")).await;
        }
        let provider = self.site.world.local.provider.clone();
        for _ in 0..if self.rng.random_bool(0.1) { 2 } else { 1 } {
            let Some(payment) = provider.pay(&order, &PayOptions::default()) else { return };
            let word = serde_json::to_value(provider.checkout_answer(&payment)).unwrap_or_default();
            let verify = Request::post("verify a lead's payment", format!("{API}/mentor/payment-verify"), word);
            self.tell("leadbridge", &payment, &verify.by(&lead.mentor.token)).await;
        }
    }
}
