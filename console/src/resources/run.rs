//! Carrying out what is asked of a noun.

use super::{
    command::{ALL, ID, LIMIT},
    shape::{List, Resource, Show, Verb},
};
use crate::{
    Console, Failure, Outcome,
    client::{Client, Request},
    fields::{Field, Object, put},
    progress::Progress,
    report::{Became, Report, Row},
    terminal,
};
use clap::ArgMatches;
use serde_json::Value;

/// As many as the API gives at once without effort.
const PAGE: usize = 200;

/// Carries out a noun's verb.
pub async fn run(console: &Console, resource: &'static Resource, verb: &str, matches: &ArgMatches) -> Outcome {
    console.is_for(resource.product)?;
    let client = console.client()?.signed_in()?;
    match (verb, &resource.list) {
        ("list", Some(list)) => return show_list(console, &client, list, matches).await,
        ("show", _) if !matches!(resource.show, Show::Nothing) => {
            let found = thing(console, &client, resource, id_of(matches)).await?;
            return console.output.object(&found);
        }
        _ => {}
    }
    let verb = resource.verbs.iter().find(|known| known.name == verb);
    let verb = verb.ok_or_else(|| Failure::Usage("There is no such command.".to_owned()))?;
    let request = request(console, &client, resource, verb, matches).await?;
    if verb.destructive {
        return carefully(console, &client, resource, verb, &request, matches).await;
    }
    let answer = ask(&client, verb, &request, id_of(matches)).await?;
    console.output.object(&answer)
}

fn id_of(matches: &ArgMatches) -> &str {
    matches.try_get_one::<String>(ID).ok().flatten().map_or("", String::as_str)
}

fn filters(fields: &[Field], matches: &ArgMatches) -> Outcome<Vec<(String, String)>> {
    let given = fields.iter().filter_map(|field| Some((field, field.given(matches)?)));
    given.map(|(field, value)| Ok((field.name.to_owned(), text_of(&value.map_err(wrong(field))?)))).collect()
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn wrong(field: &Field) -> impl FnOnce(String) -> Failure {
    let flag = field.flag;
    move |why| Failure::Usage(format!("--{flag}: {why}"))
}

async fn show_list(console: &Console, client: &Client, list: &List, matches: &ArgMatches) -> Outcome {
    let limit = match matches.get_flag(ALL) {
        true => None,
        false => matches.get_one::<u32>(LIMIT).map(|limit| *limit as usize),
    };
    let (rows, more) = read_list(console, client, list, filters(list.filters, matches)?, limit, |_| false).await?;
    console.output.rows(list.columns, &rows)?;
    match more {
        true => console.output.note(&format!("There are more than {}; see --limit and --all.", rows.len())),
        false => Ok(()),
    }
}

/// Reads a list, up to so many or until the one is found that is looked for; and whether there is more of it.
pub async fn read_list(
    console: &Console,
    client: &Client,
    list: &List,
    query: Vec<(String, String)>,
    limit: Option<usize>,
    is_last: impl Fn(&Value) -> bool,
) -> Outcome<(Vec<Value>, bool)> {
    let wanted = limit.unwrap_or(usize::MAX);
    let bar = Progress::counter(limit.is_none(), list.about);
    let (mut rows, mut cursor): (Vec<Value>, Option<String>) = (Vec::new(), None);
    loop {
        let mut request = Request { query: query.clone(), ..Request::get(list.path) };
        if list.paged {
            request.query.push(("limit".to_owned(), PAGE.min(wanted - rows.len()).to_string()));
            request.query.extend(cursor.map(|cursor| ("cursor".to_owned(), cursor)));
        }
        let answer = client.send(&request).await?;
        let Value::Array(mut found) = answer.body else {
            return Err(Failure::Failed("The deployment answered no list.".to_owned()));
        };
        let surplus = rows.len() + found.len() > wanted;
        found.truncate(wanted - rows.len());
        let last = found.iter().any(&is_last);
        rows.append(&mut found);
        bar.set(rows.len());
        cursor = answer.next;
        if last || cursor.is_none() || rows.len() >= wanted || console.interrupts.asked() {
            return Ok((rows, surplus || cursor.is_some()));
        }
    }
}

/// One thing as it is now.
pub async fn thing(console: &Console, client: &Client, resource: &Resource, id: &str) -> Outcome<Value> {
    let unknown = || Failure::NotFound(format!("There is no {} '{id}'.", resource.one));
    match (resource.show, &resource.list) {
        (Show::At(path), _) => {
            let path = with_id(path, id)?;
            client.send(&Request::get(path)).await.map(|answer| answer.body)
        }
        (Show::InList(wide), Some(list)) => {
            let is_it = |row: &Value| ["id", "plan_id", "razorpay_order_id"].iter().any(|name| row[*name] == id);
            let wide = wide.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let (rows, _) = read_list(console, client, list, wide, None, is_it).await?;
            rows.into_iter().find(is_it).ok_or_else(unknown)
        }
        _ => Err(unknown()),
    }
}

/// A path with an id in it, which changes nothing else of the path.
pub fn with_id(path: &str, id: &str) -> Outcome<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if id.is_empty() || !id.chars().all(plain) || id.starts_with('.') {
        return Err(Failure::NotFound(format!("There is nothing with the id '{id}'.")));
    }
    Ok(path.replace("{id}", id))
}

