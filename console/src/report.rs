//! What became of each thing that was to be changed: of an import's rows, or of the one thing that a command names. A
//! dry run says in the same shape what would become of them.

use crate::{
    Failure, Outcome,
    output::{Format, Output},
};
use serde::Serialize;
use serde_json::Value;

/// What became of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    Done,
    /// It would be, were this no dry run.
    WouldBeDone,
    /// It is so already.
    Unchanged,
    Failed,
}

/// One thing.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Where it stands in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    pub action: String,
    /// What it is known by: an id, or what names it in the file.
    pub key: String,
    pub outcome: Became,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What the deployment answered; in a dry run, the thing as it is.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub answer: Value,
}

/// All of them.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub dry_run: bool,
    /// Whether somebody ended it before the last row.
    pub interrupted: bool,
    pub rows: usize,
    pub done: usize,
    pub unchanged: usize,
    pub failed: usize,
    /// Rows that were not come to.
    pub left: usize,
    pub results: Vec<Row>,
}

impl Report {
    /// A report about so many rows.
    pub fn new(dry_run: bool, rows: usize, results: Vec<Row>, interrupted: bool) -> Self {
        let count = |wanted: &[Became]| results.iter().filter(|row| wanted.contains(&row.outcome)).count();
        Self {
            dry_run,
            interrupted,
            rows,
            done: count(&[Became::Done, Became::WouldBeDone]),
            unchanged: count(&[Became::Unchanged]),
            failed: count(&[Became::Failed]),
            left: rows - results.len(),
            results,
        }
    }

    /// Prints it; what failed makes the command fail.
    pub fn print(&self, output: Output) -> Outcome {
        match output.format {
            Format::Json => output.object(&serde_json::to_value(self).map_err(Failure::because)?)?,
            Format::Csv | Format::Table => {
                let rows = serde_json::to_value(&self.results).map_err(Failure::because)?;
                let rows: Vec<Value> = rows.as_array().cloned().unwrap_or_default();
                let fields = ["line", "action", "key", "outcome", "id", "error"];
                let lines = self.results.iter().any(|row| row.line.is_some());
                output.rows(&fields[usize::from(!lines)..], &rows)?;
                output.note(&self.summary())?;
            }
        }
        match (self.interrupted, self.failed) {
            (true, _) => Err(Failure::Interrupted),
            (false, 0) if self.left == 0 => Ok(()),
            _ => Err(Failure::Told),
        }
    }

    fn summary(&self) -> String {
        let done = if self.dry_run { "would be done" } else { "done" };
        let left = if self.left > 0 { format!(", {} not come to", self.left) } else { String::new() };
        format!("{} of {} {done}, {} unchanged, {} failed{left}.", self.done, self.rows, self.unchanged, self.failed)
    }
}
