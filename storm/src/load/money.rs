//! Orders, payments, and who is told of them how often and in which order.

use super::{
    Doer,
    bookings::SECRET,
    cast::{Person, recent},
    site::Request,
};
use futures::future::join_all;
use local::standins::razorpay::{PayOptions, RazorpayPayment, Webhook};
use rand::{Rng, seq::SliceRandom};
use serde_json::json;

/// The webhook as Razorpay sends it.
pub fn delivery(face: &str, webhook: &Webhook) -> Request {
    let path = format!("/{face}/api/payment/webhook");
    let headers = vec![("x-razorpay-signature", webhook.signature.clone()), ("x-razorpay-event-id", webhook.event_id.clone())];
    Request::post("deliver a webhook", path, serde_json::Value::Null).raw(webhook.body.clone(), headers)
}

impl Doer {
    /// Orders a plan, as a member or as a visitor; returns Razorpay's order.
    async fn order(&mut self, payer: Option<&Person>) -> Option<String> {
        let plan = ["foundation", "growth", "accelerator"][self.rng.random_range(0..3)];
        let path = "/codementee/api/payment/create-order";
        let answer = match payer {
            Some(payer) => self.site.ask(Request::post("order a plan", path, json!({ "plan_id": plan })).by(&payer.token)).await,
            None => {
                let name = self.name("visitor");
                let body = json!({
                    "name": format!("Visitor {name}"), "email": format!("{name}@example.com"), "password": SECRET, "plan_id": plan,
                });
                self.site.ask(Request::post("order a plan", path, body)).await
            }
        };
        answer.text("/razorpay_order_id")
    }

    /// Buys a plan.
    pub async fn buy(&mut self) {
        let payer = if self.rng.random_bool(0.7) { recent(&self.cast.things().mentees, &mut self.rng).cloned() } else { None };
        let Some(order) = self.order(payer.as_ref()).await else { return };
        self.pay_plan(&order, payer.as_ref()).await;
    }

    /// Buys somebody a plan for sure, as far as the platform answers.
    pub async fn buy_for(&mut self, payer: &Person) {
        if let Some(order) = self.order(Some(payer)).await {
            self.pay_plan(&order, Some(payer)).await;
        }
    }

    /// Somebody new with a plan, as far as the platform answers.
    pub async fn paid_mentee(&mut self) -> Option<Person> {
        let person = self.register().await?;
        let order = self.order(Some(&person)).await?;
        let provider = self.site.world.local.provider.clone();
        let payment = provider.pay(&order, &PayOptions::default())?;
        let word = serde_json::to_value(provider.checkout_answer(&payment)).ok()?;
        self.site.ask(Request::post("verify a payment", "/codementee/api/payment/verify", word).by(&person.token)).await;
        Some(person)
    }

    async fn pay_plan(&mut self, order: &str, payer: Option<&Person>) {
        let provider = self.site.world.local.provider.clone();
        if self.rng.random_bool(0.1) {
            let failed = provider.fail(order);
            let webhooks = failed.map(|payment| provider.webhooks_of(&payment)).unwrap_or_default();
            join_all(webhooks.iter().map(|webhook| self.site.ask(delivery("codementee", webhook)))).await;
        }
        let wrong = self.rng.random_bool(0.05);
        let options = PayOptions { amount: wrong.then_some(100), ..PayOptions::default() };
        let Some(payment) = provider.pay(order, &options) else { return };
        let word = serde_json::to_value(provider.checkout_answer(&payment)).unwrap_or_default();
        let mut verify = Request::post("verify a payment", "/codementee/api/payment/verify", word);
        if let Some(payer) = payer {
            verify = verify.by(&payer.token);
        }
        self.tell("codementee", &payment, &verify).await;
        // A second payment of the same order fits nothing.
        if self.rng.random_bool(0.03)
            && let Some(again) = provider.pay(order, &PayOptions::default())
        {
            self.tell("codementee", &again, &verify).await;
        }
    }

    /// Tells of a payment: webhooks, several times or not at all, and the browser; in any order, at once. What nobody
    /// tells of is for reconciliation to find.
    pub async fn tell(&mut self, face: &str, payment: &RazorpayPayment, verify: &Request) {
        let webhooks = self.site.world.local.provider.webhooks_of(payment);
        let mut told: Vec<Request> = Vec::new();
        for webhook in &webhooks {
            let times = [0, 1, 2, 3][self.rng.random_range(0..4)];
            told.extend((0..times).map(|_| delivery(face, webhook)));
        }
        told.extend((0..self.rng.random_range(0..3)).map(|_| verify.clone()));
        told.shuffle(&mut self.rng);
        join_all(told.into_iter().map(|request| self.site.ask(request))).await;
    }
}
