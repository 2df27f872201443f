//! Putting rows in, one after another. Each is one request, which is carried out whole or not at all; what is there
//! already is left alone, so that an import that broke off is simply made again.

use super::{Line, rules::Rules};
use crate::{
    Console, Failure, Outcome,
    client::Client,
    fields::put,
    output::at,
    progress::Progress,
    report::{Became, Report, Row},
    resources::{self, Resource},
};
use serde_json::Value;
use std::collections::HashMap;

/// What is to be done about a row.
enum Plan<'a> {
    Add,
    Change(&'a Value),
    Nothing(&'a Value),
}

/// Looks at what there is, and puts in what is not, or says what would be put in.
pub async fn carry_out(
    console: &Console,
    rules: &Rules,
    resource: &'static Resource,
    lines: Vec<Line>,
    dry_run: bool,
) -> Outcome {
    console.interrupts.finish_rows();
    let client = console.client()?.signed_in()?;
    let list = resource.list.as_ref().ok_or_else(|| Failure::Failed(format!("{} have no list.", resource.noun)))?;
    let query = (rules.query)(&lines);
    let (there, _) = resources::read_list(console, &client, list, query, None, |_| false).await?;
    let mut known: HashMap<String, &Value> = HashMap::new();
    for thing in &there {
        known.extend((rules.names)(thing).into_iter().map(|name| (name, thing)));
    }
    let bar = Progress::rows(lines.len());
    let mut results: Vec<Row> = Vec::with_capacity(lines.len());
    for line in &lines {
        if console.interrupts.asked() {
            break;
        }
        let (row, stop) = one(&client, rules, resource, line, &known, dry_run).await;
        results.push(row);
        bar.set(results.len());
        if let Some(failure) = stop {
            drop(bar);
            Report::new(dry_run, lines.len(), results, false).print(console.output).or_else(only_told)?;
            return Err(failure);
        }
    }
    drop(bar);
    let interrupted = results.len() < lines.len();
    Report::new(dry_run, lines.len(), results, interrupted).print(console.output)
}

/// The report is out; the reason follows.
fn only_told(failure: Failure) -> Outcome {
    if failure == Failure::Told { Ok(()) } else { Err(failure) }
}

/// Does what is to be done about a row; with a failure that would meet every further row too.
async fn one(
    client: &Client,
    rules: &Rules,
    resource: &'static Resource,
    line: &Line,
    known: &HashMap<String, &Value>,
    dry_run: bool,
) -> (Row, Option<Failure>) {
    let values = Value::Object(line.values.clone());
    let names = (rules.names)(&values);
    let plan = match names.iter().find_map(|name| known.get(name)) {
        None => Plan::Add,
        Some(there) if rules.update.is_some() && differs(rules, &values, there) => Plan::Change(there),
        Some(there) => Plan::Nothing(there),
    };
    let row = |action: &str, outcome, id: Option<&str>, error| Row {
        line: Some(line.number),
        action: action.to_owned(),
        key: names.join(" "),
        outcome,
        id: id.map(str::to_owned),
        error,
        answer: Value::Null,
    };
    let (action, verb, id) = match plan {
        Plan::Nothing(there) => return (row("none", Became::Unchanged, there["id"].as_str(), None), None),
        Plan::Add => ("create", rules.add, None),
        Plan::Change(there) => ("update", rules.update.unwrap_or("update"), there["id"].as_str()),
    };
    if dry_run {
        return (row(action, Became::WouldBeDone, id, None), None);
    }
    let body = match plan {
        Plan::Change(there) => over(rules, &values, there),
        _ => values.clone(),
    };
    match resources::send(client, resource, verb, id, body).await {
        Ok(answer) => (row(action, Became::Done, answer["id"].as_str().or(id), None), None),
        Err(failure) => {
            let stops = matches!(failure, Failure::Failed(_) | Failure::NotAllowed(_));
            let failed = row(action, Became::Failed, id, Some(failure.to_string()));
            (failed, stops.then_some(failure))
        }
    }
}

/// Whether a row says something else than what is there; what it leaves out it says nothing about.
fn differs(rules: &Rules, row: &Value, there: &Value) -> bool {
    let changeable = rules.fields.iter().filter(|field| Some(field.name) != rules.known_by);
    let said = changeable.map(|field| (at(row, field.name), at(there, field.name)));
    let mut said = said.filter(|(said, _)| !said.is_null());
    said.any(|(said, there)| said != there)
}

/// What is there, with what the row says put over it.
fn over(rules: &Rules, row: &Value, there: &Value) -> Value {
    let mut body = crate::fields::Object::new();
    for field in rules.fields {
        let said = at(row, field.name);
        put(&mut body, field.name, if said.is_null() { at(there, field.name).clone() } else { said.clone() });
    }
    Value::Object(body)
}
