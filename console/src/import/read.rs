//! Reading a file, each row with its line. Everything that is wrong in it is told at once.

use crate::{
    Failure, Outcome,
    fields::{Field, Object, put},
};
use domain::cells;
use serde_json::value::RawValue;
use std::{collections::BTreeMap, path::Path};

/// A row of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub number: u64,
    pub values: Object,
}

/// What is wrong, line by line; shown are the first of them.
pub fn refuse(errors: &[String]) -> Failure {
    const SHOWN: usize = 20;
    let more = errors.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let shown: Vec<&str> = errors.iter().take(SHOWN).map(String::as_str).collect();
    Failure::Usage(format!("Nothing was put in. {}{more}", shown.join("; ")))
}

/// Reads a file of rows with these fields.
pub fn read(path: &Path, fields: &'static [Field]) -> Outcome<Vec<Line>> {
    let bytes = std::fs::read(path).map_err(|error| Failure::Usage(format!("{} cannot be read: {error}", path.display())))?;
    let json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    rows(bytes, json, fields)
}

/// The rows of a file's content, which is JSON or CSV.
pub fn rows(bytes: Vec<u8>, json: bool, fields: &'static [Field]) -> Outcome<Vec<Line>> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        refuse(&[format!("line {}: this is no UTF-8", 1 + before.filter(|byte| **byte == b'\n').count())])
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let (lines, errors) = if json { json_rows(text, fields)? } else { csv_rows(text, fields)? };
    if !errors.is_empty() {
        return Err(refuse(&errors));
    }
    if lines.is_empty() {
        return Err(Failure::Usage("The file lists nothing.".to_owned()));
    }
    Ok(lines)
}

type Rows = (Vec<Line>, Vec<String>);

fn csv_rows(text: &str, fields: &'static [Field]) -> Outcome<Rows> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| refuse(&[told(&error)]))?.clone();
    let columns: Vec<&'static Field> = header.iter().map(|name| column(fields, name, 1)).collect::<Outcome<_>>()?;
    let missing = fields.iter().filter(|field| field.required && !columns.iter().any(|column| column.name == field.name));
    let missing = missing.map(|field| format!("line 1: the column '{}' is missing", field.name));
    let twice = columns.iter().enumerate().filter(|(n, column)| columns.iter().take(*n).any(|other| other.name == column.name));
    let twice = twice.map(|(_, column)| format!("line 1: the column '{}' is there twice", column.name));
    let wrong: Vec<String> = missing.chain(twice).collect();
    if !wrong.is_empty() {
        return Err(refuse(&wrong));
    }
    let (mut lines, mut errors) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                errors.push(told(&error));
                continue;
            }
        };
        let number = record.position().map_or(0, csv::Position::line);
        let cells = columns.iter().zip(record.iter().map(cells::read)).filter(|(_, cell)| !cell.is_empty());
        lines.push(row(number, fields, cells.map(|(field, cell)| (*field, field.parse(cell))), &mut errors));
    }
    Ok((lines, errors))
}

fn told(error: &csv::Error) -> String {
    match (error.position(), error.kind()) {
        (Some(position), csv::ErrorKind::UnequalLengths { expected_len, len, .. }) => {
            format!("line {}: {len} cells instead of {expected_len}", position.line())
        }
        (Some(position), _) => format!("line {}: {error}", position.line()),
        (None, _) => error.to_string(),
    }
}

