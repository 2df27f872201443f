//! Registering, asking for sessions, confirming, putting off, calling off, finishing.

use super::{
    Doer,
    cast::{Person, Wish, recent},
    site::{Answer, Request},
};
use domain::Instant;
use futures::future::join_all;
use jiff::SignedDuration;
use rand::{Rng, seq::IndexedRandom};
use serde_json::json;

pub const SECRET: &str = "correct-horse";

impl Doer {
    /// Registers somebody for free.
    pub async fn register(&mut self) -> Option<Person> {
        let name = self.name("mentee");
        let email = format!("{name}@example.com");
        let body = json!({ "name": format!("Mentee {name}"), "email": email, "password": SECRET });
        let request = Request::post("register", "/codementee/api/auth/register-free", body).promising("AccountRegistered");
        let answer = self.site.ask(request).await;
        let person = Person { id: answer.text("/user/id")?, email, token: answer.text("/access_token")? };
        self.cast.things().mentees.push(person.clone());
        Some(person)
    }

    /// Somebody signs in.
    pub async fn sign_in(&mut self) {
        let Some(person) = recent(&self.cast.things().mentees, &mut self.rng).cloned() else { return };
        let body = json!({ "email": person.email, "password": SECRET });
        self.site.ask(Request::post("sign in", "/codementee/api/auth/login", body)).await;
    }

    /// Offers a slot: of an hour, on some quarter of the next days, so that many overlap.
    pub async fn offer_slot(&mut self) -> Option<String> {
        let now: Instant = self.site.world.now();
        let at = now.plus(SignedDuration::from_hours(24 * self.rng.random_range(1..5)));
        let minute = 15 * self.rng.random_range(36..76);
        let clock = |minute: i32| format!("{:02}:{:02}", minute / 60, minute % 60);
        let body = json!({
            "date": at.timestamp().strftime("%Y-%m-%d").to_string(), "start_time": clock(minute), "end_time": clock(minute + 60),
        });
        let admin = self.cast.things().admin.clone();
        let answer = self.site.ask(Request::post("offer slot", "/codementee/api/admin/time-slots", body).by(&admin)).await;
        let id = answer.text("/id")?;
        self.cast.things().slots.push(id.clone());
        Some(id)
    }

    /// Adds a link to the pool.
    pub async fn add_link(&mut self) {
        let letters = |rng: &mut rand::rngs::StdRng, n: usize| -> String {
            (0..n).map(|_| char::from(rng.random_range(b'a'..=b'z'))).collect()
        };
        let link = format!(
            "https://meet.google.com/{}-{}-{}",
            letters(&mut self.rng, 3),
            letters(&mut self.rng, 4),
            letters(&mut self.rng, 3)
        );
        let admin = self.cast.things().admin.clone();
        let body = json!({ "link": link, "name": "" });
        self.site.ask(Request::post("add link", "/codementee/api/admin/meet-links", body).by(&admin)).await;
    }

    /// Asks for a session; sometimes twice at once, which a plan's last mock interview serves only once.
    pub async fn wish(&mut self) {
        let (mentee, company, slots) = {
            let things = self.cast.things();
            let Some(mentee) = recent(&things.mentees, &mut self.rng).cloned() else { return };
            let first = recent(&things.slots, &mut self.rng).cloned();
            let mut slots: Vec<String> = first.into_iter().chain(recent(&things.slots, &mut self.rng).cloned()).collect();
            slots.dedup();
            (mentee, things.company.clone(), slots)
        };
        let times = if self.rng.random_bool(0.4) { 3 } else { 1 };
        let body = json!({ "company_id": company, "slot_ids": slots });
        let asks = (0..times).map(|_| {
            let request = Request::post("ask for a session", "/codementee/api/mentee/booking-request", body.clone());
            self.site.ask(request.by(&mentee.token).promising("BookingRequested"))
        });
        for answer in join_all(asks).await {
            if let Some(id) = answer.text("/id").filter(|_| answer.is_ok()) {
                self.cast.things().wishes.push(Wish { id, mentee: mentee.clone(), slots: slots.clone() });
            }
        }
    }

    fn any_wish(&mut self) -> Option<Wish> {
        recent(&self.cast.things().wishes, &mut self.rng).cloned()
    }

    async fn confirm(&self, wish: &Wish, slot: &str, mentor: &str) -> Answer {
        let admin = self.cast.things().admin.clone();
        let body = json!({ "booking_request_id": wish.id, "mentor_id": mentor, "confirmed_slot_id": slot });
        let request = Request::post("confirm", "/codementee/api/admin/confirm-booking", body);
        self.site.ask(request.by(&admin).promising("BookingConfirmed")).await
    }

    /// Confirms a session. Mostly everybody who asked for the same slot is confirmed at once, and the same one twice.
    pub async fn confirm_some(&mut self) {
        let Some(wish) = self.any_wish() else { return };
        let Some(slot) = wish.slots.choose(&mut self.rng).cloned() else { return };
        let mut rivals: Vec<Wish> = {
            let things = self.cast.things();
            let same = things.wishes.iter().rev().take(60).filter(|other| other.slots.contains(&slot));
            same.take(3).cloned().collect()
        };
        rivals.push(wish);
        let mentors: Vec<String> = {
            let things = self.cast.things();
            let ids = rivals.iter().map(|_| things.mentors.choose(&mut self.rng).map(|mentor| mentor.id.clone()));
            ids.flatten().collect()
        };
        join_all(rivals.iter().zip(&mentors).map(|(wish, mentor)| self.confirm(wish, &slot, mentor))).await;
    }

