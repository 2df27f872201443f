//! Many payments, each told of several times in random order, and nothing else: how many orders are paid, how many mails
//! are sent.

use crate::{
    beside::{Beside, recover},
    checks::{Things, text},
    load::{Request, Site, delivery},
    options::PaymentOptions,
    world::{Failure, Weather, World},
};
use futures::{StreamExt, TryStreamExt, stream};
use local::standins::razorpay::{PayOptions, Webhook};
use rand::seq::SliceRandom;
use serde_json::{Value, json};

/// What came of them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Counted {
    pub payments: usize,
    pub deliveries: usize,
    pub paid_orders: usize,
    pub mails: usize,
}

impl Counted {
    pub fn is_right(&self) -> bool {
        self.paid_orders == self.payments && self.mails == self.payments
    }

    pub fn sentence(&self) -> String {
        let Self { payments, deliveries, paid_orders, mails } = self;
        format!("{payments} payments, {deliveries} deliveries in random order: {paid_orders} paid orders, {mails} mails.")
    }
}

async fn pay(site: &Site, n: usize) -> Result<Webhook, Failure> {
    let body = json!({
        "name": format!("Payer {n}"), "email": format!("payer{n}@example.com"), "password": "correct-horse", "plan_id": "growth",
    });
    let answer = site.ask(Request::post("order a plan", "/codementee/api/payment/create-order", body)).await;
    let order = answer.text("/razorpay_order_id").ok_or_else(|| format!("no order: {}", answer.body))?;
    let provider = &site.world.local.provider;
    let payment = provider.pay(&order, &PayOptions::default()).ok_or("no such order at Razorpay")?;
    Ok(provider.webhook("payment.captured", &payment))
}

/// Makes the payments and tells of them.
pub async fn run(seed: u64, options: &PaymentOptions) -> Result<Counted, Failure> {
    let world = World::start(&Weather { seed, faults: 0.0, plant: None, log: None }).await?;
    let site = Site::new(world.clone());
    let paying = stream::iter(0..options.payments).map(|n| pay(&site, n)).buffer_unordered(options.workers);
    let webhooks: Vec<Webhook> = paying.try_collect().await?;
    let mut told: Vec<&Webhook> = webhooks.iter().flat_map(|webhook| std::iter::repeat_n(webhook, options.deliveries)).collect();
    told.shuffle(&mut crate::proxy::numbers(seed, "payments", 0));
    let deliveries = told.len();
    {
        let _beside = Beside::start(&world);
        let telling = stream::iter(told).map(|webhook| site.ask(delivery("codementee", webhook)));
        telling.buffer_unordered(options.workers).for_each(async |_| {}).await;
    }
    if !recover(&world).await?.at_rest {
        return Err("something is still left to do".into());
    }
    let things = Things::read(&world).await?;
    let paid_orders = things.orders().filter(|order| text(order, "status") == "paid").count();
    let of_payers = |mail: &local::standins::ses::ReceivedMail| mail.to.iter().any(|to| to.starts_with("payer"));
    let mails = world.local.inbox.mails(None, None).iter().filter(|mail| of_payers(mail)).count();
    world.process.stop();
    Ok(Counted { payments: options.payments, deliveries, paid_orders, mails })
}

/// As JSON.
pub fn json(seed: u64, options: &PaymentOptions, counted: &Counted) -> Value {
    json!({ "seed": seed, "options": options, "counted": counted })
}