fn column(fields: &'static [Field], name: &str, line: u64) -> Outcome<&'static Field> {
    fields.iter().find(|field| field.name == name).ok_or_else(|| {
        let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
        refuse(&[format!("line {line}: there is no column '{name}'; there are {}", known.join(", "))])
    })
}

fn json_rows(text: &str, fields: &'static [Field]) -> Outcome<Rows> {
    let wrong = |error: serde_json::Error| refuse(&[format!("line {}: {error}", error.line())]);
    let rows: Vec<&RawValue> = serde_json::from_str(text).map_err(wrong)?;
    let (mut lines, mut errors) = (Vec::new(), Vec::new());
    for raw in rows {
        let offset = (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        let number = 1 + text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() as u64;
        let Ok(values) = serde_json::from_str::<BTreeMap<String, serde_json::Value>>(raw.get()) else {
            errors.push(format!("line {number}: this is no object"));
            continue;
        };
        let mut cells = Vec::new();
        // As a cell without anything in it, a blank text says nothing.
        let blank = |value: &serde_json::Value| value.as_str().is_some_and(|text| text.trim().is_empty());
        for (name, value) in values.iter().filter(|(_, value)| !value.is_null() && !blank(value)) {
            match fields.iter().find(|field| field.name == name) {
                Some(field) => cells.push((field, field.accept(value))),
                None => errors.push(format!("line {number}: there is no field '{name}'")),
            }
        }
        lines.push(row(number, fields, cells, &mut errors));
    }
    Ok((lines, errors))
}

/// A row of what its cells say; what is wrong in it goes to the errors.
fn row(
    number: u64,
    fields: &'static [Field],
    cells: impl IntoIterator<Item = (&'static Field, Result<serde_json::Value, String>)>,
    errors: &mut Vec<String>,
) -> Line {
    let (mut values, mut seen) = (Object::new(), Vec::new());
    for (field, value) in cells {
        seen.push(field.name);
        match value {
            Ok(value) => put(&mut values, field.name, value),
            Err(why) => errors.push(format!("line {number}, {}: {why}", field.name)),
        }
    }
    let missing = fields.iter().filter(|field| field.required && !seen.contains(&field.name));
    errors.extend(missing.map(|field| format!("line {number}, {}: this is missing", field.name)));
    Line { number, values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::rules::COMPANIES;

    fn errors(rows: Outcome<Rows>) -> String {
        match rows {
            Ok((_, errors)) => errors.join("; "),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn each_error_has_its_line() {
        let text =
            "name,category,difficulty_levels\nAcme,product,mid;senior\n,startup,\n\"Two\nLines\",startup,expert\nB,bakery,\n";
        let told = errors(csv_rows(text, COMPANIES.fields));
        for wanted in
            ["line 3, name: this is missing", "line 4, difficulty_levels: 'expert' is none of", "line 6, category: 'bakery'"]
        {
            assert!(told.contains(wanted), "{wanted}: {told}");
        }
        assert!(errors(csv_rows("name,category\nAcme\n", COMPANIES.fields)).contains("line 2: 1 cells instead of 2"));
        assert!(errors(csv_rows("name,colour\nAcme,red\n", COMPANIES.fields)).contains("line 1: there is no column 'colour'"));
        assert!(errors(csv_rows("category\nproduct\n", COMPANIES.fields)).contains("line 1: the column 'name' is missing"));
        assert!(errors(csv_rows("name,name\nA,B\n", COMPANIES.fields)).contains("twice"));
    }

    #[test]
    fn a_blank_text_says_nothing() {
        let (lines, errors) = json_rows("[{\"name\": \"Acme\", \"category\": \" \"}]", COMPANIES.fields).unwrap();
        assert!(errors.is_empty() && !lines[0].values.contains_key("category"), "{lines:?} {errors:?}");
    }

    #[test]
    fn json_rows_have_lines_too() {
        let text = "[\n  {\"name\": \"Acme\"},\n  {\"name\": 7},\n  \"Beta\",\n  {\"nome\": \"C\"}\n]";
        let told = errors(json_rows(text, COMPANIES.fields));
        for wanted in ["line 3, name: 7 does not fit", "line 4: this is no object", "line 5: there is no field 'nome'"] {
            assert!(told.contains(wanted), "{wanted}: {told}");
        }
        assert!(errors(json_rows("[\n{\"name\": \"A\"}", COMPANIES.fields)).contains("line 2"));
    }
}
