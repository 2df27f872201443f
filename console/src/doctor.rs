//! `console doctor`: whether a deployment is well, line by line, and what mends what is not.

use crate::{Console, Failure, Outcome, client::Request, direct::Direct, webhooks};
use app::{Clock, SystemClock};
use domain::Instant;
use serde_json::{Value, json};
use store::keys::Index;
use triggers::{Sender, Webhook};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Well,
    Ill,
    /// It could not be looked at from here.
    Unseen,
}

/// A line.
struct Line {
    check: &'static str,
    found: Found,
    told: String,
    mend: &'static str,
}

fn line(check: &'static str, outcome: Result<String, String>, mend: &'static str) -> Line {
    match outcome {
        Ok(told) => Line { check, found: Found::Well, told, mend: "" },
        Err(told) => Line { check, found: Found::Ill, told, mend },
    }
}

fn unseen(check: &'static str, why: &str) -> Line {
    Line {
        check,
        found: Found::Unseen,
        told: why.to_owned(),
        mend: "give AWS credentials and the functions' settings, or --local",
    }
}

/// Clocks that differ by more make signatures and tokens fail.
const CLOCK_SECONDS: i64 = 60;
/// What waits longer is not merely on its way.
const OUTBOX_SECONDS: i64 = 60;

/// Checks everything.
pub async fn run(console: &Console) -> Outcome {
    let mut lines = api(console).await?;
    match Direct::open(console).await {
        Ok(direct) => lines.extend(beside(console, &direct).await),
        Err(failure) => {
            let beside = ["table", "secrets", "mail sender", "webhook secret", "outbox", "dead letters"];
            lines.extend(beside.map(|check| unseen(check, &failure.to_string())));
        }
    }
    let rows: Vec<Value> = lines
        .iter()
        .map(|line| {
            let found = match line.found {
                Found::Well => "ok",
                Found::Ill => "failed",
                Found::Unseen => "not checked",
            };
            json!({ "check": line.check, "result": found, "told": line.told, "mend": line.mend })
        })
        .collect();
    console.output.rows(&["check", "result", "told", "mend"], &rows)?;
    if lines.iter().any(|line| line.found == Found::Ill) { Err(Failure::Told) } else { Ok(()) }
}

/// What the API itself tells.
async fn api(console: &Console) -> Outcome<Vec<Line>> {
    let client = console.client()?;
    let health = client.clone().with_token(None).send(&Request::get("/api/health")).await;
    let told = health.as_ref().map_err(ToString::to_string);
    let version = told.clone().map(|answer| format!("version {}", answer.body["version"].as_str().unwrap_or("unknown")));
    let mut lines = vec![line("reachable", version, "check --url, and that the deployment runs")];
    let clock = told.and_then(|answer| {
        let theirs = answer.body["timestamp"].as_str().and_then(|at| Instant::parse(at).ok()).ok_or("it tells no time")?;
        let apart = theirs.since(SystemClock.now()).as_secs();
        if apart.abs() <= CLOCK_SECONDS { Ok(format!("{apart} s apart")) } else { Err(format!("{apart} s apart")) }
    });
    lines.push(line("clock", clock, "set this machine's clock; a local server's stays moved until --reset"));
    let token = match client.signed_in() {
        Err(failure) => Err(failure.to_string()),
        Ok(client) => match client.send(&Request::get("/api/auth/me")).await {
            Ok(answer) if answer.body["role"] == "admin" => Ok("an admin's".to_owned()),
            Ok(answer) => Err(format!("a {}'s, which opens little here", answer.body["role"].as_str().unwrap_or("stranger"))),
            Err(failure) => Err(failure.to_string()),
        },
    };
    lines.push(line("token", token, "console login, as an admin"));
    Ok(lines)
}

/// What stands beside the API.
async fn beside(console: &Console, direct: &Direct) -> Vec<Line> {
    let mut lines = vec![
        line("table", table(direct).await, "deploy template.yaml; it has the table and each index"),
        line("secrets", secrets(direct), "put it into the secrets that SECRETS_ARN names, at least 16 bytes long"),
        line("mail sender", sender(direct).await, "verify the address or its domain with SES, in this region"),
        line("webhook secret", webhook_secret(console).await, "make Razorpay's webhook secret and ours the same"),
        line("outbox", outbox(direct).await, "see console outbox status and events list, and the relay's and sweeper's logs"),
    ];
    lines.push(match console.local {
        true => {
            line("dead letters", dead_letters(console).await, "read them at /_local/events; mend the cause, then events replay")
        }
        false => Line {
            check: "dead letters",
            found: Found::Unseen,
            told: "the queues are not read from here".to_owned(),
            mend: "look at the alarm DeadLettersAlarm; docs/operations.md says how they are sent again",
        },
    });
    lines
}

