//! Somebody who does things at random.

use crate::{
    calls::Answer,
    harness::App,
    scenes::{PASSWORD, feedback},
};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

/// Random numbers that a seed repeats.
pub struct Random(pub u64);

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

    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for n in (1..things.len()).rev() {
            things.swap(n, self.below(n + 1));
        }
    }
}

pub fn seed() -> u64 {
    let chosen = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = chosen.unwrap_or_else(|| app::Clock::now(&app::SystemClock).epoch_millis().unsigned_abs());
    println!("SEED={seed}");
    seed | 1
}

/// Somebody who does things at random; what the platform refuses is as good as what it does.
pub struct Walk<'a> {
    pub app: &'a App,
    pub random: Random,
    pub admin: String,
    pub mentor: String,
    pub people: usize,
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
        let answer = self.app.login_later(field(&mentee, "email"), PASSWORD).await;
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
    pub async fn step(&mut self) -> bool {
        let answer = match self.random.below(22) {
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
            11 | 20 => self.cancel().await,
            12 => self.arrange().await,
            13 => self.finish().await,
            14 => self.assign().await,
            15 => self.rewrite().await,
            16 => self.block().await,
            17 => self.set_mentor_status().await,
            18 => self.reschedule().await,
            19 => self.refund().await,
            _ => {
                self.app.drain().await;
                None
            }
        };
        self.done(answer)
    }

    /// One of the ten oldest mentors, so that each is judged again and again. The demo's own is left out, so that
    /// sessions can go on.
    async fn one_of_few_mentors(&mut self) -> Option<Value> {
        let mut mentors = self.list("mentors").await;
        mentors.retain(|mentor| field(mentor, "id") != self.mentor);
        mentors.sort_by(|a, b| field(a, "id").cmp(field(b, "id")));
        mentors.truncate(10);
        self.random.pick(&mentors).cloned()
    }

    async fn judge(&mut self) -> Option<Answer> {
        let mentor = self.one_of_few_mentors().await?;
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

    async fn set_mentor_status(&mut self) -> Option<Answer> {
        let mentor = self.one_of_few_mentors().await?;
        let status = *self.random.pick(&["Active", "Paused", "Inactive"])?;
        let path = format!("/api/admin/mentors/{}/status", field(&mentor, "id"));
        Some(self.app.put(&path, &self.admin, json!({ "status": status })).await)
    }

    /// Gives a mentee a mentor, the same again or none.
    async fn assign(&mut self) -> Option<Answer> {
        let (mentee, mentor) = (self.any("mentees").await?, self.any("mentors").await?);
        let mentor = if self.random.below(4) == 0 { json!("") } else { mentor["id"].clone() };
        let body = json!({ "mentee_id": mentee["id"], "mentor_id": mentor });
        Some(self.app.post("/api/admin/assign-mentor", &self.admin, body).await)
    }

    /// Blocks a slot or offers it again.
    async fn block(&mut self) -> Option<Answer> {
        let slot = self.any("time-slots").await?;
        let status = *self.random.pick(&["available", "blocked", "available"])?;
        let path = format!("/api/admin/time-slots/{}", field(&slot, "id"));
        Some(self.app.put(&path, &self.admin, json!({ "status": status })).await)
    }

    /// The demo's mentor thinks again.
    async fn rewrite(&mut self) -> Option<Answer> {
        let given = self.any("feedbacks").await?;
        let mut body = feedback(&given);
        body["overall"] = self.random.below(6).into();
        let path = format!("/api/mentor/feedback/{}", field(&given, "id"));
        Some(self.app.put(&path, &self.app.mentor().await, body).await)
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

    /// Pays an order back, at once. Seldom, and otherwise buys: without a plan nobody asks for a session, and then little
    /// else can happen.
    async fn refund(&mut self) -> Option<Answer> {
        if self.random.below(4) > 0 {
            return self.buy().await;
        }
        let orders = self.list("orders").await;
        let paid: Vec<_> = orders.iter().filter(|order| order["status"] == "paid").collect();
        let path = format!("/api/admin/orders/{}/refund", field(self.random.pick(&paid)?, "id"));
        let answer = self.app.post(&path, &self.admin, Value::Null).await;
        self.app.local.pump.run_due().await;
        Some(answer)
    }

    async fn ask(&mut self) -> Option<Answer> {
        let token = self.mentees_token().await?;
        let slots = self.app.get_public("/api/available-slots?limit=1000").await.ok();
        let slot = self.random.pick(slots.as_array()?)?.clone();
        let companies = self.app.get_public("/api/companies").await.ok();
        let company = self.random.pick(companies.as_array()?)?.clone();
        let body = json!({ "company_id": company["id"], "slot_ids": [slot["id"]] });
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

    async fn reschedule(&mut self) -> Option<Answer> {
        let booking = self.any("booking-requests").await?;
        let slots = self.app.get_public("/api/available-slots?limit=1000").await.ok();
        let slot = field(self.random.pick(slots.as_array()?)?, "id").to_owned();
        Some(self.app.reschedule("admin", &self.admin, field(&booking, "id"), &[&slot]).await)
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
                let mut body = feedback(&mock);
                body["overall"] = self.random.below(6).into();
                Some(self.app.post("/api/mentor/feedback", &mentor, body).await)
            }
            _ => {
                let body = json!({ "status": "cancelled" });
                Some(self.app.put(&format!("/api/mocks/{id}/status"), &self.admin, body).await)
            }
        }
    }

    /// Lets three weeks pass, so that figures lie in several months; tokens end meanwhile.
    pub async fn weeks_later(&mut self) {
        self.app.local.clock.advance(SignedDuration::from_hours(24 * 21)).unwrap();
        self.admin = self.app.admin().await;
        for day in 1..9 {
            let starts: [i64; 4] = [540, 720, 900, 1080];
            for start in starts {
                self.app.add_slot(&self.admin, day, start, 60).await;
            }
        }
    }
}
