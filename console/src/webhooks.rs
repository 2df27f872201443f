//! `console webhooks`: what Razorpay told, told again, or told for the first time by ourselves.

use crate::{
    Console, Failure, Outcome, config,
    direct::{self, Direct},
    events, resources, terminal,
};
use app::{Clock, SystemClock};
use clap::{Args, Subcommand};
use domain::{Instant, Product};
use gateways::settings::Settings;
use jiff::civil::Date;
use serde_json::{Value, json};
use store::{KeptEvent, KeptWebhook, PageRequest};
use triggers::{Kind, MOST_COPIES, Override, Payment, Sender, Signer, Trigger, Webhook, random_seed};

/// About webhooks.
#[derive(Debug, Subcommand)]
pub enum WebhooksCommand {
    /// List the webhooks of a day.
    List(DayArgs),
    /// Show a webhook as it came in.
    Show { id: String },
    /// Publish a stored webhook's event again, so that it is settled again.
    Replay {
        id: String,
        /// Say what would happen, and do nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Send a stored webhook to the deployment again, signed anew.
    Resend { id: String },
    /// Send a signed webhook of our own to a local or test deployment.
    Trigger(TriggerArgs),
}

/// Of which day.
#[derive(Debug, Args)]
pub struct DayArgs {
    /// A day of UTC, YYYY-MM-DD; today unless given.
    #[arg(long)]
    day: Option<Date>,
    /// How many at most.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

/// What is sent.
#[derive(Debug, Args)]
pub struct TriggerArgs {
    /// Such as payment.captured, payment.failed, order.paid or refund.processed.
    kind: Kind,
    /// The order that it is about: our id or Razorpay's.
    #[arg(long)]
    order: String,
    /// The payment's id, when it is to be one that Razorpay's stand-in or test mode knows.
    #[arg(long)]
    payment: Option<String>,
    /// A field that is to say something else, such as amount=100 or order.status=created; may be given several times.
    #[arg(long = "override", value_name = "FIELD=VALUE")]
    overrides: Vec<Override>,
    /// How many times each is sent, under one event id.
    #[arg(long, value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_COPIES)))]
    duplicate: u32,
    /// Send all that a payment goes through, shuffled; a seed always gives the same order.
    #[arg(long, value_name = "SEED", num_args = 0..=1)]
    reorder: Option<Option<u64>>,
    /// The payment fails first and is captured later.
    #[arg(long)]
    late_authorised: bool,
    /// With a signature that must be refused.
    #[arg(long)]
    bad_signature: bool,
}

/// Carries it out.
pub async fn run(console: &Console, command: WebhooksCommand) -> Outcome {
    match command {
        WebhooksCommand::List(args) => list(console, &args).await,
        WebhooksCommand::Show { id } => {
            let kept = kept(&Direct::open(console).await?, &id).await?;
            console.output.object(&shown(&kept, true))
        }
        WebhooksCommand::Replay { id, dry_run } => {
            let direct = Direct::open(console).await?;
            let kept = kept(&direct, &id).await?;
            let event = KeptEvent { event: kept.event, published_at: kept.published_at };
            events::publish(console, &direct, &[event], dry_run).await
        }
        WebhooksCommand::Resend { id } => {
            let kept = kept(&Direct::open(console).await?, &id).await?;
            let (signer, _) = signer(console).await?;
            guard(console)?;
            // What stands before the hash is the id that Razorpay gave.
            let event_id = id.rsplit_once('-').map_or(id.as_str(), |(event_id, _)| event_id).to_owned();
            let webhook = Webhook { event_id, ..signer.signed(kept.webhook.body) };
            deliver(console, &[webhook], false).await
        }
        WebhooksCommand::Trigger(args) => trigger(console, args).await,
    }
}

async fn list(console: &Console, args: &DayArgs) -> Outcome {
    let direct = Direct::open(console).await?;
    let day = args.day.map_or_else(|| direct.now.to_string().chars().take(10).collect(), |day| day.to_string());
    let page = direct.platform.store.webhooks_of_day(&day, PageRequest::first(args.limit)).await?;
    let rows: Vec<Value> = page.items.iter().map(|kept| shown(kept, false)).collect();
    console.output.rows(&["id", "event", "received_at", "published_at"], &rows)?;
    match page.next {
        Some(_) => console.output.note(&format!("There are more than {}; see --limit.", rows.len())),
        None => Ok(()),
    }
}

async fn kept(direct: &Direct, id: &str) -> Outcome<KeptWebhook> {
    let kept = direct.platform.store.kept_webhook(id).await?;
    kept.ok_or_else(|| Failure::NotFound(format!("There is no webhook '{id}'.")))
}

fn shown(kept: &KeptWebhook, whole: bool) -> Value {
    let event = serde_json::to_value(&kept.event).unwrap_or_default();
    let mut row = json!({
        "id": kept.webhook.id, "event": event["detail"]["event"], "received_at": kept.event.occurred_at,
        "published_at": kept.published_at, "event_id": kept.event.id, "request_id": kept.event.request_id,
    });
    if whole {
        row["body"] = serde_json::from_str(&kept.webhook.body).unwrap_or_else(|_| Value::from(kept.webhook.body.clone()));
    }
    row
}

/// Who signs, and the deployment's time: the local server's, or ours with `RAZORPAY_WEBHOOK_SECRET`.
pub async fn signer(console: &Console) -> Outcome<(Signer, Instant)> {
    if console.local {
        let direct = Direct::open(console).await?;
        return Ok((Signer::new(direct.platform.settings.secret("RAZORPAY_WEBHOOK_SECRET")?), direct.now));
    }
    let settings = Settings::load().await?;
    Ok((Signer::new(settings.secret("RAZORPAY_WEBHOOK_SECRET")?), SystemClock.now()))
}

/// Money that nobody paid is not told to a deployment of others without a word.
fn guard(console: &Console) -> Outcome {
    let url = &console.config.url.value;
    match reqwest::Url::parse(url).is_ok_and(|url| config::is_here(&url)) {
        true => Ok(()),
        false => terminal::confirm(&format!("{url} will take this for Razorpay's word. Send it?"), console.yes),
    }
}

async fn trigger(console: &Console, args: TriggerArgs) -> Outcome {
    console.is_for(Product::Codementee)?;
    let (signer, now) = signer(console).await?;
    guard(console)?;
    let orders = resources::find("orders").ok_or_else(|| Failure::Failed("Orders are not described.".to_owned()))?;
    let order = resources::thing(console, &console.client()?.signed_in()?, orders, &args.order).await?;
    let text = |name: &str| order[name].as_str().unwrap_or_default().to_owned();
    let amount = order["amount"].as_u64().unwrap_or_default();
    let at = now.epoch_seconds();
    let payment = Payment::of(&text("razorpay_order_id"), amount, &text("currency"), args.kind.payment_status(), at);
    let payment = Payment { id: args.payment.unwrap_or(payment.id.clone()), ..payment };
    let seed = args.reorder.map(|seed| seed.unwrap_or_else(random_seed));
    if let Some(seed) = seed {
        console.output.note(&format!("Shuffled by the seed {seed}."))?;
    }
    let trigger = Trigger {
        kind: args.kind,
        overrides: args.overrides,
        duplicate: args.duplicate,
        reorder: seed,
        late_authorised: args.late_authorised,
        bad_signature: args.bad_signature,
    };
    deliver(console, &trigger.webhooks(&signer, &payment, at), args.bad_signature).await
}

/// Sends webhooks one after another, and says what was answered to each.
async fn deliver(console: &Console, webhooks: &[Webhook], to_be_refused: bool) -> Outcome {
    console.interrupts.finish_rows();
    let sender = Sender::new(console.client()?.address("/api/payment/webhook")).map_err(Failure::because)?;
    let (mut rows, mut as_wanted) = (Vec::new(), true);
    for webhook in webhooks {
        if console.interrupts.asked() {
            break;
        }
        let sent = sender.send(webhook).await.map_err(Failure::because)?;
        as_wanted &= sent.is_taken() != to_be_refused;
        let answer: Value = serde_json::from_str(&sent.body).unwrap_or_default();
        rows.push(json!({
            "event": webhook.event, "event_id": webhook.event_id, "status": sent.status, "taken": sent.is_taken(), "answer": answer,
        }));
    }
    console.output.rows(&["event", "event_id", "status", "taken"], &rows)?;
    match (console.interrupts.asked(), as_wanted) {
        (true, _) => Err(Failure::Interrupted),
        (false, true) => Ok(()),
        (false, false) if to_be_refused => Err(Failure::Failed("A wrong signature was taken.".to_owned())),
        _ => Err(Failure::Failed("Not every webhook was taken.".to_owned())),
    }
}

/// Something only a local server has.
pub async fn dead_letters(console: &Console) -> Outcome<usize> {
    let dead = direct::ask(&console.config.url.value, "dead-letters.json").await?;
    Ok(dead.as_array().map_or(0, Vec::len))
}
