//! AspireX: sessions that are paid for, called off, held, or paid elsewhere; and what mentors take out of what they earned.

use super::{
    Doer,
    bookings::SECRET,
    cast::{Claim, Guide, Meeting, Person, recent},
    site::{Answer, Request},
};
use domain::Instant;
use futures::future::join_all;
use jiff::SignedDuration;
use local::standins::razorpay::PayOptions;
use rand::{Rng, seq::IndexedRandom};
use serde_json::{Value, json};

const API: &str = "/aspirex/api";
const QUARTER_MS: i64 = 15 * 60 * 1000;

impl Doer {
    async fn join_aspirex(&mut self, role: &str) -> Option<(Person, Answer)> {
        let name = self.name(role);
        let email = format!("{name}@example.com");
        let body = json!({
            "name": format!("Person {name}"), "email": email, "password": SECRET, "role": role, "accepted_terms": true,
        });
        let request = Request::post("register at AspireX", format!("{API}/auth/unified-register/"), body);
        let answer = self.site.ask(request.promising("AccountRegistered")).await;
        let person = Person { id: answer.text("/user/id")?, email, token: answer.text("/token")? };
        Some((person, answer))
    }

    /// A mentor whom students may pay.
    pub async fn add_guide(&mut self) -> Option<Guide> {
        let (person, answer) = self.join_aspirex("mentor").await?;
        let number = answer.text("/mentor_id")?;
        let admin = self.cast.things().aspirex_admin.clone();
        let approve = Request::new("approve a mentor", http::Method::PATCH, format!("{API}/admin/users/{number}/"));
        if !self.site.ask(approve.with(json!({ "is_approved": true })).by(&admin)).await.is_ok() {
            return None;
        }
        let fees = 60 + 10 * self.rng.random_range(0..8);
        let details = json!({ "details": { "fees": fees, "skills": [], "professions": [] } });
        let priced = Request::put("set a price", format!("{API}/mentor/profile/update/"), details).by(&person.token);
        if !self.site.ask(priced).await.is_ok() {
            return None;
        }
        let guide = Guide { person, number };
        self.cast.things().guides.push(guide.clone());
        Some(guide)
    }

    /// Somebody who learns: mostly somebody new, since each may book three sessions in an hour.
    async fn student(&mut self) -> Option<Person> {
        let known = recent(&self.cast.things().students, &mut self.rng).cloned();
        if known.is_some() && self.rng.random_bool(0.5) {
            return known;
        }
        let Some((person, _)) = self.join_aspirex("student").await else { return known };
        self.cast.things().students.push(person.clone());
        Some(person)
    }

    /// Some students want overlapping hours of one mentor at once. Whoever gets his mostly pays.
    pub async fn hold_sessions(&mut self) {
        let Some(guide) = self.cast.things().guides.choose(&mut self.rng).cloned() else { return };
        let quarters = self.site.world.now().epoch_millis().div_euclid(QUARTER_MS) + self.rng.random_range(2..28);
        let mut wanted = Vec::new();
        for _ in 0..self.rng.random_range(1..4) {
            let at = Instant::long_ago().plus(SignedDuration::from_millis((quarters + self.rng.random_range(0..3)) * QUARTER_MS));
            wanted.extend(self.student().await.map(|student| (student, at)));
        }
        let asks = wanted.iter().map(|(student, at)| {
            let body = json!({
                "mentor_id": guide.number, "scheduled_at": at.to_string(), "duration_minutes": 60, "topic": "Careers",
            });
            let request = Request::post("book a paid session", format!("{API}/student/book-session/"), body).by(&student.token);
            self.site.ask(request.promising("MentorshipRequested"))
        });
        let answers = join_all(asks).await;
        for ((student, starts_at), answer) in wanted.into_iter().zip(answers) {
            let (Some(id), order) = (answer.text("/session/meeting_id"), answer.text("/order/order_id")) else { continue };
            let meeting = Meeting { id, student, guide: guide.clone(), starts_at, order };
            self.cast.things().meetings.push(meeting.clone());
            if self.rng.random_bool(0.85) {
                self.pay_meeting(&meeting).await;
            }
        }
    }

