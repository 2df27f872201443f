//! What a run did and found, as tables and as JSON.

use crate::{
    proxy::{Fault, Row},
    run::Outcome,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Write};

/// A table in Markdown.
pub fn table(head: &[String], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let lines = [line(head), format!("|{}", "---|".repeat(head.len()))];
    lines.into_iter().chain(rows.into_iter().map(|cells| line(&cells))).collect::<Vec<_>>().join("\n")
}

fn words(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// How often each fault fired, by what the call does. Calls without any are left out.
fn faults(outcome: &Outcome) -> String {
    let head: Vec<String> =
        words(&["call", "calls"]).into_iter().chain(Fault::ALL.map(|fault| fault.title().to_owned())).collect();
    let row = |service: &str, path: &str, row: &Row| {
        let fired = Fault::ALL.map(|fault| row.fired.get(&fault).map_or(String::new(), u64::to_string));
        [format!("{service}: {path}"), row.calls.to_string()].into_iter().chain(fired).collect::<Vec<_>>()
    };
    let mut all = Row::default();
    for one in outcome.calls.values() {
        all.calls += one.calls;
        for (fault, times) in &one.fired {
            *all.fired.entry(*fault).or_default() += times;
        }
    }
    let rows = outcome.calls.iter().map(|((service, path), one)| row(service.name(), path, one));
    table(&head, rows.chain([row("all", "", &all)]))
}

/// Write paths that were taken, and those that never lost a reply after the commit.
pub fn write_paths(outcome: &Outcome) -> (usize, Vec<String>) {
    let writes = outcome.calls.iter().filter(|(_, row)| row.writes);
    let never = writes.clone().filter(|(_, row)| !row.fired.contains_key(&Fault::ReplyLost));
    let never = never.map(|((service, path), row)| format!("{}: {path} ({} calls)", service.name(), row.calls));
    (writes.count(), never.collect())
}

fn answers(outcome: &Outcome) -> String {
    let head = words(&["asked", "times", "done", "refused (4xx)", "failed (5xx)", "no answer"]);
    let rows = outcome.answers.iter().map(|(what, answers)| {
        let sum = |from: u16, until: u16| answers.range(from..until).map(|(_, times)| times).sum::<u64>().to_string();
        vec![(*what).to_owned(), sum(0, 600), sum(200, 400), sum(400, 500), sum(500, 600), sum(0, 1)]
    });
    table(&head, rows)
}

fn by_rule(outcome: &Outcome) -> BTreeMap<&'static str, u64> {
    let mut broken = BTreeMap::new();
    for (rule, _) in &outcome.checked.findings.found {
        *broken.entry(*rule).or_default() += 1;
    }
    broken
}

fn rules(outcome: &Outcome) -> String {
    let broken = by_rule(outcome);
    let rows = outcome
        .checked
        .findings
        .looked_at
        .iter()
        .map(|(rule, times)| vec![(*rule).to_owned(), times.to_string(), broken.get(rule).copied().unwrap_or(0).to_string()]);
    table(&words(&["what must hold", "held against", "broken"]), rows)
}

/// The whole report as text.
pub fn text(outcome: &Outcome) -> String {
    let checked = &outcome.checked;
    let mut text = String::new();
    let mut line = |words: String| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{words}\n");
    };
    line(format!("`{}`", outcome.options.replay(outcome.seed)));
    line(faults(outcome));
    let (paths, never) = write_paths(outcome);
    line(format!("{paths} write paths; on {} of them a reply was lost after the commit.", paths - never.len()));
    if !never.is_empty() {
        line(format!("Not on: {}.", never.join("; ")));
    }
    line(answers(outcome));
    line(rules(outcome));
    let repeated = &checked.repeated_mails;
    let quiet = if outcome.recovery.at_rest { "Quiet" } else { "Not quiet" };
    line(format!(
        "{} kills. {} events, {} published more than once. {} mails, of them {} again because the mail service's reply was \
         lost or too late, {} because the process was killed before it was noted, {} because noting it failed. {} messages \
         came twice from a queue; {} were put aside after five attempts, and put back when the storm was over. {quiet} after \
         {} rounds of recovery. {:.0} s of storm, {:.0} s in all.",
        outcome.kills,
        checked.events,
        checked.repeated_events,
        checked.mails,
        repeated.reply_lost,
        repeated.killed,
        repeated.not_noted,
        outcome.twice,
        outcome.given_up,
        outcome.recovery.rounds,
        outcome.took.storm,
        outcome.took.all,
    ));
    for (rule, what) in checked.findings.found.iter().take(40) {
        line(format!("BROKEN: {rule}: {what}"));
    }
    text
}

/// The whole report as JSON.
pub fn json(outcome: &Outcome) -> Value {
    let checked = &outcome.checked;
    let calls: Vec<Value> = outcome
        .calls
        .iter()
        .map(|((service, path), row)| json!({ "service": service, "path": path, "calls": row.calls, "writes": row.writes, "fired": row.fired }))
        .collect();
    json!({
        "seed": outcome.seed, "command": outcome.options.replay(outcome.seed), "options": outcome.options, "kills": outcome.kills,
        "calls": calls, "answers": outcome.answers, "never_lost_a_reply": write_paths(outcome).1,
        "rules": checked.findings.looked_at, "broken": checked.findings.found, "events": checked.events,
        "events_published_again": checked.repeated_events, "mails": checked.mails, "mails_sent_again": checked.repeated_mails,
        "messages_delivered_twice": outcome.twice, "messages_put_aside": outcome.given_up, "recovery": outcome.recovery,
        "seconds": outcome.took, "planted": outcome.planted,
    })
}
