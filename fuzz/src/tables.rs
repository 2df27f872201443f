//! Tables: what is exported is read back as it was, no cell of it is a formula, and no file breaks an import.

use crate::text::Text;
use bolero::TypeGenerator;
use console::{ImportKind, import_lines};
use domain::cells;
use serde_json::{Map, Value, json};

const COLUMNS: [&str; 3] = ["name", "b,\"c\"", "note"];

fn cells_of(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn check_table(csv: &str, rows: &[[String; 3]]) {
    let read = cells_of(csv);
    assert_eq!(read.len(), rows.len() + 1, "{csv}");
    assert_eq!(read[0], COLUMNS);
    for (row, expected) in read[1..].iter().zip(rows) {
        for (cell, text) in row.iter().zip(expected) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}']), "{cell:?}");
            assert_eq!(cells::read(cell), text);
        }
        assert_eq!(row.len(), expected.len());
    }
}

#[test]
fn an_exported_table_is_read_back_and_has_no_formula() {
    bolero::check!().with_generator(bolero::produce::<Vec<[Text; 3]>>().with().len(0..5usize)).for_each(|rows| {
        let rows: Vec<[String; 3]> = rows.iter().map(|row| row.each_ref().map(ToString::to_string)).collect();
        let given = rows.iter().map(|row| row.to_vec()).collect();
        check_table(&web::Csv { columns: &COLUMNS, rows: given, disposition: "attachment" }.text(), &rows);
        let values = rows.iter().map(|row| {
            let fields = COLUMNS.iter().zip(row).map(|(name, text)| ((*name).to_owned(), Value::from(text.as_str())));
            Value::Object(fields.collect())
        });
        check_table(&console::csv(&COLUMNS, &values.collect::<Vec<_>>()).unwrap(), &rows);
    });
}