    async fn pay_meeting(&mut self, meeting: &Meeting) {
        let Some(order) = &meeting.order else { return };
        let provider = self.site.world.local.provider.clone();
        let times = if self.rng.random_bool(0.05) { 2 } else { 1 };
        for _ in 0..times {
            let amount = self.rng.random_bool(0.05).then_some(100);
            let Some(payment) = provider.pay(order, &PayOptions { amount, ..PayOptions::default() }) else { return };
            let word = serde_json::to_value(provider.checkout_answer(&payment)).unwrap_or_default();
            let verify = Request::post("verify a session's payment", format!("{API}/student/verify-payment/"), word);
            self.tell("aspirex", &payment, &verify.by(&meeting.student.token)).await;
        }
    }

    fn any_meeting(&mut self, which: impl Fn(&Meeting) -> bool) -> Option<Meeting> {
        let things = self.cast.things();
        let fitting: Vec<Meeting> = things.meetings.iter().filter(|meeting| which(meeting)).cloned().collect();
        drop(things);
        recent(&fitting, &mut self.rng).cloned()
    }

    /// Pays for some session, perhaps when its time is free again, or once more.
    pub async fn pay_late(&mut self) {
        let Some(meeting) = self.any_meeting(|meeting| meeting.order.is_some()) else { return };
        self.pay_meeting(&meeting).await;
    }

    /// Calls a session off; sometimes both sides do at once.
    pub async fn call_off(&mut self) {
        let Some(meeting) = self.any_meeting(|_| true) else { return };
        let admin = self.cast.things().aspirex_admin.clone();
        let mut sides = vec![("student", &meeting.student.token), ("mentor", &meeting.guide.person.token), ("admin", &admin)];
        sides.remove(self.rng.random_range(0..3));
        if self.rng.random_bool(0.6) {
            sides.remove(self.rng.random_range(0..2));
        }
        let asks = sides.iter().map(|(side, token)| {
            let path = format!("{API}/{side}/sessions/{}/cancel/", meeting.id);
            let request = Request::post("call a paid session off", path, json!({ "reason": "Ill" })).by(token);
            self.site.ask(request.promising("MentorshipCancelled"))
        });
        join_all(asks).await;
    }

    /// The key that somebody shows at a session.
    async fn key(&self, side: &str, person: &Person, meeting: &Meeting) -> Option<String> {
        let list = Request::new("list paid sessions", http::Method::GET, format!("{API}/{side}/sessions/?limit=100"));
        let answer = self.site.ask(list.by(&person.token)).await;
        let shown = answer.body.as_array()?.iter().find(|one| one["meeting_id"] == meeting.id.as_str())?;
        shown["attendance_key"].as_str().map(str::to_owned)
    }

    /// A session took place: each side shows it by the other's key, or an admin says so, or all at once.
    pub async fn hold(&mut self) {
        let now = self.site.world.now();
        let Some(meeting) = self.any_meeting(|meeting| meeting.starts_at <= now) else { return };
        let (how, admin) = (self.rng.random_range(0..3), self.cast.things().aspirex_admin.clone());
        let mut asks = Vec::new();
        if how > 0 {
            let (student, guide) = (&meeting.student, &meeting.guide.person);
            let keys = (self.key("student", student, &meeting).await, self.key("mentor", guide, &meeting).await);
            if let (Some(of_student), Some(of_guide)) = keys {
                for (role, person, key) in [("student", student, of_guide), ("mentor", guide, of_student)] {
                    let body = json!({ "meeting_id": meeting.id, "role": role, "attendance_key": key });
                    let path = format!("{API}/mentor/meeting/attendance/");
                    asks.push(Request::post("show attendance", path, body).by(&person.token));
                }
            }
        }
        if how < 2 {
            let path = format!("{API}/admin/sessions/{}/complete/", meeting.id);
            let complete = Request::post("say that a session was held", path, json!({})).by(&admin);
            asks.extend([complete.clone().promising("MentorshipCompleted"), complete.promising("MentorshipCompleted")]);
        }
        join_all(asks.into_iter().map(|request| self.site.ask(request))).await;
    }

