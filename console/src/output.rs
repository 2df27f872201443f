//! What a command answers: tables for people, JSON and CSV for scripts.

use crate::{Failure, Outcome};
use comfy_table::{ContentArrangement, Table, presets::NOTHING};
use domain::cells;
use serde_json::Value;
use std::io::Write;

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Table,
    Json,
    Csv,
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        clap::ValueEnum::from_str(text, true)
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Csv => "csv",
        })
    }
}

/// Where answers go.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    pub format: Format,
    pub color: bool,
}

impl Output {
    /// A list; tables and CSV show these fields of each, JSON all of them.
    pub fn rows(self, fields: &[&str], rows: &[Value]) -> Outcome {
        match self.format {
            Format::Json => self.json(&Value::Array(rows.to_vec())),
            Format::Csv => print(&csv(fields, rows)?),
            Format::Table if rows.is_empty() => self.note("Nothing."),
            Format::Table => print(&self.table(fields, rows)),
        }
    }

    /// One thing.
    pub fn object(self, thing: &Value) -> Outcome {
        match self.format {
            Format::Json => self.json(thing),
            _ => {
                let rows: Vec<Value> = flattened(thing, "")
                    .into_iter()
                    .map(|(field, value)| serde_json::json!({ "field": field, "value": value }))
                    .collect();
                self.rows(&["field", "value"], &rows)
            }
        }
    }

    /// A word to people, which no script reads.
    pub fn note(self, sentence: &str) -> Outcome {
        eprintln!("{}", clean(sentence));
        Ok(())
    }

    fn json(self, value: &Value) -> Outcome {
        let text = serde_json::to_string_pretty(value).map_err(Failure::because)?;
        print(&format!("{text}\n"))
    }

    fn table(self, fields: &[&str], rows: &[Value]) -> String {
        let mut table = Table::new();
        table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(fields.iter().map(|field| field.to_uppercase()));
        for row in rows {
            table.add_row(fields.iter().map(|field| clean(&cell(at(row, field)))));
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let mut lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
        if let Some(header) = lines.first_mut().filter(|_| self.color) {
            *header = format!("\u{1b}[1m{header}\u{1b}[0m");
        }
        lines.join("\n") + "\n"
    }
}

/// Prints; whoever reads no further is left alone.
pub fn print(text: &str) -> Outcome {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::because(error)),
        _ => Ok(()),
    }
}

/// Rows as CSV.
pub fn csv(fields: &[&str], rows: &[Value]) -> Outcome<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(fields).map_err(Failure::because)?;
    for row in rows {
        writer.write_record(fields.iter().map(|field| csv_cell(at(row, field)))).map_err(Failure::because)?;
    }
    let bytes = writer.into_inner().map_err(Failure::because)?;
    String::from_utf8(bytes).map_err(Failure::because)
}

/// A field, perhaps of something within: `limits.ai_tools`.
pub fn at<'a>(value: &'a Value, field: &str) -> &'a Value {
    field.split('.').fold(value, |value, name| &value[name])
}

/// A value as one cell; lists as files have them.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            items.iter().map(cell).collect::<Vec<_>>().join(";")
        }
        other => other.to_string(),
    }
}

/// The same in CSV, where no text is a formula to a spreadsheet; `import` reads it back.
fn csv_cell(value: &Value) -> String {
    let text = cell(value);
    if value.is_number() { text } else { cells::guarded(&text).into_owned() }
}

/// Names come from strangers: what would steer the terminal is not printed.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn flattened(value: &Value, prefix: &str) -> Vec<(String, Value)> {
    match value {
        Value::Object(fields) if !fields.is_empty() => fields
            .iter()
            .flat_map(|(name, value)| {
                let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                flattened(value, &name)
            })
            .collect(),
        other => vec![(prefix.to_owned(), other.clone())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_would_steer_a_terminal_is_not_printed() {
        let output = Output { format: Format::Table, color: false };
        let table = output.table(&["name"], &[json!({ "name": "A\u{1b}[2Jda" })]);
        assert_eq!(table, "NAME\nA [2Jda\n");
    }

    #[test]
    fn columns_are_aligned_also_with_wide_letters() {
        let output = Output { format: Format::Table, color: false };
        let rows = [json!({ "a": "नमस्ते", "b": 1 }), json!({ "a": "x", "b": [1, 2] })];
        let table = output.table(&["a", "b"], &rows);
        assert!(table.lines().nth(2).is_some_and(|line| line.ends_with("1;2")), "{table}");
    }

    #[test]
    fn cells_of_csv_are_quoted_where_they_must_be() {
        let rows = [json!({ "name": "a,\"b\"", "in": { "side": [1, 2] } })];
        assert_eq!(csv(&["name", "in.side"], &rows).unwrap(), "name,in.side\n\"a,\"\"b\"\"\",1;2\n");
    }

    #[test]
    fn no_cell_of_csv_is_a_formula() {
        let rows = [json!({ "name": "=HYPERLINK(\"x\")", "tags": ["-a", "b"], "left": -1 })];
        assert_eq!(csv(&["name", "tags", "left"], &rows).unwrap(), "name,tags,left\n\"'=HYPERLINK(\"\"x\"\")\",'-a;b,-1\n");
    }
}