/// What a file that is to be imported is made of.
#[derive(Debug, TypeGenerator)]
enum File {
    Rows(Rows),
    Text(#[generator(0..4usize)] usize, bool, Text),
    Bytes(#[generator(0..4usize)] usize, bool, Vec<u8>),
}

/// Rows under known columns, few enough that often all of them can be taken.
#[derive(Debug, TypeGenerator)]
struct Rows {
    #[generator(0..4usize)]
    kind: usize,
    json: bool,
    #[generator(bolero::produce::<Vec<Row>>().with().len(0..5usize))]
    rows: Vec<Row>,
}

/// A row that fits, but for these cells.
#[derive(Debug, TypeGenerator)]
struct Row(#[generator(bolero::produce::<Vec<Other>>().with().len(0..3usize))] Vec<Other>);

/// Something else in a cell, whose place is counted round.
#[derive(Debug, TypeGenerator)]
struct Other(u8, Cell);

#[derive(Debug, TypeGenerator)]
enum Cell {
    Text(Text),
    Empty,
    Number(u64),
    List(#[generator(bolero::produce::<Vec<Text>>().with().len(0..3usize))] Vec<Text>),
}

const KINDS: [ImportKind; 4] = [ImportKind::Companies, ImportKind::Slots, ImportKind::MeetLinks, ImportKind::Members];

/// Columns of a kind, each with something that fits; `#` is the row's number, so that no two rows are of the same thing.
const FITTING: [&[(&str, &str)]; 4] = [
    &[
        ("name", "Acme #"),
        ("category", "product"),
        ("description", "Makes \"all\", and\nmore"),
        ("difficulty_levels", "mid;senior"),
        ("interview_tracks", "sde;sde2"),
    ],
    &[
        ("date", "2026-02-0#"),
        ("start_time", "10:00"),
        ("end_time", "11:00"),
        ("timezone", "Asia/Kolkata"),
        ("interview_types", "coding;hr_round"),
    ],
    &[("link", "https://meet.google.com/abc-defg-#"), ("name", "Room #")],
    &[("email", "a#@example.com"), ("name", "Ada Example"), ("experience", "=10 years,\nof which 5")],
];

impl Cell {
    /// As JSON has it.
    fn value(&self) -> Value {
        match self {
            Self::Text(text) => json!(text.to_string()),
            Self::Empty => Value::Null,
            Self::Number(number) => json!(number),
            Self::List(texts) => texts.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What fits, as JSON has it.
fn fitting(text: &str) -> Value {
    if text.contains(';') { text.split(';').collect() } else { Value::from(text) }
}

/// A value as a cell of CSV.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(cell).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

impl Rows {
    fn cells(&self) -> Vec<Vec<Value>> {
        let columns = FITTING[self.kind];
        let mut rows = Vec::new();
        for (Row(others), number) in self.rows.iter().zip(1u8..) {
            let mut cells: Vec<Value> =
                columns.iter().map(|(_, text)| fitting(&text.replace('#', &number.to_string()))).collect();
            for Other(place, cell) in others {
                cells[usize::from(*place) % columns.len()] = cell.value();
            }
            rows.push(cells);
        }
        rows
    }

    fn text(&self) -> String {
        let columns = FITTING[self.kind];
        if self.json {
            let row = |cells: Vec<Value>| {
                let fields = columns.iter().zip(cells).map(|((name, _), value)| ((*name).to_owned(), value));
                Value::Object(fields.collect()).to_string()
            };
            return format!("[\n{}\n]", self.cells().into_iter().map(row).collect::<Vec<_>>().join(",\n"));
        }
        let header = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",");
        let row = |cells: Vec<Value>| cells.iter().map(|value| quoted(&cell(value))).collect::<Vec<_>>().join(",");
        std::iter::once(header).chain(self.cells().into_iter().map(row)).collect::<Vec<_>>().join("\n")
    }
}

impl File {
    fn content(&self) -> (ImportKind, bool, Vec<u8>) {
        match self {
            Self::Rows(rows) => (KINDS[rows.kind], rows.json, rows.text().into_bytes()),
            Self::Text(kind, json, text) => (KINDS[*kind], *json, text.to_string().into_bytes()),
            Self::Bytes(kind, json, bytes) => (KINDS[*kind], *json, bytes.clone()),
        }
    }

    /// Whether all of it fits.
    fn fits(&self) -> bool {
        matches!(self, Self::Rows(Rows { rows, .. }) if !rows.is_empty() && rows.iter().all(|Row(others)| others.is_empty()))
    }
}

/// What a table cannot tell: an empty list.
fn told(json: bool, value: &Value) -> bool {
    json || !value.as_array().is_some_and(Vec::is_empty)
}

/// A file that was made of rows is taken, and has them as far as it can tell them.
fn check_again(kind: ImportKind, file: &str, json: bool, rows: &[Map<String, Value>]) {
    let again = import_lines(kind, file.as_bytes().to_vec(), json).unwrap_or_else(|failure| panic!("{failure}: {file}"));
    let again: Vec<Map<String, Value>> = again.into_iter().map(|line| line.values).collect();
    let row = |row: &Map<String, Value>| -> Map<String, Value> {
        row.iter().filter(|(_, value)| told(json, value)).map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let expected: Vec<Map<String, Value>> = rows.iter().map(row).collect();
    assert_eq!(again, expected, "{file}");
}

#[test]
fn an_import_takes_or_refuses_a_file_and_what_it_takes_it_takes_again() {
    bolero::check!().with_type::<File>().for_each(|file| {
        let (kind, json, bytes) = file.content();
        let taken = import_lines(kind, bytes, json);
        assert!(taken.is_ok() || !file.fits(), "{taken:?}: {file:?}");
        let Ok(lines) = taken else { return };
        assert!(!lines.is_empty() && lines.windows(2).all(|pair| pair[0].number <= pair[1].number));
        let rows: Vec<Map<String, Value>> = lines.into_iter().map(|line| line.values).collect();
        let values: Vec<Value> = rows.iter().cloned().map(Value::Object).collect();
        let mut columns: Vec<&str> = rows.iter().flat_map(|row| row.keys().map(String::as_str)).collect();
        columns.sort_unstable();
        columns.dedup();
        check_again(kind, &console::csv(&columns, &values).unwrap(), false, &rows);
        check_again(kind, &Value::from(values).to_string(), true, &rows);
    });
}