    /// A mentor asks to be paid out all that he has, from three places at once.
    pub async fn withdraw(&mut self) {
        let Some(guide) = self.cast.things().guides.choose(&mut self.rng).cloned() else { return };
        let token = &guide.person.token;
        let purse = Request::new("look at earnings", http::Method::GET, format!("{API}/mentor/earnings/")).by(token);
        let balance = self.site.ask(purse).await.body["stats"]["availableBalance"].as_f64().unwrap_or_default();
        let share = if self.rng.random_bool(0.5) { balance } else { (balance / 2.0).floor() };
        let body = json!({ "amount": share.max(50.0), "bank_details": "", "payment_method": "bank_transfer" });
        let asks = (0..3).map(|_| {
            let request = Request::post("ask to be paid out", format!("{API}/mentor/withdrawals/"), body.clone());
            self.site.ask(request.by(token).promising("WithdrawalRequested"))
        });
        for answer in join_all(asks).await {
            self.cast.things().withdrawals.extend(answer.text("/withdrawal/id"));
        }
    }

    /// Two admins decide about a withdrawal at once, and differ.
    pub async fn decide_withdrawal(&mut self) {
        let Some(id) = recent(&self.cast.things().withdrawals, &mut self.rng).cloned() else { return };
        let admin = self.cast.things().aspirex_admin.clone();
        let asks = ["settle", "refuse", "settle"].map(|what| {
            let path = format!("{API}/admin/withdrawals/{id}/{what}/");
            let request = Request::post("decide about a withdrawal", path, json!({ "transaction_id": "UTR-1" }));
            self.site.ask(request.by(&admin).promising("WithdrawalDecided"))
        });
        join_all(asks).await;
    }

    /// Books a session with a payment that was made elsewhere, by an id that others may name too.
    pub async fn claim(&mut self) {
        let Some(guide) = self.cast.things().guides.choose(&mut self.rng).cloned() else { return };
        let Some(student) = self.student().await else { return };
        let day = self.site.world.now().plus(SignedDuration::from_hours(24 * self.rng.random_range(1..20))).timestamp();
        let slot = format!("{} - {}:00 AM", day.strftime("%A, %a %-d"), self.rng.random_range(1..12));
        let transaction = format!("UPI-{:04}", self.number / 50);
        let body = json!({
            "mentor_id": guide.number, "subject": "Resume", "service": "Career talk", "service_price": 1,
            "service_duration": "45 mins", "time_slot": slot, "day": "Someday", "date": day.strftime("%Y-%m-%d").to_string(),
            "transaction_id": transaction, "is_paid": true,
        });
        let request = Request::post("book with a payment made elsewhere", format!("{API}/student/booking/"), body);
        let answer = self.site.ask(request.by(&student.token).promising("MentorshipRequested")).await;
        if let Some(id) = answer.text("/id").filter(|_| answer.is_ok()) {
            self.cast.things().claims.push(Claim { id, transaction });
        }
    }

    /// An admin finds a payment; sessions that name the same are settled at once.
    pub async fn settle_claims(&mut self) {
        let same: Vec<Claim> = {
            let things = self.cast.things();
            let Some(claim) = recent(&things.claims, &mut self.rng) else { return };
            things.claims.iter().filter(|other| other.transaction == claim.transaction).take(3).cloned().collect()
        };
        let admin = self.cast.things().aspirex_admin.clone();
        let settle = |claim: &Claim, accepted: bool| {
            let path = format!("{API}/admin/sessions/{}/settle/", claim.id);
            let event = if accepted { "MentorshipConfirmed" } else { "MentorshipCancelled" };
            let body: Value = json!({ "accepted": accepted });
            self.site.ask(Request::post("settle a payment made elsewhere", path, body).by(&admin).promising(event))
        };
        let mut asks: Vec<_> = same.iter().map(|claim| settle(claim, true)).collect();
        asks.extend(same.first().filter(|_| self.number.is_multiple_of(5)).map(|claim| settle(claim, false)));
        join_all(asks).await;
    }
}
