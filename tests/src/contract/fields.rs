//! Fields of an answer: where they stand and what they must be.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What a field must be.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Kind {
    /// A type by its name; with a `?` behind it, null will do.
    Type(String),
    /// One of some words.
    Words(Vec<String>),
}

impl Kind {
    fn admits(&self, value: &Value) -> bool {
        match self {
            Self::Words(words) => value.as_str().is_some_and(|text| words.iter().any(|word| word == text)),
            Self::Type(name) => match name.strip_suffix('?') {
                Some(name) => value.is_null() || is(name, value),
                None => is(name, value),
            },
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Type(name) => name,
            Self::Words(_) => "a known word",
        }
    }
}

fn is(name: &str, value: &Value) -> bool {
    let text = |rule: fn(&str) -> bool| value.as_str().is_some_and(rule);
    match name {
        "string" => value.is_string(),
        "text" => text(|text| !text.trim().is_empty()),
        "instant" => text(|text| text.parse::<jiff::Timestamp>().is_ok()),
        "date" => text(|text| text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()),
        "clock" => text(|text| text.len() == 5 && text.parse::<jiff::civil::Time>().is_ok()),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "true" => *value == Value::Bool(true),
        "object" => value.is_object(),
        "scalar" => value.is_number() || value.is_string() || value.is_boolean(),
        other => {
            assert!(other.is_empty(), "{other} is no type");
            false
        }
    }
}

/// Checks every field of an answer; says which is not what it must be.
pub fn check(answer: &Value, reads: &BTreeMap<String, Kind>) -> Result<(), String> {
    for (place, kind) in reads {
        let mut found = Vec::new();
        gather(answer, &steps(place), &mut found).map_err(|wrong| format!("{place}: {wrong}"))?;
        if found.is_empty() {
            return Err(format!("{place}: there is nothing to read"));
        }
        if let Some(wrong) = found.into_iter().find(|value| !kind.admits(value)) {
            return Err(format!("{place}: {wrong} is not {}", kind.name()));
        }
    }
    Ok(())
}

/// `[].slots[].id` as `[]`, `slots`, `[]`, `id`.
fn steps(place: &str) -> Vec<&str> {
    let parts = place.split('.').flat_map(|part| match part.find('[') {
        Some(open) => [&part[..open], &part[open..]],
        None => [part, ""],
    });
    parts.filter(|step| !step.is_empty()).collect()
}

fn gather<'a>(value: &'a Value, steps: &[&str], found: &mut Vec<&'a Value>) -> Result<(), String> {
    let Some((step, rest)) = steps.split_first() else {
        found.push(value);
        return Ok(());
    };
    match *step {
        "[]" => value.as_array().ok_or("no list")?.iter().try_for_each(|item| gather(item, rest, found)),
        "*" => value.as_object().ok_or("no object")?.values().try_for_each(|inner| gather(inner, rest, found)),
        name => {
            let inner = value.get(name.trim_end_matches('?')).ok_or_else(|| format!("{name} is not there in {value}"))?;
            if name.ends_with('?') && inner.is_null() { Ok(()) } else { gather(inner, rest, found) }
        }
    }
}

/// One value: `id`, `[0].id`, or `[status=in_use].id`.
pub fn pick<'a>(answer: &'a Value, place: &str) -> Option<&'a Value> {
    steps(place).into_iter().try_fold(answer, |value, step| {
        match step.strip_prefix('[').and_then(|step| step.strip_suffix(']')) {
            None => value.get(step),
            Some(which) => match which.split_once('=') {
                None => value.get(which.parse::<usize>().ok()?),
                Some((field, wanted)) => value.as_array()?.iter().find(|item| item[field] == wanted),
            },
        }
    })
}

#[test]
fn what_a_client_cannot_read_is_noticed() {
    let answer = serde_json::json!([{ "id": "x", "at": "2030-01-01T10:00:00", "slots": [], "limits": { "a": 1 }, "link": null }]);
    let reads = |place: &str, kind: &str| {
        let kind = Kind::Type(kind.to_owned());
        check(&answer, &BTreeMap::from([(place.to_owned(), kind)])).is_ok()
    };
    for (place, kind) in [("[].id", "text"), ("[].link", "string?"), ("[].limits.*", "scalar"), ("[]", "object")] {
        assert!(reads(place, kind), "{place}");
    }
    for (place, kind) in [
        ("[].id", "integer"),
        ("[].at", "instant"),
        ("[].at", "date"),
        ("[].link", "string"),
        ("[].nothing", "string?"),
        ("[].slots[].id", "string"),
        ("[].link.id", "string"),
        ("id", "text"),
    ] {
        assert!(!reads(place, kind), "{place}");
    }
}