/// What a verb sends; where to is its paths' matter.
async fn request(console: &Console, client: &Client, resource: &Resource, verb: &Verb, matches: &ArgMatches) -> Outcome<Request> {
    let given = verb.fields.iter().filter_map(|field| Some((field, field.given(matches)?)));
    let given = given.map(|(field, value)| Ok((field.name, value.map_err(wrong(field))?))).collect::<Outcome<Vec<_>>>()?;
    let mut body = Object::new();
    if verb.merges {
        if given.is_empty() {
            let flags: Vec<_> = verb.fields.iter().map(|field| format!("--{}", field.flag)).collect();
            return Err(Failure::Usage(format!("Nothing is to be changed; give at least one of {}", flags.join(", "))));
        }
        let now = thing(console, client, resource, id_of(matches)).await?;
        for field in verb.fields {
            put(&mut body, field.name, crate::output::at(&now, field.name).clone());
        }
    }
    for (name, value) in given {
        put(&mut body, name, value);
    }
    for (name, fixed) in verb.fixed {
        put(&mut body, name, fixed.value());
    }
    if let Some(name) = verb.id_field {
        put(&mut body, name, id_of(matches).into());
    }
    let body = (!body.is_empty()).then_some(Value::Object(body));
    Ok(Request { body, once: verb.once, ..Request::new(verb.method.http(), "") })
}

/// Carries out a verb with a body that is known already.
pub async fn send(client: &Client, resource: &Resource, verb: &str, id: Option<&str>, body: Value) -> Outcome<Value> {
    let verb = resource.verbs.iter().find(|known| known.name == verb);
    let verb = verb.ok_or_else(|| Failure::Failed(format!("{} know no such verb.", resource.noun)))?;
    let request = Request { once: verb.once, ..Request::new(verb.method.http(), "") };
    ask(client, verb, &request.with(body), id.unwrap_or_default()).await
}

/// Sends a request to the first of the verb's paths that knows the thing.
async fn ask(client: &Client, verb: &Verb, request: &Request, id: &str) -> Outcome<Value> {
    let mut answer = Err(Failure::NotFound("There is no such thing.".to_owned()));
    for path in verb.paths {
        let path = if path.contains("{id}") { with_id(path, id)? } else { (*path).to_owned() };
        answer = client.send(&Request { path, ..request.clone() }).await.map(|answer| answer.body);
        if !matches!(answer, Err(Failure::NotFound(_))) {
            break;
        }
    }
    answer
}

/// Says what would happen, or asks and does it.
async fn carefully(
    console: &Console,
    client: &Client,
    resource: &Resource,
    verb: &Verb,
    request: &Request,
    matches: &ArgMatches,
) -> Outcome {
    let id = id_of(matches);
    let row = |outcome, answer| Row {
        line: None,
        action: format!("{} {}", resource.noun, verb.name),
        key: id.to_owned(),
        outcome,
        id: Some(id.to_owned()),
        error: None,
        answer,
    };
    if matches.get_flag("dry_run") {
        let now = thing(console, client, resource, id).await?;
        return Report::new(true, 1, vec![row(Became::WouldBeDone, now)], false).print(console.output);
    }
    terminal::confirm(&format!("{} {} {id}?", resource.noun, verb.name), console.yes)?;
    let answer = ask(client, verb, request, id).await?;
    Report::new(false, 1, vec![row(Became::Done, answer)], false).print(console.output)
}
