//! What is one thing in a file and in the deployment, and when they are the same.

use super::read::{Line, refuse};
use crate::{
    Outcome,
    fields::{Field, Object},
    resources::{COMPANY, LINK, MEMBER, SLOT},
};
use domain::{Zone, link::MeetUrl, slot::SlotTime};
use serde_json::Value;
use std::collections::HashMap;

/// How rows of a kind are put in.
#[derive(Debug)]
pub struct Rules {
    pub fields: &'static [Field],
    /// What a row, or a thing of the deployment, is known by; a thing may be known by several.
    pub names: fn(&Value) -> Vec<String>,
    /// The field by which it is known, where it is never changed; the deployment may write it in its own way.
    pub known_by: Option<&'static str>,
    /// What must hold of a row as a whole.
    pub check: fn(&Object) -> Result<(), String>,
    /// What to ask the deployment for, so that everything is found that rows may name.
    pub query: fn(&[Line]) -> Vec<(String, String)>,
    /// The verb that adds what is not there.
    pub add: &'static str,
    /// The verb that changes what is there and differs.
    pub update: Option<&'static str>,
}

/// Companies, by name.
pub const COMPANIES: Rules = Rules {
    fields: COMPANY,
    names: company_names,
    known_by: None,
    check: anything,
    query: everything,
    add: "create",
    update: Some("update"),
};

/// Meet links, by address.
pub const LINKS: Rules = Rules {
    fields: LINK,
    names: link_names,
    known_by: Some("link"),
    check: anything,
    query: everything,
    add: "create",
    update: Some("update"),
};

/// Members of the directory, by address.
pub const MEMBERS: Rules = Rules {
    fields: MEMBER,
    names: member_names,
    known_by: Some("email"),
    check: anything,
    query: everything,
    add: "put",
    update: Some("put"),
};

/// Slots, by their times and their mentor.
pub const SLOTS: Rules =
    Rules { fields: SLOT, names: slot_names, known_by: None, check: slot_check, query: slot_query, add: "create", update: None };

fn anything(_: &Object) -> Result<(), String> {
    Ok(())
}

fn everything(_: &[Line]) -> Vec<(String, String)> {
    Vec::new()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn company_names(company: &Value) -> Vec<String> {
    vec![text(company, "name").trim().to_lowercase()]
}

fn member_names(member: &Value) -> Vec<String> {
    vec![text(member, "email").trim().to_lowercase()]
}

fn link_names(link: &Value) -> Vec<String> {
    let address = text(link, "link");
    vec![MeetUrl::parse(address).map_or_else(|_| address.to_owned(), |url| url.to_string())]
}

/// The times as they are written, where the zone is the platform's, and the instants that they mean, where it is known.
fn slot_names(slot: &Value) -> Vec<String> {
    let mentor = text(slot, "mentor_id");
    let zone = slot["timezone"].as_str().and_then(|name| Zone::parse(name).ok());
    let utc = Zone::parse("UTC").ok();
    let [date, start, end] = ["date", "start_time", "end_time"].map(|name| text(slot, name));
    let parse = |zone: &Zone| SlotTime::parse(date, start, end, zone).ok();
    let written =
        utc.as_ref().and_then(parse).map(|time| format!("{} {}-{} {mentor}", time.date, time.start_time, time.end_time));
    let meant = zone.as_ref().and_then(parse).map(|time| format!("{}/{} {mentor}", time.starts_at, time.ends_at));
    // A row with a zone is known by what it means alone; a slot of the deployment, which has an id, by both.
    match (&slot["id"], meant) {
        (Value::Null, Some(meant)) => vec![meant],
        (_, meant) => meant.into_iter().chain(written).collect(),
    }
}

fn slot_check(row: &Object) -> Result<(), String> {
    let row = Value::Object(row.clone());
    let zone = Zone::parse(row["timezone"].as_str().unwrap_or("UTC")).map_err(|invalid| invalid.0)?;
    let [date, start, end] = ["date", "start_time", "end_time"].map(|name| text(&row, name));
    SlotTime::parse(date, start, end, &zone).map(|_| ()).map_err(|invalid| invalid.sentence)
}

/// From the day before the first to the day after the last, whatever the zones.
fn slot_query(lines: &[Line]) -> Vec<(String, String)> {
    use jiff::{ToSpan, civil::Date};
    let days = lines.iter().filter_map(|line| line.values.get("date")?.as_str()?.parse::<Date>().ok());
    let (mut first, mut last) = (None::<Date>, None::<Date>);
    for day in days {
        first = Some(first.map_or(day, |first| first.min(day)));
        last = Some(last.map_or(day, |last| last.max(day)));
    }
    let from = first.and_then(|day| day.checked_sub(1.day()).ok()).map(|day| ("from".to_owned(), day.to_string()));
    let to = last.and_then(|day| day.checked_add(1.day()).ok()).map(|day| ("to".to_owned(), day.to_string()));
    from.into_iter().chain(to).collect()
}

/// Rows of which each can be right, and none is there twice.
pub fn checked(rules: &Rules, lines: Vec<Line>) -> Outcome<Vec<Line>> {
    let (mut errors, mut seen) = (Vec::new(), HashMap::new());
    for line in &lines {
        if let Err(why) = (rules.check)(&line.values) {
            errors.push(format!("line {}: {why}", line.number));
            continue;
        }
        for name in (rules.names)(&Value::Object(line.values.clone())) {
            if let Some(before) = seen.insert(name, line.number) {
                errors.push(format!("line {}: the same as line {before}", line.number));
            }
        }
    }
    if errors.is_empty() { Ok(lines) } else { Err(refuse(&errors)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_slot_is_the_same_whatever_the_zone_it_was_written_in() {
        let there = json!({
            "id": "1", "date": "2026-02-02", "start_time": "18:00", "end_time": "19:00", "timezone": "Asia/Kolkata", "mentor_id": null,
        });
        let written = json!({ "date": "2026-02-02", "start_time": "18:00", "end_time": "19:00" });
        let elsewhere = json!({ "date": "2026-02-02", "start_time": "12:30", "end_time": "13:30", "timezone": "UTC" });
        let other = json!({ "date": "2026-02-02", "start_time": "18:00", "end_time": "19:00", "timezone": "UTC" });
        let mentors = json!({ "date": "2026-02-02", "start_time": "18:00", "end_time": "19:00", "mentor_id": "m" });
        let known = slot_names(&there);
        let is_there = |row: &Value| slot_names(row).iter().any(|name| known.contains(name));
        assert_eq!([&written, &elsewhere, &other, &mentors].map(is_there), [true, true, false, false]);
    }

    #[test]
    fn a_row_that_cannot_be_or_is_there_twice_is_refused() {
        let line = |number, values: Value| Line { number, values: values.as_object().cloned().unwrap_or_default() };
        let slot = json!({ "date": "2026-02-02", "start_time": "18:00", "end_time": "19:00" });
        let backwards = json!({ "date": "2026-02-02", "start_time": "19:00", "end_time": "18:00" });
        assert!(checked(&SLOTS, vec![line(2, slot.clone())]).is_ok());
        let told = checked(&SLOTS, vec![line(2, slot.clone()), line(3, backwards), line(4, slot)]).unwrap_err().to_string();
        assert!(told.contains("line 3: ") && told.contains("line 4: the same as line 2"), "{told}");
    }
}
