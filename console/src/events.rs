//! `console events` and `console outbox`: what happened, and what waits to be published.

use crate::{Console, Failure, Outcome, direct::Direct, terminal};
use app::replays::replay;
use clap::{Args, Subcommand};
use domain::{EventId, Instant};
use serde_json::{Value, json};
use store::KeptEvent;

/// About events.
#[derive(Debug, Subcommand)]
pub enum EventsCommand {
    /// List the events that wait to be published; with --since those of some time, which reads the whole table.
    List(SpanArgs),
    /// Publish events again. Whoever reads them does nothing twice; what is older than 90 days is refused.
    Replay(ReplayArgs),
}

/// Of which time.
#[derive(Debug, Args)]
pub struct SpanArgs {
    /// From this instant on, such as 2026-02-01T10:00:00Z. Reads the whole table, and so costs and needs --yes.
    #[arg(long, value_parser = instant)]
    since: Option<Instant>,
    /// Up to this instant; now unless given.
    #[arg(long, value_parser = instant, requires = "since")]
    until: Option<Instant>,
    /// Only events of this name, such as BookingConfirmed.
    #[arg(long)]
    name: Option<String>,
}

/// Which ones.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Their ids.
    #[arg(required_unless_present = "since", conflicts_with = "since")]
    ids: Vec<EventId>,
    #[command(flatten)]
    span: SpanArgs,
    /// Say what would happen, and do nothing.
    #[arg(long)]
    dry_run: bool,
}

fn instant(text: &str) -> Result<Instant, String> {
    Instant::parse(text).map_err(|_| format!("'{text}' is no instant like 2026-02-01T10:00:00Z"))
}

const COLUMNS: [&str; 6] = ["id", "name", "occurred_at", "published_at", "product", "request_id"];

/// Carries it out.
pub async fn run(console: &Console, command: EventsCommand) -> Outcome {
    match command {
        EventsCommand::List(span) => list(console, &span).await,
        EventsCommand::Replay(args) => again(console, &args).await,
    }
}

fn shown(kept: &KeptEvent) -> Value {
    let mut event = serde_json::to_value(&kept.event).unwrap_or_default();
    event["published_at"] = json!(kept.published_at);
    event
}

async fn list(console: &Console, span: &SpanArgs) -> Outcome {
    let direct = Direct::open(console).await?;
    let events = match span.since {
        Some(_) => of_span(console, &direct, span).await?,
        None => {
            let waiting = direct.platform.store.unpublished(direct.now).await?;
            let wanted = waiting.into_iter().map(|waiting| KeptEvent { event: waiting.event, published_at: None });
            named(wanted, span)
        }
    };
    let rows: Vec<Value> = events.iter().map(shown).collect();
    console.output.rows(&COLUMNS, &rows)
}

fn named(events: impl Iterator<Item = KeptEvent>, span: &SpanArgs) -> Vec<KeptEvent> {
    events.filter(|kept| span.name.as_ref().is_none_or(|name| kept.event.name() == name)).collect()
}

/// The events of a time. There is no list of them, so the whole table is read.
async fn of_span(console: &Console, direct: &Direct, span: &SpanArgs) -> Outcome<Vec<KeptEvent>> {
    let Some(since) = span.since else { return Ok(Vec::new()) };
    terminal::confirm("This reads the whole table, and is paid for by its size. Go on?", console.yes)?;
    let until = span.until.unwrap_or(direct.now);
    Ok(named(direct.platform.store.scan_events(since, until).await?.into_iter(), span))
}

async fn again(console: &Console, args: &ReplayArgs) -> Outcome {
    let direct = Direct::open(console).await?;
    let events = match args.span.since {
        Some(_) => of_span(console, &direct, &args.span).await?,
        None => direct.platform.store.kept_events(&args.ids).await?,
    };
    let unknown = args.ids.iter().find(|id| !events.iter().any(|kept| kept.event.id == **id));
    if let Some(id) = unknown {
        return Err(Failure::NotFound(format!("There is no event '{id}'.")));
    }
    publish(console, &direct, &events, args.dry_run).await
}

/// Publishes events again, and says what became of each.
pub async fn publish(console: &Console, direct: &Direct, events: &[KeptEvent], dry_run: bool) -> Outcome {
    use crate::report::{Became, Report, Row};
    let replayed = match dry_run {
        true => app::replays::Replayed::default(),
        false => replay(&direct.bus()?, events, direct.now).await,
    };
    let row = |kept: &KeptEvent| {
        let (id, age) = (kept.event.id, direct.now.since(kept.event.occurred_at));
        let (outcome, error) = match () {
            () if age > app::replays::REPLAYABLE => (Became::Failed, Some("it is older than 90 days".to_owned())),
            () if dry_run => (Became::WouldBeDone, None),
            () if replayed.published.contains(&id) => (Became::Done, None),
            () => (Became::Failed, Some(replayed.failed.clone().unwrap_or_else(|| "the bus refused it".to_owned()))),
        };
        let (action, id) = ("replay".to_owned(), Some(id.to_string()));
        Row { line: None, action, key: kept.event.name().to_owned(), outcome, id, error, answer: Value::Null }
    };
    Report::new(dry_run, events.len(), events.iter().map(row).collect(), false).print(console.output)
}

/// Shows how much waits.
pub async fn status(console: &Console) -> Outcome {
    let direct = Direct::open(console).await?;
    let waiting = direct.platform.store.waiting().await?;
    let seconds = waiting.oldest.map(|oldest| direct.now.since(oldest).as_secs().max(0));
    console.output.object(&json!({ "waiting": waiting.events, "oldest": waiting.oldest, "oldest_seconds": seconds }))
}