async fn table(direct: &Direct) -> Result<String, String> {
    let name = direct.platform.settings.required("TABLE_NAME").map_err(|error| error.to_string())?;
    let answer = direct.platform.aws.dynamodb().describe_table().table_name(name).send().await;
    let answer = answer.map_err(|error| aws_sdk_dynamodb::error::DisplayErrorContext(error).to_string())?;
    let table = answer.table.ok_or("the table is not described")?;
    let there = |index: &Index| table.global_secondary_indexes().iter().any(|known| known.index_name() == Some(index.name()));
    let missing: Vec<&str> = Index::ALL.iter().filter(|index| !there(index)).map(|index| index.name()).collect();
    if missing.is_empty() {
        return Ok(format!("{name} with {} indexes", Index::ALL.len()));
    }
    Err(format!("{name} has no index {}", missing.join(", ")))
}

fn secrets(direct: &Direct) -> Result<String, String> {
    let names = ["JWT_SECRET", "RAZORPAY_KEY_SECRET", "RAZORPAY_WEBHOOK_SECRET"];
    let bad: Vec<String> =
        names.iter().filter_map(|name| direct.platform.settings.secret(name).err()).map(|error| error.to_string()).collect();
    if bad.is_empty() { Ok(format!("{} are there", names.len())) } else { Err(bad.join("; ")) }
}

async fn sender(direct: &Direct) -> Result<String, String> {
    let address = direct.platform.settings.required("MAIL_SENDER_ADDRESS").map_err(|error| error.to_string())?;
    let domain = address.rsplit_once('@').map_or(address, |(_, domain)| domain);
    // Either may be verified; with the domain every address of it is.
    for identity in [address, domain] {
        let answer = direct.platform.aws.ses().get_email_identity().email_identity(identity).send().await;
        if answer.is_ok_and(|answer| answer.verified_for_sending_status()) {
            return Ok(format!("{identity} is verified"));
        }
    }
    Err(format!("neither {address} nor {domain} is verified"))
}

/// A signed test event is taken, and one that is signed otherwise is not. It is always the same one, so that it is kept
/// once, and it concerns no order.
async fn webhook_secret(console: &Console) -> Result<String, String> {
    let told = |failure: Failure| failure.to_string();
    let (signer, _) = webhooks::signer(console).await.map_err(told)?;
    let address = console.client().map_err(told)?.address("/api/payment/webhook");
    let sender = Sender::new(address).map_err(|error| error.to_string())?;
    let body = json!({ "entity": "event", "event": "platform.test", "contains": [], "payload": {} }).to_string();
    let webhook = Webhook { event_id: "platform-test".to_owned(), ..signer.signed(body) };
    let forged = Webhook { signature: "0".repeat(64), ..webhook.clone() };
    let [taken, refused] = [&webhook, &forged].map(|webhook| sender.send(webhook));
    let (taken, refused) = (taken.await.map_err(|error| error.to_string())?, refused.await.map_err(|error| error.to_string())?);
    match (taken.is_taken(), refused.is_taken()) {
        (true, false) => Ok("a signed event is taken, a forged one is not".to_owned()),
        (false, _) => Err(format!("a signed event was answered {}", taken.status)),
        (true, true) => Err("a forged event was taken".to_owned()),
    }
}

async fn outbox(direct: &Direct) -> Result<String, String> {
    let waiting = direct.platform.store.waiting().await.map_err(|error| error.to_string())?;
    let seconds = waiting.oldest.map_or(0, |oldest| direct.now.since(oldest).as_secs());
    let told = format!("{} wait", waiting.events);
    if seconds <= OUTBOX_SECONDS { Ok(told) } else { Err(format!("{told}, the oldest for {seconds} s")) }
}

async fn dead_letters(console: &Console) -> Result<String, String> {
    match webhooks::dead_letters(console).await {
        Ok(0) => Ok("none".to_owned()),
        Ok(n) => Err(format!("{n} were given up")),
        Err(failure) => Err(failure.to_string()),
    }
}