    /// Confirms several sessions of one mentor at once, whose hours may overlap.
    pub async fn confirm_for_one(&mut self) {
        let wanted: Vec<(Wish, String)> = {
            let things = self.cast.things();
            let Some(mentor) = things.mentors.choose(&mut self.rng) else { return };
            (0..4).filter_map(|_| Some((recent(&things.wishes, &mut self.rng)?.clone(), mentor.id.clone()))).collect()
        };
        let confirmed = wanted.iter().filter_map(|(wish, mentor)| Some((wish, wish.slots.first()?, mentor)));
        join_all(confirmed.map(|(wish, slot, mentor)| self.confirm(wish, slot, mentor))).await;
    }

    /// Each mentor has somebody who wants a session, at a time that is his alone, and all are confirmed at once: what they
    /// want of each other is a link, and there are few.
    pub async fn rush(&mut self) {
        let mentors: Vec<String> = self.cast.things().mentors.iter().map(|mentor| mentor.id.clone()).collect();
        let company = self.cast.things().company.clone();
        let mut wanted = Vec::new();
        for mentor in mentors {
            let (Some(mentee), Some(slot)) = (self.paid_mentee().await, self.offer_slot().await) else { return };
            let body = json!({ "company_id": company, "slot_ids": [slot] });
            let request = Request::post("ask for a session", "/codementee/api/mentee/booking-request", body);
            let answer = self.site.ask(request.by(&mentee.token).promising("BookingRequested")).await;
            let Some(id) = answer.text("/id").filter(|_| answer.is_ok()) else { return };
            let wish = Wish { id, mentee, slots: vec![slot.clone()] };
            self.cast.things().wishes.push(wish.clone());
            wanted.push((wish, slot, mentor));
        }
        for _ in 1..wanted.len() {
            self.add_link().await;
        }
        join_all(wanted.iter().map(|(wish, slot, mentor)| self.confirm(wish, slot, mentor))).await;
    }

    /// Calls a session off.
    pub async fn cancel(&mut self) {
        let Some(wish) = self.any_wish() else { return };
        let (role, token) = if self.rng.random_bool(0.5) {
            ("mentee", wish.mentee.token.clone())
        } else {
            ("admin", self.cast.things().admin.clone())
        };
        let path = format!("/codementee/api/{role}/booking-requests/{}/cancel", wish.id);
        self.site.ask(Request::post("cancel", path, json!({})).by(&token).promising("BookingCancelled")).await;
    }

    /// Puts a session off.
    pub async fn put_off(&mut self) {
        let Some(wish) = self.any_wish() else { return };
        let (admin, slot) = {
            let things = self.cast.things();
            (things.admin.clone(), recent(&things.slots, &mut self.rng).cloned())
        };
        let path = format!("/codementee/api/admin/booking-requests/{}/reschedule", wish.id);
        let body = json!({ "slot_ids": [slot] });
        self.site.ask(Request::post("put off", path, body).by(&admin).promising("BookingRescheduled")).await;
    }

    /// A session took place: it is completed, or its mentor gives feedback, or both at once.
    pub async fn finish(&mut self) {
        let (admin, mentor) = {
            let things = self.cast.things();
            let Some(mentor) = things.mentors.choose(&mut self.rng).cloned() else { return };
            (things.admin.clone(), mentor)
        };
        let list = Request::new("list sessions", http::Method::GET, "/codementee/api/mocks?limit=30").by(&mentor.token);
        let answer = self.site.ask(list).await;
        let scheduled = answer.body.as_array().into_iter().flatten().filter(|mock| mock["status"] == "scheduled");
        let Some(mock) = scheduled.collect::<Vec<_>>().choose(&mut self.rng).copied().cloned() else { return };
        let id = mock["id"].as_str().unwrap_or_default().to_owned();
        let body = json!({
            "mock_id": id, "mentee_id": mock["mentee_id"], "problem_solving": 4, "communication": 5, "technical_depth": 3,
            "code_quality": 3, "overall": self.rng.random_range(1..6), "strengths": "Clear", "improvements": "Speed",
            "hireability": "Lean No Hire", "action_items": "Practise",
        });
        let feedback = Request::post("give feedback", "/codementee/api/mentor/feedback", body).by(&mentor.token);
        let path = format!("/codementee/api/admin/mock/{id}/complete");
        let complete = Request::put("complete", path, json!({})).by(&admin).promising("MockCompleted");
        let feedback = feedback.promising("FeedbackGiven");
        match self.rng.random_range(0..3) {
            0 => drop(self.site.ask(complete).await),
            1 => drop(self.site.ask(feedback).await),
            _ => drop(join_all([self.site.ask(complete), self.site.ask(feedback)]).await),
        }
    }
}
